#include "gasket/model/logistic_solver.hpp"

#include <cmath>
#include <vector>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using detail::LogisticLoss;

namespace {

struct Data {
    std::vector<std::vector<double>> columns;
    std::vector<double> labels, weights;

    Data(std::size_t rows, std::size_t p) : columns(p, std::vector<double>(rows)) {
        Random random(11);
        for (auto& column : columns) {
            for (double& x : column) x = random.normal();
        }
        for (std::size_t r = 0; r < rows; ++r) {
            labels.push_back(columns[0][r] + random.normal() > 0.3 ? 1 : 0);
            weights.push_back(0.5 + random.uniform());
        }
    }
    [[nodiscard]] LogisticLoss loss(double l2) const {
        std::vector<const double*> pointers;
        for (const auto& column : columns) pointers.push_back(column.data());
        return {pointers, labels, weights, l2};
    }
};

}  // namespace

TEST_CASE("gradient and Hessian are the derivatives of the loss, at any number of columns and rows") {
    for (const std::size_t p : {1u, 2u, 3u, 4u, 5u, 7u, 8u}) {
        const Data data(1500 + 37 * p, p);
        const LogisticLoss loss = data.loss(0.7);
        std::vector<double> beta(p + 1);
        for (std::size_t j = 0; j <= p; ++j) beta[j] = 0.1 * static_cast<double>(j) - 0.2;
        const auto here = loss.at(beta, LogisticLoss::Order::hessian);
        CHECK(loss.at(beta, LogisticLoss::Order::loss).loss == here.loss);
        const std::vector<double> diagonal = loss.diagonal(beta);
        for (std::size_t j = 0; j <= p; ++j) {
            std::vector<double> up(beta), down(beta);
            up[j] += 1e-5;
            down[j] -= 1e-5;
            const auto above = loss.at(up, LogisticLoss::Order::gradient);
            const auto below = loss.at(down, LogisticLoss::Order::gradient);
            CHECK(here.gradient[j] == Approx((above.loss - below.loss) / 2e-5).epsilon(1e-5).margin(1e-4));
            for (std::size_t k = 0; k <= j; ++k) {
                const double slope = (above.gradient[k] - below.gradient[k]) / 2e-5;
                CHECK(here.hessian[j * (p + 1) + k] == Approx(slope).epsilon(1e-5).margin(1e-4));
            }
            CHECK(diagonal[j] == Approx(here.hessian[j * (p + 1) + j]).epsilon(1e-10));
        }
    }
}

TEST_CASE("the loss does not overflow far from the optimum") {
    const Data data(50, 2);
    const auto value = data.loss(1).at(std::vector<double>{5000, -5000, 1000}, LogisticLoss::Order::hessian);
    CHECK(std::isfinite(value.loss));
    for (const double g : value.gradient) CHECK(std::isfinite(g));
}

TEST_CASE("Newton and L-BFGS agree, also on columns of very different scale") {
    Data data(3000, 6);
    for (double& x : data.columns[1]) x = 1e6 + 1e5 * x;
    for (double& x : data.columns[2]) x *= 1e-4;
    const LogisticLoss loss = data.loss(0.5);
    std::vector<double> start(7, 0.0);
    start[6] = loss.best_constant();
    const auto newton = detail::newton(loss, start, 100, 1e-9);
    CHECK(newton.converged);
    CHECK(newton.iterations < 10);
    const auto lbfgs = detail::lbfgs(loss, start, loss.diagonal(start), 5000, 1e-7);
    const double best = loss.at(newton.beta, LogisticLoss::Order::loss).loss;
    CHECK(loss.at(lbfgs.beta, LogisticLoss::Order::loss).loss == Approx(best).epsilon(1e-9));
    const auto gradient = loss.at(newton.beta, LogisticLoss::Order::gradient).gradient;
    for (std::size_t j = 0; j < 7; ++j) CHECK(std::abs(gradient[j]) < 1e-5 * (j == 1 ? 1e6 : 1));
}

TEST_CASE("a scaled Cholesky solves, and survives a singular matrix") {
    const std::vector<double> lower{4e12, 0, 0, 2e6, 3, 0, 0, 0, 1e-8};
    const detail::ScaledCholesky factor(lower, 3);
    const auto x = factor.solve(std::vector<double>{4e12 + 2e6, 2e6 + 3, 1e-8});
    for (const double v : x) CHECK(v == Approx(1).epsilon(1e-5));
    const auto singular = detail::ScaledCholesky({1, 0, 1, 1}, 2).solve(std::vector<double>{2, 2});
    CHECK(singular[0] + singular[1] == Approx(2).epsilon(1e-6));
    const auto nothing = detail::ScaledCholesky({0, 0, 0, 1}, 2).solve(std::vector<double>{0, 1});
    CHECK(nothing[1] == Approx(1));
    CHECK(std::isfinite(nothing[0]));
}
