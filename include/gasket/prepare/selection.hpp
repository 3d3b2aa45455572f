#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/column_by_column.hpp"

namespace gasket {

/// How a selection judged one feature.
struct Selected {
    std::string feature = {};
    /// by what the stage says; missing where there is none, such as that of a constant column
    double score = missing;
    bool kept = false;
};

namespace detail {

/// What VarianceThreshold, CorrelationFilter, SelectKBest and SelectFromModel become once fitted: features
/// handed on or left out, nothing computed. Features that did not compete are handed on. A value;
/// thread-safe.
template <class Stage, Takes Kind>
class Selection {
  public:
    /// `judged` are the features that competed, in the order of `in`. throws DataError where no feature is
    /// left
    Selection(std::vector<Selected> judged, const Layout& in) : judged_(std::move(judged)) {
        std::size_t next = 0;
        for (std::size_t i = 0; i < in.size(); ++i) {
            const bool competed = next < judged_.size() && judged_[next].feature == in[i].name;
            if (!competed || judged_[next].kept) outputs_.pass(in, i);
            if (competed) ++next;
        }
        if (outputs_.layout().size() > 0 || in.size() == 0) return;
        throw DataError(ErrorCode::no_features, {.expected = "a feature that is kept",
                                                 .found = "none of " + std::to_string(in.size()),
                                                 .where = std::string(Stage::name),
                                                 .advice = "lower what is asked of features"});
    }

    [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }
    /// How each feature that competed was judged, in their order.
    [[nodiscard]] const std::vector<Selected>& judged() const noexcept { return judged_; }
    /// The names of those that were left out.
    [[nodiscard]] std::vector<std::string> dropped() const {
        std::vector<std::string> out;
        for (const Selected& one : judged_) {
            if (!one.kept) out.push_back(one.feature);
        }
        return out;
    }

    void compute(const Block&, std::span<double* const>) const noexcept {}

    [[nodiscard]] Json to_json() const {
        Json features = Json::array();
        for (const Selected& one : judged_) {
            const Json score = std::isinf(one.score) ? Json("inf") : json_number(one.score);
            features.push_back(json_object({{"name", one.feature}, {"score", score}, {"kept", one.kept}}));
        }
        return json_object({{"features", std::move(features)}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted<Stage> from_json(const Fields& fields, const Layout& in) {
        std::vector<Selected> judged;
        bool left = false;
        read_columns(fields, in, Kind, [&](const Fields& at, std::size_t i) {
            const bool infinite = at.get("score") == "inf";
            judged.push_back(
                {in[i].name, infinite ? HUGE_VAL : at.number("score", true), at.boolean("kept")});
            left = left || judged.back().kept;
        });
        if (!left && judged.size() == in.size() && in.size() > 0) {
            throw_content(fields.path() + ".features", "a feature that is kept", "none");
        }
        return Fitted<Stage>(std::move(judged), in);
    }

  private:
    std::vector<Selected> judged_;
    Outputs outputs_;
};

/// The numbers that compete, each with the score that `score(values)` gives it, side by side; none is kept
/// yet.
///
/// throws SchemaError, OptionError (columns), DataError (no rows, infinite values)
template <class Score>
[[nodiscard]] std::vector<Selected> judge_columns(const TrainingRows& rows,
                                                  const std::vector<std::string>& columns,
                                                  const std::string& who, const Score& score) {
    const std::vector<std::size_t> inputs = chosen_columns(columns, rows.layout(), Takes::numbers, who);
    require_rows(rows, who);
    std::vector<Selected> judged(inputs.size());
    parallel_for(inputs.size(), [&](std::size_t k) {
        const std::string& feature = rows.layout()[inputs[k]].name;
        refuse_infinite(rows.features()[inputs[k]], feature, who);
        judged[k] = {feature, score(rows.features()[inputs[k]]), false};
    });
    return judged;
}

/// Marks the `count` of greatest score as kept, of equals the first ones; a missing score is the least.
inline void keep_best(std::vector<Selected>& judged, std::size_t count) {
    const auto score = [&](std::size_t i) {
        return std::isnan(judged[i].score) ? -HUGE_VAL : judged[i].score;
    };
    const std::vector<std::size_t> order =
        order_by(judged.size(), [&](std::size_t a, std::size_t b) { return score(a) > score(b); });
    for (std::size_t k = 0; k < order.size(); ++k) judged[order[k]].kept = k < count;
}

}  // namespace detail
}  // namespace gasket
