#include "gasket/evaluate/metric.hpp"

#include "support/catch.hpp"
#include "support/training.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

namespace {
const Target two{"churn", Task::binary, {"no", "yes"}};
const Target three{"cover", Task::multiclass, {"a", "b", "c"}};
const Target number{"count", Task::regression, {}};
}  // namespace

TEST_CASE("one metric judges two classes and many") {
    const Numbers truth{0, 1, 1}, score{0.2, 0.4, 0.9};
    CHECK(accuracy(two, truth, score, {}, 0.5) == Approx(2.0 / 3));
    CHECK(accuracy(two, truth, score, {}, 0.3) == 1);
    CHECK(accuracy(1, truth, score, {}, 0.3) == 1);
    CHECK(accuracy(truth, score, {}, 0.3) == 1);
    CHECK(rmse_metric(number, truth, score) == rmse(truth, score));
    CHECK(rmse_metric(truth, score) == rmse(truth, score));
    const Numbers labels{0, 2, 1}, chances{.5, .3, .2, .1, .3, .6, .4, .3, .3};
    CHECK(accuracy(three, labels, chances) == Approx(2.0 / 3));
    CHECK(auc(three, labels, chances) == auc(3, labels, chances));
    CHECK(top_2_accuracy(three, labels, chances, Numbers{1, 1, 2}) ==
          top_k_accuracy(labels, chances, 3, 2, Numbers{1, 1, 2}));
    CHECK(f1_weighted(three, labels, chances) ==
          confusion_matrix(labels, chances, 3).f_beta(Average::weighted, 1));
}

TEST_CASE("the calibration error of many classes is that of the class decided for") {
    const Numbers labels{0, 2, 1}, chances{.5, .3, .2, .1, .3, .6, .45, .3, .25};
    CHECK(calibration_error_metric(three, labels, chances) == Approx((2 * 0.025 + 0.4) / 3));
    CHECK(calibration_error_metric(two, Numbers{0, 1}, Numbers{0.2, 0.6}) == Approx((0.2 + 0.4) / 2));
}

TEST_CASE("a metric of another task is an error that says what it is for") {
    CHECK(auc.fits(Task::binary));
    CHECK(auc.fits(Task::multiclass));
    CHECK_FALSE(auc.fits(Task::regression));
    CHECK_FALSE(auc_weighted.fits(Task::binary));
    CHECK_FALSE(r2_metric.fits(Task::binary));
    const auto message = testing_support::message_of([] {
        (void)auc(number, Numbers{1.5, 2}, Numbers{1, 2});
    });
    CHECK(message.find("'auc', which is for binary and multiclass") != std::string::npos);
    CHECK(message.find("a metric for regression targets") != std::string::npos);
    CHECK_THROWS_AS(rmse_metric(3, Numbers{0}, Numbers{1, 0, 0}), OptionError);
    CHECK_THROWS_AS(auc_pairwise(Numbers{0, 1}, Numbers{0, 1}), OptionError);
    CHECK_THROWS_AS(Metric{.name = "none"}.require(Task::binary), OptionError);
}

TEST_CASE("a metric of one's own is a name and a function for each task") {
    const Metric missed{
        .name = "missed",
        .greater_is_better = false,
        .of_decisions = [](const Confusion& c) { return c.fn; },
        .of_classes = [](const ConfusionMatrix& m) { return m.total() * (1 - m.accuracy()); }};
    CHECK(missed(two, Numbers{1, 1}, Numbers{0.2, 0.8}) == 1);
    CHECK(missed(three, Numbers{0, 1}, Numbers{1, 0, 0, 0, 0, 1}) == 1);
    CHECK_FALSE(missed.fits(Task::regression));
}
