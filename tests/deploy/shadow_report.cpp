#include "gasket/deploy/shadow_report.hpp"

#include <sstream>

#include "deploy/bank_models.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Catch::Matchers::Contains;
using testing_support::bank_model;
using testing_support::small_bank;

namespace {

PairedScores stored_pairs(Task task = Task::binary) {
    const auto stored = testing_support::reference("shadow");
    PairedScores out{.champion_threshold = 0.5, .challenger_threshold = 0.4};
    out.target = {.column = "y", .task = task, .classes = {}};
    if (task == Task::binary) out.target.classes = {"no", "yes"};
    out.champion = stored["first"].get<std::vector<double>>();
    out.challenger = stored["second"].get<std::vector<double>>();
    out.truth = stored["truth"].get<std::vector<double>>();
    return out;
}

const ShadowMetric& metric(const ShadowReport& report, const std::string& name) {
    for (const ShadowMetric& m : report.metrics) {
        if (m.name == name) return m;
    }
    throw std::runtime_error("no metric " + name);
}

void check_as(const ShadowMetric& m, const nlohmann::json& stored) {
    INFO(m.name);
    CHECK(m.champion == Approx(stored[0].get<double>()).epsilon(1e-10));
    CHECK(m.challenger == Approx(stored[1].get<double>()).epsilon(1e-10));
    CHECK(m.difference == Approx(stored[2].get<double>()).epsilon(1e-9));
    CHECK(m.low == Approx(stored[3].get<double>()).epsilon(1e-7));
    CHECK(m.high == Approx(stored[4].get<double>()).epsilon(1e-7));
    CHECK(m.p == Approx(stored[5].get<double>()).epsilon(1e-6).margin(1e-12));
}

}  // namespace

TEST_CASE("a report of two models has the figures of scikit-learn and SciPy") {
    const auto stored = testing_support::reference("shadow");
    const ShadowReport report = shadow_report(stored_pairs(), "1.0.0", "2.0.0");
    CHECK(report.rows == 400);
    CHECK(report.labelled == 400);
    CHECK(report.agreement == Approx(stored["agreement"].get<double>()));
    CHECK(report.mean_difference == Approx(stored["mean"].get<double>()));
    CHECK(report.greatest_difference == Approx(stored["greatest"].get<double>()));
    CHECK(report.correlation == Approx(stored["correlation"].get<double>()));
    for (std::size_t i = 0; i < 5; ++i)
        CHECK(report.quantiles[i] == Approx(stored["quantiles"][i].get<double>()));
    CHECK(report.metrics.front().name == "auc");
    CHECK(report.metrics.front().champion == Approx(stored["auc"][0].get<double>()));
    CHECK(report.metrics.front().challenger == Approx(stored["auc"][1].get<double>()));
    const AucComparison c =
        delong(stored["truth"].get<std::vector<double>>(), stored["second"].get<std::vector<double>>(),
               stored["first"].get<std::vector<double>>());
    CHECK(report.metrics.front().low == c.low);
    CHECK(report.metrics.front().high == c.high);
    for (const char* const name : {"log_loss", "brier", "accuracy"})
        check_as(metric(report, name), stored[name]);
    CHECK(report.psi.value > 0.1);

    const ShadowReport numbers = shadow_report(stored_pairs(Task::regression), "1.0.0", "2.0.0");
    CHECK(metric(numbers, "mse").challenger == Approx(stored["mse"][1].get<double>()));
    check_as(metric(numbers, "mae"), stored["mae"]);
    CHECK(is_missing(numbers.agreement));
}

