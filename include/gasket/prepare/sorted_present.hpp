#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "gasket/data/detail/sort_doubles.hpp"

namespace gasket::detail {

/// The numbers of a column that are not missing, ascending. O(rows).
[[nodiscard]] inline std::vector<double> sorted_present(std::span<const double> values) {
    std::vector<double> present;
    present.reserve(values.size());
    for (const double x : values) {
        if (!std::isnan(x)) present.push_back(x);
    }
    sort_doubles(present);
    return present;
}

}  // namespace gasket::detail
