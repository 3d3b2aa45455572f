// Needs libpqxx-dev: link gasket::postgres. Not part of gasket.hpp.
#pragma once

#if !__has_include(<pqxx/pqxx>)
#error "gasket/data/postgres.hpp needs libpqxx 6 or 7: install libpqxx-dev and link gasket::postgres"
#endif

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <pqxx/pqxx>
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
namespace detail {

/// What a server says of an error, in one line: without the place in the statement and the lines that point
/// at it.
[[nodiscard]] inline std::string one_line(std::string_view message) {
    std::string out;
    while (!message.empty()) {
        const std::size_t end = std::min(message.find('\n'), message.size());
        std::string_view line = without_blanks(message.substr(0, end));
        message.remove_prefix(std::min(end + 1, message.size()));
        if (line.starts_with("ERROR:")) line = without_blanks(line.substr(6));
        if (line.empty() || line == "^") continue;
        if (line.starts_with("LINE ")) {
            message.remove_prefix(std::min(message.find('\n'), message.size()));
            continue;
        }
        out += (out.empty() ? "" : "; ") + std::string(line);
    }
    return out;
}

/// The session of a Postgres: one connection and the statements sent over it.
class PostgresSession {
  public:
    /// throws SqlError
    explicit PostgresSession(const std::string& options) {
        try {
            connection_ = std::make_unique<pqxx::connection>(options);
            where_ = "database " + text::quoted(name_or_none(connection_->dbname()));
            work_ = std::make_unique<pqxx::nontransaction>(*connection_);
        } catch (const std::exception& e) {
            throw SqlError(
                ErrorCode::database_unreachable,
                {.expected = "a PostgreSQL server that lets us in",
                 .found = one_line(e.what()),
                 .where = where_,
                 .advice = "check host, port, dbname, user and password, and that the server runs"});
        }
        for (const char* setting : {"client_encoding = 'UTF8'", "datestyle = 'ISO'", "timezone = 'UTC'",
                                    "extra_float_digits = 3", "client_min_messages = 'error'"})
            (void)run(std::string("SET ") + setting);
    }

    [[nodiscard]] const std::string& where() const noexcept { return where_; }
    [[nodiscard]] pqxx::nontransaction& work() noexcept { return *work_; }
    [[nodiscard]] std::string new_name() { return "gasket_cursor_" + std::to_string(++names_); }

    /// `asked` is what the user asked for, where `sql` is more than that.
    pqxx::result run(const std::string& sql, const SqlParameters& parameters = {},
                     const std::string& asked = "") {
        return guard(asked.empty() ? sql : asked, [&] {
            std::vector<std::string> texts;
            for (const SqlValue& value : parameters) texts.push_back(in_words(value.value()));
            std::vector<const char*> places;
            for (std::size_t i = 0; i < texts.size(); ++i) {
                const bool null = std::holds_alternative<std::nullptr_t>(parameters[i].value());
                places.push_back(null ? nullptr : texts[i].c_str());
            }
#if PQXX_VERSION_MAJOR < 7
            return work_->exec_params(sql, pqxx::prepare::make_dynamic_params(places));
#else
            pqxx::params bound;
            for (const char* place : places) place == nullptr ? bound.append() : bound.append(std::string(place));
            return work_->exec_params(sql, bound);
#endif
        });
    }

    /// Calls `work`; what libpqxx throws becomes a SqlError that shows `sql`.
    template <class Work>
    auto guard(const std::string& sql, const Work& work) -> decltype(work()) {
        const auto fail = [&](ErrorCode code, const char* message) {
            throw SqlError(
                code,
                {.expected = code == ErrorCode::sql_refused ? "a statement that PostgreSQL carries out"
                                                            : "a server that answers",
                 .found = one_line(message),
                 .where = where_ + ", " + text::quoted(sql),
                 .advice = code == ErrorCode::sql_refused ? "correct the statement, or what it meets there"
                                                          : "connect again"});
        };
        try {
            return work();
        } catch (const pqxx::broken_connection& e) {
            // also what libpqxx makes of a wrong number of values, which breaks nothing
            fail(connection_->is_open() ? ErrorCode::sql_refused : ErrorCode::database_unreachable, e.what());
        } catch (const std::exception& e) {
            fail(ErrorCode::sql_refused, e.what());
        }
        throw std::logic_error("not reached");
    }

