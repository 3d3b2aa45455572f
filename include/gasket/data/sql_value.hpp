#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"

namespace gasket {

/// A value for a place `$1`, `$2`, ... of an SQL statement: nothing, a whole number, a number, a text. It
/// travels beside the statement and is never part of its text. Dates go as text: "2024-03-05".
class SqlValue {
  public:
    using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

    SqlValue(std::nullptr_t) {}  // NOLINT(google-explicit-constructor)
    /// true is 1, false is 0. throws OptionError beyond 2^63 - 1
    template <std::integral T>
    SqlValue(T x) : value_(static_cast<std::int64_t>(x)) {  // NOLINT(google-explicit-constructor)
        if constexpr (std::unsigned_integral<T> && sizeof(T) >= sizeof(std::int64_t)) {
            constexpr auto most = static_cast<T>(std::numeric_limits<std::int64_t>::max());
            detail::require_option(x <= most, "SqlValue", std::to_string(x),
                                   "at most " + std::to_string(most));
        }
    }
    SqlValue(double x) {  // NOLINT(google-explicit-constructor)
        if (!is_missing(x)) value_ = x;
    }
    /// throws OptionError for a NUL byte
    SqlValue(std::string text) : value_(std::move(text)) {  // NOLINT(google-explicit-constructor)
        const auto& s = std::get<std::string>(value_);
        detail::require_option(s.find('\0') == std::string::npos, "SqlValue", text::quoted(s),
                               "a text without NUL bytes");
    }
    SqlValue(std::string_view text) : SqlValue(std::string(text)) {}  // NOLINT
    SqlValue(const char* text) : SqlValue(std::string(text)) {}       // NOLINT

    [[nodiscard]] const Value& value() const noexcept { return value_; }

  private:
    Value value_ = nullptr;
};

/// The values of `$1`, `$2`, ... in that order.
using SqlParameters = std::vector<SqlValue>;

/// The name of a table, with that of its schema (PostgreSQL) or attached database (SQLite) where one is
/// needed. Taken as it stands, letter case and blanks too, and quoted where it goes into a statement.
struct SqlName {
    SqlName(std::string table) : name(std::move(table)) {}  // NOLINT(google-explicit-constructor)
    SqlName(const char* table) : name(table) {}             // NOLINT(google-explicit-constructor)
    SqlName(std::string in, std::string table) : schema(std::move(in)), name(std::move(table)) {}

    std::string schema = {};
    std::string name;
};

namespace detail {

/// An identifier in quotes, as it may stand in a statement. `most` bytes is what the database keeps of one.
/// throws SqlError
[[nodiscard]] inline std::string sql_quoted_part(std::string_view name, std::size_t most) {
    if (name.empty() || name.size() > most || name.find('\0') != std::string_view::npos) {
        throw SqlError(ErrorCode::sql_table,
                       {.expected = "a name of 1 to " + std::to_string(most) + " bytes without NUL",
                        .found = text::quoted(name),
                        .where = "name of a table or column in SQL",
                        .advice = "rename it"});
    }
    std::string out = "\"";
    for (const char c : name) out.append(c == '"' ? 2 : 1, c);
    return out + '"';
}

[[nodiscard]] inline std::string sql_quoted(const SqlName& name, std::size_t most) {
    return (name.schema.empty() ? "" : sql_quoted_part(name.schema, most) + ".") +
           sql_quoted_part(name.name, most);
}

/// Seconds UTC at which the years 1 and 10000 begin: the years between are those that ISO 8601 writes with
/// four digits, and every database knows.
inline constexpr std::int64_t year_1 = -62135596800;
inline constexpr std::int64_t year_10000 = 253402300800;

/// "2024-03-05 10:20:30": UTC, in one form whatever the time, so that texts sort as times do.
[[nodiscard]] inline std::string sql_time(std::int64_t seconds) {
    std::string out = format_datetime(seconds - (seconds % 86400 + 86400) % 86400);
    const auto rest = static_cast<int>((seconds % 86400 + 86400) % 86400);
    char clock[32];
    std::snprintf(clock, sizeof clock, " %02d:%02d:%02d", rest / 3600, rest / 60 % 60, rest % 60);
    return out + clock;
}

/// What a database says of a column's type, and what that asks of the values written to it.
enum class SqlType {
    any,      ///< SQLite: a column without a declared type, or an expression
    whole,    ///< whole numbers
    real,     ///< numbers
    boolean,  ///< yes or no
    day,      ///< dates without a time
    time,     ///< dates with times
    label,    ///< texts
    other,    ///< what no Table can hold
};

/// A column of a result or of a table.
struct SqlColumn {
    std::string name;
    SqlType type = SqlType::any;
    std::string declared = {};  ///< the database's word for the type
};

}  // namespace detail
}  // namespace gasket
