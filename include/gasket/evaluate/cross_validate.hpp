#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/scored_rows.hpp"
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

namespace detail {
inline Json to_json(const std::vector<FoldedMetric>& metrics) {
    Json out = Json::array();
    for (const FoldedMetric& m : metrics) out.push_back(m.to_json());
    return out;
}
}  // namespace detail

/// What a cross-validation found: every metric in every fold, and the scores that rows got from chains that
/// had not seen them.
struct CrossValidation {
    std::vector<FoldedMetric> metrics;
    OutOfFold out_of_fold;
    /// the same metrics on the rows that each fold learned from; empty unless asked for
    std::vector<FoldedMetric> training;

    /// The metric of that name; throws OptionError where none was asked for.
    [[nodiscard]] const FoldedMetric& metric(std::string_view name) const {
        std::vector<std::string> names;
        for (const FoldedMetric& m : metrics) {
            if (m.name == name) return m;
            names.push_back(m.name);
        }
        throw OptionError(ErrorCode::bad_option, {.expected = "one of " + text::list(names),
                                                  .found = text::quoted(name),
                                                  .where = "CrossValidation::metric",
                                                  .advice = "hand that metric to cross_validate"});
    }

    /// Mean seconds that fitting took in a fold.
    [[nodiscard]] double fit_seconds() const {
        Sum sum;
        for (const double s : out_of_fold.fit_seconds) sum.add(s);
        return sum.value() / static_cast<double>(std::max<std::size_t>(1, out_of_fold.fit_seconds.size()));
    }

    /// Metrics by fold, and seconds; of the out-of-fold scores only their number.
    [[nodiscard]] Json to_json() const {
        Json out = json_object({{"metrics", detail::to_json(metrics)},
                                {"fit_seconds", out_of_fold.fit_seconds},
                                {"judged", out_of_fold.rows.size()},
                                {"never_judged", out_of_fold.never_judged}});
        if (!training.empty()) out["training"] = detail::to_json(training);
        return out;
    }

    friend std::ostream& operator<<(std::ostream& out, const CrossValidation& cv) {
        const bool both = !cv.training.empty();
        std::vector<std::string> head{"metric", "mean", "std"};
        if (both) head.insert(head.end(), {"training", "gap"});
        head.emplace_back("folds");
        text::Grid grid(std::move(head));
        for (std::size_t i = 0; i < cv.metrics.size(); ++i) {
            const FoldedMetric& m = cv.metrics[i];
            std::vector<std::string> row{m.name, text::fixed(m.mean(), 4), text::fixed(m.std(), 4)};
            if (both) {
                const double learned = cv.training[i].mean();
                row.insert(row.end(), {text::fixed(learned, 4), text::fixed(learned - m.mean(), 4)});
            }
            std::string folds;
            for (std::size_t f = 0; f < m.by_fold.size() && f < 10; ++f)
                folds += (f == 0 ? "" : " ") + text::fixed(m.by_fold[f], 4);
            if (m.by_fold.size() > 10) folds += " and " + std::to_string(m.by_fold.size() - 10) + " more";
            row.push_back(std::move(folds));
            grid.add(std::move(row));
        }
        out << grid.str() << "  a fold took " << text::fixed(cv.fit_seconds(), 3) << " s to fit\n";
        if (both) out << "  training: on the rows that were learned from; gap: training less mean\n";
        if (cv.out_of_fold.never_judged > 0) {
            out << "  " << text::grouped(cv.out_of_fold.never_judged)
                << " training rows were learned from only and never judged\n";
        }
        return out;
    }
};

/// What cross_validate may be asked for besides the metrics.
struct CrossValidateOptions {
    /// measure the rows learned from too; costs scoring them in every fold
    bool training_scores = false;
    Progress progress = {};
};

namespace detail {

/// The metric of scores of rows with these labels; missing where some class has no rows and the metric needs
/// all.
inline double metric_of(const Metric& metric, const Target& target, std::span<const double> labels,
                        std::span<const double> scores, std::span<const double> weights) {
    try {
        return metric(target, labels, scores, weights);
    } catch (const DataError&) {
        if (!lacks_class(target, labels)) throw;
        return missing;
    }
}

/// The metric within each fold.
inline FoldedMetric by_fold(const OutOfFold& scores, const Metric& metric) {
    FoldedMetric out{.name = std::string(metric.name), .by_fold = {}, .repeats = scores.repeats};
    for (const FoldScores& fold : scores.folds) {
        std::vector<double> labels;
        std::vector<double> weights;
        for (const std::size_t r : fold.rows) {
            labels.push_back(scores.labels[r]);
            if (!scores.weights.empty()) weights.push_back(scores.weights[r]);
        }
        out.by_fold.push_back(metric_of(metric, scores.target, labels, fold.scores, weights));
    }
    return out;
}

}  // namespace detail

/// Refits the whole chain in every fold of the training rows and measures it on the rows left out, by as many
/// metrics as you like; yours too: a Metric is a name and a function.
///
///     cross_validate(Imputer{} | LogisticRegression{}, training, StratifiedKFold{.folds = 5},
///                    {auc, log_loss_metric}, {.training_scores = true})
///
/// `folder` is anything with `split(training)` that gives Folds (KFold, StratifiedKFold, their repeated
/// forms, GroupKFold, StratifiedGroupKFold, TimeSeriesFolds, MatchingFolds). Metrics that need a decision
/// take it at 0.5. O(folds x fit); folds run side by side on few rows      throws what fitting throws
template <detail::Link T, class Folder>
[[nodiscard]] CrossValidation cross_validate(const T& link, const Training& training, const Folder& folder,
                                             const std::vector<Metric>& metrics,
                                             const CrossValidateOptions& options) {
    CrossValidation out;
    const Folds folds = folder.split(training);
    detail::FoldVisitor visit;
    if (options.training_scores) {
        for (const Metric& metric : metrics) {
            out.training.push_back(
                {std::string(metric.name), std::vector<double>(folds.size()), folds.repeats()});
        }
        visit = [&](std::size_t f, const Fold& fold, const Model& model) {
            const Training& rows = fold.training;
            const std::vector<double> scores = model.predict(rows.table()).values;
            for (std::size_t m = 0; m < metrics.size(); ++m)
                out.training[m].by_fold[f] =
                    detail::metric_of(metrics[m], rows.target(), rows.labels(), scores, rows.weights());
        };
    }
    out.out_of_fold = score_out_of_fold(folds, refit(link), options.progress, visit);
    for (const Metric& metric : metrics) out.metrics.push_back(detail::by_fold(out.out_of_fold, metric));
    return out;
}

/// The same with a place to report to.
template <detail::Link T, class Folder>
[[nodiscard]] CrossValidation cross_validate(const T& link, const Training& training, const Folder& folder,
                                             const std::vector<Metric>& metrics,
                                             const Progress& progress = {}) {
    return cross_validate(link, training, folder, metrics, CrossValidateOptions{.progress = progress});
}

}  // namespace gasket
