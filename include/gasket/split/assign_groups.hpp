#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <unordered_map>
#include <vector>

#include "gasket/core/random.hpp"

namespace gasket::detail {

/// A group that stays whole: its rows, and how many of them each stratum has.
struct GroupUnit {
    std::vector<std::size_t> rows;
    std::vector<double> counts;
};

/// The groups of `rows`, in the order of their first rows. `strata[r]`, where given, is the stratum of row r.
inline std::vector<GroupUnit> make_groups(std::span<const std::size_t> rows,
                                          std::span<const std::uint64_t> groups,
                                          std::span<const int> strata) {
    std::size_t count = 1;
    for (const int s : strata) count = std::max(count, static_cast<std::size_t>(s) + 1);
    std::vector<GroupUnit> units;
    std::unordered_map<std::uint64_t, std::size_t> at;
    for (const std::size_t r : rows) {
        const auto [it, fresh] = at.try_emplace(groups[r], units.size());
        if (fresh) units.push_back({{}, std::vector<double>(count, 0.0)});
        units[it->second].rows.push_back(r);
        units[it->second].counts[strata.empty() ? 0 : static_cast<std::size_t>(strata[r])] += 1;
    }
    return units;
}

/// Standard deviation (divisor n).
inline double spread(std::span<const double> values) noexcept {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0;
    for (const double x : values) squares += (x - mean) * (x - mean);
    return std::sqrt(squares / n);
}

/// Deals whole groups out to parts of the given shares, which sum to 1: those with most to balance first,
/// each to the part where the strata come out most even; alike, to the part with fewer rows. Groups that are
/// alike in what they have to balance are dealt in the order in which they come. Returns the part of each row
/// (-1 for rows in no group).
///
/// O(groups x parts^2 x strata)   reference: the rule of scikit-learn's StratifiedGroupKFold; with one
/// stratum, the largest group first to the emptiest part (Graham, Bounds on multiprocessing timing anomalies,
/// 1969)
inline std::vector<int> deal_groups(const std::vector<GroupUnit>& units, std::span<const double> shares,
                                    std::size_t row_count) {
    std::vector<int> part(row_count, -1);
    if (units.empty()) return part;
    const std::size_t parts = shares.size();
    const std::size_t strata = units.front().counts.size();
    std::vector<double> total(strata, 0);
    std::vector<double> weight(units.size());  // how much there is to balance
    for (std::size_t u = 0; u < units.size(); ++u) {
        for (std::size_t s = 0; s < strata; ++s) total[s] += units[u].counts[s];
        weight[u] = strata > 1 ? spread(units[u].counts) : units[u].counts[0];
    }
    std::vector<std::size_t> order(units.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return weight[a] > weight[b]; });

    std::vector<double> held(parts * strata, 0);  // rows of stratum s in part p, at s * parts + p
    std::vector<double> rows(parts, 0);
    std::vector<double> filled(parts);
    for (const std::size_t u : order) {
        const std::vector<double>& counts = units[u].counts;
        const auto size = static_cast<double>(units[u].rows.size());
        std::size_t best = 0;
        double least = std::numeric_limits<double>::infinity();
        double fewest = std::numeric_limits<double>::infinity();
        for (std::size_t p = 0; p < parts; ++p) {
            double uneven = 0;
            std::size_t present = 0;
            for (std::size_t s = 0; s < strata; ++s) {
                if (total[s] == 0) continue;
                ++present;
                for (std::size_t q = 0; q < parts; ++q) {
                    const double rows_there = held[s * parts + q] + (q == p ? counts[s] : 0);
                    filled[q] = rows_there / (total[s] * shares[q] * static_cast<double>(parts));
                }
                uneven += spread(filled);
            }
            uneven /= static_cast<double>(present);
            const double in_part = (rows[p] + size) / shares[p];
            const bool alike = std::abs(uneven - least) <= 1e-8 + 1e-5 * std::abs(least);
            if (uneven < least || (alike && in_part < fewest)) {
                best = p;
                least = uneven;
                fewest = in_part;
            }
        }
        for (std::size_t s = 0; s < strata; ++s) held[s * parts + best] += counts[s];
        rows[best] += size;
        for (const std::size_t r : units[u].rows) part[r] = static_cast<int>(best);
    }
    return part;
}

/// As above, with groups that are alike in a random order.
inline std::vector<int> deal_groups(std::vector<GroupUnit> units, std::span<const double> shares,
                                    std::size_t row_count, std::uint64_t seed) {
    Random(derive_seed(seed, 0)).shuffle(std::span<GroupUnit>(units));
    return deal_groups(units, shares, row_count);
}

}  // namespace gasket::detail
