#include "gasket/core/radix_sort.hpp"

#include <algorithm>
#include <cmath>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("values are sorted by their key, those of one key as they stood") {
    struct Item {
        std::uint64_t key;
        std::size_t place;
        bool operator==(const Item&) const = default;
    };
    Random random(9);
    for (const std::size_t n : {0U, 1U, 5U, 1023U, 1024U, 20000U}) {
        for (const std::uint64_t keys : {std::uint64_t{1}, std::uint64_t{700}, ~std::uint64_t{0}}) {
            std::vector<Item> items;
            for (std::size_t i = 0; i < n; ++i) items.push_back({random.below(keys) * 0x100000001, i});
            std::vector<Item> expected = items;
            const auto before = [](const Item& a, const Item& b) { return a.key < b.key; };
            std::stable_sort(expected.begin(), expected.end(), before);
            detail::radix_sort(items, [](const Item& item) { return item.key; });
            CAPTURE(n, keys);
            CHECK((items == expected));
        }
    }
}

TEST_CASE("the bits of a double keep its order and lead back to it") {
    const double order[] = {-HUGE_VAL, -1e300, -1, -1e-310, -0.0, 0.0, 1e-310, 1, 1e300, HUGE_VAL};
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK(detail::from_ordered_bits(detail::ordered_bits(order[i])) == order[i]);
        if (i > 0) CHECK(detail::ordered_bits(order[i - 1]) < detail::ordered_bits(order[i]));
    }
}
