#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/progress.hpp"
#include "gasket/core/random.hpp"
#include "gasket/data/profiler.hpp"
#include "gasket/data/row_digest.hpp"
#include "gasket/data/stack.hpp"
#include "gasket/evaluate/cross_validate.hpp"
#include "gasket/evaluate/permutation_importance.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/monitor/psi.hpp"
#include "gasket/pipeline/pipeline.hpp"
#include "gasket/split/assign.hpp"
#include "gasket/split/wall.hpp"

namespace gasket {

/// How much one column tells of the table that a row comes from.
struct Giveaway {
    std::string column;
    /// how much of the classifier's AUC is lost when the column is shuffled among rows that it had not seen:
    /// mean and standard deviation over the folds
    double importance = 0;
    double std = 0;
    /// area under the ROC curve of the column alone; see LeakProfile::auc
    double alone = missing;
};

/// How well a model tells the rows of two tables apart.
struct Separation {
    /// by fold; 0.5: not at all, 1: every row
    FoldedMetric auc = {.name = "auc", .by_fold = {}, .repeats = 1};
    /// what chance alone reaches in one of twenty cases with so many rows
    double chance = missing;
    /// rows of either table that the classifier was given
    std::size_t first_rows = 0;
    std::size_t second_rows = 0;
    /// what gives the table away, most first
    std::vector<Giveaway> columns = {};

    /// From an AUC of 0.6 on: moderate, from 0.7 on: drift; stable whatever the value where chance reaches
    /// it; insufficient where there was no classifier, for want of rows or columns.
    ///
    /// Two normal distributions whose means differ by a third of their standard deviation give an AUC of 0.6
    /// (and a PSI of 0.1), by three quarters 0.7.
    [[nodiscard]] DriftStatus status() const {
        const double found = auc.mean();
        if (std::isnan(found)) return DriftStatus::insufficient;
        if (found <= chance || found < 0.6) return DriftStatus::stable;
        return found < 0.7 ? DriftStatus::moderate : DriftStatus::drift;
    }

    [[nodiscard]] Json to_json() const {
        Json list = Json::array();
        for (const Giveaway& g : columns) {
            list.push_back(json_object({{"column", g.column},
                                        {"importance", g.importance},
                                        {"std", g.std},
                                        {"alone", detail::json_number(g.alone)}}));
        }
        return json_object({{"status", name_of(status())},
                            {"auc", auc.to_json()},
                            {"chance", detail::json_number(chance)},
                            {"first_rows", first_rows},
                            {"second_rows", second_rows},
                            {"columns", std::move(list)}});
    }
};

/// Asks whether a model can tell the rows of two tables apart: gradient boosting learns on some folds of all
/// rows which table a row comes from, and is judged on the others. What no comparison column by column shows,
/// such as a new dependence between two columns, a model can see.
///
/// separate  folds x fit, folds x repeats x columns scores of a fold; reports "telling tables apart" to
///           `progress`; same result for any number of threads; thread-safe
///           throws OptionError; SchemaError (columns that the tables do not share, or of different kinds)
/// reference: Friedman, On multivariate goodness-of-fit and two-sample testing, 2003; Lopez-Paz & Oquab,
/// Revisiting classifier two-sample tests, 2017
struct DomainClassifier {
    GradientBoosting model = {.trees = 100, .max_depth = 4};
    /// at least 2
    std::size_t folds = 5;
    /// of each table, drawn at random where it has more; at least 1
    std::size_t most_rows = 20'000;
    /// how often each column is shuffled; at least 1
    std::size_t repeats = 3;
    std::uint64_t seed = 42;

    [[nodiscard]] Separation separate(const Table& first, const Table& second,
                                      const Progress& progress = {}) const {
        detail::require_option(folds >= 2, "DomainClassifier.folds", std::to_string(folds), "at least 2");
        detail::require_option(repeats >= 1, "DomainClassifier.repeats", std::to_string(repeats),
                               "at least 1");
        detail::require_option(most_rows >= 1, "DomainClassifier.most_rows", std::to_string(most_rows),
                               "at least 1");
        const Table parts[] = {sample(first, 1), sample(second, 2)};
        Separation out{.first_rows = parts[0].rows(), .second_rows = parts[1].rows()};
        const Table all = stack(parts);
        if (std::min(out.first_rows, out.second_rows) < std::max<std::size_t>(psi_least_rows, folds) ||
            all.columns() == 0) {
            return out;
        }
        const auto n = static_cast<double>(out.first_rows);
        const auto m = static_cast<double>(out.second_rows);
        out.chance = 0.5 + 1.6448536269514722 * std::sqrt((n + m + 1) / (12 * n * m));

        std::vector<double> labels(all.rows(), 0.0);
        std::fill(labels.begin() + static_cast<std::ptrdiff_t>(out.first_rows), labels.end(), 1.0);
        const std::vector<int> fold_of = deal(all, labels);
        out.auc.by_fold.resize(folds);
        std::vector<Importances> importances(folds);
        detail::PartsDone done(progress, "telling tables apart", folds);
        parallel_for(folds, [&](std::size_t f) {
            Split split = detail::Wall::seal(all, plan(all, labels, fold_of, static_cast<int>(f)));
            const Model fitted = fit(model, split.training);
            const LabelledRows unseen = detail::Wall::open(std::move(split.holdout)).rows;
            out.auc.by_fold[f] = auc(unseen.labels, fitted.predict(unseen.table).values);
            importances[f] = permutation_importance(fitted, unseen, auc, repeats, derive_seed(seed, 16 + f));
            done.one_more();
        });
        out.columns = giveaways(all, labels, importances);
        return out;
    }

