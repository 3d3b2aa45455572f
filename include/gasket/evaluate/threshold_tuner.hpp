#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gasket/evaluate/decision_weights.hpp"
#include "gasket/evaluate/metric.hpp"
#include "gasket/evaluate/threshold.hpp"
#include "gasket/pipeline/out_of_fold.hpp"

namespace gasket {

/// Chooses the threshold from which on a row is decided positive: the one that maximises a metric, or the
/// worth of an offer, over the scores that training rows got out of fold. For a target of many classes it
/// chooses what each class's probability is multiplied by before the greatest decides. Stands after the
/// estimator; the holdout has no part in it.
///
/// O(folds x fit + rows log rows); shares its folds with an Evaluator of the same `folds` and `seed`
/// reference: Lipton, Elkan & Naryanaswamy, Optimal thresholding of classifiers to maximize F1, 2014
struct ThresholdTuner {
    static constexpr std::string_view name = "threshold_tuner";

    /// a metric of decisions: f1, balanced_accuracy, ...
    Metric maximise = f1;
    /// where given, its worth is maximised in place of the metric
    std::optional<Offer> offer = std::nullopt;
    /// at least 2
    std::size_t folds = 5;
    std::uint64_t seed = 42;

    /// throws OptionError for a metric that does not depend on decisions, and for an offer to many classes;
    /// DataError for a numeric target
    [[nodiscard]] ThresholdChoice tune(const OutOfFold& scores) const {
        if (scores.target.task == Task::regression) {
            throw DataError(ErrorCode::target_not_binary,
                            {.expected = "a target of classes",
                             .found = "a numeric one",
                             .where = "ThresholdTuner, target " + text::quoted(scores.target.column),
                             .advice = "leave the ThresholdTuner out of this chain"});
        }
        if (scores.target.task == Task::multiclass) {
            detail::require_option(!offer, "ThresholdTuner.offer", "an offer to many classes",
                                   "empty unless the target is binary");
            return best_decision_weights(scores.labels, scores.scores, scores.target.classes.size(), maximise,
                                         scores.weights);
        }
        if (offer) return most_valuable_threshold(scores.labels, scores.scores, offer->utility());
        return best_threshold(scores.labels, scores.scores, maximise, scores.weights);
    }
};

}  // namespace gasket
