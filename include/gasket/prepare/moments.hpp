#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include "gasket/core/lanes.hpp"
#include "gasket/core/numeric.hpp"

namespace gasket::detail {

/// Adds x[r] - mean and its square, over all r below n (a multiple of 4), to out[0] and out[1].
GASKET_CLONES inline void add_deviations(const double* x, std::size_t n, double mean, double* out) noexcept {
    Lanes s{}, t{};
    for (std::size_t r = 0; r < n; r += 4) {
        Lanes v;
        load_lanes(v, x + r), v -= mean;
        s += v, t += v * v;
    }
    out[0] += total(s), out[1] += total(t);
}

/// Count, mean and sum of squared deviations of the values that are not missing. A summary: blocks are added,
/// and summaries merged, by the pairwise update of Chan, Golub & LeVeque (1979); within 4096 values, which
/// stay in the first-level cache, in two passes, the second of which also puts right what rounding did to the
/// mean of the first.
class Moments {
  public:
    void add(std::span<const double> values) {
        for (std::size_t begin = 0; begin < values.size(); begin += block) {
            const std::span<const double> part =
                values.subspan(begin, std::min(block, values.size() - begin));
            const double plain = plain_sum(part);
            if (!std::isnan(plain)) {
                add_present(part, plain);
            } else {
                std::array<double, block> present;
                const std::span<const double> rest(present.data(), copy_present(part, present.data()));
                if (!rest.empty()) add_present(rest, plain_sum(rest));
            }
        }
    }

    /// One value that counts `weight` times; a weight above 0.
    void add(double value, double weight) {
        Moments one;
        one.count_ = weight;
        one.mean_ = value;
        merge(one);
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
        // a variance too large for a number is not that of equal values
        return count_ > 0 && std::isfinite(squares_) &&
               variance() <= count_ * epsilon * variance() + error * error;
    }

  private:
    static constexpr std::size_t block = 4096;

    [[nodiscard]] static std::size_t copy_present(std::span<const double> values, double* to) {
        std::size_t n = 0;
        for (const double x : values) {
            to[n] = x;
            n += std::isnan(x) ? 0 : 1;
        }
        return n;
    }

    [[nodiscard]] static double plain_sum(std::span<const double> values) {
        const std::size_t even = values.size() / 8 * 8;
        double out = sum_of(values.data(), even);
        for (const double x : values.subspan(even)) out += x;
        return out;
    }

    void add_present(std::span<const double> values, double plain) {
        Moments other;
        other.count_ = static_cast<double>(values.size());
        other.mean_ = plain / other.count_;
        const std::size_t even = values.size() / 4 * 4;
        double of[2] = {0, 0};  // sums of deviations from that mean and of their squares
        add_deviations(values.data(), even, other.mean_, of);
        for (const double x : values.subspan(even)) {
            of[0] += x - other.mean_;
            of[1] += (x - other.mean_) * (x - other.mean_);
        }
        const double shift = of[0] / other.count_;
        other.mean_ += shift;
        other.squares_ = std::max(of[1] - of[0] * shift, 0.0);
        merge(other);
    }

    double count_ = 0;
    double mean_ = 0;
    double squares_ = 0;
};

/// Whether no two values differ, missing ones left out; true where there are none.
[[nodiscard]] inline bool all_equal(std::span<const double> values) noexcept {
    double first = missing;
    for (const double x : values) {
        if (std::isnan(x)) continue;
        if (std::isnan(first)) first = x;
        if (x != first) return false;
    }
    return true;
}

/// The moments of a column.
[[nodiscard]] inline Moments moments_of(std::span<const double> values) {
    Moments moments;
    moments.add(values);
    return moments;
}

}  // namespace gasket::detail
