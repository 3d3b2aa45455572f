#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/class_metrics.hpp"
#include "gasket/evaluate/confusion.hpp"
#include "gasket/evaluate/confusion_matrix.hpp"
#include "gasket/evaluate/curves.hpp"
#include "gasket/evaluate/metrics.hpp"
#include "gasket/split/target.hpp"

namespace gasket {

/// A metric as a value, to be handed to ThresholdTuner, cross_validate and permutation_importance. Write one
/// of your own from a name and a function for each kind of task that it is meant for.
struct Metric {
    std::string_view name;
    bool greater_is_better = true;
    /// two classes: of scores
    double (*of_scores)(std::span<const double> truth, std::span<const double> score,
                        std::span<const double> weights) = nullptr;
    /// two classes: of decisions; used at a threshold
    double (*of_decisions)(const Confusion&) = nullptr;
    /// many classes: of n x `classes` probabilities, row after row
    double (*of_probabilities)(std::span<const double> truth, std::span<const double> probabilities,
                               std::size_t classes, std::span<const double> weights) = nullptr;
    /// many classes: of decisions for the likeliest
    double (*of_classes)(const ConfusionMatrix&) = nullptr;
    /// regression
    double (*of_numbers)(std::span<const double> truth, std::span<const double> predicted,
                         std::span<const double> weights) = nullptr;

    /// Whether it is meant for such a task.
    [[nodiscard]] constexpr bool fits(Task task) const noexcept {
        if (task == Task::binary) return of_scores != nullptr || of_decisions != nullptr;
        if (task == Task::regression) return of_numbers != nullptr;
        return of_probabilities != nullptr || of_classes != nullptr;
    }

    /// throws OptionError unless it fits, naming the tasks that it is for
    void require(Task task) const {
        if (fits(task)) return;
        std::vector<std::string> tasks;
        for (const Task t : {Task::binary, Task::multiclass, Task::regression}) {
            if (fits(t)) tasks.emplace_back(name_of(t));
        }
        detail::require_option(false, "metric",
                               text::quoted(name) + (tasks.empty() ? " without any function"
                                                                   : ", which is for " + text::list(tasks)),
                               "a metric for " + std::string(name_of(task)) + " targets");
    }

    /// The metric of what a model answers for rows of this target: `scores` as Predictions::values. Decisions
    /// between two classes are taken at `threshold`. throws OptionError as `require`; DataError as the
    /// functions of metrics.hpp
    [[nodiscard]] double operator()(const Target& target, std::span<const double> truth,
                                    std::span<const double> scores, std::span<const double> weights = {},
                                    double threshold = 0.5) const {
        require(target.task);
        if (target.task == Task::regression) return of_numbers(truth, scores, weights);
        if (target.task == Task::binary) return of_two(truth, scores, weights, threshold);
        return of_many(target.classes.size(), truth, scores, weights);
    }

    /// The same by the number of classes; 1: two classes with one score a row, or numbers.
    [[nodiscard]] double operator()(std::size_t classes, std::span<const double> truth,
                                    std::span<const double> scores, std::span<const double> weights = {},
                                    double threshold = 0.5) const {
        if (classes > 1) {
            require(Task::multiclass);
            return of_many(classes, truth, scores, weights);
        }
        if (fits(Task::binary)) return of_two(truth, scores, weights, threshold);
        require(Task::regression);
        return of_numbers(truth, scores, weights);
    }

    /// The same for one score a row.
    [[nodiscard]] double operator()(std::span<const double> truth, std::span<const double> score,
                                    std::span<const double> weights = {}, double threshold = 0.5) const {
        return (*this)(std::size_t{1}, truth, score, weights, threshold);
    }

  private:
    [[nodiscard]] double of_two(std::span<const double> truth, std::span<const double> score,
                                std::span<const double> weights, double threshold) const {
        return of_scores != nullptr ? of_scores(truth, score, weights)
                                    : of_decisions(confusion_at(truth, score, threshold, weights));
    }
    [[nodiscard]] double of_many(std::size_t classes, std::span<const double> truth,
                                 std::span<const double> probabilities,
                                 std::span<const double> weights) const {
        return of_probabilities != nullptr
                   ? of_probabilities(truth, probabilities, classes, weights)
                   : of_classes(confusion_matrix(truth, probabilities, classes, weights));
    }
};

namespace detail {

using OfMatrix = const ConfusionMatrix&;

template <std::size_t k>
double top_of(std::span<const double> truth, std::span<const double> probabilities, std::size_t classes,
              std::span<const double> weights) {
    return top_k_accuracy(truth, probabilities, classes, k, weights);
}

inline double calibration_error(std::span<const double> truth, std::span<const double> score,
                                std::span<const double> weights) {
    return calibration_curve(truth, score, 10, CalibrationBins::uniform, weights).error();
}

/// Of many classes: the probability of the class decided for against how often it is the true one.
inline double class_calibration_error(std::span<const double> truth, std::span<const double> probabilities,
                                      std::size_t classes, std::span<const double> weights) {
    check_classes("calibration_error", truth, probabilities, classes, weights);
    std::vector<double> right(truth.size());
    std::vector<double> confidence(truth.size());
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const auto row = probabilities.subspan(i * classes, classes);
        const auto best = std::max_element(row.begin(), row.end());
        confidence[i] = *best;
        right[i] = static_cast<double>(best - row.begin()) == truth[i] ? 1 : 0;
    }
    return calibration_error(right, confidence, weights);
}

}  // namespace detail

