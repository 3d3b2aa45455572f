#include "gasket/prepare/random_over_sampler.hpp"

#include <set>

#include "support/catch.hpp"
#include "support/resampling.hpp"

using namespace gasket;
using testing_support::all_but_last;
using testing_support::numbered;
using testing_support::rows_of;

TEST_CASE("the rarer class grows by copies of its own rows, and the original rows stand first") {
    const Training training = all_but_last(numbered(101, 20), "y", Task::binary, "w");
    const Resampled made = RandomOverSampler{}.resample(training);
    CHECK(rows_of(made, 0) == 80);
    CHECK(rows_of(made, 1) == 80);
    REQUIRE(made.features.rows() == 160);
    std::set<double> copied;
    for (std::size_t r = 0; r < 160; ++r) {
        const double row = made.features[0][r];
        if (r < 100) CHECK(row == static_cast<double>(r));
        if (r >= 100) copied.insert(row);
        CHECK(made.labels[r] == (row < 20 ? 1 : 0));
        CHECK(made.weights[r] == 1 + static_cast<double>(static_cast<int>(row) % 7));
    }
    CHECK(copied.size() > 15);  // of 20, drawn 60 times
    CHECK(*copied.rbegin() < 20);
}

TEST_CASE("a ratio below 1 is kept, a class that has it already is left alone, and each seed draws others") {
    const Training training = all_but_last(numbered(101, 20), "y");
    CHECK(rows_of(RandomOverSampler{.ratio = 0.5}.resample(training), 1) == 40);
    CHECK(rows_of(RandomOverSampler{.ratio = 0.1}.resample(training), 1) == 20);
    CHECK(RandomOverSampler{}.resample(training).weights.empty());
    const auto draw = [&](std::uint64_t seed) {
        return testing_support::bits_of(RandomOverSampler{.seed = seed}.resample(training).features);
    };
    CHECK(draw(1) == draw(1));
    CHECK(draw(1) != draw(2));
}

TEST_CASE("every rarer class of three grows, a numeric target has none") {
    std::vector<double> x(61, 1.0);
    std::vector<std::string> y;
    for (int i = 0; i < 61; ++i) y.push_back(i % 10 == 0 ? "a" : i % 3 == 0 ? "b" : "c");
    const Table table{{"x", Column::numeric(x)}, {"y", Column::category(y)}};
    const Resampled made = RandomOverSampler{}.resample(all_but_last(table, "y", Task::multiclass));
    CHECK(rows_of(made, 0) == rows_of(made, 2));
    CHECK(rows_of(made, 1) == rows_of(made, 2));
    const Training number = all_but_last(numbered(10, 3), "w", Task::regression);
    CHECK_THROWS_AS(RandomOverSampler{}.resample(number), DataError);
    CHECK_THROWS_AS(RandomOverSampler{.ratio = 0}.resample(number), OptionError);
    CHECK_THROWS_AS(RandomOverSampler{.ratio = 1.1}.resample(number), OptionError);
}
