#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/correlations.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/logical_type.hpp"

namespace gasket {

/// How much an alert matters.
enum class Severity {
    note,     ///< good to know when stages are chosen
    warning,  ///< look into it
    serious,  ///< a model would be wrong, or cannot be had: no training before it is understood
};

[[nodiscard]] constexpr std::string_view name_of(Severity severity) noexcept {
    return severity == Severity::note ? "note" : severity == Severity::warning ? "warning" : "serious";
}

/// Something about the data that a person should know before a model learns from it.
struct Alert {
    /// The column, or empty for the table as a whole.
    std::string column;
    /// What was found, as a word that stays the same: missing, empty, constant, infinite, skew,
    /// high_cardinality, variants, null_spelling, numbers_as_text, duplicates, identifier, future_dates,
    /// leak_suspect, correlated, imbalance, rare_class, one_class, missing_target.
    std::string kind;
    /// The finding in numbers, and what to do.
    std::string text;

    /// Serious: leak_suspect, one_class, missing_target, infinite. Notes: constant, correlated,
    /// high_cardinality, identifier, skew. Warnings: all others.
    [[nodiscard]] Severity severity() const noexcept {
        for (const std::string_view k : {"leak_suspect", "one_class", "missing_target", "infinite"}) {
            if (kind == k) return Severity::serious;
        }
        for (const std::string_view k :
             {"constant", "correlated", "high_cardinality", "identifier", "skew"}) {
            if (kind == k) return Severity::note;
        }
        return Severity::warning;
    }
};

/// The finite numbers of a column. Missing (NaN) where there are none.
struct NumericProfile {
    std::size_t count = 0;  ///< finite values
    double mean = missing;
    double std = missing;  ///< with n - 1
    double min = missing;
    double q05 = missing, q25 = missing, q50 = missing, q75 = missing, q95 = missing;  ///< linear, type 7
    double max = missing;
    /// Bias-corrected skewness G1 (Joanes & Gill, 1998), as pandas; 0 for a constant, missing below three
    /// values.
    double skew = missing;
    std::size_t zeros = 0;
    std::size_t negatives = 0;
    std::size_t infinite = 0;
    /// Counts in bins of equal width from min to max; the last one includes max.
    std::vector<std::size_t> histogram = {};
    /// The same from q05 to q95: the shape of what a few far values leave in one bin above. Empty where the
    /// two are equal.
    std::vector<std::size_t> middle = {};
};

/// One label and how many rows have it.
struct LabelCount {
    std::string label;
    std::size_t count = 0;
};

/// The labels of a column.
struct CategoryProfile {
    /// The most frequent labels, most first; equal counts in alphabetical order.
    std::vector<LabelCount> top = {};
    /// Labels that differ only in letter case or blanks, in groups.
    std::vector<Labels> variants = {};
    /// Labels that say "missing", and their rows.
    std::vector<LabelCount> null_spellings = {};
    /// Share of the rows whose label is a number once currency signs, percent signs and separators are taken
    /// off.
    double numeric_share = 0;
};

/// The times of a column, in seconds UTC; `missing_time` where there are none.
struct TimeProfile {
    std::int64_t min = missing_time;
    std::int64_t max = missing_time;
    std::size_t future = 0;  ///< later than the moment of profiling
    /// as NumericProfile::histogram
    std::vector<std::size_t> histogram = {};
};

/// How well one column alone tells the target.
struct LeakProfile {
    /// Pearson's correlation with the target (binary as 0 and 1); missing for labels and for several classes.
    double correlation = missing;
    /// Labels and classes: Cramer's V, corrected for bias (Bergsma, 2013). Otherwise the correlation ratio
    /// eta.
    double association = missing;
    /// Binary target: area under the ROC curve, turned to at least 0.5; labels are scored by the rate of the
    /// other half of the rows. Not less than what the places of missing values alone achieve.
    double auc = missing;

    /// The greatest of the three, between 0 and 1.
    [[nodiscard]] double strength() const noexcept {
        double s = 0;
        for (const double x : {std::abs(correlation), association, auc}) s = x > s ? x : s;
        return s;
    }
};

/// All about one column.
struct ColumnProfile {
    std::string name;
    LogicalType type = LogicalType::real;
    std::size_t bytes = 0;
    std::size_t missing_count = 0;
    double missing_share = 0;
    std::size_t distinct = 0;  ///< without missing
    std::optional<NumericProfile> numeric = std::nullopt;
    std::optional<CategoryProfile> category = std::nullopt;
    std::optional<TimeProfile> time = std::nullopt;
    std::optional<LeakProfile> leak = std::nullopt;  ///< where there is a target
};

/// The target column.
struct TargetProfile {
    std::string column;
    /// Classes, most frequent first; empty for a number to be predicted.
    std::vector<LabelCount> classes = {};
    std::string positive = "";  ///< of two classes
    std::size_t missing_count = 0;
    /// Rows of the largest class for each of the smallest; missing below two classes.
    double ratio = missing;
};

/// What a Profiler found in a table: a value that prints as text and converts to JSON.
struct Profile {
    std::size_t rows = 0;
    std::size_t bytes = 0;
    std::size_t duplicates = 0;  ///< rows that repeat an earlier one
    std::vector<ColumnProfile> columns = {};
    std::optional<TargetProfile> target = std::nullopt;
    Correlations correlations = {};               ///< among features, the target left out
    std::vector<CorrelatedPair> correlated = {};  ///< pairs beyond Profiler::correlation, strongest first
    std::vector<Alert> alerts = {};

