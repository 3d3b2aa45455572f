#include "gasket/evaluate/slices.hpp"

#include <sstream>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

namespace {

const Target two{"churn", Task::binary, {"no", "yes"}};

/// Scores that are as good everywhere, but guesses where the country is Spain and the age above 50.
struct Weakness {
    Numbers truth, score;
    Table table;
    explicit Weakness(bool anywhere, std::size_t n = 3000) {
        Random random(4);
        Numbers age, noise;
        std::vector<std::string> country;
        for (std::size_t i = 0; i < n; ++i) {
            age.push_back(static_cast<double>(20 + random.below(60)));
            noise.push_back(random.normal());
            country.push_back(random.below(3) == 0 ? "Spain" : random.below(2) == 0 ? "France" : "Italy");
            truth.push_back(random.uniform() < 0.3 ? 1 : 0);
            const bool weak = anywhere && country.back() == "Spain" && age.back() > 50;
            score.push_back(sigmoid((weak ? 0 : 2 * truth.back() - 1) + random.normal()));
        }
        table = Table{{"age", Column::numeric(age)},
                      {"noise", Column::numeric(noise)},
                      {"country", Column::category(country)}};
    }
    [[nodiscard]] ScoredRows rows() const { return {two, truth, score}; }
};

}  // namespace

TEST_CASE("the segment in which a model is weak comes first") {
    const Weakness w(true);
    const Slices single = slices(w.rows(), w.table);
    CHECK(single.slices.size() == 11);
    REQUIRE(single.weak() >= 1);
    CHECK(single.slices[0].name == "country is Spain");
    CHECK(single.slices[0].weak);
    const Slices pairs = slices(w.rows(), w.table, {.pairs = true});
    const auto both = std::find_if(pairs.slices.begin(), pairs.slices.end(), [](const Slice& s) {
        return s.name.starts_with("age > 6") && s.name.ends_with(", country is Spain");
    });
    INFO(pairs);
    REQUIRE(both < pairs.slices.begin() + 4);
    CHECK(both->weak);
    CHECK(both->worse_by == Approx(both->rest - both->metric.value));
    CHECK(both->metric.value < 0.6);
    CHECK(both->metric.high < pairs.overall);
    for (std::size_t i = 1; i < pairs.slices.size(); ++i) {
        CHECK(pairs.slices[i - 1].p_value <= pairs.slices[i].p_value);
        CHECK(pairs.slices[i].adjusted >= pairs.slices[i].p_value);
    }
}

TEST_CASE("where there is no weakness, none is found") {
    const Weakness w(false);
    CHECK(slices(w.rows(), w.table, {.pairs = true}).weak() == 0);
}

TEST_CASE("any metric is sliced, at any number of threads alike") {
    const Weakness w(true, 1200);
    const SliceOptions options{.metric = log_loss_metric, .columns = {"country"}, .resamples = 100};
    set_threads(1);
    const Json alone = slices(w.rows(), w.table, options).to_json();
    set_threads(3);
    const Slices found = slices(w.rows(), w.table, options);
    set_threads(0);
    CHECK(found.to_json() == alone);
    CHECK(found.slices[0].name == "country is Spain");
    CHECK(found.slices[0].worse_by > 0);
    CHECK(found.slices[0].metric.value > found.overall);
    // weights: the AUC too is then resampled
    const Numbers weights(1200, 1.0);
    ScoredRows weighted = w.rows();
    weighted.weights = weights;
    const Slices plain = slices(w.rows(), w.table, {.columns = {"country"}});
    const Slices resampled = slices(weighted, w.table, {.columns = {"country"}});
    CHECK(resampled.slices[0].metric.value == Approx(plain.slices[0].metric.value).epsilon(1e-12));
    CHECK(resampled.slices[0].metric.standard_error ==
          Approx(plain.slices[0].metric.standard_error).epsilon(0.2));
}

TEST_CASE("segments that cannot be judged are counted") {
    Weakness w(false, 400);
    std::vector<std::string> kind(400, "common");
    for (std::size_t i = 0; i < 60; ++i) kind[i] = "calm", w.truth[i] = 0;
    for (std::size_t i = 60; i < 90; ++i) kind[i] = "rare";
    const Slices found =
        slices(w.rows(), w.table.with("kind", Column::category(kind)), {.columns = {"kind"}});
    CHECK(found.too_small == 1);
    CHECK(found.without_value == 1);
    CHECK(found.slices.size() == 1);
    std::ostringstream out;
    out << found;
    CHECK(out.str().find("not judged: 1 too small, 1 in which") != std::string::npos);
    CHECK(found.to_json()["slices"][0]["segment"] == "kind is common");
}

TEST_CASE("slices of another table, metric or option are errors") {
    const Weakness w(false, 100);
    CHECK_THROWS_AS(slices(w.rows(), w.table.head(50)), DataError);
    CHECK_THROWS_AS(slices(w.rows(), w.table, {.columns = {"nobody"}}), SchemaError);
    CHECK_THROWS_AS(slices(w.rows(), w.table, {.metric = rmse_metric}), OptionError);
    CHECK_THROWS_AS(slices(w.rows(), w.table, {.bins = 1}), OptionError);
    CHECK_THROWS_AS(slices(w.rows(), w.table, {.min_rows = 1}), OptionError);
    CHECK_THROWS_AS(slices(w.rows(), w.table, {.false_discoveries = 0}), OptionError);
}
