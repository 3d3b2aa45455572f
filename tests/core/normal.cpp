#include "gasket/core/normal.hpp"

#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

TEST_CASE("normal quantiles are SciPy's, far out too") {
    const auto stored = testing_support::reference("scalers");
    for (const auto& pair : stored["normal_quantile"]) {
        const double p = pair[0].get<double>();
        INFO(p);
        CHECK(normal_quantile(p) == Approx(pair[1].get<double>()).epsilon(1e-13).margin(1e-15));
        CHECK(normal_cdf(normal_quantile(p)) == Approx(p).epsilon(1e-12));
    }
}

TEST_CASE("the ends are infinite, what is no chance has no quantile") {
    CHECK(normal_quantile(0) == -HUGE_VAL);
    CHECK(normal_quantile(1) == HUGE_VAL);
    CHECK(std::isnan(normal_quantile(-0.1)));
    CHECK(std::isnan(normal_quantile(1.1)));
    CHECK(std::isnan(normal_quantile(std::numeric_limits<double>::quiet_NaN())));
    CHECK(std::abs(normal_quantile(0.5)) < 1e-16);
}
