#include "gasket/prepare/random_under_sampler.hpp"

#include "support/catch.hpp"
#include "support/resampling.hpp"

using namespace gasket;
using testing_support::all_but_last;
using testing_support::numbered;
using testing_support::rows_of;

TEST_CASE(
    "the larger class shrinks to a sample without repetition, the smaller one stays whole, order and weights "
    "too") {
    const Training training = all_but_last(numbered(101, 20), "y", Task::binary, "w");
    const Resampled made = RandomUnderSampler{}.resample(training);
    CHECK(rows_of(made, 0) == 20);
    CHECK(rows_of(made, 1) == 20);
    REQUIRE(made.features.rows() == 40);
    for (std::size_t r = 0; r < 40; ++r) {
        const double row = made.features[0][r];
        if (r > 0) CHECK(row > made.features[0][r - 1]);
        CHECK(made.labels[r] == (row < 20 ? 1 : 0));
        CHECK(made.weights[r] == 1 + static_cast<double>(static_cast<int>(row) % 7));
    }
    CHECK(made.features[0][39] > 60);  // not just the first rows
    CHECK(testing_support::bits_of(RandomUnderSampler{.seed = 1}.resample(training).features) !=
          testing_support::bits_of(made.features));
}

TEST_CASE("a ratio below 1 keeps more, one that is met keeps all") {
    const Training training = all_but_last(numbered(101, 20), "y");
    CHECK(rows_of(RandomUnderSampler{.ratio = 0.5}.resample(training), 0) == 40);
    CHECK(rows_of(RandomUnderSampler{.ratio = 0.25}.resample(training), 0) == 80);
    CHECK(rows_of(RandomUnderSampler{.ratio = 0.01}.resample(training), 0) == 80);
    CHECK_THROWS_AS(RandomUnderSampler{.ratio = missing}.resample(training), OptionError);
}
