#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/split/assign.hpp"
#include "gasket/split/training.hpp"

namespace gasket::detail {

/// `take` of the rows (at least one of each stratum, at most all of them), ascending, with the shares of the
/// strata that all of them have. A larger sample of the same seed holds every smaller one. O(rows log rows)
inline std::vector<std::size_t> subsample(const Training& whole, std::span<const std::size_t> rows,
                                          std::size_t take, std::uint64_t seed) {
    std::vector<double> labels;
    labels.reserve(rows.size());
    for (const std::size_t r : rows) labels.push_back(whole.labels()[r]);
    const std::vector<int> strata = strata_of(whole.target(), labels);
    std::map<int, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < rows.size(); ++i) members[strata[i]].push_back(rows[i]);
    // The k-th of n rows of a stratum comes at k / n: so each beginning of the whole order has its share of
    // all strata.
    std::vector<std::pair<double, std::size_t>> order;
    order.reserve(rows.size());
    for (auto& [stratum, of] : members) {
        Random random(derive_seed(seed, static_cast<std::uint64_t>(stratum)));
        random.shuffle(std::span<std::size_t>(of));
        for (std::size_t k = 0; k < of.size(); ++k)
            order.emplace_back(static_cast<double>(k) / static_cast<double>(of.size()), of[k]);
    }
    take = std::min(std::max(take, members.size()), rows.size());
    std::sort(order.begin(), order.end());
    std::vector<std::size_t> out;
    out.reserve(take);
    for (std::size_t i = 0; i < take; ++i) out.push_back(order[i].second);
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace gasket::detail
