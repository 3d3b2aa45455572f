#include "gasket/data/duplicates.hpp"

#include <set>
#include <utility>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("a row repeats when an earlier one has the same values, missing ones too") {
    const Table t{{"x", Column::numeric({1, 1, missing, 1, missing, 0.0, -0.0})},
                  {"c", Column::category({"a", "a", "b"}, std::vector<std::int32_t>{0, 2, -1, 1, -1, 0, 0})},
                  {"t", Column::datetime({5, 5, missing_time, 5, missing_time, 1, 1})}};
    // two codes of the dictionary carry the same label
    CHECK(duplicate_rows(t) == std::vector<char>{0, 0, 0, 1, 1, 0, 1});
    const Table kept = drop_duplicates(t);
    CHECK(kept.rows() == 4);
    CHECK(kept.cell(1, 1) == "b");
    CHECK(drop_duplicates(Table{}).rows() == 0);
    CHECK(duplicate_rows(Table{{"x", Column::numeric({})}}).empty());
}

TEST_CASE("duplicates are those that a set of rows finds, for any number of threads") {
    Random random(2);
    std::vector<double> a, b;
    std::vector<char> expected;
    std::set<std::pair<double, double>> seen;
    for (int i = 0; i < 20000; ++i) {
        a.push_back(static_cast<double>(random.below(150)));
        b.push_back(static_cast<double>(random.below(150)));
        expected.push_back(seen.insert({a.back(), b.back()}).second ? 0 : 1);
    }
    const Table t{{"a", Column::numeric(a)}, {"b", Column::numeric(b)}};
    for (const int count : {1, 3}) {
        set_threads(count);
        CHECK(duplicate_rows(t) == expected);
    }
    set_threads(0);
    CHECK(drop_duplicates(t).rows() == seen.size());
    CHECK(drop_duplicates(drop_duplicates(t)).rows() == seen.size());
}
