#include "gasket/model/elastic_net.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/model/lasso.hpp"
#include "gasket/model/ridge.hpp"
#include "support/catch.hpp"
#include "support/linear_models.hpp"

using namespace gasket;
using testing_support::message_of;
using testing_support::unless_in;

TEST_CASE("ridge, lasso and elastic net equal scikit-learn's at the same alpha") {
    const auto reference = testing_support::reference("linear");
    testing_support::on_linear_data([&](const std::string& name, const Training& training) {
        INFO(name);
        const bool weighted = name == "bike_weighted";
        const std::vector<detail::Affine> scaling =
            weighted ? std::vector<detail::Affine>{} : testing_support::standard_scaling(training);
        const double alpha = name == "bike" ? 5.0 : weighted ? 0.5 : 500.0;
        const auto& expected = reference[name];
        testing_support::check_linear(Ridge{.alpha = 3}.fit(training, scaling), expected["ridge"]);
        const auto lasso = Lasso{.alpha = alpha}.fit(training, scaling);
        testing_support::check_linear(lasso, expected["lasso"]);
        CHECK(lasso.notes().empty());
        for (const auto& [feature, value] : expected["lasso"]["coefficients"].items())
            CHECK((lasso.coefficient(feature).value == 0) == (value.get<double>() == 0));
        testing_support::check_linear(ElasticNet{.alpha = alpha, .l1_ratio = 0.3}.fit(training, scaling),
                                      expected["net"]);
    });
}

TEST_CASE("the duality gap bounds how far the objective is from its least value, and falls to nothing") {
    REQUIRE_DATA(path, "bike_sharing/data.csv");
    const Table bike = read_csv(path).select({"temp", "atemp", "hum", "windspeed", "hr", "cnt"});
    const Training training = testing_support::all_but_last(bike, "cnt", Task::regression);
    const detail::CrossMoments m(training, {});
    const double l1 = 0.2 * m.weight, l2 = 0.1 * m.weight;
    const auto objective = [&](const std::vector<double>& b) {
        double value = m.target_squares / 2;
        for (std::size_t j = 0; j < b.size(); ++j) {
            value += l1 * std::abs(b[j]) + l2 / 2 * b[j] * b[j] - m.cross[j] * b[j];
            for (std::size_t k = 0; k < b.size(); ++k) value += b[j] * m.row(j)[k] * b[k] / 2;
        }
        return value;
    };
    detail::ElasticNetDescent best(m, l1, l2);
    for (int i = 0; i < 500; ++i) best.round();
    best.polish();
    const double least = objective(best.beta());
    CHECK(best.gap() < 1e-10 * m.target_squares);
    detail::ElasticNetDescent descent(m, l1, l2);
    for (int i = 0; i < 30; ++i) {
        CHECK(objective(descent.beta()) - least <= descent.gap() + 1e-9 * least);
        descent.round();
    }
}

TEST_CASE("few rounds are said to be too few, and options out of range are named") {
    REQUIRE_DATA(path, "bike_sharing/data.csv");
    const Table bike = read_csv(path).select({"temp", "atemp", "hum", "cnt"});
    const Training training = testing_support::all_but_last(bike, "cnt", Task::regression);
    // the first round gives to a what belongs to b, and more rounds must take it back
    Random random(2);
    std::vector<double> a, b, y;
    for (int r = 0; r < 200; ++r) {
        b.push_back(random.normal());
        a.push_back(b.back() + 0.2 * random.normal());
        y.push_back(1.2 * b.back() - 0.2 * a.back());
    }
    const Training twins = testing_support::all_but_last(
        Table{{"a", Column::numeric(a)}, {"b", Column::numeric(b)}, {"y", Column::numeric(y)}}, "y",
        Task::regression);
    const std::vector<std::string> notes = Lasso{.alpha = 0.1, .max_iterations = 1}.fit(twins).notes();
    REQUIRE(notes.size() == 1);
    CHECK(unless_in(notes[0], "not converged after 1 rounds") == "");
    CHECK(Lasso{.alpha = 0.1}.fit(twins).coefficient("a").value == 0);
    const auto patient = Lasso{.alpha = 1e-3}.fit(training);
    CHECK(patient.notes().empty());
    const auto refused = [&](const auto& stage) { return message_of([&] { (void)stage.fit(training); }); };
    CHECK(unless_in(refused(Lasso{.alpha = 0}), "Lasso.alpha") == "");
    CHECK(unless_in(refused(ElasticNet{.l1_ratio = 0}), "ElasticNet.l1_ratio") == "");
    CHECK(unless_in(refused(ElasticNet{.max_iterations = 0}), "ElasticNet.max_iterations") == "");
    CHECK(unless_in(refused(ElasticNet{.tolerance = 0}), "ElasticNet.tolerance") == "");
    CHECK(unless_in(refused(Ridge{.alpha = -1}), "Ridge.alpha") == "");
    const auto again = testing_support::reloaded(patient, TrainingRows(training).layout());
    CHECK(again.to_json() == patient.to_json());
}
