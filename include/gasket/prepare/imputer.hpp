#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/prepare/moments.hpp"
#include "gasket/prepare/require.hpp"
#include "gasket/prepare/same_features.hpp"
#include "gasket/prepare/sorted_present.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// What stands in for a missing value.
enum class Impute {
    mean,           ///< of the numbers; category columns take their most frequent label
    median,         ///< of the numbers, halfway between the middle two; category columns as above
    most_frequent,  ///< the least of the most frequent numbers, or the first in the alphabet of such labels
    constant,       ///< `fill` for numbers, `fill_label` for labels
};

[[nodiscard]] constexpr std::string_view name_of(Impute strategy) noexcept {
    return strategy == Impute::mean            ? "mean"
           : strategy == Impute::median        ? "median"
           : strategy == Impute::most_frequent ? "most_frequent"
                                               : "constant";
}

/// What one column takes instead of what the others take.
struct ImputeColumn {
    /// name of the column
    std::string column = "";
    Impute strategy = Impute::median;
    /// for Impute::constant and a column of numbers; finite
    double fill = 0.0;
    /// for Impute::constant and a category column
    std::string fill_label = "missing";
};

/// Replaces missing values by a statistic learned from the training rows.
///
///     Imputer{.strategy = Impute::median, .columns = {{"tenure", Impute::constant, -1}}, .indicators = true}
///
/// Numeric columns take `strategy`; category columns take their most frequent label, or `fill_label` where
/// the strategy is constant. Every column learns a value, also one that had no gaps in training: a live row
/// may have one. A label that training did not have is not missing, and stays as it is. A column that is
/// missing throughout has no statistic: an error, unless its strategy is constant or `fill_empty` allows it
/// to take `fill` or `fill_label`; `notes()` names it then. Rows count alike whatever their weights.
///
/// fit       O(rows x columns), numbers sorted for median and most_frequent; needs at least one row
///           throws OptionError, SchemaError (unknown column), DataError (no rows, a column without a value,
///           infinite statistic)
/// transform O(rows x columns), no allocation; thread-safe
/// reference: Little & Rubin, Statistical Analysis with Missing Data, 2002, ch. 4
struct Imputer {
    static constexpr std::string_view name = "imputer";

    /// for every column that `columns` does not name; the median is not moved by outliers
    Impute strategy = Impute::median;
    /// for Impute::constant and for columns without any value; finite
    double fill = 0.0;
    /// the same for category columns
    std::string fill_label = "missing";
    /// columns that take something else
    std::vector<ImputeColumn> columns = {};
    /// adds a feature "<name>_missing", 1 or 0, for each column that had gaps in training
    bool indicators = false;
    /// columns without any value in training: true, they take `fill` or `fill_label`; false, they are an
    /// error
    bool fill_empty = false;

    [[nodiscard]] Fitted<Imputer> fit(const TrainingRows& rows) const;
};

/// What an Imputer learned: a value for every column.
template <>
class Fitted<Imputer> {
  public:
    /// What one feature takes where it is missing.
    struct Fill {
        std::string feature = {};
        /// the number, or the code of the label in the dictionary after imputation
        double value = 0;
        /// the label of a category feature
        std::string label = {};
        /// whether a feature says where it was missing
        bool indicator = false;
        /// codes from here on move up by one, since the label was not in the dictionary
        double moved_from = std::numeric_limits<double>::infinity();
    };

