#include "gasket/evaluate/cross_validate.hpp"

#include <cmath>
#include <sstream>

#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/visits.hpp"

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

TEST_CASE("metrics of one's own and scores of the rows learned from are measured on request") {
    const Training training = bank_training(600);
    const StratifiedKFold folder{.folds = 3};
    const Metric surest{
        .name = "surest",
        .of_scores = [](std::span<const double>, std::span<const double> score, std::span<const double>) {
            return *std::ranges::max_element(score);
        }};
    const RandomForest forest{.trees = 8};
    const CrossValidation cv =
        cross_validate(forest, training, folder, {auc, surest}, {.training_scores = true});
    REQUIRE(cv.training.size() == 2);
    const Folds folds = folder.split(training);
    for (std::size_t f = 0; f < 3; ++f) {
        const Fold fold = folds[f];
        const auto fitted = fit(forest, fold.training);
        CHECK(cv.training[0].by_fold[f] ==
              roc_auc(fold.training.labels(), fitted.predict(fold.training.table()).values));
        const auto unseen = fitted.predict(fold.validation.table).values;
        CHECK(cv.metric("surest").by_fold[f] == *std::ranges::max_element(unseen));
        CHECK(cv.out_of_fold.fit_seconds[f] > 0);
    }
    CHECK(cv.training[0].mean() > cv.metric("auc").mean() + 0.05);
    CHECK_THROWS_AS(cv.metric("f1"), OptionError);
    CHECK(cross_validate(Dummy{}, training, folder, {auc}).training.empty());

    const Json json = cv.to_json();
    CHECK(json["metrics"][1]["metric"] == "surest");
    CHECK(json["training"][0]["by_fold"][2] == cv.training[0].by_fold[2]);
    CHECK(json["fit_seconds"].size() == 3);
    CHECK(json["judged"] == training.rows());
    std::ostringstream out;
    out << cv;
    CHECK(out.str().find(text::fixed(cv.training[0].mean() - cv.metrics[0].mean(), 4)) != std::string::npos);
    CHECK(out.str().find("s to fit") != std::string::npos);
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

TEST_CASE("rows judged several times keep the mean of their scores") {
    const Training training = bank_training(300);
    const auto chain = preparation() | LogisticRegression{};
    const RepeatedStratifiedKFold folder{.folds = 3, .repeats = 2};
    const CrossValidation cv = cross_validate(chain, training, folder, {auc});
    CHECK(cv.metrics[0].by_fold.size() == 6);
    CHECK(cv.metrics[0].repeats == 2);
    CHECK(cv.out_of_fold.never_judged == 0);
    std::vector<double> sum(training.rows(), 0.0);
    const Folds folds = folder.split(training);
    for (std::size_t f = 0; f < folds.size(); ++f) {
        const Fold fold = folds[f];
        const auto p = chain.fit(fold.training).predict(fold.validation.table).values;
        CHECK(cv.metrics[0].by_fold[f] == roc_auc(fold.validation.labels, p));
        for (std::size_t i = 0; i < p.size(); ++i) sum[fold.validation_rows[i]] += p[i] / 2;
    }
    CHECK(cv.out_of_fold.scores == sum);
}

TEST_CASE("rows that no fold judges have no score and are counted") {
    const Table table = testing_support::visits(800);
    const Training training = TimeSplitter{.target = "churn", .time = "day"}.split(table).training;
    const TimeSeriesFolds folder{.folds = 3, .gap = days(5)};
    const CrossValidation cv = cross_validate(DecisionTree{.max_depth = 3}, training, folder, {auc, f1});
    const OutOfFold& scores = cv.out_of_fold;
    const Folds folds = folder.split(training);
    std::size_t judged = 0;
    for (std::size_t f = 0; f < 3; ++f) {
        const Fold fold = folds[f];
        judged += fold.validation_rows.size();
        CHECK(scores.folds[f].scores.size() == fold.validation_rows.size());
        for (std::size_t i = 0; i < fold.validation_rows.size(); ++i)
            CHECK(scores.rows[scores.folds[f].rows[i]] == fold.validation_rows[i]);
    }
    CHECK(scores.rows.size() == judged);
    CHECK(scores.scores.size() == judged);
    CHECK(scores.labels.size() == judged);
    CHECK(scores.never_judged == training.rows() - judged);
    CHECK(scores.never_judged > 100);
    for (std::size_t i = 0; i < judged; ++i) CHECK(scores.labels[i] == training.labels()[scores.rows[i]]);
    for (const double s : scores.scores) CHECK_FALSE(is_missing(s));
    std::ostringstream out;
    out << cv;
    CHECK(out.str().find("never judged") != std::string::npos);
}

TEST_CASE("a fold of one class has no AUC, which is said and left out of the mean") {
    std::vector<double> t, x, y;
    for (int i = 0; i < 60; ++i) {
        t.push_back(i), x.push_back((i * 7) % 5);
        y.push_back(i < 30 || i >= 50 ? i % 2 : 0);
    }
    const Table table{{"t", Column::numeric(t)}, {"x", Column::numeric(x)}, {"y", Column::numeric(y)}};
    const Training training = TimeSplitter{.target = "y", .time = "t", .cutoff = "50"}.split(table).training;
    const CrossValidation cv =
        cross_validate(Dummy{}, training, TimeSeriesFolds{.folds = 4, .test_rows = 10}, {auc});
    const FoldedMetric& m = cv.metrics[0];
    REQUIRE(m.by_fold.size() == 4);
    CHECK(m.by_fold[0] == 0.5);
    CHECK(is_missing(m.by_fold[3]));
    CHECK(m.known() == 2);
    CHECK(m.mean() == 0.5);
    CHECK(m.to_json()["by_fold"][3].is_null());
}

TEST_CASE("a chain behind a group or time splitter makes its own folds the same way") {
    const Table table = testing_support::visits(900);
    const auto chain = Imputer{} | OneHotEncoder{} | LogisticRegression{} | ThresholdTuner{.folds = 3} |
                       Evaluator{.folds = 3, .importance_repeats = 0} | PsiMonitor{};
    const GroupSplitter by_customer{.target = "churn", .group = "customer"};
    const auto grouped = (by_customer | chain).run(table);
    const auto expected = cross_validate(Imputer{} | OneHotEncoder{} | LogisticRegression{},
                                         by_customer.split(table).training, MatchingFolds{.folds = 3}, {auc});
    CHECK(grouped.evaluation().cross_validation[0].by_fold == expected.metrics[0].by_fold);
    CHECK(grouped.training_record().group == "customer");
    CHECK(grouped.evaluation().to_json()["holdout"]["groups"] == grouped.holdout_record().groups);

    const auto timed =
        (Drop{{"customer"}} | TimeSplitter{.target = "churn", .time = "day"} | chain).run(table);
    CHECK(timed.evaluation().cross_validation[0].by_fold.size() == 3);
    CHECK(timed.evaluation().metric("auc") > 0.4);
    CHECK(from_bytes(to_bytes(timed.model())).split().to_json() == timed.training_record().to_json());
}

TEST_CASE("mean and deviation are those of the folds") {
    const FoldedMetric m{.name = "x", .by_fold = {1, 2, 3, 4}};
    CHECK(m.mean() == 2.5);
    CHECK(m.std() == Approx(1.2909944487358056).epsilon(1e-15));
    CHECK(FoldedMetric{.name = "x", .by_fold = {1}}.std() == 0);
    CHECK(m.error() == m.std() / 2);
    const FoldedMetric twice{.name = "x", .by_fold = {1, 2, 3, 4}, .repeats = 2};
    CHECK(twice.error() == m.std() / std::sqrt(2.0));
    CHECK(is_missing(FoldedMetric{.name = "x", .by_fold = {missing}}.mean()));
}
