#include "gasket/model/calibration.hpp"

#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

TEST_CASE("calibrations equal scikit-learn's") {
    const nlohmann::json stored = testing_support::reference("calibration");
    for (const auto& [name, c] : stored.items()) {
        INFO(name);
        const Numbers scores = c["scores"], labels = c["labels"], weights = c["weights"], at = c["at"];
        const auto platt = PlattScaling{}.fit(scores, labels, weights);
        CHECK(platt.slope() == Approx(c["slope"].get<double>()).epsilon(1e-9));
        CHECK(platt.intercept() == Approx(c["intercept"].get<double>()).epsilon(1e-9));
        const auto isotonic = IsotonicCalibration{}.fit(scores, labels, weights);
        for (std::size_t i = 0; i < at.size(); ++i) {
            INFO("score " << at[i]);
            CHECK(platt.apply(at[i]) == Approx(c["platt"][i].get<double>()).epsilon(1e-9));
            CHECK(isotonic.apply(at[i]) ==
                  Approx(c["isotonic"][i].get<double>()).epsilon(1e-12).margin(1e-12));
        }
    }
}

TEST_CASE("scores in other units get the same probabilities") {
    const nlohmann::json c = testing_support::reference("calibration")["plain"];
    const Numbers scores = c["scores"], labels = c["labels"];
    Numbers moved;
    for (const double s : scores) moved.push_back(1e4 + 100 * s);
    const auto here = PlattScaling{}.fit(scores, labels);
    const auto there = PlattScaling{}.fit(moved, labels);
    for (std::size_t i = 0; i < scores.size(); ++i)
        CHECK(there.apply(moved[i]) == Approx(here.apply(scores[i])).epsilon(1e-9));
}

TEST_CASE("calibrations of rows without anything to tell") {
    const Numbers alike(10, 3.0), labels{0, 0, 1, 0, 0, 0, 1, 0, 0, 0};
    const auto platt = PlattScaling{}.fit(alike, labels);
    CHECK(platt.slope() == 0);
    // (2 x 3/4 + 8 x 1/10) / 10: the labels drawn in
    CHECK(platt.apply(3) == Approx(0.23).epsilon(1e-12));
    CHECK(IsotonicCalibration{}.fit(alike, labels).apply(-100) == Approx(0.2).epsilon(1e-15));
    const Numbers ones(10, 1.0);
    CHECK(PlattScaling{}.fit(alike, ones).apply(3) == Approx(11.0 / 12).epsilon(1e-12));
    CHECK(IsotonicCalibration{}.fit(Numbers{1, 2}, Numbers{1, 1}).apply(1.5) == 1);
    CHECK(PlattScaling{}.fit(Numbers{-1e200, 1e200}, Numbers{0, 1}).apply(1e200) > 0.5);
}

TEST_CASE("a missing score stays missing") {
    const Numbers scores{0, 1, 2, 3}, labels{0, 1, 0, 1};
    CHECK(is_missing(PlattScaling{}.fit(scores, labels).apply(missing)));
    CHECK(is_missing(IsotonicCalibration{}.fit(scores, labels).apply(missing)));
}

TEST_CASE("an isotonic curve never falls, and keeps the mean of the labels") {
    const nlohmann::json c = testing_support::reference("calibration")["weights"];
    const Numbers scores = c["scores"], labels = c["labels"], weights = c["weights"];
    const auto curve = IsotonicCalibration{}.fit(scores, labels, weights);
    double before = 0, predicted = 0, observed = 0;
    for (double s = -5; s < 5; s += 0.01) {
        CHECK(curve.apply(s) >= before);
        before = curve.apply(s);
    }
    for (std::size_t i = 0; i < scores.size(); ++i) {
        predicted += weights[i] * curve.apply(scores[i]);
        observed += weights[i] * labels[i];
    }
    CHECK(predicted == Approx(observed).epsilon(1e-12));
}

TEST_CASE("calibrations are the same after saving, and damaged ones are refused") {
    const Numbers scores{0, 1, 2, 3, 4, 5}, labels{0, 1, 0, 1, 1, 0};
    const auto again = [](const auto& fitted) {
        const Json json = Json::parse(fitted.to_json().dump());
        return std::decay_t<decltype(fitted)>::from_json(detail::Fields(json, "calibration"));
    };
    const auto platt = PlattScaling{}.fit(scores, labels);
    const auto isotonic = IsotonicCalibration{}.fit(scores, labels);
    for (const double s : {-1.0, 0.5, 2.2, 9.0}) {
        CHECK(again(platt).apply(s) == platt.apply(s));
        CHECK(again(isotonic).apply(s) == isotonic.apply(s));
    }
    const auto refused = [](const char* text) {
        const Json json = Json::parse(text);
        CHECK_THROWS_AS(Fitted<IsotonicCalibration>::from_json(detail::Fields(json, "c")), ArtifactError);
        CHECK_THROWS_AS(Fitted<PlattScaling>::from_json(detail::Fields(json, "c")), ArtifactError);
    };
    refused(R"({"scores":[],"probabilities":[]})");
    refused(R"({"scores":[1,2],"probabilities":[0.5],"slope":1})");
    refused(R"({"scores":[1,1],"probabilities":[0.2,0.5],"slope":1,"intercept":"x"})");
    refused(R"({"scores":[1,2],"probabilities":[0.5,0.2],"slope":null,"intercept":0})");
    refused(R"({"scores":[1,2],"probabilities":[0.5,1.2]})");
}

TEST_CASE("what cannot be calibrated on is an error") {
    const Numbers scores{0, 1}, labels{0, 1};
    const auto refused = [](const Numbers& s, const Numbers& y, const Numbers& w, ErrorCode code) {
        try {
            (void)PlattScaling{}.fit(s, y, w);
            CHECK(false);
        } catch (const DataError& e) {
            CHECK(e.code() == code);
        }
        CHECK_THROWS_AS(IsotonicCalibration{}.fit(s, y, w), DataError);
    };
    refused(scores, Numbers{0}, {}, ErrorCode::bad_metric_input);
    refused(scores, labels, Numbers{1}, ErrorCode::bad_metric_input);
    refused(scores, Numbers{0, 2}, {}, ErrorCode::unknown_label);
    refused(Numbers{0, missing}, labels, {}, ErrorCode::not_finite);
    refused(scores, labels, Numbers{1, -1}, ErrorCode::bad_weight);
    refused(scores, labels, Numbers{0, 0}, ErrorCode::no_rows);
    refused(Numbers{}, Numbers{}, {}, ErrorCode::no_rows);
}
