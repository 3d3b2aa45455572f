#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/prepare/affine.hpp"
#include "gasket/prepare/column_by_column.hpp"

namespace gasket {

/// Divides every number by the greatest absolute value over the training rows, so that all lie in [-1, 1] and
/// 0 stays 0: for columns that are mostly 0.
///
/// A column of zeros stays as it is. Missing values stay missing.
///
/// fit       O(rows x columns)
///           throws SchemaError, OptionError (columns), DataError (no rows, infinite values)
/// transform O(rows x columns), no allocation; thread-safe
struct MaxAbsScaler {
    static constexpr std::string_view name = "max_abs_scaler";

    /// the columns to scale; empty: all numbers
    std::vector<std::string> columns = {};

    [[nodiscard]] Fitted<MaxAbsScaler> fit(const TrainingRows& rows) const;
};

/// What a MaxAbsScaler learned: the greatest absolute value of each column.
template <>
class Fitted<MaxAbsScaler> : public detail::ColumnByColumn<MaxAbsScaler, detail::Affine> {
    using ColumnByColumn::ColumnByColumn;
};

inline Fitted<MaxAbsScaler> MaxAbsScaler::fit(const TrainingRows& rows) const {
    return detail::fit_columns<MaxAbsScaler>(rows, columns, "MaxAbsScaler",
                                             [](std::span<const double> values, const Feature& feature,
                                                detail::Affine& learned, std::string& note) {
                                                 double most = 0;
                                                 for (const double x : values)
                                                     most = std::abs(x) > most ? std::abs(x) : most;
                                                 if (most > 0) {
                                                     learned.scale = most;
                                                 } else {
                                                     note = detail::constant_note(feature.name);
                                                 }
                                             });
}

}  // namespace gasket
