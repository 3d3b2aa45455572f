#include "gasket/prepare/one_hot_encoder.hpp"

#include <numeric>
#include <string>
#include <vector>

#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/tables.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::keeps_the_laws;
using testing_support::learn_from;
using testing_support::message_of;
using testing_support::transform;
using testing_support::unless_in;
using testing_support::values_of;
using testing_support::words;

namespace {
const Table table{{"x", Column::numeric({1, 2, missing, 4})},
                  {"country", words({"Spain", "France", nullptr, "Spain"})},
                  {"sex", Column::category({"f", "f", "f", "f"})}};
}

TEST_CASE("each label of the training rows becomes a feature, numbers pass") {
    const auto training = learn_from(table);
    const auto fitted = OneHotEncoder{}.fit(training);
    const Layout& layout = fitted.outputs().layout();
    CHECK(layout.names() == std::vector<std::string>{"x", "country=France", "country=Spain", "sex=f"});
    CHECK(layout[1].sources == std::vector<std::string>{"country"});
    CHECK_FALSE(layout[1].is_category());
    CHECK(fitted.outputs().from()[0] == 0);
    const Features in = detail::to_features(training.table());
    const Features out = transform(fitted, in);
    CHECK(values_of(out, "country=France") == std::vector<double>{0, 1, 0, 0});
    CHECK(values_of(out, "country=Spain") == std::vector<double>{1, 0, 0, 1});
    CHECK(values_of(out, "sex=f") == std::vector<double>{1, 1, 1, 1});
    CHECK(keeps_the_laws(fitted, in));
}

TEST_CASE("the first label of each column can be left out") {
    const auto training = learn_from(table);
    const auto fitted = OneHotEncoder{.drop_first = true}.fit(training);
    CHECK(fitted.outputs().layout().names() == std::vector<std::string>{"x", "country=Spain"});
    CHECK(keeps_the_laws(fitted, detail::to_features(training.table())));
}

TEST_CASE("an unseen label gives zeros, or an error where that was asked for") {
    const auto training = learn_from(table);
    const Layout in = detail::to_features(training.table()).layout();
    Features live(2);
    live.add(in[0], std::vector<double>{1, 2});
    live.add(in[1], std::vector<double>{unseen_code, missing});
    live.add(in[2], std::vector<double>{0, 0});
    const Features out = transform(OneHotEncoder{}.fit(training), live);
    CHECK(values_of(out, "country=France") == std::vector<double>{0, 0});
    CHECK(values_of(out, "country=Spain") == std::vector<double>{0, 0});
    const auto strict = OneHotEncoder{.unknown = Unknown::error}.fit(training);
    CHECK_THROWS_AS(transform(strict, live), DataError);
    CHECK_THROWS_AS(transform(testing_support::reloaded(strict, in), live), DataError);
    CHECK(unless_in(message_of([&] { (void)transform(strict, live); }), "column 'country'") == "");
    CHECK_NOTHROW(transform(strict, detail::to_features(training.table())));
}

TEST_CASE("a column without any label makes no feature") {
    const Table empty{{"c", words({nullptr, nullptr})}, {"x", Column::numeric({1, 2})}};
    const auto training = learn_from(empty);
    for (const bool drop : {false, true}) {
        const auto fitted = OneHotEncoder{.drop_first = drop}.fit(training);
        CHECK(fitted.outputs().layout().names() == std::vector<std::string>{"x"});
        CHECK(keeps_the_laws(fitted, detail::to_features(training.table())));
    }
}

TEST_CASE("an identifier is refused before it eats the memory") {
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) ids.push_back(std::to_string(i));
    const auto training = learn_from(Table{{"id", Column::category(ids)}});
    CHECK_NOTHROW(OneHotEncoder{.label_limit = 40}.fit(training));
    CHECK_THROWS_AS(OneHotEncoder{.label_limit = 39}.fit(training), DataError);
    CHECK_THROWS_AS(OneHotEncoder{.label_limit = 0}.fit(training), OptionError);
}

TEST_CASE("a derived name that exists already is an error") {
    const auto training =
        learn_from(Table{{"c=a", Column::numeric({1, 2})}, {"c", Column::category({"a", "b"})}});
    CHECK_THROWS_AS(OneHotEncoder{}.fit(training), SchemaError);
}

TEST_CASE("names and counts are those of scikit-learn on real columns") {
    const auto reference = testing_support::reference("prepare");
    const auto check = [&](const Training& training, const nlohmann::json& expected) {
        const Features in = detail::to_features(training.table());
        const auto fitted = OneHotEncoder{.label_limit = 10000}.fit(training);
        const Features out = transform(fitted, in);
        for (const auto& [name, count] : expected.items()) {
            INFO(name);
            const auto values = values_of(out, name);
            CHECK(std::accumulate(values.begin(), values.end(), 0.0) == count.get<double>());
        }
    };
    REQUIRE_DATA(bank, "bank_churn_practicum/data.csv");
    const Table customers = read_csv(bank).without({"Surname"});
    check(testing_support::all_but_last(customers, "Exited"), reference["bank"]["one_hot"]);
    REQUIRE_DATA(titanic, "titanic/data.csv");
    const Table passengers = read_csv(titanic).without({"Name", "Ticket", "Cabin"});
    check(testing_support::all_but_last(passengers, "Survived"), reference["titanic"]["one_hot"]);
    REQUIRE_DATA(adult, "adult/data.csv");
    const Table adults = read_csv(adult).select({"workclass", "occupation", "sex", "income"});
    check(testing_support::all_but_last(adults, "income"), reference["adult"]["one_hot"]);
}

TEST_CASE("a damaged encoder is refused") {
    const auto training = learn_from(table);
    const Layout in = detail::to_features(training.table()).layout();
    const Json good = OneHotEncoder{}.fit(training).to_json();
    const auto read = [&](const char* key, const Json& value) {
        Json json = good;
        json[key] = value;
        return Fitted<OneHotEncoder>::from_json(detail::Fields(json, "stage"), in);
    };
    CHECK_NOTHROW(read("drop_first", true));
    CHECK_THROWS_AS(read("drop_first", "yes"), ArtifactError);
    CHECK_THROWS_AS(read("unknown", "whatever"), ArtifactError);
    CHECK_THROWS_AS(read("features", {"x", "country"}), ArtifactError);
    CHECK_THROWS_AS(read("features", {"x", "sex", "country"}), ArtifactError);
    CHECK_THROWS_AS(read("features", 3), ArtifactError);
}
