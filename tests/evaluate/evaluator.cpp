#include "gasket/evaluate/evaluator.hpp"

#include <cmath>
#include <sstream>

#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::preparation;
using testing_support::small_bank;

namespace {
auto workflow() {
    return Profiler{} | Drop{{"customer_id"}} | StratifiedSplitter{.target = "churn"} | preparation() |
           LogisticRegression{} | ThresholdTuner{.maximise = f1} | Evaluator{.offer = Offer{}} | PsiMonitor{};
}
}  // namespace

TEST_CASE("a run judges the chain on the holdout and by cross-validation") {
    const auto run = workflow().run(small_bank(2000));
    const Evaluation& e = run.evaluation();
    CHECK(e.holdout.rows == 400);
    CHECK(e.metric("auc") > 0.6);
    CHECK(e.cross_validation.at(0).name == "auc");
    CHECK(e.cross_validation.at(0).by_fold.size() == 5);
    CHECK(e.cross_validation.at(0).mean() == Approx(e.metric("auc")).margin(0.12));
    CHECK(e.importances->features.front().feature != "gender");
    CHECK(e.business->rows == 400);
    CHECK(e.threshold == run.model().threshold());
    CHECK(e.threshold != 0.5);
    CHECK(std::isnan(e.metric("no such metric")));
    CHECK(run.model().section("evaluation")->at("test").at("auc") == e.metric("auc"));
    std::ostringstream text;
    text << run.profile() << e;
    CHECK(text.str().find("400 sealed rows") != std::string::npos);
    CHECK(text.str().find("the chance that a row with churn = 1 scores above one without") !=
          std::string::npos);
    CHECK(run.training_record().rows == 1600);
    CHECK(run.holdout_record().digest != run.training_record().digest);
}

