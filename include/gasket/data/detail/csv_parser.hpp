#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/detail/csv_builder.hpp"
#include "gasket/data/detail/csv_dialect.hpp"
#include "gasket/data/detail/csv_head.hpp"
#include "gasket/data/detail/csv_records.hpp"
#include "gasket/data/detail/csv_segment.hpp"
#include "gasket/data/detail/second_header.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

/// Reads a whole CSV text into a Table.
///
/// Types are guessed from the first records, then every part of the file is read under the guess, several at
/// a time. A column whose guess did not hold is read again as what all its values allow. So types follow from
/// all values, and the table is the same for any number of threads and any size of parts.
class CsvParser {
  public:
    /// Where there is a `schema`, it says which columns are read, and as what.
    CsvParser(std::string_view text, std::string name, const CsvOptions& options, const Schema* schema,
              std::size_t part)
        : source_{text, std::move(name)},
          head_(source_, options, schema),
          dialect_(head_.dialect()),
          columns_(head_.columns()),
          begin_(head_.begin()),
          part_(part) {}

    [[nodiscard]] Table parse() {
        head_.require_all(source_);
        guess_types();
        builders_.resize(columns_.size());
        while (!pass()) {
        }
        const std::vector<CsvOutput>& outputs = head_.outputs();
        std::vector<std::string> names;
        for (const CsvOutput& output : outputs) names.push_back(output.name);
        std::vector<Column> columns(outputs.size(), Column::numeric({}));
        parallel_for(outputs.size(), [&](std::size_t i) {
            columns[i] = outputs[i].column
                             ? builders_[*outputs[i].column].finish(columns_[*outputs[i].column])
                             : Column::nothing(outputs[i].kind, rows_);
        });
        Table table = Table::of(std::move(names), std::move(columns));
        if (head_.options().header.value_or(true)) refuse_second_header(table);
        return table;
    }

  private:
    void refuse_second_header(const Table& table) const {
        const std::vector<std::size_t> found = rows_like_header(table);
        if (found.empty()) return;
        CsvRecords records(source_, dialect_, begin_, source_.text.size());
        for (std::size_t r = 0; r <= found.front(); ++r) (void)records.next();
        source_.fail(ErrorCode::header_is_data, records.offset(),
                     {.expected = "one header",
                      .found = "its names again",
                      .where = "",
                      .advice = "take the line out, or cut the file in two before it"});
    }

    void guess_types() {
        std::vector<CsvColumn> unknown = columns_;
        for (CsvColumn& column : unknown) {
            if (column.declared) column.mode = FieldMode::skip;
        }
        const std::size_t end = source_.line_end_after(begin_ + std::min<std::size_t>(part_, 1 << 18));
        CsvRecords records(source_, dialect_, begin_, end);
        CsvSegment sample;
        sample.start(unknown);
        sample.read(records, source_, dialect_, unknown,
                    1000);  // what is wrong there is said by the first pass
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (!columns_[c].declared) columns_[c].set_mode(mode_for(sample[c].kinds));
        }
        if (sample.rows() > 0) {
            const auto bytes =
                static_cast<double>(sample.end_offset - begin_) / static_cast<double>(sample.rows());
            expected_rows_ =
                static_cast<std::size_t>(static_cast<double>(source_.text.size() - begin_) / bytes * 1.03) +
                16;
        }
    }

    /// Reads the columns whose mode is not `skip`. False where some must be read again, with another mode.
    bool pass() {
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (columns_[c].mode == FieldMode::skip) continue;
            builders_[c] = CsvBuilder(columns_[c].mode, expected_rows_);
        }
        kinds_.assign(columns_.size(), 0);
        failed_.assign(columns_.size(), 0);
        rows_ = 0;
        const std::vector<std::size_t> cuts =
            cut_csv(source_, dialect_, begin_, source_.text.size(), part_, exact_cuts_);
        std::vector<CsvColumn> now = columns_;
        const std::size_t parts = cuts.size() - 1;
        const auto at_once = static_cast<std::size_t>(8 * std::max(threads(), 1));
        segments_.resize(std::min(parts, at_once));
        for (std::size_t first = 0; first < parts; first += at_once) {
            const std::size_t count = std::min(at_once, parts - first);
            parallel_for(count, [&](std::size_t i) {
                read_part(segments_[i], cuts[first + i], cuts[first + i + 1], now);
            });
            for (std::size_t i = 0; i < count; ++i) {
                if (segments_[i].error) std::rethrow_exception(segments_[i].error);
                if (!segments_[i].open_at_end) continue;
                if (first + i + 1 == parts) fail_quotes(source_, dialect_, segments_[i].open_offset);
                // a cut fell inside quotes: once more, with cuts that cannot
                if (exact_cuts_) part_ = source_.text.size();
                exact_cuts_ = true;
                return false;
            }
            std::size_t rows = 0;
            for (std::size_t i = 0; i < count; ++i) rows += segments_[i].rows();
            parallel_for(columns_.size(), [&](std::size_t c) { append(c, count, rows, now[c]); });
            rows_ += rows;
        }
        bool done = true;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            CsvColumn& column = columns_[c];
            if (column.mode == FieldMode::unknown && kinds_[c] != 0) {
                column.set_mode(mode_for(kinds_[c]));
            } else if (failed_[c] != 0) {
                column.set_mode(
                    FieldMode::label);  // the sample showed one kind of value, a later one is another
            } else {
                column.set_mode(FieldMode::skip);
                continue;
            }
            done = false;
        }
        return done;
    }

    void read_part(CsvSegment& segment, std::size_t begin, std::size_t end,
                   const std::vector<CsvColumn>& columns) const {
        try {
            CsvRecords records(source_, dialect_, begin, end);
            segment.start(columns);
            segment.read(records, source_, dialect_, columns);
        } catch (...) {
            segment.error = std::current_exception();
            segment.open_at_end = false;
        }
    }

    /// Adds the values of column `c` of the first `count` segments, `rows` in all, to what has been read of
    /// it.
    void append(std::size_t c, std::size_t count, std::size_t rows, CsvColumn& now) {
        const FieldMode mode = now.mode;
        for (std::size_t i = 0; i < count; ++i) {
            kinds_[c] |= segments_[i][c].kinds;
            if (segments_[i][c].failed) {
                failed_[c] = 1;
                now.mode = FieldMode::skip;
            }
        }
        if (mode == FieldMode::skip || now.mode == FieldMode::skip) return;
        for (std::size_t i = 0; i < count; ++i) builders_[c].append(segments_[i], c, i == 0 ? rows : 0);
    }

    CsvSource source_;
    CsvHead head_;
    const CsvDialect& dialect_;
    std::vector<CsvColumn> columns_;
    std::size_t begin_;
    std::size_t part_;
    std::size_t expected_rows_ = 0;
    std::size_t rows_ = 0;
    bool exact_cuts_ = false;
    std::vector<CsvBuilder> builders_;
    std::vector<unsigned> kinds_;
    std::vector<char> failed_;
    std::vector<CsvSegment> segments_;
};

}  // namespace gasket::detail
