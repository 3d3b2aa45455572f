#include "gasket/split/stratified_splitter.hpp"

#include <algorithm>
#include <set>

#include "support/catch.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::small_bank;

namespace {
ErrorCode code_of(const StratifiedSplitter& splitter, const Table& table) {
    try {
        (void)splitter.split(table);
    } catch (const Error& e) {
        return e.code();
    }
    FAIL("no error");
    return ErrorCode::bad_value;
}
}  // namespace

TEST_CASE("every row lands on exactly one side") {
    const Table table = small_bank(1003);
    const SplitPlan plan = StratifiedSplitter{.target = "churn", .test_fraction = 0.25}.plan(table);
    std::set<std::size_t> seen(plan.train.begin(), plan.train.end());
    seen.insert(plan.test.begin(), plan.test.end());
    CHECK(seen.size() == 1003);
    CHECK(plan.train.size() + plan.test.size() == 1003);
    CHECK(std::abs(static_cast<double>(plan.test.size()) - 0.25 * 1003) <= 1);
}

TEST_CASE("both sides have the same share of every class") {
    const auto [train, test] = StratifiedSplitter{.target = "churn", .seed = 3}.split(small_bank(5000));
    CHECK(train.record().positive_rate == Approx(test.record().positive_rate).margin(0.001));
    CHECK(train.rows() + test.rows() == 5000);
}

TEST_CASE("the same seed gives the same cut, another seed another") {
    const Table table = small_bank(500);
    const auto cut = [&](std::uint64_t seed) {
        return StratifiedSplitter{.target = "churn", .seed = seed}.plan(table).test;
    };
    CHECK(cut(1) == cut(1));
    CHECK(cut(1) != cut(2));
}

TEST_CASE("the target is no feature of the training rows") {
    const auto [train, test] = StratifiedSplitter{.target = "churn"}.split(small_bank(200));
    CHECK_FALSE(train.table().has("churn"));
    CHECK(train.table().has("age"));
    CHECK(train.labels().size() == train.rows());
}

TEST_CASE("exact copies of a row stay on one side") {
    const Table base = small_bank(300).without({"customer_id"});
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < 300; ++r) rows.insert(rows.end(), {r, r});
    const Table doubled = base.take(rows);
    const SplitPlan plan = StratifiedSplitter{.target = "churn", .seed = 5}.plan(doubled);
    const std::set<std::size_t> test(plan.test.begin(), plan.test.end());
    for (std::size_t r = 0; r < 600; r += 2) CHECK(test.count(r) == test.count(r + 1));
    CHECK(plan.record.duplicates >= 300);

    const SplitPlan loose =
        StratifiedSplitter{.target = "churn", .seed = 5, .keep_duplicates_together = false}.plan(doubled);
    const std::set<std::size_t> loose_test(loose.test.begin(), loose.test.end());
    std::size_t torn = 0;
    for (std::size_t r = 0; r < 600; r += 2) torn += loose_test.count(r) != loose_test.count(r + 1) ? 1U : 0U;
    CHECK(torn > 0);
}

TEST_CASE("each side counts the copies among its own rows") {
    const Table base = small_bank(300);  // the customer's number makes each row another
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < 300; ++r) rows.insert(rows.end(), {r, r});
    const auto [train, test] = StratifiedSplitter{.target = "churn", .seed = 5}.split(base.take(rows));
    CHECK(train.record().duplicates == train.rows() / 2);
    CHECK(test.record().duplicates == test.rows() / 2);
    CHECK(train.record().duplicates + test.record().duplicates == 300);
}

TEST_CASE("training keeps no label that only the holdout has") {
    std::vector<double> churn;
    std::vector<std::string> country;
    for (int i = 0; i < 200; ++i) {
        churn.push_back(i % 2);
        country.push_back("label " + std::to_string(i));
    }
    const Table table{{"country", Column::category(country)}, {"churn", Column::numeric(churn)}};
    const StratifiedSplitter splitter{.target = "churn"};
    const SplitPlan plan = splitter.plan(table);
    const auto [train, test] = splitter.split(table);
    const Labels& labels = train.table()["country"].labels();
    CHECK(labels.size() == plan.train.size());
    CHECK(std::is_sorted(labels.begin(), labels.end()));
    for (const std::size_t r : plan.test)
        CHECK_FALSE(std::binary_search(labels.begin(), labels.end(), country[r]));
}

