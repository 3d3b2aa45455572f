#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/file.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/logical_type.hpp"
#include "gasket/data/reading.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// What a column is for.
enum class Role {
    feature,  ///< a model may learn from it
    target,   ///< what is learned
    id,       ///< names the row
    group,    ///< rows of one group stay on one side of a split
    time,     ///< when the row came about
    weight,   ///< how much the row counts
    ignored,  ///< nothing
};

namespace detail {
inline constexpr std::array<std::string_view, 7> role_names = {"feature", "target", "id",     "group",
                                                               "time",    "weight", "ignored"};
}  // namespace detail

[[nodiscard]] constexpr std::string_view name_of(Role role) noexcept {
    return detail::role_names[static_cast<std::size_t>(role)];
}

/// The role of that name, or nothing.
[[nodiscard]] constexpr std::optional<Role> role_of(std::string_view name) noexcept {
    for (std::size_t i = 0; i < detail::role_names.size(); ++i) {
        if (detail::role_names[i] == name) return static_cast<Role>(i);
    }
    return std::nullopt;
}

/// What is known of one column.
struct ColumnSchema {
    std::string name;
    LogicalType type = LogicalType::real;
    Role role = Role::feature;
    /// Whether values may be missing.
    bool nullable = false;
    /// The range of finite numbers, or of times in seconds UTC; none where there is no value, or for labels.
    std::optional<double> min = std::nullopt;
    std::optional<double> max = std::nullopt;
    /// The labels of a category or text column; a Schema keeps them in alphabetical order (by bytes), each
    /// once. A category has no others; a text may.
    Labels labels = {};
    /// Whether a table must have the column; where it may lack it, all of its values are then missing.
    bool required = true;
    /// How its text becomes values.
    Reading reading = {};

    /// How such a column is held.
    [[nodiscard]] Kind kind() const noexcept {
        switch (type) {
            case LogicalType::category:
            case LogicalType::text:
                return Kind::category;
            case LogicalType::datetime:
                return Kind::datetime;
            case LogicalType::integer:
            case LogicalType::real:
            case LogicalType::boolean:
                break;
        }
        return Kind::numeric;
    }

    friend bool operator==(const ColumnSchema&, const ColumnSchema&) = default;
};

/// The contract of a table: its columns by name, with types, roles, ranges and labels. A value; names are
/// unique.
class Schema {
  public:
    Schema() = default;
    /// throws SchemaError when a name stands twice; OptionError for a range that ends before it begins
    explicit Schema(std::vector<ColumnSchema> columns) {
        for (ColumnSchema& column : columns) add(std::move(column));
    }

    /// throws SchemaError when the name is taken; OptionError as above
    void add(ColumnSchema column) {
        if (find(column.name)) throw_taken(column.name);
        columns_.push_back(settled(std::move(column)));
    }

