#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/detail/csv_column.hpp"
#include "gasket/data/detail/sql_rows.hpp"
#include "gasket/data/detail/text_bytes.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/sql_value.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// A stretch of statements of which all count or none: what is not committed when the object goes is undone.
/// One inside another may be undone alone. Must not outlive its database.
template <class Driver>
class SqlTransaction {
  public:
    /// `writes`: whether to wait for other writers now rather than at the first change.
    SqlTransaction(Driver& driver, int& depth, bool writes) : driver_(driver), depth_(depth) {
        if (depth_ == 0) {
            driver_.begin(writes);
        } else {
            driver_.execute("SAVEPOINT " + name());
        }
        ++depth_;
    }
    SqlTransaction(const SqlTransaction&) = delete;
    SqlTransaction& operator=(const SqlTransaction&) = delete;
    ~SqlTransaction() {
        if (done_) return;
        --depth_;
        try {
            if (depth_ == 0) {
                driver_.execute("ROLLBACK");
            } else {
                driver_.execute("ROLLBACK TO SAVEPOINT " + name());
                driver_.execute("RELEASE SAVEPOINT " + name());
            }
        } catch (const SqlError&) {  // the connection is gone, and the transaction with it
        }
    }

    /// Makes all of it last. throws SqlError, and then nothing of it does
    void commit() {
        if (depth_ == 1) {
            driver_.commit();
        } else {
            driver_.execute("RELEASE SAVEPOINT gasket_" + std::to_string(depth_ - 1));
        }
        --depth_;
        done_ = true;
    }

  private:
    [[nodiscard]] std::string name() const { return "gasket_" + std::to_string(depth_); }

    Driver& driver_;
    int& depth_;
    bool done_ = false;
};

/// The result of a query of any length, as one Table after the other: see SqlDatabase::blocks. Must not
/// outlive its database.
template <class Driver>
class SqlBlocks {
  public:
    SqlBlocks(detail::SqlRows<typename Driver::Cursor> result, std::size_t rows)
        : result_(std::move(result)), rows_(rows) {}

    /// The next rows; nothing at the end. throws SqlError for a value that is not of its column's type
    [[nodiscard]] std::optional<Table> next() {
        if (!result_.read(rows_)) return std::nullopt;
        return result_.table();
    }

  private:
    detail::SqlRows<typename Driver::Cursor> result_;
    std::size_t rows_;
};

/// A connection to a database: queries become Tables, Tables become tables. What Sqlite and Postgres share.
///
///     Sqlite bank("bank.sqlite");
///     const Table customers = bank.query("SELECT * FROM customers WHERE age > $1", {60});
///     bank.append("scores", model.predict(live).beside(live.select({"customer_id"})));
///
/// NULL is missing. Numbers, booleans (0 and 1), texts (labels) and times come over as they are, doubles to
/// the last bit; a column with a whole number that no double holds becomes labels, as in a CSV file. Values
/// for a statement stand in it as `$1`, `$2`, ... and are handed over beside it.
///
/// Every function throws SqlError: 114 with the message of the database for what it refuses, 113 where it is
/// not to be reached. Not thread-safe: a connection serves one thread at a time.
template <class Driver>
class SqlDatabase {
  public:
    SqlDatabase(const SqlDatabase&) = delete;
    SqlDatabase& operator=(const SqlDatabase&) = delete;

    /// The result of a SELECT. Types are those of the result's columns.
    ///
    /// memory: the table, and some thousand rows. O(cells). throws SqlError for a type that no Table holds or
    /// a value that is not of its column's type, with row (from 0) and column; SchemaError for two columns of
    /// one name
    [[nodiscard]] Table query(const std::string& sql, const SqlParameters& parameters = {}) {
        return whole_result(sql, parameters, nullptr);
    }

    /// The columns of `schema`, by name and as it says: types, readings of texts (dates, money, spellings of
    /// missing), as `read_csv` under a schema. Other columns are left out. Ranges, labels and gaps are not
    /// checked.
    ///
    /// throws as the other; SchemaError for a required column that the result has not; OptionError for a
    /// reading that makes no sense
    [[nodiscard]] Table query(const std::string& sql, const Schema& schema,
                              const SqlParameters& parameters = {}) {
        return whole_result(sql, parameters, &schema);
    }

