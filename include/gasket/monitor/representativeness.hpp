#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/profiler.hpp"
#include "gasket/monitor/baseline.hpp"
#include "gasket/monitor/domain_classifier.hpp"
#include "gasket/monitor/drift_report.hpp"

namespace gasket {

/// Which of two tables has a column.
enum class Presence {
    both,            ///< both, of one kind
    reference_only,  ///< the other table lacks it
    other_only,      ///< the reference lacks it
    other_kind,      ///< both, but numbers here are text or times there
};

[[nodiscard]] constexpr std::string_view name_of(Presence presence) noexcept {
    switch (presence) {
        case Presence::both:
            return "both";
        case Presence::reference_only:
            return "missing";
        case Presence::other_only:
            return "new";
        case Presence::other_kind:
            return "another kind";
    }
    return "";
}

/// A label and its share of the rows that have one, in the reference and in the other table.
struct LabelShift {
    std::string label;
    double reference = 0;
    double other = 0;
};

/// One column of two tables.
struct ColumnContrast {
    std::string name;
    Presence presence = Presence::both;
    /// all about it in either table; empty where the table lacks it
    std::optional<ColumnProfile> reference = std::nullopt;
    std::optional<ColumnProfile> other = std::nullopt;
    /// PSI and Kolmogorov-Smirnov, as of live rows against training; where both tables have it
    std::optional<FeatureDrift> drift = std::nullopt;
    /// the labels whose shares moved most, up to 5, and how many labels only one table has; for categories
    std::vector<LabelShift> labels = {};
    std::size_t labels_gone = 0;
    std::size_t labels_new = 0;
    /// what the domain classifier found; empty where it was not given the column
    std::optional<Giveaway> giveaway = std::nullopt;
    /// why the column plays no part in the verdict: it names rows, or tells when they came about, or nearly
    /// every row has a label of its own; else empty
    std::string apart = "";

    [[nodiscard]] DriftStatus status() const {
        if (presence == Presence::reference_only || presence == Presence::other_kind)
            return DriftStatus::drift;
        return presence == Presence::other_only || !apart.empty() ? DriftStatus::stable : drift->status;
    }

    [[nodiscard]] Json to_json() const;
};

/// Whether one table stands for another: a training table for the live rows, a sample for its population,
/// this month for the last. A value that prints as text and converts to JSON; thread-safe to read.
struct Representativeness {
    std::size_t reference_rows = 0;
    std::size_t other_rows = 0;
    /// columns of one table only or of another kind first, then by PSI, the greatest first
    std::vector<ColumnContrast> columns = {};
    /// of all columns that count, together; first: the reference
    Separation separation = {};

    /// The worst of the columns and the domain classifier; insufficient under 100 rows of either table.
    [[nodiscard]] DriftStatus status() const {
        if (std::min(reference_rows, other_rows) < psi_least_rows) return DriftStatus::insufficient;
        DriftStatus worst = DriftStatus::stable;
        if (separation.status() != DriftStatus::insufficient) worst = separation.status();
        for (const ColumnContrast& c : columns) worst = std::max(worst, c.status());
        return worst;
    }
    /// For a job: 0 alike (or too few rows to tell), 1 moderate differences, 2 another world.
    [[nodiscard]] int exit_code() const {
        const DriftStatus worst = status();
        return worst == DriftStatus::drift ? 2 : worst == DriftStatus::moderate ? 1 : 0;
    }

    /// The column of that name, or null.
    [[nodiscard]] const ColumnContrast* find(std::string_view name) const noexcept {
        for (const ColumnContrast& c : columns) {
            if (c.name == name) return &c;
        }
        return nullptr;
    }

    /// The verdict in one line.
    [[nodiscard]] std::string summary() const;
    /// What to make of it, a sentence for each finding; the first things first.
    [[nodiscard]] std::vector<std::string> advice() const;
    /// {"status", "summary", "advice", "reference_rows", "other_rows", "separation", "columns"}
    [[nodiscard]] Json to_json() const;
    /// Verdict, columns by PSI, numbers and labels side by side, advice.
    friend std::ostream& operator<<(std::ostream& out, const Representativeness& r);
};

struct RepresentativenessOptions {
    /// columns that are not compared
    std::vector<std::string> ignore = {};
    /// bins of equal counts for numbers, from 2 to 1000
    std::size_t bins = 10;
    DomainClassifier classifier = {};
};

namespace detail {

/// Rows by label, in alphabetical order.
[[nodiscard]] inline std::map<std::string, std::size_t> rows_by_label(const Column& column) {
    std::vector<std::size_t> counts(column.labels().size(), 0);
    for (const std::int32_t code : column.codes()) {
        if (code >= 0) ++counts[static_cast<std::size_t>(code)];
    }
    std::map<std::string, std::size_t> rows;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) rows[column.labels()[i]] = counts[i];
    }
    return rows;
}

inline void contrast_labels(const Column& reference, const Column& other, ColumnContrast& out) {
    constexpr std::size_t most = 5;
    const std::map<std::string, std::size_t> before = rows_by_label(reference);
    const std::map<std::string, std::size_t> after = rows_by_label(other);
    const auto share = [](std::size_t rows, const ColumnProfile& column, const Column& of) {
        return static_cast<double>(rows) / static_cast<double>(of.size() - column.missing_count);
    };
    for (const auto& [label, rows] : before) {
        const auto at = after.find(label);
        out.labels_gone += at == after.end() ? 1 : 0;
        out.labels.push_back({label, share(rows, *out.reference, reference),
                              at == after.end() ? 0 : share(at->second, *out.other, other)});
    }
    for (const auto& [label, rows] : after) {
        if (before.count(label) > 0) continue;
        ++out.labels_new;
        out.labels.push_back({label, 0, share(rows, *out.other, other)});
    }
    const auto moved = [](const LabelShift& s) { return std::abs(s.other - s.reference); };
    sort_few(out.labels, [&](const LabelShift& a, const LabelShift& b) { return moved(a) > moved(b); });
    if (out.labels.size() > most) out.labels.resize(most);
}

