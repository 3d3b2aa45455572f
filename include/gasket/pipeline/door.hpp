#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

/// Where a table enters a fitted chain: columns are bound to the schema by name, labels to the training
/// dictionary. Order is free, extra columns are ignored and counted, a missing required column is an error.
///
/// Immutable; thread-safe.
class Door {
  public:
    Door() = default;

    /// `schema` has the raw columns in the order of the chain's input; those with Role::feature are required,
    /// the others are read by no stage and stay missing.
    explicit Door(const Schema& schema) {
        for (const ColumnSchema& column : schema) {
            Entry entry{.feature = {.name = column.name,
                                    .labels = nullptr,
                                    .sources = {column.name},
                                    .is_time = column.type == LogicalType::datetime},
                        .required = column.role == Role::feature,
                        .codes = {}};
            if (column.type == LogicalType::category || column.type == LogicalType::text) {
                entry.feature.labels = std::make_shared<const Labels>(column.labels);
                for (std::size_t i = 0; i < column.labels.size(); ++i) {
                    entry.codes.emplace(column.labels[i], static_cast<std::int32_t>(i));
                }
            }
            entries_.push_back(std::move(entry));
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] const Feature& feature(std::size_t i) const { return entries_[i].feature; }
    [[nodiscard]] bool required(std::size_t i) const { return entries_[i].required; }
    [[nodiscard]] bool is_time(std::size_t i) const { return entries_[i].feature.is_time; }

    [[nodiscard]] Layout layout() const {
        Layout layout;
        for (const Entry& entry : entries_) layout.add(entry.feature);
        return layout;
    }

    /// The code of a label: `unseen_code` where training had none of it.
    [[nodiscard]] double code(std::size_t i, std::string_view label) const {
        const auto it = entries_[i].codes.find(label);
        return it == entries_[i].codes.end() ? unseen_code : it->second;
    }

  private:
    struct Entry {
        Feature feature;
        bool required;
        LabelIndex codes;
    };
    std::vector<Entry> entries_;
};

/// A table bound to a door: hands out its rows block by block as the chain wants them. Keeps a reference to
/// the table.
class BoundTable {
  public:
    /// throws SchemaError naming every missing column, or the first column of a wrong type with a value of it
    BoundTable(const Door& door, const Table& table) : door_(door), rows_(table.rows()) {
        std::vector<std::string> absent;
        std::size_t used = 0;
        for (std::size_t i = 0; i < door.size(); ++i) {
            const auto at = table.find(door.feature(i).name);
            if (at) ++used;
            Source source;
            if (at && door.required(i)) {
                source = bind(i, table.column(*at));
            } else if (door.required(i)) {
                absent.push_back(text::quoted(door.feature(i).name));
            }
            sources_.push_back(std::move(source));
        }
        extra_ = table.columns() - used;
        if (!absent.empty()) {
            throw SchemaError(
                ErrorCode::missing_column,
                {.expected =
                     std::string(absent.size() == 1 ? "column " : "columns ") + text::list(absent, 30),
                 .found = table.columns() == 0 ? "an empty table" : "only " + text::list(table.names(), 30),
                 .where = "table to be scored",
                 .advice = "give every column that the model was trained on"});
        }
    }

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    /// Columns of the table that the model does not know.
    [[nodiscard]] std::size_t extra_columns() const noexcept { return extra_; }

    /// Memory for blocks of up to `rows` rows, to be filled by `load`.
    struct Memory {
        std::vector<double> values;
        std::vector<const double*> columns;
        std::size_t rows = 0;
    };

    [[nodiscard]] Memory memory(std::size_t rows) const {
        Memory m;
        m.rows = rows;
        m.values.assign(door_.size() * rows, missing);
        m.columns.resize(door_.size());
        return m;
    }

