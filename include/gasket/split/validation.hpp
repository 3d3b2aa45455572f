#pragma once

#include <cstddef>

#include "gasket/split/holdout.hpp"
#include "gasket/split/split_record.hpp"

namespace gasket {

/// Rows to choose by: between models, thresholds, numbers of trees. No model learns from them, for `fit` does
/// not take them; they may be judged on as often as one likes, and looked into. What is chosen by them looks
/// better on them than it is: the verdict is the holdout's. A value.
struct Validation {
    LabelledRows rows;
    /// side "validation"; tells of these rows only
    SplitRecord record;

    [[nodiscard]] std::size_t size() const noexcept { return rows.labels.size(); }
};

}  // namespace gasket
