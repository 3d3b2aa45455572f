#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gasket/data/logical_type.hpp"

namespace gasket {

/// What to do with a header that names two columns alike.
enum class DuplicateNames {
    error,   ///< CsvError that names both places
    rename,  ///< the second `age` becomes `age_2`, the third `age_3`
};

/// How a CSV file is written and what its fields mean.
///
/// A field in quotes is taken as it stands: blanks stay, and null spellings are text, as with R's
/// `write.csv`. Only the empty quoted field is missing, since many writers quote every field. A number in
/// quotes is a number.
struct CsvOptions {
    /// Between fields: any byte but a line break and the quote.
    char delimiter = ',';
    /// Around fields that hold delimiters, quotes (doubled) or line breaks; '\0' for files that quote
    /// nothing.
    char quote = '"';
    /// Whether the first line names the columns. Without one they are column_1, column_2, ...
    bool header = true;
    /// Whether blanks and tabs around a field that is not in quotes are cut off.
    bool trim = true;
    /// Fields that mean "missing", in any case. Fields of nothing but blanks always do.
    std::vector<std::string> nulls = {"na", "n/a", "null", "none", "nan", "?"};
    /// Whether a null spelling in quotes is missing too.
    bool quoted_nulls = false;
    /// Types by column name, in place of the inferred ones; a value that does not fit is then an error.
    std::vector<std::pair<std::string, LogicalType>> types = {};
    DuplicateNames duplicate_names = DuplicateNames::error;
};

}  // namespace gasket
