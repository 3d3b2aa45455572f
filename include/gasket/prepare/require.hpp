#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/split/training_rows.hpp"

/// What a stage asks of its training rows, each in one sentence. `who` is the stage's name.
namespace gasket::detail {

/// At least one row. throws DataError
inline void require_rows(const TrainingRows& rows, const std::string& who) {
    if (rows.rows() > 0) return;
    throw DataError(ErrorCode::no_rows, {.expected = "at least one training row",
                                         .found = "none",
                                         .where = who,
                                         .advice = "give rows to learn from"});
}

/// Refuses a column without any value to learn from; `what` would be learned. throws DataError
[[noreturn]] inline void throw_all_missing(const TrainingRows& rows, const std::string& who,
                                           const std::string& feature, const std::string& what,
                                           const std::string& advice) {
    throw DataError(ErrorCode::all_missing,
                    {.expected = "a value in some row to learn " + what + " from",
                     .found = "none in " + text::grouped(rows.rows()) + " training rows",
                     .where = who + ", column " + text::quoted(feature),
                     .advice = advice});
}

/// A target of two classes, or a numeric one. throws DataError
inline void refuse_multiclass(const TrainingRows& rows, const std::string& who) {
    if (rows.target().task != Task::multiclass) return;
    throw DataError(ErrorCode::target_not_binary,
                    {.expected = "a target with two classes or a numeric one",
                     .found = std::to_string(rows.target().classes.size()) + " classes",
                     .where = who + ", target " + text::quoted(rows.target().column),
                     .advice = "derive a target of two classes: one against the rest"});
}

/// A target of classes. throws DataError
inline void require_classes(const TrainingRows& rows, const std::string& who) {
    if (rows.target().task != Task::regression) return;
    throw DataError(ErrorCode::target_not_binary,
                    {.expected = "a target with classes",
                     .found = "a numeric one",
                     .where = who + ", target " + text::quoted(rows.target().column),
                     .advice = "leave the stage out, or set .task of the splitter"});
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

/// No value of feature `i` missing or infinite. throws DataError that says which stage to add
inline void require_finite(const TrainingRows& rows, std::size_t i, const std::string& who) {
    const auto values = rows.features()[i];
    const auto bad = std::find_if(values.begin(), values.end(), [](double x) { return !std::isfinite(x); });
    if (bad == values.end()) return;
    const auto gaps = static_cast<std::size_t>(
        std::count_if(values.begin(), values.end(), [](double x) { return std::isnan(x); }));
    throw DataError(
        ErrorCode::not_finite,
        {.expected = "a finite number in every row",
         .found = std::isnan(*bad) ? text::grouped(gaps) + " missing of " + text::grouped(values.size())
                                   : "infinity in training row " + std::to_string(bad - values.begin()),
         .where = who + ", feature " + text::quoted(rows.layout()[i].name),
         .advice = std::isnan(*bad) ? "put Imputer{} before it"
                                    : "remove infinite values, or turn them into missing ones by Derive"});
}

/// Numbers only, and none of them missing or infinite. throws DataError
inline void require_finite_numbers(const TrainingRows& rows, const std::string& who) {
    require_numbers(rows, who);
    for (std::size_t i = 0; i < rows.layout().size(); ++i) require_finite(rows, i, who);
}

}  // namespace gasket::detail
