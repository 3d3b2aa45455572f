#pragma once

#include <cmath>
#include <cstddef>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/metric.hpp"
#include "gasket/pipeline/out_of_fold.hpp"
#include "gasket/pipeline/pipeline.hpp"

namespace gasket {

/// A metric over the folds of a cross-validation.
struct FoldedMetric {
    std::string name;
    std::vector<double> by_fold;

    [[nodiscard]] double mean() const {
        Sum sum;
        for (const double x : by_fold) sum.add(x);
        return sum.value() / static_cast<double>(by_fold.size());
    }
    /// Standard deviation over the folds (divisor n - 1; 0 for a single fold).
    [[nodiscard]] double std() const {
        if (by_fold.size() < 2) return 0;
        const double m = mean();
        Sum sum;
        for (const double x : by_fold) sum.add((x - m) * (x - m));
        return std::sqrt(sum.value() / static_cast<double>(by_fold.size() - 1));
    }
    [[nodiscard]] Json to_json() const {
        return {{"metric", name}, {"mean", mean()}, {"std", std()}, {"by_fold", by_fold}};
    }
};

/// What a cross-validation found: every metric in every fold, and the score that each row got from a chain
/// that had not seen it.
struct CrossValidation {
    std::vector<FoldedMetric> metrics;
    OutOfFold out_of_fold;

    friend std::ostream& operator<<(std::ostream& out, const CrossValidation& cv) {
        text::Grid grid({"metric", "mean", "std", "folds"});
        for (const FoldedMetric& m : cv.metrics) {
            std::string folds;
            for (const double x : m.by_fold) folds += (folds.empty() ? "" : " ") + text::fixed(x, 4);
            grid.add({m.name, text::fixed(m.mean(), 4), text::fixed(m.std(), 4), folds});
        }
        return out << grid.str();
    }
};

namespace detail {

/// The metric within each fold.
inline FoldedMetric by_fold(const OutOfFold& scores, const Metric& metric) {
    FoldedMetric out{.name = std::string(metric.name), .by_fold = {}};
    for (std::size_t f = 0; f < scores.folds; ++f) {
        std::vector<double> labels;
        std::vector<double> values;
        std::vector<double> weights;
        for (std::size_t r = 0; r < scores.scores.size(); ++r) {
            if (static_cast<std::size_t>(scores.fold_of[r]) != f) continue;
            labels.push_back(scores.labels[r]);
            values.push_back(scores.scores[r]);
            if (!scores.weights.empty()) weights.push_back(scores.weights[r]);
        }
        out.by_fold.push_back(metric(labels, values, weights));
    }
    return out;
}

}  // namespace detail

/// Refits the whole chain in every fold of the training rows and measures it on the rows left out.
///
///     cross_validate(Imputer{} | LogisticRegression{}, training, StratifiedKFold{.folds = 5}, {auc,
///     log_loss_metric})
///
/// `folder` is anything with `split(training)` that gives Folds (KFold, StratifiedKFold). Metrics that need a
/// decision take it at 0.5. O(folds x fit); folds run side by side on few rows      throws what fitting
/// throws
template <detail::Link T, class Folder>
[[nodiscard]] CrossValidation cross_validate(const T& link, const Training& training, const Folder& folder,
                                             const std::vector<Metric>& metrics,
                                             const Progress& progress = {}) {
    CrossValidation out;
    out.out_of_fold = score_out_of_fold(folder.split(training), refit(link), progress);
    for (const Metric& metric : metrics) out.metrics.push_back(detail::by_fold(out.out_of_fold, metric));
    return out;
}

}  // namespace gasket
