#include "gasket/evaluate/threshold_tuner.hpp"

#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::bank_training;
using testing_support::preparation;

TEST_CASE("the threshold is the best one on out-of-fold scores of the training rows") {
    const Training training = bank_training(1500);
    const auto chain = preparation() | LogisticRegression{};
    const Model model = (chain | ThresholdTuner{.maximise = f1, .folds = 4, .seed = 9}).fit(training);
    const OutOfFold scores =
        score_out_of_fold(StratifiedKFold{.folds = 4, .seed = 9}.split(training), refit(chain));
    CHECK(model.threshold() == best_threshold(scores.labels, scores.scores, f1).threshold);
    CHECK(model.section("threshold")->at("criterion") == "f1");
}

TEST_CASE("an offer is worth most at the threshold that was tuned for it") {
    const Training training = bank_training(1500);
    const auto chain = preparation() | LogisticRegression{};
    const Offer dear{.price = 400'00, .revenue = 600'00, .acceptance = 0.9, .missed_loss = 0};
    const Offer cheap{.price = 1'00, .revenue = 600'00, .acceptance = 0.9, .missed_loss = 200'00};
    CHECK((chain | ThresholdTuner{.offer = dear}).fit(training).threshold() >
          (chain | ThresholdTuner{.offer = cheap}).fit(training).threshold());
}

TEST_CASE("a metric of scores cannot choose a threshold") {
    CHECK_THROWS_AS(
        (preparation() | LogisticRegression{} | ThresholdTuner{.maximise = auc}).fit(bank_training()),
        OptionError);
}

TEST_CASE("the F1 promised by the training rows is the F1 found on the holdout") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const Table table = read_csv(path).without({"RowNumber", "CustomerId", "Surname"});
    double difference = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        auto [train, test] = StratifiedSplitter{.target = "Exited", .seed = seed}.split(table);
        const Model model =
            (GradientBoosting{.trees = 40, .seed = seed} | ThresholdTuner{.maximise = f1, .seed = seed})
                .fit(train);
        const double promised = model.section("threshold")->at("value");
        difference += (evaluate(model, std::move(test)).metric("f1") - promised) / 8;
    }
    CHECK(std::abs(difference) < 0.02);
}
