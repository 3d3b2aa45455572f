#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gasket/core/radix_sort.hpp"

namespace gasket::detail {

/// Sorts numbers other than NaN ascending. O(n).
inline void sort_doubles(std::vector<double>& values) {
    if (values.size() < 2048) {
        std::sort(values.begin(), values.end());
        return;
    }
    std::vector<std::uint64_t> keys(values.size());
    std::transform(values.begin(), values.end(), keys.begin(), ordered_bits);
    radix_sort(keys, [](std::uint64_t key) { return key; });
    std::transform(keys.begin(), keys.end(), values.begin(), from_ordered_bits);
}

}  // namespace gasket::detail
