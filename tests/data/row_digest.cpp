#include "gasket/data/row_digest.hpp"

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("equal rows have equal digests, whatever the order of columns and dictionaries") {
    const Table a{{"x", Column::numeric({1, 2, 1, missing, 0.0, -0.0})},
                  {"c", Column::category({"u", "v", "u", "v", "v", "v"})},
                  {"t", Column::datetime({1, 1, 1, missing_time, 3, 3})}};
    const auto d = row_digests(a);
    CHECK(d[0] == d[2]);
    CHECK(d[4] == d[5]);
    CHECK(d[0] != d[1]);
    CHECK(d[3] != d[4]);
    const Table b{{"t", a["t"]},
                  {"c", Column::category({"v", "u"}, std::vector<std::int32_t>{1, 0, 1, 0, 0, 0})},
                  {"x", a["x"]}};
    CHECK(row_digests(b) == d);
    const Table renamed{{"y", a["x"]}, {"c", a["c"]}, {"t", a["t"]}};
    CHECK(row_digests(renamed) != d);
    const Table swapped{{"x", Column::numeric({1})}, {"y", Column::numeric({2})}};
    const Table other{{"x", Column::numeric({2})}, {"y", Column::numeric({1})}};
    CHECK(row_digests(swapped) != row_digests(other));
    CHECK(row_digests(Table{}).empty());
}
