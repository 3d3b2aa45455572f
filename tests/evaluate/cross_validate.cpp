#include "gasket/evaluate/cross_validate.hpp"

#include "support/bank.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::bank_training;
using testing_support::preparation;

TEST_CASE("every metric is measured in every fold on rows that the chain has not seen") {
    const Training training = bank_training(1000);
    const auto chain = preparation() | LogisticRegression{};
    const StratifiedKFold folder{.folds = 4, .seed = 3};
    const CrossValidation cv = cross_validate(chain, training, folder, {auc, log_loss_metric, f1});
    REQUIRE(cv.metrics.size() == 3);
    const Folds folds = folder.split(training);
    for (std::size_t f = 0; f < folds.size(); ++f) {
        const Fold fold = folds[f];
        const auto p = chain.fit(fold.training).predict(fold.validation.table).values;
        CHECK(cv.metrics[0].by_fold[f] == roc_auc(fold.validation.labels, p));
        for (std::size_t i = 0; i < p.size(); ++i)
            CHECK(cv.out_of_fold.scores[fold.validation_rows[i]] == p[i]);
    }
    CHECK(cv.metrics[0].mean() > 0.6);
    CHECK(cv.metrics[0].std() > 0);
}

TEST_CASE("cross-validation tells how far it is and does not depend on threads") {
    const Training training = bank_training(600);
    std::vector<std::size_t> done;
    const auto once = [&] {
        return cross_validate(RandomForest{.trees = 5}, training, KFold{.folds = 3}, {auc},
                              [&](const ProgressEvent& e) {
                                  done.push_back(e.done);
                                  CHECK(e.total == 3);
                              })
            .metrics[0]
            .by_fold;
    };
    set_threads(1);
    const auto one = once();
    set_threads(2);
    CHECK(once() == one);
    set_threads(0);
    CHECK(done == std::vector<std::size_t>{0, 1, 2, 3, 0, 1, 2, 3});
}

TEST_CASE("mean and deviation are those of the folds") {
    const FoldedMetric m{.name = "x", .by_fold = {1, 2, 3, 4}};
    CHECK(m.mean() == 2.5);
    CHECK(m.std() == Approx(1.2909944487358056).epsilon(1e-15));
    CHECK(FoldedMetric{.name = "x", .by_fold = {1}}.std() == 0);
}
