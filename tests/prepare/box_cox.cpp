#include "gasket/prepare/box_cox.hpp"

#include "support/power.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::message_of;
using testing_support::transform;
using testing_support::unless_in;
using testing_support::values_of;

TEST_CASE("Box-Cox is scikit-learn's at its exponents, and finds the exponent of greatest likelihood") {
    testing_support::agrees_on_powers<BoxCox>("box_cox");
}

TEST_CASE("the logarithm of a log-normal column is found") {
    Random random(5);
    std::vector<double> x;
    for (int i = 0; i < 4000; ++i) x.push_back(std::exp(3 + 2 * random.normal()));
    const auto fitted = BoxCox{}.fit(learn_from(Table{{"x", Column::numeric(x)}}));
    CHECK(std::abs(fitted.learned("x").lambda) < 0.02);
    CHECK(fitted.learned("x").mean == Approx(3).margin(0.15));
}

TEST_CASE("a training value that is not above 0 is an error, a live one becomes missing") {
    const auto wrong = learn_from(Table{{"x", Column::numeric({1, 2, 0})}});
    const std::string text = message_of([&] { (void)BoxCox{}.fit(wrong); });
    CHECK(unless_in(text, "column 'x': expected numbers above 0, found 0 in training row 2") == "");
    const auto training = learn_from(Table{{"x", Column::numeric({1, 2, 8, missing})}});
    const auto fitted = BoxCox{}.fit(training);
    Features live(4);
    live.add(detail::to_features(training.table()).layout()[0], std::vector<double>{0, -1, missing, 2});
    const auto x = values_of(transform(fitted, live), "x");
    CHECK(is_missing(x[0]));
    CHECK(is_missing(x[1]));
    CHECK(is_missing(x[2]));
    CHECK(std::isfinite(x[3]));
    CHECK(keeps_the_laws(fitted, live));
}

TEST_CASE("a damaged power transform is refused") {
    const auto training = learn_from(Table{{"x", Column::numeric({1, 2, 8})}});
    const Layout in = detail::to_features(training.table()).layout();
    const auto read = [&](const char* key, const Json& value) {
        Json json = BoxCox{}.fit(training).to_json();
        json["features"][0][key] = value;
        return Fitted<BoxCox>::from_json(detail::Fields(json, "stage"), in);
    };
    CHECK_NOTHROW(read("lambda", 0));
    CHECK_THROWS_AS(read("lambda", nullptr), ArtifactError);
    CHECK_THROWS_AS(read("mean", "0"), ArtifactError);
    CHECK_THROWS_AS(read("scale", 0), ArtifactError);
}
