#pragma once

#include <cmath>
#include <limits>
#include <numbers>

namespace gasket {

/// The chance that a standard normal variable is at most `x`, exact to about 15 digits also far out.
[[nodiscard]] inline double normal_cdf(double x) noexcept {
    return std::erfc(-x / std::numbers::sqrt2) / 2;
}

/// The value that a standard normal variable exceeds with the chance 1 - p: the inverse of normal_cdf.
/// Infinite for 0 and 1, missing outside. To about 15 digits.
///
/// reference: a rational start (Hastings, 1955; Abramowitz & Stegun, 26.2.23) made exact by Halley's steps
[[nodiscard]] inline double normal_quantile(double p) noexcept {
    if (!(p >= 0 && p <= 1)) return std::numeric_limits<double>::quiet_NaN();
    if (p == 0 || p == 1) return p == 0 ? -HUGE_VAL : HUGE_VAL;
    const double tail = p < 0.5 ? p : 1 - p;
    const double t = std::sqrt(-2 * std::log(tail));
    double x = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                         (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
    for (int step = 0; step < 3; ++step) {
        const double error = (normal_cdf(x) - tail) * std::sqrt(2 * std::numbers::pi) * std::exp(x * x / 2);
        x -= error / (1 + x * error / 2);
    }
    return p < 0.5 ? x : -x;
}

}  // namespace gasket
