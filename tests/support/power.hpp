#pragma once

#include <cmath>
#include <string>

#include "gasket/core/random.hpp"
#include "support/real_data.hpp"

namespace testing_support {

/// A power transform against the stored values of scikit-learn's: the same numbers at its exponents; our own
/// exponents at the greatest likelihood, from which its search ends some 1e-7 away.
template <class S>
void agrees_on_powers(const char* key) {
    using namespace gasket;
    on_real_data(reference("scalers"), [&](const Training& training, const nlohmann::json& data) {
        const nlohmann::json& expected = data[key];
        const Features in = detail::to_features(training.table());
        S stage;
        for (const auto& entry : expected["fitted"].items()) stage.columns.push_back(entry.key());
        const auto fitted = stage.fit(training);
        CHECK(worst_difference(transform(fitted, in), data["rows"], expected["exact"]) <= 1e-8);
        CHECK(worst_difference(transform(fitted, in), data["rows"], expected["theirs"]) <= 1e-6);
        Json theirs = fitted.to_json();
        for (Json& feature : theirs["features"]) {
            const std::string name = feature["name"];
            INFO(name);
            const auto values = expected["fitted"][name].template get<std::vector<double>>();
            CHECK(feature["lambda"].get<double>() == Approx(values[3]).epsilon(0).margin(1e-9));
            CHECK(feature["lambda"].get<double>() == Approx(values[0]).epsilon(0).margin(5e-7));
            feature["lambda"] = values[0];
            feature["mean"] = values[1];
            feature["scale"] = values[2];
        }
        const auto pinned = Fitted<S>::from_json(detail::Fields(theirs, "stage"), in.layout());
        CHECK(worst_difference(transform(pinned, in), data["rows"], expected["theirs"]) <= 1e-8);
    });
}

}  // namespace testing_support
