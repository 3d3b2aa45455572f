#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/progress.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/cross_validate.hpp"
#include "gasket/evaluate/subsample.hpp"
#include "gasket/pipeline/pipeline.hpp"

namespace gasket {

/// What a chain achieves with so many rows to learn from.
struct LearningPoint {
    /// mean over the folds
    std::size_t rows = 0;
    /// on the rows learned from
    FoldedMetric training;
    /// on the whole validation rows of the folds
    FoldedMetric validation;
    /// how much better the training score is than the validation score
    double gap = 0;
};

/// The score of a chain against the rows that it learns from. A value.
struct LearningCurve {
    std::string metric;
    bool greater_is_better = true;
    /// a gap from here on is called overfitting
    double worst_gap = 0.1;
    /// fewest rows first; the last one is of all rows that the folds leave to learn from, where no sizes were
    /// named
    std::vector<LearningPoint> points;

    /// Training better than validation by more than `worst_gap` with the most rows.
    [[nodiscard]] bool overfit() const { return points.back().gap > worst_gap; }

    /// What the last step brought: the validation score with the most rows less that with the rows before,
    /// positive where it is better.
    [[nodiscard]] double last_gain() const {
        if (points.size() < 2) return missing;
        const double rise = points.back().validation.mean() - points[points.size() - 2].validation.mean();
        return greater_is_better ? rise : -rise;
    }

    [[nodiscard]] Json to_json() const {
        Json list = Json::array();
        for (const LearningPoint& p : points) {
            list.push_back(json_object({{"rows", p.rows},
                                        {"training", p.training.to_json()},
                                        {"validation", p.validation.to_json()},
                                        {"gap", detail::json_number(p.gap)}}));
        }
        return json_object({{"metric", metric},
                            {"points", std::move(list)},
                            {"overfit", overfit()},
                            {"last_gain", detail::json_number(last_gain())}});
    }

    /// A line for each size: V where the validation score lies, T where the training score does.
    friend std::ostream& operator<<(std::ostream& out, const LearningCurve& curve) {
        curve.print(out);
        return out;
    }

  private:
    void print(std::ostream& out) const {
        double low = HUGE_VAL;
        double high = -HUGE_VAL;
        for (const LearningPoint& p : points) {
            for (const double x : {p.training.mean(), p.validation.mean()}) {
                if (is_missing(x)) continue;
                low = std::min(low, x);
                high = std::max(high, x);
            }
        }
        text::Grid grid({"rows", "training", "validation", "+-", "gap",
                         text::fixed(low, 3) + std::string(30, ' ') + text::fixed(high, 3)});
        for (const LearningPoint& p : points) {
            grid.add({text::grouped(p.rows), text::fixed(p.training.mean(), 4),
                      text::fixed(p.validation.mean(), 4), text::fixed(p.validation.std(), 4),
                      text::fixed(p.gap, 4), line(p.validation.mean(), p.training.mean(), low, high)});
        }
        out << grid.str() << "  " << metric << " on the rows learned from (T) and on rows not seen (V)\n  "
            << words() << "\n";
    }

    static std::string line(double validation, double training, double low, double high) {
        constexpr std::size_t width = 40;
        std::string out(width, ' ');
        if (is_missing(validation) || is_missing(training)) return out;
        const auto place = [&](double x) {
            return high > low ? static_cast<std::size_t>(std::lround((x - low) / (high - low) * (width - 1)))
                              : 0;
        };
        const std::size_t v = place(validation);
        const std::size_t t = place(training);
        for (std::size_t i = std::min(v, t); i < std::max(v, t); ++i) out[i] = '-';
        out[t] = 'T';
        out[v] = 'V';
        return out;
    }

