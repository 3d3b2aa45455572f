#include "gasket/model/cholesky.hpp"

#include <cmath>
#include <vector>

#include "support/catch.hpp"

using namespace gasket;
using detail::ScaledCholesky;

TEST_CASE("a scaled Cholesky solves, and survives a singular matrix") {
    const std::vector<double> lower{4e12, 0, 0, 2e6, 3, 0, 0, 0, 1e-8};
    const ScaledCholesky factor(lower, 3);
    const auto x = factor.solve(std::vector<double>{4e12 + 2e6, 2e6 + 3, 1e-8});
    for (const double v : x) CHECK(v == Approx(1).epsilon(1e-5));
    const auto singular = ScaledCholesky({1, 0, 1, 1}, 2).solve(std::vector<double>{2, 2});
    CHECK(singular[0] + singular[1] == Approx(2).epsilon(1e-6));
    // columns u, v and 0.3 u + 0.7 v, where rounding may leave no pivot at all
    const double uu = 3, uv = 1, vv = 5;
    const double uw = 0.3 * uu + 0.7 * uv, vw = 0.3 * uv + 0.7 * vv, ww = 0.3 * uw + 0.7 * vw;
    const auto third =
        ScaledCholesky({uu, 0, 0, uv, vv, 0, uw, vw, ww}, 3).solve(std::vector<double>{uu, uv, uw});
    CHECK(uu * third[0] + uv * third[1] + uw * third[2] == Approx(uu).epsilon(1e-6));
    CHECK(uv * third[0] + vv * third[1] + vw * third[2] == Approx(uv).epsilon(1e-6));
    for (const double v : third) CHECK(std::abs(v) < 10);
    const auto nothing = ScaledCholesky({0, 0, 0, 1}, 2).solve(std::vector<double>{0, 1});
    CHECK(nothing[1] == Approx(1));
    CHECK(std::isfinite(nothing[0]));
}

TEST_CASE("the roots of the inverse's diagonal are those of the inverse") {
    // the inverse of {4 2 0; 2 3 1; 0 1 2} is {5 -4 2; -4 8 -4; 2 -4 8} / 12
    const auto roots = ScaledCholesky({4, 0, 0, 2, 3, 0, 0, 1, 2}, 3).root_of_inverse_diagonal();
    CHECK(roots[0] == Approx(std::sqrt(5.0 / 12)).epsilon(1e-11));
    CHECK(roots[1] == Approx(std::sqrt(8.0 / 12)).epsilon(1e-11));
    CHECK(roots[2] == Approx(std::sqrt(8.0 / 12)).epsilon(1e-11));
}