TEST_CASE("the advice is what the figures bear out") {
    const PairedScores pairs = stored_pairs();
    CHECK(shadow_report(pairs, "a", "b").advice == ShadowAdvice::promote);
    PairedScores other_way = pairs;
    std::swap(other_way.champion, other_way.challenger);
    std::swap(other_way.champion_threshold, other_way.challenger_threshold);
    const ShadowReport worse = shadow_report(other_way, "a", "b");
    CHECK(worse.advice == ShadowAdvice::keep);
    CHECK_THAT(worse.why, Contains("worse: auc"));
    PairedScores same = pairs;
    same.challenger = same.champion;
    same.challenger_threshold = same.champion_threshold;
    CHECK(shadow_report(same, "a", "b").advice == ShadowAdvice::either);

    PairedScores refuses = pairs;
    refuses.refused = 4;
    const ShadowReport refused = shadow_report(refuses, "a", "b");
    CHECK(refused.advice == ShadowAdvice::keep);
    CHECK_THAT(refused.why, Contains("refuses 1.0 % of the records"));
    CHECK(shadow_report(refuses, "a", "b", {.most_refused = 0.02}).advice == ShadowAdvice::promote);
    PairedScores unlabelled = pairs;
    for (std::size_t r = 99; r < 400; ++r) unlabelled.truth[r] = missing;
    const ShadowReport waits = shadow_report(unlabelled, "a", "b");
    CHECK(waits.advice == ShadowAdvice::wait);
    CHECK_THAT(waits.why, Contains("99 are there, 100 are needed"));
    PairedScores one_class = pairs;
    for (double& x : one_class.truth) x = x == 1 ? missing : x;
    CHECK(shadow_report(one_class, "a", "b").advice == ShadowAdvice::wait);
    CHECK(shadow_report(pairs, "a", "b", {.least_rows = 401}).advice == ShadowAdvice::wait);
    const PairedScores none{.target = pairs.target};
    CHECK(shadow_report(none, "a", "b").advice == ShadowAdvice::wait);

    // better in the first figure and worse in another is not better
    PairedScores bold = pairs;
    for (double& p : bold.challenger) p = p < 0.5 ? p * 1e-6 : 1 - (1 - p) * 1e-6;
    const ShadowReport torn = shadow_report(bold, "a", "b");
    CHECK(torn.metrics.front().better());
    CHECK(torn.advice == ShadowAdvice::keep);
    CHECK_THAT(torn.why, Contains("log_loss"));

    PairedScores short_of = pairs;
    short_of.champion.pop_back();
    CHECK_THROWS_AS(shadow_report(short_of, "a", "b"), DataError);
    CHECK_THROWS_AS(shadow_report(pairs, "a", "b", {.confidence = 1}), OptionError);
}

TEST_CASE("two models are paired on a table, and tell text and JSON") {
    const Model one = bank_model(7);
    const Model two = bank_model(8);
    const Table rows = small_bank(800, 31);
    const PairedScores pairs = paired_scores(one, two, rows, "churn");
    CHECK(pairs.champion == one.predict(rows).values);
    CHECK(pairs.challenger == two.predict(rows).values);
    const ShadowReport report = shadow_report(pairs, "1.0.0", "2.0.0");
    CHECK(report.labelled == 800);
    std::ostringstream text;
    text << report;
    CHECK_THAT(text.str(), Contains("2.0.0 beside 1.0.0: ") && Contains("decided alike") && Contains("auc"));
    const Json json = report.to_json();
    CHECK(json["metrics"][0]["metric"] == "auc");
    CHECK(json["advice"] == std::string(name_of(report.advice)));
    CHECK(paired_scores(one, two, rows).truth.size() == 800);
    CHECK(shadow_report(paired_scores(one, two, rows), "1.0.0", "2.0.0").labelled == 0);
    CHECK_THROWS_AS(paired_scores(one, two, rows, "country"), DataError);
}

TEST_CASE("of many classes the likeliest as each model weighs them is decided for") {
    PairedScores pairs{.challenger_weights = {1, 1, 4}};
    pairs.target = {.column = "y", .task = Task::multiclass, .classes = {"a", "b", "c"}};
    for (std::size_t r = 0; r < 300; ++r) {
        for (const double p : {0.5, 0.3, 0.2}) pairs.champion.push_back(p);
        for (const double p : {0.5, 0.3, 0.2}) pairs.challenger.push_back(p);
        pairs.truth.push_back(static_cast<double>(r % 3));
    }
    const ShadowReport report = shadow_report(pairs, "a", "b");
    CHECK(report.agreement == 0);
    CHECK(metric(report, "accuracy").champion == Approx(1.0 / 3));
    CHECK(metric(report, "log_loss").champion ==
          Approx(-(std::log(0.5) + std::log(0.3) + std::log(0.2)) / 3));
    CHECK(report.mean_difference == 0);
}
