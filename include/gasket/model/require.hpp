#pragma once

#include <cstddef>
#include <string>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/prepare/require.hpp"
#include "gasket/prepare/same_features.hpp"
#include "gasket/split/training_rows.hpp"

/// What an estimator asks of its training rows beside what every stage may ask (prepare/require.hpp), each in
/// one sentence. `who` is the estimator's name.
namespace gasket::detail {

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

}  // namespace gasket::detail
