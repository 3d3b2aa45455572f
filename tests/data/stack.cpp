#include "gasket/data/stack.hpp"

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("tables are put one under the other, columns by name, labels in the order in which they appear") {
    const Table a{{"x", Column::numeric({1, missing})},
                  {"c", Column::category(Labels{"unused", "b", "a"}, std::vector<std::int32_t>{2, 1})},
                  {"t", Column::datetime({5, missing_time})}};
    const Table b{{"t", Column::datetime({7})}, {"c", Column::category({"b"})}, {"x", Column::numeric({3})}};
    const Table c{{"x", Column::numeric({4})},
                  {"c", Column::category(std::vector<std::string>{""}, std::vector<bool>{true})},
                  {"t", Column::datetime({8})}};
    const Table all = stack(std::vector<Table>{a, Table{}, b, c});
    CHECK(all.names() == a.names());
    CHECK(all["x"].numbers()[2] == 3);
    CHECK(all["x"].is_missing(1));
    CHECK(all["c"].labels() == Labels{"a", "b"});
    CHECK(all.cell(2, 1) == "b");
    CHECK(all["c"].is_missing(3));
    CHECK(all["t"].seconds()[3] == 8);
    CHECK(all["t"].is_missing(1));
    CHECK(stack(std::vector<Table>{}).columns() == 0);
}

TEST_CASE("tables of other columns are refused") {
    const Table a{{"x", Column::numeric({1})}};
    CHECK_THROWS_AS(stack(std::vector<Table>{a, Table{{"y", Column::numeric({1})}}}), SchemaError);
    CHECK_THROWS_AS(stack(std::vector<Table>{a, a.with("y", Column::numeric({1}))}), SchemaError);
    CHECK_THROWS_AS(stack(std::vector<Table>{a, Table{{"x", Column::category({"1"})}}}), SchemaError);
}
