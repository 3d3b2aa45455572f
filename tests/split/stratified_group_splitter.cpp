#include "gasket/split/stratified_group_splitter.hpp"

#include <algorithm>
#include <cmath>

#include "gasket/split/group_splitter.hpp"
#include "support/catch.hpp"
#include "support/visits.hpp"

using namespace gasket;
using testing_support::groups_of;
using testing_support::visits;

TEST_CASE("customers stay whole and both sides have the same share of churn") {
    const Table table = visits(4000);
    double apart = 0, apart_by_chance = 0;
    const auto difference = [](const Split& split) {
        return std::abs(split.training.record().positive_rate - split.holdout.record().positive_rate);
    };
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const StratifiedGroupSplitter splitter{.target = "churn", .group = "customer", .seed = seed};
        const SplitPlan plan = splitter.plan(table);
        const auto train = groups_of(table, plan.train);
        for (const std::string& customer : groups_of(table, plan.test)) CHECK(train.count(customer) == 0);
        CHECK(static_cast<double>(plan.test.size()) == Approx(800).margin(10));
        apart += difference(splitter.split(table)) / 10;
        apart_by_chance +=
            difference(GroupSplitter{.target = "churn", .group = "customer", .seed = seed}.split(table)) / 10;
    }
    CHECK(apart < 0.01);
    CHECK(apart < apart_by_chance / 2);
}

TEST_CASE("a numeric target is spread by its tenths while groups stay whole") {
    const Table table = visits(4000);
    const SplitPlan plan =
        StratifiedGroupSplitter{.target = "spent", .group = "customer", .task = Task::regression}.plan(table);
    const auto spent = table["spent"].numbers();
    std::vector<double> sorted(spent.begin(), spent.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> in_tenth(10, 0);
    for (const std::size_t r : plan.test) {
        const auto rank = std::lower_bound(sorted.begin(), sorted.end(), spent[r]) - sorted.begin();
        ++in_tenth[static_cast<std::size_t>(rank / 400)];
    }
    for (const double n : in_tenth) CHECK(n / 400 == Approx(0.2).margin(0.02));
    const auto train = groups_of(table, plan.train);
    for (const std::string& customer : groups_of(table, plan.test)) CHECK(train.count(customer) == 0);
}
