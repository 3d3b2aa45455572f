#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gasket/data/logical_type.hpp"
#include "gasket/data/reading.hpp"

namespace gasket {

/// What to do with a header that names two columns alike.
enum class DuplicateNames {
    rename,  ///< the second `age` becomes `age_2`, the third `age_3`
    error,   ///< CsvError that names both places
};

/// How the letters of a file are written as bytes.
enum class Encoding {
    utf8,          ///< ASCII is part of it; a byte that is no UTF-8 is an error with its place
    windows_1252,  ///< Western European Windows; turned into UTF-8 while reading
    latin_1,       ///< ISO 8859-1; turned into UTF-8 while reading
};

/// How a CSV file is written and what its fields mean.
///
/// What is left open is found out from the first records (docs/csv.md says how); naming it is safer. A field
/// in quotes is taken as it stands: blanks stay, and null spellings are text, as with R's `write.csv`. Only
/// the empty quoted field is missing, since many writers quote every field. A number in quotes is a number.
struct CsvOptions {
    /// Between fields: any byte but a line break and the quote. Not given: comma, semicolon, tab or bar,
    /// whichever cuts the first records into the same number of fields; a comma when writing.
    std::optional<char> delimiter = std::nullopt;
    /// Around fields that hold delimiters, quotes (doubled) or line breaks; '\0' for files that quote
    /// nothing. Not given: '"', or '\'' where only that makes sense of the first records.
    std::optional<char> quote = std::nullopt;
    /// Before a quote inside quotes, in place of doubling it, and before itself; '\0' for none. Not given:
    /// none, or
    /// '\\' where only that makes sense of the first records.
    std::optional<char> escape = std::nullopt;
    /// Whether the first line names the columns. Without one they are column_1, column_2, ... Not given: it
    /// does, and a first line that looks like data is an error.
    std::optional<bool> header = std::nullopt;
    /// Lines before the header that are not part of the table.
    std::size_t skip_lines = 0;
    /// Whether blanks and tabs around a field that is not in quotes are cut off.
    bool trim = true;
    /// Fields that mean "missing", in any case. Fields of nothing but blanks always do.
    std::vector<std::string> nulls = {"na", "n/a", "null", "none", "nan", "?"};
    /// Whether a null spelling in quotes is missing too.
    bool quoted_nulls = false;
    /// Types by column name, in place of the inferred ones; a value that does not fit is then an error.
    std::vector<std::pair<std::string, LogicalType>> types = {};
    /// How the text of a column is to be understood, by column name: date formats, zones, currency signs,
    /// further spellings of missing. A column with formats or a zone is datetime, one with a number's letters
    /// real, unless `types` says otherwise.
    std::vector<std::pair<std::string, Reading>> readings = {};
    DuplicateNames duplicate_names = DuplicateNames::rename;
    Encoding encoding = Encoding::utf8;
};

}  // namespace gasket
