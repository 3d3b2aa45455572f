#include "gasket/monitor/training_change.hpp"

#include <sstream>

#include "support/catch.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::small_bank;

namespace {
TrainingChange change(const Table& after, double least_rows = 0.5) {
    const TrainingChangeOptions quick{
        .least_rows = least_rows,
        .representativeness = {.classifier = {.model = {.trees = 10}, .repeats = 1}}};
    return compare_training(small_bank(1000).without({"customer_id"}), after, "churn", quick);
}
Table bank(std::size_t rows) {
    return small_bank(rows, 88).without({"customer_id"});
}
}  // namespace

TEST_CASE("more rows of the same kind pass, and drift of a column by itself is no finding") {
    CHECK(change(bank(1500)).passed());
    const Table table = bank(1000);
    std::vector<double> age(table["age"].numbers().begin(), table["age"].numbers().end());
    for (double& x : age) x += 20;
    const TrainingChange moved = change(table.with("age", Column::numeric(age)));
    CHECK(moved.passed());
    CHECK(moved.columns.status() == DriftStatus::drift);
    CHECK(moved.columns.find("churn") == nullptr);  // the target is judged by its rate
    CHECK(moved.rate_before == Approx(0.364));
    std::ostringstream out;
    out << moved;
    CHECK(out.str().find("nothing speaks against the new training rows") != std::string::npos);
    CHECK(out.str().find("positive: ") != std::string::npos);
}

TEST_CASE("signs of a broken extract are findings") {
    const TrainingChange few = change(bank(499));
    REQUIRE(few.findings.size() == 1);
    CHECK(few.findings[0] == "only 499 rows where there were 1,000");
    CHECK(change(bank(500)).passed());
    CHECK(change(bank(499), 0.2).passed());

    const TrainingChange gone = change(bank(1000).without({"tenure"}));
    CHECK(gone.findings == std::vector<std::string>{"'tenure' is gone"});
    CHECK(gone.schema.find(Change::gone, "tenure") != nullptr);

    const TrainingChange retyped =
        change(bank(1000).with("balance", Column::category(std::vector<std::string>(1000, "much"))));
    CHECK(retyped.findings == std::vector<std::string>{"'balance' is of another kind"});

    std::vector<double> churn(1000, 0.0);
    for (std::size_t i = 0; i < 100; ++i) churn[i] = 1;
    const TrainingChange rate = change(bank(1000).with("churn", Column::numeric(churn)));
    REQUIRE(rate.findings.size() == 1);
    CHECK(rate.findings[0].find("positive are 10.0 % where ") == 0);
    CHECK_FALSE(rate.to_json()["passed"].get<bool>());
    CHECK(rate.to_json()["findings"].size() == 1);
}

TEST_CASE("a class that is gone is a finding") {
    const auto with_classes = [](std::vector<std::string> labels) {
        std::vector<std::string> target;
        for (std::size_t i = 0; i < 300; ++i) target.push_back(labels[i % labels.size()]);
        return small_bank(300).without({"customer_id"}).with("churn", Column::category(target));
    };
    const TrainingChangeOptions quick{
        .representativeness = {.classifier = {.model = {.trees = 5}, .repeats = 1}}};
    const TrainingChange three =
        compare_training(with_classes({"a", "b", "c"}), with_classes({"a", "b"}), "churn", quick);
    CHECK(three.findings == std::vector<std::string>{"no row of the class 'c'"});
    CHECK(is_missing(three.rate_before));
    CHECK(three.rate_after == 0.5);
}

TEST_CASE("bad options and a target that is not there are errors") {
    const Table table = bank(200);
    CHECK_THROWS_AS(compare_training(table, table, "churn", {.least_rows = -1}), OptionError);
    CHECK_THROWS_AS(compare_training(table, table, "churn", {.most_rate_change = 0}), OptionError);
    CHECK_THROWS_AS(compare_training(table, table, "chrun"), SchemaError);
}
