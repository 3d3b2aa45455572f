#include "gasket/split/three_way.hpp"

#include <algorithm>
#include <set>
#include <type_traits>

#include "gasket/split/random_splitter.hpp"
#include "gasket/split/stratified_group_splitter.hpp"
#include "gasket/split/stratified_splitter.hpp"
#include "gasket/split/time_splitter.hpp"
#include "support/catch.hpp"
#include "support/tables.hpp"
#include "support/visits.hpp"

using namespace gasket;
using testing_support::small_bank;
using testing_support::visits;

static_assert(!std::is_convertible_v<Validation, TrainingRows>, "no model learns from validation rows");
static_assert(!std::is_constructible_v<Training, Validation>);

namespace {

template <class Numbers>
std::set<double> numbers(const Numbers& values) {
    return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("three ways of a table share it out and have no row in common") {
    const Table table = small_bank(2000);
    const auto [train, validation, test] = three_way(StratifiedSplitter{.target = "churn"}, table, 0.3);
    CHECK(train.rows() == 1000);
    CHECK(validation.size() == 600);
    CHECK(test.rows() == 400);
    CHECK(train.record().positive_rate == Approx(validation.record.positive_rate).margin(0.002));
    CHECK(train.record().positive_rate == Approx(test.record().positive_rate).margin(0.003));
    std::set<double> ids = numbers(train.table()["customer_id"].numbers());
    const auto chosen_by = numbers(validation.rows.table["customer_id"].numbers());
    ids.insert(chosen_by.begin(), chosen_by.end());
    CHECK(ids.size() == 1600);
    for (std::size_t i = 0; i < validation.size(); ++i) {
        const auto id = validation.rows.table["customer_id"].numbers()[i];
        CHECK(validation.rows.labels[i] == table["churn"].numbers()[static_cast<std::size_t>(id) - 1000]);
    }
}

TEST_CASE("asking for validation rows leaves the holdout as it is") {
    const Table table = small_bank(900);
    const StratifiedSplitter splitter{.target = "churn", .seed = 6};
    const auto two = splitter.split(table);
    const auto three = three_way(splitter, table, 0.2);
    CHECK(three.holdout.record().to_json() == two.holdout.record().to_json());
    std::set<double> both = numbers(three.training.table()["customer_id"].numbers());
    const auto validation = numbers(three.validation.rows.table["customer_id"].numbers());
    both.insert(validation.begin(), validation.end());
    CHECK(both == numbers(two.training.table()["customer_id"].numbers()));
}

TEST_CASE("which rows are for validation does not depend on the holdout") {
    const Table table = small_bank(600);
    const StratifiedSplitter splitter{.target = "churn"};
    std::vector<double> age(table["age"].numbers().begin(), table["age"].numbers().end());
    for (const std::size_t r : splitter.plan(table).test) age[r] = 1234;
    const auto before = three_way(splitter, table, 0.2);
    const auto after = three_way(splitter, table.with("age", Column::numeric(age)), 0.2);
    CHECK(before.validation.record.to_json() == after.validation.record.to_json());
    CHECK(before.training.record().to_json() == after.training.record().to_json());
}

TEST_CASE("groups stay whole and copies together on three sides") {
    const Table base = visits(600);
    std::vector<std::size_t> twice;
    for (std::size_t r = 0; r < 600; ++r) twice.insert(twice.end(), {r, r});
    const Table table = base.take(twice);
    const StratifiedGroupSplitter splitter{.target = "churn", .group = "customer", .test_fraction = 0.25};
    const auto [train, validation, test] = three_way(splitter, table, 0.25);
    CHECK(validation.record.group == "customer");
    CHECK(train.record().groups + validation.record.groups + test.record().groups ==
          testing_support::groups_of(table, splitter.plan(table).train).size() + test.record().groups);
    CHECK(train.groups().size() == train.rows());
    CHECK_FALSE(validation.rows.table.has("customer"));
    const auto copies = three_way(RandomSplitter{.target = "churn"}, table, 0.3);
    const auto learned = numbers(copies.training.table()["visit"].numbers());
    for (const double visit : copies.validation.rows.table["visit"].numbers())
        CHECK(learned.count(visit) == 0);
}

TEST_CASE("in time the past is learned from, the recent past chosen by, the future sealed") {
    const Table table = visits(1000);
    const auto check = [](const ThreeWay& split) {
        CHECK_FALSE(split.validation.rows.table.has("day"));
        CHECK(split.training.moments().size() == split.training.rows());
        CHECK(split.training.rows() > 0);
    };
    const TimeSplitter later{.target = "churn", .time = "day", .cutoff = "1970-07-20"};
    const auto by_share = three_way(later, table, 0.2);
    check(by_share);
    CHECK(static_cast<double>(by_share.validation.size()) == Approx(200).margin(6));
    const auto latest =
        *std::max_element(by_share.training.moments().begin(), by_share.training.moments().end());
    CHECK(by_share.validation.record.cutoff > "1970");
    CHECK(latest < static_cast<double>(*detail::parse_datetime(by_share.validation.record.cutoff)));

    const auto by_date =
        three_way(later, TimeSplitter{.target = "churn", .time = "day", .cutoff = "1970-05-01"}, table);
    check(by_date);
    CHECK(by_date.training.record().validation == "time from 1970-05-01");
    CHECK(by_date.validation.record.side == "validation");
    CHECK(SplitRecord::from_json({by_date.training.record().to_json(), "record"}).validation ==
          "time from 1970-05-01");
}

TEST_CASE("two splitters of different kinds: sealed by time, chosen by groups") {
    const Table table = visits(1000);
    const auto [train, validation, test] =
        three_way(TimeSplitter{.target = "churn", .time = "day"},
                  StratifiedGroupSplitter{.target = "churn", .group = "customer"}, table);
    CHECK(train.groups().size() == train.rows());
    CHECK(train.moments().size() == train.rows());
    CHECK_FALSE(train.table().has("day"));
    CHECK_FALSE(train.table().has("customer"));
    CHECK(validation.record.groups > 0);
    CHECK(train.record().groups > validation.record.groups);
}

TEST_CASE("shares that leave nothing to learn from are an error") {
    const Table table = small_bank(100);
    const StratifiedSplitter splitter{.target = "churn", .test_fraction = 0.5};
    CHECK_THROWS_AS(three_way(splitter, table, 0.5), OptionError);
    CHECK_THROWS_AS(three_way(splitter, table, 0.0), OptionError);
    CHECK_THROWS_AS(three_way(splitter, StratifiedSplitter{.target = "active"}, table), OptionError);
}
