#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/evaluate/business_value.hpp"
#include "gasket/evaluate/metric.hpp"

namespace gasket {

/// A threshold and why it was chosen. A row is decided positive when its score is at least the threshold,
/// which lies midway between two neighbouring scores, so that a score that differs in its last digits is
/// decided alike.
struct ThresholdChoice {
    double threshold = 0.5;
    /// what was maximised
    std::string criterion;
    /// its value at the threshold, on the rows that it was chosen on
    double value = 0;
    /// share of those rows that is decided positive
    double decided_rate = 0;

    [[nodiscard]] Json to_json() const {
        return {{"threshold", threshold},
                {"criterion", criterion},
                {"value", value},
                {"decided_rate", decided_rate}};
    }
};

namespace detail {

/// Tries every threshold that decides differently, from "nobody" down to "everybody", in one pass; keeps the
/// first with the greatest `worth`. Thresholds whose worth is NaN are not allowed. O(n log n).
template <class Worth>
std::optional<ThresholdChoice> sweep_thresholds(std::span<const double> truth, std::span<const double> score,
                                                std::span<const double> weights, const Worth& worth) {
    const std::vector<ScoreStep> steps = score_steps(truth, score, weights);
    Confusion c;
    for (const ScoreStep& s : steps) {
        c.fn += s.positives;
        c.tn += s.negatives;
    }
    std::optional<ThresholdChoice> best;
    const auto offer = [&](double threshold) {
        const double value = worth(c);
        if (!std::isnan(value) && (!best || value > best->value)) {
            best = ThresholdChoice{
                .threshold = threshold, .criterion = "", .value = value, .decided_rate = c.decided_rate()};
        }
    };
    offer(std::nextafter(steps.front().score, HUGE_VAL));
    for (std::size_t k = 0; k < steps.size(); ++k) {
        c.tp += steps[k].positives;
        c.fn -= steps[k].positives;
        c.fp += steps[k].negatives;
        c.tn -= steps[k].negatives;
        const bool last = k + 1 == steps.size();
        double middle =
            last ? steps[k].score : steps[k + 1].score + (steps[k].score - steps[k + 1].score) / 2;
        if (!last && !(middle > steps[k + 1].score))
            middle = steps[k].score;  // neighbours without room between them
        offer(middle);
    }
    return best;
}

}  // namespace detail

/// The threshold with the best value of a metric of decisions (f1, balanced_accuracy, ...). O(n log n).
/// throws OptionError for a metric of scores; DataError
[[nodiscard]] inline ThresholdChoice best_threshold(std::span<const double> truth,
                                                    std::span<const double> score, const Metric& metric,
                                                    std::span<const double> weights = {}) {
    detail::require_option(metric.of_decisions != nullptr, "ThresholdTuner.maximise",
                           std::string(metric.name), "a metric of decisions such as f1 or balanced_accuracy");
    detail::check_metric("threshold", truth, score, weights, true);
    const double sign = metric.greater_is_better ? 1 : -1;
    ThresholdChoice choice = *detail::sweep_thresholds(
        truth, score, weights, [&](const Confusion& c) { return sign * metric.of_decisions(c); });
    choice.value *= sign;
    choice.criterion = metric.name;
    return choice;
}

/// The threshold with the greatest total worth. O(n log n). throws DataError
[[nodiscard]] inline ThresholdChoice most_valuable_threshold(std::span<const double> truth,
                                                             std::span<const double> score,
                                                             const Utility& utility) {
    detail::check_metric("threshold", truth, score, {}, true);
    ThresholdChoice choice = *detail::sweep_thresholds(truth, score, {}, [&](const Confusion& c) {
        return c.tp * static_cast<double>(utility.tp) + c.fp * static_cast<double>(utility.fp) +
               c.fn * static_cast<double>(utility.fn) + c.tn * static_cast<double>(utility.tn);
    });
    choice.criterion = "business value";
    return choice;
}

/// The threshold that finds most positives while at least `least_precision` of the decided rows are positive;
/// nothing where no threshold reaches that precision. O(n log n). throws OptionError, DataError
[[nodiscard]] inline std::optional<ThresholdChoice> threshold_at_precision(
    std::span<const double> truth, std::span<const double> score, double least_precision,
    std::span<const double> weights = {}) {
    detail::require_option(least_precision > 0 && least_precision <= 1,
                           "threshold_at_precision least_precision", text::shortest(least_precision),
                           "a share above 0, at most 1");
    detail::check_metric("threshold", truth, score, weights, true);
    auto choice = detail::sweep_thresholds(truth, score, weights, [&](const Confusion& c) {
        return c.tp > 0 && c.precision() >= least_precision ? c.recall() : missing;
    });
    if (choice) choice->criterion = "recall at precision " + text::compact(least_precision);
    return choice;
}

}  // namespace gasket
