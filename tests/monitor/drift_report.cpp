#include "gasket/monitor/drift_report.hpp"

#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::bank_training;
using testing_support::preparation;
using testing_support::small_bank;

namespace {
Model monitored() {
    static const Model model =
        (preparation() | LogisticRegression{} | PsiMonitor{}).fit(bank_training(4000)).model();
    return model;
}
/// A model on `reference` that can be asked how `live` differs. The target is there for the chain's sake
/// only.
DriftReport compare_tables(const Table& reference, const Table& live, const std::string& target) {
    const Training training =
        RandomSplitter{.target = target, .test_fraction = 0.001, .keep_duplicates_together = false}
            .split(reference)
            .training;
    return drift((Dummy{} | PsiMonitor{}).fit(training), live);
}
const FeatureDrift& feature(const DriftReport& report, const std::string& name) {
    for (const FeatureDrift& f : report.features) {
        if (f.feature == name) return f;
    }
    FAIL("no feature " << name);
    return report.features.front();
}
}  // namespace

TEST_CASE("rows of the same world are stable") {
    const DriftReport report = drift(monitored(), small_bank(2000, 88));
    CHECK(report.status() == DriftStatus::stable);
    CHECK(report.exit_code() == 0);
    CHECK(report.features.size() == 6);
    CHECK(report.extra_columns == 2);  // the id, which no stage read, and the target
    std::ostringstream text;
    text << report;
    CHECK(text.str().find("ignored: 2 columns that the model does not read") != std::string::npos);
}

TEST_CASE("the few scores of a small tree raise no alarm by themselves, and what moves is still named") {
    // Each fit has scores of its own: those of the folds are not those of the model.
    const Model tree = (DecisionTree{.max_depth = 3} | PsiMonitor{}).fit(bank_training(4000));
    const DriftReport same = drift(tree, small_bank(2000, 88));
    CHECK(same.score.psi.value > 0.2);
    CHECK(same.status() == DriftStatus::stable);
    const Table live = small_bank(2000, 88);
    std::vector<double> age(live["age"].numbers().begin(), live["age"].numbers().end());
    for (double& x : age) x += 10;
    CHECK(drift(tree, live.with("age", Column::numeric(age))).status() == DriftStatus::drift);
    // where every fit has about the same scores, they are judged as closely as before
    CHECK(drift(monitored(), live).score.psi.critical < 0.05);
}

TEST_CASE("a shifted column is named first, with the bin that moved") {
    const Table live = small_bank(2000, 88);
    std::vector<double> age(live["age"].numbers().begin(), live["age"].numbers().end());
    for (double& x : age) x += 30;
    const DriftReport report = drift(monitored(), live.with("age", Column::numeric(age)));
    CHECK(report.status() == DriftStatus::drift);
    CHECK(report.exit_code() == 2);
    CHECK(report.features.front().feature == "age");
    CHECK(report.features.front().mover.find("above 77") != std::string::npos);
    CHECK(report.decided_rate_live > report.decided_rate_training);
    std::ostringstream text;
    text << report;
    CHECK(text.str().find("age") != std::string::npos);
    CHECK(report.to_json()["features"][0]["status"] == "drift");
    CHECK(feature(report, "age").ks.statistic > 0.45);
    CHECK(feature(report, "balance").ks.p_value > 1e-3);
    CHECK(is_missing(feature(report, "country").ks.statistic));
    CHECK(report.to_json()["score"]["ks"].get<double>() > 0.1);
    CHECK(text.str().find("nan") == std::string::npos);
}

TEST_CASE("missing values and labels never seen are drift") {
    const Table live = small_bank(1000, 88);
    const DriftReport gone =
        drift(monitored(), live.with("age", Column::numeric(std::vector<double>(1000, missing))));
    CHECK(gone.features.front().mover.find("missing") == 0);
    const DriftReport unseen = drift(
        monitored(), live.with("country", Column::category(std::vector<std::string>(1000, "Atlantis"))));
    CHECK(unseen.features.front().feature == "country");
    CHECK(unseen.features.front().mover.find("labels never seen") == 0);
}

TEST_CASE("a baseline and a table are enough: no model, no scores") {
    const Table training = small_bank(3000).without({"customer_id", "churn"});
    const std::vector<double> uniform = [] {
        std::vector<double> out(3000);
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(i) / 3000;
        return out;
    }();
    const Baseline baseline = PsiMonitor{}.baseline(training, uniform, 0.9);

    const DriftReport bare = drift(baseline, small_bank(1000, 88));  // extra columns play no part
    CHECK(bare.features.size() == 6);
    CHECK(bare.exit_code() == 0);
    CHECK_FALSE(bare.has_scores);
    CHECK(bare.to_json()["score"].is_null());
    CHECK(bare.to_json()["decided_rate"]["live"].is_null());
    std::ostringstream text;
    text << bare;
    CHECK(text.str().find("score") == std::string::npos);

    const std::vector<double> high(1000, 0.95);
    const DriftReport scored = drift(baseline, small_bank(1000, 88), high, 0.9);
    CHECK(scored.score.psi.status == DriftStatus::drift);
    CHECK(scored.status() == DriftStatus::drift);
    CHECK(scored.exit_code() == 2);
    CHECK(scored.decided_rate_training == Approx(0.1));
    CHECK(scored.decided_rate_live == 1);
    CHECK(scored.summary().find("drift on 1,000 rows: the score (PSI ") == 0);

    CHECK_THROWS_AS(drift(baseline, small_bank(1000), std::vector<double>(999, 0.5)), DataError);
    try {
        (void)drift(baseline, small_bank(1000).without({"tenure"}));
        FAIL("a missing column was let through");
    } catch (const SchemaError& e) {
        CHECK(std::string(e.what()).find("tenure") != std::string::npos);
    }
    CHECK(drift(baseline, small_bank(1000).slice(0, 0)).status() == DriftStatus::insufficient);
}

