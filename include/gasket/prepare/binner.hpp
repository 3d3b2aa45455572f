#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/bin_edges.hpp"
#include "gasket/prepare/column_by_column.hpp"

namespace gasket {

/// What a Binner makes of a column.
enum class BinOutput {
    ordinal,  ///< the number of the bin, from 0 on
    one_hot,  ///< a 0/1 feature for each bin: "age<32", "32<=age<60", "age>=60"
};

/// Cuts each number into a few bins, so that a linear model can follow a curve.
///
/// A value at an edge belongs to the bin above; what lies beyond the training rows to the bin at that end. A
/// missing value stays missing, and is 0 in all features of `one_hot`. Edges that coincide are one: `notes()`
/// names the columns that get fewer bins.
///
/// fit       O(rows x columns); for Bins::k_means some ten to some hundred passes
///           throws SchemaError, OptionError (columns, bins), DataError (no rows, infinite values)
/// transform O(rows x columns x log(bins)), no allocation; thread-safe
/// reference: Dougherty, Kohavi & Sahami, Supervised and Unsupervised Discretization, 1995
struct Binner {
    static constexpr std::string_view name = "binner";

    /// the columns to bin; empty: all numbers
    std::vector<std::string> columns = {};
    /// from 2 to 1000
    std::size_t bins = 5;
    Bins strategy = Bins::quantile;
    BinOutput output = BinOutput::ordinal;

    [[nodiscard]] Fitted<Binner> fit(const TrainingRows& rows) const;
};

/// What a Binner learned: the edges of each column.
template <>
class Fitted<Binner> {
  public:
    /// Of one feature.
    struct Column {
        static constexpr detail::Takes kind = detail::Takes::numbers;

        std::string feature = {};
        /// between the bins, ascending: one fewer than bins
        std::vector<double> edges = {};
    };

    Fitted(std::vector<Column> learned, const Layout& in, std::vector<std::string> notes, BinOutput output)
        : learned_(std::move(learned)), notes_(std::move(notes)), output_(output) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (inputs_.size() == learned_.size() || learned_[inputs_.size()].feature != in[i].name) {
                outputs_.pass(in, i);
                continue;
            }
            const std::vector<double>& edges = learned_[inputs_.size()].edges;
            inputs_.push_back(i);
            if (output == BinOutput::ordinal) {
                outputs_.compute(in[i]);
                continue;
            }
            for (std::size_t b = 0; b <= edges.size(); ++b) {
                outputs_.compute(
                    {.name = bin_name(in[i].name, edges, b), .labels = nullptr, .sources = in[i].sources});
            }
        }
    }

    [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }
    /// One for each feature that is binned, in their order.
    [[nodiscard]] const std::vector<Column>& learned() const noexcept { return learned_; }
    /// What was out of the ordinary at fit, one sentence each.
    [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

    void compute(const Block& in, std::span<double* const> out) const {
        std::size_t next = 0;
        for (std::size_t k = 0; k < inputs_.size(); ++k) {
            const double* from = in[inputs_[k]];
            const std::vector<double>& edges = learned_[k].edges;
            if (output_ == BinOutput::ordinal) {
                double* to = out[next++];
                for (std::size_t r = 0; r < in.rows(); ++r) {
                    to[r] =
                        std::isnan(from[r]) ? missing : static_cast<double>(detail::bin_of(edges, from[r]));
                }
                continue;
            }
            for (std::size_t b = 0; b <= edges.size(); ++b) std::fill_n(out[next + b], in.rows(), 0.0);
            for (std::size_t r = 0; r < in.rows(); ++r) {
                if (!std::isnan(from[r])) out[next + detail::bin_of(edges, from[r])][r] = 1;
            }
            next += edges.size() + 1;
        }
    }

    [[nodiscard]] Json to_json() const {
        Json features = Json::array();
        for (const Column& column : learned_) {
            features.push_back(json_object({{"name", column.feature}, {"edges", column.edges}}));
        }
        return json_object({{"output", output_ == BinOutput::one_hot ? "one_hot" : "ordinal"},
                            {"features", std::move(features)},
                            {"notes", notes_}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        const std::string output = fields.string("output");
        if (output != "ordinal" && output != "one_hot") {
            detail::throw_content(fields.path() + ".output", "\"ordinal\" or \"one_hot\"",
                                  text::quoted(output));
        }
        std::vector<Column> learned;
        detail::read_columns(fields, in, Column::kind, [&](const detail::Fields& at, std::size_t i) {
            Column column{in[i].name, at.numbers("edges")};
            // not ascending strictly: some edge is not below the next
            if (std::adjacent_find(column.edges.begin(), column.edges.end(), std::greater_equal<>()) !=
                column.edges.end()) {
                detail::throw_content(at.path() + ".edges", "numbers, each above the one before", "others");
            }
            learned.push_back(std::move(column));
        });
        return {std::move(learned), in, fields.strings("notes"),
                output == "one_hot" ? BinOutput::one_hot : BinOutput::ordinal};
    }

  private:
    static std::string bin_name(const std::string& feature, const std::vector<double>& edges,
                                std::size_t bin) {
        if (edges.empty()) return feature + "=any";
        if (bin == 0) return feature + "<" + text::shortest(edges[0]);
        if (bin == edges.size()) return feature + ">=" + text::shortest(edges[bin - 1]);
        return text::shortest(edges[bin - 1]) + "<=" + feature + "<" + text::shortest(edges[bin]);
    }

    std::vector<Column> learned_;
    std::vector<std::string> notes_;
    BinOutput output_;
    std::vector<std::size_t> inputs_;
    Outputs outputs_;
};

inline Fitted<Binner> Binner::fit(const TrainingRows& rows) const {
    detail::require_option(bins >= 2 && bins <= 1000, "Binner.bins", std::to_string(bins), "2 to 1000");
    auto learned = detail::learn_columns<Fitted<Binner>::Column>(
        rows, columns, "Binner",
        [this](std::span<const double> values, const Feature& feature, Fitted<Binner>::Column& column,
               std::string& note) {
            column.edges = detail::bin_edges(detail::sorted_present(values), bins, strategy);
            if (column.edges.size() + 1 < bins) {
                note = "column " + text::quoted(feature.name) + " gets " +
                       std::to_string(column.edges.size() + 1) + " of " + std::to_string(bins) +
                       " bins: it has too few distinct values for more";
            }
        });
    return {std::move(learned.columns), rows.layout(), std::move(learned.notes), output};
}

}  // namespace gasket
