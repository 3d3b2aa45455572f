#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/evaluate/metrics.hpp"

namespace gasket {

/// Points of the ROC curve, from (0, 0) to (1, 1): the shares of negatives and of positives that score at
/// least the threshold. The first threshold is infinite: nothing is decided positive.
struct RocCurve {
    std::vector<double> false_positive_rate;
    std::vector<double> true_positive_rate;
    std::vector<double> thresholds;

    /// The infinite threshold is null.
    [[nodiscard]] Json to_json() const {
        Json cuts = json_value(thresholds);
        if (!cuts.empty()) cuts[0] = nullptr;
        return json_object({{"false_positive_rate", false_positive_rate},
                            {"true_positive_rate", true_positive_rate},
                            {"thresholds", std::move(cuts)}});
    }
};

/// One point for every distinct score. O(n log n). throws DataError (one class)
[[nodiscard]] inline RocCurve roc_curve(std::span<const double> truth, std::span<const double> score,
                                        std::span<const double> weights = {}) {
    detail::check_metric("roc_curve", truth, score, weights, true);
    RocCurve curve{{0}, {0}, {std::numeric_limits<double>::infinity()}};
    double positives = 0;
    double negatives = 0;
    for (const detail::ScoreStep& s : detail::score_steps(truth, score, weights)) {
        positives += s.positives;
        negatives += s.negatives;
        curve.false_positive_rate.push_back(negatives);
        curve.true_positive_rate.push_back(positives);
        curve.thresholds.push_back(s.score);
    }
    if (!(positives > 0) || !(negatives > 0)) {
        detail::throw_metric("roc_curve", "rows of both classes", "one class", "take rows of both classes");
    }
    for (double& x : curve.false_positive_rate) x /= negatives;
    for (double& x : curve.true_positive_rate) x /= positives;
    return curve;
}

/// Precision and recall for every distinct score as threshold, lowest first; the last point is precision 1 at
/// recall 0, which has no threshold.
struct PrecisionRecallCurve {
    std::vector<double> precision;
    std::vector<double> recall;
    std::vector<double> thresholds;

    [[nodiscard]] Json to_json() const {
        return json_object({{"precision", precision}, {"recall", recall}, {"thresholds", thresholds}});
    }
};

/// O(n log n). throws DataError (no positive row)
[[nodiscard]] inline PrecisionRecallCurve precision_recall_curve(std::span<const double> truth,
                                                                 std::span<const double> score,
                                                                 std::span<const double> weights = {}) {
    detail::check_metric("precision_recall_curve", truth, score, weights, true);
    const std::vector<detail::ScoreStep> steps = detail::score_steps(truth, score, weights);
    PrecisionRecallCurve curve{.precision = {1}, .recall = {0}, .thresholds = {}};
    double positives = 0;
    double seen = 0;
    for (const detail::ScoreStep& s : steps) {
        positives += s.positives;
        seen += s.positives + s.negatives;
        curve.precision.push_back(seen == 0 ? 0 : positives / seen);
        curve.recall.push_back(positives);
        curve.thresholds.push_back(s.score);
    }
    if (!(positives > 0)) {
        detail::throw_metric("precision_recall_curve", "a positive row", "none", "take rows of both classes");
    }
    for (double& x : curve.recall) x /= positives;
    std::reverse(curve.precision.begin(), curve.precision.end());
    std::reverse(curve.recall.begin(), curve.recall.end());
    std::reverse(curve.thresholds.begin(), curve.thresholds.end());
    return curve;
}

/// Where the bins of a calibration curve end.
enum class CalibrationBins {
    uniform,   ///< of equal width over [0, 1]
    quantile,  ///< of equal numbers of rows, as far as ties allow
};

/// Predicted against observed, bin by bin; bins without rows are left out.
struct CalibrationCurve {
    std::vector<double> mean_predicted;
    std::vector<double> observed_rate;
    /// in each bin; their weight, where rows have one
    std::vector<double> rows;

    /// Expected calibration error: how far predicted and observed are apart, a bin counting as its rows; 0 is
    /// best. reference: Naeini, Cooper & Hauskrecht, 2015
    [[nodiscard]] double error() const {
        Sum sum;
        Sum total;
        for (std::size_t b = 0; b < rows.size(); ++b) {
            sum.add(rows[b] * std::abs(mean_predicted[b] - observed_rate[b]));
            total.add(rows[b]);
        }
        return sum.value() / total.value();
    }

