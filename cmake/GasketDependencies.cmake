# Finds what gasket needs. Used by the project itself and by its installed package, so that both find the same things.
# All that is missing is named at once, with the Debian package that brings it.

set(gasket_missing "")

find_package(Threads QUIET)
if(NOT Threads_FOUND)
  list(APPEND gasket_missing "a threads library (libc6-dev)")
endif()

find_package(Eigen3 3.3 QUIET NO_MODULE)
find_package(nlohmann_json 3.9 QUIET)
find_path(GASKET_CSV_INCLUDE_DIR
  NAMES libfccp/csv.h fast-cpp-csv-parser/csv.h csv.h
  DOC "Folder with fast-cpp-csv-parser's csv.h, or with libfccp/csv.h or fast-cpp-csv-parser/csv.h")
mark_as_advanced(GASKET_CSV_INCLUDE_DIR)

if(GASKET_FETCH_DEPENDENCIES)
  include(FetchContent)
  if(NOT TARGET Eigen3::Eigen)
    FetchContent_Declare(Eigen3 GIT_REPOSITORY https://gitlab.com/libeigen/eigen.git GIT_TAG 3.4.0 GIT_SHALLOW ON)
    set(EIGEN_BUILD_DOC OFF)
    set(BUILD_TESTING OFF)
    FetchContent_MakeAvailable(Eigen3)
  endif()
  if(NOT TARGET nlohmann_json::nlohmann_json)
    FetchContent_Declare(nlohmann_json GIT_REPOSITORY https://github.com/nlohmann/json.git GIT_TAG v3.11.2 GIT_SHALLOW ON)
    set(JSON_Install ON)
    FetchContent_MakeAvailable(nlohmann_json)
  endif()
  if(NOT GASKET_CSV_INCLUDE_DIR)
    FetchContent_Declare(fast_cpp_csv_parser GIT_REPOSITORY https://github.com/ben-strasser/fast-cpp-csv-parser.git
      GIT_TAG master GIT_SHALLOW ON)
    FetchContent_MakeAvailable(fast_cpp_csv_parser)
    set(GASKET_CSV_INCLUDE_DIR "${fast_cpp_csv_parser_SOURCE_DIR}" CACHE PATH "" FORCE)
  endif()
endif()

if(NOT TARGET Eigen3::Eigen)
  list(APPEND gasket_missing "Eigen 3.3 or later (libeigen3-dev)")
endif()
if(NOT TARGET nlohmann_json::nlohmann_json)
  list(APPEND gasket_missing "nlohmann/json 3.9 or later (nlohmann-json3-dev)")
endif()
if(NOT GASKET_CSV_INCLUDE_DIR)
  list(APPEND gasket_missing "fast-cpp-csv-parser (libfccp-dev)")
endif()

if(gasket_missing)
  list(JOIN gasket_missing "\n  " gasket_missing)
  string(APPEND gasket_missing
    "\nInstall the packages in brackets (Debian, Ubuntu), or configure with -DGASKET_FETCH_DEPENDENCIES=ON.")
  if(CMAKE_FIND_PACKAGE_NAME STREQUAL "gasket")
    set(gasket_FOUND FALSE)
    set(gasket_NOT_FOUND_MESSAGE "gasket needs:\n  ${gasket_missing}")
    return()
  endif()
  message(FATAL_ERROR "gasket needs:\n  ${gasket_missing}")
endif()

if(NOT TARGET gasket::fast_cpp_csv_parser)
  # IMPORTED, so that its folder is a system folder and stays out of the installed package.
  add_library(gasket::fast_cpp_csv_parser INTERFACE IMPORTED GLOBAL)
  target_include_directories(gasket::fast_cpp_csv_parser INTERFACE "${GASKET_CSV_INCLUDE_DIR}")
endif()
