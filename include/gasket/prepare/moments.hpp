#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include "gasket/core/numeric.hpp"

namespace gasket::detail {

/// Count, mean and sum of squared deviations of the values that are not missing. A summary: blocks are added,
/// and summaries merged, by the pairwise update of Chan, Golub & LeVeque (1979); within a block in two
/// passes.
class Moments {
  public:
    void add(std::span<const double> block) {
        Moments other;
        Sum sum;
        for (const double x : block) {
            if (std::isnan(x)) continue;
            sum.add(x);
            other.count_ += 1;
        }
        if (other.count_ == 0) return;
        other.mean_ = sum.value() / other.count_;
        Sum squares;
        for (const double x : block) {
            if (!std::isnan(x)) squares.add((x - other.mean_) * (x - other.mean_));
        }
        other.squares_ = squares.value();
        merge(other);
    }

    void merge(const Moments& other) {
        if (other.count_ == 0) return;
        if (count_ == 0) {
            *this = other;
            return;
        }
        const double total = count_ + other.count_;
        const double difference = other.mean_ - mean_;
        mean_ += difference * (other.count_ / total);
        squares_ += other.squares_ + difference * difference * (count_ * other.count_ / total);
        count_ = total;
    }

    [[nodiscard]] double count() const noexcept { return count_; }
    /// Missing where there were no values.
    [[nodiscard]] double mean() const noexcept { return count_ > 0 ? mean_ : missing; }
    /// Of the population: divided by the count.
    [[nodiscard]] double variance() const noexcept { return count_ > 0 ? squares_ / count_ : missing; }
    /// Whether the variance is no more than what rounding makes of equal values.
    [[nodiscard]] bool constant() const noexcept {
        constexpr double epsilon = std::numeric_limits<double>::epsilon();
        const double error = count_ * mean_ * epsilon;
        return count_ > 0 && variance() <= count_ * epsilon * variance() + error * error;
    }

  private:
    double count_ = 0;
    double mean_ = 0;
    double squares_ = 0;
};

/// The moments of a column, in blocks of a fixed size.
[[nodiscard]] inline Moments moments_of(std::span<const double> values) {
    constexpr std::size_t block = 4096;
    Moments moments;
    for (std::size_t begin = 0; begin < values.size(); begin += block) {
        moments.add(values.subspan(begin, std::min(block, values.size() - begin)));
    }
    return moments;
}

}  // namespace gasket::detail