/// Many classes: the mean over each class against all others.
inline constexpr Metric auc{.name = "auc", .of_scores = &roc_auc, .of_probabilities = &macro_roc_auc};
inline constexpr Metric auc_weighted{.name = "auc_weighted", .of_probabilities = &weighted_roc_auc};
inline constexpr Metric auc_pairwise{.name = "auc_pairwise", .of_probabilities = &pairwise_roc_auc};
/// Many classes: the mean over each class against all others.
inline constexpr Metric average_precision_metric{.name = "average_precision",
                                                 .of_scores = &average_precision,
                                                 .of_probabilities = &macro_average_precision};
inline constexpr Metric log_loss_metric{.name = "log_loss",
                                        .greater_is_better = false,
                                        .of_scores = &log_loss,
                                        .of_probabilities = &class_log_loss};
inline constexpr Metric brier_metric{
    .name = "brier", .greater_is_better = false, .of_scores = &brier, .of_probabilities = &class_brier};
/// Expected calibration error in ten bins of equal width; of many classes that of the class decided for.
inline constexpr Metric calibration_error_metric{.name = "calibration_error",
                                                 .greater_is_better = false,
                                                 .of_scores = &detail::calibration_error,
                                                 .of_probabilities = &detail::class_calibration_error};
inline constexpr Metric top_2_accuracy{.name = "top_2_accuracy", .of_probabilities = &detail::top_of<2>};
inline constexpr Metric top_3_accuracy{.name = "top_3_accuracy", .of_probabilities = &detail::top_of<3>};
inline constexpr Metric top_5_accuracy{.name = "top_5_accuracy", .of_probabilities = &detail::top_of<5>};

inline constexpr Metric accuracy{.name = "accuracy",
                                 .of_decisions = [](const Confusion& c) { return c.accuracy(); },
                                 .of_classes = [](const ConfusionMatrix& m) { return m.accuracy(); }};
inline constexpr Metric balanced_accuracy{
    .name = "balanced_accuracy",
    .of_decisions = [](const Confusion& c) { return c.balanced_accuracy(); },
    .of_classes = [](const ConfusionMatrix& m) { return m.balanced_accuracy(); }};
inline constexpr Metric mcc{.name = "mcc",
                            .of_decisions = [](const Confusion& c) { return c.mcc(); },
                            .of_classes = [](const ConfusionMatrix& m) { return m.mcc(); }};
inline constexpr Metric kappa{.name = "kappa",
                              .of_decisions = [](const Confusion& c) { return c.kappa(); },
                              .of_classes = [](const ConfusionMatrix& m) { return m.kappa(); }};
// Of many classes: the plain mean over the classes.
inline constexpr Metric precision{
    .name = "precision",
    .of_decisions = [](const Confusion& c) { return c.precision(); },
    .of_classes = [](const ConfusionMatrix& m) { return m.precision(Average::macro); }};
inline constexpr Metric recall{
    .name = "recall",
    .of_decisions = [](const Confusion& c) { return c.recall(); },
    .of_classes = [](const ConfusionMatrix& m) { return m.recall(Average::macro); }};
inline constexpr Metric f1{
    .name = "f1",
    .of_decisions = [](const Confusion& c) { return c.f_beta(1); },
    .of_classes = [](const ConfusionMatrix& m) { return m.f_beta(Average::macro, 1); }};
/// F-beta with beta = 2: a positive that is missed weighs four times a false alarm.
inline constexpr Metric f2{
    .name = "f2",
    .of_decisions = [](const Confusion& c) { return c.f_beta(2); },
    .of_classes = [](const ConfusionMatrix& m) { return m.f_beta(Average::macro, 2); }};
inline constexpr Metric f_half{
    .name = "f_half",
    .of_decisions = [](const Confusion& c) { return c.f_beta(0.5); },
    .of_classes = [](const ConfusionMatrix& m) { return m.f_beta(Average::macro, 0.5); }};
/// The mean over the classes, each counting as its rows weigh.
inline constexpr Metric f1_weighted{.name = "f1_weighted", .of_classes = [](const ConfusionMatrix& m) {
                                        return m.f_beta(Average::weighted, 1);
                                    }};

inline constexpr Metric rmse_metric{.name = "rmse", .greater_is_better = false, .of_numbers = &rmse};
inline constexpr Metric mae_metric{.name = "mae", .greater_is_better = false, .of_numbers = &mae};
inline constexpr Metric mape_metric{.name = "mape", .greater_is_better = false, .of_numbers = &mape};
inline constexpr Metric r2_metric{.name = "r2", .of_numbers = &r2};
inline constexpr Metric median_absolute_error_metric{
    .name = "median_absolute_error", .greater_is_better = false, .of_numbers = &median_absolute_error};
inline constexpr Metric max_error_metric{
    .name = "max_error", .greater_is_better = false, .of_numbers = &max_error};
inline constexpr Metric explained_variance_metric{.name = "explained_variance",
                                                  .of_numbers = &explained_variance};
inline constexpr Metric poisson_deviance_metric{
    .name = "poisson_deviance", .greater_is_better = false, .of_numbers = &mean_poisson_deviance};

}  // namespace gasket
