#include "gasket/split/random_splitter.hpp"

#include <set>

#include "support/catch.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::small_bank;

TEST_CASE("a random split takes its share and keeps every row once") {
    const SplitPlan plan =
        RandomSplitter{.target = "churn", .test_fraction = 0.3, .seed = 9}.plan(small_bank(1000));
    CHECK(plan.test.size() == 300);
    std::set<std::size_t> all(plan.train.begin(), plan.train.end());
    all.insert(plan.test.begin(), plan.test.end());
    CHECK(all.size() == 1000);
}

TEST_CASE("a random split does not depend on any value but copies of rows") {
    const Table table = small_bank(500);
    std::vector<double> other(500);
    for (std::size_t i = 0; i < 500; ++i) other[i] = static_cast<double>(i) * 3;
    const RandomSplitter splitter{.target = "churn", .seed = 4};
    CHECK(splitter.plan(table).test == splitter.plan(table.with("age", Column::numeric(other))).test);
}

TEST_CASE("one row cannot be split") {
    const Table one{{"x", Column::numeric({1})}, {"y", Column::numeric({1})}};
    CHECK_THROWS_AS(RandomSplitter{.target = "y"}.split(one), DataError);
    const Table two{{"x", Column::numeric({1, 2})}, {"y", Column::numeric({0, 1})}};
    CHECK_THROWS_AS((RandomSplitter{.target = "y", .test_fraction = 0.01}.split(two)), SplitError);
}
