#include "gasket/model/proximal_newton.hpp"

#include <cmath>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/model/softmax_loss.hpp"
#include "support/catch.hpp"
#include "support/logistic_data.hpp"
#include "support/softmax_data.hpp"

using namespace gasket;
using detail::LossOrder;
using testing_support::LogisticData;
using testing_support::SoftmaxData;

namespace {

/// How far the gradient is from that of an optimum, per row.
template <class Loss>
double off(const Loss& loss, const std::vector<double>& beta, double l1) {
    const auto gradient = loss.at(beta, LossOrder::gradient).gradient;
    const auto penalty = detail::l1_by_parameter(loss, l1);
    double most = 0;
    for (std::size_t i = 0; i < beta.size(); ++i) {
        most = std::max(most, beta[i] != 0 ? std::abs(gradient[i] + std::copysign(penalty[i], beta[i]))
                                           : std::abs(gradient[i]) - penalty[i]);
    }
    return most / static_cast<double>(loss.rows());
}

std::size_t zeros(const std::vector<double>& beta) {
    return static_cast<std::size_t>(std::count(beta.begin(), beta.end(), 0.0));
}

}  // namespace

TEST_CASE("the gradient at the answer is that of an optimum, with two classes and with many") {
    const LogisticData two(3000, 20);
    for (const double l2 : {0.0, 2.0}) {
        const auto loss = two.loss(l2);
        const auto found = detail::minimise_with_l1(loss, loss.constant_only(), 30, 100, 1e-8);
        CHECK(found.converged);
        CHECK(found.iterations < 12);
        CHECK(off(loss, found.beta, 30) < 1e-9);
        CHECK(zeros(found.beta) > 5);
        CHECK(found.beta[0] > 0.5);
    }
    const SoftmaxData many(2000, 8, 5);
    const auto loss = many.loss(1);
    const auto found = detail::minimise_with_l1(loss, loss.constant_only(), 20, 100, 1e-8);
    CHECK(found.converged);
    CHECK(off(loss, found.beta, 20) < 1e-9);
    CHECK(zeros(found.beta) > 5);
}

TEST_CASE("looking for the columns that matter leads to the same answer as all columns at once") {
    const LogisticData data(2000, 60);
    const auto loss = data.loss(0.5);
    for (const double l1 : {5.0, 40.0}) {
        const auto whole = detail::proximal_newton(loss, loss.constant_only(), l1, 100, 1e-9);
        const auto found = detail::minimise_with_l1(loss, loss.constant_only(), l1, 200, 1e-9, 6);
        CHECK(found.converged);
        CHECK(off(loss, found.beta, l1) < 1e-9);
        for (std::size_t i = 0; i < whole.beta.size(); ++i)
            CHECK(found.beta[i] == Approx(whole.beta[i]).margin(1e-8));
    }
    const SoftmaxData many(1500, 30, 4);
    const auto scores = many.loss(0.5);
    const auto whole = detail::proximal_newton(scores, scores.constant_only(), 15, 100, 1e-9);
    const auto found = detail::minimise_with_l1(scores, scores.constant_only(), 15, 200, 1e-9, 20);
    CHECK(found.converged);
    for (std::size_t i = 0; i < whole.beta.size(); ++i)
        CHECK(found.beta[i] == Approx(whole.beta[i]).margin(1e-8));
}

TEST_CASE("a penalty above every gradient leaves the intercepts alone") {
    const LogisticData data(500, 5);
    const auto loss = data.loss(0);
    for (const std::size_t few : {100U, 2U}) {
        const auto found = detail::minimise_with_l1(loss, loss.constant_only(), 1e4, 100, 1e-8, few);
        CHECK(found.converged);
        CHECK(zeros(found.beta) == 5);
        CHECK(found.beta.back() == Approx(loss.constant_only().back()).epsilon(1e-9));
    }
}

TEST_CASE("a penalty of almost nothing gives what Newton's method gives without one") {
    const LogisticData data(3000, 6);
    const auto loss = data.loss(0.5);
    const auto plain = detail::newton(loss, loss.constant_only(), 100, 1e-9);
    const auto found = detail::minimise_with_l1(loss, loss.constant_only(), 1e-9, 100, 1e-9);
    for (std::size_t i = 0; i < 7; ++i) CHECK(found.beta[i] == Approx(plain.beta[i]).epsilon(1e-8));
}

TEST_CASE("collinear, constant and separating columns do no harm") {
    LogisticData data(2000, 5);
    data.columns[2] = data.columns[1];
    std::fill(data.columns[3].begin(), data.columns[3].end(), 0.0);
    for (std::size_t r = 0; r < 2000; ++r) data.columns[4][r] = data.labels[r] > 0.5 ? 1.0 : 0.0;
    const auto loss = data.loss(0);
    const auto found = detail::minimise_with_l1(loss, loss.constant_only(), 3, 100, 1e-8);
    CHECK(found.converged);
    CHECK(off(loss, found.beta, 3) < 1e-9);
    CHECK(found.beta[3] == 0);
    CHECK(found.beta[4] > 3);
}

TEST_CASE("iterations that run out are not called converged") {
    const LogisticData data(500, 5);
    const auto loss = data.loss(0);
    CHECK_FALSE(detail::minimise_with_l1(loss, loss.constant_only(), 5, 1, 1e-8).converged);
    CHECK_FALSE(detail::minimise_with_l1(loss, loss.constant_only(), 5, 1, 1e-8, 2).converged);
}

TEST_CASE("an L1 gives the same bits for any number of threads") {
    const LogisticData data(30011, 7);
    const SoftmaxData many(5003, 5, 4);
    const auto two = data.loss(0.5);
    const auto four = many.loss(0.5);
    const auto fit = [&](const auto& loss) {
        return detail::minimise_with_l1(loss, loss.constant_only(), 30, 100, 1e-8, 5).beta;
    };
    set_threads(1);
    const auto a = fit(two), b = fit(four);
    set_threads(3);
    CHECK(fit(two) == a);
    CHECK(fit(four) == b);
    set_threads(0);
}
