#pragma once

#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/prepare/affine.hpp"
#include "gasket/prepare/column_by_column.hpp"
#include "gasket/prepare/moments.hpp"

namespace gasket {

/// Brings every number to mean 0 and standard deviation 1 over the training rows: (x - mean) / deviation.
///
/// The deviation is the population's (divided by n), as in scikit-learn. Missing values are left out of both
/// and stay missing. A constant column is centred and not scaled, and named by `notes()`. Category columns
/// pass untouched. Rows count alike whatever their weights: a scale is a matter of units, not of importance.
///
/// fit       O(rows x columns); needs at least one row
///           throws SchemaError, OptionError (columns), DataError (no rows, infinite values)
/// transform O(rows x columns), no allocation; thread-safe
/// reference: Chan, Golub & LeVeque, Updating Formulae for Computing Sample Variances, 1979
struct StandardScaler {
    static constexpr std::string_view name = "standard_scaler";

    /// the columns to scale; empty: all numbers
    std::vector<std::string> columns = {};

    [[nodiscard]] Fitted<StandardScaler> fit(const TrainingRows& rows) const;
};

/// What a StandardScaler learned: mean and standard deviation of each column.
template <>
class Fitted<StandardScaler> : public detail::ColumnByColumn<StandardScaler, detail::Affine> {
    using ColumnByColumn::ColumnByColumn;
};

inline Fitted<StandardScaler> StandardScaler::fit(const TrainingRows& rows) const {
    return detail::fit_columns<StandardScaler>(
        rows, columns, "StandardScaler",
        [](std::span<const double> values, const Feature& feature, detail::Affine& learned,
           std::string& note) {
            const detail::Moments moments = detail::moments_of(values);
            if (!std::isfinite(moments.mean()) || !std::isfinite(moments.variance())) {
                detail::refuse_infinite(values, feature.name, "StandardScaler");
                throw DataError(ErrorCode::not_finite,
                                {.expected = "numbers whose variance is finite",
                                 .found = "one that is not",
                                 .where = "StandardScaler, column " + text::quoted(feature.name),
                                 .advice = "bring the numbers to a smaller unit by Derive"});
            }
            learned.center = moments.mean();
            if (moments.constant()) {
                note = detail::constant_note(feature.name);
            } else {
                learned.scale = std::sqrt(moments.variance());
            }
        },
        true);
}

}  // namespace gasket
