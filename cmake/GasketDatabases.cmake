# The optional parts that need a database's library: gasket::sqlite (libsqlite3-dev) and gasket::postgres (libpqxx-dev). Each
# target is there where its library is; gasket_missing_sqlite and gasket_missing_postgres say what is not. Used by the project
# itself and by its installed package.

find_package(SQLite3 QUIET)
set(gasket_missing_sqlite "")
if(NOT TARGET SQLite::SQLite3)
  set(gasket_missing_sqlite "SQLite 3 (libsqlite3-dev)")
elseif(NOT TARGET gasket::sqlite)
  add_library(gasket::sqlite INTERFACE IMPORTED GLOBAL)
  target_link_libraries(gasket::sqlite INTERFACE gasket::gasket SQLite::SQLite3)
endif()

find_path(GASKET_PQXX_INCLUDE_DIR NAMES pqxx/pqxx DOC "Folder with pqxx/pqxx")
find_library(GASKET_PQXX_LIBRARY NAMES pqxx DOC "The library of libpqxx")
find_library(GASKET_PQ_LIBRARY NAMES pq DOC "The library of libpq, on which libpqxx builds")
mark_as_advanced(GASKET_PQXX_INCLUDE_DIR GASKET_PQXX_LIBRARY GASKET_PQ_LIBRARY)
set(gasket_missing_postgres "")
if(NOT GASKET_PQXX_INCLUDE_DIR OR NOT GASKET_PQXX_LIBRARY OR NOT GASKET_PQ_LIBRARY)
  set(gasket_missing_postgres "libpqxx 6 or 7 (libpqxx-dev)")
elseif(NOT TARGET gasket::postgres)
  # IMPORTED, so that its folder is a system folder and stays out of the installed package.
  add_library(gasket::postgres INTERFACE IMPORTED GLOBAL)
  target_include_directories(gasket::postgres INTERFACE "${GASKET_PQXX_INCLUDE_DIR}")
  target_link_libraries(gasket::postgres INTERFACE gasket::gasket "${GASKET_PQXX_LIBRARY}" "${GASKET_PQ_LIBRARY}")
endif()