    /// Rows [begin, end) as a block, at most memory.rows of them. Adds to `unseen` the cells with a label
    /// that training had not. Numbers are not copied.
    [[nodiscard]] Block load(std::size_t begin, std::size_t end, Memory& memory, std::size_t& unseen) const {
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            const Source& source = sources_[i];
            double* const out = memory.values.data() + i * memory.rows;
            memory.columns[i] = out;
            if (source.numbers != nullptr) {
                memory.columns[i] = source.numbers + begin;
            } else if (source.codes != nullptr) {
                for (std::size_t r = begin; r < end; ++r) {
                    const double value =
                        source.codes[r] < 0 ? missing : source.to[static_cast<std::size_t>(source.codes[r])];
                    unseen += value == unseen_code ? 1 : 0;
                    out[r - begin] = value;
                }
            } else if (source.seconds != nullptr) {
                for (std::size_t r = begin; r < end; ++r) {
                    out[r - begin] =
                        source.seconds[r] == missing_time ? missing : static_cast<double>(source.seconds[r]);
                }
            } else if (source.as_labels != nullptr) {
                for (std::size_t r = begin; r < end; ++r) {
                    const double x = source.as_labels[r];
                    const double value = is_missing(x) ? missing : door_.code(i, text::shortest(x));
                    unseen += value == unseen_code ? 1 : 0;
                    out[r - begin] = value;
                }
            }
        }
        return {memory.columns, end - begin};
    }

  private:
    struct Source {
        const double* numbers = nullptr;
        const std::int32_t* codes = nullptr;
        std::vector<double> to;  // from the table's code to the model's
        const std::int64_t* seconds = nullptr;
        const double* as_labels = nullptr;  // numbers where the model learned labels, such as 1, 2, 3
    };

    [[nodiscard]] Source bind(std::size_t i, const Column& column) const {
        Source source;
        const bool category = door_.feature(i).is_category();
        if (column.kind() == Kind::category && category) {
            source.codes = column.codes().data();
            for (const std::string& label : column.labels()) source.to.push_back(door_.code(i, label));
        } else if (column.kind() == Kind::numeric && category) {
            source.as_labels = column.numbers().data();
        } else if (column.kind() == Kind::numeric && !door_.is_time(i)) {
            source.numbers = column.numbers().data();
        } else if (column.kind() == Kind::datetime && door_.is_time(i)) {
            source.seconds = column.seconds().data();
        } else if (column.missing_count() != column.size()) {
            throw_type(i, column);
        }
        return source;
    }

    [[noreturn]] void throw_type(std::size_t i, const Column& column) const {
        // Where numbers were expected a label that is no number is the culprit; it made the whole column
        // text.
        const auto numeric_label = [&](std::size_t r) {
            char* end = nullptr;
            const std::string& label = column.labels()[static_cast<std::size_t>(column.codes()[r])];
            std::strtod(label.c_str(), &end);
            return !label.empty() && *end == '\0';
        };
        std::size_t row = 0;
        while (column.is_missing(row)) ++row;
        if (column.kind() == Kind::category && !door_.is_time(i)) {
            for (std::size_t r = row; r < column.size(); ++r) {
                if (column.is_missing(r) || numeric_label(r)) continue;
                row = r;
                break;
            }
        }
        const std::string& name = door_.feature(i).name;
        throw SchemaError(
            ErrorCode::wrong_type,
            {.expected = door_.feature(i).is_category() ? "labels"
                         : door_.is_time(i)             ? "dates"
                                                        : "numbers",
             .found = text::quoted(Table{{name, column}}.cell(row, 0)) + " (a " +
                      std::string(name_of(column.kind())) + " column)",
             .where = "table to be scored, column " + text::quoted(name) + ", row " + std::to_string(row),
             .advice = "correct the value, or declare the column's type when reading"});
    }

    const Door& door_;
    std::size_t rows_;
    std::size_t extra_ = 0;
    std::vector<Source> sources_;
};

}  // namespace gasket::detail
