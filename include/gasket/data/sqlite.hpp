// Needs libsqlite3-dev: link gasket::sqlite. Not part of gasket.hpp.
#pragma once

#if !__has_include(<sqlite3.h>)
#error "gasket/data/sqlite.hpp needs SQLite 3: install libsqlite3-dev and link gasket::sqlite"
#endif

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/detail/cell_column.hpp"
#include "gasket/data/detail/parse_number.hpp"
#include "gasket/data/detail/text_bytes.hpp"
#include "gasket/data/logical_type.hpp"
#include "gasket/data/sql_database.hpp"
#include "gasket/data/sql_value.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// What may be done with an SQLite file.
enum class SqliteAccess {
    read,    ///< read only
    write,   ///< read and write a file that is there
    create,  ///< the same, and make it where it is not
};

namespace detail {

class SqliteStatement {
  public:
    /// throws SqlError for what SQLite refuses, a second statement after the first, or values that do not
    /// match its places
    SqliteStatement(sqlite3* db, const std::string& where, const std::string& sql,
                    const SqlParameters& parameters)
        : db_(db), where_(where), sql_(sql) {
        sqlite3_stmt* made = nullptr;
        const char* rest = nullptr;
        const int result = sqlite3_prepare_v2(db, sql.c_str(), -1, &made, &rest);
        statement_.reset(made);
        if (result != SQLITE_OK) fail();
        sqlite3_stmt* second = nullptr;  // comments make none
        const bool more =
            sqlite3_prepare_v2(db, rest, -1, &second, nullptr) != SQLITE_OK || second != nullptr;
        sqlite3_finalize(second);
        if (made == nullptr || more) {
            throw SqlError(ErrorCode::sql_refused, {.expected = "one statement",
                                                    .found = made == nullptr ? "none" : "more after it",
                                                    .where = where_ + ", " + text::quoted(sql_),
                                                    .advice = "give one statement at a time"});
        }
        bind(parameters);
    }

    [[nodiscard]] sqlite3_stmt* get() const noexcept { return statement_.get(); }

    /// False at the end.
    bool step() {
        const int result = sqlite3_step(get());
        if (result != SQLITE_ROW && result != SQLITE_DONE) fail();
        return result == SQLITE_ROW;
    }

    [[noreturn]] void fail() const {
        throw SqlError(ErrorCode::sql_refused, {.expected = "a statement that SQLite carries out",
                                                .found = sqlite3_errmsg(db_),
                                                .where = where_ + ", " + text::quoted(sql_),
                                                .advice = "correct the statement, or what it meets there"});
    }

    void bind(int place, std::nullptr_t) { check(sqlite3_bind_null(get(), place)); }
    void bind(int place, std::int64_t x) { check(sqlite3_bind_int64(get(), place, x)); }
    void bind(int place, double x) { check(sqlite3_bind_double(get(), place, x)); }
    /// The text must live until the statement has been carried out.
    void bind(int place, std::string_view s) {
        check(sqlite3_bind_text(get(), place, s.data(), static_cast<int>(s.size()), SQLITE_STATIC));
    }
    void bind(int place, std::string&& s) {
        check(sqlite3_bind_text(get(), place, s.data(), static_cast<int>(s.size()), SQLITE_TRANSIENT));
    }

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };

    void check(int result) const {
        if (result != SQLITE_OK) fail();
    }

    /// The values in their places: `$2` is the second of them wherever it stands, `?` is the next.
    void bind(const SqlParameters& parameters) {
        const int places = sqlite3_bind_parameter_count(get());
        std::size_t needed = 0;
        for (int place = 1; place <= places; ++place) {
            const char* const name = sqlite3_bind_parameter_name(get(), place);
            std::uint64_t number = static_cast<std::uint64_t>(place);
            if (name != nullptr) {
                const std::string_view digits = std::string_view(name).substr(1);
                number = 0;
                const bool numbered =
                    digits.size() < 6 && take_digits(digits.data(), digits.data() + digits.size(), number) ==
                                             digits.data() + digits.size();
                if (!numbered || number == 0) fail_count("places $1, $2, ...", name);
            }
            needed = std::max(needed, static_cast<std::size_t>(number));
            if (number > parameters.size()) continue;
            std::visit([&](const auto& x) { bind(place, copied(x)); },
                       parameters[static_cast<std::size_t>(number) - 1].value());
        }
        if (needed != parameters.size())
            fail_count(std::to_string(needed) + (needed == 1 ? " value" : " values"),
                       std::to_string(parameters.size()));
    }

