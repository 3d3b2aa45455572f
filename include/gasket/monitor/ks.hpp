#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/data/detail/sort_doubles.hpp"
#include "gasket/monitor/detail/kolmogorov.hpp"

namespace gasket {

/// How far apart two samples are.
struct KsTest {
    /// the greatest gap between the shares of the two that are at most x, over all x; from 0 to 1
    double statistic = missing;
    /// the chance of such a gap or a greater one where both come from one distribution
    double p_value = missing;
};

namespace detail {

/// The chance of a gap of `h` steps or more between the empirical distributions of n values each, exactly:
/// the walks of n steps up and n down that reach h, by reflection. O(n)
[[nodiscard]] inline double ks_exact_equal(std::uint64_t n, std::uint64_t h) noexcept {
    double p = 0;
    for (std::uint64_t k = n / h; k > 0; --k) {
        double share = 1;  // of walks that end 2 k h higher
        for (std::uint64_t j = 0; j < h; ++j)
            share *= (static_cast<double>(n) - static_cast<double>(k * h) + static_cast<double>(h - j)) /
                     (static_cast<double>(n) + static_cast<double>(k * h) - static_cast<double>(j));
        p = share * (1 - p);
    }
    return 2 * p;
}

/// The same for samples of any two sizes: the chance that a random walk over the grid of n x m has been
/// further than `gap` from its diagonal. Two gaps that differ by rounding alone are one. O(n m)
[[nodiscard]] inline double ks_exact(std::uint64_t n, std::uint64_t m, double gap) {
    if (n < m) std::swap(n, m);
    const std::uint64_t divisor = std::gcd(n, m);
    const std::uint64_t up = m / divisor;    // what a step along n adds to the distance, in units of 1 / lcm
    const std::uint64_t down = n / divisor;  // what a step along m takes off
    const double unit = static_cast<double>(n) * static_cast<double>(up);
    const auto h = static_cast<std::uint64_t>(std::nearbyint(gap * unit));
    if (h == 0) return 1;
    if (n == m) return ks_exact_equal(n, h);
    // outside[j]: of all walks to (i, j) the share that has been outside; 1 there
    std::vector<double> outside(m + 1, 1.0);
    for (std::uint64_t j = 0; j <= m && j * down < h; ++j) outside[j] = 0;
    for (std::uint64_t i = 1; i <= n; ++i) {
        const std::uint64_t at = i * up;
        std::uint64_t low = at >= h ? (at - h) / down + 1 : 0;  // the first j with at - j down < h
        const std::uint64_t high = std::min(m, (at + h - 1) / down);
        if (low > 0) outside[std::min(low - 1, m)] = 1;
        if (low > high) return 1;
        for (std::uint64_t j = low; j <= high; ++j) {
            const double before = j == 0 ? 0 : outside[j - 1] * static_cast<double>(j);
            outside[j] = (outside[j] * static_cast<double>(i) + before) / static_cast<double>(i + j);
        }
    }
    return outside[m];
}

}  // namespace detail

namespace detail {

/// By the distribution for one sample of n m / (n + m) values. At most O(10,000), up to 100,000 values O((n
/// D)^3 log n)
[[nodiscard]] inline double ks_asymptotic(double statistic, std::uint64_t n, std::uint64_t m) {
    const auto a = static_cast<double>(n);
    const auto b = static_cast<double>(m);
    return kolmogorov_survival(std::nearbyint(a * b / (a + b)), statistic);
}

}  // namespace detail

/// The chance of a Kolmogorov-Smirnov statistic of at least `statistic` between samples of n and m values of
/// one distribution, for values without ties (with ties the true chance is smaller). Exact up to 10,000
/// values on both sides, beyond that by the distribution for one sample of n m / (n + m) values, as
/// scipy.stats.ks_2samp.
///
/// O(n m) up to 10,000 values, else at most O(10,000); missing where a sample is empty
/// reference: Hodges, The significance probability of the Smirnov two-sample test, 1958; Simard & L'Ecuyer,
/// Computing the two-sided Kolmogorov-Smirnov distribution, 2011
[[nodiscard]] inline double ks_p_value(double statistic, std::uint64_t n, std::uint64_t m) {
    if (n == 0 || m == 0 || is_missing(statistic)) return missing;
    if (std::max(n, m) <= 10000) return std::clamp(detail::ks_exact(n, m, statistic), 0.0, 1.0);
    return detail::ks_asymptotic(statistic, n, m);
}

/// The two-sample Kolmogorov-Smirnov test (two-sided); missing values are left out.
///
/// O(n log n), and the cost of ks_p_value()
[[nodiscard]] inline KsTest ks_test(std::span<const double> first, std::span<const double> second) {
    const auto sorted = [](std::span<const double> values) {
        std::vector<double> out;
        for (const double x : values) {
            if (!is_missing(x)) out.push_back(x);
        }
        detail::sort_doubles(out);
        return out;
    };
    const std::vector<double> a = sorted(first);
    const std::vector<double> b = sorted(second);
    if (a.empty() || b.empty()) return {};
    KsTest out{.statistic = 0};
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        const double x = std::min(a[i], b[j]);
        while (i < a.size() && a[i] == x) ++i;
        while (j < b.size() && b[j] == x) ++j;
        out.statistic =
            std::max(out.statistic, std::abs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                             static_cast<double>(j) / static_cast<double>(b.size())));
    }
    out.p_value = ks_p_value(out.statistic, a.size(), b.size());
    return out;
}

/// The same of counts by the cells of FrozenBins, of which the first is for missing values. The gap is looked
/// for at the points of the grid, right before and right at each: so it is at most what training has between
/// two points smaller than the true one (about 1 / 256 for numbers that are all different, 0 for up to 256
/// different ones). The chance is that for large samples, always. Missing where a sample is empty.
///
/// O(cells)
[[nodiscard]] inline KsTest ks_of_cells(std::span<const std::uint64_t> reference,
                                        std::span<const std::uint64_t> live) {
    if (reference.size() < 2 || reference.size() != live.size()) return {};
    const std::uint64_t n = std::accumulate(reference.begin() + 1, reference.end(), std::uint64_t{0});
    const std::uint64_t m = std::accumulate(live.begin() + 1, live.end(), std::uint64_t{0});
    if (n == 0 || m == 0) return {};
    KsTest out{.statistic = 0};
    std::uint64_t below_reference = 0;
    std::uint64_t below_live = 0;
    for (std::size_t c = 1; c < live.size(); ++c) {
        below_reference += reference[c];
        below_live += live[c];
        const double gap = static_cast<double>(below_reference) / static_cast<double>(n) -
                           static_cast<double>(below_live) / static_cast<double>(m);
        out.statistic = std::max(out.statistic, std::abs(gap));
    }
    out.p_value = detail::ks_asymptotic(out.statistic, n, m);
    return out;
}

}  // namespace gasket
