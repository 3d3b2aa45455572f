#include "support/option_ranges.hpp"

#include <limits>

#include "gasket/model/elastic_net.hpp"
#include "gasket/model/lasso.hpp"
#include "gasket/model/linear_svm.hpp"
#include "gasket/model/logistic_regression.hpp"
#include "gasket/model/ridge.hpp"
#include "support/tree_models.hpp"

using namespace gasket;
using testing_support::is_taken;
using testing_support::learn_y;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double least = std::numeric_limits<double>::denorm_min();

Training learn(Task task = Task::binary) {
    std::vector<double> x, z, y;
    for (int i = 0; i < 40; ++i) {
        x.push_back(i);
        z.push_back(i * 7 % 11);
        y.push_back(i % 3 == 0 || i > 30 ? 1 : 0);
    }
    return learn_y(Table{{"x", Column::numeric(x)}, {"z", Column::numeric(z)}, {"y", Column::numeric(y)}},
                   task);
}

}  // namespace

// Each line: the last value that is taken, and the first that is not.

TEST_CASE("the ranges of boosting's options end where their words say") {
    const Training training = learn();
    const auto taken = [&](const GradientBoosting& stage) {
        return is_taken([&] { (void)stage.fit(training); });
    };
    // nothing to gain, nothing drawn: it ends after the first tree
    CHECK(taken({.trees = 100000, .min_gain = 1e9, .row_fraction = 1, .column_fraction = 1}));
    CHECK_FALSE(taken({.trees = 100001}));
    CHECK(taken({.trees = 1}));
    CHECK_FALSE(taken({.trees = 0}));
    CHECK(taken({.trees = 1, .learning_rate = 1}));
    CHECK_FALSE(taken({.trees = 1, .learning_rate = 1.01}));
    CHECK(taken({.trees = 1, .learning_rate = 1e-9}));
    CHECK_FALSE(taken({.trees = 1, .learning_rate = 0}));
    CHECK(taken({.trees = 1, .max_depth = 1}));
    CHECK_FALSE(taken({.trees = 1, .max_depth = 0}));
    CHECK(taken({.trees = 1, .max_leaves = 2}));
    CHECK_FALSE(taken({.trees = 1, .max_leaves = 1}));
    CHECK(taken({.trees = 1, .min_hessian = 0}));
    CHECK_FALSE(taken({.trees = 1, .min_hessian = -least}));
    CHECK(taken({.trees = 1, .l1 = 0}));
    CHECK_FALSE(taken({.trees = 1, .l1 = -least}));
    CHECK_FALSE(taken({.trees = 1, .l1 = infinity}));
    CHECK(taken({.trees = 1, .l2 = 0}));
    CHECK_FALSE(taken({.trees = 1, .l2 = -least}));
    CHECK_FALSE(taken({.trees = 1, .l2 = infinity}));
    CHECK(taken({.trees = 1, .min_gain = 0}));
    CHECK_FALSE(taken({.trees = 1, .min_gain = -least}));
    CHECK_FALSE(taken({.trees = 1, .min_gain = infinity}));
    CHECK(taken({.trees = 1, .row_fraction = 1}));
    CHECK_FALSE(taken({.trees = 1, .row_fraction = 1.01}));
    CHECK_FALSE(taken({.trees = 1, .row_fraction = 0}));
    CHECK(taken({.trees = 1, .column_fraction = 1}));
    CHECK_FALSE(taken({.trees = 1, .column_fraction = 1.01}));
    CHECK_FALSE(taken({.trees = 1, .column_fraction = 0}));
    CHECK(taken({.trees = 1, .max_bins = 2}));
    CHECK_FALSE(taken({.trees = 1, .max_bins = 1}));
    CHECK(taken({.trees = 1, .max_bins = 254}));
    CHECK_FALSE(taken({.trees = 1, .max_bins = 255}));
    CHECK(taken({.trees = 1, .early_stopping_rounds = 1, .validation_fraction = 0.9}));
    CHECK_FALSE(taken({.trees = 1, .early_stopping_rounds = 1, .validation_fraction = 0}));
    CHECK_FALSE(taken({.trees = 1, .early_stopping_rounds = 1, .validation_fraction = 1}));
}

