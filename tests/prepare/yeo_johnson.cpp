#include "gasket/prepare/yeo_johnson.hpp"

#include "support/power.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::transform;
using testing_support::values_of;

TEST_CASE("Yeo-Johnson is scikit-learn's at its exponents, and finds the exponent of greatest likelihood") {
    testing_support::agrees_on_powers<YeoJohnson>("yeo_johnson");
}

TEST_CASE("numbers of both signs keep their order, and missing ones stay missing") {
    const auto training = learn_from(Table{{"x", Column::numeric({-30, -2, -0.5, missing, 0, 0.5, 3, 4})},
                                           {"same", Column::numeric({7, 7, 7, 7, 7, 7, 7, 7})}});
    const auto fitted = YeoJohnson{}.fit(training);
    const Features in = detail::to_features(training.table());
    const auto x = values_of(transform(fitted, in), "x");
    CHECK(is_missing(x[3]));
    for (const std::size_t r : {1u, 2u, 5u, 6u, 7u}) CHECK(x[r] > x[r == 5 ? 4 : r - 1]);
    CHECK(fitted.learned("x").lambda > 1);  // a long tail below is pulled in
    CHECK(values_of(transform(fitted, in), "same")[0] == 0);
    CHECK(fitted.notes().size() == 1);
    CHECK(keeps_the_laws(fitted, in));
    const auto raw = YeoJohnson{.standardise = false}.fit(training);
    CHECK(raw.learned("x").mean == 0);
    CHECK(raw.learned("x").scale == 1);
    CHECK(values_of(transform(raw, in), "x")[4] == 0);
}

TEST_CASE("what is mirrored gets the mirrored exponent") {
    std::vector<double> x, mirrored;
    Random random(3);
    for (int i = 0; i < 500; ++i) {
        x.push_back(std::exp(random.normal()) - 1);
        mirrored.push_back(-x.back());
    }
    const auto fitted =
        YeoJohnson{}.fit(learn_from(Table{{"x", Column::numeric(x)}, {"m", Column::numeric(mirrored)}}));
    CHECK(fitted.learned("m").lambda == Approx(2 - fitted.learned("x").lambda).epsilon(1e-12));
}

TEST_CASE("numbers too large for any power are left in their shape") {
    const auto fitted = YeoJohnson{}.fit(learn_from(Table{{"x", Column::numeric({1e90, 3e90, -2e90})}}));
    CHECK(fitted.learned("x").lambda == 1);
    CHECK_THROWS_AS(YeoJohnson{}.fit(learn_from(Table{{"x", Column::numeric({1e300, -1e300, 1})}})),
                    DataError);
}
