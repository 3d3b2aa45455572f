#pragma once

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/text.hpp"
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
