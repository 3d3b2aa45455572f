#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "gasket/evaluate/bootstrap.hpp"
#include "gasket/evaluate/evaluation.hpp"
#include "gasket/evaluate/no_skill.hpp"
#include "gasket/pipeline/artifact.hpp"
#include "gasket/pipeline/model.hpp"
#include "gasket/split/wall.hpp"

namespace gasket {

namespace detail {

/// throws DataError unless the rows have the model's target
inline void require_target(const Model& model, const Target& target) {
    if (target == model.target()) return;
    throw DataError(ErrorCode::bad_metric_input,
                    {.expected = "rows with the model's target " + text::quoted(model.target().column),
                     .found = "target " + text::quoted(target.column),
                     .where = "evaluate",
                     .advice = "judge a model on the holdout of the split that it learned from"});
}

/// How many resamples intervals are made of: 500, and none for more than 50,000 rows, whose intervals are
/// narrow and cost much.
inline std::size_t usual_resamples(std::size_t rows) {
    return rows <= 50000 ? 500 : 0;
}

/// Every metric with its interval, and what it is without skill; missing where one of many classes has no row
/// and the metric asks for it.
inline void add_metrics(Evaluation& e, const std::vector<Metric>& metrics, const Predictions& predictions,
                        const LabelledRows& rows, std::size_t resamples) {
    const NoSkill none(rows, predictions);
    const ScoredRows scored = ScoredRows::of(predictions, rows);
    const bool lacking = rows.target.task == Task::multiclass && lacks_class(rows.target, rows.labels);
    const auto unless_lacking = [&](const auto& value) {
        try {
            return value();
        } catch (const DataError&) {
            if (!lacking) throw;
            return missing;
        }
    };
    for (const Metric& metric : metrics) {
        e.metrics.emplace_back(metric.name, unless_lacking([&] { return measure(metric, scored); }));
        e.without_skill.push_back(unless_lacking([&] { return none.of(metric); }));
        if (resamples == 0 || is_missing(e.metrics.back().second)) continue;
        e.intervals.emplace_back(metric.name, bootstrap_interval(metric, scored, {.resamples = resamples}));
    }
}

/// All figures of a model on labelled rows.
inline Evaluation evaluate_rows(const Model& model, const LabelledRows& rows, const SplitRecord& record,
                                const std::optional<Offer>& offer,
                                std::optional<std::size_t> asked = std::nullopt) {
    require_target(model, rows.target);
    const Predictions predictions = model.predict(rows.table);
    const std::vector<double>& scores = predictions.values;
    const std::vector<double>& truth = rows.labels;
    const std::vector<double>& w = rows.weights;
    const std::size_t resamples = asked.value_or(usual_resamples(truth.size()));
    Evaluation e;
    e.target = rows.target;
    e.holdout = record;
    e.threshold = model.threshold();
    if (rows.target.task == Task::regression) {
        add_metrics(e, {rmse_metric, mae_metric, median_absolute_error_metric, mape_metric, r2_metric},
                    predictions, rows, resamples);
        return e;
    }
    add_metrics(e,
                {auc, average_precision_metric, log_loss_metric, brier_metric, accuracy, balanced_accuracy,
                 mcc, precision, recall, f1},
                predictions, rows, resamples);
    if (rows.target.task == Task::multiclass) {
        e.matrix = decisions_of(ScoredRows::of(predictions, rows), truth, scores, w);
        e.report = classification_report(*e.matrix, rows.target.classes);
        return e;
    }
    e.confusion = confusion_at(truth, scores, e.threshold, w);
    e.report = classification_report(e.confusion, rows.target.classes[0], rows.target.classes[1]);
    e.roc = roc_curve(truth, scores, w);
    e.precision_recall = precision_recall_curve(truth, scores, w);
    e.calibration = calibration_curve(truth, scores, 10);
    if (offer) e.business = business_value(*offer, truth, scores, e.threshold);
    return e;
}

}  // namespace detail

/// Judges a model on validation rows, as often as one likes: figures to choose by, which flatter what is
/// chosen.
///
/// O(rows log rows)   throws DataError (another target, one class), SchemaError
[[nodiscard]] inline Evaluation evaluate(const Model& model, const Validation& validation,
                                         const std::optional<Offer>& offer = std::nullopt) {
    return detail::evaluate_rows(model, validation.rows, validation.record, offer);
}

/// Judges a model on the holdout and spends it: a second look throws, in this process and, where the splitter
/// named a ledger, in every other. Give an Offer to have the decisions priced too.
///
///     const Evaluation verdict = evaluate(model, std::move(test));
///
/// O(rows log rows)   throws SplitError (spent), FileError (the ledger), DataError (another target, which
/// spends nothing; one class), SchemaError
template <class H>
requires(!std::is_same_v<std::remove_cvref_t<H>, Validation>) [[nodiscard]] Evaluation
    evaluate(const Model& model, H&& holdout, const std::optional<Offer>& offer = std::nullopt) {
    static_assert(std::is_same_v<H, Holdout>,
                  "the holdout is spent by judging a model on it: pass std::move(test)");
    if constexpr (std::is_same_v<H, Holdout>) {
        if (holdout.sealed()) detail::require_target(model, holdout.target());
        const OpenedHoldout opened = detail::Wall::open(std::forward<H>(holdout), [&] {
            return "evaluate of " + text::list(model.stages(), 30) + ", model " +
                   identity(model).substr(0, 12);
        });
        return detail::evaluate_rows(model, opened.rows, opened.record, offer);
    }
}

}  // namespace gasket
