#include "gasket/evaluate/permutation_importance.hpp"

#include "support/bank.hpp"
#include "support/catch.hpp"

using namespace gasket;

namespace {
Table planted(std::size_t n) {
    Random random(4);
    std::vector<double> strong, weak, noise, y;
    for (std::size_t i = 0; i < n; ++i) {
        strong.push_back(random.normal());
        weak.push_back(random.normal());
        noise.push_back(random.normal());
        y.push_back(random.uniform() < sigmoid(2 * strong.back() + 0.5 * weak.back()) ? 1 : 0);
    }
    return Table{{"noise", Column::numeric(noise)},
                 {"weak", Column::numeric(weak)},
                 {"strong", Column::numeric(strong)},
                 {"y", Column::numeric(y)}};
}
}  // namespace

TEST_CASE("the planted columns come first, in their order, and noise is worth nothing") {
    const Training training = RandomSplitter{.target = "y"}.split(planted(3000)).training;
    const Fold fold = StratifiedKFold{}.split(training)[0];
    const Model model = fit(LogisticRegression{}, fold.training);
    const Importances found = permutation_importance(model, fold.validation, auc, 8);
    CHECK(found.features[0].feature == "strong");
    CHECK(found.features[1].feature == "weak");
    CHECK(std::abs(found.features[2].mean) < 0.005);
    CHECK(found.features[0].std > 0);

    SECTION("it tells how far it is") {
        const std::size_t parts = 2 * model.inputs().size();
        std::size_t calls = 0;
        (void)permutation_importance(model, fold.validation, auc, 2, 42, [&](const ProgressEvent& e) {
            CHECK(e.done == calls++);
            CHECK(e.total == parts);
        });
        CHECK(calls == parts + 1);
    }

    SECTION("a metric where less is better gives the same order") {
        const Importances by_loss = permutation_importance(model, fold.validation, log_loss_metric, 3);
        CHECK(by_loss.features[0].feature == "strong");
        CHECK(by_loss.features[0].mean > 0);
    }
    SECTION("threads do not show") {
        set_threads(1);
        const Json one = permutation_importance(model, fold.validation, auc, 8).to_json();
        set_threads(2);
        CHECK(permutation_importance(model, fold.validation, auc, 8).to_json() == one);
        set_threads(0);
    }
    CHECK_THROWS_AS(permutation_importance(model, fold.validation, auc, 0), OptionError);
}
