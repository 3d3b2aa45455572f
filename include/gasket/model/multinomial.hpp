#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/model/proximal_newton.hpp"
#include "gasket/model/softmax_loss.hpp"

namespace gasket::detail {

/// Newton's method takes a matrix of at most so many parameters, classes x (features + 1).
inline constexpr std::size_t most_newton_parameters = 500;

/// The optimum of a loss of many classes. Coefficients of a feature sum to 0 over the classes, and intercepts
/// do: with l2 that is the optimum itself, without one it is the choice among answers that predict the same.
/// With l1 the penalty alone decides about coefficients.
[[nodiscard]] inline LogisticSolution solve_multinomial(const SoftmaxLoss& loss, double l1,
                                                        std::size_t max_iterations, double tolerance) {
    LogisticSolution out;
    if (l1 > 0) {
        out = minimise_with_l1(loss, loss.constant_only(), l1, max_iterations, tolerance,
                               most_newton_parameters);
    } else if (loss.parameters() <= most_newton_parameters) {
        out = newton(loss, loss.constant_only(), max_iterations, tolerance);
    } else {
        out = lbfgs(loss, loss.constant_only(), loss.diagonal(), max_iterations, tolerance);
    }
    const std::size_t p = loss.columns().size(), classes = loss.classes();
    for (std::size_t j = l1 > 0 ? p : 0; j <= p; ++j) {
        double mean = 0;
        for (std::size_t k = 0; k < classes; ++k)
            mean += out.beta[k * (p + 1) + j] / static_cast<double>(classes);
        for (std::size_t k = 0; k < classes; ++k) out.beta[k * (p + 1) + j] -= mean;
    }
    return out;
}

/// Covariances between the classes for each feature and the intercept, from the curvature at the optimum of a
/// loss without l1; see ClassCovariances. Empty beyond 500 parameters, and where some cannot be told.
///
/// O(rows x parameters^2 + parameters^3)
[[nodiscard]] inline std::vector<double> class_covariances(const SoftmaxLoss& loss,
                                                           std::span<const double> beta) {
    const std::size_t n = loss.parameters(), q = loss.columns().size() + 1, classes = loss.classes();
    if (n > most_newton_parameters) return {};
    const LossValue at = loss.at(beta, LossOrder::hessian);
    const ScaledCholesky factor(at.hessian, n);
    const std::size_t each = classes * (classes + 1) / 2;
    std::vector<double> out(q * each);
    parallel_for(n, [&](std::size_t i) {
        const std::size_t k = i / q, j = i % q;
        std::vector<double> unit(n, 0.0);
        unit[i] = 1;
        const std::vector<double> column = factor.solve(unit);
        // The mean of the classes does not vary: what the ridge, or the penalty, lets it vary is not theirs.
        const double common = 1 / (loss.common_curvature(at.hessian, j) * static_cast<double>(classes));
        for (std::size_t l = 0; l <= k; ++l) out[j * each + k * (k + 1) / 2 + l] = column[l * q + j] - common;
    });
    if (!std::all_of(out.begin(), out.end(), [](double x) { return std::isfinite(x); })) return {};
    return out;
}

}  // namespace gasket::detail
