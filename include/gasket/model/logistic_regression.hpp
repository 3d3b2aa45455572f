#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/model/class_weight.hpp"
#include "gasket/model/linear_rows.hpp"
#include "gasket/model/logistic_model.hpp"
#include "gasket/model/logistic_solver.hpp"
#include "gasket/model/multinomial.hpp"
#include "gasket/model/proximal_newton.hpp"
#include "gasket/model/require.hpp"
#include "gasket/prepare/affine.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// Linear log odds: the probability of the positive class is 1 / (1 + exp(-(intercept + sum_j coefficient_j
/// x_j))). For a target of many classes each class has such a score, and the probabilities are e^score over
/// the sum of all (multinomial).
///
/// Minimises the weighted log loss, summed over rows, + l1 x the sum of absolute coefficients + l2 / 2 x the
/// sum of squared ones; intercepts are not penalised. That is scikit-learn's objective with C = 1 / (l1 + l2)
/// and l1_ratio = l1 / (l1 + l2), so both find the same optimum; the other way round l1 = l1_ratio / C and
/// l2 = (1 - l1_ratio) / C. Put a StandardScaler before it: the penalty treats all features alike.
///
/// Without l1 up to 100 features (for many classes 500 parameters) by Newton's method, from six times 1024
/// rows a feature on by way of a sample that needs no more than a handful of passes over the rows; beyond
/// that by limited-memory BFGS. With l1 by Newton's method too, each step by coordinate descent. An l1 makes
/// coefficients 0 that matter little.
///
/// For many classes the coefficients of a feature, and the intercepts, sum to 0 over the classes: with l2 the
/// penalty has it so, without a penalty it is the choice among answers that predict the same. With an l1 the
/// coefficients are as the penalty leaves them; where l2 is 0 several answers may be as good. `against` gives
/// differences to one class, with their standard errors.
///
/// Coefficients that an l1 shrinks or makes 0 have no standard errors: their distribution has a lump at 0 and
/// is not centred at the truth, so that no curvature tells its width. Resample, or fit again what is left.
///
/// Every feature must be a finite number; a category or a missing value is an error that names the stage to
/// add. A missing value in a row to be scored makes its probability missing. Where there is no penalty and
/// the features tell all rows of a class, or some, from the others without error, there is no optimum: the
/// fit ends, and does not say that it converged.
///
/// fit     O(iterations x rows x features^2) up to 100 features, O(iterations x rows x features) beyond; for
///         many classes with (classes x features) in place of features. With an l1 only features count whose
///         coefficients are not 0, and O(iterations x rows x features) to find them
///         throws OptionError, DataError; the same bits for any number of threads
/// predict O(rows x features x classes), no allocation; thread-safe
/// reference: Cox, The regression analysis of binary sequences, 1958; le Cessie & van Houwelingen, Ridge
/// estimators in logistic regression, 1992; Friedman, Hastie & Tibshirani, Regularization paths for
/// generalized linear models via coordinate descent, 2010
struct LogisticRegression {
    static constexpr std::string_view name = "logistic_regression";

    /// strength of the penalty on squared coefficients, at least 0; 1 is scikit-learn's default
    double l2 = 1.0;
    /// strength of the penalty on absolute coefficients, at least 0
    double l1 = 0;
    /// at least 1; Newton's method seldom takes ten
    std::size_t max_iterations = 1000;
    /// above 0: ends when a further step would change no coefficient by more than this part of its standard
    /// error. Then no component of the gradient of the mean loss is greater than this either, each feature in
    /// units of its quadratic mean
    double tolerance = 1e-8;
    /// `balanced` gives all classes the same total weight
    ClassWeight class_weight = ClassWeight::none;

    /// `scaling`, one for each feature, has it learn from the rows as they would be when scaled, without a
    /// scaled copy of them and equal up to rounding: so a chain fits it behind a scaler.
    [[nodiscard]] Fitted<LogisticRegression> fit(const TrainingRows& rows,
                                                 std::span<const detail::Affine> scaling = {}) const;
};

