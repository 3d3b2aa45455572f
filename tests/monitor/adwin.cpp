#include "gasket/monitor/adwin.hpp"

#include <cmath>
#include <deque>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("the window's width, mean and variance are those of the latest values") {
    Random random(1);
    Adwin window;
    std::vector<double> all;
    for (int i = 0; i < 5000; ++i) {
        all.push_back(random.uniform());
        window.add(all.back());
        if (i % 61 != 0) continue;
        const auto n = static_cast<std::size_t>(window.width());
        REQUIRE(n <= all.size());
        double mean = 0;
        double squares = 0;
        for (std::size_t k = all.size() - n; k < all.size(); ++k) mean += all[k] / static_cast<double>(n);
        for (std::size_t k = all.size() - n; k < all.size(); ++k)
            squares += (all[k] - mean) * (all[k] - mean) / static_cast<double>(n);
        CHECK(window.mean() == Approx(mean).epsilon(1e-10));
        CHECK(window.variance() == Approx(squares).epsilon(1e-10).margin(1e-14));
    }
    CHECK(window.width() == 5000);
    CHECK(window.changes() == 0);
}

TEST_CASE("memory grows with the logarithm of the width") {
    Adwin window;
    for (int i = 0; i < 200000; ++i) window.add(i % 4 == 0 ? 1 : 0);
    CHECK(window.width() == 200000);
    CHECK(window.held() <= 5 * 17);
    CHECK(window.mean() == 0.25);
}

TEST_CASE("a change is found, and the window then holds what came after it") {
    Random random(7);
    int late = 0;
    for (int round = 0; round < 50; ++round) {
        Adwin window;
        for (int i = 0; i < 3000; ++i) window.add(random.uniform() < 0.2 ? 1 : 0);
        window = Adwin::from_json(window.to_json());
        int delay = 0;
        while (delay < 1000 && !window.add(random.uniform() < 0.4 ? 1 : 0)) ++delay;
        late += delay > 500 ? 1 : 0;
        for (int i = 0; i < 1000; ++i) window.add(random.uniform() < 0.4 ? 1 : 0);
        CHECK(window.mean() == Approx(0.4).margin(0.08));
        CHECK(window.width() < 2500);
        CHECK(window.width() >= 900);
    }
    CHECK(late == 0);
}

TEST_CASE("errors that fall are a change as well") {
    Random random(8);
    Adwin window;
    for (int i = 0; i < 2000; ++i) window.add(random.uniform() < 0.5 ? 1 : 0);
    for (int i = 0; i < 1000; ++i) window.add(random.uniform() < 0.2 ? 1 : 0);
    CHECK(window.changes() >= 1);
    CHECK(window.mean() == Approx(0.2).margin(0.05));
}

TEST_CASE("where nothing changes, alarms are rare") {
    Random random(9);
    std::uint64_t alarms = 0;
    for (int round = 0; round < 100; ++round) {
        Adwin window;
        for (int i = 0; i < 5000; ++i) window.add(random.uniform() < 0.2 ? 1 : 0);
        alarms += window.changes() > 0 ? 1 : 0;
    }
    INFO(alarms << " of 100 streams of 5,000 values");
    CHECK(alarms <= 5);
    // as many values without any noise raise none at all
    Adwin constant;
    for (int i = 0; i < 5000; ++i) constant.add(1);
    CHECK(constant.changes() == 0);
    CHECK(constant.variance() == 0);
}

TEST_CASE("the options count") {
    const auto delay_of = [](const AdwinOptions& options) {
        Random random(10);
        Adwin window(options);
        for (int i = 0; i < 1024; ++i) window.add(random.uniform() < 0.2 ? 1 : 0);
        int delay = 0;
        while (delay < 2000 && !window.add(random.uniform() < 0.45 ? 1 : 0)) ++delay;
        return delay;
    };
    CHECK(delay_of({.delta = 0.05}) < delay_of({.delta = 1e-8}));
    CHECK((delay_of({.every = 500}) + 1 + 1024) % 500 == 0);
    CHECK_THROWS_AS(Adwin({.delta = 0}), OptionError);
    CHECK_THROWS_AS(Adwin({.every = 0}), OptionError);
    CHECK_THROWS_AS(Adwin({.buckets = 1}), OptionError);
    CHECK_THROWS_AS(Adwin({.least = 0}), OptionError);
}

TEST_CASE("a window that was saved goes on as if it had not been") {
    Random random(11);
    Adwin window({.delta = 0.01, .every = 10, .buckets = 3, .least = 7});
    for (int i = 0; i < 1234; ++i) window.add(random.uniform() * 0.5);
    Adwin again = Adwin::from_json(Json::parse(window.to_json().dump()));
    CHECK(again.to_json() == window.to_json());
    for (int i = 0; i < 600; ++i) {
        const double x = 0.4 + random.uniform() * 0.6;
        CHECK(again.add(x) == window.add(x));
    }
    CHECK(again.changes() > 0);
    CHECK(again.to_json() == window.to_json());
}

TEST_CASE("bad values and documents are errors") {
    Adwin window;
    CHECK_THROWS_AS(window.add(-0.1), DataError);
    CHECK_THROWS_AS(window.add(std::nan("")), DataError);
    CHECK(is_missing(window.mean()));
    for (int i = 0; i < 20; ++i) window.add(0.5);
    const auto broken = [&](const char* path, Json value) {
        Json bad = window.to_json();
        bad[Json::json_pointer(path)] = std::move(value);
        return bad;
    };
    CHECK_THROWS_AS(Adwin::from_json(broken("/seen", 3)), ArtifactError);
    CHECK_THROWS_AS(Adwin::from_json(broken("/rows/0/0", 1)), ArtifactError);
    CHECK_THROWS_AS(Adwin::from_json(broken("/rows/0/0/0", 7)), ArtifactError);
    CHECK_THROWS_AS(Adwin::from_json(broken("/rows/0", Json::array({1, 2, 3, 4, 5, 6}))), ArtifactError);
    CHECK_THROWS_AS(Adwin::from_json(broken("/rows", std::vector<Json>(60, Json::array()))), ArtifactError);
    CHECK_THROWS_AS(Adwin::from_json(broken("/delta", 2)), OptionError);
}
