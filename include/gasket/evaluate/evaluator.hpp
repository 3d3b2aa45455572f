#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gasket/evaluate/cross_validate.hpp"
#include "gasket/evaluate/evaluate.hpp"

namespace gasket {

/// Judges the fitted chain: by cross-validation of the whole chain on the training rows, and once on the
/// holdout. Stands after the estimator; acts in `run`.
///
/// folds x fit (shared with a ThresholdTuner of the same `folds` and `seed`), and `importance_repeats` x
/// columns scores of the holdout   throws as `evaluate`
struct Evaluator {
    static constexpr std::string_view name = "evaluator";

    /// at least 2
    std::size_t folds = 5;
    std::uint64_t seed = 42;
    /// how often each raw column of the holdout is shuffled for its importance; 0: no importances
    std::size_t importance_repeats = 5;
    /// resamples of the bootstrap that the metrics' intervals are made of; 0: no intervals. By default 500,
    /// and none where more than 50,000 rows are judged
    std::optional<std::size_t> resamples = std::nullopt;
    /// what an offer costs and brings, to price the decisions
    std::optional<Offer> offer = std::nullopt;

    [[nodiscard]] Evaluation judge(const Model& model, const LabelledRows& rows, const SplitRecord& record,
                                   const OutOfFold& scores) const {
        Evaluation e = detail::evaluate_rows(model, rows, record, offer, resamples);
        const Metric& metric = rows.target.task == Task::regression ? rmse_metric : auc;
        e.cross_validation = {detail::by_fold(scores, metric)};
        if (importance_repeats > 0)
            e.importances = permutation_importance(model, rows, metric, importance_repeats, seed);
        return e;
    }
};

}  // namespace gasket