    /// The column of that name, or null.
    [[nodiscard]] const ColumnProfile* find(std::string_view name) const noexcept {
        for (const ColumnProfile& column : columns) {
            if (column.name == name) return &column;
        }
        return nullptr;
    }

    /// Whether an alert of that kind was raised, for that column where one is named.
    [[nodiscard]] bool has_alert(std::string_view kind, std::string_view column = "") const noexcept {
        for (const Alert& alert : alerts) {
            if (alert.kind == kind && (column.empty() || alert.column == column)) return true;
        }
        return false;
    }

    /// Whether an alert is serious: what a gate of a CI job asks.
    [[nodiscard]] bool serious() const noexcept {
        for (const Alert& alert : alerts) {
            if (alert.severity() == Severity::serious) return true;
        }
        return false;
    }

    /// Everything, in numbers: {"rows", "columns", "bytes", "duplicates", "target", "alerts", "correlated",
    /// "correlations", "details"}.
    [[nodiscard]] Json to_json() const;
    /// Aligned tables, the alerts last.
    friend std::ostream& operator<<(std::ostream& out, const Profile& profile);
};

namespace detail {

inline Json to_json(const std::vector<LabelCount>& counts) {
    Json out = Json::array();
    for (const LabelCount& c : counts) out.push_back(json_object({{"label", c.label}, {"count", c.count}}));
    return out;
}

inline Json to_json(const NumericProfile& n) {
    return json_object({{"count", n.count},
                        {"mean", json_number(n.mean)},
                        {"std", json_number(n.std)},
                        {"min", json_number(n.min)},
                        {"q05", json_number(n.q05)},
                        {"q25", json_number(n.q25)},
                        {"q50", json_number(n.q50)},
                        {"q75", json_number(n.q75)},
                        {"q95", json_number(n.q95)},
                        {"max", json_number(n.max)},
                        {"skew", json_number(n.skew)},
                        {"zeros", n.zeros},
                        {"negatives", n.negatives},
                        {"infinite", n.infinite},
                        {"histogram", n.histogram},
                        {"middle", n.middle}});
}

inline Json to_json(const ColumnProfile& c) {
    Json out = json_object({{"name", c.name},
                            {"type", name_of(c.type)},
                            {"bytes", c.bytes},
                            {"missing", c.missing_count},
                            {"missing_share", c.missing_share},
                            {"distinct", c.distinct}});
    if (c.numeric) out["numeric"] = to_json(*c.numeric);
    if (c.category) {
        out["category"] = json_object({{"top", to_json(c.category->top)},
                                       {"variants", c.category->variants},
                                       {"null_spellings", to_json(c.category->null_spellings)}});
    }
    if (c.time) {
        const bool any = c.time->min != missing_time;
        out["time"] = json_object({{"min", any ? Json(format_datetime(c.time->min)) : Json(nullptr)},
                                   {"max", any ? Json(format_datetime(c.time->max)) : Json(nullptr)},
                                   {"future", c.time->future},
                                   {"histogram", c.time->histogram}});
    }
    if (c.leak) {
        out["against_target"] = json_object({{"correlation", json_number(c.leak->correlation)},
                                             {"association", json_number(c.leak->association)},
                                             {"auc", json_number(c.leak->auc)}});
    }
    return out;
}

}  // namespace detail

inline Json Profile::to_json() const {
    Json out = json_object(
        {{"rows", rows}, {"columns", columns.size()}, {"bytes", bytes}, {"duplicates", duplicates}});
    if (target) {
        out["target"] = json_object({{"column", target->column},
                                     {"classes", detail::to_json(target->classes)},
                                     {"positive", target->positive},
                                     {"missing", target->missing_count},
                                     {"ratio", detail::json_number(target->ratio)}});
    }
    Json found = Json::array();
    for (const Alert& a : alerts)
        found.push_back(json_object(
            {{"column", a.column}, {"kind", a.kind}, {"severity", name_of(a.severity())}, {"text", a.text}}));
    out["alerts"] = std::move(found);
    Json pairs = Json::array();
    for (const CorrelatedPair& pair : correlated) {
        pairs.push_back({{"first", pair.first},
                         {"second", pair.second},
                         {"pearson", detail::json_number(pair.pearson)},
                         {"spearman", detail::json_number(pair.spearman)},
                         {"cramers_v", detail::json_number(pair.cramers_v)}});
    }
    out["correlated"] = std::move(pairs);
    out["correlations"] = correlations.to_json();
    Json details = Json::array();
    for (const ColumnProfile& column : columns) details.push_back(detail::to_json(column));
    out["details"] = std::move(details);
    return out;
}

}  // namespace gasket

#include "gasket/data/detail/profile_text.hpp"
