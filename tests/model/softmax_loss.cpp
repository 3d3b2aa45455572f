#include "gasket/model/softmax_loss.hpp"

#include <cmath>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/model/logistic_loss.hpp"
#include "support/catch.hpp"
#include "support/softmax_data.hpp"
#include "support/training.hpp"

using namespace gasket;
using detail::LossOrder;
using detail::SoftmaxLoss;
using testing_support::bits_of;
using testing_support::SoftmaxData;

namespace {

/// Some parameters whose sums over the classes are 0.
std::vector<double> some_beta(std::size_t classes, std::size_t p, std::uint64_t seed = 3) {
    Random random(seed);
    std::vector<double> beta(classes * (p + 1));
    for (double& b : beta) b = 0.4 * random.normal();
    for (std::size_t j = 0; j <= p; ++j) {
        double mean = 0;
        for (std::size_t k = 0; k < classes; ++k)
            mean += beta[k * (p + 1) + j] / static_cast<double>(classes);
        for (std::size_t k = 0; k < classes; ++k) beta[k * (p + 1) + j] -= mean;
    }
    return beta;
}

std::vector<double> along(const std::vector<double>& beta, double length, const std::vector<double>& step) {
    std::vector<double> out = beta;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += length * step[i];
    return out;
}

}  // namespace

TEST_CASE("the loss of many classes is what its definition says") {
    for (const std::size_t rows : {1U, 7U, 64U, 301U}) {
        const SoftmaxData data(rows, 5, 4);
        const std::vector<double> beta = some_beta(4, 5);
        Sum expected;
        for (std::size_t r = 0; r < rows; ++r) {
            double sum = 0, own = 0;
            for (std::size_t k = 0; k < 4; ++k) {
                double score = beta[k * 6 + 5];
                for (std::size_t j = 0; j < 5; ++j) score += beta[k * 6 + j] * data.columns[j][r];
                sum += std::exp(score);
                if (static_cast<double>(k) == data.labels[r]) own = score;
            }
            expected.add(data.weights[r] * (std::log(sum) - own));
        }
        for (std::size_t i = 0; i < beta.size(); ++i)
            if (i % 6 != 5) expected.add(0.35 * beta[i] * beta[i]);
        CHECK(data.loss(0.7).at(beta, LossOrder::gradient).loss == Approx(expected.value()).epsilon(1e-12));
    }
}

TEST_CASE("gradient and Hessian are the slopes of the loss where sums over the classes stay") {
    const SoftmaxData data(333, 6, 5);
    for (const bool tied : {false, true}) {
        const SoftmaxLoss loss = data.loss(tied ? 0 : 0.7, tied);
        const std::vector<double> beta = some_beta(5, 6);
        const auto here = loss.at(beta, LossOrder::hessian);
        const std::size_t n = beta.size();
        CHECK(bits_of(here.gradient) == bits_of(loss.at(beta, LossOrder::gradient).gradient));
        for (const std::uint64_t seed : {21U, 22U, 23U}) {
            const std::vector<double> step = some_beta(5, 6, seed);
            const double h = 1e-5;
            const auto above = loss.at(along(beta, h, step), LossOrder::gradient);
            const auto below = loss.at(along(beta, -h, step), LossOrder::gradient);
            double slope = 0;
            for (std::size_t i = 0; i < n; ++i) slope += here.gradient[i] * step[i];
            CHECK((above.loss - below.loss) / (2 * h) == Approx(slope).epsilon(1e-7));
            for (std::size_t i = 0; i < n; ++i) {
                double change = 0;
                for (std::size_t k = 0; k < n; ++k)
                    change += here.hessian[std::max(i, k) * n + std::min(i, k)] * step[k];
                CHECK((above.gradient[i] - below.gradient[i]) / (2 * h) ==
                      Approx(change).epsilon(1e-6).margin(1e-5));
            }
        }
        // in the direction in which all classes move together there is the ridge alone, or the penalty
        for (std::size_t j = 0; j <= 6; ++j) {
            double curvature = 0;
            for (std::size_t k = 0; k < 5; ++k)
                for (std::size_t l = 0; l < 5; ++l) {
                    const std::size_t a = k * 7 + j, b = l * 7 + j;
                    curvature += here.hessian[std::max(a, b) * n + std::min(a, b)] / 5;
                }
            CHECK(curvature == Approx(loss.common_curvature(here.hessian, j)).epsilon(1e-9));
            CHECK(curvature > (tied || j == 6 ? 5 : 0.6));
        }
    }
}