  private:
    [[nodiscard]] Table sample(const Table& table, std::uint64_t stream) const {
        if (table.rows() <= most_rows) return table;
        std::vector<std::size_t> rows(table.rows());
        std::iota(rows.begin(), rows.end(), std::size_t{0});
        Random(derive_seed(seed, stream)).shuffle(std::span<std::size_t>(rows));
        rows.resize(most_rows);
        std::sort(rows.begin(), rows.end());
        return table.take(rows);
    }

    /// The fold of each row, the same share of either table in all. A row that stands once in each table goes
    /// with its twin: apart, one would teach the classifier that the other comes from the wrong table.
    [[nodiscard]] std::vector<int> deal(const Table& all, std::span<const double> labels) const {
        std::vector<std::uint64_t> digests = row_digests(all);
        struct Copies {
            std::size_t first = 0;
            std::size_t second = 0;
        };
        std::unordered_map<std::uint64_t, Copies> copies;
        for (std::size_t r = 0; r < digests.size(); ++r)
            ++(labels[r] == 0 ? copies[digests[r]].first : copies[digests[r]].second);
        std::vector<int> strata(digests.size());
        for (std::size_t r = 0; r < digests.size(); ++r) {
            const Copies& c = copies[digests[r]];
            const bool twins = c.first == 1 && c.second == 1;
            strata[r] = twins ? 2 : static_cast<int>(labels[r]);
            if (!twins) digests[r] = mix64(digests[r] + mix64(r + 1));
        }
        std::vector<std::size_t> rows(digests.size());
        std::iota(rows.begin(), rows.end(), std::size_t{0});
        std::size_t doubled = 0;
        return detail::deal(detail::make_units(rows, strata, digests, doubled),
                            std::vector<double>(folds, 1.0 / static_cast<double>(folds)), digests.size(),
                            derive_seed(seed, 3));
    }

    [[nodiscard]] SplitPlan plan(const Table& all, const std::vector<double>& labels,
                                 const std::vector<int>& fold_of, int fold) const {
        SplitPlan plan;
        plan.target = {.column = side_name(all), .task = Task::binary, .classes = {"first", "second"}};
        plan.labels = labels;
        plan.record.method = "domain classifier";
        plan.record.seed = seed;
        for (std::size_t r = 0; r < fold_of.size(); ++r)
            (fold_of[r] == fold ? plan.test : plan.train).push_back(r);
        return plan;
    }

    /// A name that no column has.
    [[nodiscard]] static std::string side_name(const Table& all) {
        std::string name = "table";
        while (all.has(name)) name += "_";
        return name;
    }

    [[nodiscard]] static std::vector<Giveaway> giveaways(const Table& all, std::vector<double> labels,
                                                         const std::vector<Importances>& by_fold) {
        const std::string side = side_name(all);
        const Profile alone = Profiler{.target = side, .correlation_columns = 0, .now = 0}.observe(
            all.with(side, Column::numeric(std::move(labels))));
        std::vector<Giveaway> out;
        for (const std::string& name : all.names()) {
            FoldedMetric falls{.name = name, .by_fold = {}};
            for (const Importances& fold : by_fold) {
                for (const FeatureImportance& f : fold.features) {
                    if (f.feature == name) falls.by_fold.push_back(f.mean);
                }
            }
            if (falls.by_fold.empty()) falls.by_fold.push_back(0);  // a column that no model read
            out.push_back({name, falls.mean(), falls.std(), alone.find(name)->leak->auc});
        }
        detail::sort_few(out,
                         [](const Giveaway& a, const Giveaway& b) { return a.importance > b.importance; });
        return out;
    }
};

}  // namespace gasket
