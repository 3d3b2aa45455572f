#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// A column in the narrowest storage that holds its values exactly: whole numbers, codes and times in 1, 2 or
/// 4 bytes, other numbers in 4 where no digit is lost. What does not fit stays as it is, without a copy.
/// Immutable; thread-safe.
class NarrowColumn {
  public:
    /// O(rows)
    explicit NarrowColumn(const Column& column)
        : kind_(column.kind()), reading_(column.reading()), values_(column) {
        if (kind_ == Kind::category) {
            labels_ = column.share_labels();
            (void)(keep<std::int8_t>(column.codes(), missing_code) ||
                   keep<std::int16_t>(column.codes(), missing_code));
        } else if (kind_ == Kind::datetime) {
            (void)keep<std::int32_t>(column.seconds(), missing_time);
        } else {
            (void)(keep<std::int8_t>(column.numbers(), missing) ||
                   keep<std::int16_t>(column.numbers(), missing) ||
                   keep<std::int32_t>(column.numbers(), missing) || keep<float>(column.numbers(), missing));
        }
    }

    /// The column as it was: the same values, the same dictionary. O(rows)
    [[nodiscard]] Column widen() const {
        const Column column = std::visit(
            [&](const auto& values) {
                if constexpr (std::is_same_v<std::decay_t<decltype(values)>, Column>) {
                    return values;
                } else {
                    switch (kind_) {
                        case Kind::numeric:
                            return Column::numeric(wide(values, missing));
                        case Kind::datetime:
                            return Column::datetime(wide(values, missing_time));
                        case Kind::category:
                            break;
                    }
                    return Column::category(*labels_, wide(values, missing_code));
                }
            },
            values_);
        return column.with_reading(reading_);
    }

    /// "int8", "int16", "int32", "float32"; "wide" where the column is kept as it was.
    [[nodiscard]] std::string_view storage() const noexcept {
        constexpr std::string_view names[] = {"wide", "int8", "int16", "int32", "float32"};
        return names[values_.index()];
    }

    /// Bytes held by the values (and, for categories, by the dictionary).
    [[nodiscard]] std::size_t bytes() const {
        std::size_t n = 0;
        if (const Column* column = std::get_if<Column>(&values_)) return column->bytes();
        if (labels_ != nullptr) {
            for (const std::string& label : *labels_) n += sizeof(std::string) + label.size();
        }
        std::visit(
            [&](const auto& values) {
                if constexpr (!std::is_same_v<std::decay_t<decltype(values)>, Column>) {
                    n += values.size() * sizeof(values.front());
                }
            },
            values_);
        return n;
    }

  private:
    template <class Narrow>
    static constexpr Narrow hole() noexcept {
        if constexpr (std::is_floating_point_v<Narrow>) {
            return std::numeric_limits<Narrow>::quiet_NaN();
        } else {
            return std::numeric_limits<Narrow>::min();
        }
    }

    template <class Wide>
    static bool same(Wide a, Wide b) noexcept {
        if constexpr (std::is_floating_point_v<Wide>) {
            return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
        } else {
            return a == b;
        }
    }

    /// The value in fewer bytes where it fits; the hole stands for missing and for nothing else.
    template <class Narrow, class Wide>
    static bool fits(Wide value, Wide nothing, Narrow& out) noexcept {
        out = hole<Narrow>();
        if (same(value, nothing)) return true;
        if constexpr (std::is_floating_point_v<Narrow>) {
            if (std::abs(value) > static_cast<Wide>(std::numeric_limits<Narrow>::max()) && !std::isinf(value))
                return false;
        } else {
            if (!(value > static_cast<Wide>(hole<Narrow>()) &&
                  value <= static_cast<Wide>(std::numeric_limits<Narrow>::max()))) {
                return false;
            }
        }
        out = static_cast<Narrow>(value);
        return same(static_cast<Wide>(out), value);
    }

    template <class Narrow, class Wide>
    bool keep(std::span<const Wide> values, Wide nothing) {
        std::vector<Narrow> narrow(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (!fits(values[i], nothing, narrow[i])) return false;
        }
        values_ = std::move(narrow);
        return true;
    }

    template <class Narrow, class Wide>
    static std::vector<Wide> wide(const std::vector<Narrow>& values, Wide nothing) {
        std::vector<Wide> out(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            const bool empty =
                std::is_floating_point_v<Narrow> ? values[i] != values[i] : values[i] == hole<Narrow>();
            out[i] = empty ? nothing : static_cast<Wide>(values[i]);
        }
        return out;
    }

    Kind kind_;
    std::shared_ptr<const Reading> reading_;
    std::shared_ptr<const Labels> labels_;
    std::variant<Column, std::vector<std::int8_t>, std::vector<std::int16_t>, std::vector<std::int32_t>,
                 std::vector<float>>
        values_;
};

/// A table in narrow storage, for those who keep many rows in memory and work on a few columns at a time.
/// Nothing is lost: `table()` gives back every value. A value; copies copy the narrow columns. thread-safe to
/// read.
///
///     const NarrowTable kept(read_csv("large.csv"));      kept.bytes(), kept.column("age"), kept.table()
class NarrowTable {
  public:
    /// O(rows x columns), all threads
    explicit NarrowTable(const Table& table) : names_(table.names()), rows_(table.rows()) {
        for (std::size_t c = 0; c < table.columns(); ++c) columns_.emplace_back(Column::numeric({}));
        parallel_for(table.columns(), [&](std::size_t c) { columns_[c] = NarrowColumn(table.column(c)); });
    }

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
    [[nodiscard]] const NarrowColumn& operator[](std::size_t i) const { return columns_.at(i); }

    /// The whole table again. O(rows x columns)
    [[nodiscard]] Table table() const {
        std::vector<Column> columns(columns_.size(), Column::numeric({}));
        parallel_for(columns.size(), [&](std::size_t c) { columns[c] = columns_[c].widen(); });
        return Table::of(names_, std::move(columns));
    }
    /// Only the named columns, in that order. throws SchemaError for a name it does not have
    [[nodiscard]] Table select(const std::vector<std::string>& names) const {
        Table shape;  // finds the place of a name, or the nearest one
        for (const std::string& name : names_) shape = shape.with(name, Column::numeric({}));
        Table out;
        for (const std::string& name : names) out = out.with(name, columns_[shape.index_of(name)].widen());
        return out;
    }

    /// Bytes held by all columns.
    [[nodiscard]] std::size_t bytes() const {
        std::size_t n = 0;
        for (const NarrowColumn& column : columns_) n += column.bytes();
        return n;
    }

  private:
    std::vector<std::string> names_;
    std::vector<NarrowColumn> columns_;
    std::size_t rows_ = 0;
};

}  // namespace gasket
