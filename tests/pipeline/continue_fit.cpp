#include "gasket/pipeline/continue_fit.hpp"

#include "gasket/gasket.hpp"
#include "support/bank.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::small_bank;

TEST_CASE("a model goes on learning from later rows, with the transforms it has") {
    const auto part = [](std::size_t rows, std::uint64_t seed) {
        return StratifiedSplitter{.target = "churn"}.split(small_bank(rows, seed).without({"customer_id"}));
    };
    const Split first = part(1500, 1);
    Split later = part(1500, 2);
    const auto chain =
        Imputer{.indicators = true} | GradientBoosting{.trees = 20} | ThresholdTuner{} | PsiMonitor{};
    const Model model = chain.fit(first.training);
    const Model newer = continue_fit(model, GradientBoosting{.trees = 30}, later.training);
    CHECK(newer.stages() == model.stages());
    CHECK(newer.features().names() == model.features().names());
    CHECK(newer.split().digest == later.training.record().digest);
    CHECK(newer.threshold() == 0.5);
    CHECK(newer.section("baseline") == nullptr);
    CHECK(model.section("baseline") != nullptr);
    const Table rows = later.training.table();
    CHECK(newer.predict(rows).values != model.predict(rows).values);
    CHECK(from_bytes(to_bytes(newer)).predict(rows).values == newer.predict(rows).values);
    const auto loss = [&](const Model& m) {
        return log_loss(later.training.labels(), m.predict(rows).values);
    };
    CHECK(loss(newer) < loss(model));
    CHECK(evaluate(newer, std::move(later.holdout)).metric("auc") > 0.6);
}

TEST_CASE("going on with another kind of stage or another target is refused") {
    const Table table = small_bank(400).without({"customer_id"});
    const Training training = StratifiedSplitter{.target = "churn"}.split(table).training;
    const Model forest = (Imputer{} | RandomForest{.trees = 3}).fit(training);
    CHECK_THROWS_AS(continue_fit(forest, GradientBoosting{}, training), DataError);
    const Model boosted = (Imputer{} | GradientBoosting{.trees = 3}).fit(training);
    const Training other = StratifiedSplitter{.target = "active"}.split(table).training;
    CHECK_THROWS_AS(continue_fit(boosted, GradientBoosting{}, other), DataError);
}
