#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/layout.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket::detail {

/// Checks that what a stage learned belongs to the features before it: the same names in the same order.
/// throws ArtifactError
inline void require_features(const std::vector<std::string>& names, const Layout& in,
                             const std::string& where) {
    if (names.size() != in.size()) {
        throw_content(where, std::to_string(in.size()) + " features", std::to_string(names.size()));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] != in[i].name) {
            throw_content(where, "feature " + text::quoted(in[i].name), text::quoted(names[i]));
        }
    }
}

/// Checks that a stage has rows to learn from. throws DataError
inline void require_rows(const TrainingRows& rows, const std::string& where) {
    if (rows.rows() > 0) return;
    throw DataError(ErrorCode::no_rows, {.expected = "at least one training row",
                                         .found = "none",
                                         .where = where,
                                         .advice = "give rows to learn from"});
}

}  // namespace gasket::detail
