#include "gasket/model/multinomial.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "gasket/data/csv.hpp"
#include "gasket/model/logistic_regression.hpp"
#include "gasket/prepare/standard_scaler.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/softmax_data.hpp"
#include "support/tables.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::all_but_last;
using testing_support::bits_of;
using testing_support::SoftmaxData;

namespace {

/// The forest, of features with these names, behind a scaler.
detail::Chain forest(const nlohmann::json& names, const LogisticRegression& stage) {
    const Table table = read_csv(testing_support::data_file("covtype_20k/data.csv"));
    Table some;
    for (const auto& name : names) some = some.with(name.get<std::string>(), table[name.get<std::string>()]);
    detail::ChainBuilder builder(
        all_but_last(some.with("kind", table["Cover_Type"]), "kind", Task::multiclass));
    builder.add(StandardScaler{});
    builder.add(stage);
    return builder.finish();
}

const Fitted<LogisticRegression>& model_of(const detail::Chain& chain) {
    return dynamic_cast<const detail::EstimatorOf<LogisticRegression>&>(*chain.estimator).fitted();
}

/// Coefficients to 1e-6 of the stored optimum, and zeros where it has zeros.
void check(const Fitted<LogisticRegression>& model, const nlohmann::json& expected) {
    CHECK(model.converged());
    REQUIRE(model.outputs() == expected["coefficients"].size());
    double most = 0;
    for (std::size_t k = 0; k < model.outputs(); ++k) {
        const auto& row = expected["coefficients"][k];
        REQUIRE(row.size() == model.coefficients(k).size());
        for (std::size_t j = 0; j < row.size(); ++j) {
            const double found = model.coefficients(k)[j].value, stored = row[j].get<double>();
            most = std::max(most, std::abs(found - stored));
            CHECK((found == 0) == (stored == 0));
        }
        most = std::max(most, std::abs(model.intercept(k) - expected["intercepts"][k].get<double>()));
    }
    INFO("greatest difference " << most);
    CHECK(most < 1e-6);
}

/// The same answers by every parameter's distance.
double apart(const std::vector<double>& a, const std::vector<double>& b) {
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
    return most;
}

}  // namespace

TEST_CASE("seven kinds of forest reach scikit-learn's optimum, with L2 and with an elastic net") {
    REQUIRE_DATA(path, "covtype_20k/data.csv");
    const auto reference = testing_support::reference("penalties");
    const auto squares = forest(reference["forest"]["names"], {.l2 = 1});
    check(model_of(squares), reference["forest"]["l2"]);
    CHECK(model_of(squares).iterations() < 25);
    const auto& net = reference["forest_some"]["net"];
    check(model_of(forest(reference["forest_some"]["names"],
                          {.l2 = net["l2"].get<double>(), .l1 = net["l1"].get<double>()})),
          net);
}

TEST_CASE("without a penalty differences to a class and their standard errors are those of statsmodels") {
    REQUIRE_DATA(path, "covtype_20k/data.csv");
    const auto reference = testing_support::reference("penalties")["forest_few"];
    const detail::Chain chain = forest(reference["names"], {.l2 = 0});
    const auto& model = model_of(chain);
    CHECK(model.converged());
    const auto against = model.against("1");
    REQUIRE(against.size() == 6);
    for (std::size_t k = 0; k < 6; ++k) {
        CHECK(against[k].label == std::to_string(k + 2));
        const auto check_one = [&](const Coefficient& c, std::size_t i) {
            INFO(against[k].label << " " << c.feature);
            CHECK(c.value ==
                  Approx(reference["coefficients"][k][i].get<double>()).epsilon(1e-6).margin(1e-6));
            CHECK(c.standard_error == Approx(reference["errors"][k][i].get<double>()).epsilon(1e-5));
        };
        check_one(against[k].intercept, 0);
        for (std::size_t j = 0; j < 6; ++j) check_one(against[k].coefficients[j], j + 1);
    }
    CHECK(against[0].coefficients[0].odds_ratio() == std::exp(against[0].coefficients[0].value));
    // the choice among answers that predict the same: sums of 0
    for (std::size_t j = 0; j < 6; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k < 7; ++k) sum += model.coefficients(k)[j].value;
        CHECK(std::abs(sum) < 1e-9);
    }
    CHECK_THROWS_AS(model.against("8"), SchemaError);
}

