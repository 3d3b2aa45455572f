#include "gasket/evaluate/compare.hpp"

#include <cmath>
#include <sstream>

#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/visits.hpp"

using namespace gasket;
using testing_support::bank_training;
using testing_support::preparation;

namespace {
Comparison made_up(const std::vector<std::vector<double>>& by_fold, double ratio = 0, double times = 1,
                   const Metric& metric = auc) {
    Comparison c{.metric = std::string(metric.name), .candidates = {}, .advice = {}};
    for (const auto& folds : by_fold) {
        CandidateResult r{.name = std::string(1, static_cast<char>('a' + c.candidates.size())),
                          .score = {.name = c.metric, .by_fold = folds},
                          .gain = {}};
        r.fit_seconds = r.row_microseconds = c.candidates.empty() ? 1 : times;
        r.artifact_bytes = 1000;
        c.candidates.push_back(r);
    }
    detail::choose(c, {.metric = metric}, ratio);
    return c;
}
}  // namespace

TEST_CASE("the earliest candidate within one standard error of the best is chosen") {
    CHECK(made_up({{.70, .71, .72}, {.80, .81, .82}}).chosen == 1);
    CHECK(made_up({{.80, .81, .82}, {.70, .71, .72}}).chosen == 0);
    // better on the mean, but only by the luck of one fold
    CHECK(made_up({{.80, .81, .82}, {.80, .81, .90}}).chosen == 0);
    // a steady gain below 0.001 is no gain
    CHECK(made_up({{.8000, .8100, .8200}, {.8005, .8105, .8205}}).chosen == 0);
    CHECK(made_up({{.70, .71, .72}, {.80, .81, .82}, {.8003, .8103, .8203}}).chosen == 1);
    CHECK(made_up({{.7}}).advice.find("only candidate") != std::string::npos);
}

TEST_CASE("judging the same rows again makes no gain more certain") {
    // +0.013 on average, give or take 0.03 a fold: clear over nine folds, not over three folds three times
    const std::vector<double> first{.80, .81, .82, .80, .81, .82, .80, .81, .82};
    const std::vector<double> second{.77, .84, .86, .77, .84, .86, .77, .84, .86};
    CHECK(made_up({first, second}).chosen == 1);
    CHECK(made_up({first, second}, 1.0 / 2).chosen == 0);
}

TEST_CASE("candidates are compared on folds in time, and the rows never judged are named") {
    const Training training =
        TimeSplitter{.target = "churn", .time = "day"}.split(testing_support::visits(600)).training;
    const Comparison c = compare(training, TimeSeriesFolds{.folds = 3}, candidate("dummy", Dummy{}),
                                 candidate("tree", DecisionTree{.max_depth = 3}));
    CHECK(c.candidates[1].score.by_fold.size() == 3);
    CHECK(c.never_judged > 100);
    std::ostringstream out;
    out << c;
    CHECK(out.str().find(std::to_string(c.never_judged) + " training rows") != std::string::npos);
}

TEST_CASE("the advice says what a gain costs, or that it is not worth it") {
    CHECK(made_up({{.70, .71, .72}, {.80, .81, .82}}).advice.find("Choose b: +0.1000 auc over a") == 0);
    CHECK(made_up({{.80, .81, .82}, {.80, .81, .90}}).advice.find("Keep a: b gains only") == 0);
    CHECK(
        made_up({{.80, .81, .82}, {.80, .81, .90}}, 0, 40).advice.find("does not pay for 40x the fit time") !=
        std::string::npos);
    // a sure gain, but of 0.003 for forty times the cost
    const std::string dear = made_up({{.800, .810, .820}, {.803, .813, .823}}, 0.5, 40).advice;
    CHECK(dear.find("Choose b: +0.0030 auc over a") == 0);
    CHECK(dear.find("hardly justifies 40x the fit time: keep a where that counts") != std::string::npos);
    CHECK(made_up({{.800, .810, .820}, {.803, .813, .823}}, 0.5, 4).advice.find("hardly") ==
          std::string::npos);
    // one corrected standard error ahead, yet the interval of 95 % holds 0
    CHECK(made_up({{.80, .80, .80}, {.81, .82, .83}}, 0.5).advice.find("not certain at 95 %") !=
          std::string::npos);
}

