#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/table.hpp"
#include "gasket/split/target.hpp"

namespace gasket {

/// What a model answers for the rows of a table, in their order.
struct Predictions {
    Target target;
    /// probability of the positive class (or, for regression, the predicted number), one per row
    std::vector<double> values;
    /// a row is decided positive when its probability is at least this
    double threshold = 0.5;
    /// columns of the table that the model does not know and did not read
    std::size_t extra_columns = 0;
    /// cells with a label that no training row had
    std::size_t unseen_labels = 0;

    [[nodiscard]] std::size_t size() const noexcept { return values.size(); }
    [[nodiscard]] double operator[](std::size_t row) const { return values[row]; }
    [[nodiscard]] bool decided(std::size_t row) const { return values[row] >= threshold; }

    /// Columns "probability" and "decision" (the label); for regression one column "prediction".
    [[nodiscard]] Table table() const {
        if (target.task != Task::binary) return Table{{"prediction", Column::numeric(values)}};
        std::vector<std::int32_t> codes(size());
        for (std::size_t r = 0; r < size(); ++r) codes[r] = decided(r) ? 1 : 0;
        return Table{{"probability", Column::numeric(values)},
                     {"decision", Column::category(target.classes, std::move(codes))}};
    }

    /// The same beside columns of the rows that were scored, such as the key by which others find them again.
    /// throws SchemaError for another number of rows or a name that stands twice
    [[nodiscard]] Table beside(const Table& keys) const {
        const Table answers = table();
        std::vector<std::string> names = keys.names();
        std::vector<Column> columns;
        for (std::size_t c = 0; c < keys.columns(); ++c) columns.push_back(keys.column(c));
        for (std::size_t c = 0; c < answers.columns(); ++c) {
            names.push_back(answers.name(c));
            columns.push_back(answers.column(c));
        }
        return Table::of(std::move(names), std::move(columns));
    }

    /// The first rows as text.
    friend std::ostream& operator<<(std::ostream& out, const Predictions& p) {
        const bool binary = p.target.task == Task::binary;
        text::Grid grid(
            binary
                ? std::vector<std::string>{"row", "P(" + p.target.column + " = " + p.target.positive() + ")",
                                           "decision"}
                : std::vector<std::string>{"row", p.target.column});
        const std::size_t shown = std::min<std::size_t>(p.size(), 20);
        for (std::size_t r = 0; r < shown; ++r) {
            std::vector<std::string> cells{std::to_string(r), text::fixed(p.values[r], 4)};
            if (binary) cells.push_back(p.target.classes[p.decided(r) ? 1 : 0]);
            grid.add(std::move(cells));
        }
        out << grid.str();
        if (shown < p.size()) out << "  ... " << text::grouped(p.size() - shown) << " more rows\n";
        if (binary)
            out << "  decided " << p.target.positive() << " from " << text::fixed(p.threshold, 4) << " on\n";
        return out;
    }
};

}  // namespace gasket
