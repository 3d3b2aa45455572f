#include "gasket/model/random_forest.hpp"

#include "gasket/evaluate/metrics.hpp"
#include "support/tree_models.hpp"

using namespace gasket;
using namespace testing_support;

namespace {
Training bank(std::size_t rows) {
    const Table table = small_bank(rows);
    return learn_y(table.without({"customer_id", "churn"}).with("y", table["churn"]));
}
}  // namespace

TEST_CASE("a forest keeps the laws of tree models") {
    SECTION("defaults") {
        keeps_the_laws(RandomForest{.trees = 20}, bank(800));
    }
    SECTION("every option at work") {
        keeps_the_laws(RandomForest{.trees = 20,
                                    .max_depth = 4,
                                    .min_rows_leaf = 10,
                                    .features_per_split = 2,
                                    .max_bins = 16,
                                    .bootstrap = false,
                                    .class_weight = balanced},
                       bank(800));
    }
}

TEST_CASE("a forest survives the edges") {
    survives_edges(RandomForest{.trees = 20});
}

TEST_CASE("answers are shares: from 0 to 1") {
    for (const double p : keeps_the_laws(RandomForest{.trees = 10}, bank(500))) CHECK((p >= 0 && p <= 1));
}

TEST_CASE("out-of-bag answers are honest: near those for new rows, far below those for training rows") {
    const Training training = bank(2000);
    const auto fitted = RandomForest{.trees = 60, .max_depth = 20}.fit(training);
    REQUIRE(fitted.out_of_bag().size() == training.rows());
    const double seen = roc_auc(training.labels(), answers(fitted, TrainingRows(training).features()));
    const double out_of_bag = roc_auc(training.labels(), fitted.out_of_bag());
    const Table others = small_bank(3000, 99);
    const Table fresh = others.select(training.table().names());
    const auto truth = others["churn"].numbers();
    // codes of both tables agree: each has all labels, in alphabetical order
    Table sorted;
    for (const std::string& name : fresh.names())
        sorted = sorted.with(name, fresh[name].with_sorted_labels());
    const double unseen = roc_auc(truth, answers(fitted, detail::to_features(sorted)));
    CHECK(seen > 0.95);
    CHECK(out_of_bag == Approx(unseen).margin(0.03));
    CHECK(RandomForest{.trees = 5, .bootstrap = false}.fit(training).out_of_bag().empty());
}

TEST_CASE("a numeric target is met by the mean") {
    std::vector<double> x, y;
    for (int i = 0; i < 1000; ++i) {
        x.push_back(i);
        y.push_back(5000 + (i < 500 ? 0 : 100));
    }
    const Training training =
        learn_y(Table{{"x", Column::numeric(x)}, {"y", Column::numeric(y)}}, Task::regression);
    const auto p = keeps_the_laws(RandomForest{.trees = 20}, training);
    double error = 0;
    for (std::size_t r = 0; r < p.size(); ++r) error += std::abs(p[r] - training.labels()[r]);
    CHECK(error / static_cast<double>(p.size()) < 2);
}

TEST_CASE("a forest's options have ranges") {
    CHECK_THROWS_AS(RandomForest{.trees = 0}.fit(bank(100)), OptionError);
    CHECK_THROWS_AS(RandomForest{.max_depth = 0}.fit(bank(100)), OptionError);
    CHECK_THROWS_AS(RandomForest{.min_rows_leaf = 0}.fit(bank(100)), OptionError);
    CHECK_THROWS_AS(RandomForest{.max_bins = 1}.fit(bank(100)), OptionError);
}
