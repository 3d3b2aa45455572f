#include "gasket/prepare/standard_scaler.hpp"

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
using testing_support::transform;
using testing_support::unless_in;
using testing_support::values_of;

namespace {

void check(const TrainingRows& rows, const nlohmann::json& expected) {
    const auto fitted = StandardScaler{}.fit(rows);
    for (const auto& [column, values] : expected["scales"].items()) {
        INFO(column);
        CHECK(fitted.learned(column).center == Approx(values[0].get<double>()).epsilon(1e-12).margin(1e-300));
        CHECK(fitted.learned(column).scale == Approx(values[1].get<double>()).epsilon(1e-12));
    }
}

}  // namespace

TEST_CASE("the scaler learns and gives what scikit-learn does") {
    const auto reference = testing_support::reference("prepare");
    std::vector<std::string> names;
    std::vector<Column> columns;
    for (const auto& [name, values] : reference["small"]["columns"].items()) {
        std::vector<double> numbers;
        for (const auto& x : values) numbers.push_back(x.is_null() ? missing : x.get<double>());
        names.push_back(name);
        columns.push_back(Column::numeric(numbers));
    }
    const auto training = learn_from(Table::of(names, columns));
    check(training, reference["small"]);
    const Features in = detail::to_features(training.table());
    const Features out = transform(StandardScaler{}.fit(training), in);
    for (const auto& [name, values] : reference["small"]["scaled"].items()) {
        const auto scaled = values_of(out, name);
        for (std::size_t r = 0; r < scaled.size(); ++r) {
            if (values[r].is_null()) {
                CHECK(is_missing(scaled[r]));
            } else {
                CHECK(scaled[r] == Approx(values[r].get<double>()).epsilon(1e-12).margin(1e-12));
            }
        }
    }
    REQUIRE_DATA(bank, "bank_churn_practicum/data.csv");
    check(testing_support::all_but_last(read_csv(bank), "Exited"), reference["bank"]);
    REQUIRE_DATA(titanic, "titanic/data.csv");
    check(testing_support::all_but_last(read_csv(titanic), "Survived"), reference["titanic"]);
    REQUIRE_DATA(adult, "adult/data.csv");
    check(testing_support::all_but_last(read_csv(adult), "income"), reference["adult"]);
}

TEST_CASE("a constant column becomes 0 and is named, categories pass, nothing to learn from is said") {
    const Table table{{"same", Column::numeric({0.1, 0.1, 0.1, 0.1, 0.1, 0.1})},
                      {"c", Column::category({"a", "b", "a", "b", "a", "b"})},
                      {"nothing", Column::numeric(std::vector<double>(6, missing))},
                      {"x", Column::numeric({1, 2, 3, 4, 5, 6})}};
    const auto training = learn_from(table);
    const Features in = detail::to_features(training.table());
    const auto fitted = StandardScaler{}.fit(training);
    CHECK(fitted.learned("same").scale == 1);
    REQUIRE(fitted.notes().size() == 2);
    CHECK(unless_in(fitted.notes()[0], "'same' is constant") == "");
    CHECK(unless_in(fitted.notes()[1], "'nothing' is missing in every") == "");
    CHECK(fitted.outputs().from()[1] == 1);
    CHECK(fitted.outputs().layout()[1].is_category());
    const Features out = transform(fitted, in);
    CHECK(std::abs(values_of(out, "same")[0]) < 1e-15);
    CHECK(is_missing(values_of(out, "nothing")[0]));
    CHECK(fitted.outputs().layout().names() == in.layout().names());
    CHECK(keeps_the_laws(fitted, in));
}

TEST_CASE("infinite values are an error that names the column") {
    const Table table{{"x", Column::numeric({1, std::numeric_limits<double>::infinity()})}};
    CHECK_THROWS_AS(StandardScaler{}.fit(learn_from(table)), DataError);
}

TEST_CASE("the scaler learns the same for any number of threads, whatever the weights") {
    const Table table = testing_support::small_bank(9000);
    set_threads(1);
    const auto one = StandardScaler{}.fit(testing_support::all_but_last(table, "churn")).to_json();
    set_threads(2);
    const auto fitted = StandardScaler{}.fit(testing_support::all_but_last(table, "churn"));
    CHECK(fitted.to_json() == one);
    const auto weighted =
        StandardScaler{}.fit(testing_support::all_but_last(table, "churn", Task::binary, "age"));
    CHECK(weighted.learned("balance").scale == fitted.learned("balance").scale);
    set_threads(0);
    CHECK(keeps_the_laws(fitted, detail::to_features(table.without({"churn"}).head(300))));
}

TEST_CASE("a damaged scaler is refused") {
    const auto training = learn_from(testing_support::small_bank(30));
    const Layout in = detail::to_features(training.table()).layout();
    const Json good = StandardScaler{}.fit(training).to_json();
    const auto read = [&](const char* pointer, const Json& value) {
        Json json = good;
        json[Json::json_pointer(pointer)] = value;
        return Fitted<StandardScaler>::from_json(detail::Fields(json, "stage"), in);
    };
    CHECK_NOTHROW(read("/features/0/scale", 2));
    CHECK_THROWS_AS(read("/features/0/scale", 0), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/scale", -1), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/center", nullptr), ArtifactError);
    CHECK_THROWS_AS(read("/features/0/name", "age"), ArtifactError);
    CHECK_THROWS_AS(read("/features", Json::array()), ArtifactError);
    CHECK_THROWS_AS(read("/notes", 1), ArtifactError);
}
