#include "gasket/model/logistic_loss.hpp"

#include <cmath>
#include <vector>

#include "support/catch.hpp"
#include "support/logistic_data.hpp"

using namespace gasket;
using detail::LogisticLoss;
using testing_support::LogisticData;

TEST_CASE("the loss is the sum of what rows lose, gradient and Hessian are its derivatives, at any size") {
    for (const std::size_t p : {1u, 2u, 3u, 4u, 5u, 7u, 8u}) {
        const LogisticData data(1500 + 37 * p, p);
        const LogisticLoss loss = data.loss(0.7);
        std::vector<double> beta(p + 1);
        for (std::size_t j = 0; j <= p; ++j) beta[j] = 0.1 * static_cast<double>(j) - 0.2;
        const auto here = loss.at(beta, LogisticLoss::Order::hessian);
        const std::vector<double> log_odds = loss.log_odds(beta);
        Sum sum;
        for (std::size_t r = 0; r < data.labels.size(); ++r) {
            double score = beta[p];
            for (std::size_t j = 0; j < p; ++j) score += beta[j] * data.columns[j][r];
            CHECK(log_odds[r] == Approx(score).margin(1e-14));
            sum.add(data.weights[r] * softplus(data.labels[r] > 0.5 ? -score : score));
        }
        for (std::size_t j = 0; j < p; ++j) sum.add(0.35 * beta[j] * beta[j]);
        CHECK(here.loss == Approx(sum.value()).epsilon(1e-14));
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

TEST_CASE("no weights are weights of one") {
    LogisticData data(700, 3);
    data.weights.assign(700, 1.0);
    const std::vector<double> beta{0.3, -0.2, 0.1, 0.5};
    const auto ones = data.loss(1).at(beta, LogisticLoss::Order::hessian);
    CHECK(data.loss(1).totals().all == 700);
    data.weights.clear();
    const auto none = data.loss(1).at(beta, LogisticLoss::Order::hessian);
    CHECK(none.loss == ones.loss);
    CHECK(none.gradient == ones.gradient);
    CHECK(none.hessian == ones.hessian);
    CHECK(data.loss(1).totals().all == 700);
}

TEST_CASE("the loss does not overflow far from the optimum") {
    const LogisticData data(50, 2);
    const auto value = data.loss(1).at(std::vector<double>{5000, -5000, 1000}, LogisticLoss::Order::hessian);
    CHECK(std::isfinite(value.loss));
    for (const double g : value.gradient) CHECK(std::isfinite(g));
}

TEST_CASE("a number that is not finite shows in the gradient, whatever its row weighs") {
    for (const double bad : {missing, HUGE_VAL}) {
        LogisticData data(900, 2);
        data.columns[1][897] = bad;
        data.weights[897] = 0;
        const auto value = data.loss(1).at(std::vector<double>{0.2, 0.3, 0}, LogisticLoss::Order::gradient);
        CHECK_FALSE(std::isfinite(value.gradient[1]));
    }
}

TEST_CASE("columns scaled by sums give what scaled copies give") {
    LogisticData data(3001, 5);
    for (double& x : data.columns[1]) x = 40 + 3 * x;
    for (double& x : data.columns[4]) x = 1e-3 * x - 0.01;
    const std::vector<detail::ColumnScale> scales{{0.1, 0.9}, {40, 3}, {0, 1}, {-0.2, 2}, {-0.01, 1e-3}};
    std::vector<const double*> columns;
    for (const auto& column : data.columns) columns.push_back(column.data());
    const LogisticLoss by_sums(columns, data.labels, data.weights, 0.7, scales);
    LogisticData copies = data;
    for (std::size_t j = 0; j < 5; ++j) {
        for (double& x : copies.columns[j]) x = (x - scales[j].center) / scales[j].scale;
    }
    const LogisticLoss by_copies = copies.loss(0.7);
    const std::vector<double> beta{0.5, -0.3, 0.2, 0.1, -1, 0.4};
    const auto a = by_sums.at(beta, LogisticLoss::Order::hessian);
    const auto b = by_copies.at(beta, LogisticLoss::Order::hessian);
    CHECK(a.loss == Approx(b.loss).epsilon(1e-13));
    for (std::size_t i = 0; i < 6; ++i) CHECK(a.gradient[i] == Approx(b.gradient[i]).margin(1e-9));
    for (std::size_t i = 0; i < 36; ++i) CHECK(a.hessian[i] == Approx(b.hessian[i]).margin(1e-8));
    const auto near = by_sums.diagonal(beta), right = by_copies.diagonal(beta);
    for (std::size_t i = 0; i < 6; ++i) CHECK(near[i] == Approx(right[i]).epsilon(1e-12));
    const auto score = by_sums.log_odds(beta), expected = by_copies.log_odds(beta);
    for (std::size_t r = 0; r < score.size(); ++r) CHECK(score[r] == Approx(expected[r]).margin(1e-12));
}

TEST_CASE("rows far on the right side keep a loss and a gradient") {
    LogisticData data(8, 1);
    for (std::size_t r = 0; r < 8; ++r) data.columns[0][r] = data.labels[r] > 0.5 ? 1 : -1;
    const auto value = data.loss(0).at(std::vector<double>{50, 0}, LogisticLoss::Order::hessian);
    double weight = 0;
    for (const double w : data.weights) weight += w;
    CHECK(value.loss == Approx(weight * std::exp(-50)).epsilon(1e-12));
    CHECK(value.gradient[0] == Approx(-weight * std::exp(-50)).epsilon(1e-12));
    CHECK(value.hessian[0] == Approx(weight * std::exp(-50)).epsilon(1e-12));
}
