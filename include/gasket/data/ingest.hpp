#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/detail/ingest_run.hpp"
#include "gasket/data/quarantine.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/schema_diff.hpp"
#include "gasket/data/stack.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// What to do with a row that breaks a rule.
enum class BadRows {
    quarantine,  ///< set it aside and go on
    strict,      ///< throw
};

/// How `ingest` goes about what does not fit.
struct IngestOptions {
    BadRows bad_rows = BadRows::quarantine;
    /// The share of rows that may go into quarantine, from 0 to 1; more is an error, told at the end with
    /// what is wrong.
    double most_share = 0.1;
    /// How many rows may go into quarantine; one more is an error at once. Bounds the memory.
    std::size_t most_rows = 100'000;
    /// Rules that a row may break and still be accepted; what breaks them is only counted. A value of another
    /// type is then missing. Not `fields`, `quotes`, `encoding`: such a record is no row.
    std::vector<Rule> tolerate = {};
    /// The column that names a row in quarantine; none: the schema's columns of Role::id.
    std::string key = {};
    /// How the file is written. Its types and readings come from the schema.
    CsvOptions csv = {};
};

/// A way in which the file as a whole differs from the schema.
struct Anomaly {
    SchemaChange what;
    std::size_t rows = 0;  ///< how many rows show it
};

/// What came of a file.
struct Ingestion {
    /// The rows that keep every rule, with the columns of the schema.
    Table accepted = {};
    Quarantine quarantine = {};
    std::vector<Anomaly> anomalies = {};
    /// Rows read: `accepted_rows` + `quarantine.size()`, always.
    std::size_t read = 0;
    std::size_t accepted_rows = 0;

    /// The anomaly of that kind in that column, or null.
    [[nodiscard]] const Anomaly* find(Change change, std::string_view column) const noexcept {
        for (const Anomaly& anomaly : anomalies) {
            if (anomaly.what.change == change && anomaly.what.column == column) return &anomaly;
        }
        return nullptr;
    }

    /// Counts, anomalies, and the first rows in quarantine.
    friend std::ostream& operator<<(std::ostream& out, const Ingestion& ingestion) {
        out << "  " << text::grouped(ingestion.read) << " rows read, "
            << text::grouped(ingestion.accepted_rows) << " accepted, "
            << text::grouped(ingestion.quarantine.size()) << " in quarantine\n";
        text::Grid grid({"column", "change", "rows", "was", "is", ""});
        for (const Anomaly& anomaly : ingestion.anomalies) {
            grid.add({anomaly.what.column, std::string(name_of(anomaly.what.change)),
                      text::grouped(anomaly.rows), anomaly.what.was, anomaly.what.is, anomaly.what.note});
        }
        if (!ingestion.anomalies.empty()) out << grid.str();
        return ingestion.quarantine.empty() ? out : out << ingestion.quarantine;
    }
};

namespace detail {

[[nodiscard]] inline Ingestion run_ingestion(const std::string& path, const Schema& schema,
                                             const IngestOptions& options,
                                             const std::function<void(Table)>& accept) {
    require_option(options.most_share >= 0 && options.most_share <= 1, "IngestOptions.most_share",
                   text::compact(options.most_share), "0 to 1");
    for (const Rule rule : options.tolerate) {
        require_option(
            rule != Rule::fields && rule != Rule::quotes && rule != Rule::encoding && rule != Rule::header,
            "IngestOptions.tolerate", std::string(name_of(rule)), "column, type, gap, range or label");
    }
    const bool strict = options.bad_rows == BadRows::strict;
    IngestRun run(path, schema, options.csv, options.key, options.tolerate);
    Ingestion out;
    const auto report = [&] {
        out.anomalies.clear();
        for (auto& [what, rows] : run.anomalies()) out.anomalies.push_back({std::move(what), rows});
    };
    const auto refuse = [&] {
        report();
        std::string what;
        for (const Anomaly& anomaly : out.anomalies) {
            what += (what.empty() ? "" : "; ") + anomaly.what.column + ": " +
                    std::string(name_of(anomaly.what.change)) +
                    (anomaly.what.is.empty() ? "" : ", " + anomaly.what.is);
        }
        const Violation& first = out.quarantine.rows.front().violations.front();
        throw DataError(
            ErrorCode::too_many_bad_rows,
            {.expected = "at most " + text::percent(options.most_share) + " of the rows, and " +
                         text::grouped(options.most_rows) + ", in quarantine",
             .found = text::grouped(out.quarantine.size()) + " of " + text::grouped(out.read) + " (" +
                      (what.empty() ? first.text() : what) + ")",
             .where = path,
             .advice = "correct the file or the schema, or raise IngestOptions.most_share and .most_rows"});
    };
    if (strict) run.require_columns();
    IngestBlock block;
    while (run.next(block)) {
        out.read += block.accepted.rows() + block.quarantined.size();
        out.accepted_rows += block.accepted.rows();
        if (strict && !block.quarantined.empty()) throw_first(path, block.quarantined.front());
        for (QuarantinedRow& row : block.quarantined) out.quarantine.rows.push_back(std::move(row));
        if (out.quarantine.size() > options.most_rows) refuse();
        accept(std::move(block.accepted));
    }
    if (static_cast<double>(out.quarantine.size()) > options.most_share * static_cast<double>(out.read))
        refuse();
    report();
    return out;
}

}  // namespace detail

/// Takes a CSV file in under a schema, row by row: every row is accepted, or set aside with its line, its
/// key, its raw text and every rule that it breaks. Nothing is lost: accepted + quarantined = read. What is
/// wrong with the file as a whole is named as well: columns missing, new or renamed, numbers that became
/// text, dates in another format, labels never seen, values out of range, gaps.
///
/// The rules are those of the schema: its columns must be there (in any order; others are left out), values
/// must be of their type, read as `reading` says, not missing unless `nullable`, within `min` and `max`, one
/// of the labels of a category. A record whose quotes make no sense goes into quarantine as its first line,
/// and reading goes on with the next.
///
/// throws FileError; CsvError for a file without a header, a record above 16 MiB, and in strict mode for the
/// first bad row, with line and everything that is wrong with it; SchemaError in strict mode for missing
/// columns; DataError where more rows than allowed are bad, with what is wrong; OptionError O(bytes); memory:
/// the accepted rows and the quarantine
[[nodiscard]] inline Ingestion ingest(const std::string& path, const Schema& schema,
                                      const IngestOptions& options = {}) {
    std::vector<Table> blocks;
    Ingestion out = detail::run_ingestion(path, schema, options,
                                          [&](Table block) { blocks.push_back(std::move(block)); });
    out.accepted = blocks.size() == 1 ? std::move(blocks.front()) : stack(blocks);
    return out;
}

/// The same in constant memory: `accept` is given the accepted rows block by block (up to 65,536 at a time),
/// and the result has none. What `accept` throws comes through.
[[nodiscard]] inline Ingestion ingest(const std::string& path, const Schema& schema,
                                      const IngestOptions& options,
                                      const std::function<void(Table)>& accept) {
    return detail::run_ingestion(path, schema, options, accept);
}

}  // namespace gasket
