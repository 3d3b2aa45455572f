#include "gasket/monitor/baseline.hpp"

#include "gasket/monitor/psi_monitor.hpp"
#include "support/catch.hpp"
#include "support/tables.hpp"

using namespace gasket;

TEST_CASE("a baseline comes back from JSON as it was") {
    const Table table = testing_support::small_bank(500);
    std::vector<double> scores(500);
    for (std::size_t i = 0; i < 500; ++i) scores[i] = static_cast<double>(i) / 500;
    const Baseline baseline = PsiMonitor{.bins = 5}.baseline(table, scores, 0.9);
    CHECK(baseline.columns.size() == table.columns());
    CHECK(baseline.decided_rate == Approx(0.1));
    const Json json = baseline.to_json();
    CHECK(Baseline::from_json(detail::Fields(json, "baseline")).to_json() == json);
    for (const std::string field : {"counts", "cells"}) {
        Json broken = json;
        broken["scores"][field].push_back(3);
        CHECK_THROWS_AS(Baseline::from_json(detail::Fields(broken, "baseline")), ArtifactError);
    }
    Json broken = json;
    broken["scores"].erase("cells");
    CHECK_THROWS_AS(Baseline::from_json(detail::Fields(broken, "baseline")), ArtifactError);
    // as it was saved before there were grids
    Json old = json;
    for (Json& column : old["columns"]) {
        column.erase("cells");
        column["bins"].erase("grid");
    }
    const Baseline before = Baseline::from_json(detail::Fields(old, "baseline"));
    CHECK(before.to_json() == old);
    CHECK(before.columns[0].counts == baseline.columns[0].counts);
}
