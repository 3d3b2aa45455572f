#pragma once

#include <span>
#include <string_view>

#include "gasket/evaluate/confusion.hpp"
#include "gasket/evaluate/metrics.hpp"

namespace gasket {

/// A metric as a value, to be handed to ThresholdTuner, cross_validate and permutation_importance. Write one
/// of your own from a name and a function. Metrics of decisions look at a Confusion, the others at the
/// scores.
struct Metric {
    std::string_view name;
    bool greater_is_better = true;
    /// for metrics of scores
    double (*of_scores)(std::span<const double> truth, std::span<const double> score,
                        std::span<const double> weights) = nullptr;
    /// for metrics of decisions; used at a threshold
    double (*of_decisions)(const Confusion&) = nullptr;

    /// The metric; decisions are taken at `threshold`. throws DataError as the functions of metrics.hpp
    [[nodiscard]] double operator()(std::span<const double> truth, std::span<const double> score,
                                    std::span<const double> weights = {}, double threshold = 0.5) const {
        return of_scores != nullptr ? of_scores(truth, score, weights)
                                    : of_decisions(confusion_at(truth, score, threshold, weights));
    }
};

inline constexpr Metric auc{.name = "auc", .of_scores = &roc_auc};
inline constexpr Metric average_precision_metric{.name = "average_precision",
                                                 .of_scores = &average_precision};
inline constexpr Metric log_loss_metric{
    .name = "log_loss", .greater_is_better = false, .of_scores = &log_loss};
inline constexpr Metric brier_metric{.name = "brier", .greater_is_better = false, .of_scores = &brier};
inline constexpr Metric rmse_metric{.name = "rmse", .greater_is_better = false, .of_scores = &rmse};
inline constexpr Metric mae_metric{.name = "mae", .greater_is_better = false, .of_scores = &mae};
inline constexpr Metric mape_metric{.name = "mape", .greater_is_better = false, .of_scores = &mape};
inline constexpr Metric r2_metric{.name = "r2", .of_scores = &r2};

inline constexpr Metric accuracy{.name = "accuracy",
                                 .of_decisions = [](const Confusion& c) { return c.accuracy(); }};
inline constexpr Metric balanced_accuracy{
    .name = "balanced_accuracy", .of_decisions = [](const Confusion& c) { return c.balanced_accuracy(); }};
inline constexpr Metric precision{.name = "precision",
                                  .of_decisions = [](const Confusion& c) { return c.precision(); }};
inline constexpr Metric recall{.name = "recall",
                               .of_decisions = [](const Confusion& c) { return c.recall(); }};
inline constexpr Metric f1{.name = "f1", .of_decisions = [](const Confusion& c) { return c.f_beta(1); }};
/// F-beta with beta = 2: a positive that is missed weighs four times a false alarm.
inline constexpr Metric f2{.name = "f2", .of_decisions = [](const Confusion& c) { return c.f_beta(2); }};
inline constexpr Metric f_half{.name = "f_half",
                               .of_decisions = [](const Confusion& c) { return c.f_beta(0.5); }};
inline constexpr Metric mcc{.name = "mcc", .of_decisions = [](const Confusion& c) { return c.mcc(); }};

}  // namespace gasket
