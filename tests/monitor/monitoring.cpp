// The code of docs/monitoring.md, as it stands there.
#include <sstream>

#include "gasket/core/random.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/monitor/adwin.hpp"
#include "gasket/monitor/concept_drift.hpp"
#include "gasket/monitor/drift_report.hpp"
#include "gasket/monitor/live_labels.hpp"
#include "gasket/monitor/page_hinkley.hpp"
#include "gasket/monitor/performance.hpp"
#include "gasket/monitor/psi_monitor.hpp"
#include "gasket/monitor/retraining_policy.hpp"
#include "gasket/monitor/training_change.hpp"
#include "gasket/pipeline/pipeline.hpp"
#include "gasket/report/drift_page.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/tables.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::small_bank;

TEST_CASE("from the rows of a week to the decision to train again") {
    const std::int64_t now = 1702000000;
    const std::int64_t trained = now - 30 * 86400;
    std::ostringstream out;
    std::ostringstream archive;
    const std::string path = testing_support::scratch_file("drift.html");
    const Table old_rows = small_bank(3000).without({"customer_id"});
    // the next rows are older people, and of those who do not churn half would have
    const auto changed = [](std::uint64_t seed) {
        const Table table = small_bank(1500, seed).without({"customer_id"});
        std::vector<double> age(table["age"].numbers().begin(), table["age"].numbers().end());
        std::vector<double> churn(table["churn"].numbers().begin(), table["churn"].numbers().end());
        Random random(seed);
        for (double& x : age) x += 8;
        for (double& y : churn) y = y == 1 || random.uniform() < 0.5 ? 1 : 0;
        return table.with("age", Column::numeric(age)).with("churn", Column::numeric(churn));
    };
    const Table live = changed(88);
    const Table new_rows = changed(89);
    const Training train = testing_support::all_but_last(old_rows, "churn");

    const Model model = (GradientBoosting{.trees = 30} | PsiMonitor{}).fit(train);
    DriftReport report = drift(model, live);
    out << report;  // text; report.to_json() for machines
    drift_page(report, {.name = "churn 1.0.0", .source = "week 12"}).write(path);
    const int code = report.exit_code();  // 0 stable, 1 moderate, 2 drift
    CHECK(code == 2);
    CHECK(std::filesystem::file_size(path) > 10000);
    CHECK(report.features.front().feature == "age");

    const Predictions predictions = model.predict(live);
    const std::vector<double>& scores = predictions.values;
    const std::vector<double> labels = live_labels(predictions.target, live);
    const double threshold = predictions.threshold;
    ConceptDrift watch;  // or ConceptDrift::from_json(saved)
    for (std::size_t r = 0; r < labels.size(); ++r) {
        const std::int64_t seconds = now - 10 * 86400 + 500 * static_cast<std::int64_t>(r);
        const double probability = scores[r];
        const double label = labels[r];
        watch.add(seconds, probability, label);  // each row whose label has come, in any order
    }
    report.concept_drift = watch.verdict();
    CHECK(report.concept_drift->status == DriftStatus::drift);

    int changes = 0;
    Adwin adwin;  // values from 0 to 1
    PageHinkley page_hinkley({.tolerance = 0.02, .threshold = 30});
    for (std::size_t r = 0; r < labels.size(); ++r) {
        const double label = labels[r];
        const double decided = scores[r] >= threshold ? 1 : 0;
        const double error = decided != label ? 1 : 0;
        if (adwin.add(error) || page_hinkley.add(error)) ++changes;  // the mean of the errors has changed
    }
    CHECK(changes == 0);  // all of these rows are of the new world

    const ExpectedPerformance expected = expected_performance(scores, threshold);
    out << expected;  // figures, intervals, assumptions
    const Performance realised = realised_performance(labels, scores, threshold);
    out << expected.described(&realised);  // side by side
    CHECK(expected.outside(realised).size() > 3);

    const Performance holdout = expected.expected;
    RetrainingEvidence evidence{.now = now, .trained_at = trained, .model = "1.0.0", .new_labels = 4200};
    evidence.drift = report;
    evidence.concept_drift = watch.verdict();
    evidence.realised = realised;
    evidence.judged = labels.size();
    evidence.holdout = holdout;
    const RetrainingPolicy policy{.metric = "auc", .most_fall = 0.03};
    const RetrainingDecision decision = policy.decide(evidence);
    archive << decision.to_json().dump() << "\n";
    CHECK(decision.retrain);
    CHECK(decision.reasons().size() == 3);  // drift, concept drift, the AUC

    const TrainingChange change = compare_training(old_rows, new_rows, "churn");
    for (const std::string& finding : change.findings) out << finding << "\n";
    CHECK(change.findings.size() == 1);  // more than half as many again are positive
    CHECK(out.str().find("nan") == std::string::npos);
}
