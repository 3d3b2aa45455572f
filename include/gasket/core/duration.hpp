#pragma once

namespace gasket {

/// Lengths of time as gasket takes them: in seconds, the unit of datetime columns. `days(30)`, `hours(12)`.
[[nodiscard]] constexpr double hours(double count) noexcept {
    return count * 3600;
}
[[nodiscard]] constexpr double days(double count) noexcept {
    return count * 86400;
}

}  // namespace gasket
