#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/student_t.hpp"
#include "gasket/monitor/detail/chi_square.hpp"
#include "gasket/monitor/detail/require_same_bins.hpp"

namespace gasket {

/// How surely the shares of two samples differ.
struct ChiSquareTest {
    double statistic = missing;
    std::size_t freedom = 0;
    /// the chance of such a statistic or a greater one where both samples come from one distribution; missing
    /// where a sample is empty
    double p_value = missing;
};

namespace detail {

/// The chance that of `all` rows, each of which falls to us with the chance `share`, as many as `ours` do or
/// more, or as few or less: twice the lesser of both. O(1)
[[nodiscard]] inline double binomial_chance(double ours, double all, double share) {
    const double more = ours == 0 ? 1 : incomplete_beta(ours, all - ours + 1, share);
    const double less = ours == all ? 1 : 1 - incomplete_beta(ours + 1, all - ours, share);
    return std::min(1.0, 2 * std::min(more, less));
}

}  // namespace detail

/// Pearson's chi-square test that two samples, counted in the same bins, have the same shares. Bins that are
/// empty in both are left out. As scipy.stats.chi2_contingency without Yates' correction.
///
/// The p-value is that of large samples: where a bin expects less than about 5 rows of either sample, one row
/// too many looks like a wonder (Cochran, 1954). `least_expected` guards against that: bins that expect fewer
/// rows become one. If that one still expects too few it is left out of the statistic, and its rows are
/// tested by the binomial distribution, which needs no large samples: the p-value is then twice the lesser of
/// both. 0: no bin is joined with another.
///
/// O(bins)   throws DataError for counts of different lengths
/// reference: Pearson, On the criterion that a given system of deviations ..., 1900
[[nodiscard]] inline ChiSquareTest chi_square_test(std::span<const std::uint64_t> first,
                                                   std::span<const std::uint64_t> second,
                                                   double least_expected = 0) {
    detail::require_same_bins(first, second, "chi_square_test");
    double n = 0;
    double m = 0;
    for (std::size_t b = 0; b < first.size(); ++b) {
        n += static_cast<double>(first[b]);
        m += static_cast<double>(second[b]);
    }
    if (n == 0 || m == 0) return {};
    struct Pair {
        double first = 0;
        double second = 0;
        [[nodiscard]] double all() const noexcept { return first + second; }
    };
    const double smaller = std::min(n, m) / (n + m);
    std::vector<Pair> bins;
    Pair joined;
    for (std::size_t b = 0; b < first.size(); ++b) {
        const Pair pair{static_cast<double>(first[b]), static_cast<double>(second[b])};
        if (pair.all() == 0) continue;
        if (pair.all() * smaller >= least_expected) {
            bins.push_back(pair);
        } else {
            joined.first += pair.first;
            joined.second += pair.second;
        }
    }
    const bool sparse = joined.all() > 0 && joined.all() * smaller < least_expected;
    if (joined.all() > 0 && !sparse) bins.push_back(joined);
    if (sparse) {
        n -= joined.first;
        m -= joined.second;
    }
    ChiSquareTest out{.statistic = 0, .freedom = bins.empty() ? 0 : bins.size() - 1};
    for (const Pair& pair : bins) {
        const double expected_first = pair.all() * n / (n + m);
        const double expected_second = pair.all() * m / (n + m);
        out.statistic += (pair.first - expected_first) * (pair.first - expected_first) / expected_first +
                         (pair.second - expected_second) * (pair.second - expected_second) / expected_second;
    }
    out.p_value = detail::chi_square_tail(out.statistic, out.freedom);
    if (sparse && !bins.empty()) {
        const double share = (m + joined.second) / (n + m + joined.all());
        const double rare = detail::binomial_chance(joined.second, joined.all(), share);
        out.p_value = out.freedom == 0 ? rare : std::min(1.0, 2 * std::min(out.p_value, rare));
    }
    return out;
}

}  // namespace gasket
