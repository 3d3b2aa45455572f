#include "gasket/data/detail/cross_products.hpp"

#include <cmath>

#include "gasket/core/numeric.hpp"
#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("sums of products are those of one careful sum each, for any shape and number of threads") {
    for (const std::size_t columns : {1u, 2u, 5u}) {
        for (const std::size_t rows : {0u, 1u, 127u, 128u, 9001u}) {
            Random random(columns + rows);
            std::vector<double> x(rows * columns);
            for (double& v : x) v = random.normal();
            const auto load = [&](std::size_t c, std::size_t begin, std::size_t count, double* to) {
                std::copy_n(x.data() + c * rows + begin, count, to);
            };
            set_threads(1);
            const std::vector<double> found = detail::cross_products(rows, columns, load);
            set_threads(3);
            CHECK(detail::cross_products(rows, columns, load) == found);
            set_threads(0);
            REQUIRE(found.size() == columns * columns);
            for (std::size_t i = 0; i < columns; ++i) {
                for (std::size_t j = 0; j < columns; ++j) {
                    Sum sum;
                    for (std::size_t r = 0; r < rows; ++r) sum.add(x[i * rows + r] * x[j * rows + r]);
                    CHECK(std::abs(found[i * columns + j] - sum.value()) <= 1e-11);
                }
            }
        }
    }
}
