#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/row_digest.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

[[noreturn]] inline void throw_no_key(const std::string& what, const std::string& column, std::size_t row) {
    throw DataError(ErrorCode::bad_value, {.expected = "a " + what + " in every row",
                                           .found = "none in row " + std::to_string(row),
                                           .where = what + " column " + text::quoted(column),
                                           .advice = "remove those rows or fill them in"});
}

/// The group of every row as a fingerprint of its value; rows not among `rows` are not looked at.
/// throws SchemaError (no such column), DataError (a row without a group)
inline std::vector<std::uint64_t> read_groups(const Table& table, const std::string& name,
                                              std::span<const std::size_t> rows) {
    const Column& column = table[name];
    for (const std::size_t r : rows) {
        if (column.is_missing(r)) throw_no_key("group", name, r);
    }
    return row_digests(Table{{name, column}});
}

/// The moment of every row: seconds of a datetime column, or the number itself; rows not among `rows` are not
/// looked at and are missing. throws SchemaError (no such column, labels), DataError (a row without a moment)
inline std::vector<double> read_moments(const Table& table, const std::string& name,
                                        std::span<const std::size_t> rows) {
    const Column& column = table[name];
    if (column.kind() == Kind::category) {
        throw SchemaError(ErrorCode::wrong_type, {.expected = "a datetime or numeric column",
                                                  .found = "a category column",
                                                  .where = "time column " + text::quoted(name),
                                                  .advice = "declare its type when reading the table"});
    }
    std::vector<double> moments(column.size(), missing);
    for (const std::size_t r : rows) {
        if (column.is_missing(r)) throw_no_key("time", name, r);
        moments[r] =
            column.kind() == Kind::numeric ? column.numbers()[r] : static_cast<double>(column.seconds()[r]);
    }
    return moments;
}

}  // namespace gasket::detail
