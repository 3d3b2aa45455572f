#include "gasket/monitor/concept_drift.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

namespace {
constexpr std::int64_t day = 86400;
constexpr std::int64_t start = 1700006400;  // 2023-11-15, midnight

/// `rows` a day from `first` to before `last`: probabilities between 0.1 and 0.3, labels `factor` as often.
void live(ConceptDrift& watch, std::int64_t first, std::int64_t last, std::size_t rows, double factor,
          Random& random) {
    for (std::int64_t d = first; d < last; ++d) {
        for (std::size_t r = 0; r < rows; ++r) {
            const double p = 0.1 + 0.2 * random.uniform();
            watch.add(start + d * day + 40 * static_cast<std::int64_t>(r), p,
                      random.uniform() < factor * p ? 1.0 : 0.0);
        }
    }
}
}  // namespace

TEST_CASE("rates are those of the latest fourteen days, by hand") {
    ConceptDrift watch;
    for (int i = 0; i < 200; ++i) watch.add(start, 0.5, 1);  // day 0
    for (int i = 0; i < 300; ++i) watch.add(start + 13 * day + day - 1, 0.2, i < 60 ? 1 : 0);
    RateShift now = watch.verdict();
    CHECK(now.labels == 500);
    CHECK(now.predicted_rate == Approx((200 * 0.5 + 300 * 0.2) / 500));
    CHECK(now.observed_rate == Approx(260.0 / 500));
    CHECK(now.relative == Approx(260.0 / 160 - 1));
    CHECK(now.chance == Approx((2.5758293035489 * std::sqrt(200 * 0.25 + 300 * 0.16) + 0.5) / 160));
    CHECK(now.status == DriftStatus::drift);
    CHECK(now.last_day - now.first_day == 13);

    watch.add(start + 14 * day, 0.2, 0);  // day 0 leaves the window
    now = watch.verdict();
    CHECK(now.labels == 301);
    CHECK(now.predicted_rate == Approx(0.2));
    CHECK(now.status == DriftStatus::stable);
    watch.add(start + 5, 0.2, 1);
    CHECK(watch.verdict().too_late == 1);
    CHECK(watch.verdict().labels == 301);
    watch.add(start + day, 0.2, 1);  // late, but of a day within the window
    CHECK(watch.verdict().labels == 302);
    const std::vector<RatesOfDay> days = watch.by_day();
    REQUIRE(days.size() == 3);
    CHECK(days[1].day == start / day + 13);
    CHECK(days[1].labels == 300);
    CHECK(days[1].predicted_rate == Approx(0.2));
    CHECK(days[1].observed_rate == Approx(0.2));
}

TEST_CASE("days before 1970 are whole days too") {
    ConceptDrift watch({.days = 1});
    watch.add(-1, 0.5, 1);
    watch.add(-day, 0.5, 1);
    CHECK(watch.verdict().labels == 2);
    watch.add(0, 0.5, 1);
    CHECK(watch.verdict().labels == 1);
}

TEST_CASE("the bands: half of the critical difference, and all of it, where labels are many") {
    const auto verdict_of = [](int positives, ConceptDriftOptions options = {}) {
        ConceptDrift watch(options);
        for (int i = 0; i < 100000; ++i) watch.add(start, 0.2, i < positives ? 1 : 0);
        return watch.verdict();
    };
    CHECK(verdict_of(20000).status == DriftStatus::stable);
    CHECK(verdict_of(21400).status == DriftStatus::stable);  // beyond chance, but 7 %
    CHECK(verdict_of(21600).status == DriftStatus::moderate);
    CHECK(verdict_of(18400).status == DriftStatus::moderate);
    CHECK(verdict_of(22900).status == DriftStatus::moderate);
    CHECK(verdict_of(23100).status == DriftStatus::drift);
    CHECK(verdict_of(16900).status == DriftStatus::drift);
    CHECK(verdict_of(23100).summary() ==
          "concept drift: 20.0 % predicted, 23.1 % observed (+15.5 %) on 100,000 labels; beyond 15 %, and "
          "chance alone reaches 1.6 %");
    CHECK(verdict_of(23100, {.critical = 0.4}).status == DriftStatus::stable);
    // a model with class weights says 20 % where 10 % are positive
    CHECK(verdict_of(10000).status == DriftStatus::drift);
    CHECK(verdict_of(10000, {.expected_ratio = 0.5}).status == DriftStatus::stable);
}

