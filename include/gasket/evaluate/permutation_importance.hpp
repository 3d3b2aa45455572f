#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <ostream>
#include <string>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/progress.hpp"
#include "gasket/core/random.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/scored_rows.hpp"
#include "gasket/pipeline/model.hpp"
#include "gasket/split/holdout.hpp"

namespace gasket {

/// How much a metric falls when one raw column is shuffled.
struct FeatureImportance {
    std::string feature;
    /// mean fall of the metric over the repeats (rise, for metrics where less is better)
    double mean = 0;
    /// standard deviation over the repeats (divisor n - 1)
    double std = 0;
};

/// Importances of raw columns, greatest first.
struct Importances {
    std::string metric;
    /// false: less of the metric is better, and the figures are rises
    bool greater_is_better = true;
    std::size_t repeats = 0;
    std::vector<FeatureImportance> features;

    [[nodiscard]] Json to_json() const {
        Json out = Json::array();
        for (const FeatureImportance& f : features) {
            out.push_back(json_object({{"feature", f.feature}, {"mean", f.mean}, {"std", f.std}}));
        }
        return out;
    }

    /// A line and a bar for each of the most important columns.
    friend std::ostream& operator<<(std::ostream& out, const Importances& importances) {
        const double most = importances.features.empty() ? 0 : importances.features.front().mean;
        text::Grid grid({"column",
                         (importances.greater_is_better ? "fall of " : "rise of ") + importances.metric, "+-",
                         ""});
        const std::size_t shown = text::shown_of(importances.features.size());
        for (std::size_t i = 0; i < shown; ++i) {
            const FeatureImportance& f = importances.features[i];
            grid.add({f.feature, text::fixed(f.mean, 4), text::fixed(f.std, 4),
                      text::bar(most > 0 ? f.mean / most : 0, 30)});
        }
        out << grid.str();
        if (shown < importances.features.size())
            out << "  and " << importances.features.size() - shown << " columns less important than these\n";
        return out << "  mean and standard deviation over " << importances.repeats
                   << (importances.repeats == 1 ? " shuffle" : " shuffles")
                   << " of each column; one no greater than its deviation cannot be told from none\n";
    }
};

namespace detail {

/// A metric of a model on a table whose rows have these labels.
[[nodiscard]] inline double measure_model(const Metric& metric, const Model& model, const Table& table,
                                          const LabelledRows& rows) {
    const Predictions predictions = model.predict(table);
    return measure(metric, ScoredRows::of(predictions, rows));
}

}  // namespace detail

/// Shuffles one raw column after the other and measures how much worse the model becomes. Tells what this
/// model leans on; of two columns that say the same, each may look unimportant.
///
/// rows x columns x repeats scores; parallel, same bits for any number of threads; reports "importance" to
/// `progress` throws OptionError (repeats), DataError, SchemaError as Model::predict and the metric
/// reference: Breiman, Random Forests, 2001
[[nodiscard]] inline Importances permutation_importance(const Model& model, const LabelledRows& rows,
                                                        const Metric& metric, std::size_t repeats = 10,
                                                        std::uint64_t seed = 42,
                                                        const Progress& progress = {}) {
    detail::require_option(repeats >= 1, "permutation_importance repeats", std::to_string(repeats),
                           "at least 1");
    const std::vector<std::string> columns = model.inputs();
    const double whole = detail::measure_model(metric, model, rows.table, rows);
    const double sign = metric.greater_is_better ? 1 : -1;
    std::vector<double> fall(columns.size() * repeats);
    detail::PartsDone done(progress, "importance", fall.size());
    parallel_for(fall.size(), [&](std::size_t job) {
        const std::string& name = columns[job / repeats];
        std::vector<std::size_t> order(rows.table.rows());
        std::iota(order.begin(), order.end(), std::size_t{0});
        Random(derive_seed(seed, job)).shuffle(std::span<std::size_t>(order));
        const Table shuffled = rows.table.with(name, rows.table[name].take(order));
        fall[job] = sign * (whole - detail::measure_model(metric, model, shuffled, rows));
        done.one_more();
    });
    Importances out{.metric = std::string(metric.name),
                    .greater_is_better = metric.greater_is_better,
                    .repeats = repeats,
                    .features = {}};
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const auto first = fall.begin() + static_cast<std::ptrdiff_t>(c * repeats);
        const double mean = std::accumulate(first, first + static_cast<std::ptrdiff_t>(repeats), 0.0) /
                            static_cast<double>(repeats);
        double squares = 0;
        for (std::size_t k = 0; k < repeats; ++k)
            squares += (first[static_cast<std::ptrdiff_t>(k)] - mean) *
                       (first[static_cast<std::ptrdiff_t>(k)] - mean);
        out.features.push_back(
            {columns[c], mean, repeats > 1 ? std::sqrt(squares / static_cast<double>(repeats - 1)) : 0.0});
    }
    detail::sort_few(out.features,
                     [](const FeatureImportance& a, const FeatureImportance& b) { return a.mean > b.mean; });
    return out;
}

}  // namespace gasket
