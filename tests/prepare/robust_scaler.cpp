#include "gasket/prepare/robust_scaler.hpp"

#include "support/real_data.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::transform;
using testing_support::unless_in;
using testing_support::values_of;

TEST_CASE("the robust scaler gives what scikit-learn's gives on real columns") {
    const auto reference = testing_support::reference("scalers");
    testing_support::agrees_on_real_data(RobustScaler{}, reference, "robust", 1e-12);
    testing_support::agrees_on_real_data(RobustScaler{.lower = 0.05, .upper = 0.9}, reference, "robust_wide",
                                         1e-12);
}

TEST_CASE("an outlier does not move the robust scaler, equal quantiles are noted") {
    const auto training = learn_from(Table{{"x", Column::numeric({1, 2, 3, 4, 5})},
                                           {"far", Column::numeric({1, 2, 3, 4, 5e9})},
                                           {"zeros", Column::numeric({0, 0, 0, 0, 8})},
                                           {"c", Column::category({"a", "b", "a", "b", "a"})}});
    const auto fitted = RobustScaler{}.fit(training);
    CHECK(fitted.learned("x").center == fitted.learned("far").center);
    CHECK(fitted.learned("x").scale == fitted.learned("far").scale);
    const Features in = detail::to_features(training.table());
    CHECK(values_of(transform(fitted, in), "zeros") == std::vector<double>{0, 0, 0, 0, 8});
    REQUIRE(fitted.notes().size() == 1);
    CHECK(unless_in(fitted.notes()[0], "'zeros'") == "");
    CHECK(fitted.outputs().layout()[3].is_category());
    CHECK(keeps_the_laws(fitted, in));
}

TEST_CASE("options of the robust scaler are checked at fit") {
    const auto training = learn_from(Table{{"x", Column::numeric({1, 2})}});
    CHECK_THROWS_AS(RobustScaler{.lower = -0.1}.fit(training), OptionError);
    CHECK_THROWS_AS((RobustScaler{.lower = 0.5, .upper = 0.5}.fit(training)), OptionError);
    CHECK_THROWS_AS(RobustScaler{.upper = missing}.fit(training), OptionError);
}
