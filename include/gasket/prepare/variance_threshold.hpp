#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/prepare/column_by_column.hpp"
#include "gasket/prepare/moments.hpp"
#include "gasket/prepare/selection.hpp"

namespace gasket {

/// Leaves out numbers that hardly vary: those whose variance over the training rows is not above `threshold`.
/// Unless it is set, the constant ones.
///
/// The score of a feature is its variance (divided by n), over the values that are not missing. A column
/// without any value is left out.
///
/// fit       O(rows x columns)
///           throws SchemaError, OptionError (columns, threshold), DataError (no rows, infinite values,
///           no feature left)
/// transform nothing to compute; thread-safe
struct VarianceThreshold {
    static constexpr std::string_view name = "variance_threshold";

    /// the columns that may be left out; empty: all numbers
    std::vector<std::string> columns = {};
    /// at least 0
    double threshold = 0;

    [[nodiscard]] Fitted<VarianceThreshold> fit(const TrainingRows& rows) const;
};

/// Which features a VarianceThreshold keeps.
template <>
class Fitted<VarianceThreshold> : public detail::Selection<VarianceThreshold, detail::Takes::numbers> {
    using Selection::Selection;
};

inline Fitted<VarianceThreshold> VarianceThreshold::fit(const TrainingRows& rows) const {
    detail::require_option(std::isfinite(threshold) && threshold >= 0, "VarianceThreshold.threshold",
                           text::shortest(threshold), "at least 0");
    std::vector<Selected> judged =
        detail::judge_columns(rows, columns, "VarianceThreshold", [](std::span<const double> values) {
            const double variance = detail::moments_of(values).variance();
            return variance > 0 && detail::all_equal(values) ? 0.0
                                                             : variance;  // what rounding leaves is none
        });
    for (Selected& one : judged) one.kept = one.score > threshold;
    return {std::move(judged), rows.layout()};
}

}  // namespace gasket