    /// A double in PostgreSQL's words, to the last bit and the sign of zero.
    [[nodiscard]] static std::string in_words(double x) {
        return x == 0 && std::signbit(x) ? "-0" : text::shortest(x);
    }

  private:
    [[nodiscard]] static std::string name_or_none(const char* name) {
        return name == nullptr ? "" : name;
    }

    [[nodiscard]] static std::string in_words(const SqlValue::Value& value) {
        if (const auto* x = std::get_if<std::int64_t>(&value)) return std::to_string(*x);
        if (const auto* x = std::get_if<double>(&value)) return in_words(*x);
        if (const auto* s = std::get_if<std::string>(&value)) return *s;
        return "";
    }

    std::string where_ = "PostgreSQL";
    std::unique_ptr<pqxx::connection> connection_;
    std::unique_ptr<pqxx::nontransaction> work_;  // goes before its connection
    std::size_t names_ = 0;
};

/// character(4), whose values the server fills up with blanks that mean nothing.
inline constexpr const char* padded = "character";

/// What the columns of a result are. Types beyond those that the server is born with (enumerations, ...) are
/// looked up.
[[nodiscard]] inline std::vector<SqlColumn> postgres_columns(PostgresSession& session,
                                                             const pqxx::result& result) {
    const auto known = [](unsigned oid) -> std::pair<SqlType, const char*> {
        switch (oid) {
            case 16:
                return {SqlType::boolean, "boolean"};
            case 20:
                return {SqlType::whole, "bigint"};
            case 21:
                return {SqlType::whole, "smallint"};
            case 23:
                return {SqlType::whole, "integer"};
            case 26:
                return {SqlType::whole, "oid"};
            case 700:
                return {SqlType::real, "real"};
            case 701:
                return {SqlType::real, "double precision"};
            case 1700:
                return {SqlType::real, "numeric"};
            case 1082:
                return {SqlType::day, "date"};
            case 1114:
                return {SqlType::time, "timestamp"};
            case 1184:
                return {SqlType::time, "timestamptz"};
            case 18:
            case 19:
            case 25:
            case 705:
            case 1043:
                return {SqlType::label, "text"};
            case 1042:
                return {SqlType::label, padded};
            case 114:
            case 3802:
                return {SqlType::label, "json"};
            case 2950:
                return {SqlType::label, "uuid"};
            default:
                return {SqlType::other, ""};
        }
    };
    std::vector<SqlColumn> out;
    for (pqxx::row_size_type c = 0; c < result.columns(); ++c) {
        const auto oid = result.column_type(c);
        const auto [type, word] = known(oid);
        out.push_back({result.column_name(c), type, word});
        if (type != SqlType::other) continue;
        const pqxx::result found =
            session.run("SELECT format_type(oid, NULL), typcategory FROM pg_type WHERE oid = $1",
                        {static_cast<std::int64_t>(oid)});
        if (found.empty()) continue;
        out.back().declared = found[0][0].c_str();
        const std::string_view category = found[0][1].c_str();  // E: enumerations, S: texts of extensions
        if (category == "E" || category == "S") out.back().type = SqlType::label;
    }
    return out;
}

/// A cursor of the server's, fetched some thousand rows at a time.
class PostgresCursor {
  public:
    PostgresCursor(PostgresSession& session, const std::string& sql, const SqlParameters& parameters,
                   bool in_transaction)
        : session_(&session), sql_(sql), name_(session.new_name()) {
        session.run(
            "DECLARE " + name_ + " NO SCROLL CURSOR " + (in_transaction ? "" : "WITH HOLD ") + "FOR " + sql,
            parameters, sql);
        fetch();
        columns_ = postgres_columns(session, rows_);
    }
    PostgresCursor(PostgresCursor&& other) noexcept
        : session_(std::exchange(other.session_, nullptr)),
          sql_(std::move(other.sql_)),
          name_(std::move(other.name_)),
          rows_(std::move(other.rows_)),
          next_(other.next_),
          columns_(std::move(other.columns_)) {}
    PostgresCursor& operator=(PostgresCursor&&) = delete;
    ~PostgresCursor() {
        if (session_ == nullptr) return;
        try {
            session_->run("CLOSE " + name_);
        } catch (const SqlError&) {  // its transaction has ended, and the cursor with it
        }
    }

