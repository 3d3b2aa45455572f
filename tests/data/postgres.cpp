#include "gasket/data/postgres.hpp"

#include <cstdlib>

#include "support/sql.hpp"

using namespace gasket;
using testing_support::cells;
using testing_support::failure;
using testing_support::unless_in;
using Cells = std::vector<std::string>;

namespace {

/// How to reach the server that tests/support/with_postgres has started.
std::string server() {
    const char* const options = std::getenv("GASKET_TEST_POSTGRES");
    if (options == nullptr) FAIL("run this by tests/support/with_postgres, which starts a server");
    return options == nullptr ? "" : options;
}

/// A connection to a database without tables.
class Fresh : public Postgres {
  public:
    Fresh() : Postgres(server()) {
        execute("DROP SCHEMA IF EXISTS public CASCADE");
        execute("CREATE SCHEMA public");
    }
};

}  // namespace

TEST_CASE("PostgreSQL keeps every value to the last bit") {
    Fresh db;
    testing_support::keeps_every_value(db);
    const Table zero{{"x", Column::numeric({-0.0, 0})}};
    db.create("zero", zero);
    testing_support::check_same(db.query("SELECT * FROM zero"), zero);
}

TEST_CASE("values for a PostgreSQL statement travel beside it") {
    Fresh db;
    testing_support::binds_values(db);
    CHECK(cells(db.query("SELECT $1::timestamptz AS a, $2::boolean AS b, $3::double precision AS c",
                         {"2024-03-05 10:00+02", true, HUGE_VAL}),
                "a") == Cells{"2024-03-05T08:00:00Z"});
}

TEST_CASE("names in PostgreSQL are quoted, whatever they are") {
    Fresh db;
    testing_support::quotes_names(db);
    db.execute("DROP SCHEMA IF EXISTS \"my reports\" CASCADE");
    db.execute("CREATE SCHEMA \"my reports\"");
    db.create({"my reports", "t"}, Table{{"x", Column::numeric({1})}});
    db.append({"my reports", "t"}, Table{{"x", Column::numeric({2})}});
    CHECK(db.query("SELECT * FROM \"my reports\".t").rows() == 2);
    CHECK_THROWS_AS(db.query("SELECT * FROM public.t"), SqlError);
    // the server would cut a name of 64 bytes
    CHECK(failure([&] {
              db.create(std::string(64, 'x'), Table{{"x", Column::numeric({1})}});
          }).code == ErrorCode::sql_table);
    db.create(std::string(63, 'x'), Table{{"x", Column::numeric({1})}});
}

TEST_CASE("a table is written to PostgreSQL as a whole or not at all") {
    Fresh db;
    testing_support::writes_all_or_nothing(db);
    // COMMIT after a failed statement would roll back and say nothing
    auto all = db.transaction();
    db.append("t", Table{{"x", Column::numeric({1})}});
    CHECK_THROWS_AS(db.execute("SELEC"), SqlError);
    CHECK(failure([&] { all.commit(); }).code == ErrorCode::sql_refused);
}

TEST_CASE("a PostgreSQL table of other columns is left as it is") {
    Fresh db;
    testing_support::refuses_other_columns(db);
    db.execute(
        "CREATE TABLE days (d date, n smallint, at timestamp, id serial, by text DEFAULT current_user)");
    db.append("days", Table{{"at", Column::datetime({90000})},
                            {"d", Column::datetime({86400})},
                            {"n", Column::numeric({7})}});
    const Table t = db.query("SELECT d, n, at, id, by FROM days");
    CHECK(cells(t, "d") == Cells{"1970-01-02"});
    CHECK(cells(t, "at") == Cells{"1970-01-02T01:00:00Z"});
    CHECK(cells(t, "by") == Cells{"tester"});
    const auto noon = failure([&] { db.append("days", Table{{"d", Column::datetime({86400 + 43200})}}); });
    CHECK(noon.parts.expected == "dates, at midnight UTC");
    const auto large = failure([&] { db.append("days", Table{{"n", Column::numeric({40000})}}); });
    CHECK(large.code == ErrorCode::sql_refused);
    CHECK(unless_in(large.parts.found, "out of range for type smallint") == "");
}

TEST_CASE("what PostgreSQL refuses is said in one line, and the connection goes on") {
    Fresh db;
    testing_support::says_what_is_wrong(db);
    CHECK(failure([&] { (void)db.query("SELECT 1/0 AS x"); }).parts.found == "division by zero");
}

TEST_CASE("a schema says how texts and numbers from PostgreSQL are read") {
    Fresh db;
    testing_support::reads_under_a_schema(db);
}

TEST_CASE("results of PostgreSQL come in blocks") {
    Fresh db;
    testing_support::hands_out_blocks(db);
}

TEST_CASE("customers from PostgreSQL are those of the file") {
    Fresh db;
    testing_support::agrees_with_the_file(db);
}

