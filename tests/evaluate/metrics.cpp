#include "gasket/evaluate/metrics.hpp"

#include "gasket/evaluate/metric.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

TEST_CASE("metrics of scores equal scikit-learn's to twelve digits") {
    const nlohmann::json stored = testing_support::reference("metrics");
    for (const auto& [name, c] : stored["binary"].items()) {
        INFO(name);
        const Numbers truth = c["truth"], score = c["score"], weights = c["weights"];
        CHECK(roc_auc(truth, score, weights) == Approx(c["auc"].get<double>()).epsilon(1e-12).margin(1e-12));
        CHECK(average_precision(truth, score, weights) ==
              Approx(c["average_precision"].get<double>()).epsilon(1e-12));
        CHECK(log_loss(truth, score, weights) ==
              Approx(c["log_loss"].get<double>()).epsilon(1e-12).margin(1e-12));
        CHECK(brier(truth, score, weights) == Approx(c["brier"].get<double>()).epsilon(1e-12));
    }
}

TEST_CASE("metrics of numbers equal scikit-learn's to twelve digits") {
    const nlohmann::json stored = testing_support::reference("metrics");
    for (const auto& [name, c] : stored["regression"].items()) {
        INFO(name);
        const Numbers truth = c["truth"], predicted = c["predicted"], weights = c["weights"];
        CHECK(rmse(truth, predicted, weights) == Approx(c["rmse"].get<double>()).epsilon(1e-12));
        CHECK(mae(truth, predicted, weights) == Approx(c["mae"].get<double>()).epsilon(1e-12));
        CHECK(r2(truth, predicted, weights) == Approx(c["r2"].get<double>()).epsilon(1e-12));
        CHECK(mape(truth, predicted, weights) == Approx(c["mape"].get<double>()).epsilon(1e-12));
        const Numbers losses = c["pinball"];
        CHECK(pinball(truth, predicted, 0.1, weights) == Approx(losses[0]).epsilon(1e-12));
        CHECK(pinball(truth, predicted, 0.5, weights) == Approx(losses[1]).epsilon(1e-12));
        CHECK(pinball(truth, predicted, 0.9, weights) == Approx(losses[2]).epsilon(1e-12));
        const auto same = [&](const char* key, double found) {
            INFO(key);
            CHECK(found == Approx(c[key].get<double>()).epsilon(1e-12).margin(1e-12));
        };
        same("median_absolute_error", median_absolute_error(truth, predicted, weights));
        same("max_error", max_error(truth, predicted));
        same("explained_variance", explained_variance(truth, predicted, weights));
        Numbers counts = truth, rates = predicted;
        for (double& x : counts) x = std::abs(x);
        for (double& x : rates) x = std::abs(x) + 0.1;
        same("poisson_deviance", mean_poisson_deviance(counts, rates, weights));
    }
    CHECK(max_error(Numbers{1, 2}, Numbers{9, 3}, Numbers{0, 1}) == 1);
    CHECK(median_absolute_error(Numbers{0, 0}, Numbers{3, 1}) == 2);
    CHECK(median_absolute_error(Numbers{0, 0}, Numbers{3, 1}, Numbers{1, 1}) == 1);
    CHECK(explained_variance(Numbers{1, 2}, Numbers{3, 4}) == 1);
    CHECK_THROWS_AS(mean_poisson_deviance(Numbers{1}, Numbers{0}), DataError);
    CHECK_THROWS_AS(mean_poisson_deviance(Numbers{-1}, Numbers{1}), DataError);
    CHECK(r2(Numbers{2, 2}, Numbers{2, 2}) == 1);
    CHECK(r2(Numbers{2, 2}, Numbers{1, 3}) == 0);
}

TEST_CASE("rows of one class have the figures that scikit-learn gives them") {
    const nlohmann::json stored = testing_support::reference("metrics");
    for (const auto& [name, c] : stored["one class"].items()) {
        INFO(name);
        const Numbers truth = c["truth"], score = c["score"], weights = c["weights"];
        for (const Metric& metric : {log_loss_metric, brier_metric, accuracy, balanced_accuracy, mcc, f1}) {
            INFO(metric.name);
            CHECK(metric(truth, score, weights) ==
                  Approx(c[std::string(metric.name)].get<double>()).epsilon(1e-12).margin(1e-12));
        }
    }
}

TEST_CASE("a whole weight is so many rows") {
    const Numbers truth{0, 1, 1, 0}, score{0.2, 0.9, 0.4, 0.6}, weights{2, 1, 3, 1};
    const Numbers truth_long{0, 0, 1, 1, 1, 1, 0}, score_long{0.2, 0.2, 0.9, 0.4, 0.4, 0.4, 0.6};
    CHECK(roc_auc(truth, score, weights) == Approx(roc_auc(truth_long, score_long)).epsilon(1e-15));
    CHECK(average_precision(truth, score, weights) ==
          Approx(average_precision(truth_long, score_long)).epsilon(1e-15));
    CHECK(log_loss(truth, score, weights) == Approx(log_loss(truth_long, score_long)).epsilon(1e-15));
}

TEST_CASE("AUC depends on the order of scores alone") {
    const Numbers truth{0, 1, 0, 1, 1, 0, 0, 1}, score{.1, .4, .35, .8, .65, .9, .2, .6};
    Numbers cubed;
    for (const double s : score) cubed.push_back(s * s * s);
    CHECK(roc_auc(truth, score) == roc_auc(truth, cubed));
}

TEST_CASE("what a metric cannot take is an error") {
    const Numbers truth{0, 1, 0}, score{0.1, 0.2, 0.3};
    const auto code = [](const auto& call) {
        try {
            call();
        } catch (const DataError& e) {
            return e.code() == ErrorCode::bad_metric_input;
        }
        return false;
    };
    CHECK(code([&] { (void)roc_auc(truth, Numbers{0.1, 0.2}); }));
    CHECK(code([&] { (void)roc_auc(truth, score, Numbers{1, 1}); }));
    CHECK(code([&] { (void)roc_auc(Numbers{}, Numbers{}); }));
    CHECK(code([&] { (void)roc_auc(Numbers{1, 1, 1}, score); }));
    CHECK(code([&] { (void)average_precision(Numbers{0, 0, 0}, score); }));
    CHECK(code([&] { (void)log_loss(truth, Numbers{0.1, missing, 0.3}); }));
    CHECK(code([&] { (void)brier(Numbers{0, 2, 1}, score); }));
    CHECK(code([&] { (void)rmse(Numbers{missing, 2, 1}, score); }));
    CHECK(code([&] { (void)roc_auc(truth, score, Numbers{1, -1, 1}); }));
    CHECK(code([&] { (void)brier(truth, Numbers{0.1, HUGE_VAL, 0.3}); }));
    CHECK(code([&] { (void)mae(Numbers{1, -HUGE_VAL, 1}, score); }));
    CHECK(code([&] { (void)log_loss(truth, score, Numbers{0, 0, 0}); }));
    CHECK(code([&] { (void)mape(truth, score, Numbers{0, 0, 0}); }));
    CHECK_THROWS_AS(pinball(truth, score, 1.5), OptionError);
}
