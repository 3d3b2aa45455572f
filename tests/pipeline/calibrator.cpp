#include "gasket/pipeline/calibrator.hpp"

#include <cmath>

#include "gasket/gasket.hpp"
#include "support/bank.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::small_bank;

namespace {

/// A chain that is sure of too much: balanced class weights let it see a half of the customers leave.
auto too_sure() {
    return Drop{{"customer_id"}} | StratifiedSplitter{.target = "churn", .seed = 5} |
           GradientBoosting{.trees = 60, .class_weight = balanced};
}

/// How far the mean of the probabilities is from the share of the positives.
double off(const Evaluation& e, const Model& model, const Table& table) {
    double sum = 0;
    const Predictions p = model.predict(table);
    for (const double x : p.values) sum += x;
    return std::abs(sum / static_cast<double>(p.size()) - e.holdout.positive_rate);
}

}  // namespace

TEST_CASE("a calibrator makes probabilities mean what they say, and leaves the order of the rows") {
    const Table table = small_bank(4000);
    const auto raw = (too_sure() | Evaluator{.importance_repeats = 0}).run(table);
    for (const Calibration method : {Calibration::platt, Calibration::isotonic}) {
        INFO(name_of(method));
        const auto run = (too_sure() | Calibrator{.method = method} | ThresholdTuner{} |
                          Evaluator{.importance_repeats = 0} | PsiMonitor{})
                             .run(table);
        const Evaluation& e = run.evaluation();
        CHECK(e.metric("log_loss") < raw.evaluation().metric("log_loss") - 0.02);
        CHECK(e.metric("brier") < raw.evaluation().metric("brier") - 0.01);
        CHECK(e.metric("auc") == Approx(raw.evaluation().metric("auc")).margin(0.01));
        CHECK(off(raw.evaluation(), raw.model(), table) > 0.1);
        CHECK(off(e, run.model(), table) < 0.03);
        // The threshold was chosen on calibrated scores.
        CHECK(run.model().threshold() < 0.45);
        CHECK(e.metric("f1") > 0.9 * raw.evaluation().metric("f1"));
        CHECK(drift(run.model(), table).score.psi.status == DriftStatus::stable);

        const Model again = from_bytes(to_bytes(run.model()));
        CHECK(again.predict(table).values == run.model().predict(table).values);
        CHECK(identity(again) == identity(run.model()));
        Scorer scorer(again);
        const Predictions expected = again.predict(table);
        for (std::size_t r = 0; r < 20; ++r) {
            for (const std::string& name : again.inputs()) {
                const std::size_t c = table.index_of(name);
                if (table.column(c).is_missing(r)) {
                    scorer.set_missing(scorer.column(name));
                } else if (table.column(c).kind() == Kind::numeric) {
                    scorer.set(scorer.column(name), table.column(c).numbers()[r]);
                } else {
                    scorer.set(scorer.column(name), table.cell(r, c));
                }
            }
            CHECK(scorer.predict() == expected[r]);
        }
    }
}

TEST_CASE("cross-validation calibrates within each fold") {
    const auto split = StratifiedSplitter{.target = "churn"}.split(small_bank(1500).without({"customer_id"}));
    const StratifiedKFold folds{.folds = 3};
    const GradientBoosting stage{.trees = 30, .class_weight = balanced};
    const auto raw = cross_validate(stage, split.training, folds, {log_loss_metric});
    const auto calibrated = cross_validate(stage | Calibrator{.method = Calibration::platt, .folds = 3},
                                           split.training, folds, {log_loss_metric});
    CHECK(calibrated.metric("log_loss").mean() < raw.metric("log_loss").mean() - 0.02);
}

TEST_CASE("probabilities of many classes are calibrated each against the rest and sum to 1") {
    Table table = small_bank(3000).without({"customer_id"});
    std::vector<std::string> kind;
    for (std::size_t r = 0; r < table.rows(); ++r) {
        const bool left = table["churn"].numbers()[r] == 1;
        kind.emplace_back(left ? "left" : table["age"].numbers()[r] > 40 ? "old" : "young");
    }
    table =
        table.without({"churn"}).with("kind", Column::category(kind, std::vector<bool>(kind.size(), false)));
    const StratifiedSplitter splitter{.target = "kind", .task = Task::multiclass};
    const GradientBoosting stage{.trees = 40, .class_weight = balanced};
    const Evaluator judge{.folds = 3, .importance_repeats = 0};
    const auto raw = (splitter | stage | judge).run(table);
    const auto run = (splitter | stage | Calibrator{.folds = 3} | judge).run(table);
    CHECK(run.evaluation().metric("log_loss") < raw.evaluation().metric("log_loss"));
    const Predictions p = from_bytes(to_bytes(run.model())).predict(table);
    for (std::size_t r = 0; r < p.size(); ++r) {
        double sum = 0;
        for (const double x : p.row(r)) sum += x;
        CHECK(sum == Approx(1));
    }
}

TEST_CASE("out-of-fold scores are calibrated by what the other folds taught") {
    OutOfFold raw;
    raw.target = {.column = "y", .task = Task::binary, .classes = {"0", "1"}};
    raw.scores = {0.2, 0.8, 0.2, 0.8};
    raw.labels = {0, 1, 1, 0};
    raw.rows = {0, 1, 2, 3};
    raw.folds = {{.rows = {0, 1}, .scores = {0.2, 0.8}}, {.rows = {2, 3}, .scores = {0.2, 0.8}}};
    const OutOfFold out = detail::calibrated(raw, Calibrator{});
    // The second fold's rows are ordered the wrong way: the best curve that never falls is flat.
    CHECK(out.scores[0] == Approx(0.5));
    CHECK(out.scores[1] == Approx(0.5));
    CHECK(out.scores[2] == Approx(0));
    CHECK(out.scores[3] == Approx(1));
}

TEST_CASE("a calibrator refuses numbers, and damaged curves") {
    const auto split = RandomSplitter{.target = "balance", .task = Task::regression}.split(small_bank(300));
    CHECK_THROWS_AS((GradientBoosting{.trees = 3} | Calibrator{}).fit(split.training), DataError);
    for (const char* text : {R"({"method":"best","curves":[]})", R"({"method":"platt","curves":[]})",
                             R"({"method":"platt","curves":[{"slope":1}]})",
                             R"({"method":"isotonic","curves":[{"scores":[1,0],"probabilities":[0,1]}]})"}) {
        const Json json = Json::parse(text);
        CHECK_THROWS_AS(CalibrationCurves::from_json(detail::Fields(json, "artifact"), 1), ArtifactError);
    }
}
