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
