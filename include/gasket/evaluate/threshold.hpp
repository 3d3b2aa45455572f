#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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
    /// share of those rows that is decided positive; missing for many classes
    double decided_rate = 0;
    /// of many classes: see best_decision_weights; empty for two
    std::vector<double> class_weights = {};

    [[nodiscard]] Json to_json() const {
        Json out = json_object({{"threshold", threshold},
                                {"criterion", criterion},
                                {"value", value},
                                {"decided_rate", detail::json_number(decided_rate)}});
        if (!class_weights.empty()) out["class_weights"] = json_value(class_weights);
        return out;
    }
};

namespace detail {

/// Tries every threshold that decides differently, from "nobody" down to "everybody", in one pass; keeps the
/// first with the greatest `worth`. Thresholds whose worth is NaN are not allowed. O(n log n).
template <class Worth>
std::optional<ThresholdChoice> sweep_thresholds(std::span<const double> truth, std::span<const double> score,
                                                std::span<const double> weights, const Worth& worth) {
    const std::vector<ScoreStep> steps = score_steps(truth, score, weights);
    Sum positives;
    Sum negatives;
    for (const ScoreStep& s : steps) {
        positives.add(s.positives);
        negatives.add(s.negatives);
    }
    Confusion c{.tn = negatives.value(), .fp = 0, .fn = positives.value(), .tp = 0};
    Sum tp;
    Sum fp;
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
        const bool last = k + 1 == steps.size();
        tp.add(steps[k].positives);
        fp.add(steps[k].negatives);
        c.tp = tp.value();
        c.fp = fp.value();
        // What is left of fractional weights may be a rounding error below 0, which no metric expects.
        c.fn = last ? 0 : std::max(positives.value() - c.tp, 0.0);
        c.tn = last ? 0 : std::max(negatives.value() - c.fp, 0.0);
        double middle =
            last ? steps[k].score : steps[k + 1].score + (steps[k].score - steps[k + 1].score) / 2;
        if (!last && !(middle > steps[k + 1].score))
            middle = steps[k].score;  // neighbours without room between them
        offer(middle);
    }
    return best;
}

/// The choice under the name of its criterion. throws DataError where no threshold had a value
inline ThresholdChoice found_threshold(std::optional<ThresholdChoice> choice, std::string_view criterion) {
    if (!choice) {
        throw_metric(std::string(criterion), "a number at one threshold at least", "NaN at every threshold",
                     "choose a metric that has a value on these rows");
    }
    choice->criterion = criterion;
    return *std::move(choice);
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
    ThresholdChoice choice = detail::found_threshold(
        detail::sweep_thresholds(truth, score, weights,
                                 [&](const Confusion& c) { return sign * metric.of_decisions(c); }),
        metric.name);
    choice.value *= sign;
    return choice;
}

/// The threshold with the greatest total worth: never less than that of treating nobody or everybody. O(n log
/// n). throws DataError, OptionError
[[nodiscard]] inline ThresholdChoice most_valuable_threshold(std::span<const double> truth,
                                                             std::span<const double> score,
                                                             const Utility& utility) {
    detail::check_value(utility, truth, score);
    const auto worth = [&](const Confusion& c) {
        return c.tp * static_cast<double>(utility.tp) + c.fp * static_cast<double>(utility.fp) +
               c.fn * static_cast<double>(utility.fn) + c.tn * static_cast<double>(utility.tn);
    };
    return detail::found_threshold(detail::sweep_thresholds(truth, score, {}, worth), "business value");
}

/// What each outcome of a decision costs, in any unit; a gain is a negative cost.
struct CostMatrix {
    double tn = 0;
    double fp = 1;
    double fn = 1;
    double tp = 0;

    /// The total cost of decisions; weights count as so many rows.
    [[nodiscard]] double of(const Confusion& c) const noexcept {
        return c.tn * tn + c.fp * fp + c.fn * fn + c.tp * tp;
    }
};

/// The threshold with the least total cost; among equally cheap ones the highest, which acts on fewest rows.
/// O(n log n). throws OptionError for a cost that is not finite; DataError
/// reference: Elkan, The Foundations of Cost-Sensitive Learning, 2001
[[nodiscard]] inline ThresholdChoice cheapest_threshold(std::span<const double> truth,
                                                        std::span<const double> score,
                                                        const CostMatrix& costs,
                                                        std::span<const double> weights = {}) {
    for (const double cost : {costs.tn, costs.fp, costs.fn, costs.tp}) {
        detail::require_option(std::isfinite(cost), "CostMatrix", text::shortest(cost), "finite costs");
    }
    detail::check_metric("threshold", truth, score, weights, true);
    ThresholdChoice choice = detail::found_threshold(
        detail::sweep_thresholds(truth, score, weights, [&](const Confusion& c) { return -costs.of(c); }),
        "cost");
    choice.value = 0 - choice.value;  // and not a negative zero
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