TEST_CASE("a baseline that was saved before there were grids reports PSI alone") {
    const Table training = small_bank(3000).without({"customer_id", "churn"});
    Json saved = PsiMonitor{}.baseline(training, std::vector<double>(3000, 0.5), 0.5).to_json();
    const auto strip = [](Json& entry) {
        entry.erase("cells");
        entry["bins"].erase("grid");
    };
    for (Json& entry : saved["columns"]) strip(entry);
    strip(saved["scores"]);
    const DriftReport now =
        drift(PsiMonitor{}.baseline(training, std::vector<double>(3000, 0.5), 0.5), small_bank(1000, 88));
    const DriftReport old =
        drift(Baseline::from_json(detail::Fields(saved, "baseline")), small_bank(1000, 88));
    for (std::size_t i = 0; i < now.features.size(); ++i) {
        CHECK(old.features[i].psi.value == now.features[i].psi.value);
        CHECK(is_missing(old.features[i].ks.statistic));
    }
    CHECK(old.to_json()["features"][0]["ks"].is_null());
}

TEST_CASE("few rows give no verdict and no alarm") {
    const DriftReport report = drift(monitored(), small_bank(50, 88));
    CHECK(report.status() == DriftStatus::insufficient);
    CHECK(report.exit_code() == 0);
}

TEST_CASE("a live table that lacks a column, or a model without a baseline, is an error") {
    CHECK_THROWS_AS(drift(monitored(), small_bank(200).without({"age"})), SchemaError);
    const auto plain = (preparation() | LogisticRegression{}).fit(bank_training());
    try {
        (void)drift(plain, small_bank(200));
        FAIL("no error");
    } catch (const DataError& e) {
        CHECK(e.code() == ErrorCode::no_baseline);
    }
}

TEST_CASE("500 rows of the same world raise an alarm for at most one feature in twenty") {
    std::size_t alarms = 0;
    std::size_t looked_at = 0;
    for (std::uint64_t week = 0; week < 60; ++week) {
        const DriftReport report = drift(monitored(), small_bank(500, 1000 + week));
        for (const FeatureDrift& f : report.features) {
            ++looked_at;
            alarms += f.psi.status != DriftStatus::stable ? 1 : 0;
        }
    }
    CHECK(static_cast<double>(alarms) <= 0.05 * static_cast<double>(looked_at));
}

TEST_CASE("both halves of the bank churn data are alike") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const Table table = read_csv(path).without({"RowNumber", "CustomerId", "Surname"});
    const DriftReport report = compare_tables(table.slice(0, 5000), table.slice(5000, 10000), "Exited");
    for (const FeatureDrift& f : report.features) CHECK(f.psi.value < 0.1);
    CHECK(report.exit_code() == 0);
}

TEST_CASE("features that were constant and start to vary are drift") {
    REQUIRE_DATA(path, "electricity_nsw/data.csv");
    const Table table = read_csv(path);
    const Table before = table.slice(0, 17424);
    std::vector<std::string> constant;
    for (std::size_t c = 0; c < before.columns(); ++c) {
        if (before.column(c).kind() != Kind::numeric) continue;
        const auto values = before.column(c).numbers();
        if (std::all_of(values.begin(), values.end(), [&](double x) { return x == values[0]; }))
            constant.push_back(before.name(c));
    }
    CHECK(constant.size() == 3);
    const DriftReport report = compare_tables(before, table.slice(20000, 30000), "class");
    for (const std::string& name : constant) {
        INFO(name);
        CHECK(feature(report, name).psi.status == DriftStatus::drift);
        // between 0.5 and 0.8, which quantile bins of a constant would not see at all
        CHECK(feature(report, name).ks.statistic > 0.45);
        CHECK(feature(report, name).ks.p_value < 1e-12);
        const KsTest exact = ks_test(before[name].numbers(), table.slice(20000, 30000)[name].numbers());
        CHECK(feature(report, name).ks.statistic == Approx(exact.statistic).margin(1e-3));
    }
}

TEST_CASE("the column that was overwritten in the corrupted bank data is named") {
    REQUIRE_DATA(clean, "bank_churn_12col/data.csv");
    REQUIRE_DATA(corrupted, "bank_churn_12col_corrupted/data.csv");
    const DriftReport report = compare_tables(read_csv(clean).without({"customer_id"}),
                                              read_csv(corrupted).without({"customer_id"}), "churn");
    CHECK(report.features.front().feature == "country");
    CHECK(report.features.front().psi.status == DriftStatus::drift);
    for (std::size_t i = 1; i < report.features.size(); ++i)
        CHECK(report.features[i].psi.status == DriftStatus::stable);
}
