#pragma once

#include <cstddef>
#include <cstdint>
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
                        .type = column.type,
                        .required = column.role == Role::feature,
                        .codes = {},
                        .reader = nullptr};
            if (!column.reading.usual()) {
                entry.reader = std::make_shared<const TextReader>(column.reading,
                                                                  "Reading of " + text::quoted(column.name));
            }
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

    /// The value that a text says, read as the schema says: a label's code, a number, a time, yes or no;
    /// missing for a text that means that. False where it is none. `scratch` keeps its room from call to
    /// call.
    [[nodiscard]] bool read(std::size_t i, std::string_view text, double& out, std::string& scratch) const {
        const Entry& entry = entries_[i];
        const std::string_view s = without_blanks(text);
        if (entry.reader && entry.reader->is_null(s)) {
            out = missing;
            return true;
        }
        if (entry.feature.is_category()) {
            out = code(i, text);
            return true;
        }
        if (entry.feature.is_time) {
            const auto seconds = entry.reader ? entry.reader->time(s) : parse_datetime(s);
            if (seconds) out = static_cast<double>(*seconds);
            return seconds.has_value();
        }
        if (entry.type == LogicalType::boolean) {
            const auto yes = boolean_word(s);
            if (yes) out = *yes ? 1 : 0;
            return yes.has_value();
        }
        return entry.reader && entry.reader->number(s, out, scratch);
    }

    /// The number itself, or missing where it is one that means that.
    [[nodiscard]] double clean(std::size_t i, double x) const noexcept {
        return entries_[i].reader && entries_[i].reader->is_null(x) ? missing : x;
    }
    /// Whether some numbers of the column mean "missing".
    [[nodiscard]] bool has_null_numbers(std::size_t i) const noexcept {
        return entries_[i].reader && entries_[i].reader->has_null_numbers();
    }

  private:
    struct Entry {
        Feature feature;
        LogicalType type;
        bool required;
        LabelIndex codes;
        std::shared_ptr<const TextReader> reader;  // null for the usual reading
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
            } else if (source.to_clean != nullptr) {
                for (std::size_t r = begin; r < end; ++r) out[r - begin] = door_.clean(i, source.to_clean[r]);
            } else if (source.codes != nullptr) {
                const bool labels = door_.feature(i).is_category();
                for (std::size_t r = begin; r < end; ++r) {
                    const double value =
                        source.codes[r] < 0 ? missing : source.to[static_cast<std::size_t>(source.codes[r])];
                    unseen += labels && value == unseen_code ? 1 : 0;
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
        const double* to_clean = nullptr;  // numbers of which some mean "missing"
        const std::int32_t* codes = nullptr;
        std::vector<double> to;  // from the table's code to the model's, or to the number that the label says
        const std::int64_t* seconds = nullptr;
        const double* as_labels = nullptr;  // numbers where the model learned labels, such as 1, 2, 3
    };

    [[nodiscard]] Source bind(std::size_t i, const Column& column) const {
        Source source;
        const bool category = door_.feature(i).is_category();
        if (column.kind() == Kind::category) {
            source.codes = column.codes().data();
            source.to = values_of_labels(i, column);
        } else if (column.kind() == Kind::numeric && category) {
            source.as_labels = column.numbers().data();
        } else if (column.kind() == Kind::numeric && !door_.is_time(i)) {
            (door_.has_null_numbers(i) ? source.to_clean : source.numbers) = column.numbers().data();
        } else if (column.kind() == Kind::datetime && door_.is_time(i)) {
            source.seconds = column.seconds().data();
        } else if (column.missing_count() != column.size()) {
            throw_type(i, column);
        }
        return source;
    }

    /// What each label of a column says. throws SchemaError where a row has one that says nothing of the kind
    [[nodiscard]] std::vector<double> values_of_labels(std::size_t i, const Column& column) const {
        std::vector<char> occurs(column.labels().size(), 0);
        for (const std::int32_t code : column.codes()) {
            if (code >= 0) occurs[static_cast<std::size_t>(code)] = 1;
        }
        std::vector<double> out(column.labels().size(), missing);
        std::string scratch;
        for (std::size_t k = 0; k < out.size(); ++k) {
            if (occurs[k] != 0 && !door_.read(i, column.labels()[k], out[k], scratch)) throw_type(i, column);
        }
        return out;
    }

    [[noreturn]] void throw_type(std::size_t i, const Column& column) const {
        // Where numbers were expected a label that is no number is the culprit; it made the whole column
        // text.
        std::string scratch;
        const auto readable = [&](std::size_t r) {
            double x = 0;
            const std::string& label = column.labels()[static_cast<std::size_t>(column.codes()[r])];
            return (!door_.is_time(i) && parse_whole_number(label, x)) || door_.read(i, label, x, scratch);
        };
        std::size_t row = 0;
        while (column.is_missing(row)) ++row;
        if (column.kind() == Kind::category) {
            for (std::size_t r = row; r < column.size(); ++r) {
                if (column.is_missing(r) || readable(r)) continue;
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
