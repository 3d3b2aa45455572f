#include "gasket/core/lanes.hpp"

#include <vector>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

namespace {

std::vector<double> some(std::size_t n, std::uint64_t seed) {
    Random random(seed);
    std::vector<double> out(n);
    for (double& x : out) x = random.normal();
    return out;
}

/// The promised order: lanes by the remainder of the row number, four lanes added in pairs, then the next
/// four.
double in_lanes(const std::vector<double>& a, const std::vector<double>& b, std::size_t lanes) {
    double sums[8] = {};
    for (std::size_t r = 0; r < a.size(); ++r) {
        const double product = a[r] * b[r];
        sums[r % lanes] += product;
    }
    const double first = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    return lanes == 4 ? first : first + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

}  // namespace

TEST_CASE("sums in lanes have the bits of the order that they promise") {
    for (const std::size_t n : {0u, 8u, 64u, 520u}) {
        std::vector<std::vector<double>> x;
        std::vector<const double*> columns;
        for (std::uint64_t k = 0; k < 6; ++k) x.push_back(some(n, k));
        for (const auto& column : x) columns.push_back(column.data());
        const std::vector<double> a = some(n, 9), ones(n, 1.0);
        CHECK(detail::sum_of(a.data(), n) == in_lanes(a, ones, 8));
        double dots[4] = {1, 2, 3, 4};
        detail::add_dots(a.data(), columns.data(), n, dots);
        for (std::size_t k = 0; k < 4; ++k)
            CHECK(dots[k] == static_cast<double>(k + 1) + in_lanes(a, x[k], 8));
        std::vector<double> products(4 * 3, 0.5);
        detail::add_products(columns.data(), columns.data() + 4, n, products.data(), 3);
        for (std::size_t i = 0; i < 4; ++i) {
            for (std::size_t k = 0; k < 2; ++k)
                CHECK(products[i * 3 + k] == 0.5 + in_lanes(x[i], x[4 + k], 4));
            CHECK(products[i * 3 + 2] == 0.5);
        }
        const double b[4] = {0.5, -2, 3, 0.1};
        std::vector<double> out = a;
        detail::add_scaled(b, columns.data(), n, out.data());
        for (std::size_t r = 0; r < n; ++r) {
            double right = a[r];
            for (std::size_t k = 0; k < 4; ++k) {
                const double product = b[k] * x[k][r];
                right += product;
            }
            CHECK(out[r] == right);
        }
    }
}
