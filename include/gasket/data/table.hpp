#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <numeric>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/datetime.hpp"

namespace gasket {

/// Named, equally long columns. A value: copies share the columns, and every change makes a new table, which
/// shares the columns it did not touch.
///
/// Names are unique. thread-safe to read.
class Table {
  public:
    Table() = default;

    /// throws SchemaError when a name stands twice or the lengths differ
    Table(std::initializer_list<std::pair<std::string, Column>> columns) {
        for (const auto& [name, column] : columns) append(name, column);
    }

    /// A table of `columns` under `names`, one for each. throws SchemaError as above
    [[nodiscard]] static Table of(std::vector<std::string> names, std::vector<Column> columns) {
        Table out;
        for (std::size_t i = 0; i < names.size(); ++i)
            out.append(std::move(names[i]), std::move(columns.at(i)));
        return out;
    }

    [[nodiscard]] std::size_t rows() const noexcept { return columns_.empty() ? 0 : columns_.front().size(); }
    [[nodiscard]] std::size_t columns() const noexcept { return columns_.size(); }
    [[nodiscard]] bool empty() const noexcept { return rows() == 0; }

    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
    [[nodiscard]] const std::string& name(std::size_t i) const { return names_.at(i); }
    [[nodiscard]] const Column& column(std::size_t i) const { return columns_.at(i); }

    [[nodiscard]] bool has(std::string_view name) const noexcept { return find(name).has_value(); }
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept {
        const auto it = std::find(names_.begin(), names_.end(), name);
        if (it == names_.end()) return std::nullopt;
        return static_cast<std::size_t>(it - names_.begin());
    }

    /// The column of that name. throws SchemaError that names the nearest existing one
    [[nodiscard]] const Column& operator[](std::string_view name) const { return columns_[index_of(name)]; }

    /// The place of the column of that name. throws SchemaError that names the nearest existing one
    [[nodiscard]] std::size_t index_of(std::string_view name) const {
        const auto i = find(name);
        if (!i) {
            const std::string near = text::nearest(name, names_);
            throw SchemaError(
                ErrorCode::missing_column,
                {.expected = "a column " + text::quoted(name),
                 .found = "only " + text::list(names_, 30),
                 .where = "table",
                 .advice = near.empty() ? "check the name" : "did you mean " + text::quoted(near) + "?"});
        }
        return *i;
    }

    /// This table with `column` under `name`: in place of the one of that name, or at the end. O(columns).
    /// throws SchemaError when its length is not rows()
    [[nodiscard]] Table with(std::string name, Column column) const {
        Table out = *this;
        if (const auto i = find(name)) {
            if (column.size() != rows()) throw_length(name, column.size());
            out.columns_[*i] = std::move(column);
        } else {
            out.append(std::move(name), std::move(column));
        }
        return out;
    }

    /// Without the named columns. throws SchemaError for a name it does not have
    [[nodiscard]] Table without(const std::vector<std::string>& names) const {
        for (const std::string& name : names) (void)index_of(name);
        Table out;
        for (std::size_t i = 0; i < columns(); ++i) {
            if (std::find(names.begin(), names.end(), names_[i]) == names.end())
                out.append(names_[i], columns_[i]);
        }
        return out;
    }

    /// Only the named columns, in that order. throws SchemaError for a name it does not have
    [[nodiscard]] Table select(const std::vector<std::string>& names) const {
        Table out;
        for (const std::string& name : names) out.append(name, (*this)[name]);
        return out;
    }

    /// The given rows, in the given order, repeats allowed. throws SchemaError for a row it does not have
    [[nodiscard]] Table take(std::span<const std::size_t> which) const {
        for (const std::size_t r : which) {
            if (r >= rows()) {
                throw SchemaError(ErrorCode::row_out_of_range,
                                  {.expected = "rows below " + std::to_string(rows()),
                                   .found = "row " + std::to_string(r),
                                   .where = "table",
                                   .advice = "count rows from 0"});
            }
        }
        Table out;
        for (std::size_t i = 0; i < columns(); ++i) out.append(names_[i], columns_[i].take(which));
        return out;
    }

    /// The first `n` rows, or all if there are fewer.
    [[nodiscard]] Table head(std::size_t n) const { return slice(0, std::min(n, rows())); }

    /// Rows [begin, end).
    [[nodiscard]] Table slice(std::size_t begin, std::size_t end) const {
        std::vector<std::size_t> which(end > begin ? end - begin : 0);
        std::iota(which.begin(), which.end(), begin);
        return take(which);
    }

    /// Bytes held by all columns.
    [[nodiscard]] std::size_t bytes() const {
        std::size_t n = 0;
        for (const Column& c : columns_) n += c.bytes();
        return n;
    }

    /// One cell as text: the shortest that reads back as the same value; empty when missing.
    [[nodiscard]] std::string cell(std::size_t row, std::size_t i) const {
        const Column& c = column(i);
        if (c.is_missing(row)) return "";
        switch (c.kind()) {
            case Kind::numeric:
                return text::shortest(c.numbers()[row]);
            case Kind::category:
                return c.labels()[static_cast<std::size_t>(c.codes()[row])];
            case Kind::datetime:
                return detail::format_datetime(c.seconds()[row]);
        }
        return "";
    }

    /// The first rows as aligned text, and how many there are in all.
    friend std::ostream& operator<<(std::ostream& out, const Table& table) {
        const std::size_t shown = std::min<std::size_t>(table.rows(), 10);
        if (table.columns() > 0) {
            text::Grid grid(table.names_);
            for (std::size_t r = 0; r < shown; ++r) {
                std::vector<std::string> cells;
                for (std::size_t c = 0; c < table.columns(); ++c) {
                    cells.push_back(table.columns_[c].is_missing(r) ? "-" : table.cell(r, c));
                }
                grid.add(std::move(cells));
            }
            out << grid.str();
        }
        return out << "  " << text::grouped(table.rows()) << " rows x " << table.columns() << " columns\n";
    }

  private:
    void append(std::string name, Column column) {
        if (has(name)) {
            throw SchemaError(ErrorCode::duplicate_column, {.expected = "a name for each column",
                                                            .found = text::quoted(name) + " twice",
                                                            .where = "table",
                                                            .advice = "rename one of them"});
        }
        if (!columns_.empty() && column.size() != rows()) throw_length(name, column.size());
        names_.push_back(std::move(name));
        columns_.push_back(std::move(column));
    }

    [[noreturn]] void throw_length(const std::string& name, std::size_t size) const {
        throw SchemaError(ErrorCode::length_mismatch, {.expected = std::to_string(rows()) + " values",
                                                       .found = std::to_string(size),
                                                       .where = "column " + text::quoted(name),
                                                       .advice = "give every column one value per row"});
    }

    std::vector<std::string> names_;
    std::vector<Column> columns_;
};

}  // namespace gasket
