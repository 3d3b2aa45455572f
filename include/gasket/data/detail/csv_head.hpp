#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/detail/csv_dialect.hpp"
#include "gasket/data/detail/csv_records.hpp"
#include "gasket/data/detail/csv_segment.hpp"
#include "gasket/data/detail/csv_sniffer.hpp"
#include "gasket/data/detail/parse_number.hpp"
#include "gasket/data/detail/time_patterns.hpp"
#include "gasket/data/schema.hpp"

namespace gasket::detail {

/// A column of the table to be made, and the column of the file from which it comes, if any.
struct CsvOutput {
    std::string name;
    Kind kind = Kind::numeric;
    std::optional<std::size_t> column = std::nullopt;
};

/// What the beginning of a file says: how it is written, what its columns are, where its data begins.
class CsvHead {
  public:
    /// Gives the source the names of the columns. Where there is a `schema`, only its columns are read, as it
    /// says. throws CsvError, OptionError, SchemaError
    CsvHead(CsvSource& source, const CsvOptions& options, const Schema* schema)
        : begin_(first_line(source, options.skip_lines)),
          options_(CsvSniffer(source, begin_).complete(options)),
          dialect_(options_) {
        read_names(source, schema == nullptr);
        for (const CsvColumn& column : columns_) source.columns.push_back(column.name);
        if (schema == nullptr) {
            for (std::size_t c = 0; c < columns_.size(); ++c)
                outputs_.push_back({columns_[c].name, Kind::numeric, c});
        } else {
            follow(*schema);
        }
        declare(source);
    }

    [[nodiscard]] const CsvDialect& dialect() const noexcept { return dialect_; }
    [[nodiscard]] const CsvOptions& options() const noexcept { return options_; }
    [[nodiscard]] const std::vector<CsvColumn>& columns() const noexcept { return columns_; }
    /// The columns of the table to be made, in its order.
    [[nodiscard]] const std::vector<CsvOutput>& outputs() const noexcept { return outputs_; }
    /// Columns that the schema requires and the file has not; columns that the file has and the schema has
    /// not.
    [[nodiscard]] const std::vector<std::string>& lacking() const noexcept { return lacking_; }
    [[nodiscard]] const std::vector<std::string>& extra() const noexcept { return extra_; }

    /// throws SchemaError where the file lacks columns
    void require_all(const CsvSource& source) const {
        if (lacking_.empty()) return;
        std::vector<std::string> shown;
        for (const std::string& name : lacking_) shown.push_back(text::quoted(name));
        const std::string near = text::nearest(lacking_.front(), source.columns);
        throw SchemaError(
            ErrorCode::missing_column,
            {.expected = (shown.size() == 1 ? "column " : "columns ") + text::list(shown, 30),
             .found = "only " + text::list(source.columns, 30),
             .where = source.name,
             .advice = (near.empty() ? "" : "is " + text::quoted(near) + " meant? ") +
                       "give every column that the schema requires, or set .required = false for it"});
    }

    /// Where the first record after the header begins.
    [[nodiscard]] std::size_t begin() const noexcept { return begin_; }

  private:
    using Record = std::vector<std::string>;

    [[nodiscard]] static std::size_t first_line(const CsvSource& source, std::size_t skip) {
        std::size_t at = 0;
        for (; skip > 0 && at < source.text.size(); --skip) at = source.line_end_after(at);
        return at;
    }

    /// `inferring`: whether types follow from the values, which a second line of names would spoil.
    void read_names(const CsvSource& source, bool inferring) {
        // The header may be longer than any sample, so the reader is given more until one record is whole.
        for (std::size_t most = 1 << 18;; most *= 16) {
            const std::size_t end = source.line_end_after(begin_ + most);
            CsvRecords records(source, dialect_, begin_, end);
            if (!records.next()) {
                if (end < source.text.size()) continue;
                if (records.open_at_end()) fail_quotes(source, dialect_, records.offset());
                fail_empty(source);
            }
            const std::size_t offset = records.offset();
            const std::size_t next = records.next_offset();
            const Record names = fields_of(records, true);
            const bool header = options_.header.value_or(true);
            if (header && !options_.header) {
                std::vector<Record> rows;
                std::size_t first_row = next;
                bool first_whole = false;
                // what is wrong further on is said when it is read, with the column's name
                CsvRecords more(source, dialect_, next, end, CsvRecords::Manner::lenient);
                while (rows.size() < 20 && more.next()) {
                    if (rows.empty()) {
                        first_row = more.offset();
                        first_whole = more.fault() == CsvFault::none;
                    }
                    rows.push_back(fields_of(more, false));
                }
                require_names(source, offset, names, rows);
                if (inferring && first_whole && rows[0].size() == names.size())
                    require_values(source, first_row, rows);
            }
            name_columns(source, offset, header ? names : Record(names.size()));
            if (header) begin_ = next;
            return;
        }
    }

