#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/columns.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/prepare/require.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket::detail {

/// What scalers, power transforms and encoders have in common once fitted: one feature in, one number out,
/// each feature by itself, the name kept; features that the stage does not work on pass untouched.
///
/// `One` is what was learned of one feature, and the identity (or something harmless) when made by default:
///     static constexpr Takes kind          numbers or labels
///     std::string feature                  its name
///     void apply(const double* from, std::size_t rows, double* to) const     no allocation
///     void write(Json&) const              adds its fields, all but the name
///     static One read(const Fields&, const Feature&)      checks them; throws ArtifactError
///
/// A value; thread-safe.
template <class Stage, class One>
class ColumnByColumn {
  public:
    using Column = One;

    /// `learned` has an entry for each feature worked on, in the order of `in`.
    ColumnByColumn(std::vector<One> learned, const Layout& in, std::vector<std::string> notes)
        : learned_(std::move(learned)), notes_(std::move(notes)) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (inputs_.size() < learned_.size() && learned_[inputs_.size()].feature == in[i].name) {
                outputs_.compute({.name = in[i].name, .labels = nullptr, .sources = in[i].sources});
                inputs_.push_back(i);
            } else {
                outputs_.pass(in, i);
            }
        }
    }

    [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }
    /// What was learned of each feature worked on, in their order.
    [[nodiscard]] const std::vector<One>& learned() const noexcept { return learned_; }
    /// What was learned of the feature of that name. throws SchemaError that names the nearest one
    [[nodiscard]] const One& learned(std::string_view feature) const {
        std::vector<std::string> names;
        for (const One& one : learned_) {
            if (one.feature == feature) return one;
            names.push_back(one.feature);
        }
        const std::string near = text::nearest(feature, names);
        throw SchemaError(ErrorCode::missing_column,
                          {.expected = "a feature that the stage works on",
                           .found = text::quoted(feature),
                           .where = std::string(Stage::name),
                           .advice = near.empty() ? "it works on " + text::list(names, 30)
                                                  : "did you mean " + text::quoted(near) + "?"});
    }
    /// The places of these features in the layout before the stage.
    [[nodiscard]] const std::vector<std::size_t>& inputs() const noexcept { return inputs_; }
    /// What was out of the ordinary at fit, one sentence each.
    [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

    void compute(const Block& in, std::span<double* const> out) const {
        for (std::size_t k = 0; k < inputs_.size(); ++k) learned_[k].apply(in[inputs_[k]], in.rows(), out[k]);
    }

    [[nodiscard]] Json to_json() const {
        Json features = Json::array();
        for (const One& one : learned_) {
            Json json = json_object({{"name", one.feature}});
            one.write(json);
            features.push_back(std::move(json));
        }
        return json_object({{"features", std::move(features)}, {"notes", notes_}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted<Stage> from_json(const Fields& fields, const Layout& in) {
        std::vector<One> learned;
        read_columns(fields, in, One::kind, [&](const Fields& at, std::size_t i) {
            learned.push_back(One::read(at, in[i]));
            learned.back().feature = in[i].name;
        });
        return Fitted<Stage>(std::move(learned), in, fields.strings("notes"));
    }

  private:
    std::vector<One> learned_;
    std::vector<std::string> notes_;
    std::vector<std::size_t> inputs_;
    Outputs outputs_;
};

/// Refuses infinite values, which no scale can be learned from. throws DataError
inline void refuse_infinite(std::span<const double> values, const std::string& feature,
                            const std::string& who) {
    const auto bad = std::find_if(values.begin(), values.end(), [](double x) { return std::isinf(x); });
    if (bad == values.end()) return;
    throw DataError(
        ErrorCode::not_finite,
        {.expected = "finite numbers",
         .found = text::shortest(*bad) + " in training row " + std::to_string(bad - values.begin()),
         .where = who + ", column " + text::quoted(feature),
         .advice = "remove the infinite values, or turn them into missing ones by Derive"});
}

/// Refuses a training value that a transform does not take. throws DataError
inline void require_domain(bool ok, const char* domain, double value, std::size_t row,
                           const std::string& feature, const std::string& who) {
    if (ok) return;
    throw DataError(ErrorCode::outside_domain,
                    {.expected = domain,
                     .found = text::shortest(value) + " in training row " + std::to_string(row),
                     .where = who + ", column " + text::quoted(feature),
                     .advice = "leave the column out by .columns, or move its numbers by Derive"});
}

/// What each column of a stage learned, and the notes.
template <class One>
struct LearnedColumns {
    std::vector<One> columns;
    std::vector<std::string> notes;
};

/// Learns column by column, side by side: `learn(values, feature, what is learned, note)` for each. A column
/// of numbers without any value is left as `One` is by default, and noted. Infinite values are refused
/// before, or by `learn` where that meets them anyway and saves a pass over the rows.
///
/// throws OptionError, SchemaError (columns), DataError (no rows, infinite values)
template <class One, class Learn>
[[nodiscard]] LearnedColumns<One> learn_columns(const TrainingRows& rows,
                                                const std::vector<std::string>& columns,
                                                const std::string& who, const Learn& learn,
                                                bool learn_refuses_infinite = false) {
    const Layout& in = rows.layout();
    const std::vector<std::size_t> inputs = chosen_columns(columns, in, One::kind, who);
    require_rows(rows, who);
    LearnedColumns<One> out{std::vector<One>(inputs.size()), std::vector<std::string>(inputs.size())};
    parallel_for(inputs.size(), [&](std::size_t k) {
        const std::string& feature = in[inputs[k]].name;
        const std::span<const double> values = rows.features()[inputs[k]];
        out.columns[k].feature = feature;
        if (One::kind == Takes::numbers) {
            if (!learn_refuses_infinite) refuse_infinite(values, feature, who);
            if (std::all_of(values.begin(), values.end(), [](double x) { return std::isnan(x); })) {
                out.notes[k] = "column " + text::quoted(feature) +
                               " is missing in every training row: nothing was learned of it";
                return;
            }
        }
        learn(values, in[inputs[k]], out.columns[k], out.notes[k]);
    });
    std::erase(out.notes, "");
    return out;
}

/// Fits a stage whose fitted form is a ColumnByColumn; as learn_columns.
template <class Stage, class Learn>
[[nodiscard]] Fitted<Stage> fit_columns(const TrainingRows& rows, const std::vector<std::string>& columns,
                                        const std::string& who, const Learn& learn,
                                        bool learn_refuses_infinite = false) {
    auto learned =
        learn_columns<typename Fitted<Stage>::Column>(rows, columns, who, learn, learn_refuses_infinite);
    return Fitted<Stage>(std::move(learned.columns), rows.layout(), std::move(learned.notes));
}

}  // namespace gasket::detail