    [[nodiscard]] std::string words() const {
        std::string out = overfit() ? "overfit: training is better by " + text::fixed(points.back().gap, 3) +
                                          ", beyond " + text::compact(worst_gap) +
                                          ": simplify, regularise, or find rows"
                                    : "no overfit: the gap is within " + text::compact(worst_gap);
        if (is_missing(last_gain())) return out;
        const double noise = points.back().validation.error();
        out += last_gain() > noise ? "; the last step still brought +" + text::fixed(last_gain(), 4) +
                                         ": more rows would help"
                                   : "; the last step brought no more than the folds' noise (" +
                                         text::fixed(noise, 4) + "): more rows alone would help little";
        return out;
    }
};

/// What `learning_curve` is told besides sizes and metric.
struct LearningCurveOptions {
    /// above 0: a training score better than the validation score by more than this is flagged. The default,
    /// ten points, is for metrics between 0 and 1.
    double worst_gap = 0.1;
    std::uint64_t seed = 42;
    Progress progress = {};
};

namespace detail {

inline LearningCurve learning_curve(const Folds& folds, const Refit& refit, std::vector<std::size_t> sizes,
                                    const Metric& metric, const LearningCurveOptions& options) {
    const Training& whole = folds.whole();
    metric.require(whole.target().task);
    require_option(options.worst_gap > 0, "learning_curve.worst_gap", std::to_string(options.worst_gap),
                   "above 0");
    std::size_t most = 0;
    for (std::size_t f = 0; f < folds.size(); ++f) most = std::max(most, folds.rows(f).learn.size());
    if (sizes.empty()) sizes = {most / 8, most / 4, most / 2, most};
    for (std::size_t& size : sizes) {
        require_option(size >= 2, "learning_curve.sizes", std::to_string(size), "at least 2 rows");
        size = std::min(size, most);
    }
    std::ranges::sort(sizes);
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());

    LearningCurve out{.metric = std::string(metric.name),
                      .greater_is_better = metric.greater_is_better,
                      .worst_gap = options.worst_gap,
                      .points = {}};
    const FoldedMetric empty{std::string(metric.name), std::vector<double>(folds.size()), folds.repeats()};
    for (std::size_t s = 0; s < sizes.size(); ++s) out.points.push_back({0, empty, empty});
    std::vector<std::size_t> learned(sizes.size() * folds.size());
    PartsDone done(options.progress, "learning curve", learned.size());
    run_fits(most, learned.size(), [&](std::size_t t) {
        const std::size_t s = t / folds.size();
        const std::size_t f = t % folds.size();
        const FoldRows rows = folds.rows(f);
        const Training some = Wall::part(
            whole, subsample(whole, rows.learn, sizes[s], derive_seed(options.seed, f)), folds.name(f));
        const Model model = refit(some);
        const LabelledRows unseen = Wall::labelled(whole, rows.judge);
        learned[t] = some.rows();
        out.points[s].training.by_fold[f] = metric_of(metric, whole.target(), some.labels(),
                                                      model.predict(some.table()).values, some.weights());
        out.points[s].validation.by_fold[f] = metric_of(metric, whole.target(), unseen.labels,
                                                        model.predict(unseen.table).values, unseen.weights);
        done.one_more();
    });
    for (std::size_t s = 0; s < sizes.size(); ++s) {
        LearningPoint& point = out.points[s];
        for (std::size_t f = 0; f < folds.size(); ++f) point.rows += learned[s * folds.size() + f];
        point.rows /= folds.size();
        const double gap = point.training.mean() - point.validation.mean();
        point.gap = metric.greater_is_better ? gap : -gap;
    }
    return out;
}

}  // namespace detail

/// Refits the chain on growing, stratified samples of the rows that each fold leaves to learn from, and
/// measures those rows and the fold's others.
///
///     std::cout << learning_curve(chain, training, StratifiedKFold{.folds = 5}, {500, 1000, 2000}, auc);
///
/// `sizes` are rows to learn from, at least 2 each; more than there are mean all. None: an eighth, a quarter,
/// a half and all. A larger sample holds the smaller ones. Sizes and folds run side by side, with the same
/// result at any number of threads. O(sizes x folds x fit)   throws OptionError, and what fitting throws
template <detail::Link T, class Folder>
[[nodiscard]] LearningCurve learning_curve(const T& link, const Training& training, const Folder& folder,
                                           std::vector<std::size_t> sizes, const Metric& metric,
                                           const LearningCurveOptions& options = {}) {
    return detail::learning_curve(folder.split(training), refit(link), std::move(sizes), metric, options);
}

}  // namespace gasket
