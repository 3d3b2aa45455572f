#pragma once

#include <cstddef>
#include <string>
#include <vector>

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

/// Rows with a positive weight in every class. throws DataError
inline void require_every_class(const TrainingRows& rows, const std::string& who) {
    const std::vector<std::string>& classes = rows.target().classes;
    std::vector<bool> seen(classes.size(), false);
    std::size_t left = classes.size();
    for (std::size_t r = 0; r < rows.rows() && left > 0; ++r) {
        const auto k = static_cast<std::size_t>(rows.labels()[r]);
        if (seen[k] || (!rows.weights().empty() && rows.weights()[r] == 0)) continue;
        seen[k] = true;
        --left;
    }
    std::vector<std::string> found, lost;
    for (std::size_t k = 0; k < classes.size(); ++k)
        (seen[k] ? found : lost).push_back(text::quoted(classes[k]));
    if (lost.empty()) return;
    const bool two = classes.size() == 2;
    throw DataError(ErrorCode::target_not_binary,
                    {.expected = two ? "training rows of both classes" : "training rows of every class",
                     .found = two ? "only " + found.at(0) : "none of " + text::list(lost, 10),
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
