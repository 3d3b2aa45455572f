#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/prepare/code_values.hpp"
#include "gasket/prepare/column_by_column.hpp"

namespace gasket {

/// The order of a column's labels, least first.
struct LabelOrder {
    /// name of the column
    std::string column = "";
    /// each label of the training rows once; labels besides those do no harm
    std::vector<std::string> labels = {};
};

/// Replaces each label by its place among the labels of its column: 0, 1, 2, ...
///
///     OrdinalEncoder{.orders = {{"education", {"none", "school", "university"}}}}
///
/// Without an order of its own a column takes that of the alphabet, which means something to trees only. A
/// missing value stays missing; a label that training did not have becomes `unknown_value`, or an error.
///
/// fit       O(columns + labels^2 of ordered columns)
///           throws SchemaError, OptionError (columns, orders), DataError (no rows, a label that its
///           order does not have)
/// transform O(rows x columns), no allocation; thread-safe; throws DataError only for `refuse_unknown`
struct OrdinalEncoder {
    static constexpr std::string_view name = "ordinal_encoder";

    /// the columns to encode; empty: all categories
    std::vector<std::string> columns = {};
    /// columns whose labels have an order
    std::vector<LabelOrder> orders = {};
    /// for labels that training did not have; missing unless set
    double unknown_value = missing;
    /// makes such a label an error
    bool refuse_unknown = false;

    [[nodiscard]] Fitted<OrdinalEncoder> fit(const TrainingRows& rows) const;
};

/// An OrdinalEncoder that knows the labels.
template <>
class Fitted<OrdinalEncoder> : public detail::ColumnByColumn<OrdinalEncoder, detail::CodeValues> {
    using ColumnByColumn::ColumnByColumn;
};

inline Fitted<OrdinalEncoder> OrdinalEncoder::fit(const TrainingRows& rows) const {
    const std::vector<std::size_t> chosen =
        detail::chosen_columns(columns, rows.layout(), detail::Takes::labels, "OrdinalEncoder");
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const std::size_t at = rows.layout().index_of(orders[i].column, "OrdinalEncoder.orders");
        const std::string field = "OrdinalEncoder.orders[" + text::quoted(orders[i].column) + "]";
        detail::require_option(std::find(chosen.begin(), chosen.end(), at) != chosen.end(), field,
                               text::quoted(orders[i].column), "a column that is encoded");
        for (std::size_t k = 0; k < i; ++k) {
            detail::require_option(orders[k].column != orders[i].column, field, "the column twice",
                                   "each column once");
        }
        std::vector<std::string> sorted = orders[i].labels;
        std::sort(sorted.begin(), sorted.end());
        const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
        detail::require_option(twice == sorted.end(), field,
                               twice == sorted.end() ? "" : text::quoted(*twice) + " twice",
                               "each label once");
    }
    return detail::fit_columns<OrdinalEncoder>(
        rows, columns, "OrdinalEncoder",
        [this](std::span<const double>, const Feature& feature, detail::CodeValues& learned, std::string&) {
            learned.unseen = unknown_value;
            learned.refuse_unseen = refuse_unknown;
            const auto order = std::find_if(orders.begin(), orders.end(),
                                            [&](const LabelOrder& o) { return o.column == feature.name; });
            for (std::size_t code = 0; code < feature.labels->size(); ++code) {
                if (order == orders.end()) {
                    learned.values.push_back(static_cast<double>(code));
                    continue;
                }
                const std::string& label = (*feature.labels)[code];
                const auto place = std::find(order->labels.begin(), order->labels.end(), label);
                if (place == order->labels.end()) {
                    throw DataError(ErrorCode::unknown_label,
                                    {.expected = "one of " + text::list(order->labels, 12),
                                     .found = text::quoted(label) + " in training rows",
                                     .where = "OrdinalEncoder.orders, column " + text::quoted(feature.name),
                                     .advice = "give it a place in the order, or correct the rows"});
                }
                learned.values.push_back(static_cast<double>(place - order->labels.begin()));
            }
        });
}

}  // namespace gasket