    template <class T>
    static T copied(const T& x) {
        return x;
    }

    [[noreturn]] void fail_count(std::string expected, std::string found) const {
        throw SqlError(ErrorCode::sql_refused, {.expected = std::move(expected),
                                                .found = std::move(found),
                                                .where = where_ + ", " + text::quoted(sql_),
                                                .advice = "give one value for each of $1, $2, ..."});
    }

    sqlite3* db_;
    std::string where_;
    std::string sql_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// What SQLite's word for a type means: any word may stand there, so it is the parts of it that tell.
[[nodiscard]] inline SqlColumn sqlite_column(std::string name, const char* declared) {
    SqlColumn out{std::move(name)};
    if (declared == nullptr) return out;
    out.declared = declared;
    std::string word;
    for (const char c : out.declared) word += lower(c);
    const auto has = [&](std::string_view part) { return word.find(part) != std::string::npos; };
    if (has("date") || has("time")) {
        out.type = SqlType::time;
    } else if (has("bool")) {
        out.type = SqlType::boolean;
    } else if (has("int")) {
        out.type = SqlType::whole;
    } else if (has("char") || has("clob") || has("text")) {
        out.type = SqlType::label;
    } else if (has("real") || has("floa") || has("doub") || has("num") || has("dec")) {
        out.type = SqlType::real;
    }
    return out;
}

class SqliteCursor {
  public:
    explicit SqliteCursor(SqliteStatement statement) : statement_(std::move(statement)) {
        for (int c = 0; c < sqlite3_column_count(statement_.get()); ++c) {
            columns_.push_back(sqlite_column(sqlite3_column_name(statement_.get(), c),
                                             sqlite3_column_decltype(statement_.get(), c)));
        }
    }

    [[nodiscard]] const std::vector<SqlColumn>& columns() const noexcept { return columns_; }
    [[nodiscard]] bool next() {
        at_end_ = at_end_ || !statement_.step();
        return !at_end_;
    }

    [[nodiscard]] bool add(std::size_t c, CellColumn& to) const {
        const int i = static_cast<int>(c);
        switch (sqlite3_column_type(statement_.get(), i)) {
            case SQLITE_NULL:
                to.add_missing();
                return true;
            case SQLITE_INTEGER:
                return to.add(std::int64_t{sqlite3_column_int64(statement_.get(), i)});
            case SQLITE_FLOAT:
                return to.add(sqlite3_column_double(statement_.get(), i));
            case SQLITE_TEXT: {
                const std::string_view s = view(i);
                return find_bad_byte(s) == std::string_view::npos && to.add(s);
            }
            default:
                return false;
        }
    }

    [[nodiscard]] bool readable(std::size_t c) const {
        return sqlite3_column_type(statement_.get(), static_cast<int>(c)) != SQLITE_BLOB;
    }
    [[nodiscard]] std::string text(std::size_t c) const {
        const int i = static_cast<int>(c);
        if (readable(c)) return std::string(view(i));
        return "a BLOB of " + std::to_string(sqlite3_column_bytes(statement_.get(), i)) + " bytes";
    }

  private:
    [[nodiscard]] std::string_view view(int i) const {
        const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), i));
        return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), i))};
    }

    SqliteStatement statement_;
    std::vector<SqlColumn> columns_;
    bool at_end_ = false;
};

class SqliteDriver {
  public:
    using Cursor = SqliteCursor;