    Fitted(std::vector<Fill> fills, const Layout& in, std::vector<std::string> notes)
        : fills_(std::move(fills)), notes_(std::move(notes)) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            Feature feature = in[i];
            if (feature.is_category())
                feature.labels = place_label(fills_[i], *feature.labels, feature.labels);
            outputs_.compute(std::move(feature), in[i].is_time);
        }
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (!fills_[i].indicator) continue;
            outputs_.compute({.name = in[i].name + "_missing", .labels = nullptr, .sources = in[i].sources});
            indicated_.push_back(i);
        }
    }

    [[nodiscard]] const Outputs& outputs() const noexcept { return outputs_; }
    /// One for each feature, in their order.
    [[nodiscard]] const std::vector<Fill>& fills() const noexcept { return fills_; }
    /// What was out of the ordinary at fit, one sentence each.
    [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

    void compute(const Block& in, std::span<double* const> out) const {
        for (std::size_t i = 0; i < fills_.size(); ++i) {
            const double* from = in[i];
            double* to = out[i];
            const double fill = fills_[i].value;
            const double moved_from = fills_[i].moved_from;
            if (std::isinf(moved_from)) {
                for (std::size_t r = 0; r < in.rows(); ++r) to[r] = std::isnan(from[r]) ? fill : from[r];
            } else {
                for (std::size_t r = 0; r < in.rows(); ++r) {
                    to[r] = std::isnan(from[r]) ? fill : from[r] + (from[r] >= moved_from ? 1.0 : 0.0);
                }
            }
        }
        for (std::size_t k = 0; k < indicated_.size(); ++k) {
            const double* from = in[indicated_[k]];
            double* to = out[fills_.size() + k];
            for (std::size_t r = 0; r < in.rows(); ++r) to[r] = std::isnan(from[r]) ? 1.0 : 0.0;
        }
    }

    [[nodiscard]] Json to_json() const {
        Json features = Json::array();
        for (std::size_t i = 0; i < fills_.size(); ++i) {
            const Fill& fill = fills_[i];
            Json feature = json_object({{"name", fill.feature}});
            if (outputs_.layout()[i].is_category()) {
                feature["label"] = fill.label;
            } else {
                feature["fill"] = fill.value;
            }
            feature["indicator"] = fill.indicator;
            features.push_back(std::move(feature));
        }
        return json_object({{"features", std::move(features)}, {"notes", notes_}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        std::vector<Fill> fills;
        std::vector<std::string> names;
        for (const Json& feature : fields.array("features")) {
            const detail::Fields at(feature,
                                    fields.path() + ".features[" + std::to_string(fills.size()) + "]");
            Fill fill{.feature = at.string("name"), .indicator = at.boolean("indicator")};
            if (at.has("label")) {
                fill.label = at.string("label");
            } else {
                fill.value = at.number("fill");
            }
            if (fills.size() < in.size() && at.has("label") != in[fills.size()].is_category()) {
                detail::throw_content(at.path(), "a label for a category, a number for a number",
                                      "the other");
            }
            names.push_back(fill.feature);
            fills.push_back(std::move(fill));
        }
        detail::require_features(names, in, fields.path() + ".features");
        return {std::move(fills), in, fields.strings("notes")};
    }

  private:
    /// Finds the code of the label, or gives it one in alphabetical order.
    static std::shared_ptr<const Labels> place_label(Fill& fill, const Labels& labels,
                                                     std::shared_ptr<const Labels> same) {
        const auto found = std::find(labels.begin(), labels.end(), fill.label);
        if (found != labels.end()) {
            fill.value = static_cast<double>(found - labels.begin());
            return same;
        }
        const auto before = std::find_if(labels.begin(), labels.end(),
                                         [&](const std::string& label) { return label > fill.label; });
        fill.value = fill.moved_from = static_cast<double>(before - labels.begin());
        Labels more(labels.begin(), before);
        more.push_back(fill.label);
        more.insert(more.end(), before, labels.end());
        return std::make_shared<const Labels>(std::move(more));
    }

    std::vector<Fill> fills_;
    std::vector<std::string> notes_;
    std::vector<std::size_t> indicated_;
    Outputs outputs_;
};

namespace detail {

/// The least of the most frequent among ascending numbers.
[[nodiscard]] inline double mode_of_sorted(std::span<const double> sorted) {
    double best = missing;
    std::size_t most = 0;
    for (std::size_t i = 0; i < sorted.size();) {
        std::size_t j = i;
        while (j < sorted.size() && sorted[j] == sorted[i]) ++j;
        if (j - i > most) {
            most = j - i;
            best = sorted[i];
        }
        i = j;
    }
    return best;
}

/// The code of the most frequent label, the first of equals; nothing where there is no label.
[[nodiscard]] inline std::optional<std::size_t> most_frequent_code(std::span<const double> codes,
                                                                   std::size_t labels) {
    std::vector<std::size_t> counts(labels, 0);
    for (const double code : codes) {
        if (code >= 0) ++counts[static_cast<std::size_t>(code)];
    }
    const auto best = std::max_element(counts.begin(), counts.end());
    if (best == counts.end() || *best == 0) return std::nullopt;
    return static_cast<std::size_t>(best - counts.begin());
}

/// The statistic of a numeric column; missing where it has no value.
[[nodiscard]] inline double impute_number(std::span<const double> values, const ImputeColumn& how) {
    switch (how.strategy) {
        case Impute::constant:
            return how.fill;
        case Impute::mean:
            return moments_of(values).mean();
        case Impute::median: {
            const std::vector<double> sorted = sorted_present(values);
            if (sorted.empty()) return missing;
            const std::size_t half = sorted.size() / 2;
            return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        }
        case Impute::most_frequent:
            return mode_of_sorted(sorted_present(values));
    }
    return missing;
}

/// How each feature is to be imputed. throws OptionError, SchemaError
[[nodiscard]] inline std::vector<ImputeColumn> impute_plan(const Imputer& stage, const Layout& in) {
    require_option(std::isfinite(stage.fill), "Imputer.fill", text::shortest(stage.fill), "a finite number");
    std::vector<ImputeColumn> plan;
    for (const Feature& feature : in)
        plan.push_back({feature.name, stage.strategy, stage.fill, stage.fill_label});
    std::vector<bool> named(in.size(), false);
    for (const ImputeColumn& column : stage.columns) {
        const std::size_t i = in.index_of(column.column, "Imputer.columns");
        const std::string field = "Imputer.columns[" + text::quoted(column.column) + "]";
        require_option(!named[i], field, "the column twice", "each column once");
        require_option(std::isfinite(column.fill), field + ".fill", text::shortest(column.fill),
                       "a finite number");
        require_option(!in[i].is_category() || column.strategy == Impute::most_frequent ||
                           column.strategy == Impute::constant,
                       field + ".strategy", std::string(name_of(column.strategy)),
                       "most_frequent or constant for a category column");
        named[i] = true;
        plan[i] = column;
    }
    return plan;
}

}  // namespace detail

inline Fitted<Imputer> Imputer::fit(const TrainingRows& rows) const {
    const Layout& in = rows.layout();
    const std::vector<ImputeColumn> plan = detail::impute_plan(*this, in);
    detail::require_rows(rows, "Imputer");
    std::vector<Fitted<Imputer>::Fill> fills(in.size());
    std::vector<std::string> empty(in.size());
    parallel_for(in.size(), [&](std::size_t i) {
        const std::span<const double> values = rows.features()[i];
        Fitted<Imputer>::Fill& learned = fills[i];
        learned.feature = in[i].name;
        const bool gaps = std::any_of(values.begin(), values.end(), [](double x) { return std::isnan(x); });
        const bool nothing =
            std::all_of(values.begin(), values.end(), [](double x) { return std::isnan(x); });
        if (nothing && !fill_empty && plan[i].strategy != Impute::constant) {
            detail::throw_all_missing(rows, "Imputer", in[i].name,
                                      "the " + std::string(name_of(plan[i].strategy)),
                                      "drop the column, or set .fill_empty = true");
        }
        learned.indicator = indicators && gaps;
        std::string taken;
        if (in[i].is_category()) {
            const auto code = detail::most_frequent_code(values, in[i].labels->size());
            learned.label =
                plan[i].strategy == Impute::constant || !code ? plan[i].fill_label : (*in[i].labels)[*code];
            taken = text::quoted(learned.label);
        } else {
            const double statistic = detail::impute_number(values, plan[i]);
            learned.value = nothing ? plan[i].fill : statistic;
            taken = text::shortest(learned.value);
            if (!std::isfinite(learned.value)) {
                throw DataError(
                    ErrorCode::not_finite,
                    {.expected = "finite numbers",
                     .found = "a " + std::string(name_of(plan[i].strategy)) + " that is not finite",
                     .where = "Imputer, column " + text::quoted(in[i].name),
                     .advice = "remove the infinite values, or turn them into missing ones by Derive"});
            }
        }
        if (nothing) {
            empty[i] = "column " + text::quoted(in[i].name) +
                       " is missing in every training row: every row takes " + taken + "; drop the column";
        }
    });
    std::erase(empty, "");
    return {std::move(fills), in, std::move(empty)};
}

}  // namespace gasket
