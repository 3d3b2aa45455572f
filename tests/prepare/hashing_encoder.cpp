#include "gasket/prepare/hashing_encoder.hpp"

#include "support/real_data.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::transform;
using testing_support::values_of;
using testing_support::words;

TEST_CASE("hashed features are those of scikit-learn's feature hasher on real columns") {
    testing_support::on_real_data(
        testing_support::reference("encoders"), [](const Training& training, const nlohmann::json& data) {
            const auto columns = data["columns"].get<std::vector<std::string>>();
            const Features in = detail::to_features(training.table());
            const auto check = [&](const HashingEncoder& stage, const char* key) {
                const Features out = transform(stage.fit(training), in);
                CHECK(testing_support::worst_difference(out, data["rows"], data[key]) == 0);
            };
            check({.columns = columns, .features = 16}, "hash_16");
            check({.columns = columns, .features = 7, .alternate_sign = false}, "hash_7_unsigned");
        });
}

TEST_CASE("all columns share the features, and each feature names them as its sources") {
    const auto training = learn_from(testing_support::small_bank(40));
    const auto fitted = HashingEncoder{.features = 4, .prefix = "h"}.fit(training);
    const Layout& layout = fitted.outputs().layout();
    const Features in = detail::to_features(training.table());
    CHECK(layout.names().back() == "h_3");
    CHECK(layout.size() == in.columns() - 2 + 4);
    CHECK(layout[layout.size() - 1].sources == std::vector<std::string>{"country", "gender"});
    CHECK(keeps_the_laws(fitted, in));
}

TEST_CASE("missing and unseen labels add nothing") {
    const auto training = learn_from(Table{{"c", words({"a", "b", nullptr})}});
    const auto fitted = HashingEncoder{.features = 2, .alternate_sign = false}.fit(training);
    Features live(3);
    live.add(detail::to_features(training.table()).layout()[0], std::vector<double>{missing, unseen_code, 0});
    const Features out = transform(fitted, live);
    const auto zero = values_of(out, "hash_0");
    const auto one = values_of(out, "hash_1");
    CHECK((zero[0] == 0 && one[0] == 0));
    CHECK((zero[1] == 0 && one[1] == 0));
    CHECK(zero[2] + one[2] == 1);
}

TEST_CASE("options and stored forms of the hashing encoder are checked") {
    const auto training = learn_from(testing_support::small_bank(40));
    CHECK_THROWS_AS(HashingEncoder{.features = 1}.fit(training), OptionError);
    CHECK_THROWS_AS(HashingEncoder{.features = 5000}.fit(training), OptionError);
    CHECK_THROWS_AS(HashingEncoder{.columns = {"age"}}.fit(training), SchemaError);
    const Layout in = detail::to_features(training.table()).layout();
    const auto read = [&](const char* pointer, const Json& value) {
        Json json = HashingEncoder{}.fit(training).to_json();
        json[Json::json_pointer(pointer)] = value;
        return Fitted<HashingEncoder>::from_json(detail::Fields(json, "stage"), in);
    };
    CHECK_NOTHROW(read("/alternate_sign", false));
    CHECK_THROWS_AS(read("/buckets", 0), ArtifactError);
    CHECK_THROWS_AS(read("/buckets", 1 << 30), ArtifactError);
    CHECK_THROWS_AS(read("/prefix", 1), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/name", "age"), ArtifactError);
}