    [[nodiscard]] const std::vector<SqlColumn>& columns() const noexcept { return columns_; }

    [[nodiscard]] bool next() {
        if (next_ == rows_.size() && rows_.size() == at_once) fetch();
        if (next_ == rows_.size()) return false;
        ++next_;
        return true;
    }

    [[nodiscard]] bool add(std::size_t c, CellColumn& to) const {
        const auto cell = field(c);
        if (cell.is_null()) {
            to.add_missing();
            return true;
        }
        const std::string_view s(cell.c_str(), cell.size());
        switch (columns_[c].type) {
            case SqlType::boolean:
                return to.add(std::int64_t{s == "t" ? 1 : 0});
            case SqlType::whole:
            case SqlType::real:
                return add_number(s, to);
            case SqlType::day:
            case SqlType::time: {
                const auto time = parse_datetime(s.ends_with("+00") ? s.substr(0, s.size() - 3) : s);
                return time && to.add_time(*time);
            }
            default:
                return find_bad_byte(s) == std::string_view::npos &&
                       to.add(columns_[c].declared == padded ? without_padding(s) : s);
        }
    }

    [[nodiscard]] bool readable(std::size_t c) const {
        return columns_[c].type != SqlType::day && columns_[c].type != SqlType::time;
    }
    [[nodiscard]] std::string text(std::size_t c) const { return field(c).c_str(); }

  private:
    static constexpr pqxx::result::size_type at_once = 4096;

    void fetch() {
        rows_ = session_->run("FETCH " + std::to_string(at_once) + " FROM " + name_, {}, sql_);
        next_ = 0;
    }

    [[nodiscard]] pqxx::field field(std::size_t c) const {
        return rows_[next_ - 1][static_cast<pqxx::row_size_type>(c)];
    }

    [[nodiscard]] static std::string_view without_padding(std::string_view s) {
        return s.substr(0, s.find_last_not_of(' ') + 1);
    }

    [[nodiscard]] static bool add_number(std::string_view s, CellColumn& to) {
        double x = missing;
        if (s == "NaN") return to.add(x);
        if (!parse_whole_number(s, x)) return false;
        // a whole number may have more digits than any double: then they are a label's, as in a CSV file
        const std::string_view digits = s.starts_with('-') ? s.substr(1) : s;
        const bool beyond = !to.how().declared && is_digit_code(digits.data(), digits.data() + digits.size());
        return beyond || to.how().mode == FieldMode::label ? to.add(s) : to.add(x);
    }

    PostgresSession* session_;
    std::string sql_;
    std::string name_;
    pqxx::result rows_;
    pqxx::result::size_type next_ = 0;
    std::vector<SqlColumn> columns_;
};

#if PQXX_VERSION_MAJOR < 7
/// libpqxx 6 writes rows of a length known to the compiler only; this gives it one that is not.
struct CopyRow {
    const std::vector<const char*>& cells;
};

/// Called by pqxx::stream_to for the line of a row.
template <class Escape>
[[nodiscard]] std::string separated_list(const char* separator, const CopyRow& row, const Escape& escape) {
    std::string out;
    for (const char* const& cell : row.cells) {
        if (&cell != row.cells.data()) out += separator;
        out += escape(&cell);
    }
    return out;
}
#endif

class PostgresDriver {
  public:
    using Cursor = PostgresCursor;

    explicit PostgresDriver(const std::string& options) : session_(options) {}

    [[nodiscard]] const std::string& where() const noexcept { return session_.where(); }
    /// Of a longer name the server would keep 63 bytes, without a word.
    [[nodiscard]] static std::string quoted(const SqlName& name) { return sql_quoted(name, 63); }

    void execute(const std::string& sql, const SqlParameters& parameters = {}) {
        (void)session_.run(sql, parameters);
    }
    void begin(bool /*writes*/) { execute("BEGIN"); }
    /// COMMIT would turn into ROLLBACK, without a word, where a statement has failed; a savepoint does not.
    void commit() {
        execute("SAVEPOINT gasket_end");
        execute("COMMIT");
    }

