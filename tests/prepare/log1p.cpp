#include "gasket/prepare/log1p.hpp"

#include "support/real_data.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::message_of;
using testing_support::transform;
using testing_support::unless_in;
using testing_support::values_of;

TEST_CASE("log1p is NumPy's on real columns") {
    testing_support::agrees_on_real_data(Log1p{}, testing_support::reference("scalers"), "log1p", 1e-12);
}

TEST_CASE("a training value at or below -1 is an error, a live one becomes missing") {
    const std::string text = message_of([&] {
        (void)Log1p{}.fit(learn_from(Table{{"x", Column::numeric({0, -1})}}));
    });
    CHECK(unless_in(text, "column 'x': expected numbers above -1, found -1 in training row 1") == "");
    const auto training =
        learn_from(Table{{"x", Column::numeric({0, 3, missing})}, {"y", Column::numeric({1, 2, 3})}});
    const auto fitted = Log1p{{"x"}}.fit(training);
    Features live(4);
    live.add({"x", nullptr, {"x"}}, std::vector<double>{-1, -7, missing, 0});
    live.add({"y", nullptr, {"y"}}, std::vector<double>{-1, -7, missing, 0});
    const auto x = values_of(transform(fitted, live), "x");
    CHECK(is_missing(x[0]));
    CHECK(is_missing(x[1]));
    CHECK(is_missing(x[2]));
    CHECK(x[3] == 0);
    CHECK(values_of(transform(fitted, live), "y")[1] == -7);
    CHECK(keeps_the_laws(fitted, live));
}
