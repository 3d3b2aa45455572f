#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/prepare/column_by_column.hpp"

namespace gasket {

/// Replaces each number x by log(1 + x): the first remedy for columns with a long tail to the right, such as
/// money.
///
/// Takes numbers above -1; a live value that is not becomes missing, as a missing one stays. Learns nothing
/// but that the training rows allow it.
///
/// fit       O(rows x columns)
///           throws SchemaError, OptionError (columns), DataError (no rows, infinite values, values not
///           above -1)
/// transform O(rows x columns), no allocation; thread-safe
struct Log1p {
    static constexpr std::string_view name = "log1p";

    /// the columns to transform; empty: all numbers
    std::vector<std::string> columns = {};

    [[nodiscard]] Fitted<Log1p> fit(const TrainingRows& rows) const;
};

namespace detail {

struct Log1pColumn {
    static constexpr Takes kind = Takes::numbers;

    std::string feature = {};

    void apply(const double* from, std::size_t rows, double* to) const noexcept {
        for (std::size_t r = 0; r < rows; ++r) to[r] = from[r] > -1 ? std::log1p(from[r]) : missing;
    }
    void write(Json&) const noexcept {}
    [[nodiscard]] static Log1pColumn read(const Fields&, const Feature&) { return {}; }
};

}  // namespace detail

/// A Log1p bound to its columns.
template <>
class Fitted<Log1p> : public detail::ColumnByColumn<Log1p, detail::Log1pColumn> {
    using ColumnByColumn::ColumnByColumn;
};

inline Fitted<Log1p> Log1p::fit(const TrainingRows& rows) const {
    return detail::fit_columns<Log1p>(
        rows, columns, "Log1p",
        [](std::span<const double> values, const Feature& feature, detail::Log1pColumn&, std::string&) {
            for (std::size_t r = 0; r < values.size(); ++r) {
                detail::require_domain(!(values[r] <= -1), "numbers above -1", values[r], r, feature.name,
                                       "Log1p");
            }
        });
}

}  // namespace gasket