    /// Nulls are empty, unless they are names.
    [[nodiscard]] Record fields_of(const CsvRecords& records, bool names) const {
        Record out;
        std::string scratch;
        for (const char* p = records.begin();; ++p) {
            const CsvField field = dialect_.read_field(p, records.end(), scratch);
            out.emplace_back(!names && dialect_.is_null(field) ? std::string_view{} : field.text);
            if (p == records.end()) return out;
        }
    }

    [[noreturn]] void fail_empty(const CsvSource& source) const {
        throw CsvError(ErrorCode::file_empty,
                       {.expected = options_.header.value_or(true) ? "a line with the names of the columns"
                                                                   : "at least one record",
                        .found = source.text.empty() ? "an empty file" : "only blank lines",
                        .where = source.name,
                        .advice = "check the path and the program that wrote the file"});
    }

    /// Refuses a first line that is no header: one that leaves most columns without a name, or that holds
    /// dates over dates, fractions over numbers, or nothing but numbers that do not count up.
    void require_names(const CsvSource& source, std::size_t offset, const Record& names,
                       const std::vector<Record>& rows) const {
        const auto named = static_cast<std::size_t>(
            std::count_if(names.begin(), names.end(), [](const std::string& name) { return !name.empty(); }));
        if (names.size() > 1 && named * 2 < names.size()) {
            source.fail(ErrorCode::header_is_data, offset,
                        {.expected = "a header that names the columns",
                         .found = std::to_string(named) + " of " + std::to_string(names.size()) + " names",
                         .where = "",
                         .advice = "skip what stands before the header by CsvOptions.skip_lines, or set "
                                   "CsvOptions.header = true if the line is the header"});
        }
        std::size_t numbers = 0;
        bool counts_up = true;
        double last = 0;
        for (std::size_t c = 0; c < names.size(); ++c) {
            double x = 0;
            const bool number = parse_whole_number(names[c], x);
            if (number) {
                counts_up = counts_up && (numbers == 0 || x == last + 1);
                last = x;
                ++numbers;
            }
            const std::vector<std::string_view> values = column_of(rows, c);
            if (values.empty()) continue;
            const bool fraction =
                number && names[c].find_first_of(".eE") != std::string::npos && all_numbers(values);
            if (fraction || dates_over_dates(names[c], values)) fail_data(source, offset, names[c], c);
        }
        if (numbers > 1 && numbers == named && !counts_up && !rows.empty() && all_numbers(column_of(rows, 0)))
            fail_data(source, offset, names[0], 0);
    }

    /// Refuses a first record of words over numbers, in every column that holds numbers further on and at
    /// least two: units, or a second line of names.
    static void require_values(const CsvSource& source, std::size_t offset, const std::vector<Record>& rows) {
        const std::vector<Record> rest(rows.begin() + 1, rows.end());
        std::vector<std::string_view> words;
        for (std::size_t c = 0; c < rows[0].size(); ++c) {
            const std::vector<std::string_view> values = column_of(rest, c);
            if (rows[0][c].empty() || values.size() < 2 || !all_numbers(values)) continue;
            if (all_numbers({rows[0][c]})) return;
            words.emplace_back(rows[0][c]);
        }
        if (words.size() < 2) return;
        source.fail(ErrorCode::header_is_data, offset,
                    {.expected = "values under one line of names",
                     .found = text::quoted(words[0]) + " and " + text::quoted(words[1]) + " over numbers",
                     .where = "",
                     .advice = "take the line out, make it the only header by CsvOptions.skip_lines, or set "
                               "CsvOptions.header = true if it is data"});
    }

    [[nodiscard]] static std::vector<std::string_view> column_of(const std::vector<Record>& rows,
                                                                 std::size_t c) {
        std::vector<std::string_view> out;
        for (const Record& row : rows) {
            if (c < row.size() && !row[c].empty()) out.emplace_back(row[c]);
        }
        return out;
    }

