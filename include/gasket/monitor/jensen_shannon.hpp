#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "gasket/core/numeric.hpp"
#include "gasket/monitor/detail/require_same_bins.hpp"

namespace gasket {

/// The Jensen-Shannon distance of two samples that were counted in the same bins: the root of the mean
/// Kullback-Leibler divergence of either from the middle between both, in bits. 0: the same shares, 1: no bin
/// has rows of both. Symmetric, finite without smoothing, and a metric. As
/// scipy.spatial.distance.jensenshannon with base 2; missing where a sample is empty.
///
/// O(bins)   throws DataError for counts of different lengths
/// reference: Lin, Divergence measures based on the Shannon entropy, 1991; Endres & Schindelin, A new metric
/// for probability distributions, 2003
[[nodiscard]] inline double jensen_shannon(std::span<const std::uint64_t> first,
                                           std::span<const std::uint64_t> second) {
    detail::require_same_bins(first, second, "jensen_shannon");
    double n = 0;
    double m = 0;
    for (std::size_t b = 0; b < first.size(); ++b) {
        n += static_cast<double>(first[b]);
        m += static_cast<double>(second[b]);
    }
    if (n == 0 || m == 0) return missing;
    double divergence = 0;
    for (std::size_t b = 0; b < first.size(); ++b) {
        const double p = static_cast<double>(first[b]) / n;
        const double q = static_cast<double>(second[b]) / m;
        const double middle = (p + q) / 2;
        if (p > 0) divergence += p * std::log2(p / middle) / 2;
        if (q > 0) divergence += q * std::log2(q / middle) / 2;
    }
    return std::sqrt(std::clamp(divergence, 0.0, 1.0));  // rounding may leave the range by a bit
}

}  // namespace gasket