TEST_CASE("a verdict prints every metric with its interval, beside what it is without skill") {
    // Rows that all get the base rate, one in four decided at random: what is measured is what no skill gets.
    const Target target{.column = "left", .task = Task::binary, .classes = {"no", "yes"}};
    LabelledRows rows{.table = {}, .target = target, .labels = {}, .weights = {}};
    Predictions predictions{.target = target, .values = {}};
    for (std::size_t r = 0; r < 100; ++r) {
        rows.labels.push_back(r < 20 ? 1 : 0);
        predictions.values.push_back(r % 4 == 0 ? 0.8 : 0.1);
    }
    Evaluation e;
    e.target = target;
    detail::add_metrics(e, {average_precision_metric, log_loss_metric, brier_metric, accuracy, recall, mcc},
                        predictions, rows, 200);
    const std::vector<double> expected{
        0.2, -0.2 * std::log(0.2) - 0.8 * std::log(0.8), 0.16, 0.2 * 0.25 + 0.8 * 0.75, 0.25, 0};
    REQUIRE(e.without_skill.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        CHECK(e.without_skill[i] == Approx(expected[i]).margin(1e-12));
    // Decisions by chance are worth what chance is worth: each interval holds it.
    for (const std::string_view name : {"accuracy", "recall", "mcc"}) {
        INFO(name);
        REQUIRE(e.interval(name) != nullptr);
        CHECK(e.interval(name)->low <= e.metric(name));
        CHECK(e.interval(name)->high >= e.metric(name));
        CHECK(e.interval(name)->low < e.interval(name)->high);
    }
    CHECK(e.metric("accuracy") == Approx(0.65));
    CHECK(e.interval("no such metric") == nullptr);
    e.confusion = confusion_at(rows.labels, predictions.values, 0.5);
    e.report = classification_report(e.confusion, "no", "yes");
    std::ostringstream out;
    out << e;
    CHECK(out.str().find("truly no           60           20") != std::string::npos);
    CHECK(out.str().find("truly yes          15            5") != std::string::npos);
    CHECK(out.str().find("95 % interval") != std::string::npos);
    CHECK(e.test_json()["fp"].is_number_integer());
    CHECK(e.to_json()["intervals"]["mcc"]["level"] == 0.95);
}

TEST_CASE("judging by hand is the same as in a run") {
    const Table table = small_bank(2000).without({"customer_id"});
    auto [train, test] = StratifiedSplitter{.target = "churn"}.split(table);
    const auto model = (preparation() | LogisticRegression{}).fit(train);
    const Evaluation by_hand = evaluate(model, std::move(test));
    const auto run =
        (StratifiedSplitter{.target = "churn"} | preparation() | LogisticRegression{} | Evaluator{})
            .run(table);
    CHECK(by_hand.test_json() == run.evaluation().test_json());
}

TEST_CASE("validation rows may judge as often as one likes, and say that they are no verdict") {
    const Table table = small_bank(1500).without({"customer_id"});
    auto [train, validation, test] = three_way(StratifiedSplitter{.target = "churn"}, table, 0.2);
    const auto model = (preparation() | LogisticRegression{}).fit(train);
    const Evaluation once = evaluate(model, validation);
    CHECK(evaluate(model, validation).test_json() == once.test_json());
    CHECK(once.metric("auc") == roc_auc(validation.rows.labels, model.predict(validation.rows.table).values));
    std::ostringstream text;
    text << once;
    CHECK(text.str().find("300 validation rows") != std::string::npos);
    CHECK(once.to_json()["holdout"]["side"] == "validation");
    CHECK(model.model().split().validation == "stratified, share 0.25, seed 42");
    CHECK(evaluate(model, std::move(test)).holdout.side == "holdout");
}

TEST_CASE("a holdout judges once") {
    auto [train, test] = StratifiedSplitter{.target = "churn"}.split(small_bank(500));
    const auto model = (preparation() | LogisticRegression{}).fit(train);
    CHECK_NOTHROW(evaluate(model, std::move(test)));
    CHECK_THROWS_AS(evaluate(model, std::move(test)), SplitError);
}

TEST_CASE("a ledger remembers who judged on a holdout, and a later run stops before it fits anything") {
    const std::string path = testing_support::scratch_file("holdouts.jsonl");
    const Table table = small_bank(500);
    const StratifiedSplitter splitter{.target = "churn", .ledger = path};
    const auto chain = preparation() | LogisticRegression{};
    auto [train, test] = splitter.split(table);
    const auto model = chain.fit(train);
    Holdout foreign = StratifiedSplitter{.target = "active", .ledger = path}.split(table).holdout;
    CHECK_THROWS_AS(evaluate(model, std::move(foreign)), DataError);
    CHECK(foreign.sealed());
    CHECK(Ledger(path).entries().empty());
    CHECK(evaluate(model, std::move(test)).holdout.seen_before.empty());
    CHECK(Ledger(path).entries().at(0).by.find("evaluate of imputer, one_hot_encoder, standard_scaler and "
                                               "logistic_regression, model ") == 0);
    std::size_t work = 0;
    const auto judged = splitter | chain | Evaluator{.folds = 2};
    CHECK_THROWS_AS(judged.run(table, [&](const ProgressEvent&) { ++work; }), SplitError);
    CHECK(work == 0);
    CHECK_NOTHROW((splitter | chain).run(table));  // judges nothing

    const auto again = (StratifiedSplitter{.target = "churn", .seed = 7, .ledger = path} | chain |
                        Evaluator{.folds = 2, .importance_repeats = 0})
                           .run(table);
    CHECK(again.holdout_record().seen_before.find("evaluate of") != std::string::npos);
    std::ostringstream text;
    text << again.evaluation();
    CHECK(text.str().find("not the first look: about") != std::string::npos);
    CHECK(again.model().section("evaluation")->at("holdout").contains("seen_before"));
    CHECK(Ledger(path).entries().at(1).by.find("a run of imputer") == 0);
}

TEST_CASE("a model is judged on its own target only") {
    auto [train, test] = StratifiedSplitter{.target = "churn"}.split(small_bank(500));
    const auto model = (preparation() | LogisticRegression{}).fit(train);
    auto [other_train, other] = StratifiedSplitter{.target = "active"}.split(small_bank(500));
    CHECK_THROWS_AS(evaluate(model, std::move(other)), DataError);
}

TEST_CASE("the confusion matrix adds up and follows the threshold") {
    const auto run = workflow().run(small_bank(1000));
    const Confusion& c = run.evaluation().confusion;
    CHECK(c.total() == 200);
    CHECK(run.evaluation().metric("precision") == c.precision());
    CHECK(run.evaluation().metric("f1") == c.f_beta(1));
}

TEST_CASE("regression goes through the same chain") {
    const Table table = small_bank(1500).without({"customer_id"});
    const auto chain = StratifiedSplitter{.target = "balance", .task = Task::regression} |
                       GradientBoosting{.trees = 30} | Evaluator{} | PsiMonitor{};
    const auto run = chain.run(table);
    CHECK(run.evaluation().metric("rmse") > 0);
    CHECK(run.evaluation().metric("r2") < 1);
    CHECK(run.evaluation().cross_validation.at(0).name == "rmse");
    CHECK(from_bytes(to_bytes(run.model())).predict(table).values == run.model().predict(table).values);
    CHECK_THROWS_AS(
        (GradientBoosting{} | ThresholdTuner{})
            .fit(StratifiedSplitter{.target = "balance", .task = Task::regression}.split(table).training),
        DataError);
}
