#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/prepare/resampled.hpp"

namespace gasket {

/// Repeats rows of the rarer classes, drawn at random, until each has `ratio` times as many rows as the
/// largest class. Copies keep the weight of their row.
///
/// Acts in fit only, on training rows only. Scores then follow the shares of the resampled rows: choose the
/// threshold by a ThresholdTuner, which uses out-of-fold scores of the original rows. `class_weight =
/// balanced` does much the same without a copy. An estimator that splits off rows for early stopping finds
/// copies on both sides: give boosting a fixed number of trees behind a resampler.
///
/// resample O(rows x columns)   throws OptionError (ratio), DataError (no rows, a numeric target)
/// reference: Japkowicz & Stephen, The class imbalance problem, 2002
struct RandomOverSampler {
    static constexpr std::string_view name = "random_over_sampler";

    /// above 0, at most 1: rows of a class over those of the largest
    double ratio = 1;
    std::uint64_t seed = 42;

    [[nodiscard]] Resampled resample(const TrainingRows& rows) const {
        detail::require_ratio(ratio, "RandomOverSampler");
        const auto classes = detail::rows_by_class(rows, "RandomOverSampler");
        const std::vector<std::size_t> more = detail::lacking(classes, ratio);
        std::vector<std::size_t> taken(rows.rows());
        std::iota(taken.begin(), taken.end(), std::size_t{0});
        for (std::size_t c = 0; c < classes.size(); ++c) {
            Random random(derive_seed(seed, c));
            for (std::size_t i = 0; i < more[c]; ++i) {
                taken.push_back(classes[c][static_cast<std::size_t>(random.below(classes[c].size()))]);
            }
        }
        return detail::take_rows(rows, taken);
    }
};

}  // namespace gasket
