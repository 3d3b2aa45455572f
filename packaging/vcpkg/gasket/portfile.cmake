# An overlay port: vcpkg install gasket --overlay-ports=packaging/vcpkg. It packages the checkout that it lies in; a port for a registry
# replaces the next line by vcpkg_from_github with the release's tag and checksum.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../.." ABSOLUTE)
set(VCPKG_BUILD_TYPE release) # headers alone: nothing differs in a debug build

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -DGASKET_TESTS=OFF -DGASKET_EXAMPLES=OFF -DGASKET_INSTALL=ON
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/gasket)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug" "${CURRENT_PACKAGES_DIR}/lib")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