    /// The result of a SELECT as tables of up to `rows` rows, however long it is; put together they are what
    /// `query` gives.
    ///
    ///     auto blocks = bank.blocks("SELECT * FROM customers", model.schema(), 50'000);
    ///     while (const auto block = blocks.next()) score(*block);
    ///
    /// The connection may do other things meanwhile. PostgreSQL keeps the result on its side, in a file of
    /// its own unless a transaction of yours is open. memory: one block and some thousand rows. throws as
    /// `query`; OptionError for 0 rows
    [[nodiscard]] SqlBlocks<Driver> blocks(const std::string& sql, const Schema& schema, std::size_t rows,
                                           const SqlParameters& parameters = {}) {
        detail::require_option(rows > 0, "rows of blocks", "0", "1 and more");
        return {result(sql, parameters, &schema), rows};
    }

    /// Any statement whose result is of no interest: CREATE, DELETE, ...
    void execute(const std::string& sql, const SqlParameters& parameters = {}) {
        driver_.execute(sql, parameters);
    }

    /// Makes the table `name` with the columns and rows of `table`: all of it or nothing. Whole numbers
    /// become integers, other numbers double precision, labels text, times moments UTC; a column that
    /// `types` has becomes what its type there says.
    ///
    /// O(cells), in bulk. throws SqlError where there is such a table, for a value that is not of the type
    /// that `types` says, for names that the database cannot keep
    void create(const SqlName& name, const Table& table, const Schema& types = {}) {
        require_columns(name, table);
        auto all = transaction();
        if (driver_.exists(name)) {
            throw SqlError(ErrorCode::sql_table, {.expected = "no table " + text::quoted(name.name),
                                                  .found = "one",
                                                  .where = driver_.where(),
                                                  .advice = "append to it, drop it, or take another name"});
        }
        make(name, table, types);
        all.commit();
    }

    /// Adds the rows of `table` to the table `name`, by the names of the columns: all of them or none. Where
    /// there is no such table, makes it as `create` does. Columns that only the table in the database has
    /// take their default there.
    ///
    /// O(cells), in bulk. throws SqlError for a column that it has not or whose type the values do not have
    void append(const SqlName& name, const Table& table, const Schema& types = {}) {
        require_columns(name, table);
        auto all = transaction();
        if (driver_.exists(name)) {
            insert(name, table, driver_.columns_of(name));
        } else {
            make(name, table, types);
        }
        all.commit();
    }

    /// Begins a transaction: `auto all = bank.transaction(); ... all.commit();`
    [[nodiscard]] SqlTransaction<Driver> transaction() { return {driver_, depth_, true}; }

  protected:
    template <class... Arguments>
    explicit SqlDatabase(const Arguments&... arguments) : driver_(arguments...) {}

  private:
    [[nodiscard]] detail::SqlRows<typename Driver::Cursor> result(const std::string& sql,
                                                                  const SqlParameters& parameters,
                                                                  const Schema* schema) {
        return {driver_.open(sql, parameters, depth_ > 0), driver_.where() + ", query " + text::quoted(sql),
                schema};
    }

    [[nodiscard]] Table whole_result(const std::string& sql, const SqlParameters& parameters,
                                     const Schema* schema) {
        SqlTransaction<Driver> all(driver_, depth_, false);
        Table out;
        {
            auto rows = result(sql, parameters, schema);
            (void)rows.read(static_cast<std::size_t>(-1));
            out = rows.table();
        }
        all.commit();
        return out;
    }

    static void require_columns(const SqlName& name, const Table& table) {
        if (table.columns() == 0) {
            throw SqlError(ErrorCode::sql_table,
                           {.expected = "a table with columns",
                            .found = "none",
                            .where = "table to be written as " + text::quoted(name.name),
                            .advice = "give it at least one"});
        }
    }

    void make(const SqlName& name, const Table& table, const Schema& types) {
        std::string sql;
        std::vector<detail::SqlColumn> columns;
        for (std::size_t c = 0; c < table.columns(); ++c) {
            const auto given = types.find(table.name(c));
            const auto [type, word] = driver_.type_of(given ? types[*given].type : type_for(table.column(c)));
            columns.push_back({table.name(c), type, word});
            sql += (c == 0 ? "" : ", ") + driver_.quoted(table.name(c)) + " " + word;
        }
        driver_.execute("CREATE TABLE " + driver_.quoted(name) + " (" + sql + ")");
        insert(name, table, columns);
    }

    /// Whole numbers make integers, but for -0, which no integer is.
    [[nodiscard]] static LogicalType type_for(const Column& column) {
        if (column.kind() == Kind::datetime) return LogicalType::datetime;
        if (column.kind() == Kind::category) return LogicalType::text;
        bool any = false;
        for (const double x : column.numbers()) {
            if (is_missing(x)) continue;
            if (!detail::is_whole(x) || (x == 0 && std::signbit(x))) return LogicalType::real;
            any = true;
        }
        return any ? LogicalType::integer : LogicalType::real;
    }

