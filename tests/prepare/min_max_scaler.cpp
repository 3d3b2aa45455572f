#include "gasket/prepare/min_max_scaler.hpp"

#include "support/real_data.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::transform;
using testing_support::unless_in;
using testing_support::values_of;

TEST_CASE("the min-max scaler gives what scikit-learn's gives on real columns") {
    testing_support::agrees_on_real_data(MinMaxScaler{.low = -1, .high = 3},
                                         testing_support::reference("scalers"), "min_max", 1e-12);
}

TEST_CASE(
    "the least becomes low, the greatest high, and live values beyond are cut off where that was asked for") {
    const Table table{{"x", Column::numeric({2, missing, 6, 3})}, {"same", Column::numeric({7, 7, 7, 7})}};
    const auto training = learn_from(table);
    const auto fitted = MinMaxScaler{}.fit(training);
    const Features in = detail::to_features(training.table());
    const auto x = values_of(transform(fitted, in), "x");
    CHECK(x[0] == 0);
    CHECK(is_missing(x[1]));
    CHECK(x[2] == 1);
    CHECK(x[3] == 0.25);
    CHECK(values_of(transform(fitted, in), "same") == std::vector<double>{0, 0, 0, 0});
    REQUIRE(fitted.notes().size() == 1);
    CHECK(unless_in(fitted.notes()[0], "'same' is constant") == "");
    CHECK(keeps_the_laws(fitted, in));

    Features live(3);
    live.add(in.layout()[0], std::vector<double>{-2, 10, missing});
    live.add(in.layout()[1], std::vector<double>{7, 9, 1});
    CHECK(values_of(transform(fitted, live), "x")[1] == 2);
    const auto clipping = MinMaxScaler{.low = -1, .high = 1, .clip = true}.fit(training);
    const auto cut = values_of(transform(clipping, live), "x");
    CHECK(cut[0] == -1);
    CHECK(cut[1] == 1);
    CHECK(is_missing(cut[2]));
    CHECK(keeps_the_laws(clipping, live));
}

TEST_CASE("only the named columns are scaled, and a name that does not fit is an error") {
    const auto training = learn_from(testing_support::small_bank(50));
    const auto fitted = MinMaxScaler{{"balance", "age"}}.fit(training);
    REQUIRE(fitted.learned().size() == 2);
    CHECK(fitted.learned()[0].feature == "age");
    CHECK(fitted.learned("balance").max > 900);
    CHECK_THROWS_AS((void)fitted.learned("tenure"), SchemaError);
    const Features in = detail::to_features(training.table());
    CHECK(values_of(transform(fitted, in), "tenure")[0] == in[in.layout().index_of("tenure", "test")][0]);
    CHECK(keeps_the_laws(fitted, in));
    CHECK_THROWS_AS(MinMaxScaler{{"agee"}}.fit(training), SchemaError);
    CHECK_THROWS_AS(MinMaxScaler{{"country"}}.fit(training), SchemaError);
    CHECK_THROWS_AS((MinMaxScaler{{"age", "age"}}.fit(training)), OptionError);
}

TEST_CASE("options of the min-max scaler are checked at fit, infinite values refused") {
    const auto training = learn_from(testing_support::small_bank(50));
    CHECK_THROWS_AS((MinMaxScaler{.low = 1, .high = 1}.fit(training)), OptionError);
    CHECK_THROWS_AS(MinMaxScaler{.high = HUGE_VAL}.fit(training), OptionError);
    CHECK_THROWS_AS(MinMaxScaler{}.fit(learn_from(Table{{"x", Column::numeric({1, HUGE_VAL})}})), DataError);
}

TEST_CASE("a damaged min-max scaler is refused") {
    const auto training = learn_from(testing_support::small_bank(30));
    const Layout in = detail::to_features(training.table()).layout();
    const Json good = MinMaxScaler{}.fit(training).to_json();
    const auto read = [&](const char* pointer, const Json& value) {
        Json json = good;
        json[Json::json_pointer(pointer)] = value;
        return Fitted<MinMaxScaler>::from_json(detail::Fields(json, "stage"), in);
    };
    CHECK_NOTHROW(read("/features/0/clip", true));
    CHECK_THROWS_AS(read("/features/0/min", 1e9), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/high", 0), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/low", nullptr), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/name", "country"), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/name", "nobody"), ArtifactError);
    CHECK_THROWS_AS(read("/features/1/name", good["features"][0]["name"]), ArtifactError);
    CHECK_THROWS_AS(read("/features", Json::array()), ArtifactError);
}
