#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "gasket/model/coordinate_descent.hpp"
#include "gasket/model/logistic_solver.hpp"

/// Solvers for a loss + l1 x the sum of absolute coefficients. Parameters of the losses come in stretches,
/// one for each class: coefficients in the order of the columns, then an intercept, which is not penalised.
namespace gasket::detail {

/// l1 for each parameter of a loss.
template <class Loss>
[[nodiscard]] std::vector<double> l1_by_parameter(const Loss& loss, double l1) {
    std::vector<double> out(loss.parameters(), l1);
    const std::size_t stretch = loss.columns().size() + 1;
    for (std::size_t i = stretch - 1; i < out.size(); i += stretch) out[i] = 0;
    return out;
}

/// The model of a loss near `beta` by its derivatives there, with the l1 penalty. `gram` keeps the Hessian.
[[nodiscard]] inline CoordinateDescent quadratic_model(const std::vector<double>& beta, const LossValue& here,
                                                       std::vector<double>& gram,
                                                       const std::vector<double>& l1) {
    const std::size_t n = beta.size();
    if (!here.hessian.empty()) {
        gram = here.hessian;
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t k = 0; k < i; ++k) gram[k * n + i] = gram[i * n + k];
    }
    std::vector<double> left(n);
    for (std::size_t i = 0; i < n; ++i) left[i] = -here.gradient[i];
    return {gram.data(), beta, std::move(left), l1, 0};
}

/// Newton's method for all columns at once: each step goes to the optimum of the quadratic model with the l1
/// penalty, by coordinate descent and, between its rounds, straight steps among the coefficients that are not
/// 0; halved where the objective would rise. Ends when a step would move the parameters by less than
/// `tolerance` of their standard errors.
template <class Loss>
[[nodiscard]] LogisticSolution proximal_newton(const Loss& loss, std::vector<double> beta, double l1,
                                               std::size_t max_iterations, double tolerance) {
    const std::vector<double> penalty = l1_by_parameter(loss, l1);
    const auto absolute = [&](std::span<const double> b) {
        double sum = 0;
        for (std::size_t i = 0; i < b.size(); ++i) sum += penalty[i] * std::abs(b[i]);
        return sum;
    };
    LogisticSolution out{.beta = std::move(beta)};
    LossValue& here = out.value;
    here = loss.at(out.beta, LossOrder::hessian);
    std::vector<double> gram;
    double last = std::numeric_limits<double>::infinity();
    for (; out.iterations < max_iterations; ++out.iterations) {
        if (!std::isfinite(here.loss)) break;
        if (!here.hessian.empty()) out.rows = std::sqrt(here.hessian.back());
        CoordinateDescent model = quadratic_model(out.beta, here, gram, penalty);
        const double enough = std::max(1e-4 * model.residual(), 0.01 * tolerance);
        for (int round = 1; round <= 1000 && model.residual() > enough; ++round) {
            model.round();
            if (round % 4 == 0) model.go_within_signs();
        }
        // the step, its length squared in standard errors, and how fast the objective falls along it at first
        std::vector<double> step(out.beta.size());
        double squares = 0, slope = 0;
        for (std::size_t i = 0; i < step.size(); ++i) {
            step[i] = out.beta[i] - model.beta()[i];
            squares += step[i] * (model.left()[i] + here.gradient[i]);
            slope += step[i] * here.gradient[i];
        }
        slope += absolute(out.beta) - absolute(model.beta());
        const double size = std::sqrt(std::max(squares, 0.0));
        if (size <= tolerance) {
            out.converged = true;
            break;
        }
        if (!std::isfinite(size)) break;
        const bool keep = size <= small_move * out.rows && size < 0.1 * last;
        last = size;
        const double now = here.loss + absolute(out.beta);
        bool better = false;
        for (double length = 1; length > 1e-6 && !better; length /= 2) {
            std::vector<double> next = length == 1 ? model.beta() : stepped(out.beta, length, step);
            LossValue there = loss.at(next, keep ? LossOrder::gradient : LossOrder::hessian);
            better = there.loss + absolute(next) <= now - 1e-4 * length * slope + loss_noise(now);
            if (better) {
                out.beta = std::move(next);
                here = std::move(there);
            }
        }
        if (!better) break;  // as good as rounding allows
    }
    return out;
}

/// The optimum of a loss + l1 x the sum of absolute coefficients. Beyond `few` parameters the columns that
/// matter are looked for: those whose gradient is greater than l1 join a set, the optimum of the loss of
/// these columns alone is found, and so on until the gradient of no other column is; so a matrix of second
/// derivatives is made for few columns of many.
///
/// `start`: constant_only()
/// O(iterations x (rows x columns + rows x active^2 + active^3)), active: parameters of the columns that are
/// not 0
/// reference: Friedman, Hastie & Tibshirani, Regularization paths for generalized linear models via
/// coordinate descent, 2010; Lee, Sun & Saunders, Proximal Newton-type methods for minimizing composite
/// functions, 2014; Tibshirani et al., Strong rules for discarding predictors in lasso-type problems, 2012
template <class Loss>
[[nodiscard]] LogisticSolution minimise_with_l1(const Loss& loss, std::vector<double> start, double l1,
                                                std::size_t max_iterations, double tolerance,
                                                std::size_t few = 100) {
    if (loss.parameters() <= few)
        return proximal_newton(loss, std::move(start), l1, max_iterations, tolerance);
    const std::size_t p = loss.columns().size(), stretch = p + 1, classes = loss.parameters() / stretch;
    LogisticSolution out{.beta = std::move(start)};
    std::vector<bool> in(p, false);
    std::vector<std::size_t> kept;
    while (true) {
        out.value = loss.at(out.beta, LossOrder::gradient);
        if (!std::isfinite(out.value.loss)) break;
        struct Pull {
            double size;
            std::size_t column;
        };
        std::vector<Pull> pulls;
        for (std::size_t j = 0; j < p; ++j) {
            double most = 0;
            for (std::size_t k = 0; k < classes; ++k)
                most = std::max(most, std::abs(out.value.gradient[k * stretch + j]));
            if (!in[j] && most > l1 * (1 + 1e-9)) pulls.push_back({most, j});
        }
        if (pulls.empty() && out.iterations > 0) break;
        if (out.iterations >= max_iterations) {
            out.converged = false;
            break;
        }
        std::sort(pulls.begin(), pulls.end(), [](const Pull& a, const Pull& b) {
            return a.size != b.size ? a.size > b.size : a.column < b.column;
        });
        pulls.resize(std::min(pulls.size(), std::max(kept.size(), few / classes + 1)));
        for (const Pull& pull : pulls) in[pull.column] = true;
        kept.clear();
        for (std::size_t j = 0; j < p; ++j)
            if (in[j]) kept.push_back(j);
        const auto place = [&](std::size_t k, std::size_t i) {
            return k * stretch + (i < kept.size() ? kept[i] : p);
        };
        std::vector<double> part;
        for (std::size_t k = 0; k < classes; ++k)
            for (std::size_t i = 0; i <= kept.size(); ++i) part.push_back(out.beta[place(k, i)]);
        LogisticSolution some = proximal_newton(loss.of_columns(kept), std::move(part), l1,
                                                max_iterations - out.iterations, tolerance);
        for (std::size_t k = 0; k < classes; ++k)
            for (std::size_t i = 0; i <= kept.size(); ++i)
                out.beta[place(k, i)] = some.beta[k * (kept.size() + 1) + i];
        out.iterations += std::max<std::size_t>(some.iterations, 1);
        out.converged = some.converged;
    }
    return out;
}

}  // namespace gasket::detail
