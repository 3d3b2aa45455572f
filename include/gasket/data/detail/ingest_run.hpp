#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/detail/csv_segment.hpp"
#include "gasket/data/detail/csv_stream.hpp"
#include "gasket/data/detail/observed_columns.hpp"
#include "gasket/data/detail/row_rules.hpp"
#include "gasket/data/detail/second_header.hpp"
#include "gasket/data/quarantine.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/schema_diff.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

/// The rows of one block: those that keep the rules, and those that do not.
struct IngestBlock {
    Table accepted;
    std::vector<QuarantinedRow> quarantined;
    std::vector<std::string_view> raw;  ///< of the accepted rows, without line end; until the next block
};

/// Throws what is wrong with a row as an error of its own.
[[noreturn]] inline void throw_first(const std::string& path, const QuarantinedRow& row) {
    const Violation& first = row.violations.front();
    const ErrorCode code = first.rule == Rule::fields     ? ErrorCode::ragged_row
                           : first.rule == Rule::quotes   ? ErrorCode::unclosed_quote
                           : first.rule == Rule::encoding ? ErrorCode::bad_encoding
                           : first.rule == Rule::header   ? ErrorCode::header_is_data
                           : first.rule == Rule::type     ? ErrorCode::bad_value
                                                          : ErrorCode::against_schema;
    std::string more;
    for (std::size_t i = 1; i < row.violations.size(); ++i) more += "; " + row.violations[i].text();
    throw CsvError(
        code,
        {.expected = first.expected,
         .found = first.found + more,
         .where = path + ", line " + std::to_string(row.line) +
                  (first.column.empty() ? "" : ", column " + text::quoted(first.column)) +
                  (row.key.empty() ? "" : ", key " + text::quoted(row.key)),
         .advice =
             "correct the row, change the schema, or set IngestOptions.bad_rows = BadRows::quarantine"});
}

