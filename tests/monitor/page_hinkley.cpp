#include "gasket/monitor/page_hinkley.hpp"

#include <vector>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("the sum is that of the definition") {
    Random random(1);
    PageHinkley test({.tolerance = 0.05, .threshold = 4, .least = 20});
    std::vector<double> values;
    bool any = false;
    for (int i = 0; i < 400; ++i) {
        values.push_back(random.uniform() + (i > 200 ? 0.3 : 0));
        const bool alarm = test.add(values.back());
        // all of it anew: the sum of x - (mean up to x) - tolerance, less its least value (0 at the start)
        double sum = 0;
        double least = 0;
        double total = 0;
        for (std::size_t k = 0; k < values.size(); ++k) {
            total += values[k];
            sum += values[k] - total / static_cast<double>(k + 1) - 0.05;
            least = std::min(least, sum);
        }
        CHECK(alarm == (values.size() >= 20 && sum - least > 4));
        if (alarm) {
            any = true;
            values.clear();
            CHECK(is_missing(test.mean()));
        } else {
            CHECK(test.risen() == Approx(sum - least).margin(1e-10));
            CHECK(test.mean() == Approx(total / static_cast<double>(values.size())));
        }
    }
    CHECK(any);
    CHECK(test.seen() == 400);
}

TEST_CASE("a rise of the errors is found about when the documentation says, and a fall is none") {
    Random random(2);
    double delay = 0;
    for (int round = 0; round < 100; ++round) {
        PageHinkley test;
        for (int i = 0; i < 5000; ++i) test.add(random.uniform() < 0.2 ? 1 : 0);
        CHECK(test.alarms() <= 1);
        while (!test.add(random.uniform() < 0.3 ? 1 : 0)) delay += 0.01;
    }
    INFO("found after " << delay << " values");
    CHECK(delay > 250);
    CHECK(delay < 500);
    PageHinkley falling;
    for (int i = 0; i < 5000; ++i) falling.add(random.uniform() < (i < 2500 ? 0.4 : 0.2) ? 1 : 0);
    CHECK(falling.alarms() == 0);
}

TEST_CASE("where nothing changes, a false alarm comes about every 360,000 values") {
    Random random(3);
    PageHinkley test;
    for (int i = 0; i < 3'000'000; ++i) test.add(random.uniform() < 0.2 ? 1 : 0);
    INFO(test.alarms() << " alarms in 3,000,000 values");
    CHECK(test.alarms() >= 1);
    CHECK(test.alarms() <= 25);
}

TEST_CASE("a test that was saved goes on as if it had not been") {
    Random random(4);
    PageHinkley test({.tolerance = 0.01, .threshold = 10, .least = 30});
    for (int i = 0; i < 500; ++i) test.add(random.uniform());
    PageHinkley again = PageHinkley::from_json(Json::parse(test.to_json().dump()));
    CHECK(again.to_json() == test.to_json());
    for (int i = 0; i < 500; ++i) {
        const double x = random.uniform() + 0.2;
        CHECK(again.add(x) == test.add(x));
    }
    CHECK(test.alarms() > 0);
    CHECK(again.to_json() == test.to_json());
}

TEST_CASE("bad values, options and documents are errors") {
    PageHinkley test;
    CHECK_THROWS_AS(test.add(missing), DataError);
    CHECK_THROWS_AS(PageHinkley({.tolerance = -1}), OptionError);
    CHECK_THROWS_AS(PageHinkley({.threshold = 0}), OptionError);
    CHECK_THROWS_AS(PageHinkley({.least = 0}), OptionError);
    test.add(1);
    Json bad = test.to_json();
    bad["least_sum"] = 5;
    CHECK_THROWS_AS(PageHinkley::from_json(bad), ArtifactError);
    bad = test.to_json();
    bad["mean"] = nullptr;
    CHECK_THROWS_AS(PageHinkley::from_json(bad), ArtifactError);
}

TEST_CASE("there is no alarm before the least number of values") {
    PageHinkley test({.tolerance = 0, .threshold = 1, .least = 50});
    for (int i = 0; i < 49; ++i) CHECK_FALSE(test.add(i < 10 ? 0 : 5));
    CHECK(test.risen() > 1);
    CHECK(test.add(5));
}