    SqliteDriver(const std::string& path, SqliteAccess access) : where_(path) {
        const int flags = access == SqliteAccess::read    ? SQLITE_OPEN_READONLY
                          : access == SqliteAccess::write ? SQLITE_OPEN_READWRITE
                                                          : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        sqlite3* opened = nullptr;
        const int result = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
        db_.reset(opened);
        // whether it is a database is only seen when it is read
        if (result != SQLITE_OK ||
            sqlite3_exec(opened, "PRAGMA schema_version", nullptr, nullptr, nullptr) != SQLITE_OK) {
            throw SqlError(
                ErrorCode::database_unreachable,
                {.expected = "an SQLite database",
                 .found = opened == nullptr ? "no memory" : sqlite3_errmsg(opened),
                 .where = path,
                 .advice = "check the path and its permissions; SqliteAccess::create makes a new one"});
        }
        sqlite3_busy_timeout(opened, 10'000);
    }

    [[nodiscard]] const std::string& where() const noexcept { return where_; }
    [[nodiscard]] static std::string quoted(const SqlName& name) { return sql_quoted(name, 1000); }

    void execute(const std::string& sql, const SqlParameters& parameters = {}) {
        SqliteStatement statement(db_.get(), where_, sql, parameters);
        while (statement.step()) {
        }
    }
    void begin(bool writes) {
        execute(writes && sqlite3_db_readonly(db_.get(), "main") == 0 ? "BEGIN IMMEDIATE" : "BEGIN");
    }
    /// A full disk, say, ends a transaction of SQLite's; then COMMIT is refused.
    void commit() { execute("COMMIT"); }

    [[nodiscard]] Cursor open(const std::string& sql, const SqlParameters& parameters,
                              bool /*in_transaction*/) {
        return Cursor(SqliteStatement(db_.get(), where_, sql, parameters));
    }

    [[nodiscard]] bool exists(const SqlName& name) {
        return sqlite3_table_column_metadata(db_.get(), name.schema.empty() ? nullptr : name.schema.c_str(),
                                             name.name.c_str(), nullptr, nullptr, nullptr, nullptr, nullptr,
                                             nullptr) == SQLITE_OK;
    }
    [[nodiscard]] std::vector<SqlColumn> columns_of(const SqlName& name) {
        return open("SELECT * FROM " + quoted(name) + " LIMIT 0", {}, true).columns();
    }

    [[nodiscard]] static std::pair<SqlType, std::string> type_of(LogicalType type) {
        switch (type) {
            case LogicalType::integer:
                return {SqlType::whole, "INTEGER"};
            case LogicalType::real:
                return {SqlType::real, "REAL"};
            case LogicalType::boolean:
                return {SqlType::boolean, "BOOLEAN"};
            case LogicalType::datetime:
                return {SqlType::time, "DATETIME"};
            case LogicalType::category:
            case LogicalType::text:
                break;
        }
        return {SqlType::label, "TEXT"};
    }

    void insert(const SqlName& name, const std::vector<SqlColumn>& columns, const Table& table) {
        std::string names, places;
        for (const SqlColumn& column : columns) {
            names += (names.empty() ? "" : ", ") + quoted(column.name);
            places += places.empty() ? "?" : ", ?";
        }
        SqliteStatement statement(db_.get(), where_,
                                  "INSERT INTO " + quoted(name) + " (" + names + ") VALUES (" + places + ")",
                                  SqlParameters(columns.size(), nullptr));
        for (std::size_t r = 0; r < table.rows(); ++r) {
            for (std::size_t c = 0; c < columns.size(); ++c)
                bind(statement, static_cast<int>(c) + 1, table.column(c), r, columns[c].type);
            statement.step();
            sqlite3_reset(statement.get());
        }
    }

  private:
    struct Close {
        void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
    };

    static void bind(SqliteStatement& statement, int place, const Column& column, std::size_t r,
                     SqlType type) {
        if (column.is_missing(r)) return statement.bind(place, nullptr);
        switch (column.kind()) {
            case Kind::numeric:
                if (type == SqlType::whole || type == SqlType::boolean)
                    return statement.bind(place, static_cast<std::int64_t>(column.numbers()[r]));
                return statement.bind(place, column.numbers()[r]);
            case Kind::category:
                return statement.bind(
                    place, std::string_view(column.labels()[static_cast<std::size_t>(column.codes()[r])]));
            case Kind::datetime:
                return statement.bind(place, sql_time(column.seconds()[r]));
        }
    }

    std::string where_;
    std::unique_ptr<sqlite3, Close> db_;
};

}  // namespace detail

/// An SQLite database in a file; SqlDatabase has what it does.
///
///     Sqlite bank("bank.sqlite");
///     const Table customers = bank.query("SELECT * FROM customers WHERE age > $1", {60});
///
/// A cell of SQLite's has a type of its own, whatever its column says. Columns declared as DATE, DATETIME or
/// TIMESTAMP hold ISO 8601 text (without a zone it is UTC), written as "2024-03-05 10:20:30", and anything
/// else in them is an error; an expression, which has no declared type, is a time where all of its texts are
/// ISO 8601. A column of numbers and texts becomes labels. A BLOB is an error, as is text that is no UTF-8.
/// SQLite does not keep the sign of -0.
///
/// Places of values are `$1`, `$2`, ..., `?` or `?1`. Another writer is waited for ten seconds.
class Sqlite : public SqlDatabase<detail::SqliteDriver> {
  public:
    /// ":memory:" is a database of this object's own. throws SqlError where there is no such file (unless
    /// `access` makes it), or it is no database
    explicit Sqlite(const std::string& path, SqliteAccess access = SqliteAccess::write)
        : SqlDatabase(path, access) {}
};

}  // namespace gasket
