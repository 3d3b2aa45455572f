#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/radix_sort.hpp"
#include "gasket/core/text.hpp"

/// Metrics of a model on labelled rows. `truth` holds 0 and 1 (any numbers, for regression), `score` one
/// number per row, `weights` one number of at least 0 per row or nothing, which weighs every row alike. All
/// equal scikit-learn's functions of the same name. Each throws DataError for lengths that differ, no rows,
/// numbers that are not finite, weights that are all 0, and labels it cannot take.
namespace gasket {

namespace detail {

[[noreturn]] inline void throw_metric(const std::string& metric, const std::string& expected,
                                      const std::string& found, const std::string& advice) {
    throw DataError(ErrorCode::bad_metric_input,
                    {.expected = expected, .found = found, .where = "metric " + metric, .advice = advice});
}

/// Checks lengths and values; `binary` also the labels.
inline void check_metric(const char* metric, std::span<const double> truth, std::span<const double> score,
                         std::span<const double> weights, bool binary) {
    if (truth.size() != score.size() || (!weights.empty() && weights.size() != truth.size())) {
        throw_metric(metric,
                     "one score (and one weight) for each of " + std::to_string(truth.size()) + " labels",
                     std::to_string(score.size()) + " scores, " + std::to_string(weights.size()) + " weights",
                     "give columns of one table");
    }
    if (truth.empty()) throw_metric(metric, "at least one row", "none", "check what was scored");
    bool any_weight = weights.empty();
    for (std::size_t i = 0; i < truth.size(); ++i) {
        if (!std::isfinite(score[i]) || !std::isfinite(truth[i])) {
            const bool nan = std::isnan(score[i]) || std::isnan(truth[i]);
            throw_metric(metric, "finite numbers",
                         (nan ? "NaN in row " : "infinity in row ") + std::to_string(i),
                         "leave out rows without label or score");
        }
        if (binary && truth[i] != 0 && truth[i] != 1) {
            throw_metric(metric, "labels 0 and 1", text::shortest(truth[i]) + " in row " + std::to_string(i),
                         "give 1 for the positive class and 0 for the other");
        }
        if (!weights.empty() && !(weights[i] >= 0 && std::isfinite(weights[i]))) {
            throw_metric(metric, "weights of at least 0",
                         text::shortest(weights[i]) + " in row " + std::to_string(i), "correct the weight");
        }
        any_weight = any_weight || weights[i] > 0;
    }
    if (!any_weight) throw_metric(metric, "a weight above 0", "only weights of 0", "give rows that count");
}

inline double weight_of(std::span<const double> weights, std::size_t i) {
    return weights.empty() ? 1.0 : weights[i];
}

/// Weighted positives and negatives among the rows that share one score, greatest score first.
struct ScoreStep {
    double score;
    double positives;
    double negatives;
};

inline std::vector<ScoreStep> score_steps(std::span<const double> truth, std::span<const double> score,
                                          std::span<const double> weights) {
    // Score and row side by side: sorting row numbers alone would fetch each score from afar.
    struct Scored {
        std::uint64_t key;  // the highest score first
        std::size_t row;
    };
    std::vector<Scored> order(truth.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = {~ordered_bits(score[i] + 0.0), i};  // -0 is 0
    radix_sort(order, [](const Scored& s) { return s.key; });
    std::vector<ScoreStep> steps;
    std::uint64_t last = 0;
    for (const Scored& s : order) {
        if (steps.empty() || s.key != last) steps.push_back({from_ordered_bits(~s.key), 0, 0});
        last = s.key;
        (truth[s.row] == 1 ? steps.back().positives : steps.back().negatives) += weight_of(weights, s.row);
    }
    return steps;
}

/// The weighted mean of `term(i)`.
template <class Term>
double weighted_mean(std::size_t rows, std::span<const double> weights, const Term& term) {
    Sum sum;
    Sum total;
    for (std::size_t i = 0; i < rows; ++i) {
        const double w = weight_of(weights, i);
        sum.add(w * term(i));
        total.add(w);
    }
    return sum.value() / total.value();
}

}  // namespace detail

/// Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half.
/// O(n log n). reference: Hanley & McNeil, 1982
[[nodiscard]] inline double roc_auc(std::span<const double> truth, std::span<const double> score,
                                    std::span<const double> weights = {}) {
    detail::check_metric("auc", truth, score, weights, true);
    Sum area;
    Sum positives;
    Sum negatives;
    for (const detail::ScoreStep& s : detail::score_steps(truth, score, weights)) {
        area.add(s.negatives * (positives.value() + 0.5 * s.positives));
        positives.add(s.positives);
        negatives.add(s.negatives);
    }
    if (!(positives.value() > 0) || !(negatives.value() > 0)) {
        detail::throw_metric("auc", "rows of both classes", "one class", "AUC needs positives and negatives");
    }
    return area.value() / (positives.value() * negatives.value());
}

/// Mean precision over the recall that each score adds; no interpolation. O(n log n).
[[nodiscard]] inline double average_precision(std::span<const double> truth, std::span<const double> score,
                                              std::span<const double> weights = {}) {
    detail::check_metric("average_precision", truth, score, weights, true);
    Sum area;
    double positives = 0;
    double seen = 0;
    for (const detail::ScoreStep& s : detail::score_steps(truth, score, weights)) {
        positives += s.positives;
        seen += s.positives + s.negatives;
        if (s.positives > 0) area.add(s.positives * positives / seen);
    }
    if (!(positives > 0))
        detail::throw_metric("average_precision", "a positive row", "none", "take rows of both classes");
    return area.value() / positives;
}

/// Mean negative log-likelihood of probabilities, cut to [eps, 1 - eps] with the eps of double. O(n).
[[nodiscard]] inline double log_loss(std::span<const double> truth, std::span<const double> score,
                                     std::span<const double> weights = {}) {
    detail::check_metric("log_loss", truth, score, weights, true);
    constexpr double eps = std::numeric_limits<double>::epsilon();
    return detail::weighted_mean(truth.size(), weights, [&](std::size_t i) {
        const double p = std::clamp(score[i], eps, 1 - eps);
        return truth[i] == 1 ? -std::log(p) : -std::log(1 - p);
    });
}

/// Mean squared difference of probability and outcome. O(n). reference: Brier, 1950
[[nodiscard]] inline double brier(std::span<const double> truth, std::span<const double> score,
                                  std::span<const double> weights = {}) {
    detail::check_metric("brier", truth, score, weights, true);
    return detail::weighted_mean(
        truth.size(), weights, [&](std::size_t i) { return (score[i] - truth[i]) * (score[i] - truth[i]); });
}

/// Root of the mean squared error. O(n).
[[nodiscard]] inline double rmse(std::span<const double> truth, std::span<const double> predicted,
                                 std::span<const double> weights = {}) {
    detail::check_metric("rmse", truth, predicted, weights, false);
    return std::sqrt(detail::weighted_mean(truth.size(), weights, [&](std::size_t i) {
        return (predicted[i] - truth[i]) * (predicted[i] - truth[i]);
    }));
}

/// Mean absolute error. O(n).
[[nodiscard]] inline double mae(std::span<const double> truth, std::span<const double> predicted,
                                std::span<const double> weights = {}) {
    detail::check_metric("mae", truth, predicted, weights, false);
    return detail::weighted_mean(truth.size(), weights,
                                 [&](std::size_t i) { return std::abs(predicted[i] - truth[i]); });
}

/// Mean absolute error as a share of the size of the truth; a truth of 0 counts as the eps of double, which
/// makes the result huge. O(n).
[[nodiscard]] inline double mape(std::span<const double> truth, std::span<const double> predicted,
                                 std::span<const double> weights = {}) {
    detail::check_metric("mape", truth, predicted, weights, false);
    constexpr double eps = std::numeric_limits<double>::epsilon();
    return detail::weighted_mean(truth.size(), weights, [&](std::size_t i) {
        return std::abs(predicted[i] - truth[i]) / std::max(std::abs(truth[i]), eps);
    });
}

/// Mean pinball loss of a predicted quantile: a truth above it costs `quantile` a unit, one below it
/// 1 - `quantile`. Least, on average, where the prediction is that quantile. O(n). throws OptionError unless
/// 0 <= quantile <= 1
/// reference: Koenker & Bassett, Regression Quantiles, 1978
[[nodiscard]] inline double pinball(std::span<const double> truth, std::span<const double> predicted,
                                    double quantile = 0.5, std::span<const double> weights = {}) {
    detail::require_option(quantile >= 0 && quantile <= 1, "pinball quantile", text::shortest(quantile),
                           "a share from 0 to 1");
    detail::check_metric("pinball", truth, predicted, weights, false);
    return detail::weighted_mean(truth.size(), weights, [&](std::size_t i) {
        const double above = truth[i] - predicted[i];
        return above >= 0 ? quantile * above : (quantile - 1) * above;
    });
}

/// Share of the variance of the truth that the prediction explains; 0 for its mean. A constant truth gives 1
/// where it is met exactly and 0 elsewhere. O(n).
[[nodiscard]] inline double r2(std::span<const double> truth, std::span<const double> predicted,
                               std::span<const double> weights = {}) {
    detail::check_metric("r2", truth, predicted, weights, false);
    const double mean = detail::weighted_mean(truth.size(), weights, [&](std::size_t i) { return truth[i]; });
    const double left = detail::weighted_mean(truth.size(), weights, [&](std::size_t i) {
        return (predicted[i] - truth[i]) * (predicted[i] - truth[i]);
    });
    const double all = detail::weighted_mean(
        truth.size(), weights, [&](std::size_t i) { return (truth[i] - mean) * (truth[i] - mean); });
    if (all == 0) return left == 0 ? 1 : 0;
    return 1 - left / all;
}

/// Median of the absolute errors; with weights the least error at which half of the weight is reached.
/// O(n log n).
[[nodiscard]] inline double median_absolute_error(std::span<const double> truth,
                                                  std::span<const double> predicted,
                                                  std::span<const double> weights = {}) {
    detail::check_metric("median_absolute_error", truth, predicted, weights, false);
    struct Miss {
        double error;
        double weight;
    };
    std::vector<Miss> misses(truth.size());
    for (std::size_t i = 0; i < misses.size(); ++i)
        misses[i] = {std::abs(predicted[i] - truth[i]), detail::weight_of(weights, i)};
    std::stable_sort(misses.begin(), misses.end(),
                     [](const Miss& a, const Miss& b) { return a.error < b.error; });
    if (weights.empty())
        return quantile_of_sorted(misses.size(), 0.5, [&](std::size_t i) { return misses[i].error; });
    Sum total;
    for (const Miss& m : misses) total.add(m.weight);
    Sum reached;
    for (const Miss& m : misses) {
        reached.add(m.weight);
        if (m.weight > 0 && reached.value() >= total.value() / 2) return m.error;
    }
    return misses.back().error;
}

/// The greatest absolute error of a row that weighs more than 0. O(n).
[[nodiscard]] inline double max_error(std::span<const double> truth, std::span<const double> predicted,
                                      std::span<const double> weights = {}) {
    detail::check_metric("max_error", truth, predicted, weights, false);
    double most = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        if (detail::weight_of(weights, i) > 0) most = std::max(most, std::abs(predicted[i] - truth[i]));
    }
    return most;
}

/// As r2, but of predictions that may all be off by the same amount. O(n).
[[nodiscard]] inline double explained_variance(std::span<const double> truth,
                                               std::span<const double> predicted,
                                               std::span<const double> weights = {}) {
    detail::check_metric("explained_variance", truth, predicted, weights, false);
    const double bias =
        detail::weighted_mean(truth.size(), weights, [&](std::size_t i) { return predicted[i] - truth[i]; });
    std::vector<double> shifted(predicted.begin(), predicted.end());
    for (double& x : shifted) x -= bias;
    return r2(truth, shifted, weights);
}

/// Mean deviance of predicted rates from counts: 0 where they are equal. O(n). throws DataError for a truth
/// below 0 or a prediction that is not above 0
/// reference: McCullagh & Nelder, Generalized Linear Models, 1989
[[nodiscard]] inline double mean_poisson_deviance(std::span<const double> truth,
                                                  std::span<const double> predicted,
                                                  std::span<const double> weights = {}) {
    detail::check_metric("mean_poisson_deviance", truth, predicted, weights, false);
    for (std::size_t i = 0; i < truth.size(); ++i) {
        if (truth[i] >= 0 && predicted[i] > 0) continue;
        detail::throw_metric("mean_poisson_deviance", "truths of at least 0 and predictions above 0",
                             text::shortest(truth[i]) + " predicted as " + text::shortest(predicted[i]) +
                                 " in row " + std::to_string(i),
                             "use it for counts, with a model of a logarithm (the Poisson loss)");
    }
    return detail::weighted_mean(truth.size(), weights, [&](std::size_t i) {
        const double share = truth[i] > 0 ? truth[i] * std::log(truth[i] / predicted[i]) : 0;
        return 2 * (share - truth[i] + predicted[i]);
    });
}

}  // namespace gasket