    void insert(const SqlName& name, const Table& table, const std::vector<detail::SqlColumn>& columns) {
        std::vector<detail::SqlColumn> used;
        for (std::size_t c = 0; c < table.columns(); ++c) {
            const auto at = std::find_if(columns.begin(), columns.end(),
                                         [&](const auto& column) { return column.name == table.name(c); });
            if (at == columns.end()) throw_lacking(name, table.name(c), columns);
            check(name, table.column(c), *at);
            used.push_back(*at);
        }
        driver_.insert(name, used, table);
    }

    [[noreturn]] void throw_lacking(const SqlName& name, const std::string& wanted,
                                    const std::vector<detail::SqlColumn>& columns) const {
        std::vector<std::string> names;
        for (const detail::SqlColumn& column : columns) names.push_back(column.name);
        const std::string near = text::nearest(wanted, names);
        throw SqlError(
            ErrorCode::sql_table,
            {.expected = "a column " + text::quoted(wanted),
             .found = "only " + text::list(names, 30),
             .where = driver_.where() + ", table " + text::quoted(name.name),
             .advice = near.empty() ? "leave the column out, or add it to the table in the database"
                                    : "did you mean " + text::quoted(near) + "?"});
    }

    /// Refuses values that the column of the database would refuse, or keep as something else.
    void check(const SqlName& name, const Column& column, const detail::SqlColumn& to) const {
        using detail::SqlType;
        const bool number =
            to.type == SqlType::whole || to.type == SqlType::real || to.type == SqlType::boolean;
        const bool time = to.type == SqlType::time || to.type == SqlType::day;
        const bool fits = to.type == SqlType::any || (column.kind() == Kind::numeric && number) ||
                          (column.kind() == Kind::datetime && time) ||
                          (column.kind() == Kind::category && to.type == SqlType::label);
        const std::string where =
            driver_.where() + ", table " + text::quoted(name.name) + ", column " + text::quoted(to.name);
        if (!fits && column.missing_count() != column.size()) {
            throw SqlError(ErrorCode::sql_table,
                           {.expected = column.kind() == Kind::numeric    ? "a type for numbers"
                                        : column.kind() == Kind::datetime ? "a type for dates and times"
                                                                          : "a type for texts",
                            .found = to.declared,
                            .where = where,
                            .advice = "write to another table, or change the column"});
        }
        const std::vector<char> bad_labels = labels_that_are_no_text(column);
        for (std::size_t r = 0; fits && r < column.size(); ++r) {
            if (column.is_missing(r)) continue;
            const char* const wanted = refusal(column, r, to.type, bad_labels);
            if (wanted == nullptr) continue;
            throw SqlError(ErrorCode::bad_value,
                           {.expected = wanted,
                            .found = text::quoted(Table{{to.name, column}}.cell(r, 0)),
                            .where = where + " (" + to.declared + "), row " + std::to_string(r),
                            .advice = "correct the value, or make the table with a Schema that gives the "
                                      "column another type"});
        }
    }

    [[nodiscard]] static std::vector<char> labels_that_are_no_text(const Column& column) {
        std::vector<char> out;
        if (column.kind() != Kind::category) return out;
        for (const std::string& label : column.labels())
            out.push_back(detail::find_bad_byte(label) != std::string::npos);
        return out;
    }

    /// What the column takes in place of the value, which it does not take; null where it does.
    [[nodiscard]] static const char* refusal(const Column& column, std::size_t r, detail::SqlType type,
                                             const std::vector<char>& bad_labels) {
        switch (column.kind()) {
            case Kind::numeric: {
                const double x = column.numbers()[r];
                if (type == detail::SqlType::whole && !detail::is_whole(x)) return "whole numbers up to 2^53";
                if (type == detail::SqlType::boolean && x != 0 && x != 1) return "0 and 1";
                break;
            }
            case Kind::datetime: {
                const std::int64_t s = column.seconds()[r];
                if (s < detail::year_1 || s >= detail::year_10000) return "times of the years 1 to 9999";
                if (type == detail::SqlType::day && s % 86400 != 0) return "dates, at midnight UTC";
                break;
            }
            case Kind::category:
                if (bad_labels[static_cast<std::size_t>(column.codes()[r])] != 0)
                    return "text in UTF-8, without NUL bytes";
        }
        return nullptr;
    }

    Driver driver_;
    int depth_ = 0;
};

}  // namespace gasket
