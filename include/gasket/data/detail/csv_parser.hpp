#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/core/prefault.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/detail/csv_dialect.hpp"
#include "gasket/data/detail/csv_records.hpp"
#include "gasket/data/detail/csv_segment.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

/// Reads a whole CSV text into a Table.
///
/// Types are guessed from the first records, then every part of the file is read under the guess, several at
/// a time. A column whose guess did not hold is read again as what all its values allow. So types follow from
/// all values, and the table is the same for any number of threads and any size of parts.
class CsvParser {
  public:
    CsvParser(std::string_view text, std::string name, const CsvOptions& options, std::size_t part)
        : source_{text, std::move(name)}, options_(options), dialect_(options), part_(part) {}

    [[nodiscard]] Table parse() {
        read_head();
        apply_declared_types();
        guess_types();
        builders_.resize(columns_.size());
        while (!pass()) {
        }
        std::vector<Column> columns(columns_.size(), Column::numeric({}));
        parallel_for(columns_.size(), [&](std::size_t c) { columns[c] = finish(builders_[c]); });
        std::vector<std::string> names;
        for (const CsvColumn& column : columns_) names.push_back(column.name);
        return Table::of(std::move(names), std::move(columns));
    }

  private:
    /// A column as far as it has been read.
    struct Builder {
        FieldMode mode = FieldMode::unknown;
        std::vector<double> numbers;
        std::vector<std::int64_t> seconds;
        std::vector<std::int32_t> codes;
        LabelPool labels;
    };

    void read_head() {
        // The header may be longer than any part, so the reader is given more until one record is whole.
        for (std::size_t most = 1 << 20;; most *= 16) {
            const std::size_t end = line_end_after(most);
            CsvRecords records(source_, dialect_, 0, end);
            if (records.next()) {
                for (const char* p = records.begin();; ++p) {
                    columns_.push_back(
                        {.name = std::string(dialect_.read_field(p, records.end(), scratch_).text)});
                    if (p == records.end()) break;
                }
                begin_ = options_.header ? records.next_offset() : 0;
                name_columns(records.offset());
                return;
            }
            if (end == source_.text.size()) {
                if (records.open_at_end()) fail_unclosed(records.offset());
                throw CsvError(ErrorCode::file_empty,
                               {.expected = options_.header ? "a line with the names of the columns"
                                                            : "at least one record",
                                .found = source_.text.empty() ? "an empty file" : "only blank lines",
                                .where = source_.name,
                                .advice = "check the path and the program that wrote the file"});
            }
        }
    }

    [[nodiscard]] std::size_t line_end_after(std::size_t offset) const {
        const std::size_t found =
            offset < source_.text.size() ? source_.text.find('\n', offset) : std::string_view::npos;
        return found == std::string_view::npos ? source_.text.size() : found + 1;
    }

