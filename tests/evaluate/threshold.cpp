#include "gasket/evaluate/threshold.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

namespace {
struct Rows {
    Numbers truth, score;
};
Rows rows(std::size_t n, std::uint64_t seed, bool ties) {
    Random random(seed);
    Rows out;
    for (std::size_t i = 0; i < n; ++i) {
        out.truth.push_back(random.uniform() < 0.3 ? 1 : 0);
        const double s = 0.3 * out.truth.back() + 0.7 * random.uniform();
        out.score.push_back(ties ? std::round(s * 10) / 10 : s);
    }
    return out;
}
/// The best value over every threshold that decides differently, tried one by one.
template <class Worth>
double brute_force(const Rows& r, const Worth& worth) {
    double best = worth(confusion_at(r.truth, r.score, 2.0));
    for (const double s : r.score) best = std::max(best, worth(confusion_at(r.truth, r.score, s)));
    return best;
}
}  // namespace

TEST_CASE("the best threshold is as good as the best of all tried one by one") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Rows r = rows(60, seed, seed % 2 == 0);
        for (const Metric& metric : {f1, f2, balanced_accuracy, mcc, accuracy}) {
            INFO(metric.name << " seed " << seed);
            const ThresholdChoice choice = best_threshold(r.truth, r.score, metric);
            CHECK(choice.value == Approx(brute_force(r, metric.of_decisions)).epsilon(1e-12));
            const Confusion at = confusion_at(r.truth, r.score, choice.threshold);
            CHECK(metric.of_decisions(at) == Approx(choice.value).epsilon(1e-12));
            CHECK(at.decided_rate() == Approx(choice.decided_rate));
        }
    }
}

TEST_CASE("the most valuable threshold is worth the most") {
    const Utility utility{.tp = 190, .fp = -50, .fn = -200, .tn = 0};
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Rows r = rows(60, seed, seed % 2 == 0);
        const ThresholdChoice choice = most_valuable_threshold(r.truth, r.score, utility);
        std::int64_t at_choice = 0;
        for (const std::int64_t v : row_values(utility, r.truth, r.score, choice.threshold)) at_choice += v;
        const ValueCurve curve = value_curve(utility, r.truth, r.score);
        CHECK(at_choice == *std::max_element(curve.values.begin(), curve.values.end()));
        CHECK(static_cast<double>(at_choice) == choice.value);
    }
    const Utility costly{.tp = -10, .fp = -50, .fn = 0, .tn = 0};
    const Rows r = rows(60, 1, false);
    CHECK(most_valuable_threshold(r.truth, r.score, costly).decided_rate == 0);
}

TEST_CASE("the cheapest threshold costs as little as the best of all tried one by one") {
    const CostMatrix costs{.tn = -0.1, .fp = 1, .fn = 5, .tp = 0.5};
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Rows r = rows(60, seed, seed % 2 == 0);
        const ThresholdChoice choice = cheapest_threshold(r.truth, r.score, costs);
        CHECK(choice.criterion == "cost");
        CHECK(choice.value ==
              Approx(-brute_force(r, [&](const Confusion& c) { return -costs.of(c); })).epsilon(1e-12));
        CHECK(costs.of(confusion_at(r.truth, r.score, choice.threshold)) == Approx(choice.value));
    }
    // Acting on nobody is free here, and the only threshold with that cost.
    const ThresholdChoice nobody = cheapest_threshold(Numbers{0, 0}, Numbers{0.4, 0.6}, CostMatrix{});
    CHECK(nobody.decided_rate == 0);
    CHECK(nobody.value == 0);
    CHECK_FALSE(std::signbit(nobody.value));
    CHECK(CostMatrix{.tn = 1, .fp = 10, .fn = 100, .tp = 1000}.of({.tn = 1, .fp = 2, .fn = 3, .tp = 4}) ==
          4321);
    for (const CostMatrix& bad : {CostMatrix{.tn = missing}, CostMatrix{.fp = missing},
                                  CostMatrix{.fn = HUGE_VAL}, CostMatrix{.tp = missing}}) {
        CHECK_THROWS_AS(cheapest_threshold(Numbers{0, 1}, Numbers{0.4, 0.6}, bad), OptionError);
    }
}

TEST_CASE("a row of weight three moves the threshold as three rows do") {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const Rows r = rows(40, seed, false);
        Rows repeated = r;
        Numbers weights(40, 1);
        for (std::size_t i = 0; i < 40; i += 4) {
            weights[i] = 3;
            for (int twice = 0; twice < 2; ++twice) {
                repeated.truth.push_back(r.truth[i]);
                repeated.score.push_back(r.score[i]);
            }
        }
        const CostMatrix costs{.fp = 1, .fn = 3};
        CHECK(cheapest_threshold(r.truth, r.score, costs, weights).threshold ==
              cheapest_threshold(repeated.truth, repeated.score, costs).threshold);
        CHECK(best_threshold(r.truth, r.score, f1, weights).threshold ==
              best_threshold(repeated.truth, repeated.score, f1).threshold);
    }
}

TEST_CASE("fractional weights never leave an outcome below nothing") {
    // A metric that is undefined for an outcome of less than 0 must be asked about all thresholds.
    const Metric least_missed{.name = "least_missed", .of_decisions = [](const Confusion& c) {
                                  return c.fn < 0 || c.tn < 0 ? missing : -std::sqrt(c.fn);
                              }};
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const Rows r = rows(30, seed, false);
        Random random(seed);
        Numbers weights;
        for (std::size_t i = 0; i < 30; ++i) weights.push_back(3 * random.uniform());
        CHECK(best_threshold(r.truth, r.score, least_missed, weights).value == 0);
    }
}

TEST_CASE("a metric without a value at any threshold is an error") {
    const Metric nothing{.name = "nothing", .of_decisions = [](const Confusion&) { return missing; }};
    CHECK_THROWS_AS(best_threshold(Numbers{0, 1}, Numbers{0.1, 0.9}, nothing), DataError);
}

TEST_CASE("recall at a precision: no threshold with that precision finds more") {
    const Rows r = rows(200, 3, false);
    const auto choice = threshold_at_precision(r.truth, r.score, 0.6);
    REQUIRE(choice);
    const Confusion at = confusion_at(r.truth, r.score, choice->threshold);
    CHECK(at.precision() >= 0.6);
    CHECK(at.recall() == brute_force(r, [](const Confusion& c) {
              return c.tp > 0 && c.precision() >= 0.6 ? c.recall() : 0;
          }));
    CHECK_FALSE(threshold_at_precision(Numbers{0, 1}, Numbers{0.9, 0.1}, 0.9));
    CHECK_THROWS_AS(threshold_at_precision(r.truth, r.score, 0), OptionError);
}

TEST_CASE("a metric of scores has no best threshold") {
    CHECK_THROWS_AS(best_threshold(Numbers{0, 1}, Numbers{0.1, 0.9}, auc), OptionError);
}

TEST_CASE("the threshold lies between two scores, so that last digits do not matter") {
    const ThresholdChoice choice = best_threshold(Numbers{0, 0, 1, 1}, Numbers{0.1, 0.2, 0.6, 0.9}, f1);
    CHECK(choice.threshold == Approx(0.4));
}