TEST_CASE("the ranges of a tree's and a forest's options end where their words say") {
    const Training training = learn();
    const auto tree = [&](const DecisionTree& stage) { return is_taken([&] { (void)stage.fit(training); }); };
    CHECK(tree({.max_depth = 1}));
    CHECK_FALSE(tree({.max_depth = 0}));
    CHECK(tree({.max_leaves = 2}));
    CHECK_FALSE(tree({.max_leaves = 1}));
    CHECK(tree({.min_rows_leaf = 1}));
    CHECK_FALSE(tree({.min_rows_leaf = 0}));
    CHECK(tree({.max_bins = 2}));
    CHECK_FALSE(tree({.max_bins = 1}));
    CHECK(tree({.max_bins = 254}));
    CHECK_FALSE(tree({.max_bins = 255}));
    const auto forest = [&](const RandomForest& stage) {
        return is_taken([&] { (void)stage.fit(training); });
    };
    CHECK(forest({.trees = 1}));
    CHECK_FALSE(forest({.trees = 0}));
    CHECK_FALSE(forest({.trees = 100001}));
    CHECK(forest({.trees = 1, .max_depth = 1}));
    CHECK_FALSE(forest({.trees = 1, .max_depth = 0}));
    CHECK(forest({.trees = 1, .min_rows_leaf = 1}));
    CHECK_FALSE(forest({.trees = 1, .min_rows_leaf = 0}));
    CHECK(forest({.trees = 1, .max_bins = 2}));
    CHECK_FALSE(forest({.trees = 1, .max_bins = 1}));
    CHECK(forest({.trees = 1, .max_bins = 254}));
    CHECK_FALSE(forest({.trees = 1, .max_bins = 255}));
}

TEST_CASE("the ranges of the options of linear models end where their words say") {
    const Training classes = learn();
    const Training numbers = learn(Task::regression);
    const auto logistic = [&](const LogisticRegression& stage) {
        return is_taken([&] { (void)stage.fit(classes); });
    };
    CHECK(logistic({.l2 = 0}));
    CHECK_FALSE(logistic({.l2 = -least}));
    CHECK_FALSE(logistic({.l2 = infinity}));
    CHECK(logistic({.l1 = 0}));
    CHECK_FALSE(logistic({.l1 = -least}));
    CHECK_FALSE(logistic({.l1 = infinity}));
    CHECK(logistic({.max_iterations = 1}));
    CHECK_FALSE(logistic({.max_iterations = 0}));
    CHECK_FALSE(logistic({.tolerance = 0}));
    CHECK_FALSE(logistic({.tolerance = infinity}));
    const auto svm = [&](const LinearSvm& stage) { return is_taken([&] { (void)stage.fit(classes); }); };
    CHECK(svm({.l2 = 1e-3}));
    CHECK_FALSE(svm({.l2 = 0}));
    CHECK_FALSE(svm({.l2 = infinity}));
    CHECK(svm({.folds = 2}));
    CHECK_FALSE(svm({.folds = 1}));
    CHECK(svm({.max_iterations = 1}));
    CHECK_FALSE(svm({.max_iterations = 0}));
    const auto net = [&](const ElasticNet& stage) { return is_taken([&] { (void)stage.fit(numbers); }); };
    CHECK(net({.alpha = 1e-3}));
    CHECK_FALSE(net({.alpha = 0}));
    CHECK_FALSE(net({.alpha = infinity}));
    CHECK(net({.l1_ratio = 1}));
    CHECK_FALSE(net({.l1_ratio = 1.01}));
    CHECK_FALSE(net({.l1_ratio = 0}));
    CHECK(net({.max_iterations = 1}));
    CHECK_FALSE(net({.max_iterations = 0}));
    CHECK_FALSE(net({.tolerance = 0}));
    CHECK_FALSE(net({.tolerance = infinity}));
    CHECK_FALSE(is_taken([&] { (void)Lasso{.alpha = 0}.fit(numbers); }));
    CHECK(is_taken([&] { (void)Ridge{.alpha = 0}.fit(numbers); }));
    CHECK_FALSE(is_taken([&] { (void)Ridge{.alpha = -least}.fit(numbers); }));
    CHECK_FALSE(is_taken([&] { (void)Ridge{.alpha = infinity}.fit(numbers); }));
}
