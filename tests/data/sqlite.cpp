#include "gasket/data/sqlite.hpp"

#include <filesystem>

#include "support/sql.hpp"

using namespace gasket;
using testing_support::cells;
using testing_support::failure;
using testing_support::scratch_file;
using testing_support::unless_in;
using testing_support::write_text;
using Cells = std::vector<std::string>;

namespace {

Sqlite memory() {
    return Sqlite(":memory:", SqliteAccess::create);
}

}  // namespace

TEST_CASE("SQLite keeps every value to the last bit") {
    auto db = memory();
    testing_support::keeps_every_value(db);
    // but for the sign of zero
    db.create("zero", Table{{"x", Column::numeric({-0.0, 0.5})}});
    CHECK(db.query("SELECT x FROM zero")["x"].numbers()[0] == 0);
}

TEST_CASE("values for an SQLite statement travel beside it") {
    auto db = memory();
    testing_support::binds_values(db);
    CHECK(cells(db.query("SELECT ? AS a, ? AS b", {"x", 2.5}), "b") == Cells{"2.5"});
    CHECK(cells(db.query("SELECT ?2 AS a", {"x", "y"}), "a") == Cells{"y"});
    CHECK(failure([&] { (void)db.query("SELECT :name", {1}); }).parts.found == ":name");
}

TEST_CASE("names in SQLite are quoted, whatever they are") {
    auto db = memory();
    testing_support::quotes_names(db);
    db.execute("ATTACH ':memory:' AS \"other db\"");
    db.create({"other db", "t"}, Table{{"x", Column::numeric({1})}});
    db.append({"other db", "t"}, Table{{"x", Column::numeric({2})}});
    CHECK(db.query("SELECT * FROM \"other db\".t").rows() == 2);
    CHECK_THROWS_AS(db.query("SELECT * FROM main.t"), SqlError);
}

TEST_CASE("a table is written to SQLite as a whole or not at all") {
    auto db = memory();
    testing_support::writes_all_or_nothing(db);
}

TEST_CASE("an SQLite table of other columns is left as it is") {
    auto db = memory();
    testing_support::refuses_other_columns(db);
}

TEST_CASE("what SQLite refuses is said in one line, and the connection goes on") {
    auto db = memory();
    testing_support::says_what_is_wrong(db);
}

TEST_CASE("a schema says how texts and numbers from SQLite are read") {
    auto db = memory();
    testing_support::reads_under_a_schema(db);
}

TEST_CASE("results of SQLite come in blocks") {
    auto db = memory();
    testing_support::hands_out_blocks(db);
}

TEST_CASE("customers from SQLite are those of the file") {
    auto db = memory();
    testing_support::agrees_with_the_file(db);
}

TEST_CASE("cells of SQLite decide for themselves, within what the column declares") {
    auto db = memory();
    db.execute(
        "CREATE TABLE t (any, i INTEGER, s TEXT, at TIMESTAMP, b BOOLEAN, n NUMERIC(10, 2), v VARCHAR(9))");
    db.execute(
        "INSERT INTO t VALUES (1, 'x', 00123, '2024-03-05T10:00:00+02:00', 1, 2.5, 7), "
        "(NULL, NULL, NULL, NULL, NULL, NULL, NULL), (2.5, 9007199254740993, '4', '2024-03-05', 0, 3, 'w')");
    const Table t = db.query("SELECT *, date(at) AS day, at || '' AS copy, NULL AS gaps FROM t");
    CHECK(cells(t, "any") == Cells{"1", "<missing>", "2.5"});
    CHECK(t["any"].kind() == Kind::numeric);
    CHECK(cells(t, "i") == Cells{"x", "<missing>", "9007199254740993"});  // no digit is lost
    CHECK(cells(db.query("SELECT 1.5 AS x UNION ALL SELECT 9007199254740993"), "x") ==
          Cells{"1.5", "9007199254740993"});
    CHECK(t["s"].kind() == Kind::category);
    CHECK(cells(t, "s") == Cells{"123", "<missing>", "4"});
    CHECK(cells(t, "at") == Cells{"2024-03-05T08:00:00Z", "<missing>", "2024-03-05"});
    CHECK(t["b"].kind() == Kind::numeric);
    CHECK(cells(t, "n") == Cells{"2.5", "<missing>", "3"});
    CHECK(cells(t, "v") == Cells{"7", "<missing>", "w"});
    CHECK(t["day"].kind() == Kind::datetime);  // an expression: all of its texts are dates
    CHECK(t["gaps"].kind() == Kind::numeric);
    CHECK(db.query("SELECT s || '' AS x FROM t")["x"].kind() == Kind::category);

    const auto wrong = [&](const std::string& value) {
        db.execute("DELETE FROM t");
        db.execute("INSERT INTO t (at) VALUES ('2024-01-01'), (" + value + ")");
        return failure([&] { (void)db.query("SELECT at FROM t"); });
    };
    const auto words = wrong("'5 March'");
    CHECK(words.code == ErrorCode::bad_value);
    CHECK(words.parts.found == "'5 March'");
    CHECK(unless_in(words.parts.where, "row 1, column 'at'") == "");
    CHECK(wrong("1709632800").parts.found == "'1709632800'");
    const auto blob = wrong("x'0102ff'");
    CHECK(blob.code == ErrorCode::sql_type);
    CHECK(blob.parts.found == "a BLOB of 3 bytes");
    CHECK(wrong("CAST(x'41ff' AS TEXT)").code == ErrorCode::bad_encoding);
    CHECK(failure([&] { (void)db.query("SELECT CAST(x'4100' AS TEXT) AS x"); }).code ==
          ErrorCode::bad_encoding);
}

TEST_CASE("an SQLite file that is not there, or is none, is an error, and none is made unasked") {
    const std::string path = scratch_file("no.sqlite");
    const auto absent = failure([&] { Sqlite db(path); });
    CHECK(absent.code == ErrorCode::database_unreachable);
    CHECK(absent.parts.where == path);
    CHECK(!std::filesystem::exists(path));
    const auto text = failure([&] { Sqlite db(write_text("text.sqlite", std::string(2000, 'x'))); });
    CHECK(text.code == ErrorCode::database_unreachable);
    CHECK(unless_in(text.parts.found, "not a database") == "");
    Sqlite(path, SqliteAccess::create).create("t", Table{{"x", Column::numeric({1})}});
    Sqlite reader(path, SqliteAccess::read);
    CHECK(reader.query("SELECT * FROM t").rows() == 1);
    CHECK(failure([&] {
              reader.append("t", Table{{"x", Column::numeric({1})}});
          }).code == ErrorCode::sql_refused);
    Sqlite writer(path);
    writer.append("t", Table{{"x", Column::numeric({2})}});
    CHECK(reader.query("SELECT * FROM t").rows() == 2);
}
