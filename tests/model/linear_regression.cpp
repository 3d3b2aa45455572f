#include "gasket/model/linear_regression.hpp"

#include <cmath>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/core/random.hpp"
#include "support/catch.hpp"
#include "support/linear_models.hpp"

using namespace gasket;
using testing_support::all_but_last;
using testing_support::message_of;
using testing_support::unless_in;

TEST_CASE("linear regression equals scikit-learn's, its standard errors and p values statsmodels'") {
    const auto reference = testing_support::reference("linear");
    testing_support::on_linear_data([&](const char* name, const Training& training) {
        INFO(name);
        const auto& expected = reference[name]["linear"];
        const auto model = LinearRegression{}.fit(training);
        testing_support::check_linear(model, expected);
        CHECK(model.notes().empty());
        for (const auto& [feature, error] : expected["errors"].items()) {
            INFO(feature);
            const LinearCoefficient& c =
                feature == "(intercept)" ? model.intercept() : model.coefficient(feature);
            CHECK(c.standard_error == Approx(error.get<double>()).epsilon(1e-8));
            CHECK(c.p_value == Approx(expected["p"][feature].get<double>()).epsilon(1e-6).margin(1e-15));
        }
    });
}

namespace {

/// y = 2 a - 3 b + 1 and a little noise; c = a + b, seven = 7
Table made_up(std::size_t rows) {
    Random random(3);
    std::vector<double> a, b, c, y;
    for (std::size_t r = 0; r < rows; ++r) {
        a.push_back(random.normal());
        b.push_back(1000 + random.normal());
        c.push_back(a[r] + b[r]);
        y.push_back(2 * a[r] - 3 * b[r] + 1 + 0.1 * random.normal());
    }
    return Table{{"a", Column::numeric(a)},
                 {"b", Column::numeric(b)},
                 {"c", Column::numeric(c)},
                 {"seven", Column::numeric(std::vector<double>(rows, 7.1))},
                 {"y", Column::numeric(y)}};
}

}  // namespace

TEST_CASE("columns that tell nothing new get 0 and are named, the others mean what they would without") {
    const Training training = all_but_last(made_up(300), "y", Task::regression);
    const auto model = LinearRegression{}.fit(training);
    REQUIRE(model.notes().size() == 2);
    CHECK(model.notes()[0] ==
          "column 'c' is a linear combination of columns before it: its coefficient is 0");
    CHECK(model.notes()[1] == "column 'seven' is constant: its coefficient is 0");
    CHECK(model.coefficient("c").value == 0);
    CHECK(is_missing(model.coefficient("c").standard_error));
    const auto plain =
        LinearRegression{}.fit(all_but_last(made_up(300).without({"c", "seven"}), "y", Task::regression));
    for (const char* name : {"a", "b"}) {
        CHECK(model.coefficient(name).value == Approx(plain.coefficient(name).value).epsilon(1e-12));
        CHECK(model.coefficient(name).standard_error ==
              Approx(plain.coefficient(name).standard_error).epsilon(1e-10));
    }
    CHECK(plain.coefficient("a").value == Approx(2).epsilon(0.02));
    CHECK(plain.r_squared() > 0.99);
}

TEST_CASE("linear regression: same bits for any number of threads and after saving, scaling changes no t") {
    const Training training = all_but_last(made_up(3000).without({"c", "seven"}), "y", Task::regression);
    set_threads(1);
    const auto one = LinearRegression{}.fit(training);
    set_threads(3);
    const auto three = LinearRegression{}.fit(training);
    set_threads(0);
    CHECK(one.to_json().dump() == three.to_json().dump());
    const auto again = testing_support::reloaded(one, TrainingRows(training).layout());
    CHECK(again.to_json() == one.to_json());
    const std::vector<detail::Affine> scaling{{.center = 5, .scale = 0.25}, {.center = 900, .scale = 40}};
    const auto scaled = LinearRegression{}.fit(training, scaling);
    for (std::size_t j = 0; j < 2; ++j) {
        const LinearCoefficient& c = scaled.coefficients()[j];
        CHECK(c.value == Approx(one.coefficients()[j].value * scaling[j].scale).epsilon(1e-11));
        CHECK(c.t() == Approx(one.coefficients()[j].t()).epsilon(1e-9));
    }
    CHECK(scaled.r_squared() == Approx(one.r_squared()).epsilon(1e-12));
    std::ostringstream out;
    out << one;
    CHECK(unless_in(out.str(), "R-squared 0.99") == "");
}

TEST_CASE("linear regression says what it cannot learn from") {
    const Table table = made_up(20);
    const auto refused = [&](const Table& t, const char* target, Task task) {
        return message_of([&] { (void)LinearRegression{}.fit(all_but_last(t, target, task)); });
    };
    std::vector<double> sides(20, 0.0);
    sides[3] = 1;
    CHECK(unless_in(refused(table.with("side", Column::numeric(sides)), "side", Task::binary),
                    "expected a numeric target") == "");
    sides[5] = missing;
    CHECK(unless_in(refused(table.with("side", Column::numeric(sides)), "y", Task::regression),
                    "put Imputer{} before it") == "");
    // two rows and one column: nothing is left to tell errors by
    const auto exact =
        LinearRegression{}.fit(all_but_last(made_up(3).select({"a", "y"}), "y", Task::regression));
    CHECK(is_missing(exact.coefficient("a").standard_error));
    const Json damaged = [&] {
        Json json = exact.to_json();
        json["features"][0]["value"] = nullptr;
        return json;
    }();
    Layout in;
    in.add({.name = "a", .labels = nullptr, .sources = {"a"}});
    CHECK(unless_in(message_of([&] {
                        (void)Fitted<LinearRegression>::from_json(detail::Fields(damaged, "model"), in);
                    }),
                    "model.features[0].value") == "");
}