TEST_CASE("the positive label is the greater number, the last label, or the one that was named") {
    const Table text{{"x", Column::numeric({1, 2, 3, 4, 5, 6})},
                     {"y", Column::category({"No", "Yes", "No", "Yes", "No", "Yes"})}};
    const StratifiedSplitter standard{.target = "y", .test_fraction = 0.4};
    CHECK(standard.plan(text).target.positive() == "Yes");
    const SplitPlan plan =
        StratifiedSplitter{.target = "y", .test_fraction = 0.4, .positive = "No"}.plan(text);
    CHECK(plan.target.positive() == "No");
    CHECK(plan.labels == std::vector<double>{1, 0, 1, 0, 1, 0});
    CHECK(code_of({.target = "y", .positive = "Maybe"}, text) == ErrorCode::unknown_label);
}

TEST_CASE("a bad target or option is a clear error") {
    const Table table = small_bank(100);
    CHECK(code_of({.target = "chrun"}, table) == ErrorCode::missing_column);
    CHECK(code_of({.target = "country"}, table) == ErrorCode::target_not_binary);
    CHECK(code_of({.target = "age"}, table) == ErrorCode::target_not_binary);
    CHECK(code_of({.target = ""}, table) == ErrorCode::bad_option);
    CHECK(code_of({.target = "churn", .test_fraction = 0}, table) == ErrorCode::bad_option);
    CHECK(code_of({.target = "churn", .test_fraction = 1}, table) == ErrorCode::bad_option);
    CHECK(code_of({.target = "churn", .weight = "country"}, table) == ErrorCode::wrong_type);
    CHECK(code_of({.target = "churn", .weight = "tenure"}, table) == ErrorCode::bad_weight);
    CHECK(code_of({.target = "churn"}, Table{{"churn", Column::numeric({})}}) == ErrorCode::no_rows);
    const std::vector<double> y{0, 1, 0, 1, 0, 1, 0, 1};
    CHECK(code_of({.target = "y"}, Table{{"y", Column::numeric(y)}}) == ErrorCode::no_features);
    const Table copies{{"x", Column::numeric(std::vector<double>(8, 1.0))}, {"y", Column::numeric(y)}};
    CHECK(code_of({.target = "y"}, copies) == ErrorCode::too_few_rows);
    CHECK_NOTHROW(StratifiedSplitter{.target = "y", .keep_duplicates_together = false}.plan(copies));
    const Table one_class{{"x", Column::numeric({1, 2})}, {"churn", Column::numeric({1, 1})}};
    CHECK(code_of({.target = "churn"}, one_class) == ErrorCode::target_not_binary);
    std::vector<double> amounts;
    for (int i = 0; i < 3000; ++i) amounts.push_back(i);
    try {
        (void)StratifiedSplitter{.target = "amount"}.split(Table{{"amount", Column::numeric(amounts)}});
        FAIL("split by amounts");
    } catch (const DataError& e) {
        CHECK(e.parts().found == "more than 1,000 classes, such as '0', '1' and '2'");
    }
    try {
        (void)StratifiedSplitter{.target = "chrun"}.split(table);
    } catch (const SchemaError& e) {
        CHECK(std::string(e.what()).find("did you mean 'churn'?") != std::string::npos);
    }
}

TEST_CASE("rows without a target are an error, or left out and counted") {
    std::vector<double> churn{1, 0, missing, 1, 0, 1, 0, 1, 0, missing};
    const Table table{{"x", Column::numeric({0, 1, 2, 3, 4, 5, 6, 7, 8, 9})},
                      {"churn", Column::numeric(churn)}};
    CHECK(code_of({.target = "churn"}, table) == ErrorCode::target_missing_values);
    const SplitPlan plan =
        StratifiedSplitter{.target = "churn", .test_fraction = 0.5, .drop_missing_target = true}.plan(table);
    CHECK(plan.record.rows_without_target == 2);
    CHECK(plan.train.size() + plan.test.size() == 8);
}

TEST_CASE("weights are carried beside the rows and are no feature") {
    const Table table = small_bank(400).with("w", Column::numeric(std::vector<double>(400, 2.0)));
    const auto [train, test] = StratifiedSplitter{.target = "churn", .weight = "w"}.split(table);
    CHECK(train.weights().size() == train.rows());
    CHECK(train.weights()[0] == 2.0);
    CHECK_FALSE(train.table().has("w"));
}

TEST_CASE("a numeric target is stratified by its tenths") {
    std::vector<double> y;
    for (int i = 0; i < 1000; ++i) y.push_back((i * 37) % 1000);
    const Table table{{"x", Column::numeric(y)}, {"y", Column::numeric(y)}};
    const SplitPlan plan = StratifiedSplitter{.target = "y", .task = Task::regression}.plan(table);
    std::vector<int> in_tenth(10, 0);
    for (const std::size_t r : plan.test) ++in_tenth[static_cast<std::size_t>(y[r] / 100)];
    for (const int n : in_tenth) CHECK(std::abs(n - 20) <= 1);
}
