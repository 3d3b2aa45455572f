#include "gasket/data/to_features.hpp"

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("a table goes through features and back") {
    const Table t{{"x", Column::numeric({1, missing})},
                  {"c", Column::category({"a", "b"}, std::vector<bool>{false, true})},
                  {"when", Column::datetime({5, missing_time})}};
    const Features f = detail::to_features(t);
    CHECK(f[0].data() == t["x"].numbers().data());
    CHECK(f[1][0] == 0);
    CHECK(is_missing(f[1][1]));
    CHECK(f[2][0] == 5);
    CHECK(is_missing(f[2][1]));
    CHECK(f.layout()[1].sources == std::vector<std::string>{"c"});
    const Column back = detail::to_column(f.layout()[1], f[1]);
    CHECK(back.labels() == Labels{"a"});
    CHECK(back.is_missing(1));
    const std::vector<double> unseen = {unseen_code, 0};
    CHECK(detail::to_column(f.layout()[1], unseen).is_missing(0));
}
