#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/detail/parse_number.hpp"
#include "gasket/data/logical_type.hpp"
#include "gasket/data/reading.hpp"

namespace gasket::detail {

/// How the fields of a column are read in one pass over the file.
enum class FieldMode {
    skip,
    unknown,
    number,
    integer,
    boolean,
    time,
    label,
    written,  ///< numbers that a Reading says how to read
};

[[nodiscard]] inline std::optional<bool> parse_boolean(std::string_view s) noexcept {
    if (same_word(s, "true")) return true;
    if (same_word(s, "false")) return false;
    return std::nullopt;
}

/// Whether a number is whole, and so small that its neighbours are whole numbers too.
[[nodiscard]] inline bool is_whole(double x) noexcept {
    return x == std::floor(x) && std::abs(x) <= 0x1.0p53;
}

/// A column's name and mode. `declared` types are the user's: a field that does not fit is an error, while a
/// guessed type that does not fit is only a wrong guess.
struct CsvColumn {
    std::string name;
    FieldMode mode = FieldMode::unknown;
    bool declared = false;
    bool whole = false;  ///< of mode `written`: whole numbers only
    std::shared_ptr<const Reading> reading = nullptr;
    std::shared_ptr<const TextReader> reader = nullptr;  ///< null for the usual reading

    /// throws OptionError
    void read_by(const Reading& how) {
        if (how.usual()) return;
        reading = std::make_shared<const Reading>(how);
        reader = std::make_shared<const TextReader>(how, "Reading of " + text::quoted(name));
    }

    void declare(LogicalType type) {
        declared = true;
        set_mode(type == LogicalType::integer    ? FieldMode::integer
                 : type == LogicalType::real     ? FieldMode::number
                 : type == LogicalType::boolean  ? FieldMode::boolean
                 : type == LogicalType::datetime ? FieldMode::time
                                                 : FieldMode::label);
    }

    /// What a field must be, for messages.
    [[nodiscard]] std::string wanted() const {
        return whole                        ? "a whole number"
               : mode == FieldMode::boolean ? "true or false"
               : mode != FieldMode::time    ? "a number"
               : reader                     ? "a date or time written as " + reader->readable_formats()
                                            : "a date or time such as 2024-03-05T10:20:30Z";
    }

    /// The number, the yes or no, the time that a text says which is not missing; false or nothing where it
    /// says none. `scratch` keeps its room from call to call.
    [[nodiscard]] bool read_number(std::string_view text, double& out, std::string& scratch) const {
        const std::string_view s = without_blanks(text);
        const bool fits =
            mode == FieldMode::written ? reader->number(s, out, scratch) : parse_whole_number(s, out);
        if (whole) return fits && is_whole(out);
        return fits && (declared || !is_digit_code(s.data(), s.data() + s.size()));
    }
    [[nodiscard]] std::optional<bool> read_boolean(std::string_view text) const noexcept {
        return declared ? boolean_word(text) : parse_boolean(text);
    }
    [[nodiscard]] std::optional<std::int64_t> read_time(std::string_view text) const noexcept {
        const std::string_view s = without_blanks(text);
        return reader ? reader->time(s) : parse_datetime(s);
    }

    void set_mode(FieldMode to) {
        whole = to == FieldMode::integer;
        mode = reader && (to == FieldMode::number || to == FieldMode::integer) ? FieldMode::written : to;
    }
};

/// The kinds of value that a column holds, as bits: more than one means labels.
enum ValueKind : unsigned { number_value = 1, boolean_value = 2, time_value = 4, label_value = 8 };

[[nodiscard]] inline ValueKind kind_of_value(std::string_view s) {
    double x = 0;
    if (parse_whole_number(s, x))
        return is_digit_code(s.data(), s.data() + s.size()) ? label_value : number_value;
    if (parse_boolean(s)) return boolean_value;
    return parse_datetime(s) ? time_value : label_value;
}

/// The mode that suits all of a column's values; a column with none stays unknown.
[[nodiscard]] inline FieldMode mode_for(unsigned kinds) noexcept {
    return kinds == 0               ? FieldMode::unknown
           : kinds == number_value  ? FieldMode::number
           : kinds == boolean_value ? FieldMode::boolean
           : kinds == time_value    ? FieldMode::time
                                    : FieldMode::label;
}

}  // namespace gasket::detail
