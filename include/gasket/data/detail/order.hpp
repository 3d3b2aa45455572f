#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
#include <vector>

namespace gasket::detail {

/// 0 to count - 1 in the order of `before`, equals by number. For short lists: one sort for all of them
/// compiles faster than one of each type.
[[nodiscard]] inline std::vector<std::size_t> order_by(
    std::size_t count, const std::function<bool(std::size_t, std::size_t)>& before) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return before(a, b) || (a < b && !before(b, a)); });
    return order;
}

}  // namespace gasket::detail
