#include "gasket/model/coordinate_descent.hpp"

#include <cmath>
#include <vector>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using detail::CoordinateDescent;

namespace {

/// A problem whose variables hang together, the last one not held back.
struct Problem {
    std::size_t n;
    std::vector<double> gram, cross, l1;
    double l2 = 0.3;

    explicit Problem(std::size_t size) : n(size), gram(n * n, 0.0), cross(n), l1(n, 4.0) {
        Random random(4);
        for (std::size_t r = 0; r < 3 * n; ++r) {
            const double common = random.normal();
            std::vector<double> x(n);
            for (double& value : x) value = random.normal() + common;
            const double y = 2 * x[0] - x[1] + random.normal();
            for (std::size_t i = 0; i < n; ++i) {
                cross[i] += x[i] * y;
                for (std::size_t k = 0; k < n; ++k) gram[i * n + k] += x[i] * x[k];
            }
        }
        l1.back() = 0;
    }
    [[nodiscard]] CoordinateDescent descent() const {
        return {gram.data(), std::vector<double>(n, 0.0), cross, l1, l2};
    }
    [[nodiscard]] double value(const std::vector<double>& b) const {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) {
            sum += l1[i] * std::abs(b[i]) + l2 / 2 * b[i] * b[i] - cross[i] * b[i];
            for (std::size_t k = 0; k < n; ++k) sum += b[i] * gram[i * n + k] * b[k] / 2;
        }
        return sum;
    }
    /// How far the slopes are from those of an optimum, from the definition.
    [[nodiscard]] double off(const std::vector<double>& b) const {
        double most = 0;
        for (std::size_t i = 0; i < n; ++i) {
            double slope = l2 * b[i] - cross[i];
            for (std::size_t k = 0; k < n; ++k) slope += gram[i * n + k] * b[k];
            most = std::max(
                most, b[i] != 0 ? std::abs(slope + std::copysign(l1[i], b[i])) : std::abs(slope) - l1[i]);
        }
        return most;
    }
};

}  // namespace

TEST_CASE("rounds never raise the objective, and end at the optimum") {
    const Problem problem(12);
    CoordinateDescent descent = problem.descent();
    double last = problem.value(descent.beta());
    for (int i = 0; i < 3000; ++i) {
        descent.round();
        const double now = problem.value(descent.beta());
        REQUIRE(now <= last + 1e-12 * std::abs(last));
        last = now;
    }
    CHECK(problem.off(descent.beta()) < 1e-9);
    CHECK(descent.residual() < 1e-10);
    std::size_t zeros = 0;
    for (const double b : descent.beta()) zeros += b == 0 ? 1 : 0;
    CHECK(zeros > 2);
    CHECK(zeros < 10);
    CHECK(descent.beta().back() != 0);
    CoordinateDescent polished = descent;
    polished.polish();
    CHECK(problem.off(polished.beta()) < 1e-10);
}

TEST_CASE("straight steps among the signs that are there help rounds to the same optimum, much sooner") {
    const Problem problem(12);
    CoordinateDescent slow = problem.descent(), fast = problem.descent();
    for (int i = 0; i < 3000; ++i) slow.round();
    int rounds = 0;
    for (; rounds < 100 && fast.residual() > 1e-10; ++rounds) {
        fast.round();
        const double before = problem.value(fast.beta());
        fast.go_within_signs();
        REQUIRE(problem.value(fast.beta()) <= before + 1e-12 * std::abs(before));
    }
    CHECK(rounds < 15);
    for (std::size_t i = 0; i < 12; ++i)
        CHECK(fast.beta()[i] == Approx(slow.beta()[i]).epsilon(1e-8).margin(1e-10));
}

TEST_CASE("a straight step stops where the first variable becomes 0, exactly") {
    // the optimum of both together is (-2, 3): from (1, 1) the first passes 0 on the way, at (0, 5 / 3)
    const std::vector<double> gram{1, 0, 0, 1};
    CoordinateDescent descent(gram.data(), {1, 1}, {-3 + 0.5, 2 + 0.5}, {0.5, 0.5}, 0);
    descent.go_within_signs();
    CHECK(descent.beta()[0] == 0);
    CHECK(descent.beta()[1] == Approx(1 + 2.0 / 3));
    CHECK(descent.left()[0] == Approx(-1.5));
}

TEST_CASE("polishing from the wrong signs changes nothing") {
    const Problem problem(12);
    CoordinateDescent descent = problem.descent();
    descent.round();
    const std::vector<double> before = descent.beta();
    descent.polish();
    CHECK(descent.beta() == before);
}
