#include "gasket/prepare/imputer.hpp"

#include <cmath>
#include <limits>
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

/// The number or label that each feature takes.
const Fitted<Imputer>::Fill& fill_of(const Fitted<Imputer>& fitted, const std::string& name) {
    for (const auto& fill : fitted.fills()) {
        if (fill.feature == name) return fill;
    }
    throw std::runtime_error("no " + name);
}

const Table gaps{{"x", Column::numeric({1, missing, 3, 3, 8})},
                 {"c", words({"b", nullptr, "a", "b", "a"})},
                 {"full", Column::numeric({5, 4, 3, 2, 1})}};

}  // namespace

TEST_CASE("the imputer learns what scikit-learn learns") {
    const auto reference = testing_support::reference("prepare");
    const Impute strategies[] = {Impute::mean, Impute::median, Impute::most_frequent};
    const auto check = [&](const TrainingRows& rows, const nlohmann::json& expected) {
        for (const Impute strategy : strategies) {
            const auto fitted = Imputer{.strategy = strategy}.fit(rows);
            for (const auto& [column, value] :
                 expected["statistics"][std::string(name_of(strategy))].items()) {
                INFO(column << " " << name_of(strategy));
                CHECK(fill_of(fitted, column).value == Approx(value.get<double>()).epsilon(1e-12));
            }
            if (!expected.contains("modes")) continue;
            for (const auto& [column, label] : expected["modes"].items()) {
                CHECK(fill_of(fitted, column).label == label.get<std::string>());
            }
        }
    };
    std::vector<std::string> names;
    std::vector<Column> columns;
    for (const auto& [name, values] : reference["small"]["columns"].items()) {
        std::vector<double> numbers;
        for (const auto& x : values) numbers.push_back(x.is_null() ? missing : x.get<double>());
        names.push_back(name);
        columns.push_back(Column::numeric(numbers));
    }
    check(learn_from(Table::of(names, columns)), reference["small"]);
    REQUIRE_DATA(bank, "bank_churn_practicum/data.csv");
    check(testing_support::all_but_last(read_csv(bank), "Exited"), reference["bank"]);
    REQUIRE_DATA(titanic, "titanic/data.csv");
    check(testing_support::all_but_last(read_csv(titanic), "Survived"), reference["titanic"]);
    REQUIRE_DATA(adult, "adult/data.csv");
    check(testing_support::all_but_last(read_csv(adult), "income"), reference["adult"]);
}

TEST_CASE("the imputer fills what is missing and nothing else") {
    const auto training = learn_from(gaps);
    const auto fitted = Imputer{.strategy = Impute::mean}.fit(training);
    const Features out = transform(fitted, detail::to_features(training.table()));
    CHECK(values_of(out, "x") == std::vector<double>{1, 3.75, 3, 3, 8});
    CHECK(values_of(out, "full") == std::vector<double>{5, 4, 3, 2, 1});
    // a and b occur twice each: the first of the alphabet
    CHECK(values_of(out, "c") == std::vector<double>{1, 0, 0, 1, 0});
    CHECK(fitted.outputs().layout()[1].sources == std::vector<std::string>{"c"});
    CHECK(fitted.notes().empty());
}

TEST_CASE("a column without gaps in training still knows what a live gap takes, unseen labels stay") {
    const auto fitted = Imputer{}.fit(learn_from(gaps));
    Features live(2);
    live.add({"x", nullptr, {"x"}}, std::vector<double>{missing, 2});
    live.add({"c", fitted.outputs().layout()[1].labels, {"c"}}, std::vector<double>{unseen_code, missing});
    live.add({"full", nullptr, {"full"}}, std::vector<double>{missing, 9});
    const Features out = transform(fitted, live);
    CHECK(values_of(out, "x") == std::vector<double>{3, 2});
    CHECK(values_of(out, "c") == std::vector<double>{unseen_code, 0});
    CHECK(values_of(out, "full") == std::vector<double>{3, 9});
    CHECK(keeps_the_laws(fitted, live));
}

TEST_CASE("a constant label that is new gets a place in the alphabet") {
    const Table table{{"c", words({"zoo", nullptr, "ant", "zoo"})}};
    const auto training = learn_from(table);
    const auto fitted = Imputer{.strategy = Impute::constant, .fill_label = "missing"}.fit(training);
    const Feature& feature = fitted.outputs().layout()[0];
    CHECK(*feature.labels == Labels{"ant", "missing", "zoo"});
    Features live(4);
    live.add({"c", detail::to_features(training.table()).layout()[0].labels, {"c"}},
             std::vector<double>{1, missing, 0, unseen_code});
    CHECK(values_of(transform(fitted, live), "c") == std::vector<double>{2, 1, 0, unseen_code});
    CHECK(keeps_the_laws(fitted, live));
    const auto known = Imputer{.strategy = Impute::constant, .fill_label = "ant"}.fit(training);
    CHECK(*known.outputs().layout()[0].labels == Labels{"ant", "zoo"});
    CHECK(values_of(transform(known, live), "c") == std::vector<double>{1, 0, 0, unseen_code});
}

TEST_CASE("single columns may take something else") {
    const Imputer stage{.strategy = Impute::mean,
                        .columns = {{"x", Impute::constant, -7}, {"c", Impute::constant, 0, "none"}}};
    const auto fitted = stage.fit(learn_from(gaps));
    CHECK(fill_of(fitted, "x").value == -7);
    CHECK(fill_of(fitted, "c").label == "none");
    CHECK(fill_of(fitted, "full").value == 3);
}

