#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "gasket/data/csv_options.hpp"
#include "gasket/data/csv_writer.hpp"
#include "gasket/data/detail/csv_parser.hpp"
#include "gasket/data/detail/mapped_file.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

namespace detail {

/// Parts of this many bytes are parsed side by side; each then stays in a core's own cache.
inline constexpr std::size_t csv_part = std::size_t{1} << 19;

inline Table parse_csv_text(std::string_view text, const std::string& name, const CsvOptions& options,
                            std::size_t part) {
    // Files of old Macintosh programs end their lines with a carriage return alone.
    if (text.find('\n') == std::string_view::npos && text.find('\r') != std::string_view::npos) {
        std::string lines(text);
        std::replace(lines.begin(), lines.end(), '\r', '\n');
        return CsvParser(lines, name, options, part).parse();
    }
    return CsvParser(text, name, options, part).parse();
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
/// Quoted fields may hold delimiters, doubled quotes and line breaks, which stay as they are in the file (LF
/// or CRLF). A byte order mark is skipped, blank lines are too. A column without a name gets column_N, N
/// counted from 1.
///
/// throws FileError; CsvError with file, line, column and value for an empty file, a record of another length
/// than the header, a name that stands twice, a quote that is never closed, a value against its declared
/// type, a NUL byte, a line above 16 MiB; SchemaError for a declared type of an unknown column; OptionError.
/// A header alone is a table of 0 rows.
/// cost: one pass over the file, O(bytes); a second one for columns whose first 1,000 values did not show
/// their type. All threads; the result does not depend on their number. Memory: the table, and about 8 MiB a
/// thread.
[[nodiscard]] inline Table read_csv(const std::string& path, const CsvOptions& options = {}) {
    const detail::MappedFile file(path);
    return detail::parse_csv_text(file.text(), path, options, detail::csv_part);
}

}  // namespace gasket
