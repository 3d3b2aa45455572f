#pragma once

/// The one place of the version number; CMakeLists.txt reads these three lines.
#define GASKET_VERSION_MAJOR 0
#define GASKET_VERSION_MINOR 1
#define GASKET_VERSION_PATCH 0

namespace gasket {

/// The library's version as text, "major.minor.patch" (semantic versioning).
inline constexpr char version[] = "0.1.0";

}  // namespace gasket