    [[nodiscard]] Json to_json() const {
        return json_object(
            {{"mean_predicted", mean_predicted}, {"observed_rate", observed_rate}, {"rows", rows}});
    }
};

/// The calibration curve in `bins` bins, each closed on the right. Quantiles are of the rows, whatever they
/// weigh. O(n log bins), for quantiles O(n log n).
/// throws DataError (a score outside [0, 1]), OptionError
[[nodiscard]] inline CalibrationCurve calibration_curve(std::span<const double> truth,
                                                        std::span<const double> score, std::size_t bins = 10,
                                                        CalibrationBins strategy = CalibrationBins::uniform,
                                                        std::span<const double> weights = {}) {
    detail::check_metric("calibration_curve", truth, score, weights, true);
    detail::require_option(bins >= 1, "calibration_curve bins", std::to_string(bins), "at least 1");
    for (const double s : score) {
        if (s < 0 || s > 1) {
            detail::throw_metric("calibration_curve", "probabilities from 0 to 1", text::shortest(s),
                                 "give probabilities");
        }
    }
    std::vector<double> sorted;
    if (strategy == CalibrationBins::quantile) {
        sorted.assign(score.begin(), score.end());
        std::sort(sorted.begin(), sorted.end());
    }
    // The inner edges. Multiples of the rounded step, as scikit-learn has them: a score of 0.3 must fall on
    // the same side of the third of ten edges.
    std::vector<double> edges(bins - 1);
    const double step = 1 / static_cast<double>(bins);
    for (std::size_t b = 0; b < edges.size(); ++b) {
        edges[b] = static_cast<double>(b + 1) * step;
        if (strategy == CalibrationBins::quantile) edges[b] = quantile_of_sorted(sorted, edges[b]);
    }
    std::vector<double> predicted(bins, 0);
    std::vector<double> observed(bins, 0);
    std::vector<double> rows(bins, 0);
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const auto b =
            static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), score[i]) - edges.begin());
        const double w = detail::weight_of(weights, i);
        predicted[b] += w * score[i];
        observed[b] += w * truth[i];
        rows[b] += w;
    }
    CalibrationCurve curve;
    for (std::size_t b = 0; b < bins; ++b) {
        if (rows[b] == 0) continue;
        curve.mean_predicted.push_back(predicted[b] / rows[b]);
        curve.observed_rate.push_back(observed[b] / rows[b]);
        curve.rows.push_back(rows[b]);
    }
    return curve;
}

/// How many of the positives are among the best-scored rows.
struct GainCurve {
    /// share of the rows taken, best scores first
    std::vector<double> share_of_rows;
    /// share of the positives among them
    std::vector<double> gain;
    /// gain over that of a random choice
    std::vector<double> lift;

    /// The share of the positives among the best-scored `share` of the rows; rows of one score are taken
    /// evenly. O(log n). throws OptionError outside [0, 1]
    [[nodiscard]] double gain_at(double share) const {
        detail::require_option(share >= 0 && share <= 1, "GainCurve::gain_at share", text::shortest(share),
                               "a share from 0 to 1");
        const auto k = static_cast<std::size_t>(
            std::lower_bound(share_of_rows.begin(), share_of_rows.end(), share) - share_of_rows.begin());
        if (k == share_of_rows.size()) return 1;
        const double from = k == 0 ? 0 : share_of_rows[k - 1];
        const double low = k == 0 ? 0 : gain[k - 1];
        return low + (gain[k] - low) * (share - from) / (share_of_rows[k] - from);
    }
    /// How many times as many positives as a random choice of so many rows has: the lift of the best tenth is
    /// lift_at(0.1). throws OptionError unless 0 < share <= 1
    [[nodiscard]] double lift_at(double share) const {
        detail::require_option(share > 0, "GainCurve::lift_at share", text::shortest(share),
                               "a share above 0, at most 1");
        return gain_at(share) / share;
    }

    [[nodiscard]] Json to_json() const {
        return json_object({{"share_of_rows", share_of_rows}, {"gain", gain}, {"lift", lift}});
    }
};

/// One point for every distinct score, from the top. O(n log n). throws DataError
[[nodiscard]] inline GainCurve gain_curve(std::span<const double> truth, std::span<const double> score,
                                          std::span<const double> weights = {}) {
    const RocCurve roc = roc_curve(truth, score, weights);
    double positives = 0;
    double total = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const double w = detail::weight_of(weights, i);
        positives += truth[i] * w;
        total += w;
    }
    GainCurve curve;
    for (std::size_t k = 1; k < roc.thresholds.size(); ++k) {
        const double rows =
            (roc.true_positive_rate[k] * positives + roc.false_positive_rate[k] * (total - positives)) /
            total;
        if (!(rows > 0)) continue;  // only rows of weight 0 so far
        curve.share_of_rows.push_back(rows);
        curve.gain.push_back(roc.true_positive_rate[k]);
        curve.lift.push_back(roc.true_positive_rate[k] / rows);
    }
    return curve;
}

}  // namespace gasket
