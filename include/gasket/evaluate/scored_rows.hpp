#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/evaluate/metric.hpp"
#include "gasket/pipeline/predictions.hpp"
#include "gasket/split/holdout.hpp"
#include "gasket/split/target.hpp"

namespace gasket {

/// What a model answered for labelled rows. A view: keep what it looks at alive.
struct ScoredRows {
    Target target;
    /// class indices, or numbers; one a row
    std::span<const double> truth;
    /// as Predictions::values: as many a row as Target::outputs
    std::span<const double> scores;
    /// one a row, or none
    std::span<const double> weights = {};
    /// how decisions are taken, as in Predictions
    double threshold = 0.5;
    std::span<const double> class_weights = {};

    /// What a model answered for rows that carry their labels.
    [[nodiscard]] static ScoredRows of(const Predictions& predictions, const LabelledRows& rows) {
        return {rows.target,  rows.labels,           predictions.values,
                rows.weights, predictions.threshold, predictions.class_weights};
    }

    [[nodiscard]] std::size_t rows() const noexcept { return truth.size(); }

    /// throws DataError unless there are as many scores and weights as the rows need
    void check(const char* what) const {
        const std::size_t wanted = rows() * target.outputs();
        if (rows() > 0 && scores.size() == wanted && (weights.empty() || weights.size() == rows())) return;
        detail::throw_metric(
            what, "rows, with " + std::to_string(target.outputs()) + " scores (and one weight) each",
            std::to_string(rows()) + " labels, " + std::to_string(scores.size()) + " scores, " +
                std::to_string(weights.size()) + " weights",
            "give labels and predictions of one table");
    }
};

namespace detail {

/// Whether some class of a target of classes has no rows among these: a metric such as the AUC has no value
/// there.
[[nodiscard]] inline bool lacks_class(const Target& target, std::span<const double> labels) {
    for (std::size_t k = 0; k < target.classes.size(); ++k) {
        if (std::find(labels.begin(), labels.end(), static_cast<double>(k)) == labels.end()) return true;
    }
    return false;
}

/// What other rows of many classes are decided for in the same way. throws DataError
[[nodiscard]] inline ConfusionMatrix decisions_of(const ScoredRows& how, std::span<const double> truth,
                                                  std::span<const double> scores,
                                                  std::span<const double> weights) {
    const std::size_t classes = how.target.outputs();
    check_classes("decisions", truth, scores, classes, weights);
    ConfusionMatrix matrix(classes);
    for (std::size_t r = 0; r < truth.size(); ++r) {
        matrix.add(static_cast<std::size_t>(truth[r]),
                   Predictions::likeliest(scores.subspan(r * classes, classes), how.class_weights),
                   weight_of(weights, r));
    }
    return matrix;
}

/// A metric of other rows that are decided in the same way. throws as the metric
[[nodiscard]] inline double measure(const Metric& metric, const ScoredRows& how,
                                    std::span<const double> truth, std::span<const double> scores,
                                    std::span<const double> weights) {
    if (how.target.task != Task::multiclass || metric.of_probabilities != nullptr)
        return metric(how.target, truth, scores, weights, how.threshold);
    metric.require(how.target.task);
    return metric.of_classes(decisions_of(how, truth, scores, weights));
}
[[nodiscard]] inline double measure(const Metric& metric, const ScoredRows& rows) {
    return measure(metric, rows, rows.truth, rows.scores, rows.weights);
}

/// Some rows of others, in memory of its own that is used again and again.
class TakenRows {
  public:
    /// The rows at these places, some perhaps several times.
    void take(const ScoredRows& from, std::span<const std::size_t> places) {
        const std::size_t width = from.target.outputs();
        truth_.clear();
        scores_.clear();
        weights_.clear();
        for (const std::size_t r : places) {
            truth_.push_back(from.truth[r]);
            for (std::size_t k = 0; k < width; ++k) scores_.push_back(from.scores[r * width + k]);
            if (!from.weights.empty()) weights_.push_back(from.weights[r]);
        }
    }
    /// The metric of them; missing where it has no value on these rows, such as an AUC of one class.
    [[nodiscard]] double measure(const Metric& metric, const ScoredRows& how) const {
        try {
            return detail::measure(metric, how, truth_, scores_, weights_);
        } catch (const DataError&) {
            return missing;
        }
    }

    [[nodiscard]] const std::vector<double>& truth() const noexcept { return truth_; }
    [[nodiscard]] const std::vector<double>& scores() const noexcept { return scores_; }
    [[nodiscard]] const std::vector<double>& weights() const noexcept { return weights_; }

  private:
    std::vector<double> truth_;
    std::vector<double> scores_;
    std::vector<double> weights_;
};

}  // namespace detail
}  // namespace gasket