    [[nodiscard]] static bool all_numbers(const std::vector<std::string_view>& values) {
        double x = 0;
        return std::all_of(values.begin(), values.end(),
                           [&](std::string_view s) { return parse_whole_number(s, x); });
    }

    [[nodiscard]] static bool dates_over_dates(std::string_view name, std::vector<std::string_view> values) {
        if (common_time_formats({&name, 1}).empty()) return false;
        values.push_back(name);
        return !common_time_formats(values).empty();
    }

    [[noreturn]] static void fail_data(const CsvSource& source, std::size_t offset, const std::string& name,
                                       std::size_t c) {
        source.fail(
            ErrorCode::header_is_data, offset,
            {.expected = "a header that names the columns",
             .found =
                 text::quoted(name) + " as name of column " + std::to_string(c + 1) + ", over values like it",
             .where = "",
             .advice = "set CsvOptions.header = false if the first line is data, true if it is the header"});
    }

    void name_columns(const CsvSource& source, std::size_t offset, const Record& names) {
        std::unordered_map<std::string, std::size_t> first;
        for (std::size_t c = 0; c < names.size(); ++c) {
            columns_.push_back({.name = names[c]});
            std::string& name = columns_[c].name;
            if (name.empty()) continue;
            const auto [it, fresh] = first.try_emplace(name, c);
            if (fresh) continue;
            if (options_.duplicate_names == DuplicateNames::error) {
                source.fail(
                    ErrorCode::duplicate_column, offset,
                    {.expected = "a name for each column",
                     .found = text::quoted(name) + " as columns " + std::to_string(it->second + 1) + " and " +
                              std::to_string(c + 1),
                     .where = "",
                     .advice = "rename one, or set CsvOptions.duplicate_names = DuplicateNames::rename"});
            }
            for (std::size_t n = 2; !first.try_emplace(name, c).second; ++n)
                name = names[c] + "_" + std::to_string(n);
        }
        for (std::size_t c = 0; c < names.size(); ++c) {
            std::string& name = columns_[c].name;
            if (!name.empty()) continue;
            name = "column_" + std::to_string(c + 1);
            while (!first.try_emplace(name, c).second) name += "_";
        }
    }

    void follow(const Schema& schema) {
        for (const ColumnSchema& wanted : schema) {
            if (wanted.role == Role::ignored) continue;
            CsvOutput output{wanted.name, wanted.kind()};
            for (std::size_t c = 0; c < columns_.size() && !output.column; ++c) {
                if (columns_[c].name != wanted.name) continue;
                output.column = c;
                columns_[c].read_by(wanted.reading);
                columns_[c].declare(wanted.type);
            }
            if (!output.column && wanted.required) lacking_.push_back(wanted.name);
            outputs_.push_back(std::move(output));
        }
        for (CsvColumn& column : columns_) {
            if (column.declared) continue;
            if (!schema.has(column.name)) extra_.push_back(column.name);
            column.declared = true;
            column.set_mode(FieldMode::skip);
        }
    }

    /// Types and readings that the options give by name.
    void declare(const CsvSource& source) {
        for (const auto& [name, reading] : options_.readings) {
            CsvColumn& column = find(source, name, "CsvOptions.readings");
            column.read_by(reading);
            if (reading.tells_times()) column.declare(LogicalType::datetime);
            if (reading.tells_numbers()) column.declare(LogicalType::real);
        }
        for (const auto& [name, type] : options_.types) find(source, name, "CsvOptions.types").declare(type);
    }

    [[nodiscard]] CsvColumn& find(const CsvSource& source, const std::string& name, const char* asker) {
        for (CsvColumn& column : columns_) {
            if (column.name == name) return column;
        }
        const std::string near = text::nearest(name, source.columns);
        throw SchemaError(
            ErrorCode::missing_column,
            {.expected = "a column " + text::quoted(name) + ", as " + asker + " says",
             .found = "only " + text::list(source.columns, 30),
             .where = source.name,
             .advice = near.empty() ? "check the name" : "did you mean " + text::quoted(near) + "?"});
    }

    std::size_t begin_;
    CsvOptions options_;
    CsvDialect dialect_;
    std::vector<CsvColumn> columns_;
    std::vector<CsvOutput> outputs_;
    std::vector<std::string> lacking_;
    std::vector<std::string> extra_;
};

}  // namespace gasket::detail