TEST_CASE("indicators say where a value was missing") {
    const auto training = learn_from(gaps);
    const auto fitted = Imputer{.indicators = true}.fit(training);
    CHECK(fitted.outputs().layout().names() ==
          std::vector<std::string>{"x", "c", "full", "x_missing", "c_missing"});
    CHECK(fitted.outputs().layout()[4].sources == std::vector<std::string>{"c"});
    CHECK_FALSE(fitted.outputs().layout()[4].is_category());
    const Features in = detail::to_features(training.table());
    CHECK(values_of(transform(fitted, in), "x_missing") == std::vector<double>{0, 1, 0, 0, 0});
    CHECK(values_of(transform(fitted, in), "c_missing") == std::vector<double>{0, 1, 0, 0, 0});
    CHECK(keeps_the_laws(fitted, in));
}

TEST_CASE("a column that is missing throughout is an error, or takes the fill value and is named") {
    const Table table{{"x", Column::numeric({missing, missing})},
                      {"c", words({nullptr, nullptr})},
                      {"y", Column::numeric({1, 2})}};
    const auto training = learn_from(table);
    try {
        (void)Imputer{}.fit(training);
        FAIL("no error");
    } catch (const DataError& e) {
        CHECK(e.code() == ErrorCode::all_missing);
        CHECK(unless_in(e.what(), "column 'x'") == "");
    }
    CHECK_NOTHROW(Imputer{.strategy = Impute::constant}.fit(training));
    const auto fitted =
        Imputer{.strategy = Impute::mean, .fill = 2.5, .fill_label = "nil", .fill_empty = true}.fit(training);
    const Features in = detail::to_features(training.table());
    CHECK(values_of(transform(fitted, in), "x") == std::vector<double>{2.5, 2.5});
    CHECK(*fitted.outputs().layout()[1].labels == Labels{"nil"});
    CHECK(values_of(transform(fitted, in), "c") == std::vector<double>{0, 0});
    REQUIRE(fitted.notes().size() == 2);
    CHECK(unless_in(fitted.notes()[0], "'x' is missing in every training row: every row takes 2.5") == "");
    CHECK(unless_in(fitted.notes()[1], "'c'") == "");
    CHECK(testing_support::reloaded(fitted, in.layout()).notes() == fitted.notes());
    CHECK(keeps_the_laws(fitted, in));
}

TEST_CASE("options of the imputer are checked at fit") {
    const auto training = learn_from(gaps);
    CHECK_THROWS_AS(Imputer{.fill = missing}.fit(training), OptionError);
    CHECK_THROWS_AS((Imputer{.columns = {{"x", Impute::constant, missing}}}.fit(training)), OptionError);
    CHECK_THROWS_AS((Imputer{.columns = {{"x"}, {"x"}}}.fit(training)), OptionError);
    CHECK_THROWS_AS((Imputer{.columns = {{"c", Impute::mean}}}.fit(training)), OptionError);
    CHECK_THROWS_AS((Imputer{.columns = {{"nobody"}}}.fit(training)), SchemaError);
    CHECK(unless_in(message_of([&] { (void)Imputer{.columns = {{"ful"}}}.fit(training); }),
                    "did you mean 'full'") == "");
}

TEST_CASE("a statistic that is not finite is an error that names the column") {
    const double inf = std::numeric_limits<double>::infinity();
    const Table table{{"x", Column::numeric({1, inf, -inf, missing})}};
    const auto training = learn_from(table);
    const auto text = message_of([&] { (void)Imputer{.strategy = Impute::mean}.fit(training); });
    CHECK(unless_in(text, "column 'x'") == "");
    CHECK(Imputer{.strategy = Impute::median}.fit(training).fills()[0].value == 1);
}

TEST_CASE("the imputer learns the same for any number of threads, and keeps every law on real columns") {
    REQUIRE_DATA(path, "titanic/data.csv");
    const auto training = testing_support::all_but_last(read_csv(path), "Survived");
    const Features in = detail::to_features(training.table());
    set_threads(1);
    const Json one = Imputer{.strategy = Impute::mean, .indicators = true}.fit(training).to_json();
    set_threads(2);
    const auto fitted = Imputer{.strategy = Impute::mean, .indicators = true}.fit(training);
    CHECK(fitted.to_json() == one);
    CHECK(keeps_the_laws(fitted, in));
    set_threads(0);
}

TEST_CASE("a damaged imputer is refused") {
    const Layout in = detail::to_features(learn_from(gaps).table()).layout();
    Json good = Imputer{}.fit(learn_from(gaps)).to_json();
    const auto read = [&](const Json& json) {
        return Fitted<Imputer>::from_json(detail::Fields(json, "stage"), in);
    };
    CHECK_NOTHROW(read(good));
    const auto broken = [&](const char* pointer, const Json& value) {
        Json json = good;
        json[Json::json_pointer(pointer)] = value;
        return json;
    };
    CHECK_THROWS_AS(read(Json::object()), ArtifactError);
    CHECK_THROWS_AS(read(broken("/features/0/name", "other")), ArtifactError);
    CHECK_THROWS_AS(read(broken("/features/0/fill", nullptr)), ArtifactError);
    CHECK_THROWS_AS(read(broken("/features/0/fill", "1")), ArtifactError);
    CHECK_THROWS_AS(read(broken("/features/0/indicator", 1)), ArtifactError);
    CHECK_THROWS_AS(read(broken("/features/0/label", "a")), ArtifactError);
    CHECK_THROWS_AS(read(broken("/features", Json::array())), ArtifactError);
    Json number_for_label = good;
    number_for_label["features"][1] = {{"name", "c"}, {"fill", 0}, {"indicator", false}};
    CHECK_THROWS_AS(read(number_for_label), ArtifactError);
}
