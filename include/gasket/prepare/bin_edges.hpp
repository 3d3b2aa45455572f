#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/prepare/sorted_present.hpp"

namespace gasket {

/// How numbers are cut into bins.
enum class Bins {
    uniform,   ///< of equal width
    quantile,  ///< of equally many rows
    k_means,   ///< so that values are near the mean of their bin
};

namespace detail {

/// The bin of `x` between ascending edges: 0 below the first; at an edge the bin above.
[[nodiscard]] inline std::size_t bin_of(std::span<const double> edges, double x) noexcept {
    return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), x) - edges.begin());
}

/// Means of ascending values, moved until no value is nearer to another than to its own (Lloyd, 1982). Starts
/// with means at even distances; a mean that loses all its values is dropped. O(rows) a round.
[[nodiscard]] inline std::vector<double> means_of_sorted(std::span<const double> sorted, std::size_t count) {
    const double width = (sorted.back() - sorted.front()) / static_cast<double>(count);
    std::vector<double> means(count);
    for (std::size_t c = 0; c < count; ++c)
        means[c] = sorted.front() + (static_cast<double>(c) + 0.5) * width;
    for (int round = 0; round < 1000; ++round) {
        std::vector<double> moved;
        std::size_t at = 0;
        for (std::size_t c = 0; c < means.size(); ++c) {
            const double end = c + 1 < means.size() ? (means[c] + means[c + 1]) / 2 : HUGE_VAL;
            const std::size_t begin = at;
            Sum sum;
            for (; at < sorted.size() && sorted[at] <= end; ++at) sum.add(sorted[at]);
            if (at > begin) moved.push_back(sum.value() / static_cast<double>(at - begin));
        }
        if (moved == means) break;
        means = std::move(moved);
    }
    return means;
}

/// The edges between at most `bins` bins of ascending values; fewer where edges would coincide. O(rows).
[[nodiscard]] inline std::vector<double> bin_edges(std::span<const double> sorted, std::size_t bins,
                                                   Bins how) {
    if (sorted.empty() || sorted.front() == sorted.back()) return {};
    std::vector<double> all;  // with both ends
    if (how == Bins::k_means) {
        const std::vector<double> means = means_of_sorted(sorted, bins);
        all.push_back(sorted.front());
        for (std::size_t c = 0; c + 1 < means.size(); ++c) all.push_back((means[c] + means[c + 1]) / 2);
        all.push_back(sorted.back());
    } else {
        const double step = (sorted.back() - sorted.front()) / static_cast<double>(bins);
        for (std::size_t b = 0; b <= bins; ++b) {
            const auto at = static_cast<double>(b);
            all.push_back(how == Bins::uniform ? at * step + sorted.front()
                                               : quantile_of_sorted(sorted, at / static_cast<double>(bins)));
        }
        if (how == Bins::uniform) all.back() = sorted.back();
    }
    all.erase(std::unique(all.begin(), all.end(), [](double a, double b) { return !(b > a); }), all.end());
    if (all.size() < 3) return {};
    return {all.begin() + 1, all.end() - 1};
}

}  // namespace detail
}  // namespace gasket