/// Reads a file under a schema block by block, and parts the rows that keep its rules from those that do not.
class IngestRun {
  public:
    IngestRun(const std::string& path, const Schema& schema, const CsvOptions& options,
              const std::string& key, const std::vector<Rule>& tolerated,
              std::size_t most_records = std::size_t{1} << 16)
        : path_(path),
          options_(options),
          most_records_(most_records),
          stream_(path, schema, options, std::size_t{1} << 22) {
        for (const ColumnSchema& column : schema) {
            if (column.role != Role::ignored) columns_.push_back(&column);
            if (key.empty() ? column.role == Role::id : column.name == key) add_key(column.name);
        }
        require_option(!columns_.empty(), "schema of ingest", "no column",
                       "one column or more that is not ignored");
        if (!key.empty() && keys_.empty()) add_key(key);
        if (!key.empty() && keys_.empty()) {
            throw SchemaError(ErrorCode::missing_column,
                              {.expected = "a column " + text::quoted(key) + ", as IngestOptions.key says",
                               .found = "only " + text::list(stream_.source().columns, 30),
                               .where = path,
                               .advice = "name a column of the file"});
        }
        for (const Rule rule : tolerated) tolerated_[static_cast<std::size_t>(rule)] = true;
        observed_.resize(columns_.size());
        to_output_.assign(stream_.head().columns().size(), 0);
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (const auto column = stream_.head().outputs()[i].column) to_output_[*column] = i;
        }
    }

    void require_columns() const { stream_.head().require_all(stream_.source()); }
    /// How the file is written, and what its columns are called.
    [[nodiscard]] const CsvHead& head() const noexcept { return stream_.head(); }
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return stream_.source().columns; }
    /// Where the rows after the last block begin, and how to go on there: what was observed before stays
    /// unknown.
    [[nodiscard]] CsvStream::Place place() const { return stream_.place(segment_); }
    void go_to(const CsvStream::Place& place) { stream_.go_to(place); }

    /// False at the end.
    [[nodiscard]] bool next(IngestBlock& block) {
        CsvTrouble trouble;
        if (!stream_.read(segment_, most_records_, &trouble)) return false;
        const Table rows = stream_.table(segment_);
        std::vector<std::vector<Violation>> problems(rows.rows());
        std::vector<char> refused(rows.rows(), 0);
        find_misfits(trouble, problems, refused);
        find_broken_rules(rows, problems, refused);
        block.quarantined.clear();
        collect(trouble, problems, refused, block.quarantined);
        block.accepted = rows;
        block.raw.clear();
        for (std::size_t r = 0; r < rows.rows(); ++r) {
            if (refused[r] == 0) block.raw.push_back(raw_of(trouble.rows[r]));
        }
        if (std::find(refused.begin(), refused.end(), 1) != refused.end()) {
            std::vector<std::size_t> kept;
            for (std::size_t r = 0; r < rows.rows(); ++r) {
                if (refused[r] == 0) kept.push_back(r);
            }
            block.accepted = rows.take(kept);
        }
        read_ += rows.rows();
        return true;
    }

    /// What the rows read so far say of the file as a whole, each with the number of rows that show it.
    [[nodiscard]] std::vector<std::pair<SchemaChange, std::size_t>> anomalies() const {
        std::vector<std::pair<SchemaChange, std::size_t>> out;
        std::vector<ColumnSchema> gone;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (!stream_.head().outputs()[i].column) gone.push_back(*columns_[i]);
        }
        const std::vector<ColumnSchema> fresh = sample_columns(path_, stream_.head().extra(), options_);
        const std::vector<Renaming> renamings = find_renamings(gone, fresh);
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const auto lacks = std::find_if(gone.begin(), gone.end(), [&](const auto& column) {
                return column.name == columns_[i]->name;
            });
            if (lacks == gone.end()) {
                observed_[i].report(*columns_[i], out);
                continue;
            }
            const auto renamed = std::find_if(renamings.begin(), renamings.end(), [&](const auto& one) {
                return one.before == static_cast<std::size_t>(lacks - gone.begin());
            });
            out.emplace_back(missing_or_renamed(*columns_[i],
                                                renamed == renamings.end() ? nullptr : &fresh[renamed->after],
                                                renamed == renamings.end() ? 0 : renamed->likeness),
                             read_);
        }
        for (std::size_t j = 0; j < fresh.size(); ++j) {
            const bool renamed = std::any_of(renamings.begin(), renamings.end(),
                                             [&](const auto& one) { return one.after == j; });
            if (!renamed)
                out.emplace_back(SchemaChange{Change::added, fresh[j].name, "", in_words(fresh[j])}, read_);
        }
        return out;
    }

  private:
    [[nodiscard]] bool tolerated(Rule rule) const { return tolerated_[static_cast<std::size_t>(rule)]; }

    void add_key(const std::string& name) {
        const auto& names = stream_.source().columns;
        const auto at = std::find(names.begin(), names.end(), name);
        if (at != names.end()) keys_.push_back(static_cast<std::size_t>(at - names.begin()));
    }

    void note(Rule rule, std::size_t row, Violation violation, std::vector<std::vector<Violation>>& problems,
              std::vector<char>& refused) const {
        if (tolerated(rule)) return;
        refused[row] = 1;
        violation.rule = rule;
        problems[row].push_back(std::move(violation));
    }

    void find_misfits(const CsvTrouble& trouble, std::vector<std::vector<Violation>>& problems,
                      std::vector<char>& refused) {
        for (const CsvTrouble::Misfit& misfit : trouble.misfits) {
            const CsvColumn& column = stream_.head().columns()[misfit.column];
            observed_[to_output_[misfit.column]].misfit(misfit.text);
            note(Rule::type, misfit.row,
                 {.column = column.name, .expected = column.wanted(), .found = text::quoted(misfit.text)},
                 problems, refused);
        }
        misfits_.assign(columns_.size(), {});
        for (const CsvTrouble::Misfit& misfit : trouble.misfits)
            misfits_[to_output_[misfit.column]].push_back(misfit.row);
    }

    void find_broken_rules(const Table& rows, std::vector<std::vector<Violation>>& problems,
                           std::vector<char>& refused) {
        std::vector<std::vector<BrokenRule>> broken(columns_.size());
        parallel_for(columns_.size(), [&](std::size_t i) {
            if (stream_.head().outputs()[i].column) broken[i] = broken_rules(rows.column(i), *columns_[i]);
        });
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const ColumnSchema& column = *columns_[i];
            if (!stream_.head().outputs()[i].column && column.required) {
                for (std::size_t r = 0; r < rows.rows(); ++r)
                    note(Rule::column, r, {.column = column.name, .expected = "the column", .found = "none"},
                         problems, refused);
            }
            for (const BrokenRule& one : broken[i]) {
                // a value that could not be read is missing for that reason, which has been said
                if (one.rule == Rule::gap &&
                    std::binary_search(misfits_[i].begin(), misfits_[i].end(), one.row))
                    continue;
                const std::string value = rows.cell(one.row, i);
                observed_[i].broke(one.rule, rows.column(i), one.row, value);
                note(one.rule, one.row,
                     {.column = column.name,
                      .expected = one.rule == Rule::gap ? "a value" : Schema::values_of(column),
                      .found = one.rule == Rule::gap ? "none" : text::quoted(value)},
                     problems, refused);
            }
        }
        if (!stream_.head().options().header.value_or(true)) return;
        for (const std::size_t r : rows_like_header(rows)) {
            note(Rule::header, r, {.expected = "values", .found = "the names of the columns"}, problems,
                 refused);
        }
    }

    /// All that is set aside, in the order of the file: records that are no rows among the rows.
    void collect(const CsvTrouble& trouble, std::vector<std::vector<Violation>>& problems,
                 const std::vector<char>& refused, std::vector<QuarantinedRow>& out) const {
        const CsvSource& source = stream_.source();
        std::size_t line = source.first_line;
        std::size_t counted = 0;
        const auto add = [&](const CsvTrouble::Record& record, std::vector<Violation> violations) {
            const auto at = [&](std::size_t offset) {
                return source.text.begin() + static_cast<std::ptrdiff_t>(offset);
            };
            line += static_cast<std::size_t>(std::count(at(counted), at(record.begin), '\n'));
            counted = record.begin;
            const std::string_view raw = raw_of(record);
            if (violations.empty()) violations.push_back(fault_of(record, raw));
            out.push_back({line, key_of(record, raw), std::string(raw), std::move(violations)});
        };
        std::size_t next_broken = 0;
        for (std::size_t r = 0; r <= trouble.rows.size(); ++r) {
            for (; next_broken < trouble.broken.size() && trouble.broken[next_broken].row == r; ++next_broken)
                add(trouble.broken[next_broken], {});
            if (r < trouble.rows.size() && refused[r] != 0) add(trouble.rows[r], std::move(problems[r]));
        }
    }

    [[nodiscard]] std::string_view raw_of(const CsvTrouble::Record& record) const {
        std::string_view raw = stream_.source().text.substr(record.begin, record.end - record.begin);
        if (!raw.empty() && raw.back() == '\n') raw.remove_suffix(1);
        if (!raw.empty() && raw.back() == '\r') raw.remove_suffix(1);
        return raw;
    }

    [[nodiscard]] Violation fault_of(const CsvTrouble::Record& record, std::string_view raw) const {
        const std::vector<std::string>& names = stream_.source().columns;
        if (record.fault == CsvFault::quotes)
            return {Rule::quotes, "", "quotes that make sense",
                    "a quote that opens and does not end the field"};
        if (record.fault == CsvFault::bytes) {
            const std::string before(raw.substr(0, find_bad_byte(raw)));  // with a NUL byte after it
            std::string scratch;
            const std::size_t c =
                stream_.head().dialect().count_fields(before.data(), before.data() + before.size(), scratch) -
                1;
            return {Rule::encoding, c < names.size() ? names[c] : "", "UTF-8",
                    "something else from byte " + std::to_string(before.size() + 1) + " on"};
        }
        return {Rule::fields, "", std::to_string(names.size()) + (names.size() == 1 ? " field" : " fields"),
                std::to_string(record.fields)};
    }

    /// Of a record with too many or too few fields only the first is sure to be what it seems.
    [[nodiscard]] std::string key_of(const CsvTrouble::Record& record, std::string_view raw) const {
        if (keys_.empty() || record.fault != CsvFault::none) return "";
        const std::string text(raw);  // with a NUL byte after it
        std::vector<std::string> fields;
        std::string scratch;
        const CsvDialect& dialect = stream_.head().dialect();
        for (const char* p = text.data();; ++p) {
            fields.emplace_back(dialect.read_field(p, text.data() + text.size(), scratch).text);
            if (p == text.data() + text.size()) break;
        }
        const bool sure = fields.size() == stream_.head().columns().size();
        std::string out;
        for (const std::size_t c : keys_) {
            if (c < fields.size() && (sure || c == 0)) out += (out.empty() ? "" : ", ") + fields[c];
        }
        return out;
    }

    std::string path_;
    CsvOptions options_;
    std::size_t most_records_;
    CsvStream stream_;
    CsvSegment segment_;
    std::vector<const ColumnSchema*> columns_;  // in the order of the outputs
    std::vector<std::size_t> to_output_;        // from the file's columns
    std::vector<std::size_t> keys_;             // the file's columns
    std::array<bool, rule_names.size()> tolerated_{};
    std::vector<ObservedColumn> observed_;
    std::vector<std::vector<std::size_t>> misfits_;  // rows, by output column, of the block at hand
    std::size_t read_ = 0;
};

}  // namespace gasket::detail