    [[nodiscard]] std::size_t size() const noexcept { return columns_.size(); }
    [[nodiscard]] bool empty() const noexcept { return columns_.empty(); }
    [[nodiscard]] const ColumnSchema& operator[](std::size_t i) const { return columns_.at(i); }
    [[nodiscard]] auto begin() const noexcept { return columns_.begin(); }
    [[nodiscard]] auto end() const noexcept { return columns_.end(); }

    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].name == name) return i;
        }
        return std::nullopt;
    }
    [[nodiscard]] bool has(std::string_view name) const noexcept { return find(name).has_value(); }

    /// The column of that name. throws SchemaError that names the nearest existing one
    [[nodiscard]] const ColumnSchema& operator[](std::string_view name) const {
        return columns_[index_of(name)];
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const ColumnSchema& column : columns_) out.push_back(column.name);
        return out;
    }

    /// Replaces what is known of the column of that name. throws SchemaError for a name it does not have;
    /// OptionError as above
    void set(const ColumnSchema& column) { columns_[index_of(column.name)] = settled(column); }
    /// Changes what is known of the column of that name, its name too: `schema.change("age", [](ColumnSchema&
    /// c) { c.max = 120; })`. throws SchemaError for a name it does not have, and for a new one that is
    /// taken; OptionError as above
    template <class Change>
    void change(std::string_view name, const Change& edit) {
        const std::size_t i = index_of(name);
        ColumnSchema column = columns_[i];
        edit(column);
        if (const auto taken = find(column.name); taken && *taken != i) throw_taken(column.name);
        columns_[i] = settled(std::move(column));
    }
    /// throws SchemaError for a name it does not have
    void remove(std::string_view name) {
        columns_.erase(columns_.begin() + static_cast<std::ptrdiff_t>(index_of(name)));
    }
    /// throws SchemaError for a name it does not have
    void set_role(std::string_view name, Role role) { columns_[index_of(name)].role = role; }
    /// Role::ignored for the column of that name. throws SchemaError for a name it does not have
    void ignore(std::string_view name) { set_role(name, Role::ignored); }

    friend bool operator==(const Schema&, const Schema&) = default;

    /// An array with an object for each column.
    [[nodiscard]] Json to_json() const {
        Json out = Json::array();
        for (const ColumnSchema& column : columns_) {
            Json one = json_object({{"name", column.name},
                                    {"type", name_of(column.type)},
                                    {"role", name_of(column.role)},
                                    {"nullable", column.nullable}});
            if (column.min) one["min"] = *column.min;
            if (column.max) one["max"] = *column.max;
            if (column.kind() == Kind::category) one["labels"] = json_value(column.labels);
            if (!column.required) one["required"] = false;
            if (!column.reading.usual()) one["reading"] = detail::to_json(column.reading);
            out.push_back(std::move(one));
        }
        return out;
    }

    /// `where` names the array in messages. throws ArtifactError
    [[nodiscard]] static Schema from_json(const Json& array, const std::string& where = "schema") {
        if (!array.is_array()) detail::throw_content(where, "an array", array.type_name());
        Schema schema;
        for (const Json& one : array) {
            const detail::Fields fields(one, where + "[" + std::to_string(schema.size()) + "]");
            ColumnSchema column{.name = fields.string("name"), .nullable = fields.boolean("nullable")};
            const auto type = logical_type_of(fields.string("type"));
            if (!type) detail::throw_content(fields.path() + ".type", "a known type", fields.string("type"));
            const auto role = role_of(fields.string("role"));
            if (!role) detail::throw_content(fields.path() + ".role", "a known role", fields.string("role"));
            column.type = *type;
            column.role = *role;
            if (fields.has("min")) column.min = fields.number("min");
            if (fields.has("max")) column.max = fields.number("max");
            if (column.kind() == Kind::category) column.labels = fields.strings("labels");
            if (fields.has("required")) column.required = fields.boolean("required");
            if (fields.has("reading")) column.reading = detail::reading_from_json(fields.object("reading"));
            for (std::size_t i = 1; i < column.labels.size(); ++i) {
                if (column.labels[i - 1] >= column.labels[i]) {
                    detail::throw_content(
                        fields.path() + ".labels", "different labels in alphabetical order",
                        text::quoted(column.labels[i]) + " after " + text::quoted(column.labels[i - 1]));
                }
            }
            if (schema.has(column.name)) {
                detail::throw_content(fields.path() + ".name", "a name for each column",
                                      text::quoted(column.name) + " twice");
            }
            schema.columns_.push_back(std::move(column));
        }
        return schema;
    }

    /// Writes the schema as JSON text, for people to edit and for `load` to read. At every moment the file
    /// holds its old content or all of the new. throws FileError
    void save(const std::string& path) const { detail::write_file_atomically(path, to_text()); }
    /// Labels may stand in any order. throws FileError; ArtifactError with the place of what is wrong, which
    /// a misspelt key is
    [[nodiscard]] static Schema load(const std::string& path) {
        return from_text(detail::read_file(path), path);
    }

    /// What `save` writes.
    [[nodiscard]] std::string to_text() const {
        const Json json = {{"gasket_schema", 1}, {"columns", to_json()}};
        return json.dump(2) + "\n";
    }
    /// As `load`, from memory; `where` names the text in messages.
    [[nodiscard]] static Schema from_text(std::string_view text, const std::string& where = "schema") {
        Json json = detail::json_from_text(text, detail::document_keys_limit);
        try {
            if (json.is_discarded()) detail::throw_content(where, "a schema in JSON", "text that is no JSON");
            const detail::Fields fields(json, where);
            if (fields.count("gasket_schema") != 1)
                detail::throw_content(where + ".gasket_schema", "version 1",
                                      detail::shown(fields.get("gasket_schema")));
            (void)fields.array("columns");
            for (std::size_t i = 0; i < json["columns"].size(); ++i)
                check_edited(json["columns"][i], where + ".columns[" + std::to_string(i) + "]");
            return from_json(json["columns"], where + ".columns");
        } catch (const ArtifactError& e) {
            ErrorParts parts = e.parts();
            parts.advice = "correct the file";
            throw ArtifactError(e.code(), parts);
        }
    }

    /// A line for each column.
    friend std::ostream& operator<<(std::ostream& out, const Schema& schema) {
        text::Grid grid({"column", "type", "role", "missing", "values"});
        for (const ColumnSchema& column : schema) {
            grid.add({column.name, std::string(name_of(column.type)), std::string(name_of(column.role)),
                      column.nullable ? "allowed" : "no", values_of(column)});
        }
        return out << grid.str();
    }

    /// The range or the labels in a few words; "none" where there is neither.
    [[nodiscard]] static std::string values_of(const ColumnSchema& column) {
        if (column.kind() == Kind::category) {
            return text::grouped(column.labels.size()) +
                   (column.labels.size() == 1 ? " label: " : " labels: ") + text::list(column.labels, 5);
        }
        if (!column.min || !column.max) return "none";
        if (column.kind() == Kind::numeric)
            return text::compact(*column.min) + " to " + text::compact(*column.max);
        return detail::format_moment(*column.min) + " to " + detail::format_moment(*column.max);
    }

  private:
    /// What people may have done to a column of a schema file: puts its labels in order, refuses keys that
    /// nothing would read and a range that is none.
    static void check_edited(Json& column, const std::string& where) {
        const auto known = [](const Json& object, const std::vector<std::string>& keys,
                              const std::string& at) {
            for (const auto& [key, value] : object.items()) {
                if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
                const std::string near = text::nearest(key, keys);
                detail::throw_content(
                    at, "keys " + text::list(keys, 20),
                    text::quoted(key) + (near.empty() ? "" : "; did you mean " + text::quoted(near) + "?"));
            }
        };
        if (!column.is_object()) return;  // from_json says so
        known(column, {"name", "type", "role", "nullable", "min", "max", "labels", "required", "reading"},
              where);
        if (column.contains("reading")) {
            known(column["reading"], {"nulls", "formats", "zone", "remove", "decimal", "thousands"},
                  where + ".reading");
        }
        const auto number = [&](const char* key) { return column.contains(key) && column[key].is_number(); };
        if (number("min") && number("max") && column["min"] > column["max"])
            detail::throw_content(where + ".max", "at least min, " + column["min"].dump(),
                                  column["max"].dump());
        if (!column.contains("labels") || !column["labels"].is_array()) return;
        std::sort(column["labels"].begin(), column["labels"].end());
        column["labels"].erase(std::unique(column["labels"].begin(), column["labels"].end()),
                               column["labels"].end());
    }

    [[nodiscard]] static ColumnSchema settled(ColumnSchema column) {
        if (column.min && column.max) {
            detail::require_option(
                *column.min <= *column.max, "ColumnSchema.max of " + text::quoted(column.name),
                text::shortest(*column.max), "at least min, " + text::shortest(*column.min));
        }
        std::sort(column.labels.begin(), column.labels.end());
        column.labels.erase(std::unique(column.labels.begin(), column.labels.end()), column.labels.end());
        return column;
    }

    [[noreturn]] static void throw_taken(const std::string& name) {
        throw SchemaError(ErrorCode::duplicate_column, {.expected = "a name for each column",
                                                        .found = text::quoted(name) + " twice",
                                                        .where = "schema",
                                                        .advice = "rename one of them"});
    }

    [[nodiscard]] std::size_t index_of(std::string_view name) const {
        if (const auto i = find(name)) return *i;
        const std::string near = text::nearest(name, names());
        throw SchemaError(
            ErrorCode::missing_column,
            {.expected = "a column " + text::quoted(name),
             .found = "only " + text::list(names(), 30),
             .where = "schema",
             .advice = near.empty() ? "check the name" : "did you mean " + text::quoted(near) + "?"});
    }

    std::vector<ColumnSchema> columns_;
};

