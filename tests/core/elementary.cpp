#include "gasket/core/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

namespace {

/// The distance in units of the last digit of the right answer, which a long double knows.
double error_in_ulp(double found, long double right) {
    int exponent = 0;
    std::frexp(static_cast<double>(right), &exponent);
    const double ulp = std::ldexp(1.0, std::max(exponent - 53, -1074));
    return static_cast<double>(std::abs(static_cast<long double>(found) - right)) / ulp;
}

}  // namespace

TEST_CASE("exponential, sigmoid and softplus are right to the last digits at every size") {
    Random random(1);
    double worst[4] = {0, 0, 0, 0};
    for (int i = 0; i < 300000; ++i) {
        const double u = random.uniform();
        const double x = i % 2 == 0 ? 40 * u - 20 : 1480 * u - 740;
        const long double e = std::exp(-std::abs(static_cast<long double>(x)));
        worst[0] = std::max(worst[0], error_in_ulp(detail::exp_minus_abs(x), e));
        worst[1] = std::max(worst[1], error_in_ulp(sigmoid(x), (x < 0 ? e : 1) / (1 + e)));
        worst[2] = std::max(worst[2], error_in_ulp(softplus(x), (x < 0 ? 0 : x) + std::log1p(e)));
        worst[3] = std::max(worst[3],
                            error_in_ulp(detail::log_one_plus(u), std::log1p(static_cast<long double>(u))));
    }
    CHECK(worst[0] < 1.1);
    CHECK(worst[1] < 2.5);
    CHECK(worst[2] < 3);
    CHECK(worst[3] < 2);
}

TEST_CASE("the ends are exact: infinity, zero, missing") {
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(sigmoid(0) == 0.5);
    CHECK(sigmoid(-0.0) == 0.5);
    for (const double x : {1000.0, 1e300, infinity}) {
        CHECK(sigmoid(x) == 1);
        CHECK(sigmoid(-x) == 0);
        CHECK(softplus(x) == x);
        CHECK(softplus(-x) == 0);
    }
    CHECK(detail::exp_minus_abs(-745) == std::numeric_limits<double>::denorm_min());
    CHECK(std::isnan(sigmoid(std::numeric_limits<double>::quiet_NaN())));
    CHECK(std::isnan(sigmoid(-std::numeric_limits<double>::quiet_NaN())));
    CHECK(std::isnan(softplus(std::numeric_limits<double>::quiet_NaN())));
    CHECK(detail::log_one_plus(0) == 0);
}

TEST_CASE("a sigmoid falls nowhere") {
    double last = 0;
    for (double x = -40; x < 40; x += 1.0 / 1024) {
        const double p = sigmoid(x);
        CHECK_FALSE(p < last);
        last = p;
    }
}
