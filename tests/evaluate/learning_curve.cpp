#include "gasket/evaluate/learning_curve.hpp"

#include <sstream>

#include "support/bank.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::bank_training;

namespace {
const StratifiedKFold folds{.folds = 3, .seed = 1};
std::string printed(const LearningCurve& curve) {
    std::ostringstream out;
    out << curve;
    return out.str();
}
}  // namespace

TEST_CASE(
    "a learning curve ends in what cross-validation finds on all rows, both for unseen rows and for those "
    "learned "
    "from") {
    const Training training = bank_training(700);
    const DecisionTree tree{.max_depth = 4};
    const auto curve = learning_curve(tree, training, folds, {100, 50, 5000}, auc);
    REQUIRE(curve.points.size() == 3);
    CHECK(curve.points[0].rows == 50);
    CHECK(curve.points[1].rows == 100);
    const auto cv = cross_validate(tree, training, folds, {auc}, {.training_scores = true});
    CHECK(curve.points[2].validation.by_fold == cv.metrics[0].by_fold);
    CHECK(curve.points[2].training.by_fold == cv.training[0].by_fold);
    CHECK(curve.points[2].gap == cv.training[0].mean() - cv.metrics[0].mean());
    CHECK(curve.points[0].validation.mean() < curve.points[2].validation.mean());
    CHECK(curve.to_json()["points"][0]["rows"] == 50);
    CHECK(learning_curve(tree, training, folds, {}, auc).points.size() == 4);
    CHECK_THROWS_AS(learning_curve(tree, training, folds, {1}, auc), OptionError);
}

TEST_CASE("a chain that knows its training rows by heart is flagged, whichever way the metric points") {
    const Training training = bank_training(600);
    const RandomForest deep{.trees = 20, .max_depth = 30};
    for (const Metric& metric : {auc, log_loss_metric}) {
        const auto curve = learning_curve(deep, training, folds, {}, metric);
        CHECK(curve.overfit());
        CHECK(curve.to_json()["overfit"] == true);
        CHECK(printed(curve).find("overfit: training is better by") != std::string::npos);
        CHECK_FALSE(learning_curve(Dummy{}, training, folds, {}, metric).overfit());
    }
    CHECK_FALSE(learning_curve(deep, training, folds, {}, auc, {.worst_gap = 0.9}).overfit());
}

TEST_CASE("the plot puts V and T where the scores lie, and says whether more rows would help") {
    LearningCurve curve{.metric = "auc", .points = {}};
    const auto at = [](std::size_t rows, double training, double validation) {
        return LearningPoint{
            rows, {"auc", {training, training}}, {"auc", {validation, validation}}, training - validation};
    };
    curve.points = {at(100, 1.0, 0.6), at(200, 0.9, 0.7)};
    const std::string text = printed(curve);
    CHECK(text.find("V" + std::string(38, '-') + "T\n") != std::string::npos);
    CHECK(text.find(std::string(10, ' ') + "V" + std::string(18, '-') + "T\n") != std::string::npos);
    CHECK(text.find("brought +0.1000: more rows would help") != std::string::npos);
    curve.points = {at(100, 0.8, 0.7), at(200, 0.8, 0.7)};
    CHECK(printed(curve).find("more rows alone would help little") != std::string::npos);
    CHECK(curve.last_gain() == 0);
}
