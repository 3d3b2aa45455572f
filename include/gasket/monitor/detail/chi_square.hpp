#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "gasket/core/normal.hpp"

namespace gasket::detail {

/// The chance that a chi-square variable of `degrees` degrees of freedom is greater than `x`, to about 14
/// digits: the finite sums for whole degrees (Abramowitz & Stegun, 1964, 26.4.4 and 26.4.5), which need no
/// gamma function. For 1 to 1000 degrees. O(degrees).
[[nodiscard]] inline double chi_square_survival(double x, std::size_t degrees) noexcept {
    if (!(x > 0)) return 1;
    const double half = x / 2;
    const bool odd = degrees % 2 == 1;
    double term = odd ? 2 * std::sqrt(half / std::numbers::pi) * std::exp(-half) : std::exp(-half);
    double sum = odd ? std::erfc(std::sqrt(half)) : 0;
    for (std::size_t i = 0; i < degrees / 2; ++i) {
        sum += term;
        term *= half / (static_cast<double>(i) + (odd ? 1.5 : 1.0));
    }
    return sum;
}

/// The same for any number of degrees, 1 where there are none; beyond 1000 by the cube root that is nearly
/// normal (Wilson & Hilferty, 1931).
[[nodiscard]] inline double chi_square_tail(double x, std::size_t degrees) noexcept {
    if (!(x > 0) || degrees == 0) return 1;
    if (degrees <= 1000) return std::min(1.0, chi_square_survival(x, degrees));
    const auto k = static_cast<double>(degrees);
    return normal_cdf(-(std::cbrt(x / k) - 1 + 2 / (9 * k)) / std::sqrt(2 / (9 * k)));
}

/// The 95 % quantile of the chi-square distribution for at least 1 degree of freedom: what chance exceeds in
/// one of twenty cases. Exact up to 1000 degrees; beyond, by the cube root that is nearly normal (Wilson &
/// Hilferty, 1931), there within 1e-6 of it. O(degrees).
[[nodiscard]] inline double chi_square_95(std::size_t degrees) noexcept {
    const auto k = static_cast<double>(degrees);
    const double a = 2 / (9 * k);
    const double root = 1 - a + 1.6448536269514722 * std::sqrt(a);
    const double near = k * root * root * root;
    if (degrees > 1000) return near;
    double low = 0.9 * near;
    double high = 1.1 * near;
    for (;;) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) return middle;
        (chi_square_survival(middle, degrees) > 0.05 ? low : high) = middle;
    }
}

}  // namespace gasket::detail
