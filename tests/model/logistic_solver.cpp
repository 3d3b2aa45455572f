#include "gasket/model/logistic_solver.hpp"

#include <cmath>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "support/catch.hpp"
#include "support/logistic_data.hpp"

using namespace gasket;
using detail::LogisticLoss;
using testing_support::LogisticData;

namespace {

/// The greatest component of the gradient of the mean loss.
double mean_gradient(const LogisticLoss& loss, const std::vector<double>& beta) {
    return detail::largest(loss.at(beta, LogisticLoss::Order::gradient).gradient) / loss.totals().all;
}

detail::LogisticSolution by_newton(const LogisticLoss& loss) {
    return detail::newton(loss, loss.constant_only(), 100, 1e-8);
}
detail::LogisticSolution by_lbfgs(const LogisticLoss& loss) {
    return detail::lbfgs(loss, loss.constant_only(), loss.diagonal(loss.constant_only()), 5000, 1e-8);
}

}  // namespace

TEST_CASE("both solvers bring every component of the mean gradient below 1e-8") {
    for (const double l2 : {0.0, 0.5}) {
        const LogisticData data(3000, 6);
        const LogisticLoss loss = data.loss(l2);
        const auto newton = by_newton(loss), lbfgs = by_lbfgs(loss);
        CHECK(newton.converged);
        CHECK(lbfgs.converged);
        CHECK(newton.iterations < 8);
        CHECK(mean_gradient(loss, newton.beta) < 1e-8);
        CHECK(mean_gradient(loss, lbfgs.beta) < 1e-8);
        for (std::size_t j = 0; j < 7; ++j) CHECK(lbfgs.beta[j] == Approx(newton.beta[j]).margin(1e-9));
    }
}

TEST_CASE("Newton and L-BFGS agree, also on columns of very different scale") {
    LogisticData data(3000, 6);
    for (double& x : data.columns[1]) x = 1e6 + 1e5 * x;
    for (double& x : data.columns[2]) x *= 1e-4;
    const LogisticLoss loss = data.loss(0.5);
    const auto newton = by_newton(loss);
    CHECK(newton.converged);
    CHECK(newton.iterations < 10);
    const auto start = loss.constant_only();
    const auto lbfgs = detail::lbfgs(loss, start, loss.diagonal(start), 5000, 1e-7);
    CHECK(lbfgs.value.loss == Approx(newton.value.loss).epsilon(1e-9));
    const auto& gradient = newton.value.gradient;
    for (std::size_t j = 0; j < 7; ++j) CHECK(std::abs(gradient[j]) < 1e-5 * (j == 1 ? 1e6 : 1));
}

TEST_CASE("from a sample the same optimum is found, with the Hessian that belongs to it") {
    const LogisticData data(40000, 5);
    for (const double l2 : {0.0, 3.0}) {
        const LogisticLoss loss = data.loss(l2);
        const auto plain = by_newton(loss);
        const auto sampled = detail::newton_from_sample(loss, 2000, 100, 1e-8);
        CHECK(sampled.converged);
        CHECK(sampled.iterations < 10);
        CHECK(mean_gradient(loss, sampled.beta) < 1e-8);
        const auto right = plain.curvature->root_of_inverse_diagonal();
        const auto found = sampled.curvature->root_of_inverse_diagonal();
        for (std::size_t j = 0; j < 6; ++j) {
            CHECK(sampled.beta[j] == Approx(plain.beta[j]).margin(1e-10));
            CHECK(found[j] == Approx(right[j]).epsilon(1e-6));
        }
        CHECK(detail::newton_from_sample(loss, 2000, 1, 1e-8).converged == false);
    }
}

TEST_CASE("a sample holds about as many rows as asked for, whole ones, and counts what they weigh") {
    const LogisticData data(40003, 3);
    const LogisticLoss loss = data.loss(2);
    const detail::LogisticSample sample(loss, 4000);
    const std::size_t n = sample.loss().rows();
    CHECK(n == Approx(4000).epsilon(0.15));
    double weight = 0;
    std::size_t r = 0;
    for (std::size_t i = 0; i < n; ++i, ++r) {
        while (data.columns[0][r] != sample.loss().columns()[0][i]) ++r;
        REQUIRE(data.columns[2][r] == sample.loss().columns()[2][i]);
        REQUIRE(data.labels[r] == sample.loss().labels()[i]);
        weight += data.weights[r];
    }
    CHECK(sample.share() == Approx(weight / loss.totals().all).epsilon(1e-12));
    CHECK(sample.loss().l2() == Approx(2 * sample.share()));
}