TEST_CASE("paired differences have the intervals of the corrected resampled t test") {
    const auto stored = testing_support::reference("student_t");
    for (const auto& row : stored["corrected"]) {
        const auto difference = row["difference"].get<std::vector<double>>();
        const FoldedMetric a{.name = "auc", .by_fold = difference};
        const FoldedMetric b{.name = "auc", .by_fold = std::vector<double>(difference.size(), 0.0)};
        const PairedDifference d = paired_difference(a, b, row["ratio"]);
        CHECK(d.mean == Approx(row["mean"].get<double>()).epsilon(1e-12));
        CHECK(d.error == Approx(row["error"].get<double>()).epsilon(1e-12));
        const double digits = 1e-10 * std::abs(row["mean"].get<double>());  // either end may be near 0
        CHECK(d.low == Approx(row["low"].get<double>()).epsilon(0).margin(digits));
        CHECK(d.high == Approx(row["high"].get<double>()).epsilon(0).margin(digits));
        CHECK(d.p == Approx(row["p"].get<double>()).epsilon(1e-10));
        CHECK(paired_difference(b, a, row["ratio"]).high == -d.low);
    }
    const FoldedMetric one{.name = "auc", .by_fold = {.7, missing}};
    CHECK(is_missing(paired_difference(one, one, 1).low));
    CHECK(paired_difference({"x", {1, 1}}, {"x", {1, 1}}, 1).p == 1);
}

TEST_CASE("the ratio of rows judged to rows learned from is that of the folds") {
    const Training training = bank_training(500);
    CHECK(detail::judged_to_learned(StratifiedKFold{.folds = 5}.split(training)) ==
          Approx(0.25).epsilon(0.02));
}

TEST_CASE("of a metric that is better when it is less, the least wins and gains are positive") {
    const Comparison c = made_up({{.50, .51, .52}, {.40, .41, .42}}, 0.5, 1, log_loss_metric);
    CHECK(c.chosen == 1);
    CHECK(c.candidates[1].gain.mean == Approx(0.1));
    CHECK(c.advice.find("+0.1000 log_loss") != std::string::npos);
    const Training training = bank_training(400);
    const Comparison real =
        compare(training, StratifiedKFold{.folds = 3},
                {candidate("dummy", Dummy{}), candidate("linear", preparation() | LogisticRegression{})},
                {.metric = log_loss_metric, .confidence = 0.8});
    CHECK(real.candidates[0].score.mean() > real.candidates[1].score.mean());
    CHECK(real.candidates[1].gain.mean > 0);
    CHECK(real.chosen == 1);
    std::ostringstream out;
    out << real;
    CHECK(out.str().find("80 % of it") != std::string::npos);
    CHECK(real.to_json()["metric"] == "log_loss");
}

TEST_CASE("candidates are measured on the same folds, on every axis") {
    const Training training = bank_training(1500);
    const Comparison c = compare(training, StratifiedKFold{.folds = 3}, candidate("dummy", Dummy{}),
                                 candidate("logistic", preparation() | LogisticRegression{}),
                                 candidate("forest", RandomForest{.trees = 10}));
    REQUIRE(c.candidates.size() == 3);
    CHECK(c.candidates[0].score.mean() == 0.5);
    CHECK(c.candidates[0].gain.mean == 0);
    CHECK(c.chosen > 0);
    CHECK(c.candidates[1].gain.mean == Approx(c.candidates[1].score.mean() - 0.5));
    for (const CandidateResult& r : c.candidates) {
        CHECK(r.score.by_fold.size() == 3);
        CHECK(r.fit_seconds > 0);
        CHECK(r.row_microseconds > 0);
        CHECK(r.artifact_bytes > 500);
    }
    CHECK(c.candidates[2].artifact_bytes > c.candidates[1].artifact_bytes);
    CHECK(c.to_json()["candidates"].size() == 3);
}
