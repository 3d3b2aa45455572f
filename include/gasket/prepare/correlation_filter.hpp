#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/detail/profile_numeric.hpp"
#include "gasket/prepare/column_by_column.hpp"
#include "gasket/prepare/selection.hpp"

namespace gasket {

/// Leaves out numbers that say again what an earlier one says: those whose correlation with a kept feature
/// before them is beyond `threshold`, in either direction. Put the columns that you would rather keep first.
///
/// Correlations are Pearson's, over the rows that have both values. The score of a feature is its greatest
/// absolute correlation with a kept one before it, missing for the first.
///
/// fit       O(rows x columns^2)
///           throws SchemaError, OptionError (columns, threshold), DataError (no rows, infinite values)
/// transform nothing to compute; thread-safe
struct CorrelationFilter {
    static constexpr std::string_view name = "correlation_filter";

    /// the columns that are compared; empty: all numbers
    std::vector<std::string> columns = {};
    /// above 0, at most 1
    double threshold = 0.95;

    [[nodiscard]] Fitted<CorrelationFilter> fit(const TrainingRows& rows) const;
};

/// Which features a CorrelationFilter keeps.
template <>
class Fitted<CorrelationFilter> : public detail::Selection<CorrelationFilter, detail::Takes::numbers> {
    using Selection::Selection;
};

inline Fitted<CorrelationFilter> CorrelationFilter::fit(const TrainingRows& rows) const {
    detail::require_option(threshold > 0 && threshold <= 1, "CorrelationFilter.threshold",
                           text::shortest(threshold), "above 0, at most 1");
    std::vector<Selected> judged =
        detail::judge_columns(rows, columns, "CorrelationFilter", [](const auto&) { return missing; });
    std::vector<std::size_t> kept;
    for (std::size_t k = 0; k < judged.size(); ++k) {
        const auto values = [&](std::size_t i) {
            return rows.features()[rows.layout().index_of(judged[i].feature, "CorrelationFilter")];
        };
        std::vector<double> related(kept.size());
        parallel_for(kept.size(), [&](std::size_t i) {
            related[i] = std::abs(detail::correlation_of(values(kept[i]), values(k)));
        });
        for (const double r : related) {
            if (!(r <= judged[k].score)) judged[k].score = std::isnan(r) ? judged[k].score : r;
        }
        judged[k].kept = !(judged[k].score > threshold);
        if (judged[k].kept) kept.push_back(k);
    }
    return {std::move(judged), rows.layout()};
}

}  // namespace gasket
