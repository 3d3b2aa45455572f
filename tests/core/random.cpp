#include "gasket/core/random.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("mix64 is SplitMix64") {
    // the published first outputs for the seed 1234567
    std::uint64_t state = 1234567;
    const std::uint64_t expected[] = {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL};
    for (const std::uint64_t e : expected) {
        CHECK(mix64(state) == e);
        state += 0x9E3779B97F4A7C15ULL;
    }
}

TEST_CASE("the same seed gives the same numbers, another seed and stream others") {
    Random a(1);
    Random b(1);
    Random c(2);
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
        const std::uint64_t x = a.bits();
        CHECK(x == b.bits());
        differs = differs || x != c.bits();
    }
    CHECK(differs);
    std::set<std::uint64_t> seeds;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        for (std::uint64_t stream = 0; stream < 30; ++stream) seeds.insert(derive_seed(seed, stream));
    }
    CHECK(seeds.size() == 900);
}

TEST_CASE("xoshiro256** gives the numbers of its definition") {
    // one step from the known state, worked out by hand: rotate(s1 * 5, 7) * 9
    const std::uint64_t s1 = mix64(42 + 0x9E3779B97F4A7C15ULL);
    const std::uint64_t five = s1 * 5;
    CHECK(Random(42).bits() == ((five << 7) | (five >> 57)) * 9);
}

TEST_CASE("uniform numbers lie in 0 to below 1 with the moments they should have") {
    Random random(11);
    double sum = 0;
    double squares = 0;
    constexpr int n = 100000;
    for (int i = 0; i < n; ++i) {
        const double x = random.uniform();
        REQUIRE((x >= 0 && x < 1));
        sum += x;
        squares += x * x;
    }
    CHECK(sum / n == Approx(0.5).margin(0.005));
    CHECK(squares / n == Approx(1.0 / 3).margin(0.005));
}

TEST_CASE("normal numbers have mean 0 and deviation 1") {
    Random random(12);
    double sum = 0;
    double squares = 0;
    constexpr int n = 100000;
    for (int i = 0; i < n; ++i) {
        const double x = random.normal();
        sum += x;
        squares += x * x;
    }
    CHECK(sum / n == Approx(0).margin(0.015));
    CHECK(squares / n == Approx(1).margin(0.02));
}

TEST_CASE("numbers below n are all of them, about equally often") {
    Random random(13);
    std::vector<int> count(7, 0);
    for (int i = 0; i < 70000; ++i) ++count[random.below(7)];
    for (const int c : count) CHECK(c == Approx(10000).margin(400));
    for (int i = 0; i < 20; ++i) CHECK(random.below(1) == 0);
    // more than half of the 64-bit range: some draws are refused, all are in range
    const std::uint64_t n = (std::uint64_t{1} << 63) + 12345;
    for (int i = 0; i < 100; ++i) CHECK(random.below(n) < n);
}

TEST_CASE("a shuffle keeps the items and reaches every order") {
    Random random(14);
    std::set<std::vector<int>> orders;
    for (int i = 0; i < 500; ++i) {
        std::vector<int> items = {1, 2, 3, 4};
        random.shuffle(std::span<int>(items));
        orders.insert(items);
        std::sort(items.begin(), items.end());
        REQUIRE(items == std::vector<int>{1, 2, 3, 4});
    }
    CHECK(orders.size() == 24);
    std::vector<int> none;
    random.shuffle(std::span<int>(none));
    CHECK(none.empty());
}

TEST_CASE("a sample has each number at most once, in order, and all with the same chance") {
    Random random(8);
    std::vector<int> drawn(10, 0);
    for (int i = 0; i < 20000; ++i) {
        const auto sample = sample_of(10, 3, random);
        REQUIRE(sample.size() == 3);
        REQUIRE((sample[0] < sample[1] && sample[1] < sample[2]));
        for (const std::size_t x : sample) ++drawn[x];
    }
    for (const int n : drawn) CHECK(std::abs(n - 6000) < 300);
    CHECK(sample_of(3, 5, random) == std::vector<std::size_t>{0, 1, 2});
    CHECK(sample_of(3, 0, random).empty());
}