TEST_CASE("two classes of many are logistic regression with half the penalty") {
    const SoftmaxData data(500, 3, 2);
    const std::vector<double> beta{0.4, -0.3, 0.2, 0.1};
    std::vector<double> both;
    for (const double side : {-0.5, 0.5})
        for (const double b : beta) both.push_back(side * b);
    const detail::LogisticLoss two(data.pointers(), data.labels, data.weights, 1.5);
    const auto expected = two.at(beta, LossOrder::gradient);
    const auto found = data.loss(3).at(both, LossOrder::gradient);
    CHECK(found.loss == Approx(expected.loss).epsilon(1e-13));
    for (std::size_t j = 0; j < 4; ++j) {
        CHECK(found.gradient[4 + j] == Approx(expected.gradient[j]).epsilon(1e-10));
        CHECK(found.gradient[j] == Approx(-expected.gradient[j]).epsilon(1e-10));
    }
}

TEST_CASE("scaled columns are those of scaled copies, and no weights are weights of one") {
    SoftmaxData data(300, 3, 3);
    const std::vector<detail::ColumnScale> scales{{2, 0.5}, {-1, 3}, {100, 7}};
    SoftmaxData copies = data;
    for (std::size_t j = 0; j < 3; ++j)
        for (double& x : copies.columns[j]) x = (x - scales[j].center) / scales[j].scale;
    const std::vector<double> beta = some_beta(3, 3);
    const SoftmaxLoss scaled(data.pointers(), data.labels, 3, data.weights, 0.7, false, scales);
    const auto a = scaled.at(beta, LossOrder::hessian), b = copies.loss(0.7).at(beta, LossOrder::hessian);
    CHECK(a.loss == b.loss);
    CHECK(bits_of(a.hessian) == bits_of(b.hessian));
    CHECK(bits_of(scaled.log_odds(beta)) == bits_of(copies.loss(0.7).log_odds(beta)));
    const std::vector<std::size_t> kept{2, 0};
    const auto part = scaled.of_columns(kept);
    const auto some = part.at(some_beta(3, 2), LossOrder::gradient);
    copies.columns = {copies.columns[2], copies.columns[0]};
    CHECK(bits_of(some.gradient) ==
          bits_of(copies.loss(0.7).at(some_beta(3, 2), LossOrder::gradient).gradient));
    data.weights.assign(300, 1.0);
    const SoftmaxLoss plain(data.pointers(), data.labels, 3, {}, 0.7, false);
    CHECK(plain.at(beta, LossOrder::gradient).loss == data.loss(0.7).at(beta, LossOrder::gradient).loss);
    CHECK(plain.totals() == data.loss(0.7).totals());
}

TEST_CASE("the best intercepts without features, and the curvature there") {
    const SoftmaxData data(400, 3, 4);
    const SoftmaxLoss loss = data.loss(0.7);
    const auto start = loss.constant_only();
    const auto here = loss.at(start, LossOrder::hessian);
    double sum = 0;
    for (std::size_t k = 0; k < 4; ++k) {
        CHECK(std::abs(here.gradient[k * 4 + 3]) < 1e-10);
        sum += start[k * 4 + 3];
    }
    CHECK(std::abs(sum) < 1e-12);
    const auto diagonal = loss.diagonal();
    for (std::size_t i = 0; i < 16; ++i)
        if (i % 4 != 3) CHECK(diagonal[i] == Approx(here.hessian[i * 16 + i]).epsilon(1e-10));
}

TEST_CASE("extreme scores give no infinity, and many classes the same bits for any number of threads") {
    const SoftmaxData data(5000, 4, 6);
    std::vector<double> beta = some_beta(6, 4);
    const SoftmaxLoss loss = data.loss(0.1);
    set_threads(1);
    const auto one = loss.at(beta, LossOrder::hessian);
    set_threads(3);
    const auto three = loss.at(beta, LossOrder::hessian);
    set_threads(0);
    CHECK(bits_of(one.hessian) == bits_of(three.hessian));
    CHECK(one.loss == three.loss);
    for (double& b : beta) b *= 4000;
    const auto far = loss.at(beta, LossOrder::hessian);
    CHECK(std::isfinite(far.loss));
    for (const double h : far.hessian) REQUIRE(std::isfinite(h));
}

TEST_CASE("classes are told apart only where every row has its greatest score for its own") {
    SoftmaxData data(3, 1, 3);
    data.columns = {{-1, 0, 2}};
    data.labels = {0, 1, 2};
    const std::vector<double> good{-4, 0, 0, 1, 4, -2};
    CHECK(detail::separates(data.loss(0), good));
    data.labels = {0, 2, 2};
    CHECK_FALSE(detail::separates(data.loss(0), good));
    data.weights[1] = 0;
    CHECK(detail::separates(data.loss(0), good));
    CHECK_FALSE(detail::separates(data.loss(0), std::vector<double>(6, 0.0)));
}
