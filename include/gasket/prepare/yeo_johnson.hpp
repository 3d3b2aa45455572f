#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gasket/prepare/power.hpp"

namespace gasket {

/// Makes numbers of any sign as nearly normal as a power can: as BoxCox of 1 + x from 0 on, below 0 as minus
/// BoxCox of 1 - x with the exponent 2 - lambda. The exponent of each column is the one of greatest
/// likelihood.
///
/// Missing values stay missing. A constant column is centred, and named by `notes()`.
///
/// fit       O(rows x columns), some ten to thirty passes
///           throws SchemaError, OptionError (columns), DataError (no rows, infinite values)
/// transform O(rows x columns), no allocation; thread-safe
/// reference: Yeo & Johnson, A new family of power transformations, 2000
struct YeoJohnson {
    static constexpr std::string_view name = "yeo_johnson";

    /// the columns to transform; empty: all numbers
    std::vector<std::string> columns = {};
    /// brings the result to mean 0 and standard deviation 1
    bool standardise = true;

    [[nodiscard]] Fitted<YeoJohnson> fit(const TrainingRows& rows) const;
};

/// What a YeoJohnson learned: the exponent of each column, and mean and deviation of what it makes.
template <>
class Fitted<YeoJohnson>
    : public detail::ColumnByColumn<YeoJohnson, detail::PowerColumn<detail::SignedPower>> {
    using ColumnByColumn::ColumnByColumn;
};

inline Fitted<YeoJohnson> YeoJohnson::fit(const TrainingRows& rows) const {
    return detail::fit_power<YeoJohnson, detail::SignedPower>(rows, *this, "YeoJohnson");
}

}  // namespace gasket
