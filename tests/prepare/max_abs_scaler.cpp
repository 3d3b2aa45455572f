#include "gasket/prepare/max_abs_scaler.hpp"

#include "support/real_data.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::transform;
using testing_support::values_of;

TEST_CASE("the max-abs scaler gives what scikit-learn's gives on real columns") {
    testing_support::agrees_on_real_data(MaxAbsScaler{}, testing_support::reference("scalers"), "max_abs",
                                         1e-12);
}

TEST_CASE("zeros stay zeros, the greatest absolute value becomes 1 or -1") {
    const auto training = learn_from(
        Table{{"x", Column::numeric({0, -4, missing, 2})}, {"zeros", Column::numeric({0, 0, 0, 0})}});
    const auto fitted = MaxAbsScaler{}.fit(training);
    const Features in = detail::to_features(training.table());
    const auto x = values_of(transform(fitted, in), "x");
    CHECK(x[0] == 0);
    CHECK(x[1] == -1);
    CHECK(is_missing(x[2]));
    CHECK(x[3] == 0.5);
    CHECK(fitted.learned("zeros").scale == 1);
    CHECK(fitted.notes().size() == 1);
    CHECK(keeps_the_laws(fitted, in));
}
