#include "gasket/monitor/chi_square_test.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Counts = std::vector<std::uint64_t>;

TEST_CASE("the chi-square test is that of SciPy") {
    const nlohmann::json stored = testing_support::reference("distances");
    for (const auto& c : stored["counts"]) {
        const auto first = c["first"].get<Counts>();
        const auto second = c["second"].get<Counts>();
        INFO(first.size() << " bins");
        const ChiSquareTest found = chi_square_test(first, second);
        CHECK(found.statistic == Approx(c["statistic"].get<double>()).epsilon(1e-12));
        CHECK(found.freedom == c["freedom"].get<std::size_t>());
        // beyond 1000 degrees of freedom by an approximation
        CHECK(found.p_value == Approx(c["p"].get<double>()).epsilon(found.freedom > 1000 ? 1e-2 : 1e-10));
        CHECK(chi_square_test(second, first).statistic == Approx(found.statistic).epsilon(1e-12));
    }
}

TEST_CASE("bins that expect too few rows are joined") {
    // together they expect enough, and are one bin
    const ChiSquareTest one = chi_square_test(Counts{500, 30, 400, 25}, Counts{50, 4, 40, 3}, 5);
    CHECK(one.statistic == chi_square_test(Counts{500, 400, 55}, Counts{50, 40, 7}).statistic);
    CHECK(one.freedom == 2);
    CHECK(one.p_value == chi_square_test(Counts{500, 400, 55}, Counts{50, 40, 7}).p_value);
    // 5 + 1 and 3 + 1 rows expect 0.9 together: too few for the statistic, which the others make
    const ChiSquareTest left = chi_square_test(Counts{500, 5, 400, 3}, Counts{55, 1, 30, 1}, 5);
    CHECK(left.statistic == chi_square_test(Counts{500, 400}, Counts{55, 30}).statistic);
    CHECK(left.freedom == 1);
    CHECK(left.p_value == 2 * chi_square_test(Counts{500, 400}, Counts{55, 30}).p_value);
    // nothing else is there
    CHECK(chi_square_test(Counts{3, 2}, Counts{1, 1}, 5).freedom == 0);
    CHECK(chi_square_test(Counts{3, 2}, Counts{1, 1}, 5).p_value == 1);
}

TEST_CASE("few rows of bins that expect hardly any are tested exactly") {
    // a constant, and 2 of 100 rows that are something new: twice the chance that both of 2 are among the 100
    CHECK(chi_square_test(Counts{4900, 0}, Counts{98, 2}, 5).p_value == Approx(2 * std::pow(0.02, 2)));
    CHECK(chi_square_test(Counts{4900, 0}, Counts{99, 1}, 5).p_value == Approx(0.04));
    CHECK(chi_square_test(Counts{4900, 0}, Counts{80, 20}, 5).p_value < 1e-30);
    // beside other bins the chance is doubled, since there are two tests
    const ChiSquareTest two = chi_square_test(Counts{2450, 2450, 0}, Counts{49, 49, 2}, 5);
    CHECK(two.p_value == Approx(4 * std::pow(0.02, 2)));
    CHECK(two.statistic == Approx(0).margin(1e-20));
    // fewer than expected: (1 - 1/3)^12 = 0.0077
    CHECK(chi_square_test(Counts{188, 12}, Counts{100, 0}, 5).p_value == Approx(2 * std::pow(2.0 / 3, 12)));
}

TEST_CASE("joined bins keep the chance of an alarm where counts are small") {
    // 40 rare values among 5,000 and 100 rows: without joining, chance alone would look like drift too often
    Random random(4);
    int alarms[2] = {0, 0};
    for (int round = 0; round < 2000; ++round) {
        Counts first(44, 0);
        Counts second(44, 0);
        const auto draw = [&](Counts& to, int rows) {
            for (int r = 0; r < rows; ++r)
                ++to[random.uniform() < 0.96 ? random.below(4) : 4 + random.below(40)];
        };
        draw(first, 5000);
        draw(second, 100);
        alarms[0] += chi_square_test(first, second).p_value <= 0.01 ? 1 : 0;
        alarms[1] += chi_square_test(first, second, 5).p_value <= 0.01 ? 1 : 0;
    }
    INFO(alarms[0] << " without joining, " << alarms[1] << " with");
    CHECK(alarms[0] > 40);  // 20 are expected
    CHECK(alarms[1] < 36);
    CHECK(alarms[1] > 5);
}

TEST_CASE("an empty sample has no verdict, other bins are an error") {
    CHECK(is_missing(chi_square_test(Counts{1, 2}, Counts{0, 0}).p_value));
    CHECK(is_missing(chi_square_test(Counts{}, Counts{}).statistic));
    CHECK_THROWS_AS(chi_square_test(Counts{1, 2}, Counts{1}), DataError);
}
