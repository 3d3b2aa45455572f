// Drift on real data: three pairs of parts, and 400 simulated weeks. GASKET_FIGURES=1 prints what
// docs/monitoring.md reports.
#include <cstdlib>
#include <iostream>

#include "gasket/data/csv.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/monitor/drift_report.hpp"
#include "gasket/monitor/psi_monitor.hpp"
#include "gasket/pipeline/pipeline.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/training.hpp"

using namespace gasket;

namespace {

bool figures() {
    return std::getenv("GASKET_FIGURES") != nullptr;
}

const FeatureDrift& feature(const DriftReport& report, const std::string& name) {
    for (const FeatureDrift& f : report.features) {
        if (f.feature == name) return f;
    }
    FAIL("no feature " << name);
    return report.features.front();
}

/// KS and Wasserstein by the frozen cells are those that SciPy finds in the values.
DriftReport compare_as_scipy(const std::string& data, const Table& reference, const Table& live) {
    const DriftReport report = drift(PsiMonitor{}.baseline(reference, {}, 0.5), live);
    const nlohmann::json stored = testing_support::reference("drift_real")[data];
    if (figures()) std::cout << data << "\n" << report;
    for (const auto& [name, expected] : stored.items()) {
        INFO(data << " " << name);
        const FeatureDrift& found = feature(report, name);
        const double deviation = expected["deviation"];
        CHECK(found.ks.statistic == Approx(expected["ks"].get<double>()).margin(0.004));
        CHECK(found.wasserstein.distance ==
              Approx(expected["wasserstein"].get<double>()).epsilon(0.02).margin(0.01 * deviation));
        if (figures())
            std::cout << "  " << name << ": PSI of naive bins " << expected["naive_psi"]
                      << ", of frozen bins " << found.psi.value << "\n";
    }
    return report;
}

/// Rows drawn without replacement.
Table week_of(const Table& pool, std::size_t rows, Random& random) {
    std::vector<std::size_t> which(pool.rows());
    for (std::size_t i = 0; i < which.size(); ++i) which[i] = i;
    random.shuffle(std::span<std::size_t>(which));
    which.resize(rows);
    return pool.take(which);
}

/// Half the rows of bank_churn_kaggle as training of a model, the other half to draw weeks from.
struct Bank {
    Model model;
    Table pool;
};
Bank bank_of(const std::string& path) {
    const Table table = read_csv(path).without({"RowNumber", "CustomerId", "Surname"});
    Random random(12);
    const Table shuffled = week_of(table, table.rows(), random);
    return {(GradientBoosting{.trees = 50} | PsiMonitor{})
                .fit(testing_support::all_but_last(shuffled.slice(0, 5001), "Exited")),
            shuffled.slice(5001, shuffled.rows()).without({"Exited"})};
}

/// A column moved by half of its standard deviation; whole numbers stay whole.
Table moved(const Table& week, const Table& pool, const std::string& name) {
    const auto all = pool[name].numbers();
    double mean = 0;
    double squares = 0;
    bool whole = true;
    for (const double x : all) {
        mean += x / static_cast<double>(all.size());
        whole = whole && x == std::floor(x);
    }
    for (const double x : all) squares += (x - mean) * (x - mean) / static_cast<double>(all.size());
    const double by = whole ? std::floor(std::sqrt(squares) / 2) : std::sqrt(squares) / 2;
    std::vector<double> values(week[name].numbers().begin(), week[name].numbers().end());
    for (double& x : values) x += by;
    return week.with(name, Column::numeric(values));
}

}  // namespace

