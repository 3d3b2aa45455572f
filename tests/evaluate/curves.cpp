#include "gasket/evaluate/curves.hpp"

#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

namespace {
void check_same(const Numbers& found, const Numbers& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        CHECK(found[i] == Approx(expected[i]).epsilon(1e-12).margin(1e-12));
}
}  // namespace

TEST_CASE("ROC and precision-recall curves equal scikit-learn's") {
    const nlohmann::json stored = testing_support::reference("metrics");
    for (const auto& [name, c] : stored["binary"].items()) {
        INFO(name);
        const Numbers truth = c["truth"], score = c["score"], weights = c["weights"];
        const RocCurve roc = roc_curve(truth, score, weights);
        check_same(roc.false_positive_rate, c["fpr"]);
        check_same(roc.true_positive_rate, c["tpr"]);
        const PrecisionRecallCurve pr = precision_recall_curve(truth, score, weights);
        check_same(pr.thresholds, c["pr_thresholds"]);
        check_same(pr.precision, c["pr_precision"]);
        check_same(pr.recall, c["pr_recall"]);
    }
}

TEST_CASE("calibration curves equal scikit-learn's") {
    const nlohmann::json stored = testing_support::reference("metrics");
    for (const auto& [name, c] : stored["binary"].items()) {
        INFO(name);
        const CalibrationCurve curve =
            calibration_curve(c["truth"].get<Numbers>(), c["score"].get<Numbers>());
        check_same(curve.observed_rate, c["observed"]);
        check_same(curve.mean_predicted, c["predicted"]);
        const CalibrationCurve even = calibration_curve(c["truth"].get<Numbers>(), c["score"].get<Numbers>(),
                                                        5, CalibrationBins::quantile);
        check_same(even.observed_rate, c["observed_quantile"]);
        check_same(even.mean_predicted, c["predicted_quantile"]);
    }
    CHECK_THROWS_AS(calibration_curve(Numbers{0, 1}, Numbers{0.5, 1.5}), DataError);
    CHECK_THROWS_AS(calibration_curve(Numbers{0, 1}, Numbers{0.5, 0.5}, 0), OptionError);
}

TEST_CASE("the expected calibration error is the mean gap of the bins") {
    const Numbers truth{0, 1, 1, 0}, score{0.15, 0.12, 0.85, 0.85};
    CHECK(calibration_curve(truth, score).error() == Approx(0.5 * (0.5 - 0.135) + 0.5 * 0.35));
    const Numbers weights{1, 2, 1, 1};
    CHECK(calibration_curve(truth, score, 10, CalibrationBins::uniform, weights).error() ==
          Approx(calibration_curve(Numbers{0, 1, 1, 1, 0}, Numbers{0.15, 0.12, 0.12, 0.85, 0.85}).error()));
}

TEST_CASE("the gain curve ends with all rows and all positives") {
    const GainCurve curve = gain_curve(Numbers{0, 1, 0, 1}, Numbers{0.1, 0.9, 0.2, 0.8});
    CHECK(curve.share_of_rows == Numbers{0.25, 0.5, 0.75, 1});
    CHECK(curve.gain == Numbers{0.5, 1, 1, 1});
    CHECK(curve.lift.front() == 2);
    CHECK(curve.lift.back() == 1);
}

TEST_CASE("gain and lift of any share of the rows lie on the curve") {
    const GainCurve curve = gain_curve(Numbers{0, 1, 0, 1}, Numbers{0.1, 0.9, 0.2, 0.8});
    CHECK(curve.gain_at(0) == 0);
    CHECK(curve.gain_at(0.25) == 0.5);
    CHECK(curve.gain_at(0.375) == 0.75);
    CHECK(curve.gain_at(1) == 1);
    CHECK(curve.lift_at(0.1) == Approx(2));
    CHECK(curve.lift_at(1) == 1);
    CHECK_THROWS_AS(curve.lift_at(0), OptionError);
    CHECK_THROWS_AS(curve.gain_at(1.1), OptionError);
}

TEST_CASE("the gain curve is what counting the best rows gives, ties and weights included") {
    const nlohmann::json stored = testing_support::reference("metrics");
    for (const auto& [name, c] : stored["binary"].items()) {
        INFO(name);
        const Numbers truth = c["truth"], score = c["score"], weights = c["weights"];
        const GainCurve curve = gain_curve(truth, score, weights);
        const auto weigh = [&](double from, bool positives) {
            double sum = 0;
            for (std::size_t i = 0; i < truth.size(); ++i) {
                if (score[i] >= from && (!positives || truth[i] == 1))
                    sum += weights.empty() ? 1 : weights[i];
            }
            return sum;
        };
        for (const double from : score) {
            const double share = weigh(from, false) / weigh(-1, false);
            if (share == 0) continue;
            const double gain = weigh(from, true) / weigh(-1, true);
            CHECK(curve.gain_at(share) == Approx(gain).epsilon(1e-9).margin(1e-12));
        }
    }
}

TEST_CASE("rows of weight 0 at the top make no point without rows in the gain curve") {
    const GainCurve curve = gain_curve(Numbers{0, 1, 0, 1}, Numbers{0.1, 0.9, 0.2, 0.8}, Numbers{1, 0, 1, 2});
    CHECK(curve.share_of_rows == Numbers{0.5, 0.75, 1});
    CHECK(curve.lift == Numbers{2, 4.0 / 3, 1});
}

TEST_CASE("curves as JSON hold no infinity") {
    const Numbers truth{0, 1, 0, 1}, score{0.1, 0.9, 0.2, 0.8};
    const Json roc = roc_curve(truth, score).to_json();
    CHECK(roc["thresholds"] == Json({nullptr, 0.9, 0.8, 0.2, 0.1}));
    CHECK(roc["true_positive_rate"].size() == 5);
    CHECK(precision_recall_curve(truth, score).to_json()["precision"].size() == 5);
    CHECK(gain_curve(truth, score).to_json()["gain"] == Json({0.5, 1.0, 1.0, 1.0}));
}