TEST_CASE("few labels raise no alarm, and say why") {
    ConceptDrift watch;
    for (int i = 0; i < 99; ++i) watch.add(start, 0.2, 1);
    CHECK(watch.verdict().status == DriftStatus::insufficient);
    CHECK(watch.verdict().summary().find("too few for a verdict") != std::string::npos);
    ConceptDrift some;
    for (int i = 0; i < 150; ++i) some.add(start, 0.2, i < 36 ? 1 : 0);  // 20 % more than predicted
    CHECK(some.verdict().relative == Approx(0.2));
    CHECK(some.verdict().status == DriftStatus::stable);
    CHECK(some.verdict().summary().find("more than 15 %, but chance alone reaches 43.7 %") !=
          std::string::npos);
    CHECK(ConceptDrift{}.verdict().status == DriftStatus::insufficient);
    CHECK(ConceptDrift{}.verdict().summary() == "insufficient: 0 labels");
}

TEST_CASE(
    "of 400 stretches without drift few are called drift, of 200 where a third more turn out, nearly all") {
    Random random(3);
    int alarms[2] = {0, 0};
    for (int round = 0; round < 400; ++round) {
        ConceptDrift watch;
        live(watch, 0, 14, 40, 1, random);
        alarms[0] += watch.verdict().status == DriftStatus::drift ? 1 : 0;
    }
    for (int round = 0; round < 200; ++round) {
        ConceptDrift watch;
        live(watch, 0, 14, 100, 1.33, random);
        alarms[1] += watch.verdict().status == DriftStatus::drift ? 1 : 0;
    }
    INFO(alarms[0] << " false, " << alarms[1] << " found");
    CHECK(alarms[0] <= 8);
    CHECK(alarms[1] >= 190);
}

TEST_CASE("a watch that was saved goes on as if it had not been") {
    Random random(5);
    ConceptDrift watch({.days = 3, .critical = 0.1});
    live(watch, 0, 5, 50, 1, random);
    ConceptDrift again = ConceptDrift::from_json(Json::parse(watch.to_json().dump()));
    CHECK(again.to_json() == watch.to_json());
    for (ConceptDrift* const w : {&watch, &again}) {
        Random same(6);
        live(*w, 4, 8, 30, 1.5, same);
    }
    CHECK(again.to_json() == watch.to_json());
    CHECK(again.verdict().to_json() == watch.verdict().to_json());
    CHECK(watch.to_json()["days"].size() == 3);  // nothing of the days before is kept
}

TEST_CASE("bad rows, options and documents are errors") {
    ConceptDrift watch;
    CHECK_THROWS_AS(watch.add(start, 1.1, 0), DataError);
    CHECK_THROWS_AS(watch.add(start, missing, 0), DataError);
    CHECK_THROWS_AS(watch.add(start, 0.5, 0.5), DataError);
    CHECK_THROWS_AS(ConceptDrift({.days = 0}), OptionError);
    CHECK_THROWS_AS(ConceptDrift({.critical = 0}), OptionError);
    CHECK_THROWS_AS(ConceptDrift({.level = 1}), OptionError);
    CHECK_THROWS_AS(ConceptDrift({.least_labels = 0}), OptionError);
    CHECK_THROWS_AS(ConceptDrift({.expected_ratio = 0}), OptionError);
    watch.add(start, 0.5, 1);
    watch.add(start + day, 0.5, 1);
    const Json good = watch.to_json();
    const auto broken = [&](const char* key, Json value) {
        Json bad = good;
        bad["days"][1][key] = std::move(value);
        return bad;
    };
    CHECK_THROWS_AS(ConceptDrift::from_json(broken("day", 0)), ArtifactError);
    CHECK_THROWS_AS(ConceptDrift::from_json(broken("day", 30000)), ArtifactError);
    CHECK_THROWS_AS(ConceptDrift::from_json(broken("positives", 2)), ArtifactError);
    CHECK_THROWS_AS(ConceptDrift::from_json(broken("variance", -1)), ArtifactError);
    CHECK_THROWS_AS(ConceptDrift::from_json(broken("labels", "x")), ArtifactError);
    CHECK_THROWS_AS(ConceptDrift::from_json(Json::array()), ArtifactError);
}
