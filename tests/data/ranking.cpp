#include "gasket/data/detail/ranking.hpp"

#include <cmath>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using namespace gasket::detail;

namespace {

double value_of(Random& random, int kind) {
    switch (kind) {
        case 0:
            return random.normal();
        case 1:
            return static_cast<double>(random.below(100)) - 50;
        case 2:
            return std::round(random.normal() * 1e6) / 1e6;  // decimals
        case 3:
            return std::ldexp(random.normal(), static_cast<int>(random.below(600)) - 300);
        case 4:
            return random.below(3) == 0 ? (random.below(2) == 0 ? HUGE_VAL : -HUGE_VAL)
                                        : (random.below(2) == 0 ? -0.0 : 0.0);
        case 5:
            return random.below(4) == 0 ? missing : static_cast<double>(random.below(1000)) / 100;
        case 6:
            return 1 + static_cast<double>(random.below(3000)) * 0x1p-52;  // last bits
        case 7:
            return random.below(50) == 0 ? 1e300 : 1 + static_cast<double>(random.below(3000)) * 0x1p-52;
        case 8:
            return missing;
        case 9:
            return 3.25;
        default:
            return random.below(500) == 0 ? 0.1234567890123 : static_cast<double>(random.below(1000)) / 100;
    }
}

}  // namespace

TEST_CASE("places are those of a stable sort, for any length and kind of values") {
    Random random(4);
    Ranking ranking;
    for (const std::size_t n : {0u, 1u, 2u, 1023u, 1024u, 9000u}) {
        for (int kind = 0; kind < 11; ++kind) {
            INFO(n << " values of kind " << kind);
            std::vector<double> values;
            for (std::size_t i = 0; i < n; ++i) values.push_back(value_of(random, kind));
            std::vector<double> sorted;
            for (const double x : values) {
                if (!is_missing(x)) sorted.push_back(x);
            }
            std::sort(sorted.begin(), sorted.end());
            ranking.sort(values);
            REQUIRE(ranking.size() == sorted.size());
            std::size_t distinct = 0;
            for (std::size_t i = 0; i < sorted.size(); ++i) {
                if (ranking[i] != sorted[i]) FAIL(i << ": " << ranking[i] << " for " << sorted[i]);
                distinct += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
            }
            CHECK(ranking.distinct() == distinct);
            std::vector<std::uint32_t> places(n, 7);
            ranking.places(places);
            for (std::size_t r = 0; r < n; ++r) {
                const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), values[r]);
                const auto expected =
                    is_missing(values[r])
                        ? no_place
                        : static_cast<std::uint32_t>(first - sorted.begin() + (last - sorted.begin()) - 1);
                if (places[r] != expected) FAIL("row " << r << ": " << places[r] << " for " << expected);
            }
        }
    }
}