    void name_columns(std::size_t offset) {
        std::unordered_map<std::string, std::size_t> first;
        std::vector<std::size_t> nameless;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            std::string& name = columns_[c].name;
            if (!options_.header) name.clear();
            if (name.empty()) {
                nameless.push_back(c);
                continue;
            }
            const auto [it, fresh] = first.try_emplace(name, c);
            if (fresh) continue;
            if (options_.duplicate_names == DuplicateNames::error) {
                source_.fail(
                    ErrorCode::duplicate_column, offset,
                    {.expected = "a name for each column",
                     .found = text::quoted(name) + " as columns " + std::to_string(it->second + 1) + " and " +
                              std::to_string(c + 1),
                     .where = "",
                     .advice = "rename one, or set CsvOptions.duplicate_names = DuplicateNames::rename"});
            }
            const std::string base = name;
            for (std::size_t n = 2; !first.try_emplace(name, c).second; ++n)
                name = base + "_" + std::to_string(n);
        }
        for (const std::size_t c : nameless) {
            std::string name = "column_" + std::to_string(c + 1);
            while (!first.try_emplace(name, c).second) name += "_";
            columns_[c].name = std::move(name);
        }
    }

    void apply_declared_types() {
        std::vector<std::string> names;
        for (const CsvColumn& column : columns_) names.push_back(column.name);
        for (const auto& [name, type] : options_.types) {
            const auto it = std::find(names.begin(), names.end(), name);
            if (it == names.end()) {
                const std::string near = text::nearest(name, names);
                throw SchemaError(
                    ErrorCode::missing_column,
                    {.expected = "a column " + text::quoted(name) + ", as CsvOptions.types says",
                     .found = "only " + text::list(names, 30),
                     .where = source_.name,
                     .advice = near.empty() ? "check the name" : "did you mean " + text::quoted(near) + "?"});
            }
            CsvColumn& column = columns_[static_cast<std::size_t>(it - names.begin())];
            column.declared = true;
            column.mode = type == LogicalType::integer    ? FieldMode::integer
                          : type == LogicalType::real     ? FieldMode::number
                          : type == LogicalType::boolean  ? FieldMode::boolean
                          : type == LogicalType::datetime ? FieldMode::time
                                                          : FieldMode::label;
        }
    }

    void guess_types() {
        std::vector<CsvColumn> unknown = columns_;
        for (CsvColumn& column : unknown) {
            if (column.declared) column.mode = FieldMode::skip;
        }
        const std::size_t end = line_end_after(begin_ + std::min<std::size_t>(part_, 1 << 18));
        CsvRecords records(source_, dialect_, begin_, end);
        CsvSegment sample;
        sample.read(records, source_, dialect_, unknown,
                    1000);  // what is wrong there is said by the first pass
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (!columns_[c].declared) columns_[c].mode = mode_for(sample[c].kinds);
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
            builders_[c] = Builder{};
            builders_[c].mode = columns_[c].mode;
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
                if (first + i + 1 == parts) fail_unclosed(segments_[i].open_offset);
                exact_cuts_ = true;  // a cut fell inside quotes: once more, with cuts that cannot
                return false;
            }
            std::size_t rows = 0;
            for (std::size_t i = 0; i < count; ++i) rows += segments_[i].rows();
            parallel_for(columns_.size(), [&](std::size_t c) { append(c, count, rows, now[c]); });
            rows_ += rows;
        }
        bool done = true;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            FieldMode& mode = columns_[c].mode;
            if (mode == FieldMode::unknown && kinds_[c] != 0) {
                mode = mode_for(kinds_[c]);
            } else if (failed_[c] != 0) {
                mode = FieldMode::label;  // the sample showed one kind of value, a later one is another
            } else {
                mode = FieldMode::skip;
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
            segment.read(records, source_, dialect_, columns);
        } catch (...) {
            segment.error = std::current_exception();
            segment.open_at_end = false;
        }
    }

    /// Adds the values of column `c` of the first `count` segments, `rows` in all, to what has been read of
    /// it.
    void append(std::size_t c, std::size_t count, std::size_t rows, CsvColumn& now) {
        Builder& to = builders_[c];
        const FieldMode mode = now.mode;
        for (std::size_t i = 0; i < count; ++i) {
            kinds_[c] |= segments_[i][c].kinds;
            if (segments_[i][c].failed) {
                failed_[c] = 1;
                now.mode = FieldMode::skip;
            }
        }
        if (mode == FieldMode::skip || now.mode == FieldMode::skip) return;
        for (std::size_t i = 0; i < count; ++i) {
            const CsvSegment& from = segments_[i];
            const std::size_t coming = i == 0 ? rows : 0;
            switch (mode) {
                case FieldMode::number:
                case FieldMode::integer:
                case FieldMode::boolean:
                    extend(to.numbers, from.numbers(c), from.rows(), coming);
                    break;
                case FieldMode::time:
                    extend(to.seconds, from.seconds(c), from.rows(), coming);
                    break;
                case FieldMode::label: {
                    std::vector<std::int32_t> code(from[c].labels.size());
                    for (std::size_t k = 0; k < code.size(); ++k) code[k] = to.labels.add(from[c].labels[k]);
                    const std::size_t at = to.codes.size();
                    extend(to.codes, from.codes(c), from.rows(), coming);
                    for (std::size_t r = at; r < to.codes.size(); ++r) {
                        if (to.codes[r] >= 0) to.codes[r] = code[static_cast<std::size_t>(to.codes[r])];
                    }
                    break;
                }
                case FieldMode::unknown:
                case FieldMode::skip:
                    break;
            }
        }
    }

    /// Adds `count` values, after having got memory for `coming`, of which they are the first.
    template <class T>
    void extend(std::vector<T>& to, const T* from, std::size_t count, std::size_t coming) const {
        if (to.empty()) to.reserve(expected_rows_);
        prefault(to.data() + to.size(), std::min(to.capacity() - to.size(), coming) * sizeof(T));
        to.insert(to.end(), from, from + count);
    }

    [[nodiscard]] Column finish(Builder& builder) const {
        switch (builder.mode) {
            case FieldMode::time:
                return Column::datetime(std::move(builder.seconds));
            case FieldMode::label:
                return Column::category(builder.labels.labels(), std::move(builder.codes));
            case FieldMode::unknown:
                return Column::numeric(std::vector<double>(rows_, missing));
            default:
                return Column::numeric(std::move(builder.numbers));
        }
    }

    [[noreturn]] void fail_unclosed(std::size_t record) const {
        const std::string_view text = source_.text;
        std::size_t opened = record;
        bool open = false;
        for (std::size_t p = record; (p = text.find(dialect_.quote, p)) != std::string_view::npos; ++p) {
            if (!open) {
                open = dialect_.begins_field(text.data() + record, text.data() + p);
                if (open) opened = p;
            } else if (p + 1 < text.size() && text[p + 1] == dialect_.quote) {
                ++p;
            } else {
                open = false;
            }
        }
        source_.fail(
            ErrorCode::unclosed_quote, opened,
            {.expected = "a closing quote",
             .found = "the end of the file",
             .where = "",
             .advice = "close the quote that opens on this line, double it if it belongs to the text, or set "
                       "CsvOptions.quote = '\\0'"});
    }

    CsvSource source_;
    const CsvOptions& options_;
    CsvDialect dialect_;
    std::size_t part_;
    std::size_t begin_ = 0;
    std::size_t expected_rows_ = 0;
    std::size_t rows_ = 0;
    bool exact_cuts_ = false;
    std::string scratch_;
    std::vector<CsvColumn> columns_;
    std::vector<Builder> builders_;
    std::vector<unsigned> kinds_;
    std::vector<char> failed_;
    std::vector<CsvSegment> segments_;
};

}  // namespace gasket::detail