TEST_CASE("electricity_nsw: what was constant and starts to vary is drift, which naive bins call 0.00") {
    REQUIRE_DATA(path, "electricity_nsw/data.csv");
    const Table table = read_csv(path).without({"date", "class"});
    const DriftReport report =
        compare_as_scipy("electricity_nsw", table.slice(0, 17424), table.slice(17424, table.rows()));
    CHECK(report.status() == DriftStatus::drift);
    for (const char* name : {"vicprice", "vicdemand", "transfer"}) {
        INFO(name);
        CHECK(feature(report, name).status == DriftStatus::drift);
        CHECK(feature(report, name).psi.value > 1);
        CHECK(testing_support::reference("drift_real")["electricity_nsw"][name]["naive_psi"] == 0.0);
    }
    CHECK(feature(report, "period").status == DriftStatus::stable);
    CHECK(feature(report, "day").status == DriftStatus::stable);
}

TEST_CASE("weather_aus: before and from 2014") {
    REQUIRE_DATA(path, "weather_aus/data.csv");
    const Table table = read_csv(path);
    std::vector<std::size_t> parts[2];
    const std::int64_t cut = 1388534400;  // 2014-01-01
    for (std::size_t r = 0; r < table.rows(); ++r) parts[table["Date"].seconds()[r] >= cut].push_back(r);
    const Table columns = table.without({"Date", "RISK_MM", "RainTomorrow"});
    const DriftReport report =
        compare_as_scipy("weather_aus", columns.take(parts[0]), columns.take(parts[1]));
    // what more and more stations no longer recorded
    for (const char* name : {"Evaporation", "Sunshine"}) {
        INFO(name);
        CHECK(feature(report, name).status != DriftStatus::stable);
        CHECK(feature(report, name).mover.find("missing") == 0);
    }
    CHECK(feature(report, "MinTemp").status == DriftStatus::stable);
}

TEST_CASE("bank_churn_kaggle: two halves are alike") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const Table table = read_csv(path).without({"RowNumber", "CustomerId", "Surname", "Exited"});
    const DriftReport report =
        compare_as_scipy("bank_churn_kaggle", table.slice(0, 5000), table.slice(5000, 10000));
    CHECK(report.status() == DriftStatus::stable);
    for (const FeatureDrift& f : report.features) {
        CHECK(f.psi.value < 0.1);
        CHECK(f.adjusted > 0.05);
    }
}

TEST_CASE("200 weeks without drift: at most one in twenty raises an alarm, however few its rows") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const Bank bank = bank_of(path);
    for (const std::size_t rows : {100, 150, 200, 500, 1000}) {
        Random random(100 + rows);
        int alarms = 0;
        int by_columns = 0;
        for (int week = 0; week < 200; ++week) {
            const DriftReport report = drift(bank.model, week_of(bank.pool, rows, random));
            alarms += report.status() != DriftStatus::stable ? 1 : 0;
            const auto moved_alone = [](const FeatureDrift& f) {
                return f.psi.status != DriftStatus::stable;
            };
            by_columns += std::any_of(report.features.begin(), report.features.end(), moved_alone) ||
                                  moved_alone(report.score)
                              ? 1
                              : 0;
        }
        if (figures())
            std::cout << rows << " rows: " << alarms << " of 200 weeks raise an alarm; if every column were "
                      << "judged by itself " << by_columns << "\n";
        INFO(rows << " rows, " << alarms << " alarms");
        CHECK(alarms <= 10);
    }
}

TEST_CASE("200 weeks of 500 rows with one column moved by half a deviation: 19 of 20 are found") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const Bank bank = bank_of(path);
    const std::vector<std::string> names = {"CreditScore", "Age", "Balance", "EstimatedSalary"};
    Random random(5);
    std::vector<int> found(names.size(), 0);
    for (std::size_t week = 0; week < 200; ++week) {
        const std::string& name = names[week % names.size()];
        const DriftReport report = drift(bank.model, moved(week_of(bank.pool, 500, random), bank.pool, name));
        const bool named = feature(report, name).status != DriftStatus::stable;
        found[week % names.size()] += named && report.exit_code() > 0 ? 1 : 0;
    }
    int all = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        all += found[i];
        if (figures()) std::cout << names[i] << ": found in " << found[i] << " of 50 weeks\n";
        CHECK(found[i] >= 45);
    }
    CHECK(all >= 190);
}
