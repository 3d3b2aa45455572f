#include "gasket/split/group_splitter.hpp"

#include <set>

#include "gasket/split/stratified_group_splitter.hpp"
#include "support/catch.hpp"
#include "support/visits.hpp"

using namespace gasket;
using testing_support::groups_of;
using testing_support::visits;

TEST_CASE("no customer stands on both sides") {
    const Table table = visits(3000);
    const SplitPlan plan =
        GroupSplitter{.target = "churn", .group = "customer", .test_fraction = 0.25}.plan(table);
    const auto train = groups_of(table, plan.train);
    for (const std::string& customer : groups_of(table, plan.test)) CHECK(train.count(customer) == 0);
    CHECK(plan.train.size() + plan.test.size() == 3000);
    CHECK(static_cast<double>(plan.test.size()) == Approx(750).margin(30));
}

TEST_CASE("the group column is no feature, and both records name it and count their own groups") {
    const Table table = visits(1000);
    const auto [train, test] = GroupSplitter{.target = "churn", .group = "customer"}.split(table);
    CHECK_FALSE(train.table().has("customer"));
    CHECK(train.record().group == "customer");
    const SplitPlan plan = GroupSplitter{.target = "churn", .group = "customer"}.plan(table);
    CHECK(train.record().groups == groups_of(table, plan.train).size());
    CHECK(test.record().groups == groups_of(table, plan.test).size());
    CHECK(train.groups().size() == train.rows());
    CHECK(train.record().side == "training");
    CHECK(test.record().side == "holdout");
    const SplitRecord again = SplitRecord::from_json(detail::Fields(train.record().to_json(), "record"));
    CHECK(again.to_json() == train.record().to_json());
}

TEST_CASE("groups are dealt by the seed, large ones to either side") {
    const Table table = visits(2000);
    const auto cut = [&](std::uint64_t seed) {
        return GroupSplitter{.target = "churn", .group = "customer", .seed = seed}.plan(table).test;
    };
    CHECK(cut(1) == cut(1));
    CHECK(cut(1) != cut(2));
    // customer 0 has a tenth of all rows
    std::size_t sealed = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const auto test = cut(seed);
        sealed += groups_of(table, test).count("c0");
    }
    CHECK(sealed > 0);
    CHECK(sealed < 40);
}

TEST_CASE("exact copies of a row stay on one side of a group split") {
    const Table base = visits(300);
    std::vector<std::size_t> twice;
    for (std::size_t r = 0; r < 300; ++r) twice.insert(twice.end(), {r, r});
    const Table doubled = base.take(twice);
    const auto check = [&](const SplitPlan& plan) {
        const std::set<std::size_t> test(plan.test.begin(), plan.test.end());
        for (std::size_t r = 0; r < 600; r += 2) CHECK(test.count(r) == test.count(r + 1));
    };
    check(GroupSplitter{.target = "churn", .group = "customer"}.plan(doubled));
    check(StratifiedGroupSplitter{.target = "churn", .group = "customer"}.plan(doubled));
}

TEST_CASE("a group column that cannot be used is a clear error") {
    const Table table = visits(100);
    const auto code = [&](const Table& of, const std::string& group) {
        try {
            (void)GroupSplitter{.target = "churn", .group = group}.split(of);
        } catch (const Error& e) {
            return e.code();
        }
        FAIL("no error");
        return ErrorCode::bad_value;
    };
    CHECK(code(table, "custmer") == ErrorCode::missing_column);
    CHECK(code(table, "") == ErrorCode::bad_option);
    CHECK(code(table, "churn") == ErrorCode::bad_option);
    CHECK(code(table.with("gap", Column::numeric(std::vector<double>(100, missing))), "gap") ==
          ErrorCode::bad_value);
    CHECK(code(table.with("one", Column::numeric(std::vector<double>(100, 7.0))), "one") ==
          ErrorCode::too_few_rows);
}

TEST_CASE("a plan of one's own that tears a group is refused") {
    const Table table = visits(100);
    SplitPlan plan = GroupSplitter{.target = "churn", .group = "customer"}.plan(table);
    plan.groups[plan.test[0]] = plan.groups[plan.train[0]];
    try {
        (void)detail::Wall::seal(table, plan);
        FAIL("a torn group passed the wall");
    } catch (const SplitError& e) {
        CHECK(e.code() == ErrorCode::group_torn);
    }
}
