#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/data/csv.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/sql_database.hpp"
#include "support/catch.hpp"
#include "support/csv.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

/// What holds for every database: each function is a test on one that has no tables yet.
namespace testing_support {

/// Kind, bits, label or gap of a cell, as text to compare.
inline std::string bits(const gasket::Column& column, std::size_t row) {
    const std::string kind(name_of(column.kind()));
    if (column.is_missing(row)) return kind + " missing";
    if (column.kind() == gasket::Kind::numeric)
        return kind + " " + gasket::text::shortest(column.numbers()[row]) + " = " +
               std::to_string(std::bit_cast<std::uint64_t>(column.numbers()[row]));
    return kind + " '" + gasket::Table{{"x", column}}.cell(row, 0) + "'";
}

inline void check_same(const gasket::Table& a, const gasket::Table& b) {
    CHECK(a.names() == b.names());
    if (a.names() != b.names()) return;
    CHECK(a.rows() == b.rows());
    for (std::size_t c = 0; c < a.columns(); ++c) {
        std::size_t r = 0;
        while (r < a.rows() && r < b.rows() && bits(a.column(c), r) == bits(b.column(c), r)) ++r;
        if (r == a.rows() || r == b.rows()) continue;
        INFO(a.name(c) << ", row " << r);
        CHECK(bits(a.column(c), r) == bits(b.column(c), r));
    }
}

/// Numbers of every bit pattern, texts of every letter that a format might stumble over, times from year 1
/// to 9999, gaps.
inline gasket::Table awkward_table(std::size_t rows) {
    using namespace gasket;
    Random random(3);
    const std::vector<double> numbers = {0,
                                         0.1,
                                         1.0 / 3,
                                         5e-324,
                                         2.2250738585072014e-308,
                                         1e300,
                                         -1e-7,
                                         HUGE_VAL,
                                         -HUGE_VAL,
                                         1.7976931348623157e308,
                                         0.1 + 0.2,
                                         9007199254740993.0,
                                         123456789.123456789};
    const std::vector<std::string> texts = {
        "plain",        "",         " ",    "'",   "\"",   "it's; DROP TABLE x; --",
        "a\tb\nc\r\nd", "\\",       "\\N",  "\\.", "NULL", "Zürich €",
        "$1",           "\x01\x7f", "00123"};
    std::vector<double> real, whole, flag;
    std::vector<std::string> text;
    std::vector<bool> gap;
    std::vector<std::int64_t> time;
    for (std::size_t r = 0; r < rows; ++r) {
        double x = r < numbers.size() ? numbers[r] : std::bit_cast<double>(random.below(~std::uint64_t{0}));
        if (is_missing(x)) x = missing;
        real.push_back(r % 17 == 16 ? missing : x);
        whole.push_back(r == 3 ? missing : r == 4 ? 0x1.0p53 : r == 0 ? 0 : -7.0 * static_cast<double>(r));
        flag.push_back(r == 5 ? missing : static_cast<double>(r % 2));
        text.push_back(texts[r % texts.size()]);
        gap.push_back(r % 19 == 18);
        const auto span = static_cast<std::uint64_t>(detail::year_10000 - detail::year_1);
        time.push_back(r == 0   ? detail::year_1
                       : r == 1 ? detail::year_10000 - 1
                       : r == 2 ? missing_time
                       : r == 3 ? 0
                       : r == 4 ? -86400
                                : detail::year_1 + static_cast<std::int64_t>(random.below(span)));
    }
    return Table{{"real", Column::numeric(real)},
                 {"whole", Column::numeric(whole)},
                 {"flag", Column::numeric(flag)},
                 {"text", Column::category(text, gap)},
                 {"time", Column::datetime(time)}};
}

template <class Database>
void keeps_every_value(Database& db) {
    const gasket::Table table = awkward_table(9000);  // more than a cursor fetches at once
    db.create("t", table);
    check_same(db.query("SELECT * FROM t"), table);
    db.append("t", table.head(3));
    check_same(db.query("SELECT * FROM t").slice(9000, 9003), table.head(3));
    // under its own schema, and types given by it
    const gasket::Schema schema = infer_schema(table);
    db.create("typed", table, schema);
    check_same(db.query("SELECT * FROM typed", schema), table);
    // no rows, and no values, but types all the same
    db.create("none", table.head(0));
    const gasket::Table none = db.query("SELECT * FROM none");
    CHECK(none.names() == table.names());
    CHECK(none["text"].kind() == gasket::Kind::category);
    CHECK(none["time"].kind() == gasket::Kind::datetime);
    CHECK(none.rows() == 0);
}

template <class Database>
void binds_values(Database& db) {
    using gasket::Table;
    db.create("t", awkward_table(100));
    const auto count = [&](const std::string& where, const gasket::SqlParameters& values) {
        return db.query("SELECT count(*) AS n FROM t WHERE " + where, values)["n"].numbers()[0];
    };
    CHECK(count("text = $1", {"it's; DROP TABLE x; --"}) == 7);
    CHECK(count("text = $1", {"x' OR 'a' = 'a"}) == 0);
    CHECK(count("whole < $2 AND whole > $1", {-71, -13}) == 7);
    CHECK(count("real = $1", {0.1 + 0.2}) == 1);
    CHECK(count("text = $1", {nullptr}) == 0);
    CHECK(count("whole = $1 AND text = $2", {0, std::string("plain")}) == 1);
    CHECK(count("whole = $1 OR whole = $1 - 7", {0}) == 2);
    db.execute("DELETE FROM t WHERE whole < $1", {-100});
    CHECK(count("1 = 1", {}) == 15);
    CHECK(failure([&] { (void)count("whole = $1", {}); }).code == gasket::ErrorCode::sql_refused);
    CHECK(failure([&] { (void)count("whole = $1", {1, 2}); }).code == gasket::ErrorCode::sql_refused);
    CHECK_THROWS_AS(gasket::SqlValue(std::string("a\0b", 3)), gasket::OptionError);
    CHECK_THROWS_AS(gasket::SqlValue(std::uint64_t{1} << 63), gasket::OptionError);
    static_assert(!std::is_constructible_v<gasket::SqlValue, int*>);
}

template <class Database>
void quotes_names(Database& db) {
    using gasket::Column, gasket::Table;
    const std::string evil = "a\"; DROP TABLE safe; --";
    db.create("safe", Table{{"x", Column::numeric({1})}});
    db.create(evil, Table{{evil, Column::numeric({1, 2})}, {"Order", Column::category({"a", "b"})}});
    db.append(evil, Table{{"Order", Column::category({"c"})}, {evil, Column::numeric({3})}});
    const Table out = db.query("SELECT * FROM \"a\"\"; DROP TABLE safe; --\"");
    CHECK(out.names() == std::vector<std::string>{evil, "Order"});
    CHECK(cells(out, "Order") == std::vector<std::string>{"a", "b", "c"});
    CHECK(db.query("SELECT * FROM safe").rows() == 1);
    for (const std::string& name : {std::string(), std::string("a\0b", 3), std::string(2000, 'x')})
        CHECK(failure([&] { db.create(name, out); }).code == gasket::ErrorCode::sql_table);
}

template <class Database>
void writes_all_or_nothing(Database& db) {
    using gasket::Column, gasket::Table;
    const auto rows = [&](const std::string& table) { return db.query("SELECT * FROM " + table).rows(); };
    db.execute("CREATE TABLE t (x DOUBLE PRECISION CHECK (x < 100), note TEXT)");
    std::vector<double> numbers(5000, 1.0);
    numbers.back() = 100;  // the last row is refused
    const auto refused = failure([&] { db.append("t", Table{{"x", Column::numeric(numbers)}}); });
    CHECK(refused.code == gasket::ErrorCode::sql_refused);
    CHECK(unless_in(refused.parts.found, "constraint") == "");  // the database's own words
    CHECK(rows("t") == 0);
    numbers.back() = 99;
    db.append("t", Table{{"x", Column::numeric(numbers)}});
    CHECK(rows("t") == 5000);
    CHECK(cells(db.query("SELECT note FROM t"), "note")[0] == "<missing>");

    const Table one{{"x", Column::numeric({1})}};
    {
        auto all = db.transaction();
        db.append("t", one);
        db.create("fresh", one);
        CHECK(rows("t") == 5001);
    }
    CHECK(rows("t") == 5000);
    CHECK_THROWS_AS(rows("fresh"), gasket::SqlError);
    {
        auto all = db.transaction();
        db.append("t", one);
        CHECK_THROWS_AS(db.append("t", Table{{"x", Column::numeric({100})}}), gasket::SqlError);
        {
            auto inner = db.transaction();
            db.append("t", one);
        }
        CHECK(rows("t") == 5001);  // what failed, and what was undone, left the rest as it was
        all.commit();
    }
    CHECK(rows("t") == 5001);
}

template <class Database>
void refuses_other_columns(Database& db) {
    using gasket::Column, gasket::ErrorCode, gasket::Table;
    db.create("t", Table{{"age", Column::numeric({30, 40})},
                         {"share", Column::numeric({0.5, 1})},
                         {"city", Column::category({"Ulm", "Bonn"})},
                         {"at", Column::datetime({0, 1})}});
    const auto append = [&](const std::string& name, const Column& column) {
        const auto out = failure([&] { db.append("t", Table{{name, column}}); });
        CHECK(db.query("SELECT * FROM t").rows() == 2);
        return out;
    };
    const auto exists = failure([&] { db.create("t", Table{{"age", Column::numeric({1})}}); });
    CHECK(exists.code == ErrorCode::sql_table);
    CHECK(unless_in(exists.parts.expected, "no table 't'") == "");
    const auto unknown = append("aged", Column::numeric({1}));
    CHECK(unknown.code == ErrorCode::sql_table);
    CHECK(unknown.parts.found == "only age, share, city and at");
    CHECK(unknown.parts.advice == "did you mean 'age'?");
    for (const auto& [name, column] : {std::pair{"age", Column::category({"1"})},
                                       {"at", Column::numeric({1})},
                                       {"city", Column::numeric({1})},
                                       {"city", Column::datetime({1})}}) {
        const auto other = append(name, column);
        CHECK(other.code == ErrorCode::sql_table);
        CHECK(unless_in(other.parts.where, "table 't', column '" + std::string(name) + "'") == "");
    }
    const auto fraction = append("age", Column::numeric({1, gasket::missing, 2.5}));
    CHECK(fraction.code == ErrorCode::bad_value);
    CHECK(unless_in(fraction.parts.where, "row 2") == "");
    CHECK(fraction.parts.found == "'2.5'");
    CHECK(append("city", Column::category({"a", "\xff"})).code == ErrorCode::bad_value);
    CHECK(append("at", Column::datetime({gasket::detail::year_10000})).code == ErrorCode::bad_value);
    CHECK(failure([&] { db.append("t", Table{}); }).code == ErrorCode::sql_table);
    CHECK(failure([&] { db.create("no", Table{}); }).code == ErrorCode::sql_table);
    db.append("t", Table{{"city", Column::nothing(gasket::Kind::numeric, 1)}});  // no value, so no wrong one
    CHECK(db.query("SELECT * FROM t").rows() == 3);
    db.append("new", Table{{"flag", Column::numeric({1, 0})}},
              gasket::Schema({{.name = "flag", .type = gasket::LogicalType::boolean}}));
    const auto third = failure([&] { db.append("new", Table{{"flag", Column::numeric({2})}}); });
    CHECK(third.parts.expected == "0 and 1");
}

template <class Database>
void says_what_is_wrong(Database& db) {
    using gasket::ErrorCode;
    const auto syntax = failure([&] { (void)db.query("SELEC 1"); });
    CHECK(syntax.code == ErrorCode::sql_refused);
    CHECK(unless_in(syntax.parts.found, "syntax error") == "");
    CHECK(syntax.parts.found.find('\n') == std::string::npos);
    CHECK(unless_in(syntax.parts.where, "SELEC 1") == "");
    CHECK(unless_in(failure([&] { (void)db.query("SELECT * FROM nowhere"); }).parts.found, "nowhere") == "");
    CHECK(failure([&] { (void)db.query("SELECT 1; SELECT 2"); }).code == ErrorCode::sql_refused);
    CHECK(failure([&] { db.execute("SELECT 1; SELECT 2"); }).code == ErrorCode::sql_refused);
    CHECK(db.query("SELECT 1 AS a;").rows() == 1);
    CHECK(db.query("SELECT 1 AS a -- one").rows() == 1);
    const auto twice = failure([&] { (void)db.query("SELECT 1 AS a, 2 AS a"); });
    CHECK(twice.code == ErrorCode::duplicate_column);
    CHECK(twice.parts.found == "'a' twice");
    CHECK(db.query("SELECT 3 AS a").rows() == 1);  // and goes on
}

template <class Database>
void reads_under_a_schema(Database& db) {
    using gasket::Column, gasket::ErrorCode, gasket::LogicalType, gasket::Schema, gasket::Table;
    using Cells = std::vector<std::string>;
    db.create("t", Table{{"id", Column::numeric({7, 8, 9})},
                         {"money", Column::category({"€1,234.50", "unknown", " "})},
                         {"joined", Column::category({"05/03/2024", "", "31/12/2023"})},
                         {"plan", Column::category({"basic", "", "family"})},
                         {"code", Column::numeric({1, 2, gasket::missing})},
                         {"active", Column::category({"Yes", "no", "t"})},
                         {"score", Column::numeric({0.5, -999, 1})}});
    const Schema schema(
        {{.name = "score", .type = LogicalType::real, .reading = {.nulls = {"-999"}}},
         {.name = "money",
          .type = LogicalType::real,
          .reading = {.nulls = {"UNKNOWN"}, .remove = {"€"}, .thousands = ','}},
         {.name = "joined", .type = LogicalType::datetime, .reading = {.formats = {"%d/%m/%Y"}}},
         {.name = "plan", .type = LogicalType::category},
         {.name = "code", .type = LogicalType::category},
         {.name = "active", .type = LogicalType::boolean},
         {.name = "id", .type = LogicalType::integer},
         {.name = "absent", .type = LogicalType::text, .required = false},
         {.name = "ignored", .role = gasket::Role::ignored}});
    const Table out = db.query("SELECT * FROM t ORDER BY id", schema);
    CHECK(out.names() == Cells{"score", "money", "joined", "plan", "code", "active", "id", "absent"});
    CHECK(cells(out, "score") == Cells{"0.5", "<missing>", "1"});
    CHECK(cells(out, "money") == Cells{"1234.5", "<missing>", "<missing>"});
    CHECK(cells(out, "joined") == Cells{"2024-03-05", "<missing>", "2023-12-31"});
    CHECK(cells(out, "plan") == Cells{"basic", "", "family"});  // an empty text is no NULL
    CHECK(cells(out, "code") == Cells{"1", "2", "<missing>"});
    CHECK(cells(out, "active") == Cells{"1", "0", "1"});
    CHECK(cells(out, "absent") == Cells{"<missing>", "<missing>", "<missing>"});
    CHECK(out["absent"].kind() == gasket::Kind::category);
    REQUIRE(out["money"].reading() != nullptr);
    CHECK(out["money"].reading()->remove == Cells{"€"});

    const auto lacks = failure([&] { (void)db.query("SELECT id FROM t", schema); });
    CHECK(lacks.code == ErrorCode::missing_column);
    CHECK(unless_in(lacks.parts.expected, "columns 'score', 'money'") == "");
    CHECK(lacks.parts.found == "only id");
    const auto wrong = [&](const std::string& column, LogicalType type) {
        return failure(
            [&] { (void)db.query("SELECT * FROM t ORDER BY id", Schema({{.name = column, .type = type}})); });
    };
    const auto money = wrong("money", LogicalType::real);
    CHECK(money.code == ErrorCode::bad_value);
    CHECK(money.parts.expected == "a number");
    CHECK(money.parts.found == "'€1,234.50'");
    CHECK(unless_in(money.parts.where, "row 0, column 'money'") == "");
    CHECK(unless_in(wrong("score", LogicalType::integer).parts.where, "row 0, column 'score'") == "");
    CHECK(unless_in(wrong("id", LogicalType::boolean).parts.expected, "true or false") == "");
    CHECK(unless_in(wrong("id", LogicalType::datetime).parts.expected, "a date or time") == "");
}

template <class Database>
void hands_out_blocks(Database& db) {
    using gasket::Table;
    const Table table = awkward_table(10000);
    db.create("t", table);
    const gasket::Schema schema = infer_schema(table);
    const auto walk = [&](std::size_t rows, const std::string& copy) {
        auto blocks = db.blocks("SELECT * FROM t", schema, rows);
        while (const auto block = blocks.next()) db.append(copy, *block, schema);
        CHECK(!blocks.next());
        check_same(db.query("SELECT * FROM " + copy), table);
    };
    walk(4096, "a");
    walk(999, "b");  // and the connection writes meanwhile
    {
        auto all = db.transaction();
        walk(5000, "c");
        all.commit();
    }
    {
        auto left = db.blocks("SELECT * FROM t WHERE whole < $1", schema, 10, {-70});
        CHECK(left.next()->rows() == 10);
    }
    CHECK(db.query("SELECT * FROM c").rows() == 10000);
    CHECK_THROWS_AS(db.blocks("SELECT * FROM t", schema, 0), gasket::OptionError);
}

/// The bank's customers come over as from their file.
template <class Database>
void agrees_with_the_file(Database& db) {
    REQUIRE_DATA(path, "bank_churn_12col/data.csv");
    const gasket::Table file = gasket::read_csv(path);
    db.create("customers", file);
    check_same(db.query("SELECT * FROM customers ORDER BY customer_id"), [&] {
        std::vector<std::size_t> order(file.rows());
        for (std::size_t r = 0; r < order.size(); ++r) order[r] = r;
        const auto id = file["customer_id"].numbers();
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return id[a] < id[b]; });
        return file.take(order);
    }());
    check_same(db.query("SELECT * FROM customers", infer_schema(file)), file);
}

}  // namespace testing_support
