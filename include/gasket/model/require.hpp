#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/prepare/same_features.hpp"
#include "gasket/split/training_rows.hpp"

/// What an estimator asks of its training rows, each in one sentence. `who` is the estimator's name.
namespace gasket::detail {

/// throws DataError
inline void refuse_multiclass(const TrainingRows& rows, const std::string& who) {
    if (rows.target().task != Task::multiclass) return;
    throw DataError(ErrorCode::target_not_binary,
                    {.expected = "a target with two classes or a numeric one",
                     .found = std::to_string(rows.target().classes.size()) + " classes",
                     .where = who + ", target " + text::quoted(rows.target().column),
                     .advice = "derive a target of two classes: one against the rest"});
}

/// throws DataError
inline void require_binary(const TrainingRows& rows, const std::string& who) {
    refuse_multiclass(rows, who);
    if (rows.target().task == Task::binary) return;
    throw DataError(ErrorCode::target_not_binary,
                    {.expected = "a target with two classes",
                     .found = "a numeric one",
                     .where = who + ", target " + text::quoted(rows.target().column),
                     .advice = "use an estimator for numbers, or set .task of the splitter"});
}

/// Rows with a positive weight in both classes. throws DataError
inline void require_both_classes(const TrainingRows& rows, const std::string& who) {
    bool seen[2] = {false, false};
    for (std::size_t r = 0; r < rows.rows() && !(seen[0] && seen[1]); ++r) {
        if (rows.weights().empty() || rows.weights()[r] > 0) seen[rows.labels()[r] > 0.5 ? 1 : 0] = true;
    }
    if (seen[0] && seen[1]) return;
    throw DataError(ErrorCode::target_not_binary,
                    {.expected = "training rows of both classes",
                     .found = "only " + text::quoted(rows.target().classes.at(seen[1] ? 1 : 0)),
                     .where = who + ", target " + text::quoted(rows.target().column),
                     .advice = "give more rows, or split with StratifiedSplitter"});
}

/// At least one feature. throws DataError
inline void require_some_features(const TrainingRows& rows, const std::string& who) {
    if (rows.layout().size() > 0) return;
    throw DataError(ErrorCode::no_features, {.expected = "at least one feature",
                                             .found = "none",
                                             .where = who,
                                             .advice = "keep some columns besides the target"});
}

/// Numbers only. throws DataError that says which stage to add
inline void require_numbers(const TrainingRows& rows, const std::string& who) {
    for (const Feature& feature : rows.layout()) {
        if (!feature.is_category()) continue;
        throw DataError(ErrorCode::not_numeric,
                        {.expected = "numbers",
                         .found = "labels",
                         .where = who + ", feature " + text::quoted(feature.name),
                         .advice = "put OneHotEncoder{} before it, or drop the column"});
    }
}

/// Numbers only, and none of them missing or infinite. throws DataError that says which stage to add
inline void require_finite_numbers(const TrainingRows& rows, const std::string& who) {
    require_numbers(rows, who);
    for (std::size_t i = 0; i < rows.layout().size(); ++i) {
        const auto values = rows.features()[i];
        const auto bad =
            std::find_if(values.begin(), values.end(), [](double x) { return !std::isfinite(x); });
        if (bad == values.end()) continue;
        const auto gaps = static_cast<std::size_t>(
            std::count_if(values.begin(), values.end(), [](double x) { return std::isnan(x); }));
        throw DataError(
            ErrorCode::not_finite,
            {.expected = "a finite number in every row",
             .found = std::isnan(*bad) ? text::grouped(gaps) + " missing of " + text::grouped(values.size())
                                       : "infinity in training row " + std::to_string(bad - values.begin()),
             .where = who + ", feature " + text::quoted(rows.layout()[i].name),
             .advice = std::isnan(*bad)
                           ? "put Imputer{} before it"
                           : "remove infinite values, or turn them into missing ones by Derive"});
    }
}

}  // namespace gasket::detail
