#include "gasket/model/calibration_curves.hpp"

#include <cmath>
#include <vector>

#include "support/catch.hpp"

using namespace gasket;

namespace {
using Numbers = std::vector<double>;

/// How often the positive class came true where its probability was `probability`.
double share_of(const Numbers& probabilities, const Numbers& labels, double probability, double label) {
    double all = 0, true_ones = 0;
    for (std::size_t r = 0; r < labels.size(); ++r) {
        if (probabilities[r] != probability) continue;
        all += 1;
        true_ones += labels[r] == label ? 1 : 0;
    }
    return true_ones / all;
}

const Numbers scores{0.2, 0.2, 0.2, 0.2, 0.7, 0.7, 0.7, 0.7, 0.7};
const Numbers labels{0, 0, 0, 1, 1, 0, 1, 1, 1};
}  // namespace

TEST_CASE("one curve is for the probability of class 1") {
    const auto isotonic = CalibrationCurves::fit(Calibration::isotonic, scores, labels, {}, 1);
    CHECK(isotonic.outputs() == 1);
    Numbers answers{0.2, 0.7};
    isotonic.apply(answers.data(), 2);
    CHECK(answers[0] == Approx(share_of(scores, labels, 0.2, 1)));
    CHECK(answers[1] == Approx(share_of(scores, labels, 0.7, 1)));
    CHECK(isotonic.curve(0, 0.7) == answers[1]);
    // Platt's curve is of the log odds, and rises with them; certainty has finite ones.
    const auto platt = CalibrationCurves::fit(Calibration::platt, scores, labels, {}, 1);
    Numbers three{0.2, 0.5, 0.7, 0.0, 1.0};
    platt.apply(three.data(), three.size());
    CHECK(three[0] < three[1]);
    CHECK(three[1] < three[2]);
    for (const double x : three) CHECK((x > 0 && x < 1));
    const double middle = (logit(three[0]) + logit(three[2])) / 2;
    const double odds = std::sqrt(0.2 / 0.8 * (0.7 / 0.3));
    CHECK(logit(platt.curve(0, odds / (1 + odds))) == Approx(middle));
}

TEST_CASE("each of many classes has a curve of its own, and a row's answers sum to 1") {
    Numbers rows, classes;
    for (std::size_t r = 0; r < 60; ++r) {
        const std::size_t truth = r % 3;
        classes.push_back(static_cast<double>(truth));
        const bool right = r % 5 != 0;
        for (std::size_t k = 0; k < 3; ++k)
            rows.push_back(k == (right ? truth : (truth + 1) % 3) ? 0.8 : 0.1);
    }
    const auto curves = CalibrationCurves::fit(Calibration::isotonic, rows, classes, {}, 3);
    CHECK(curves.outputs() == 3);
    for (std::size_t k = 0; k < 3; ++k) {
        Numbers own;
        for (std::size_t r = 0; r < classes.size(); ++r) own.push_back(rows[3 * r + k]);
        CHECK(curves.curve(k, 0.8) == Approx(share_of(own, classes, 0.8, static_cast<double>(k))));
        CHECK(curves.curve(k, 0.1) == Approx(share_of(own, classes, 0.1, static_cast<double>(k))));
    }
    Numbers answers{0.8, 0.1, 0.1};
    curves.apply(answers.data(), 1);
    CHECK(answers[0] + answers[1] + answers[2] == Approx(1));
    const double sum = curves.curve(0, 0.8) + curves.curve(1, 0.1) + curves.curve(2, 0.1);
    CHECK(answers[0] == Approx(curves.curve(0, 0.8) / sum));
    CHECK(answers[2] == Approx(curves.curve(2, 0.1) / sum));
}

TEST_CASE("where no curve gives a class a chance, all have the same") {
    // Every row scored .1 was of another class, so each curve is 0 there.
    const Numbers rows{0.9, 0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.9}, classes{0, 1, 0, 1};
    const auto curves = CalibrationCurves::fit(Calibration::isotonic, rows, classes, {}, 2);
    REQUIRE(curves.curve(0, 0.1) == 0);
    Numbers answers{0.1, 0.1};
    curves.apply(answers.data(), 1);
    CHECK(answers == Numbers{0.5, 0.5});
}

TEST_CASE("curves come back from their JSON, as many as the model has answers") {
    for (const Calibration method : {Calibration::platt, Calibration::isotonic}) {
        const auto curves = CalibrationCurves::fit(method, scores, labels, {}, 1);
        const Json json = Json::parse(curves.to_json().dump());
        CHECK(json["method"] == name_of(method));
        const auto again = CalibrationCurves::from_json({json, "artifact"}, 1);
        CHECK(again.method() == method);
        for (const double p : {0.0, 0.2, 0.4, 1.0}) CHECK(again.curve(0, p) == curves.curve(0, p));
        CHECK_THROWS_AS(CalibrationCurves::from_json({json, "artifact"}, 2), ArtifactError);
    }
}
