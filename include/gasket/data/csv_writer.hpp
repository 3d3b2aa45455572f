#pragma once

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

#include "gasket/core/error.hpp"
#include "gasket/core/file.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/detail/csv_dialect.hpp"
#include "gasket/data/detail/csv_sniffer.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

namespace detail {

/// Table cells as CSV text that reads back as the same cells.
class CsvWriter {
  public:
    explicit CsvWriter(const CsvOptions& options) : dialect_(options), sniffed_(!options.delimiter) {}

    void header(std::string& out, const Table& table) const {
        for (std::size_t c = 0; c < table.columns(); ++c) {
            if (c > 0) out += dialect_.delimiter;
            text(out, table.name(c), table.columns() == 1);
        }
        out += '\n';
    }

    void rows(std::string& out, const Table& table, std::size_t begin, std::size_t end) const {
        for (std::size_t r = begin; r < end; ++r) {
            for (std::size_t c = 0; c < table.columns(); ++c) {
                if (c > 0) out += dialect_.delimiter;
                const Column& column = table.column(c);
                if (column.is_missing(r)) {
                    if (table.columns() == 1) missing_alone(out);
                } else if (column.kind() == Kind::category) {
                    text(out, column.labels()[static_cast<std::size_t>(column.codes()[r])], true);
                } else {
                    number(out, table.cell(r, c));
                }
            }
            out += '\n';
        }
    }

  private:
    /// A line of its own with nothing in it would be skipped as blank.
    void missing_alone(std::string& out) const {
        if (dialect_.quotes()) out.append(2, dialect_.quote);
    }

    void number(std::string& out, std::string cell) const {
        // Without a point, more digits than a double holds would be read as a code.
        if (is_digit_code(cell.data(), cell.data() + cell.size())) cell += ".0";
        out += cell;
    }

    void text(std::string& out, std::string_view s, bool quote_empty) const {
        if (s.find('\0') != std::string_view::npos) {
            throw CsvError(ErrorCode::nul_byte, {.expected = "text",
                                                 .found = "a NUL byte in " + text::quoted(s),
                                                 .where = "CSV to be written",
                                                 .advice = "take it out of the label"});
        }
        if (!needs_quotes(s, quote_empty)) {
            out += s;
            return;
        }
        if (!dialect_.quotes()) {
            throw CsvError(ErrorCode::bad_value, {.expected = "text that needs no quotes",
                                                  .found = text::quoted(s),
                                                  .where = "CSV to be written",
                                                  .advice = "set CsvOptions.quote"});
        }
        out += dialect_.quote;
        for (const char c : s) {
            if (dialect_.escape != '\0' && (c == dialect_.quote || c == dialect_.escape)) {
                out += dialect_.escape;
            } else if (c == dialect_.quote) {
                out += c;
            }
            out += c;
        }
        out += dialect_.quote;
    }

    [[nodiscard]] bool needs_quotes(std::string_view s, bool quote_empty) const {
        if (s.empty()) return quote_empty;
        if (dialect_.is_null({s, false})) return true;
        const auto edge = [](char c) { return c == ' ' || c == '\t' || c == '\xEF'; };
        if (edge(s.front()) || edge(s.back())) return true;
        return s.find_first_of("\r\n") != std::string_view::npos ||
               s.find(dialect_.delimiter) != std::string_view::npos ||
               (sniffed_ && s.find_first_of(likely) != std::string_view::npos) ||
               (dialect_.quotes() && s.find(dialect_.quote) != std::string_view::npos);
    }

    /// What a reader might take for the delimiter.
    static constexpr std::string_view likely{likely_delimiters.data(), likely_delimiters.size()};

    CsvDialect dialect_;
    bool sniffed_;
};

}  // namespace detail

/// Writes a table as CSV, lines ended by LF. `read_csv` with the same options reads the same table back:
/// numbers in their shortest exact form, labels in quotes where they would otherwise be read as something
/// else. Two things CSV cannot say: an empty label is read as missing, and labels that all look like numbers
/// or dates need CsvOptions.types to be read as labels again.
///
/// throws CsvError for a NUL byte in a label; OptionError. O(cells).
inline void write_csv(const Table& table, std::ostream& out, const CsvOptions& options = {}) {
    const detail::CsvWriter writer(options);
    std::string text;
    if (options.header.value_or(true) && table.columns() > 0) writer.header(text, table);
    constexpr std::size_t rows_at_once = 4096;
    for (std::size_t r = 0; r < table.rows(); r += rows_at_once) {
        writer.rows(text, table, r, std::min(table.rows(), r + rows_at_once));
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        text.clear();
    }
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

/// The same into a file: at every moment it holds either its old content or the whole table. throws FileError
/// too
inline void write_csv(const Table& table, const std::string& path, const CsvOptions& options = {}) {
    const detail::CsvWriter writer(options);
    std::string text;
    if (options.header.value_or(true) && table.columns() > 0) writer.header(text, table);
    writer.rows(text, table, 0, table.rows());
    detail::write_file_atomically(path, text);
}

}  // namespace gasket
