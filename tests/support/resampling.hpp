#pragma once

#include "gasket/prepare/resampled.hpp"
#include "support/tables.hpp"
#include "support/training.hpp"

namespace testing_support {

/// Rows of a class in resampled rows.
inline std::size_t rows_of(const gasket::Resampled& made, double label) {
    return static_cast<std::size_t>(std::count(made.labels.begin(), made.labels.end(), label));
}

/// Some rows, each with its own number as "row", and as many of class 1 as asked for.
inline gasket::Table numbered(std::size_t rows, std::size_t positives) {
    std::vector<double> row, y, weight;
    for (std::size_t r = 0; r < rows; ++r) {
        row.push_back(static_cast<double>(r));
        y.push_back(r < positives ? 1.0 : 0.0);
        weight.push_back(1 + static_cast<double>(r % 7));
    }
    return gasket::Table{{"row", gasket::Column::numeric(row)},
                         {"y", gasket::Column::numeric(y)},
                         {"w", gasket::Column::numeric(weight)}};
}

}  // namespace testing_support
