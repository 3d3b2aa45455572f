#pragma once

#include <cmath>
#include <cstddef>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/schema_diff.hpp"
#include "gasket/data/table.hpp"
#include "gasket/monitor/representativeness.hpp"

namespace gasket {

struct TrainingChangeOptions {
    /// of the rows before; fewer are a finding: an extract that broke off. At least 0
    double least_rows = 0.5;
    /// relative change of the positive rate from which on it is a finding; above 0
    double most_rate_change = 0.5;
    RepresentativenessOptions representativeness = {};
};

/// How the rows that a new model learned from differ from those of the live one. A value.
struct TrainingChange {
    /// columns other than the target
    Representativeness columns = {};
    SchemaDiff schema = {};
    /// missing where the target is no 0/1 column and has not two labels
    double rate_before = missing;
    double rate_after = missing;
    /// what should keep the new model from going live until somebody has looked at it
    std::vector<std::string> findings = {};

    /// Whether nothing speaks against promotion. Drift of the columns does not: it is why one trains again.
    [[nodiscard]] bool passed() const noexcept { return findings.empty(); }

    [[nodiscard]] Json to_json() const {
        return json_object({{"passed", passed()},
                            {"findings", findings},
                            {"rate_before", detail::json_number(rate_before)},
                            {"rate_after", detail::json_number(rate_after)},
                            {"schema", schema.to_json()},
                            {"columns", columns.to_json()}});
    }
    friend std::ostream& operator<<(std::ostream& out, const TrainingChange& change) {
        out << change.columns;
        if (!is_missing(change.rate_before)) {
            out << "  positive: " << text::percent(change.rate_before) << " before, "
                << text::percent(change.rate_after) << " now\n";
        }
        if (!change.schema.empty()) out << change.schema;
        for (const std::string& finding : change.findings) out << "  look at this first: " << finding << "\n";
        if (change.passed()) out << "  nothing speaks against the new training rows\n";
        return out;
    }
};

namespace detail {

/// The share of rows with the greater of two numbers or the later of two labels; missing where there are
/// not just two.
[[nodiscard]] inline double rate_of(const Table& table, const std::string& target) {
    const Column& column = table[target];
    std::size_t rows = 0;
    std::size_t positive = 0;
    if (column.kind() == Kind::numeric) {
        for (const double x : column.numbers()) {
            if (is_missing(x)) continue;
            if (x != 0 && x != 1) return missing;
            ++rows;
            positive += x == 1 ? 1 : 0;
        }
    } else if (column.kind() == Kind::category) {
        const std::map<std::string, std::size_t> labels = rows_by_label(column);
        if (labels.size() != 2) return missing;
        rows = labels.begin()->second + labels.rbegin()->second;
        positive = labels.rbegin()->second;
    }
    return rows == 0 ? missing : static_cast<double>(positive) / static_cast<double>(rows);
}

}  // namespace detail

/// Compares the training rows of a new model with those of the live one, before it is promoted. Found wanting
/// are: far fewer rows, a column that is gone or of another kind, a label of the target that is gone, a
/// positive rate of another order: signs of a broken extract rather than of a changed world. All else that
/// differs is reported (Representativeness, SchemaDiff) and is no finding.
///
/// The cost of `representativeness`   throws OptionError, SchemaError (no target in a table)
[[nodiscard]] inline TrainingChange compare_training(const Table& before, const Table& after,
                                                     const std::string& target,
                                                     const TrainingChangeOptions& options = {},
                                                     const Progress& progress = {}) {
    detail::require_option(options.least_rows >= 0, "TrainingChangeOptions.least_rows",
                           text::shortest(options.least_rows), "at least 0");
    detail::require_option(options.most_rate_change > 0, "TrainingChangeOptions.most_rate_change",
                           text::shortest(options.most_rate_change), "above 0");
    TrainingChange out;
    out.rate_before = detail::rate_of(before, target);
    out.rate_after = detail::rate_of(after, target);
    out.columns = representativeness(before.without({target}), after.without({target}),
                                     options.representativeness, progress);
    out.schema = diff(infer_schema(before), infer_schema(after));
    const auto rows = static_cast<double>(after.rows());
    if (rows < options.least_rows * static_cast<double>(before.rows())) {
        out.findings.push_back("only " + text::grouped(after.rows()) + " rows where there were " +
                               text::grouped(before.rows()));
    }
    for (const ColumnContrast& c : out.columns.columns) {
        if (c.presence == Presence::reference_only) out.findings.push_back(text::quoted(c.name) + " is gone");
        if (c.presence == Presence::other_kind)
            out.findings.push_back(text::quoted(c.name) + " is of another kind");
    }
    if (before[target].kind() == Kind::category && after[target].kind() == Kind::category) {
        const auto labels = detail::rows_by_label(after[target]);
        for (const auto& [label, count] : detail::rows_by_label(before[target])) {
            if (labels.find(label) == labels.end())
                out.findings.push_back("no row of the class " + text::quoted(label));
        }
    }
    const double change = out.rate_after / out.rate_before - 1;
    if (std::abs(change) > options.most_rate_change) {
        out.findings.push_back("positive are " + text::percent(out.rate_after) + " where " +
                               text::percent(out.rate_before) + " were");
    }
    return out;
}

}  // namespace gasket
