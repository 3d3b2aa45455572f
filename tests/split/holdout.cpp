#include "gasket/split/holdout.hpp"

#include <type_traits>
#include <utility>

#include "gasket/split/stratified_splitter.hpp"
#include "support/catch.hpp"
#include "support/tables.hpp"

using namespace gasket;

static_assert(!std::is_copy_constructible_v<Holdout>, "a holdout cannot be copied");
static_assert(!std::is_copy_assignable_v<Holdout>);
static_assert(!std::is_default_constructible_v<Holdout>, "only a splitter makes one");
static_assert(std::is_nothrow_move_constructible_v<Holdout>);
static_assert(!std::is_default_constructible_v<Training>, "only a splitter makes one");
static_assert(!std::is_constructible_v<Training, Table>);
static_assert(!std::is_constructible_v<TrainingRows, Table>, "what fit takes cannot be made from a table");
static_assert(!std::is_constructible_v<TrainingRows, Holdout>);
static_assert(std::is_convertible_v<Training, TrainingRows>);

TEST_CASE("a holdout opens once and throws the second time") {
    auto [train, test] = StratifiedSplitter{.target = "churn"}.split(testing_support::small_bank(100));
    CHECK(test.sealed());
    const LabelledRows rows = detail::Wall::open(std::move(test)).rows;
    CHECK(rows.labels.size() == test.rows());
    CHECK_FALSE(test.sealed());
    try {
        (void)detail::Wall::open(std::move(test));
        FAIL("opened twice");
    } catch (const SplitError& e) {
        CHECK(e.code() == ErrorCode::holdout_spent);
    }
}

TEST_CASE("a holdout that was moved away is spent") {
    auto [train, test] = StratifiedSplitter{.target = "churn"}.split(testing_support::small_bank(100));
    Holdout elsewhere = std::move(test);
    CHECK_THROWS_AS(detail::Wall::open(std::move(test)), SplitError);
    CHECK_NOTHROW(detail::Wall::open(std::move(elsewhere)));
}

TEST_CASE("each side's record tells of its own rows only") {
    const Table table = testing_support::small_bank(100);
    const StratifiedSplitter splitter{.target = "churn"};
    const SplitPlan plan = splitter.plan(table);
    std::vector<double> age(table["age"].numbers().begin(), table["age"].numbers().end());
    age[plan.test.front()] = 1234;
    const Split before = splitter.split(table);
    const Split after = splitter.split(table.with("age", Column::numeric(age)));
    CHECK(before.training.record().digest == after.training.record().digest);
    CHECK(before.holdout.record().digest != after.holdout.record().digest);
}
