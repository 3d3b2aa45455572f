#include "gasket/deploy/gates.hpp"

#include "deploy/bank_models.hpp"
#include "support/catch.hpp"

using namespace gasket;
using Catch::Matchers::Contains;
using testing_support::bank_model;
using testing_support::first;
using testing_support::second;
using testing_support::small_bank;
using testing_support::wide;
using testing_support::with_figure;

TEST_CASE("the metric gate: no worse than allowed, whichever way the metric points") {
    const auto passed = [](const Gates& gates, const Model& next, const Model* live) {
        return check_gates(gates, next, live).find("metric")->passed;
    };
    const Gates close{.metric = "auc", .most_loss = 0.002, .most_latency_us = 0};
    const Gates loose{.metric = "auc", .most_loss = 0.005, .most_latency_us = 0};
    CHECK_FALSE(passed(close, second(), &first()));
    CHECK(passed(loose, second(), &first()));
    CHECK(passed(close, first(), &second()));
    CHECK(passed(close, second(), nullptr));
    const Model low = with_figure(bank_model(), "log_loss", 0.40);
    const Model high = with_figure(bank_model(), "log_loss", 0.41);
    const Gates loss{.metric = "log_loss", .most_loss = 0.005, .most_latency_us = 0};
    CHECK_FALSE(passed(loss, high, &low));
    CHECK(passed(loss, low, &high));
    CHECK_FALSE(passed(loose, low, nullptr));  // it has no such figure
    CHECK(check_gates(wide, low, nullptr).find("metric") == nullptr);
    const GateReport other = check_gates(loose, with_figure(second(), "auc", 0.9, "other rows"), &first());
    CHECK_THAT(other.find("metric")->found, Contains("judged on other rows"));
    CHECK_THROWS_AS(check_gates({.most_loss = -1}, low, nullptr), OptionError);
}

TEST_CASE("the contract gate: what the live version takes, the next one must take") {
    const Table bank = small_bank(600).without({"customer_id"});
    const auto breaks = [&](const Table& table) {
        const Model next = bank_model(7, table);
        const GateReport::Gate gate = *check_gates(wide, next, &first()).find("contract");
        return gate.passed ? std::string() : gate.found;
    };
    CHECK(breaks(bank) == "");
    CHECK(breaks(bank.without({"gender"})) == "");  // a record may have more than is read
    CHECK_THAT(breaks(bank.with("income", small_bank(600, 3).column(2))), Contains("'income' new"));
    std::vector<std::string> words;
    for (std::size_t r = 0; r < bank.rows(); ++r) words.emplace_back(r % 2 == 0 ? "old" : "young");
    CHECK_THAT(breaks(bank.with("age", Column::category(words))), Contains("'age' another type"));
    CHECK_THAT(breaks(bank.without({"country"}).with("land", bank["country"])), Contains("renamed"));
    std::vector<double> whole(bank["tenure"].numbers().begin(), bank["tenure"].numbers().end());
    for (double& x : whole) x = is_missing(x) ? 0 : x;
    CHECK_THAT(breaks(bank.with("tenure", Column::numeric(whole))), Contains("'tenure' no gaps"));
    // turned off, it says nothing
    const Gates off{.metric = "", .contract = false, .most_latency_us = 0};
    CHECK(check_gates(off, bank_model(7, bank.with("income", bank["age"])), &first()).passed());
}

TEST_CASE("the latency gate measures the median of a row") {
    CHECK(check_gates({.metric = "", .most_latency_us = 1e6}, first(), nullptr).passed());
    const GateReport slow = check_gates({.metric = "", .most_latency_us = 1e-6}, first(), nullptr);
    CHECK_FALSE(slow.passed());
    CHECK_THAT(slow.failures(), Contains("latency: expected a row in at most 1e-06 us"));
}