/// The share of rows with a label that stands in no other row. Of the next rows of the same population about
/// as many have a label that was never seen (Good, The population frequencies of species, 1953).
[[nodiscard]] inline double lone_label_share(const Column& column) {
    double lone = 0;
    for (const auto& [label, rows] : rows_by_label(column)) lone += rows == 1 ? 1 : 0;
    return lone / static_cast<double>(std::max<std::size_t>(column.size(), 1));
}

/// Why a column does not tell whether a table stands for another; empty: it does.
[[nodiscard]] inline std::string stands_apart(const ColumnProfile& profile, const Column& column) {
    if (is_identifier(profile, column.size())) return "it names rows";
    if (profile.type == LogicalType::datetime) return "it tells when a row came about";
    if (column.kind() == Kind::category && lone_label_share(column) > 0.05)
        return "rare labels: some of them are new in any sample";
    return "";
}

[[nodiscard]] inline ColumnContrast contrast(const std::string& name, const Table& reference,
                                             const Profile& before, const Table& other, const Profile& after,
                                             std::size_t bins) {
    ColumnContrast out{.name = name};
    if (const ColumnProfile* const found = before.find(name)) out.reference = *found;
    if (const ColumnProfile* const found = after.find(name)) out.other = *found;
    if (!out.reference || !out.other) {
        out.presence = out.reference ? Presence::reference_only : Presence::other_only;
        return out;
    }
    const Column& first = reference[name];
    const Column& second = other[name];
    // a column without any value has whatever kind it was given
    const bool any = out.reference->distinct > 0 && out.other->distinct > 0;
    if (any && first.kind() != second.kind()) out.presence = Presence::other_kind;
    out.apart = stands_apart(*out.reference, first);
    if (out.apart.empty()) out.apart = stands_apart(*out.other, second);
    out.drift = feature_drift(Baseline::Entry::of(name, first, bins), second);
    if (first.kind() == Kind::category && second.kind() == Kind::category)
        contrast_labels(first, second, out);
    return out;
}

}  // namespace detail

/// Compares two tables, column by column and by a domain classifier. Identifiers, times, and labels most of
/// which are rare, such as names, are shown but play no part in the verdict: they tell two tables apart that
/// are alike in all that matters.
///
/// O(rows x columns) of both, all threads, and the cost of DomainClassifier; same result for any number of
/// threads   throws OptionError; SchemaError (a column to be ignored that neither table has)
[[nodiscard]] inline Representativeness representativeness(const Table& reference, const Table& other,
                                                           const RepresentativenessOptions& options = {},
                                                           const Progress& progress = {}) {
    detail::require_option(options.bins >= 2 && options.bins <= 1000, "RepresentativenessOptions.bins",
                           std::to_string(options.bins), "from 2 to 1000");
    const auto ignored = [&](const std::string& name) {
        return std::find(options.ignore.begin(), options.ignore.end(), name) != options.ignore.end();
    };
    for (const std::string& name : options.ignore) {
        if (!other.has(name)) (void)reference.index_of(name);  // throws, naming the nearest
    }
    std::vector<std::string> names;
    for (const Table* const table : {&reference, &other}) {
        for (const std::string& name : table->names()) {
            if (!ignored(name) && std::find(names.begin(), names.end(), name) == names.end())
                names.push_back(name);
        }
    }
    const Profiler profiler{.correlation_columns = 0, .now = 0};
    const Profile before = profiler.observe(reference);
    const Profile after = profiler.observe(other);
    Representativeness out{.reference_rows = reference.rows(), .other_rows = other.rows()};
    out.columns.resize(names.size());
    parallel_for(names.size(), [&](std::size_t i) {
        out.columns[i] = detail::contrast(names[i], reference, before, other, after, options.bins);
    });
    std::vector<std::string> counts;
    std::vector<FeatureDrift*> judged;
    for (ColumnContrast& c : out.columns) {
        const bool same_kind = c.drift && reference[c.name].kind() == other[c.name].kind();
        if (!same_kind || !c.apart.empty()) continue;
        counts.push_back(c.name);
        judged.push_back(&*c.drift);
    }
    detail::decide(judged);
    out.separation = options.classifier.separate(reference.select(counts), other.select(counts), progress);
    for (ColumnContrast& c : out.columns) {
        for (const Giveaway& g : out.separation.columns) {
            if (g.column == c.name) c.giveaway = g;
        }
    }
    const auto rank = [](const ColumnContrast& c) {
        if (c.presence != Presence::both) return c.presence == Presence::other_only ? 1e6 : 2e6;
        const double psi = c.drift->psi.value;
        return std::isnan(psi) || !c.apart.empty() ? -1.0 : psi;
    };
    detail::sort_few(out.columns,
                     [&](const ColumnContrast& a, const ColumnContrast& b) { return rank(a) > rank(b); });
    return out;
}

}  // namespace gasket

#include "gasket/monitor/detail/representativeness_text.hpp"