TEST_CASE("types of PostgreSQL become numbers, times and labels, or an error that names them") {
    Fresh db;
    db.execute("CREATE TYPE plan AS ENUM ('basic', 'family')");
    db.execute("CREATE DOMAIN share AS numeric CHECK (VALUE <= 1)");
    const Table t = db.query(
        "SELECT 1::smallint AS i, 0.1::real AS f, 12345678901234567890.5 AS n, true AS b, DATE '2024-03-05' "
        "AS d, "
        "TIMESTAMP '2024-03-05 10:20:30.9' AS at, TIMESTAMPTZ '2024-03-05 10:20:30+02' AS tz, "
        "'family'::plan AS e, 'ab'::char(4) AS c, '5b30857f-0bfa-48b5-ac0b-5c64e28078d1'::uuid AS u, "
        "'{\"a\": 1}'::jsonb AS j, 0.25::share AS s, NULL::integer AS z, 'NaN'::double precision AS nan, "
        "'-infinity'::real AS low, NULL AS nothing, 9007199254740993 AS big, 12345678901234567890 AS bigger");
    const auto one = [&](const std::string& name) { return cells(t, name)[0]; };
    CHECK(one("i") == "1");
    CHECK(one("f") == "0.1");
    CHECK(t["n"].numbers()[0] == 12345678901234567890.5);
    CHECK(one("b") == "1");
    CHECK(one("d") == "2024-03-05");
    CHECK(one("at") == "2024-03-05T10:20:30Z");
    CHECK(one("tz") == "2024-03-05T08:20:30Z");
    CHECK(one("e") == "family");
    CHECK(one("c") == "ab");
    CHECK(one("u") == "5b30857f-0bfa-48b5-ac0b-5c64e28078d1");
    CHECK(one("j") == "{\"a\": 1}");
    CHECK(one("s") == "0.25");
    CHECK(t["z"].kind() == Kind::numeric);
    CHECK(one("nan") == "<missing>");
    CHECK(t["low"].numbers()[0] == -HUGE_VAL);
    CHECK(t["nothing"].kind() == Kind::category);
    CHECK(one("big") == "9007199254740993");  // no digit is lost
    CHECK(one("bigger") == "12345678901234567890");
    for (const auto& [sql, type] : {std::pair{"ARRAY[1, 2]", "integer[]"},
                                    {"'\\x01'::bytea", "bytea"},
                                    {"'1 day'::interval", "interval"},
                                    {"'10:00'::time", "time without time zone"},
                                    {"'1'::money", "money"}}) {
        const auto refused = failure([&] { (void)db.query(std::string("SELECT 1 AS a, ") + sql + " AS b"); });
        CHECK(refused.code == ErrorCode::sql_type);
        CHECK(refused.parts.found == "type " + std::string(type));
        CHECK(unless_in(refused.parts.where, "column 'b'") == "");
        // not asked for, not in the way
        CHECK(
            db.query(std::string("SELECT 1 AS a, ") + sql + " AS b", infer_schema(db.query("SELECT 1 AS a")))
                .names() == Cells{"a"});
    }
    for (const char* time : {"infinity", "12000-01-01", "0044-03-15 BC"}) {
        const auto refused =
            failure([&] { (void)db.query("SELECT $1::timestamp AS at", {std::string(time)}); });
        CHECK(refused.code == ErrorCode::sql_type);
        CHECK(unless_in(refused.parts.where, "row 0, column 'at'") == "");
    }
    // an enumeration takes its own labels and no others
    db.execute("CREATE TABLE plans (p plan, u uuid)");
    db.append("plans", Table{{"p", Column::category({"basic"})}});
    const auto gold = failure([&] { db.append("plans", Table{{"p", Column::category({"gold"})}}); });
    CHECK(unless_in(gold.parts.found, "gold") == "");
}

TEST_CASE("settings of the session do not hang on those of the server") {
    Fresh db;
    db.execute("ALTER ROLE tester SET datestyle = 'German'");
    db.execute("ALTER ROLE tester SET timezone = 'Asia/Tokyo'");
    db.execute("ALTER ROLE tester SET extra_float_digits = 0");
    Postgres other(server());
    const Table t = other.query("SELECT TIMESTAMPTZ '2024-03-05 10:20:30+00' AS at, 0.1::float8 + 0.2 AS x");
    CHECK(cells(t, "at") == Cells{"2024-03-05T10:20:30Z"});
    CHECK(t["x"].numbers()[0] == 0.1 + 0.2);
    db.execute("ALTER ROLE tester RESET ALL");
}

TEST_CASE("a server that is not there, or goes away, is an error that says so") {
    const auto absent = failure([] { Postgres db("host=/nowhere dbname=bank user=u password=secret"); });
    CHECK(absent.code == ErrorCode::database_unreachable);
    CHECK(unless_in(absent.parts.found, "/nowhere") == "");
    CHECK((absent.parts.found + absent.parts.where).find("secret") == std::string::npos);
    CHECK(failure([] { Postgres db("no options at all"); }).code == ErrorCode::database_unreachable);
    const auto unknown = failure([] { Postgres db(server() + " dbname=elsewhere"); });
    CHECK(unless_in(unknown.parts.found, "elsewhere") == "");

    Fresh db;
    Postgres doomed(server());
    const auto pid = doomed.query("SELECT pg_backend_pid() AS pid")["pid"].numbers()[0];
    auto all = doomed.transaction();
    doomed.create("t", Table{{"x", Column::numeric({1})}});
    db.execute("SELECT pg_terminate_backend($1)", {static_cast<int>(pid)});
    const auto gone = failure([&] { (void)doomed.query("SELECT 1 AS x"); });
    CHECK(gone.code == ErrorCode::database_unreachable);
    CHECK_THROWS_AS(doomed.execute("SELECT 1"), SqlError);  // no new session in place of the lost one
    CHECK_THROWS_AS(doomed.query("SELECT 1 AS x"), SqlError);
    CHECK_THROWS_AS(all.commit(), SqlError);
    CHECK_THROWS_AS(db.query("SELECT * FROM t"), SqlError);
}
