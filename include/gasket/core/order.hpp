#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "gasket/core/function_ref.hpp"

namespace gasket::detail {

/// 0 to count - 1 in the order of `before`, equals by number: what a stable sort would do. One sort compiled
/// for all callers, where a std::stable_sort brings fifty functions to each; a call for each comparison is
/// the price, so it is not for rows.
[[nodiscard]] inline std::vector<std::size_t> order_by(std::size_t count,
                                                       FunctionRef<bool(std::size_t, std::size_t)> before) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return before(a, b) || (a < b && !before(b, a)); });
    return order;
}

/// The items in that order; `before` compares two of them.
template <class T, class Before>
void sort_few(std::vector<T>& items, const Before& before) {
    std::vector<T> sorted;
    sorted.reserve(items.size());
    for (const std::size_t i :
         order_by(items.size(), [&](std::size_t a, std::size_t b) { return before(items[a], items[b]); })) {
        sorted.push_back(std::move(items[i]));
    }
    items = std::move(sorted);
}

}  // namespace gasket::detail
