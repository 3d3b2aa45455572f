#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/detail/label_pool.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

namespace detail {

/// One column of all tables, one under the other.
[[nodiscard]] inline Column stack_column(std::span<const Table> tables, const std::string& name,
                                         std::size_t rows) {
    const Column& first = tables.front()[name];
    std::vector<double> numbers;
    std::vector<std::int64_t> seconds;
    std::vector<std::int32_t> codes;
    LabelPool pool;
    switch (first.kind()) {
        case Kind::numeric:
            numbers.reserve(rows);
            break;
        case Kind::datetime:
            seconds.reserve(rows);
            break;
        case Kind::category:
            codes.reserve(rows);
            break;
    }
    for (const Table& table : tables) {
        const Column& column = table[name];
        if (column.kind() != first.kind()) {
            throw SchemaError(ErrorCode::wrong_type,
                              {.expected = "a " + std::string(name_of(first.kind())) + " column",
                               .found = "a " + std::string(name_of(column.kind())) + " column",
                               .where = "stack, column " + text::quoted(name),
                               .advice = "read all tables under one schema"});
        }
        switch (first.kind()) {
            case Kind::numeric:
                numbers.insert(numbers.end(), column.numbers().begin(), column.numbers().end());
                break;
            case Kind::datetime:
                seconds.insert(seconds.end(), column.seconds().begin(), column.seconds().end());
                break;
            case Kind::category: {
                std::vector<std::int32_t> to(column.labels().size(), missing_code);
                for (const std::int32_t code : column.codes()) {
                    const auto k = static_cast<std::size_t>(code);
                    if (code >= 0 && to[k] < 0) to[k] = pool.add(column.labels()[k]);
                    codes.push_back(code < 0 ? missing_code : to[k]);
                }
                break;
            }
        }
    }
    const auto values = first.kind() == Kind::numeric    ? Column::numeric(std::move(numbers))
                        : first.kind() == Kind::datetime ? Column::datetime(std::move(seconds))
                                                         : Column::category(pool.labels(), std::move(codes));
    return values.with_reading(first.reading());
}

}  // namespace detail

/// The rows of all tables, one table under the other. Columns are put together by name, in the order of the
/// first table; the labels of a category column in the order in which they appear.
///
/// O(cells), all threads. throws SchemaError for a column that some table has not, or has as another kind; a
/// table without columns is passed over
[[nodiscard]] inline Table stack(std::span<const Table> tables) {
    std::vector<Table> some;
    std::size_t rows = 0;
    for (const Table& table : tables) {
        if (table.columns() == 0) continue;
        rows += table.rows();
        some.push_back(table);
    }
    if (some.empty()) return {};
    const std::vector<std::string>& names = some.front().names();
    for (const Table& table : some) {
        for (const std::string& name : names) (void)table.index_of(name);
        for (const std::string& name : table.names()) (void)some.front().index_of(name);
    }
    std::vector<Column> columns(names.size(), Column::numeric({}));
    parallel_for(names.size(),
                 [&](std::size_t c) { columns[c] = detail::stack_column(some, names[c], rows); });
    return Table::of(names, std::move(columns));
}

}  // namespace gasket
