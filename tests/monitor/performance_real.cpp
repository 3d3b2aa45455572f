// Expected against realised performance on real data. GASKET_FIGURES=1 prints what docs/monitoring.md
// reports.
#include <cstdlib>
#include <iostream>

#include "gasket/data/csv.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/monitor/adwin.hpp"
#include "gasket/monitor/concept_drift.hpp"
#include "gasket/monitor/live_labels.hpp"
#include "gasket/monitor/page_hinkley.hpp"
#include "gasket/monitor/performance.hpp"
#include "gasket/pipeline/calibrator.hpp"
#include "gasket/pipeline/pipeline.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/training.hpp"

using namespace gasket;

namespace {
struct Judged {
    ExpectedPerformance expected;
    Performance realised;
    RateShift rates;
    std::uint64_t adwin = 0;
    std::uint64_t page_hinkley = 0;
};

/// Learns from the rows up to `cut`, and is judged on the `rows` after it.
Judged judged(const char* name, const Table& table, const std::string& target, std::size_t cut,
              std::size_t rows, bool calibrated = true) {
    const GradientBoosting boosting{.trees = 60, .learning_rate = 0.1};
    const Training training = testing_support::all_but_last(table.slice(0, cut + 1), target);
    const Model model =
        calibrated ? (boosting | Calibrator{}).fit(training).model() : fit(boosting, training);
    const Table live = table.slice(cut + 1, cut + 1 + rows);
    const Predictions scored = model.predict(live);
    const std::vector<double> labels = live_labels(scored.target, live);
    ConceptDrift watch;
    Adwin adwin;
    PageHinkley page_hinkley;
    for (std::size_t r = 0; r < labels.size(); ++r) {
        const double error = (scored[r] >= 0.5) == (labels[r] == 1) ? 0 : 1;
        watch.add(0, scored[r], labels[r]);
        adwin.add(error);
        page_hinkley.add(error);
    }
    Judged out{expected_performance(scored.values), realised_performance(labels, scored.values),
               watch.verdict(), adwin.changes(), page_hinkley.alarms()};
    if (std::getenv("GASKET_FIGURES") != nullptr) {
        std::cout << name << "\n"
                  << out.expected.described(&out.realised) << out.rates << "  ADWIN " << out.adwin
                  << " changes, Page-Hinkley " << out.page_hinkley << "\n";
    }
    return out;
}
}  // namespace

TEST_CASE("bank_churn_kaggle: what the second half is worth is what the scores promised") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const Judged bank =
        judged("bank_churn_kaggle", read_csv(path).without({"RowNumber", "CustomerId", "Surname"}), "Exited",
               5000, 4999);
    for (const Performance::Figure& f : Performance::figures()) {
        INFO(f.name);
        CHECK(bank.realised.*f.value == Approx(bank.expected.expected.*f.value).margin(0.03));
    }
    CHECK(bank.realised.accuracy == Approx(bank.expected.expected.accuracy).margin(0.01));
    CHECK(bank.realised.auc == Approx(bank.expected.expected.auc).margin(0.015));
    CHECK(bank.expected.outside(bank.realised).size() <= 1);
    CHECK(bank.rates.status == DriftStatus::stable);
    CHECK(bank.adwin == 0);
    CHECK(bank.page_hinkley == 0);
}

TEST_CASE("bank_churn_kaggle: without calibration the scores promise less than comes true") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const Judged bank =
        judged("bank_churn_kaggle, not calibrated",
               read_csv(path).without({"RowNumber", "CustomerId", "Surname"}), "Exited", 5000, 4999, false);
    CHECK(bank.realised.auc > bank.expected.expected.auc + 0.015);
    CHECK(bank.expected.outside(bank.realised).size() >= 2);
}

TEST_CASE("electricity_nsw: concept drift is what the estimate cannot see, and the comparison says so") {
    REQUIRE_DATA(path, "electricity_nsw/data.csv");
    const Judged power = judged("electricity_nsw", read_csv(path).without({"date"}), "class", 17423, 10000);
    CHECK(power.realised.accuracy < power.expected.expected.accuracy - 0.05);
    CHECK(power.realised.auc < power.expected.expected.auc - 0.05);
    CHECK(power.expected.outside(power.realised).size() >= 5);
    CHECK(power.expected.verdict(power.realised).find("absence of concept drift") != std::string::npos);
    CHECK(power.rates.status == DriftStatus::drift);
    CHECK(power.adwin > 0);
    CHECK(power.page_hinkley > 0);
}
