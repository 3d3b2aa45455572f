#include "gasket/prepare/quantile_transformer.hpp"

#include "gasket/core/random.hpp"
#include "support/real_data.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::transform;
using testing_support::values_of;

TEST_CASE("the quantile transformer gives what scikit-learn's gives on real columns") {
    const auto reference = testing_support::reference("scalers");
    testing_support::agrees_on_real_data(QuantileTransformer{.quantiles = 500}, reference, "quantile_500",
                                         1e-12);
    // where a value sits within 1e-7 of an end, the normal quantile is steep: the last digits differ more
    testing_support::agrees_on_real_data(QuantileTransformer{.quantiles = 50, .output = Spread::normal},
                                         reference, "quantile_50_normal", 1e-10);
}

TEST_CASE("only the order counts: a monotone change of the column changes nothing") {
    Random random(2);
    std::vector<double> x, y;
    for (int i = 0; i < 300; ++i) {
        x.push_back(random.normal());
        y.push_back(std::exp(5 * x.back()));
    }
    const auto training = learn_from(Table{{"x", Column::numeric(x)}, {"y", Column::numeric(y)}});
    const Features out =
        transform(QuantileTransformer{}.fit(training), detail::to_features(training.table()));
    for (std::size_t r = 0; r < x.size(); ++r)
        CHECK(values_of(out, "x")[r] == Approx(values_of(out, "y")[r]).margin(1e-12));
}

TEST_CASE("live values beyond the ends take the ends, missing and unknown columns stay missing") {
    const auto training = learn_from(Table{{"x", Column::numeric({1, 2, 2, 3, missing})},
                                           {"none", Column::numeric(std::vector<double>(5, missing))},
                                           {"same", Column::numeric({4, 4, 4, 4, 4})}});
    const auto fitted = QuantileTransformer{}.fit(training);
    Features live(4);
    live.add({"x", nullptr, {"x"}}, std::vector<double>{-9, 9, missing, 2});
    live.add({"none", nullptr, {"none"}}, std::vector<double>{1, 2, missing, 3});
    live.add({"same", nullptr, {"same"}}, std::vector<double>{4, 5, 3, missing});
    const auto x = values_of(transform(fitted, live), "x");
    CHECK(x[0] == 0);
    CHECK(x[1] == 1);
    CHECK(is_missing(x[2]));
    CHECK(x[3] == Approx(0.5));
    CHECK(is_missing(values_of(transform(fitted, live), "none")[0]));
    CHECK(fitted.notes().size() == 1);
    CHECK(keeps_the_laws(fitted, live));
    const auto normal = QuantileTransformer{.output = Spread::normal}.fit(training);
    CHECK(values_of(transform(normal, live), "x")[1] == Approx(5.199337582605575).epsilon(1e-9));
    CHECK(values_of(transform(normal, live), "x")[0] == Approx(-5.199337582605575).epsilon(1e-9));
    CHECK(keeps_the_laws(normal, live));
}

TEST_CASE("options and stored forms of the quantile transformer are checked") {
    const auto training = learn_from(Table{{"x", Column::numeric({1, 2, 3})}});
    CHECK_THROWS_AS(QuantileTransformer{.quantiles = 1}.fit(training), OptionError);
    CHECK_THROWS_AS(QuantileTransformer{.quantiles = 100001}.fit(training), OptionError);
    const Layout in = detail::to_features(training.table()).layout();
    const auto read = [&](const char* key, const Json& value) {
        Json json = QuantileTransformer{}.fit(training).to_json();
        json["features"][0][key] = value;
        return Fitted<QuantileTransformer>::from_json(detail::Fields(json, "stage"), in);
    };
    CHECK_NOTHROW(read("output", "normal"));
    CHECK_THROWS_AS(read("output", "even"), ArtifactError);
    CHECK_THROWS_AS(read("quantiles", {1}), ArtifactError);
    CHECK_THROWS_AS(read("quantiles", {1, 3, 2}), ArtifactError);
    CHECK_THROWS_AS(read("quantiles", {1, nullptr}), ArtifactError);
}