/// A logistic regression that has learned: coefficients, answers, and what was out of the ordinary.
template <>
class Fitted<LogisticRegression> : public detail::LogisticModel<LogisticRegression> {
    using detail::LogisticModel<LogisticRegression>::LogisticModel;
};

namespace detail {

/// The optimum for two classes.
[[nodiscard]] inline LogisticSolution solve_binary(const LogisticLoss& loss, double l1,
                                                   std::size_t max_iterations, double tolerance) {
    constexpr std::size_t newton_limit = 100;
    const std::size_t p = loss.columns().size();
    if (l1 > 0) return minimise_with_l1(loss, loss.constant_only(), l1, max_iterations, tolerance);
    const std::size_t sample = std::max<std::size_t>(8192, 1024 * p);
    if (p > newton_limit) {
        std::vector<double> start = loss.constant_only();
        const std::vector<double> curvature = loss.diagonal(start);
        return lbfgs(loss, std::move(start), curvature, max_iterations, tolerance);
    }
    if (loss.rows() > 6 * sample) return newton_from_sample(loss, sample, max_iterations, tolerance);
    return newton(loss, loss.constant_only(), max_iterations, tolerance);
}

}  // namespace detail

inline Fitted<LogisticRegression> LogisticRegression::fit(const TrainingRows& rows,
                                                          std::span<const detail::Affine> scaling) const {
    constexpr std::size_t error_limit = 500;
    const std::string who = "LogisticRegression";
    detail::require_option(std::isfinite(l2) && l2 >= 0, who + ".l2", text::shortest(l2), "at least 0");
    detail::require_option(std::isfinite(l1) && l1 >= 0, who + ".l1", text::shortest(l1), "at least 0");
    detail::require_iterations(max_iterations, tolerance, who);
    const bool many = rows.target().task == Task::multiclass;
    detail::require_rows(rows, who);
    if (!many) detail::require_binary(rows, who);
    detail::require_some_features(rows, who);
    detail::require_numbers(rows, who);
    detail::require_every_class(rows, who);

    const std::size_t p = rows.layout().size();
    std::vector<double> weights;
    if (class_weight != ClassWeight::none || !rows.weights().empty())
        weights = detail::row_weights(rows, class_weight);
    if (many) {
        const detail::SoftmaxLoss loss(detail::column_pointers(rows), rows.labels(),
                                       rows.target().classes.size(), weights, l2, l2 == 0 && l1 == 0,
                                       detail::column_scales(scaling));
        const auto solution = detail::solve_multinomial(loss, l1, max_iterations, tolerance);
        detail::require_finite_solution(solution, rows, who);
        return {rows.target().classes,
                rows.layout().names(),
                solution.beta,
                l1 > 0 ? std::vector<double>{} : detail::class_covariances(loss, solution.beta),
                solution.iterations,
                solution.converged};
    }
    const detail::LogisticLoss loss(detail::column_pointers(rows), rows.labels(), weights, l2,
                                    detail::column_scales(scaling));
    detail::LogisticSolution solution = detail::solve_binary(loss, l1, max_iterations, tolerance);
    detail::require_finite_solution(solution, rows, who);
    std::vector<double> errors(p + 1, missing);
    if (p <= error_limit && l1 == 0) {
        if (!solution.curvature) {
            solution.curvature.emplace(loss.at(solution.beta, detail::LossOrder::hessian).hessian, p + 1);
        }
        errors = solution.curvature->root_of_inverse_diagonal();
        for (double& e : errors) e = std::isfinite(e) ? e : missing;
    }
    std::vector<Coefficient> coefficients;
    for (std::size_t j = 0; j < p; ++j) {
        coefficients.push_back({rows.layout()[j].name, solution.beta[j], errors[j]});
    }
    return {std::move(coefficients),
            {"(intercept)", solution.beta[p], errors[p]},
            solution.iterations,
            solution.converged};
}

}  // namespace gasket
