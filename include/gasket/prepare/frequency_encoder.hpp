#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/prepare/code_values.hpp"
#include "gasket/prepare/column_by_column.hpp"

namespace gasket {

/// What a FrequencyEncoder puts in the place of a label.
enum class Frequency {
    share,  ///< of the training rows that have the label
    count,  ///< the number of them
};

/// Replaces each label by how often the training rows have it: for columns of many labels, where being rare
/// or common tells something.
///
/// Missing counts as a label of its own; a label that training did not have is 0. Labels that are equally
/// frequent become the same number. Rows count alike whatever their weights.
///
/// fit       O(rows x columns)   throws SchemaError, OptionError (columns), DataError (no rows)
/// transform O(rows x columns), no allocation; thread-safe
struct FrequencyEncoder {
    static constexpr std::string_view name = "frequency_encoder";

    /// the columns to encode; empty: all categories
    std::vector<std::string> columns = {};
    Frequency output = Frequency::share;

    [[nodiscard]] Fitted<FrequencyEncoder> fit(const TrainingRows& rows) const;
};

/// What a FrequencyEncoder learned: how frequent each label is.
template <>
class Fitted<FrequencyEncoder> : public detail::ColumnByColumn<FrequencyEncoder, detail::CodeValues> {
    using ColumnByColumn::ColumnByColumn;
};

inline Fitted<FrequencyEncoder> FrequencyEncoder::fit(const TrainingRows& rows) const {
    return detail::fit_columns<FrequencyEncoder>(rows, columns, "FrequencyEncoder",
                                                 [&](std::span<const double> codes, const Feature& feature,
                                                     detail::CodeValues& learned, std::string&) {
                                                     learned.values.assign(feature.labels->size(), 0.0);
                                                     learned.unseen = 0;
                                                     learned.gap = 0;
                                                     for (const double code : codes) {
                                                         if (code >= 0)
                                                             ++learned.values[static_cast<std::size_t>(code)];
                                                         if (std::isnan(code)) ++learned.gap;
                                                     }
                                                     if (output == Frequency::count) return;
                                                     const auto n = static_cast<double>(codes.size());
                                                     for (double& value : learned.values) value /= n;
                                                     learned.gap /= n;
                                                 });
}

}  // namespace gasket
