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
    /// one a row: the probability of the positive class or, for regression, the predicted number. For a
    /// target of many classes K a row, row after row: the probability of each class, summing to 1
    std::vector<double> values;
    /// of a binary target: a row is decided positive when its probability is at least this
    double threshold = 0.5;
    /// of many classes: what each one's probability is multiplied by before the greatest decides; empty: 1
    std::vector<double> class_weights = {};
    /// columns of the table that the model does not know and did not read
    std::size_t extra_columns = 0;
    /// cells with a label that no training row had
    std::size_t unseen_labels = 0;

    /// Rows.
    [[nodiscard]] std::size_t size() const noexcept { return values.size() / target.outputs(); }
    /// What a row is answered with: one number, or a probability for each of many classes.
    [[nodiscard]] std::span<const double> row(std::size_t row) const {
        return std::span(values).subspan(row * target.outputs(), target.outputs());
    }
    /// The single number of a row; of a target of many classes the probability of the class decided for.
    [[nodiscard]] double operator[](std::size_t row) const {
        return target.task == Task::multiclass ? this->row(row)[decided_class(row)] : values[row];
    }
    /// operator[] of every row.
    [[nodiscard]] std::vector<double> scores() const {
        if (target.task != Task::multiclass) return values;
        std::vector<double> out(size());
        for (std::size_t r = 0; r < size(); ++r) out[r] = (*this)[r];
        return out;
    }
    /// The label that each row is decided for. Not for regression.
    [[nodiscard]] Column decisions() const {
        std::vector<std::int32_t> codes(size());
        for (std::size_t r = 0; r < size(); ++r) codes[r] = static_cast<std::int32_t>(decided_class(r));
        return Column::category(target.classes, std::move(codes));
    }
    /// Whether a row of a binary target is decided positive.
    [[nodiscard]] bool decided(std::size_t row) const { return values[row] >= threshold; }
    /// The place in `target.classes` of the class that a row is decided for: of many the one with the
    /// greatest weighted probability, the first where equal. Not for regression.
    [[nodiscard]] std::size_t decided_class(std::size_t row) const {
        if (target.task != Task::multiclass) return decided(row) ? 1 : 0;
        return likeliest(this->row(row), class_weights);
    }
    /// The place of the greatest of some probabilities times their weights (all 1 where there are none), the
    /// first where equal.
    [[nodiscard]] static std::size_t likeliest(std::span<const double> probabilities,
                                               std::span<const double> weights = {}) noexcept {
        std::size_t best = 0;
        const auto weighted = [&](std::size_t k) {
            return weights.empty() ? probabilities[k] : probabilities[k] * weights[k];
        };
        for (std::size_t k = 1; k < probabilities.size(); ++k)
            if (weighted(k) > weighted(best)) best = k;
        return best;
    }

    /// Columns "probability" and "decision" (the label); for many classes "probability_LABEL" for each and
    /// "decision"; for regression one column "prediction".
    [[nodiscard]] Table table() const {
        if (target.task == Task::regression) return Table{{"prediction", Column::numeric(values)}};
        Table out;
        if (target.task == Task::binary) {
            out = out.with("probability", Column::numeric(values));
        } else {
            for (std::size_t k = 0; k < target.classes.size(); ++k) {
                std::vector<double> one(size());
                for (std::size_t r = 0; r < size(); ++r) one[r] = row(r)[k];
                out = out.with("probability_" + target.classes[k], Column::numeric(std::move(one)));
            }
        }
        return out.with("decision", decisions());
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
        const bool classes = p.target.task != Task::regression;
        std::vector<std::string> head{"row", p.target.column};
        if (classes) {
            head[1] = binary ? "P(" + p.target.column + " = " + p.target.positive() + ")" : "probability";
            head.emplace_back("decision");
        }
        text::Grid grid(std::move(head));
        const std::size_t shown = std::min<std::size_t>(p.size(), 20);
        for (std::size_t r = 0; r < shown; ++r) {
            std::vector<std::string> cells{std::to_string(r), text::fixed(p[r], 4)};
            if (classes) cells.push_back(p.target.classes[p.decided_class(r)]);
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
