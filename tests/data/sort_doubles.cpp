#include "gasket/data/detail/sort_doubles.hpp"

#include <cmath>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("sorted numbers are those of std::sort, for any length and kind of values") {
    Random random(4);
    for (const std::size_t n : {0u, 1u, 2u, 2047u, 2048u, 30000u}) {
        for (int kind = 0; kind < 4; ++kind) {
            std::vector<double> values;
            for (std::size_t i = 0; i < n; ++i) {
                values.push_back(kind == 0   ? random.normal()
                                 : kind == 1 ? static_cast<double>(random.below(100))
                                 : kind == 2
                                     ? std::ldexp(random.normal(), static_cast<int>(random.below(600)) - 300)
                                 : random.below(3) == 0 ? (random.below(2) == 0 ? HUGE_VAL : -HUGE_VAL)
                                                        : -0.0);
            }
            std::vector<double> expected = values;
            std::sort(expected.begin(), expected.end());
            detail::sort_doubles(values);
            CHECK(values == expected);
        }
    }
}
