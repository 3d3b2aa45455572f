#include "gasket/core/exact_prefix_sums.hpp"

#include <vector>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using gasket::ExactPrefixSums;

TEST_CASE("sums of stretches are those of exact arithmetic, rounded once") {
    const auto reference = testing_support::reference("aggregate")["sums"];
    const std::vector<double> numbers = reference["numbers"];
    const ExactPrefixSums sums(numbers);
    for (const auto& s : reference["stretches"]) {
        INFO(s.dump());
        CHECK(sums.sum(s[0], s[1]) == s[2].get<double>());
    }
}

TEST_CASE("numbers outside a stretch and the order within it do not change its sum") {
    gasket::Random random(4);
    std::vector<double> inner;
    for (int i = 0; i < 50; ++i) inner.push_back(random.normal() * std::pow(10, random.normal() * 4));
    const double alone = ExactPrefixSums(inner).sum(0, 50);
    for (int round = 0; round < 20; ++round) {
        random.shuffle(std::span<double>(inner));
        std::vector<double> all;
        for (int i = 0; i < 30; ++i) all.push_back(random.normal() * std::pow(10, random.normal() * 30));
        all.insert(all.end(), inner.begin(), inner.end());
        all.push_back(1e300);
        CHECK(ExactPrefixSums(all).sum(30, 80) == alone);
    }
}

TEST_CASE("amounts of money take two words, and nothing sums to 0") {
    std::vector<double> amounts;
    for (int i = 0; i < 100000; ++i) amounts.push_back(0.01 * (i % 100000));
    CHECK(ExactPrefixSums(amounts).words() == 2);
    CHECK(ExactPrefixSums(amounts).sum(5, 5) == 0);
    CHECK(ExactPrefixSums({}).sum(0, 0) == 0);
    const std::vector<double> zeros(10, 0.0);
    CHECK(ExactPrefixSums(zeros).sum(2, 9) == 0);
}

TEST_CASE("halves go to the even neighbour, and what is too great is infinite") {
    const double big = 0x1p53;
    const std::vector<double> halves{big, 1, big + 2, 1, 0x1p-60, 1e308, 1e308, -1e308};
    const ExactPrefixSums sums(halves);
    CHECK(sums.sum(0, 2) == big);
    CHECK(sums.sum(2, 4) == big + 4);
    const std::vector<double> above{big, 1, 0x1p-60};
    CHECK(ExactPrefixSums(above).sum(0, 3) == big + 2);
    CHECK(sums.sum(5, 7) == HUGE_VAL);
    CHECK(sums.sum(5, 8) == 1e308);
}
