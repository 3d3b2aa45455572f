#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "gasket/data/csv_options.hpp"
#include "gasket/data/csv_writer.hpp"
#include "gasket/data/detail/csv_parser.hpp"
#include "gasket/data/detail/mapped_file.hpp"
#include "gasket/data/detail/text_bytes.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

namespace detail {

/// Parts of this many bytes are parsed side by side; each then stays in a core's own cache.
inline constexpr std::size_t csv_part = std::size_t{1} << 19;

/// Calls `read(text)` with the text as UTF-8 and with line feeds: changed only where it has to be.
template <class Read>
auto with_plain_text(std::string_view text, Encoding encoding, const Read& read) {
    std::string changed;
    const auto beyond_ascii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
    if (encoding != Encoding::utf8 && text.substr(0, 3) != "\xEF\xBB\xBF" &&
        std::any_of(text.begin(), text.end(), beyond_ascii)) {
        changed = to_utf8(text, encoding == Encoding::windows_1252);
        text = changed;
    }
    // Files of old Macintosh programs end their lines with a carriage return alone.
    if (text.find('\n') == std::string_view::npos && text.find('\r') != std::string_view::npos) {
        if (changed.empty()) changed = text;
        std::replace(changed.begin(), changed.end(), '\r', '\n');
        text = changed;
    }
    return read(text);
}

inline Table parse_csv_text(std::string_view text, const std::string& name, const CsvOptions& options,
                            std::size_t part, const Schema* schema = nullptr) {
    return with_plain_text(text, options.encoding, [&](std::string_view plain) {
        return CsvParser(plain, name, options, schema, part).parse();
    });
}

}  // namespace detail

/// Reads CSV from memory: `text` is the whole of it, `name` stands in messages in place of a path. As
/// `read_csv`.
[[nodiscard]] inline Table parse_csv(std::string_view text, const std::string& name = "text",
                                     const CsvOptions& options = {}) {
    return detail::parse_csv_text(text, name, options, detail::csv_part);
}

/// Reads a CSV file into a Table.
///
/// The type of a column follows from all its values: numbers make it numeric; `true` and `false` (any case)
/// numeric 1 and 0; ISO 8601 dates or times datetime; anything else, or a mixture, category, with labels in
/// the order of appearance. A column without any value is numeric. `inf` is a number. Digits that a number
/// would lose make a code, which is a label: a leading zero (zip code 00123), or a whole number that no
/// double holds. Thousands separators make text. CsvOptions.types decides otherwise.
///
/// Delimiter, quote and escape follow from the first records unless named; see CsvOptions, and docs/csv.md
/// for how broken files fare. Quoted fields may hold delimiters, doubled quotes and line breaks, which stay
/// as they are in the file (LF or CRLF). A byte order mark is skipped, blank lines are too. A column without
/// a name gets column_N, N counted from 1.
///
/// throws FileError; CsvError with file, line, column and value for an empty file, a record of another length
/// than the header, a first line that looks like data, a second one of names or units, a header that comes
/// again, quotes that make no sense,
/// a value against its declared type, a byte that is no UTF-8, a NUL byte, a line above 16 MiB; SchemaError
/// for a declared type of an unknown column; OptionError. A header alone is a table of 0 rows. cost: one pass
/// over the file, O(bytes); a second one for columns whose first 1,000 values did not show their type. All
/// threads; the result does not depend on their number. Memory: the table, and about 8 MiB a thread; for
/// another encoding than UTF-8 the text once more.
[[nodiscard]] inline Table read_csv(const std::string& path, const CsvOptions& options = {}) {
    const detail::MappedFile file(path);
    return detail::parse_csv_text(file.text(), path, options, detail::csv_part);
}

/// Reads the columns of `schema` from a CSV file, as it says: types, readings of dates and money, names in
/// any order. Nothing is inferred, so two files of one schema give tables of the same columns. Columns that
/// the schema does not have, or ignores, are left out. Ranges, labels and gaps are not checked: `ingest` does
/// that, row by row.
///
/// throws as the other `read_csv`; CsvError with line and column for a value that is not of the column's
/// type; SchemaError for a required column that the file has not.
[[nodiscard]] inline Table read_csv(const std::string& path, const Schema& schema,
                                    const CsvOptions& options = {}) {
    const detail::MappedFile file(path);
    return detail::parse_csv_text(file.text(), path, options, detail::csv_part, &schema);
}

/// The same from memory.
[[nodiscard]] inline Table parse_csv(std::string_view text, const Schema& schema,
                                     const std::string& name = "text", const CsvOptions& options = {}) {
    return detail::parse_csv_text(text, name, options, detail::csv_part, &schema);
}

}  // namespace gasket
