#pragma once

#include <algorithm>
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
    /// missing for a fold in which the metric has no value, such as an AUC where all rows are of one class
    std::vector<double> by_fold;
    /// how often a row was judged at most; see Folds::repeats
    std::size_t repeats = 1;

    /// How many folds have a value.
    [[nodiscard]] std::size_t known() const {
        return static_cast<std::size_t>(
            std::count_if(by_fold.begin(), by_fold.end(), [](double x) { return !is_missing(x); }));
    }
    /// Mean over the folds that have a value; missing where none has.
    [[nodiscard]] double mean() const {
        Sum sum;
        for (const double x : by_fold) {
            if (!is_missing(x)) sum.add(x);
        }
        return known() == 0 ? missing : sum.value() / static_cast<double>(known());
    }
    /// Standard deviation over the folds that have a value (divisor n - 1; 0 for a single one).
    [[nodiscard]] double std() const {
        const std::size_t n = known();
        if (n < 2) return n == 0 ? missing : 0;
        const double m = mean();
        Sum sum;
        for (const double x : by_fold) {
            if (!is_missing(x)) sum.add((x - m) * (x - m));
        }
        return std::sqrt(sum.value() / static_cast<double>(n - 1));
    }
    /// Standard error of the mean. Repeats judge the same rows again: they count as one.
    [[nodiscard]] double error() const {
        return std() / std::sqrt(static_cast<double>(known()) / static_cast<double>(repeats));
    }
    [[nodiscard]] Json to_json() const {
        Json folds = Json::array();
        for (const double x : by_fold) folds.push_back(detail::json_number(x));
        return json_object({{"metric", name},
                            {"mean", detail::json_number(mean())},
                            {"std", detail::json_number(std())},
                            {"by_fold", std::move(folds)}});
    }
};

/// What a cross-validation found: every metric in every fold, and the scores that rows got from chains that
/// had not seen them.
struct CrossValidation {
    std::vector<FoldedMetric> metrics;
    OutOfFold out_of_fold;

    friend std::ostream& operator<<(std::ostream& out, const CrossValidation& cv) {
        text::Grid grid({"metric", "mean", "std", "folds"});
        for (const FoldedMetric& m : cv.metrics) {
            std::string folds;
            for (std::size_t f = 0; f < m.by_fold.size() && f < 10; ++f)
                folds += (f == 0 ? "" : " ") + text::fixed(m.by_fold[f], 4);
            if (m.by_fold.size() > 10) folds += " and " + std::to_string(m.by_fold.size() - 10) + " more";
            grid.add({m.name, text::fixed(m.mean(), 4), text::fixed(m.std(), 4), folds});
        }
        out << grid.str();
        if (cv.out_of_fold.never_judged > 0) {
            out << "  " << text::grouped(cv.out_of_fold.never_judged)
                << " training rows were learned from only and never judged\n";
        }
        return out;
    }
};

namespace detail {

/// The metric within each fold; missing where a binary fold has rows of one class only and the metric needs
/// both.
inline FoldedMetric by_fold(const OutOfFold& scores, const Metric& metric) {
    FoldedMetric out{.name = std::string(metric.name), .by_fold = {}, .repeats = scores.repeats};
    for (const FoldScores& fold : scores.folds) {
        std::vector<double> labels;
        std::vector<double> weights;
        for (const std::size_t r : fold.rows) {
            labels.push_back(scores.labels[r]);
            if (!scores.weights.empty()) weights.push_back(scores.weights[r]);
        }
        const bool one_class =
            scores.target.task == Task::binary &&
            std::all_of(labels.begin(), labels.end(), [&](double y) { return y == labels.front(); });
        try {
            out.by_fold.push_back(metric(scores.target, labels, fold.scores, weights));
        } catch (const DataError&) {
            if (!one_class) throw;
            out.by_fold.push_back(missing);
        }
    }
    return out;
}

}  // namespace detail

/// Refits the whole chain in every fold of the training rows and measures it on the rows left out.
///
///     cross_validate(Imputer{} | LogisticRegression{}, training, StratifiedKFold{.folds = 5}, {auc,
///     log_loss_metric})
///
/// `folder` is anything with `split(training)` that gives Folds (KFold, StratifiedKFold, their repeated
/// forms, GroupKFold, StratifiedGroupKFold, TimeSeriesFolds, MatchingFolds). Metrics that need a decision
/// take it at 0.5. O(folds x fit); folds run side by side on few rows      throws what fitting throws
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
