#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gasket/prepare/power.hpp"

namespace gasket {

/// Makes positive numbers as nearly normal as a power can: (x^lambda - 1) / lambda, or log x for lambda 0.
/// The exponent of each column is the one of greatest likelihood.
///
/// Takes numbers above 0 only; YeoJohnson takes all. A live value that is not above 0 becomes missing, as a
/// missing one stays. A constant column is centred, and named by `notes()`.
///
/// fit       O(rows x columns), some ten to thirty passes
///           throws SchemaError, OptionError (columns), DataError (no rows, infinite values, values not
///           above 0)
/// transform O(rows x columns), no allocation; thread-safe
/// reference: Box & Cox, An Analysis of Transformations, 1964
struct BoxCox {
    static constexpr std::string_view name = "box_cox";

    /// the columns to transform; empty: all numbers
    std::vector<std::string> columns = {};
    /// brings the result to mean 0 and standard deviation 1
    bool standardise = true;

    [[nodiscard]] Fitted<BoxCox> fit(const TrainingRows& rows) const;
};

/// What a BoxCox learned: the exponent of each column, and mean and deviation of what it makes.
template <>
class Fitted<BoxCox> : public detail::ColumnByColumn<BoxCox, detail::PowerColumn<detail::PositivePower>> {
    using ColumnByColumn::ColumnByColumn;
};

inline Fitted<BoxCox> BoxCox::fit(const TrainingRows& rows) const {
    return detail::fit_power<BoxCox, detail::PositivePower>(rows, *this, "BoxCox");
}

}  // namespace gasket