    [[nodiscard]] Cursor open(const std::string& sql, const SqlParameters& parameters, bool in_transaction) {
        return {session_, sql, parameters, in_transaction};
    }

    [[nodiscard]] bool exists(const SqlName& name) {
        return !session_.run("SELECT to_regclass($1)", {quoted(name)})[0][0].is_null();
    }
    [[nodiscard]] std::vector<SqlColumn> columns_of(const SqlName& name) {
        return postgres_columns(session_, session_.run("SELECT * FROM " + quoted(name) + " LIMIT 0"));
    }

    [[nodiscard]] static std::pair<SqlType, std::string> type_of(LogicalType type) {
        switch (type) {
            case LogicalType::integer:
                return {SqlType::whole, "bigint"};
            case LogicalType::real:
                return {SqlType::real, "double precision"};
            case LogicalType::boolean:
                return {SqlType::boolean, "boolean"};
            case LogicalType::datetime:
                return {SqlType::time, "timestamptz"};
            case LogicalType::category:
            case LogicalType::text:
                break;
        }
        return {SqlType::label, "text"};
    }

    /// By COPY: one statement and one stream for all rows.
    void insert(const SqlName& name, const std::vector<SqlColumn>& columns, const Table& table) {
        std::string names;
        for (const SqlColumn& column : columns) names += (names.empty() ? "" : ", ") + quoted(column.name);
        session_.guard("COPY " + quoted(name), [&] {
#if PQXX_VERSION_MAJOR < 7
            pqxx::stream_to stream(session_.work(), quoted(name), std::vector<std::string>{names});
#else
            auto stream = pqxx::stream_to::raw_table(session_.work(), quoted(name), names);
#endif
            std::vector<std::string> texts(columns.size());
            std::vector<const char*> cells(columns.size());
            for (std::size_t r = 0; r < table.rows(); ++r) {
                for (std::size_t c = 0; c < columns.size(); ++c)
                    cells[c] = in_words(table.column(c), r, columns[c].type, texts[c]);
#if PQXX_VERSION_MAJOR < 7
                stream << CopyRow{cells};
#else
                stream.write_row(cells);
#endif
            }
            stream.complete();
        });
    }

  private:
    /// A cell in PostgreSQL's words, null for a missing one; `room` keeps it.
    [[nodiscard]] static const char* in_words(const Column& column, std::size_t r, SqlType type,
                                              std::string& room) {
        if (column.is_missing(r)) return nullptr;
        switch (column.kind()) {
            case Kind::numeric: {
                const double x = column.numbers()[r];
                if (type == SqlType::boolean) return x == 1 ? "t" : "f";
                room = type == SqlType::whole ? std::to_string(static_cast<std::int64_t>(x))
                                              : PostgresSession::in_words(x);
                break;
            }
            case Kind::category:
                return column.labels()[static_cast<std::size_t>(column.codes()[r])].c_str();
            case Kind::datetime:
                room = sql_time(column.seconds()[r]) + "+00";
        }
        return room.c_str();
    }

    PostgresSession session_;
};

}  // namespace detail

/// A connection to a PostgreSQL server; SqlDatabase has what it does.
///
///     Postgres bank("host=db.example dbname=bank user=reader");
///     const Table customers = bank.query("SELECT * FROM customers WHERE age > $1", {60});
///
/// Numbers (integers, real, double precision, numeric), booleans, date, timestamp (taken as UTC) and
/// timestamptz become numbers and times; texts, enumerations, uuid and json labels; any other type is an
/// error that says so. Fractions of a second are cut off; `infinity` and years beyond 9999 or before 1 are
/// errors. numeric keeps as many digits as a double has.
///
/// A place `$1` has the type that the server sees for it: beside an integer column, `age > $1::double
/// precision` takes a fraction. Results come through a cursor, tables go by COPY. What a table of yours has
/// declared as real or numeric(10, 2) is rounded by the server.
class Postgres : public SqlDatabase<detail::PostgresDriver> {
  public:
    /// `options` as libpq has them: "host=... port=... dbname=... user=... password=...", or a URI. What is
    /// left out comes from the environment (PGHOST, PGPASSWORD, ...). throws SqlError with what the server
    /// says
    explicit Postgres(const std::string& options) : SqlDatabase(options) {}
};

}  // namespace gasket
