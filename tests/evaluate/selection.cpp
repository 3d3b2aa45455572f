// What docs/selection.md shows.
#include <sstream>

#include "gasket/gasket.hpp"
#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

TEST_CASE("the page on selection is a program") {
    const Training train = testing_support::bank_training(500);
    const std::string journal = testing_support::scratch_file("search.jsonl");
    std::ostringstream out;

    const auto chain = Imputer{} | OneHotEncoder{} | GradientBoosting{.trees = 20};
    const StratifiedKFold folds{.folds = 3, .seed = 42};
    const Metric top_tenth{.name = "top_tenth", .of_scores = [](auto truth, auto score, auto) {
                               std::vector<std::pair<double, double>> rows;
                               for (std::size_t i = 0; i < score.size(); ++i)
                                   rows.emplace_back(-score[i], truth[i]);
                               std::ranges::sort(rows);
                               double hits = 0;
                               for (std::size_t i = 0; i < rows.size() / 10; ++i) hits += rows[i].second;
                               return hits / static_cast<double>(rows.size() / 10);
                           }};
    const auto cv =
        cross_validate(chain, train, folds, {auc, log_loss_metric, top_tenth}, {.training_scores = true});
    out << cv;  // mean, std, training, gap, folds
    CHECK(cv.metric("top_tenth").mean() > 0.2);

    const Space space{option<&Imputer::strategy>({Impute::mean, Impute::median}),
                      option<&GradientBoosting::max_leaves>({4, 8, 31}),
                      option<&GradientBoosting::learning_rate>(log_uniform(0.02, 0.3))};
    const auto found = search(chain, train, folds, space, RandomSearch{.trials = 6, .seed = 1},
                              {.metric = auc, .also = {log_loss_metric}, .journal = journal});
    out << found;  // ten best, each with mean +- std and seconds
    const auto model = found.best().fit(train);

    const auto halved =
        search(chain, train, folds, space, SuccessiveHalving{.trials = 9, .rounds = 2, .factor = 3});
    const Space by_trees{option<&GradientBoosting::max_leaves>({4, 8, 31}),
                         resource<&GradientBoosting::trees>(40)};
    const auto spent = search(chain, train, folds, by_trees, SuccessiveHalving{.rounds = 2});

    const auto nested = nested_cross_validate(chain, train, StratifiedKFold{.folds = 3}, folds, space,
                                              RandomSearch{.trials = 4}, {.metric = auc});
    out << nested;  // nested.outer.mean() is the honest figure, nested.optimism() what the search adds

    const auto curve = learning_curve(found.best(), train, folds, {50, 100, 200}, auc);
    out << curve;  // curve.overfit(), curve.last_gain()

    const auto contest =
        compare(train, folds,
                {candidate("linear", testing_support::preparation() | LogisticRegression{}),
                 candidate("boosting", GradientBoosting{}), candidate("searched", found.best())},
                {.metric = log_loss_metric, .confidence = 0.9});
    out << contest;  // contest.candidates[1].gain: mean, error, low, high, p
    CHECK(contest.candidates[1].gain.low < contest.candidates[1].gain.high);

    CHECK(halved.trials.size() == 9);
    CHECK(spent.trials.size() == 3);
    CHECK(found.trials.size() == 6);
    CHECK(nested.settings.size() == 3);
    CHECK(curve.points.size() == 3);
    CHECK(model.predict(train.table()).values.size() == train.rows());
    CHECK(out.str().find("top_tenth") != std::string::npos);
}
