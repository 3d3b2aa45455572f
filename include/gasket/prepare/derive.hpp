#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/binder.hpp"
#include "gasket/prepare/expression.hpp"
#include "gasket/prepare/expression_text.hpp"
#include "gasket/prepare/fitted.hpp"

namespace gasket {

/// Adds columns that are computed row by row from the columns there are; see Expression for the language.
///
///     Derive{{{"balance_to_salary", col("balance") / (col("salary") + 1)},
///             {"is_senior",         col("age") >= 60}}}
///
/// Later expressions may use earlier columns. A name that exists already is replaced, in its place; the
/// expression itself still reads the old values. The raw columns behind a derived one are those of all that
/// it reads. Learns nothing, so it may stand before the splitter.
///
/// bind O(size of the expressions)   throws SchemaError (unknown column, types that do not fit, a name twice)
struct Derive {
    static constexpr std::string_view name = "derive";

    /// names and expressions, in the order of computation
    std::vector<std::pair<std::string, Expression>> columns = {};

    [[nodiscard]] Fitted<Derive> bind(const Layout& in) const;
};

/// A Derive bound to the features before it. compute O(rows x operations), no allocation; thread-safe.
template <>
class Fitted<Derive> {
  public:
    Fitted(const Derive& stage, const Layout& in) : columns_(stage.columns) {
        using From = detail::Operand::From;
        std::vector<detail::ScopeEntry> scope;
        for (std::size_t i = 0; i < in.size(); ++i)
            scope.push_back({in[i], {.from = From::input, .index = i}});
        std::vector<std::size_t> place(scope.size(), Outputs::computed);  // which expression gives it
        for (std::size_t k = 0; k < columns_.size(); ++k) {
            const auto& [name, expression] = columns_[k];
            check_name(name, k);
            programs_.push_back(
                detail::Binder::bind(expression, scope, "derived column " + text::quoted(name)));
            detail::ScopeEntry entry{{.name = name,
                                      .labels = programs_.back().labels(),
                                      .sources = programs_.back().sources(),
                                      .is_time = programs_.back().is_time()},
                                     {.from = From::computed, .index = k}};
            std::size_t at = 0;
            while (at < scope.size() && scope[at].feature.name != name) ++at;
            if (at < scope.size()) {
                scope[at] = std::move(entry);
                place[at] = k;
            } else {
                scope.push_back(std::move(entry));
                place.push_back(k);
            }
        }
        // Computed features are numbered in the order of the layout, expressions in the order of computation.
        order_.resize(columns_.size());
        for (std::size_t i = 0; i < scope.size(); ++i) {
            if (place[i] == Outputs::computed) {
                outputs_.pass(in, i);
            } else {
                order_[place[i]] = outputs_.compute(scope[i].feature, scope[i].feature.is_time);
            }
        }
        for (detail::BoundExpression& program : programs_) program.renumber_computed(order_);
    }

    [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }
    [[nodiscard]] const std::vector<std::pair<std::string, Expression>>& columns() const noexcept {
        return columns_;
    }

    void compute(const Block& in, std::span<double* const> out) const {
        for (std::size_t k = 0; k < programs_.size(); ++k) programs_[k].compute(in, out, out[order_[k]]);
    }

    [[nodiscard]] Json to_json() const {
        Json columns = Json::array();
        for (const auto& [name, expression] : columns_) {
            columns.push_back(json_object({{"name", name}, {"expression", detail::to_json(expression)}}));
        }
        return json_object({{"columns", std::move(columns)}});
    }

    /// throws ArtifactError for a damaged document, SchemaError where it does not fit the features
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        Derive stage;
        for (const Json& column : fields.array("columns")) {
            const detail::Fields at(column,
                                    fields.path() + ".columns[" + std::to_string(stage.columns.size()) + "]");
            stage.columns.emplace_back(
                at.string("name"),
                detail::expression_from_json(at.get("expression"), at.path() + ".expression"));
        }
        return {stage, in};
    }

  private:
    void check_name(const std::string& name, std::size_t k) const {
        const auto before = columns_.begin() + static_cast<std::ptrdiff_t>(k);
        const bool twice =
            std::any_of(columns_.begin(), before, [&](const auto& column) { return column.first == name; });
        if (!name.empty() && !twice) return;
        throw SchemaError(
            ErrorCode::duplicate_column,
            {.expected = "a name of its own for each derived column",
             .found = twice ? text::quoted(name) + " twice" : "an empty name",
             .where = "Derive",
             .advice = twice ? "rename one of them, or put the second into a Derive after this one"
                             : "give it a name"});
    }

    std::vector<std::pair<std::string, Expression>> columns_;
    std::vector<detail::BoundExpression> programs_;
    std::vector<std::size_t> order_;
    Outputs outputs_;
};

inline Fitted<Derive> Derive::bind(const Layout& in) const {
    return {*this, in};
}

}  // namespace gasket
