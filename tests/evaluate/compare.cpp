#include "gasket/evaluate/compare.hpp"

#include <sstream>

#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/visits.hpp"

using namespace gasket;
using testing_support::bank_training;
using testing_support::preparation;

namespace {
Comparison made_up(const std::vector<std::vector<double>>& auc_by_fold, std::size_t repeats = 1) {
    Comparison c;
    for (const auto& folds : auc_by_fold) {
        CandidateResult r;
        r.name = std::string(1, static_cast<char>('a' + c.candidates.size()));
        r.auc = {.name = "auc", .by_fold = folds, .repeats = repeats};
        r.gain = c.candidates.empty() ? 0 : r.auc.mean() - c.candidates.front().auc.mean();
        r.fit_seconds = r.row_microseconds = 1;
        c.candidates.push_back(r);
    }
    detail::choose(c);
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
    CHECK(made_up({first, second}, 3).chosen == 0);
}

TEST_CASE("candidates are compared on folds in time, and the rows never judged are named") {
    const Training training =
        TimeSplitter{.target = "churn", .time = "day"}.split(testing_support::visits(600)).training;
    const Comparison c = compare(training, TimeSeriesFolds{.folds = 3}, candidate("dummy", Dummy{}),
                                 candidate("tree", DecisionTree{.max_depth = 3}));
    CHECK(c.candidates[1].auc.by_fold.size() == 3);
    CHECK(c.never_judged > 100);
    std::ostringstream out;
    out << c;
    CHECK(out.str().find(std::to_string(c.never_judged) + " training rows") != std::string::npos);
}

TEST_CASE("the advice says what a gain costs, or that it is not worth it") {
    CHECK(made_up({{.70, .71, .72}, {.80, .81, .82}}).advice.find("Choose b: +0.1000 AUC over a") == 0);
    CHECK(made_up({{.80, .81, .82}, {.80, .81, .90}}).advice.find("Keep a: b gains only") == 0);
}

TEST_CASE("candidates are measured on the same folds, on every axis") {
    const Training training = bank_training(1500);
    const Comparison c = compare(training, StratifiedKFold{.folds = 3}, candidate("dummy", Dummy{}),
                                 candidate("logistic", preparation() | LogisticRegression{}),
                                 candidate("forest", RandomForest{.trees = 10}));
    REQUIRE(c.candidates.size() == 3);
    CHECK(c.candidates[0].auc.mean() == 0.5);
    CHECK(c.candidates[0].gain == 0);
    CHECK(c.chosen > 0);
    CHECK(c.candidates[1].gain == Approx(c.candidates[1].auc.mean() - 0.5));
    for (const CandidateResult& r : c.candidates) {
        CHECK(r.auc.by_fold.size() == 3);
        CHECK(r.fit_seconds > 0);
        CHECK(r.row_microseconds > 0);
        CHECK(r.artifact_bytes > 500);
    }
    CHECK(c.candidates[2].artifact_bytes > c.candidates[1].artifact_bytes);
    CHECK(c.to_json()["candidates"].size() == 3);
}
