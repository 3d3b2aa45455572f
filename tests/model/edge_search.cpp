#include "gasket/model/edge_search.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("one value and many get the code that counting gives, for any number of edges") {
    Random random(4);
    for (const std::size_t count : {0U, 1U, 2U, 3U, 15U, 16U, 17U, 31U, 32U, 100U, 252U, 253U}) {
        std::vector<double> edges;
        for (std::size_t i = 0; i < count; ++i) edges.push_back(std::floor(random.normal() * 1e6) / 1024);
        std::sort(edges.begin(), edges.end());
        edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
        std::vector<double> values = {missing, 0.0, -0.0, HUGE_VAL, -HUGE_VAL, 1e308, -1e308, 5e-324};
        for (const double e : edges)
            values.insert(values.end(), {e, std::nextafter(e, HUGE_VAL), std::nextafter(e, -HUGE_VAL)});
        const detail::EdgeSearch search(edges);
        std::vector<std::uint8_t> codes(values.size());
        search.codes(values, codes.data());
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto below = std::lower_bound(edges.begin(), edges.end(), values[i]) - edges.begin();
            const auto expected = static_cast<std::uint8_t>(is_missing(values[i]) ? 0 : below + 1);
            CAPTURE(count, values[i]);
            CHECK(search.code(values[i]) == expected);
            CHECK(codes[i] == expected);
        }
    }
}
