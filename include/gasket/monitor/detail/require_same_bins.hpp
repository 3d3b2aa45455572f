#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gasket/core/error.hpp"

namespace gasket::detail {

/// throws DataError unless both samples were counted in as many bins
inline void require_same_bins(std::span<const std::uint64_t> first, std::span<const std::uint64_t> second,
                              std::string_view who) {
    if (first.size() == second.size()) return;
    throw DataError(ErrorCode::bad_metric_input, {.expected = "counts in the same bins",
                                                  .found = std::to_string(first.size()) + " and " +
                                                           std::to_string(second.size()) + " bins",
                                                  .where = std::string(who),
                                                  .advice = "count both samples with the same FrozenBins"});
}

}  // namespace gasket::detail
