#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/prepare/affine.hpp"
#include "gasket/prepare/column_by_column.hpp"
#include "gasket/prepare/sorted_present.hpp"

namespace gasket {

/// Brings every number to median 0 and to the distance between two quantiles as unit: (x - median) / (upper
/// quantile - lower quantile). Outliers, however far, move neither.
///
/// Quantiles are linear between neighbours, as in NumPy. A column whose two quantiles are equal (constant, or
/// mostly one value) is centred and not scaled, and named by `notes()`. Missing values stay missing.
///
/// fit       O(rows x columns)
///           throws SchemaError, OptionError (columns, lower, upper), DataError (no rows, infinite
///           values)
/// transform O(rows x columns), no allocation; thread-safe
/// reference: Huber, Robust Statistics, 1981
struct RobustScaler {
    static constexpr std::string_view name = "robust_scaler";

    /// the columns to scale; empty: all numbers
    std::vector<std::string> columns = {};
    /// 0 <= lower < upper <= 1
    double lower = 0.25;
    double upper = 0.75;

    [[nodiscard]] Fitted<RobustScaler> fit(const TrainingRows& rows) const;
};

/// What a RobustScaler learned: median and distance of the quantiles of each column.
template <>
class Fitted<RobustScaler> : public detail::ColumnByColumn<RobustScaler, detail::Affine> {
    using ColumnByColumn::ColumnByColumn;
};

inline Fitted<RobustScaler> RobustScaler::fit(const TrainingRows& rows) const {
    detail::require_option(lower >= 0 && lower < upper && upper <= 1, "RobustScaler.lower, .upper",
                           text::shortest(lower) + " and " + text::shortest(upper),
                           "0 <= lower < upper <= 1");
    return detail::fit_columns<RobustScaler>(
        rows, columns, "RobustScaler",
        [this](std::span<const double> values, const Feature& feature, detail::Affine& learned,
               std::string& note) {
            const std::vector<double> sorted = detail::sorted_present(values);
            learned.center = quantile_of_sorted(sorted, 0.5);
            const double range = quantile_of_sorted(sorted, upper) - quantile_of_sorted(sorted, lower);
            if (range > 10 * std::numeric_limits<double>::epsilon()) {
                learned.scale = range;
            } else {
                note = "column " + text::quoted(feature.name) +
                       " has equal quantiles: it is centred and not scaled";
            }
        });
}

}  // namespace gasket
