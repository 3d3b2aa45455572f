#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/data/detail/sort_doubles.hpp"

namespace gasket {

/// How far the values of one sample would have to be moved to become another's.
struct Wasserstein {
    /// mean way of a value, in the unit of the values
    double distance = missing;
    /// the same in standard deviations of the first sample; missing where those are 0
    double in_deviations = missing;
};

/// How far values lie outside the range of training, added up. A summary: those of parts are merged into that
/// of the whole. Infinite and missing values add nothing.
class Beyond {
  public:
    Beyond() = default;
    /// One that goes on from what was kept of another.
    explicit Beyond(double value) noexcept { sum_.add(value); }

    /// `low` and `high`: the range
    void add(double x, double low, double high) noexcept {
        if (!std::isfinite(x)) return;
        if (x < low) sum_.add(low - x);
        if (x > high) sum_.add(x - high);
    }
    void merge(const Beyond& other) noexcept { sum_.merge(other.sum_); }
    [[nodiscard]] double value() const noexcept { return sum_.value(); }

  private:
    Sum sum_;
};

/// The Wasserstein distance of order 1 (the area between the two distribution functions) of two samples, as
/// scipy.stats.wasserstein_distance; missing values are left out, infinite ones too.
///
/// O(n log n)   missing where a sample is empty
/// reference: Vallender, Calculation of the Wasserstein distance between probability distributions on the
/// line, 1974
[[nodiscard]] inline Wasserstein wasserstein(std::span<const double> first, std::span<const double> second) {
    const auto sorted = [](std::span<const double> values) {
        std::vector<double> out;
        for (const double x : values) {
            if (std::isfinite(x)) out.push_back(x);
        }
        detail::sort_doubles(out);
        return out;
    };
    const std::vector<double> a = sorted(first);
    const std::vector<double> b = sorted(second);
    if (a.empty() || b.empty()) return {};
    const auto n = static_cast<double>(a.size());
    const auto m = static_cast<double>(b.size());
    Sum area;
    double last = std::min(a.front(), b.front());
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
        const double x = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
        area.add(std::abs(static_cast<double>(i) / n - static_cast<double>(j) / m) * (x - last));
        last = x;
        while (i < a.size() && a[i] == x) ++i;
        while (j < b.size() && b[j] == x) ++j;
    }
    Sum sum;
    for (const double x : a) sum.add(x);
    const double mean = sum.value() / n;
    Sum squares;
    for (const double x : a) squares.add((x - mean) * (x - mean));
    const double deviation = std::sqrt(squares.value() / n);
    return {area.value(), deviation > 0 ? area.value() / deviation : missing};
}

/// The same of counts by the cells of FrozenBins, of which the first is for missing values. `points` are the
/// values that the cells lie at and between (FrozenBins::grid). Counts at a point are exact; those between
/// two points are spread evenly over the gap, for both samples: so the distance is exact for up to 256
/// different values, and for more wrong by no more than the rows of a gap can be, 1/128 of the range.
/// Values outside the range of training are known to be there and not where: they stand at its end, unless
/// `beyond` says how far they lie behind it.
///
/// O(cells)   missing where a sample is empty or there is no grid
[[nodiscard]] inline Wasserstein wasserstein_of_cells(std::span<const double> points,
                                                      std::span<const std::uint64_t> reference,
                                                      std::span<const std::uint64_t> live,
                                                      const Beyond& beyond = {}) {
    if (points.empty() || reference.size() != 2 * points.size() + 2 || live.size() != reference.size())
        return {};
    const auto total = [](std::span<const std::uint64_t> cells) {
        return static_cast<double>(std::accumulate(cells.begin() + 1, cells.end(), std::uint64_t{0}));
    };
    const double n = total(reference);
    const double m = total(live);
    if (n == 0 || m == 0) return {};
    const auto share = [&](std::size_t cell) {
        return static_cast<double>(reference[cell]) / n - static_cast<double>(live[cell]) / m;
    };
    Sum area;
    Sum mean;                 // of the reference, from the first point
    double ahead = share(1);  // the difference of the distribution functions
    for (std::size_t k = 0; k < points.size(); ++k) {
        ahead += share(2 + 2 * k);
        mean.add(static_cast<double>(reference[2 + 2 * k]) / n * (points[k] - points[0]));
        if (k + 1 == points.size()) break;
        const double width = points[k + 1] - points[k];
        const double next = ahead + share(3 + 2 * k);
        // the area under the line from `ahead` to `next`, which may cross 0
        const double both = std::abs(ahead) + std::abs(next);
        if (both > 0) {
            const bool crosses = (ahead < 0) != (next < 0);
            area.add(width / 2 * (crosses ? (ahead * ahead + next * next) / both : both));
        }
        mean.add(static_cast<double>(reference[3 + 2 * k]) / n * (points[k] - points[0] + width / 2));
        ahead = next;
    }
    Sum squares;
    for (std::size_t k = 0; k < points.size(); ++k) {
        const double at = points[k] - points[0] - mean.value();
        squares.add(static_cast<double>(reference[2 + 2 * k]) / n * at * at);
        if (k + 1 == points.size()) break;
        const double width = points[k + 1] - points[k];
        const double middle = at + width / 2;
        squares.add(static_cast<double>(reference[3 + 2 * k]) / n * (middle * middle + width * width / 12));
    }
    const double distance = area.value() + beyond.value() / m;
    const double deviation = std::sqrt(squares.value());
    return {distance, deviation > 0 ? distance / deviation : missing};
}

}  // namespace gasket
