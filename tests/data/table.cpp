#include "gasket/data/table.hpp"

#include <functional>
#include <sstream>

#include "support/catch.hpp"

using namespace gasket;

namespace {
Table sample() {
    return {{"x", Column::numeric({1.5, missing, 3})},
            {"city", Column::category({"Rome", "Oslo", "Rome"})},
            {"when", Column::datetime({0, 86400, missing_time})}};
}
ErrorParts parts_of(ErrorCode code, const std::function<void()>& act) {
    try {
        act();
    } catch (const SchemaError& e) {
        CHECK(e.code() == code);
        return e.parts();
    }
    FAIL("nothing thrown");
    return {};
}
}  // namespace

TEST_CASE("a table knows its columns by name and place") {
    const Table t = sample();
    CHECK(t.rows() == 3);
    CHECK(t.columns() == 3);
    CHECK(t["x"].numbers()[2] == 3);
    CHECK(t.index_of("when") == 2);
    CHECK(t.has("city"));
    CHECK_FALSE(t.find("nope"));
    CHECK(Table{}.empty());
    CHECK(t.bytes() == t.column(0).bytes() + t.column(1).bytes() + t.column(2).bytes());
}

TEST_CASE("an unknown column is an error that names the nearest one") {
    const ErrorParts p = parts_of(ErrorCode::missing_column, [] { (void)sample()["City"]; });
    CHECK(p.expected == "a column 'City'");
    CHECK(p.advice == "did you mean 'city'?");
    CHECK(p.found == "only x, city and when");
    CHECK(parts_of(ErrorCode::missing_column, [] { (void)sample()["balance"]; }).advice == "check the name");
}

TEST_CASE("a name twice and columns of other lengths are refused") {
    CHECK(parts_of(ErrorCode::duplicate_column, [] {
              (void)Table{{"a", Column::numeric({1})}, {"a", Column::numeric({1})}};
          }).found == "'a' twice");
    CHECK(parts_of(ErrorCode::length_mismatch, [] {
              (void)Table{{"a", Column::numeric({1})}, {"b", Column::numeric({1, 2})}};
          }).where == "column 'b'");
    CHECK_THROWS_AS(sample().with("x", Column::numeric({1})), SchemaError);
    CHECK_THROWS_AS(Table::of({"a", "a"}, {Column::numeric({1}), Column::numeric({1})}), SchemaError);
}

TEST_CASE("changes make a new table that shares the untouched columns") {
    const Table t = sample();
    const Table replaced = t.with("x", Column::numeric({7, 8, 9}));
    CHECK(replaced.names() == t.names());
    CHECK(replaced["x"].numbers()[0] == 7);
    CHECK(t["x"].numbers()[0] == 1.5);
    CHECK(replaced["city"].codes().data() == t["city"].codes().data());
    CHECK(t.with("new", Column::numeric({0, 0, 0})).columns() == 4);
    CHECK(t.without({"x", "when"}).names() == std::vector<std::string>{"city"});
    CHECK_THROWS_AS(t.without({"nope"}), SchemaError);
    CHECK(t.select({"when", "x"}).names() == std::vector<std::string>{"when", "x"});
    CHECK_THROWS_AS(t.select({"nope"}), SchemaError);
}

TEST_CASE("rows are taken, sliced and cut at the end") {
    const Table t = sample();
    const std::vector<std::size_t> rows = {2, 2, 0};
    CHECK(t.take(rows)["x"].numbers()[2] == 1.5);
    CHECK(t.head(2).rows() == 2);
    CHECK(t.head(99).rows() == 3);
    CHECK(t.slice(1, 3).cell(0, 1) == "Oslo");
    CHECK(t.slice(2, 1).rows() == 0);
    const std::vector<std::size_t> beyond = {3};
    CHECK(parts_of(ErrorCode::row_out_of_range, [&] { (void)t.take(beyond); }).found == "row 3");
}

TEST_CASE("cells are text, empty where missing, and a table prints its first rows") {
    const Table t = sample();
    CHECK(t.cell(0, 0) == "1.5");
    CHECK(t.cell(1, 0).empty());
    CHECK(t.cell(1, 2) == "1970-01-02");
    std::ostringstream out;
    out << t;
    CHECK(out.str() ==
          "    x  city        when\n"
          "  1.5  Rome  1970-01-01\n"
          "    -  Oslo  1970-01-02\n"
          "    3  Rome           -\n"
          "  3 rows x 3 columns\n");
    std::ostringstream none;
    none << Table{};
    CHECK(none.str() == "  0 rows x 0 columns\n");
}
