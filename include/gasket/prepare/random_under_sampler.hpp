#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/prepare/resampled.hpp"

namespace gasket {

/// Leaves out rows of the larger classes, drawn at random, until the smallest class has `ratio` times as many
/// rows as each of them. The rows that stay keep their order and weight.
///
/// Acts in fit only, on training rows only. Throws information away: for tables so large that fitting on all
/// rows is too slow. Scores follow the shares of the rows that stay; see RandomOverSampler.
///
/// resample O(rows x columns)   throws OptionError (ratio), DataError (no rows, a numeric target)
/// reference: Japkowicz & Stephen, The class imbalance problem, 2002
struct RandomUnderSampler {
    static constexpr std::string_view name = "random_under_sampler";

    /// above 0, at most 1: rows of the smallest class over those of any other
    double ratio = 1;
    std::uint64_t seed = 42;

    [[nodiscard]] Resampled resample(const TrainingRows& rows) const {
        detail::require_ratio(ratio, "RandomUnderSampler");
        const auto classes = detail::rows_by_class(rows, "RandomUnderSampler");
        std::size_t smallest = rows.rows();
        for (const auto& members : classes) {
            if (!members.empty()) smallest = std::min(smallest, members.size());
        }
        const auto most = static_cast<std::size_t>(static_cast<double>(smallest) / ratio);
        std::vector<std::size_t> taken;
        for (std::size_t c = 0; c < classes.size(); ++c) {
            Random random(derive_seed(seed, c));
            for (const std::size_t i : sample_of(classes[c].size(), most, random))
                taken.push_back(classes[c][i]);
        }
        std::sort(taken.begin(), taken.end());
        return detail::take_rows(rows, taken);
    }
};

}  // namespace gasket
