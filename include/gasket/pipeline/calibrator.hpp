#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/model/calibration_curves.hpp"
#include "gasket/pipeline/out_of_fold.hpp"

namespace gasket {

/// Makes probabilities mean what they say: of the rows that get 0.3, three in ten shall be positive. Stands
/// behind the estimator and before the ThresholdTuner; learns from the scores that training rows got out of
/// fold, since a model is too sure of the rows that it learned from.
///
/// folds x fit (shared with a ThresholdTuner, Evaluator or PsiMonitor of the same `folds` and `seed`)
/// throws DataError for a numeric target
/// reference: Niculescu-Mizil & Caruana, Predicting good probabilities with supervised learning, 2005
struct Calibrator {
    static constexpr std::string_view name = "calibrator";

    Calibration method = Calibration::isotonic;
    /// at least 2
    std::size_t folds = 5;
    std::uint64_t seed = 42;

    [[nodiscard]] CalibrationCurves calibrate(const OutOfFold& scores) const {
        if (scores.target.task == Task::regression) {
            throw DataError(ErrorCode::target_not_binary,
                            {.expected = "a target of classes",
                             .found = "a numeric one",
                             .where = "Calibrator, target " + text::quoted(scores.target.column),
                             .advice = "leave the Calibrator out of this chain"});
        }
        return CalibrationCurves::fit(method, scores.scores, scores.labels, scores.weights,
                                      scores.target.outputs());
    }
};

namespace detail {

/// The same out-of-fold scores calibrated, each fold by what the other folds' rows taught: what is chosen and
/// judged on them is as honest as on raw ones.
template <class Stage>
[[nodiscard]] OutOfFold calibrated(const OutOfFold& raw, const Stage& stage) {
    OutOfFold out = raw;
    const std::size_t width = raw.target.outputs();
    std::vector<double> sum(raw.scores.size(), 0.0);
    std::vector<double> times(raw.rows.size(), 0.0);
    for (FoldScores& fold : out.folds) {
        std::vector<bool> inside(raw.rows.size(), false);
        for (const std::size_t r : fold.rows) inside[r] = true;
        OutOfFold others;
        others.target = raw.target;
        for (std::size_t r = 0; r < raw.rows.size(); ++r) {
            if (inside[r]) continue;
            others.labels.push_back(raw.labels[r]);
            if (!raw.weights.empty()) others.weights.push_back(raw.weights[r]);
            for (std::size_t k = 0; k < width; ++k) others.scores.push_back(raw.scores[r * width + k]);
        }
        // The only fold of a series in time has no others.
        const CalibrationCurves curves = stage.calibrate(others.labels.empty() ? raw : others);
        curves.apply(fold.scores.data(), fold.rows.size());
        for (std::size_t i = 0; i < fold.rows.size(); ++i) {
            for (std::size_t k = 0; k < width; ++k)
                sum[fold.rows[i] * width + k] += fold.scores[i * width + k];
            times[fold.rows[i]] += 1;
        }
    }
    for (std::size_t i = 0; i < sum.size(); ++i) out.scores[i] = sum[i] / times[i / width];
    return out;
}

}  // namespace detail
}  // namespace gasket