namespace detail {

/// More labels than this, and more distinct ones than half of the values: then a column is text.
inline constexpr std::size_t text_labels = 50;

[[nodiscard]] constexpr LogicalType type_of_labels(std::size_t distinct, std::size_t present) noexcept {
    return distinct > text_labels && distinct * 2 > present ? LogicalType::text : LogicalType::category;
}

/// `whole`: every value is a whole number; `flags`: the values are 0 and 1, both of them.
[[nodiscard]] constexpr LogicalType type_of_numbers(bool whole, bool flags) noexcept {
    return flags ? LogicalType::boolean : whole ? LogicalType::integer : LogicalType::real;
}

[[nodiscard]] inline ColumnSchema infer_column(const std::string& name, const Column& column) {
    ColumnSchema out{.name = name};
    if (column.reading()) out.reading = *column.reading();
    switch (column.kind()) {
        case Kind::numeric: {
            bool whole = true;
            bool flags = true;
            double low = HUGE_VAL;
            double high = -HUGE_VAL;
            std::size_t missing_values = 0;
            for (const double x : column.numbers()) {
                if (is_missing(x)) {
                    ++missing_values;
                    continue;
                }
                whole = whole && x == std::floor(x) && !std::isinf(x);
                flags = flags && (x == 0 || x == 1);
                if (std::isinf(x)) continue;
                low = std::min(low, x);
                high = std::max(high, x);
            }
            out.nullable = missing_values > 0;
            if (low > high) break;  // no finite value: real, of unknown range
            out.type = type_of_numbers(whole, flags && low < high);
            out.min = low;
            out.max = high;
            break;
        }
        case Kind::datetime: {
            out.type = LogicalType::datetime;
            for (const std::int64_t s : column.seconds()) {
                if (s == missing_time) {
                    out.nullable = true;
                    continue;
                }
                const auto x = static_cast<double>(s);
                out.min = std::min(out.min.value_or(x), x);
                out.max = std::max(out.max.value_or(x), x);
            }
            break;
        }
        case Kind::category: {
            std::vector<char> seen(column.labels().size(), 0);
            std::size_t present = 0;
            for (const std::int32_t code : column.codes()) {
                if (code < 0) continue;
                ++present;
                seen[static_cast<std::size_t>(code)] = 1;
            }
            for (std::size_t i = 0; i < seen.size(); ++i) {
                if (seen[i] != 0) out.labels.push_back(column.labels()[i]);
            }
            std::sort(out.labels.begin(), out.labels.end());
            out.nullable = present < column.size();
            out.type = type_of_labels(out.labels.size(), present);
            break;
        }
    }
    return out;
}

}  // namespace detail

/// What a table's values show: type, range, labels, whether any is missing. Every column is a feature; say
/// what else it is with `set_role`. A numeric column is boolean when it has both 0 and 1 and nothing else,
/// integer when all values are whole; a category column with more than 50 labels, distinct in more than half
/// of the values, is text.
///
/// O(rows x columns), all threads.
[[nodiscard]] inline Schema infer_schema(const Table& table) {
    std::vector<ColumnSchema> columns(table.columns());
    parallel_for(columns.size(),
                 [&](std::size_t i) { columns[i] = detail::infer_column(table.name(i), table.column(i)); });
    return Schema(std::move(columns));
}

}  // namespace gasket
