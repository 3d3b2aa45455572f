#include "gasket/prepare/stretches.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <vector>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using namespace gasket::detail;

TEST_CASE("every stretch has the extremes, counts and distinct values of a plain look") {
    Random random(2);
    for (const std::size_t n : {0U, 1U, 2U, 7U, 64U, 100U}) {
        std::vector<double> values;
        std::vector<std::uint64_t> prints;
        std::vector<char> known;
        for (std::size_t i = 0; i < n; ++i) {
            prints.push_back(random.below(9));
            known.push_back(random.below(4) != 0 ? 1 : 0);
            values.push_back(known[i] != 0 ? random.normal() : missing);
        }
        const KnownPlaces places(known);
        const Extremes<std::less<>> least(values);
        const Extremes<std::greater<>> greatest(values);
        std::vector<Stretch> all;
        for (std::size_t a = 0; a <= n; ++a) {
            for (std::size_t b = a; b <= n; ++b) all.push_back({a, b});
        }
        random.shuffle(std::span<Stretch>(all));
        const std::vector<double> distinct = count_distinct(prints, known, all);
        for (std::size_t q = 0; q < all.size(); ++q) {
            const Stretch s = all[q];
            std::vector<std::size_t> there;
            std::set<std::uint64_t> different;
            double low = missing, high = missing;
            for (std::size_t i = s.begin; i < s.end; ++i) {
                if (known[i] == 0) continue;
                there.push_back(i);
                different.insert(prints[i]);
                low = is_missing(low) ? values[i] : std::min(low, values[i]);
                high = is_missing(high) ? values[i] : std::max(high, values[i]);
            }
            CHECK(places.count(s) == there.size());
            CHECK(distinct[q] == static_cast<double>(different.size()));
            if (there.empty()) {
                CHECK(is_missing(least.of(s)));
                CHECK(is_missing(greatest.of(s)));
            } else {
                CHECK(places.first(s) == there.front());
                CHECK(places.last(s) == there.back());
                CHECK(least.of(s) == low);
                CHECK(greatest.of(s) == high);
            }
        }
    }
}
