# The optional part that needs an HTTP library: gasket::service (libcpp-httplib-dev, libssl-dev). The target is there where the
# library is; gasket_missing_service says what is not. Used by the project itself and by its installed package.

find_path(GASKET_HTTPLIB_INCLUDE_DIR NAMES httplib.h DOC "Folder with cpp-httplib's httplib.h")
# Debian's header declares what its library has; the header of upstream is all there is, and needs no library.
find_library(GASKET_HTTPLIB_LIBRARY NAMES cpp-httplib DOC "The library of cpp-httplib, where there is one")
find_path(GASKET_OPENSSL_INCLUDE_DIR NAMES openssl/ssl.h DOC "Folder with openssl/ssl.h")
mark_as_advanced(GASKET_HTTPLIB_INCLUDE_DIR GASKET_HTTPLIB_LIBRARY GASKET_OPENSSL_INCLUDE_DIR)
set(gasket_missing_service "")
if(NOT GASKET_HTTPLIB_INCLUDE_DIR)
  set(gasket_missing_service "cpp-httplib (libcpp-httplib-dev)")
elseif(GASKET_HTTPLIB_LIBRARY AND NOT GASKET_OPENSSL_INCLUDE_DIR)
  set(gasket_missing_service "OpenSSL's headers, with which the library of cpp-httplib was built (libssl-dev)")
elseif(NOT TARGET gasket::service)
  # IMPORTED, so that its folder is a system folder and stays out of the installed package.
  add_library(gasket::service INTERFACE IMPORTED GLOBAL)
  target_include_directories(gasket::service INTERFACE "${GASKET_HTTPLIB_INCLUDE_DIR}")
  target_link_libraries(gasket::service INTERFACE gasket::gasket)
  if(GASKET_HTTPLIB_LIBRARY)
    # As the library was built: classes have other members without.
    target_compile_definitions(gasket::service INTERFACE CPPHTTPLIB_OPENSSL_SUPPORT)
    target_link_libraries(gasket::service INTERFACE "${GASKET_HTTPLIB_LIBRARY}")
  endif()
endif()
