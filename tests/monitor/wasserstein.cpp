#include "gasket/monitor/wasserstein.hpp"

#include "gasket/core/random.hpp"
#include "gasket/monitor/frozen_bins.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

namespace {
Wasserstein by_cells(const Numbers& training, const Numbers& live, const Beyond& beyond = {}) {
    const FrozenBins bins = FrozenBins::of(training);
    return wasserstein_of_cells(bins.grid(), bins.count_cells(training), bins.count_cells(live), beyond);
}
Numbers normal(std::size_t n, double mean, std::uint64_t seed, double step = 0) {
    Random random(seed);
    Numbers out(n);
    for (double& x : out) {
        x = mean + 10 * random.normal();
        if (step > 0) x = std::round(x / step) * step;
    }
    return out;
}
}  // namespace

TEST_CASE("the distance of two samples is that of SciPy") {
    const nlohmann::json stored = testing_support::reference("distances");
    for (const auto& c : stored["samples"]) {
        auto a = c["a"].get<Numbers>();
        auto b = c["b"].get<Numbers>();
        const double distance = c["distance"];
        const double deviation = c["deviation"];
        CHECK(wasserstein(a, b).distance == Approx(distance).epsilon(1e-12));
        if (deviation > 0) CHECK(wasserstein(a, b).in_deviations == Approx(distance / deviation));
        a.push_back(missing);
        b.insert(b.begin(), HUGE_VAL);
        CHECK(wasserstein(a, b).distance == Approx(distance).epsilon(1e-12));
    }
    CHECK(is_missing(wasserstein(Numbers{missing}, Numbers{1}).distance));
    CHECK(wasserstein(Numbers{5}, Numbers{7}).distance == 2);
    CHECK(is_missing(wasserstein(Numbers{5}, Numbers{7}).in_deviations));
}

TEST_CASE("by cells it is exact for few values, and near for many") {
    Numbers few = normal(3000, 50, 1, 1);
    Numbers live = normal(700, 53, 2, 1);
    for (Numbers* const values : {&few, &live}) {
        for (double& x : *values) x = std::clamp(x, 30.0, 70.0);
    }
    live[3] = missing;
    CHECK(by_cells(few, live).distance == Approx(wasserstein(few, live).distance).epsilon(1e-10));
    CHECK(by_cells(few, live).in_deviations == Approx(wasserstein(few, live).in_deviations).epsilon(1e-10));
    CHECK(by_cells(few, few).distance == 0);

    const Numbers many = normal(20000, 0, 3);
    for (const double shift : {0.5, 2.0, 5.0, -7.0}) {
        Numbers moved = normal(4000, shift, 4);
        const double end = *std::max_element(many.begin(), many.end());
        const double start = *std::min_element(many.begin(), many.end());
        for (double& x : moved) x = std::clamp(x, start, end);
        const Wasserstein exact = wasserstein(many, moved);
        CHECK(by_cells(many, moved).distance == Approx(exact.distance).epsilon(0.02).margin(0.05));
        CHECK(by_cells(many, moved).in_deviations / by_cells(many, moved).distance ==
              Approx(0.1).epsilon(0.02));
    }
}

TEST_CASE("values outside the range count from its end, or from where they are said to be") {
    const Numbers training{0, 1, 2, 3, 4};
    const Numbers live{-10, 1, 2, 3, 24};
    const double exact = wasserstein(training, live).distance;
    CHECK(exact == Approx(6));
    CHECK(by_cells(training, live).distance == Approx(0).margin(1e-15));
    Beyond beyond;
    for (const double x : {missing, -10.0, 2.0, HUGE_VAL, -HUGE_VAL}) beyond.add(x, 0, 4);
    CHECK(beyond.value() == 10);
    Beyond other;
    other.add(24, 0, 4);
    beyond.merge(other);
    CHECK(by_cells(training, live, beyond).distance == Approx(exact));
    const Numbers constant(50, 3.0);
    Beyond above;
    above.add(4, 3, 3);
    above.add(5, 3, 3);
    CHECK(by_cells(constant, Numbers{4, 5}, above).distance == Approx(1.5));
    CHECK(is_missing(by_cells(constant, Numbers{4, 5}).in_deviations));
}

TEST_CASE("without a grid or rows there is no distance") {
    CHECK(is_missing(by_cells(Numbers{1, 2}, Numbers{missing}).distance));
    CHECK(is_missing(wasserstein_of_cells({}, {}, {}).distance));
}

TEST_CASE("where the distribution functions cross within a gap, both sides count") {
    // half at 0 and half at 10 against rows spread evenly between: a quarter of 10 on the mean
    const std::vector<double> points{0, 10};
    const std::vector<std::uint64_t> ends{0, 0, 1, 0, 1, 0};
    const std::vector<std::uint64_t> between{0, 0, 0, 2, 0, 0};
    CHECK(wasserstein_of_cells(points, ends, between).distance == Approx(2.5));
    CHECK(wasserstein_of_cells(points, ends, between).in_deviations == Approx(0.5));
}
