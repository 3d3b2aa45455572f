#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "gasket/core/order.hpp"

namespace gasket::detail {

/// p-values made so that calling those up to q gives a share of at most q false ones: the step-up procedure.
/// Where nothing at all is to be found, the chance of calling anything is at most q. O(n log n)
///
/// reference: Benjamini & Hochberg, Controlling the false discovery rate, 1995
[[nodiscard]] inline std::vector<double> adjusted_p_values(const std::vector<double>& p) {
    const std::vector<std::size_t> order =
        order_by(p.size(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    std::vector<double> out(p.size());
    double least = 1;
    for (std::size_t i = order.size(); i-- > 0;) {
        least = std::min(least, p[order[i]] * static_cast<double>(p.size()) / static_cast<double>(i + 1));
        out[order[i]] = least;
    }
    return out;
}

}  // namespace gasket::detail
