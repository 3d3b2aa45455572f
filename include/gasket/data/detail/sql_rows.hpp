#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/detail/cell_column.hpp"
#include "gasket/data/detail/csv_column.hpp"
#include "gasket/data/detail/text_bytes.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/sql_value.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

/// The rows of a query as columns. `Cursor` has `columns()`, `next()`, which moves to the next row, and
/// `add(c, column)`, which adds the cell of its column c to a CellColumn, or returns false where it does not
/// fit; `text(c)` then shows the cell, and `readable(c)` tells whether any column could hold it.
template <class Cursor>
class SqlRows {
  public:
    /// `where` names database and query in messages. Where there is a `schema`, only its columns are read, as
    /// it says. throws SchemaError, SqlError, OptionError
    SqlRows(Cursor cursor, std::string where, const Schema* schema)
        : cursor_(std::move(cursor)), where_(std::move(where)) {
        const std::vector<SqlColumn>& found = cursor_.columns();
        for (std::size_t c = 0; c < found.size(); ++c) {
            names_.push_back(found[c].name);
            if (std::find(names_.begin(), names_.end() - 1, found[c].name) != names_.end() - 1) {
                throw SchemaError(ErrorCode::duplicate_column,
                                  {.expected = "a name for each column",
                                   .found = text::quoted(found[c].name) + " twice",
                                   .where = where_,
                                   .advice = "name the columns one by one, with AS"});
            }
        }
        if (schema != nullptr) {
            follow(*schema);
        } else {
            for (std::size_t c = 0; c < found.size(); ++c)
                outputs_.push_back({found[c].name, Kind::numeric, c,
                                    CellColumn(inferred(found[c]), found[c].type == SqlType::any)});
        }
        for (const Output& output : outputs_) {
            if (output.from && found[*output.from].type == SqlType::other) throw_type(found[*output.from]);
        }
    }

    /// Reads on until there are `most` rows; false where there are none left.
    [[nodiscard]] bool read(std::size_t most) {
        rows_ = 0;
        while (rows_ < most && cursor_.next()) {
            for (Output& output : outputs_) {
                if (output.from && !cursor_.add(*output.from, output.values)) throw_cell(output);
            }
            ++rows_;
            ++all_rows_;
        }
        return rows_ > 0;
    }

    /// The rows that the last `read` has read.
    [[nodiscard]] Table table() {
        std::vector<std::string> names;
        std::vector<Column> columns;
        for (Output& output : outputs_) {
            names.push_back(output.name);
            columns.push_back(output.from ? output.values.finish() : Column::nothing(output.kind, rows_));
        }
        return Table::of(std::move(names), std::move(columns));
    }

  private:
    /// A column of the table to be made, and the column of the result from which it comes, if any.
    struct Output {
        std::string name;
        Kind kind;
        std::optional<std::size_t> from;
        CellColumn values;
    };

    [[nodiscard]] static CsvColumn inferred(const SqlColumn& column) {
        CsvColumn out{.name = column.name};
        switch (column.type) {
            case SqlType::whole:
            case SqlType::real:
            case SqlType::boolean:
                out.mode = FieldMode::number;
                break;
            case SqlType::day:
            case SqlType::time:
                out.mode = FieldMode::time;
                break;
            case SqlType::label:
                out.mode = FieldMode::label;
                break;
            case SqlType::any:
            case SqlType::other:
                break;
        }
        return out;
    }

    void follow(const Schema& schema) {
        std::vector<std::string> lacking;
        for (const ColumnSchema& wanted : schema) {
            if (wanted.role == Role::ignored) continue;
            const auto at = std::find(names_.begin(), names_.end(), wanted.name);
            std::optional<std::size_t> from;
            if (at != names_.end()) from = static_cast<std::size_t>(at - names_.begin());
            if (!from && wanted.required) lacking.push_back(text::quoted(wanted.name));
            CsvColumn how{.name = wanted.name};
            how.read_by(wanted.reading);
            how.declare(wanted.type);
            outputs_.push_back({wanted.name, wanted.kind(), from, CellColumn(std::move(how))});
        }
        if (lacking.empty()) return;
        throw SchemaError(
            ErrorCode::missing_column,
            {.expected = (lacking.size() == 1 ? "column " : "columns ") + text::list(lacking, 30),
             .found = "only " + text::list(names_, 30),
             .where = where_,
             .advice = "select every column that the schema requires, or set .required = false for it"});
    }

    [[noreturn]] void throw_type(const SqlColumn& column) const {
        throw SqlError(ErrorCode::sql_type,
                       {.expected = "numbers, texts, booleans, dates or times",
                        .found = "type " + column.declared,
                        .where = where_ + ", column " + text::quoted(column.name),
                        .advice = "leave the column out, or make a number or a text of it in the query, with "
                                  "CAST"});
    }

    [[noreturn]] void throw_cell(const Output& output) const {
        const CsvColumn& how = output.values.how();
        const std::string text = cursor_.text(*output.from);
        const std::string where =
            where_ + ", row " + std::to_string(all_rows_) + ", column " + text::quoted(output.name);
        if (!cursor_.readable(*output.from)) {
            throw SqlError(ErrorCode::sql_type,
                           {.expected = "a number or a text",
                            .found = text,
                            .where = where,
                            .advice = "leave the column out, or make a text of it in the "
                                      "query: hex(x), CAST(x AS TEXT)"});
        }
        if (const std::size_t bad = find_bad_byte(text); bad != std::string_view::npos) {
            throw SqlError(ErrorCode::bad_encoding,
                           {.expected = "text in UTF-8, without NUL bytes",
                            .found = "something else from byte " + std::to_string(bad + 1) + " on",
                            .where = where,
                            .advice = "correct the value, or convert it in the query"});
        }
        throw SqlError(
            ErrorCode::bad_value,
            {.expected = how.wanted(),
             .found = text::quoted(text),
             .where = where,
             .advice = "correct the value, convert it in the query, or give a Schema whose Reading "
                       "says how it is written"});
    }

    Cursor cursor_;
    std::string where_;
    std::vector<std::string> names_;
    std::vector<Output> outputs_;
    std::size_t rows_ = 0;
    std::size_t all_rows_ = 0;
};

}  // namespace gasket::detail
