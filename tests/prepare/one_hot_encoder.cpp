#include "gasket/prepare/one_hot_encoder.hpp"

#include <numeric>
#include <string>
#include <vector>

#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/real_data.hpp"
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

TEST_CASE("rare labels, or too many, share a feature as in scikit-learn on real columns") {
    const auto check = [](const OneHotEncoder& stage, const char* key) {
        testing_support::on_real_data(testing_support::reference("encoders"),
                                      [&](const Training& training, const nlohmann::json& data) {
                                          for (const auto& [column, counts] : data[key].items()) {
                                              INFO(key << " " << column);
                                              OneHotEncoder one = stage;
                                              one.columns = {column};
                                              const Features out = transform(
                                                  one.fit(training), detail::to_features(training.table()));
                                              std::size_t made = 0;
                                              for (std::size_t i = 0; i < out.columns(); ++i) {
                                                  const Feature& feature = out.layout()[i];
                                                  if (feature.sources[0] != column) continue;
                                                  ++made;
                                                  CHECK(counts.value(feature.name, -1.0) ==
                                                        std::accumulate(out[i].begin(), out[i].end(), 0.0));
                                              }
                                              CHECK(made == counts.size());
                                          }
                                      });
    };
    check({.min_frequency = 40}, "one_hot_40");
    check({.min_frequency = 0.05}, "one_hot_share");
    check({.max_categories = 4}, "one_hot_most_4");
    check({.drop_first = true, .max_categories = 3}, "one_hot_first");
}

TEST_CASE("an unseen label joins the infrequent ones where that was asked for") {
    const auto training = learn_from(Table{{"c", words({"a", "a", "b", "c", "a", "b", nullptr})}});
    const auto fitted = OneHotEncoder{.unknown = Unknown::infrequent, .min_frequency = 2}.fit(training);
    CHECK(fitted.outputs().layout().names() == std::vector<std::string>{"c=a", "c=b", "c=infrequent"});
    Features live(4);
    live.add(detail::to_features(training.table()).layout()[0],
             std::vector<double>{2, unseen_code, missing, 0});
    const Features out = transform(fitted, live);
    CHECK(values_of(out, "c=infrequent") == std::vector<double>{1, 1, 0, 0});
    CHECK(values_of(out, "c=a") == std::vector<double>{0, 0, 0, 1});
    CHECK(keeps_the_laws(fitted, live));
    const auto zeros = OneHotEncoder{.min_frequency = 2}.fit(training);
    CHECK(values_of(transform(zeros, live), "c=infrequent") == std::vector<double>{1, 0, 0, 0});
    const auto none = OneHotEncoder{.unknown = Unknown::infrequent}.fit(training);
    CHECK(values_of(transform(none, live), "c=a") == std::vector<double>{0, 0, 0, 1});
    CHECK(none.outputs().layout().size() == 3);
    // one label, and it is rare: it is dropped as the first feature of its column
    const auto all = OneHotEncoder{.drop_first = true, .max_categories = 1}.fit(training);
    CHECK(all.outputs().layout().size() == 0);
    CHECK(keeps_the_laws(all, live));
}

TEST_CASE("only the named columns are encoded, a limit on categories saves an identifier") {
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) ids.push_back("n" + std::to_string(i % 37));
    const auto training = learn_from(Table{{"id", Column::category(ids)}, {"k", Column::category(ids)}});
    const auto fitted = OneHotEncoder{.columns = {"k"}, .max_categories = 5, .label_limit = 5}.fit(training);
    CHECK(fitted.outputs().layout().size() == 6);
    CHECK(fitted.outputs().layout()[0].is_category());
    CHECK(keeps_the_laws(fitted, detail::to_features(training.table())));
    CHECK_THROWS_AS(OneHotEncoder{.min_frequency = 1.5}.fit(training), OptionError);
    CHECK_THROWS_AS(OneHotEncoder{.min_frequency = -1}.fit(training), OptionError);
    CHECK_THROWS_AS(OneHotEncoder{.columns = {"x"}}.fit(training), SchemaError);
}

TEST_CASE("a damaged encoder is refused") {
    const auto training = learn_from(table);
    const Layout in = detail::to_features(training.table()).layout();
    const Json good =
        OneHotEncoder{.unknown = Unknown::infrequent, .min_frequency = 2}.fit(training).to_json();
    const auto read = [&](const char* pointer, const Json& value) {
        Json json = good;
        json[Json::json_pointer(pointer)] = value;
        return Fitted<OneHotEncoder>::from_json(detail::Fields(json, "stage"), in);
    };
    CHECK_NOTHROW(read("/drop_first", true));
    CHECK_THROWS_AS(read("/drop_first", "yes"), ArtifactError);
    CHECK_THROWS_AS(read("/unknown", "whatever"), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/name", "x"), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/name", "sex"), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/infrequent", {2}), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/infrequent", {1, 0}), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/infrequent", {-1}), ArtifactError);
    CHECK_THROWS_AS(read("/features", 3), ArtifactError);
    CHECK_THROWS_AS(read("/features", Json::array()), ArtifactError);
}