TEST_CASE("a sample that misleads, or has one class only, leads to the optimum all the same") {
    LogisticData data(40000, 2);
    const auto limit = static_cast<std::uint64_t>(2000.0 / 40000.0 * 0x1p64);
    // the sampled rows say the opposite of the others
    for (std::size_t r = 0; r < data.labels.size(); ++r)
        if (mix64(r / 8) < limit) data.labels[r] = 1 - data.labels[r];
    const LogisticLoss misled = data.loss(1);
    const auto right = by_newton(misled);
    const auto found = detail::newton_from_sample(misled, 2000, 100, 1e-8);
    CHECK(found.converged);
    for (std::size_t j = 0; j < 3; ++j) CHECK(found.beta[j] == Approx(right.beta[j]).margin(1e-9));
    for (std::size_t r = 0; r < data.labels.size(); ++r)
        if (mix64(r / 8) < limit) data.labels[r] = 1;
    const LogisticLoss one_class = data.loss(1);
    const auto from_one = detail::newton_from_sample(one_class, 2000, 100, 1e-8);
    CHECK(from_one.converged);
    CHECK(mean_gradient(one_class, from_one.beta) < 1e-8);
}

TEST_CASE("without a penalty, classes that columns tell apart have no optimum and none is claimed") {
    LogisticData data(600, 3);
    for (std::size_t r = 0; r < 600; ++r)
        data.columns[1][r] = data.labels[r] > 0.5 ? 1.0 + data.weights[r] : -data.weights[r];
    const auto all = by_newton(data.loss(0));
    CHECK_FALSE(all.converged);
    CHECK(all.iterations < 60);
    CHECK_FALSE(by_lbfgs(data.loss(0)).converged);
    CHECK(by_newton(data.loss(1e-3)).converged);
    CHECK(by_lbfgs(data.loss(1e-3)).converged);
    // and where only a few rows can be told apart
    data = LogisticData(600, 3);
    for (std::size_t r = 0; r < 600; ++r)
        data.columns[1][r] = data.labels[r] > 0.5 && r % 40 == 0 ? 1.0 : 0.0;
    const auto part = by_newton(data.loss(0));
    CHECK_FALSE(part.converged);
    CHECK(part.iterations < 60);
    CHECK(by_newton(data.loss(1e-3)).converged);
}

TEST_CASE("collinear and constant columns move nothing but themselves, with and without a penalty") {
    for (const double l2 : {0.0, 1.0}) {
        LogisticData data(30000, 5);
        data.columns[3] = data.columns[1];
        for (double& x : data.columns[3]) x = 2 * x - 1;
        std::fill(data.columns[4].begin(), data.columns[4].end(), 7.0);
        const LogisticLoss loss = data.loss(l2);
        const auto newton = by_newton(loss), lbfgs = by_lbfgs(loss);
        const auto sampled = detail::newton_from_sample(loss, 3000, 100, 1e-8);
        CHECK(newton.converged);
        CHECK(lbfgs.converged);
        CHECK(sampled.converged);
        const auto right = loss.log_odds(newton.beta), other = loss.log_odds(lbfgs.beta),
                   third = loss.log_odds(sampled.beta);
        double apart = 0;
        for (std::size_t r = 0; r < right.size(); ++r)
            apart = std::max({apart, std::abs(right[r] - other[r]), std::abs(right[r] - third[r])});
        CHECK(apart < 1e-6);
        if (l2 > 0) CHECK(std::abs(newton.beta[4]) < 1e-9);
    }
}

TEST_CASE("the solvers give the same bits for any number of threads") {
    const LogisticData data(30011, 7);
    const LogisticLoss loss = data.loss(0.5);
    set_threads(1);
    const auto newton = by_newton(loss).beta, lbfgs = by_lbfgs(loss).beta,
               sampled = detail::newton_from_sample(loss, 2000, 100, 1e-8).beta;
    set_threads(3);
    CHECK(by_newton(loss).beta == newton);
    CHECK(by_lbfgs(loss).beta == lbfgs);
    CHECK(detail::newton_from_sample(loss, 2000, 100, 1e-8).beta == sampled);
    set_threads(0);
}

TEST_CASE("the bits are those of every build: any optimisation, any registers, GCC and Clang") {
    // A build that contracts a * b + c into one instruction (for GCC: -march=x86-64-v3 without
    // -ffp-contract=off) differs.
    Random random(5);
    LogisticData data(0, 0);
    data.columns.assign(5, std::vector<double>(20003));
    for (auto& column : data.columns) {
        for (double& x : column) x = 2 * random.uniform() - 1;
    }
    for (std::size_t r = 0; r < 20003; ++r) {
        data.labels.push_back(data.columns[0][r] + random.uniform() > 0.4 ? 1 : 0);
        data.weights.push_back(0.5 + random.uniform());
    }
    const LogisticLoss loss = data.loss(1);
    std::uint64_t digest = 0;
    for (const auto& solution :
         {by_newton(loss), by_lbfgs(loss), detail::newton_from_sample(loss, 2000, 100, 1e-8)})
        for (const double b : solution.beta) digest = mix64(digest ^ detail::bits_of_double(b));
    CHECK(digest == 0x1abda86149bceba8);
}
