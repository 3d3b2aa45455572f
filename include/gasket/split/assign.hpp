#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/data/row_digest.hpp"
#include "gasket/split/target.hpp"

namespace gasket::detail {

/// Rows that must stay on one side: a row alone, or a row with its exact copies.
struct Unit {
    std::vector<std::size_t> rows;
    int stratum = 0;
};

/// One unit for each row of `rows`, or for each set of equal rows where `digests` is not empty. A unit takes
/// its stratum from its first row. Counts the copies.
inline std::vector<Unit> make_units(std::span<const std::size_t> rows, std::span<const int> strata,
                                    std::span<const std::uint64_t> digests, std::size_t& copies) {
    std::vector<Unit> units;
    units.reserve(rows.size());
    std::unordered_map<std::uint64_t, std::size_t> at;
    copies = 0;
    for (const std::size_t r : rows) {
        if (!digests.empty()) {
            const auto [it, fresh] = at.try_emplace(digests[r], units.size());
            if (!fresh) {
                units[it->second].rows.push_back(r);
                ++copies;
                continue;
            }
        }
        units.push_back({{r}, strata.empty() ? 0 : strata[r]});
    }
    return units;
}

/// The stratum of every row: its class, or for regression its tenth by rank of the target. Rows with a
/// missing label get 0.
inline std::vector<int> strata_of(const Target& target, std::span<const double> labels) {
    std::vector<int> strata(labels.size(), 0);
    if (target.task != Task::regression) {
        for (std::size_t i = 0; i < labels.size(); ++i)
            strata[i] = std::isnan(labels[i]) ? 0 : static_cast<int>(labels[i]);
        return strata;
    }
    std::vector<double> sorted;
    for (const double y : labels) {
        if (!std::isnan(y)) sorted.push_back(y);
    }
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> edges;
    for (int q = 1; q < 10; ++q) edges.push_back(quantile_of_sorted(sorted, q / 10.0));
    for (std::size_t i = 0; i < labels.size(); ++i) {
        strata[i] = static_cast<int>(std::upper_bound(edges.begin(), edges.end(), labels[i]) - edges.begin());
    }
    return strata;
}

/// Deals units out to parts of the given shares (which sum to 1), each stratum by itself, so that every part
/// gets its share of every stratum to within one unit. Returns the part of each row (-1 for rows in no unit).
inline std::vector<int> deal(std::vector<Unit> units, std::span<const double> shares, std::size_t row_count,
                             std::uint64_t seed) {
    std::map<int, std::vector<std::size_t>> by_stratum;
    for (std::size_t u = 0; u < units.size(); ++u) by_stratum[units[u].stratum].push_back(u);

    std::vector<int> part(row_count, -1);
    std::vector<double> total(shares.size(), 0);  // rows dealt to each part so far, over all strata
    double dealt = 0;
    for (auto& [stratum, members] : by_stratum) {
        Random random(derive_seed(seed, static_cast<std::uint64_t>(stratum)));
        random.shuffle(std::span<std::size_t>(members));
        std::size_t rows = 0;
        for (const std::size_t u : members) rows += units[u].rows.size();
        std::vector<double> room(shares.size());  // rows of this stratum that each part may still get
        for (std::size_t p = 0; p < shares.size(); ++p) room[p] = shares[p] * static_cast<double>(rows);
        for (const std::size_t u : members) {
            // The part with the most room; ties go to the part furthest behind over all strata, then to the
            // first.
            std::size_t best = 0;
            for (std::size_t p = 1; p < shares.size(); ++p) {
                const double more = room[p] - room[best];
                const double behind = (shares[p] * dealt - total[p]) - (shares[best] * dealt - total[best]);
                if (more > 1e-9 || (more > -1e-9 && behind > 1e-9)) best = p;
            }
            const auto size = static_cast<double>(units[u].rows.size());
            room[best] -= size;
            total[best] += size;
            dealt += size;
            for (const std::size_t r : units[u].rows) part[r] = static_cast<int>(best);
        }
    }
    return part;
}

}  // namespace gasket::detail
