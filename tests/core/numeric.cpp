#include "gasket/core/numeric.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("a sum keeps what plain addition loses") {
    Sum s;
    for (const double x : {1.0, 1e100, 1.0, -1e100}) s.add(x);
    CHECK(s.value() == 2);
    Sum tenth;
    for (int i = 0; i < 1000000; ++i) tenth.add(0.1);
    CHECK(tenth.value() == Approx(100000).epsilon(1e-15));
    Sum a, b;
    a.add(1e100), a.add(1), b.add(-1e100), b.add(1);
    a.merge(b);
    CHECK(a.value() == 2);
}

TEST_CASE("logit undoes the sigmoid") {
    for (const double x : {-20.0, -1.0, 0.3, 7.0}) CHECK(logit(sigmoid(x)) == Approx(x).epsilon(1e-9));
}

TEST_CASE("quantiles are linear between neighbours") {
    const std::vector<double> v = {1, 2, 4, 8};
    CHECK(quantile_of_sorted(v, 0) == 1);
    CHECK(quantile_of_sorted(v, 1) == 8);
    CHECK(quantile_of_sorted(v, 0.5) == 3);
    CHECK(quantile_of_sorted(v, 0.75) == 5);
    CHECK(is_missing(quantile_of_sorted({}, 0.5)));
    CHECK(quantile_of_sorted(std::vector<double>{7}, 0.3) == 7);
}
