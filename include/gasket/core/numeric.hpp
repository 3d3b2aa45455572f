#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include "gasket/core/elementary.hpp"

namespace gasket {

/// The missing number: a quiet NaN.
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

[[nodiscard]] inline bool is_missing(double x) noexcept {
    return std::isnan(x);
}

/// log(p / (1 - p)) for p in (0, 1).
[[nodiscard]] inline double logit(double p) noexcept {
    return std::log(p / (1 - p));
}

/// Sum that keeps the rounding error of every addition (Neumaier, 1974): exact to about one part in 10^16
/// whatever the length.
class Sum {
  public:
    void add(double x) noexcept {
        const double t = sum_ + x;
        rest_ += std::abs(sum_) >= std::abs(x) ? (sum_ - t) + x : (x - t) + sum_;
        sum_ = t;
    }
    void merge(const Sum& other) noexcept {
        add(other.sum_);
        rest_ += other.rest_;
    }
    [[nodiscard]] double value() const noexcept { return sum_ + rest_; }

  private:
    double sum_ = 0;
    double rest_ = 0;
};

/// The quantile at `q` in [0, 1] of `count` ascending values, of which value(i) is the i-th; linear between
/// neighbours (type 7 of Hyndman & Fan, 1996: the default of NumPy and pandas). Missing for no values.
template <class Value>
[[nodiscard]] double quantile_of_sorted(std::size_t count, double q, const Value& value) noexcept {
    if (count == 0) return missing;
    const double at = q * static_cast<double>(count - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, count - 1);
    return value(low) + (at - static_cast<double>(low)) * (value(high) - value(low));
}
[[nodiscard]] inline double quantile_of_sorted(std::span<const double> sorted, double q) noexcept {
    return quantile_of_sorted(sorted.size(), q, [&](std::size_t i) { return sorted[i]; });
}

}  // namespace gasket
