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
    CHECK(baseline.refit_noise == 0);
    Json negative = json;
    negative["refit_noise"] = -1;
    CHECK_THROWS_AS(Baseline::from_json(detail::Fields(negative, "baseline")), ArtifactError);
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

TEST_CASE("what another fit does to the scores is measured between the folds") {
    const auto noise = [](const auto& score) {
        OutOfFold made;
        Random random(5);
        for (std::size_t f = 0; f < 5; ++f) {
            FoldScores fold;
            for (int i = 0; i < 400; ++i) fold.scores.push_back(score(f, random));
            made.scores.insert(made.scores.end(), fold.scores.begin(), fold.scores.end());
            made.folds.push_back(std::move(fold));
        }
        return PsiMonitor{}.baseline(testing_support::small_bank(2000), made.scores, 0.5, &made).refit_noise;
    };
    CHECK(noise([](std::size_t, Random& random) { return random.uniform(); }) < 0.02);
    // four scores in every fold, in no two folds the same
    CHECK(noise([](std::size_t f, Random& random) {
              return 0.2 * static_cast<double>(random.below(4)) + 0.01 * static_cast<double>(f);
          }) > 2);
}