TEST_CASE("Newton's method and L-BFGS agree, also where no penalty holds the sums") {
    const SoftmaxData data(1500, 5, 4);
    for (const double l2 : {0.0, 0.8}) {
        const auto loss = data.loss(l2, l2 == 0);
        const auto newton = detail::solve_multinomial(loss, 0, 100, 1e-9);
        CHECK(newton.converged);
        CHECK(newton.iterations < 12);
        auto lbfgs = detail::lbfgs(loss, loss.constant_only(), loss.diagonal(), 5000, 1e-9);
        CHECK(lbfgs.converged);
        CHECK(lbfgs.value.loss == Approx(newton.value.loss).epsilon(1e-12));
        for (std::size_t j = 0; j <= 5; ++j) {  // its own sums are whatever they are
            double mean = 0;
            for (std::size_t k = 0; k < 4; ++k) mean += lbfgs.beta[k * 6 + j] / 4;
            for (std::size_t k = 0; k < 4; ++k) lbfgs.beta[k * 6 + j] -= mean;
        }
        CHECK(apart(newton.beta, lbfgs.beta) < 1e-7);
    }
    // beyond the limit: every column five times over, each with a fifth of the coefficient
    SoftmaxData wide(800, 25, 5);
    const auto narrow = wide.loss(1);
    const std::size_t p = 25;
    for (int copy = 0; copy < 4; ++copy)
        for (std::size_t j = 0; j < p; ++j) wide.columns.push_back(wide.columns[j]);
    const auto many = wide.loss(5);
    REQUIRE(many.parameters() > detail::most_newton_parameters);
    const auto few = detail::solve_multinomial(narrow, 0, 100, 1e-9);
    const auto found = detail::solve_multinomial(many, 0, 5000, 1e-9);
    CHECK(found.converged);
    for (std::size_t k = 0; k < 5; ++k)
        for (std::size_t j = 0; j < 5 * p; ++j)
            CHECK(found.beta[k * (5 * p + 1) + j] == Approx(few.beta[k * (p + 1) + j % p] / 5).margin(1e-7));
}

TEST_CASE("covariances are those of the inverse, where sums over the classes stay") {
    // two classes: the coefficient of each is half that of logistic regression, with half its error
    const SoftmaxData data(700, 3, 2);
    for (const double l2 : {0.0, 2.0}) {
        const auto loss = data.loss(l2, l2 == 0);
        const auto beta = detail::solve_multinomial(loss, 0, 100, 1e-10).beta;
        const detail::ClassCovariances found(detail::class_covariances(loss, beta), 2);
        const detail::LogisticLoss two(data.pointers(), data.labels, data.weights, l2 / 2);
        const auto expected = detail::newton(two, two.constant_only(), 100, 1e-10);
        const auto errors = expected.curvature->root_of_inverse_diagonal();
        for (std::size_t j = 0; j < 4; ++j) {
            CHECK(beta[4 + j] - beta[j] == Approx(expected.beta[j]).epsilon(1e-8));
            CHECK(found.standard_error(j, 1, 0) == Approx(errors[j]).epsilon(1e-7));
            CHECK(found.standard_error(j, 0) == Approx(errors[j] / 2).epsilon(1e-7));
        }
    }
}

TEST_CASE(
    "classes that can be told apart without error have no optimum without a penalty, and none is claimed") {
    SoftmaxData data(600, 3, 3);
    for (std::size_t r = 0; r < 600; ++r)
        for (std::size_t k = 0; k < 3; ++k)
            data.columns[k][r] = data.labels[r] == static_cast<double>(k) ? 1 + data.weights[r] : 0;
    CHECK_FALSE(detail::solve_multinomial(data.loss(0, true), 0, 100, 1e-8).converged);
    CHECK(detail::solve_multinomial(data.loss(0.01), 0, 100, 1e-8).converged);
    CHECK(detail::solve_multinomial(data.loss(0), 0.1, 100, 1e-8).converged);
}

TEST_CASE("collinear and constant columns leave the answers alone") {
    SoftmaxData data(1000, 5, 3);
    const auto plain = detail::solve_multinomial(SoftmaxData(1000, 5, 3).loss(0, true), 0, 100, 1e-9);
    data.columns.push_back(data.columns[1]);
    data.columns.push_back(std::vector<double>(1000, 0.0));
    const auto loss = data.loss(0, true);
    const auto found = detail::solve_multinomial(loss, 0, 100, 1e-9);
    CHECK(found.converged);
    CHECK(apart(loss.log_odds(found.beta), SoftmaxData(1000, 5, 3).loss(0, true).log_odds(plain.beta)) <
          1e-6);
}

TEST_CASE("many classes have the same bits for any number of threads") {
    const SoftmaxData data(5003, 6, 5);
    const auto loss = data.loss(0.5);
    set_threads(1);
    const auto newton = detail::solve_multinomial(loss, 0, 100, 1e-8).beta;
    const auto covariances = detail::class_covariances(loss, newton);
    set_threads(3);
    CHECK(detail::solve_multinomial(loss, 0, 100, 1e-8).beta == newton);
    CHECK(bits_of(detail::class_covariances(loss, newton)) == bits_of(covariances));
    set_threads(0);
}
