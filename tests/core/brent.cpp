#include "gasket/core/brent.hpp"

#include "support/catch.hpp"

using gasket::detail::brent_root;

TEST_CASE("a root is found to the last digits, in few calls for a smooth function") {
    int calls = 0;
    const auto cube = [&](double x) {
        ++calls;
        return x * x * x - 2;
    };
    CHECK(std::abs(brent_root(cube, 0, -2, 4, 62) - std::cbrt(2.0)) < 1e-15);
    CHECK(calls < 16);
    const auto cosine = [](double x) { return std::cos(x) - x; };
    CHECK(brent_root(cosine, 1, cosine(1), 0, cosine(0)) == Approx(0.73908513321516064).epsilon(1e-15));
}

TEST_CASE("a root at an end is taken, a step is found where no line helps") {
    CHECK(brent_root([](double x) { return x; }, 0, 0, 1, 1) == 0);
    CHECK(brent_root([](double x) { return x; }, -1, -1, 0, 0) == 0);
    int calls = 0;
    const auto step = [&](double x) {
        ++calls;
        return x < 0.3 ? -1e-9 : 1e9;
    };
    CHECK(brent_root(step, -10, -1e-9, 10, 1e9) == Approx(0.3).epsilon(1e-14));
    CHECK(calls < 200);
}
