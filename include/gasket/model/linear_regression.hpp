#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/student_t.hpp"
#include "gasket/model/least_squares.hpp"
#include "gasket/model/linear_model.hpp"

namespace gasket {

/// Least squares: the number is intercept + sum_j coefficient_j x_j, with the least (weighted) sum of squared
/// errors. scikit-learn's LinearRegression; standard errors, t and p values are the classical ones of
/// statsmodels' OLS (WLS where rows have weights).
///
/// Scaling a feature changes its coefficient and standard error by the inverse factor, and no prediction, t
/// or p value. A column that is constant, or a linear combination of those before it, gets the coefficient 0
/// and a note that names it: predictions are those of any other answer, and what the others mean stays clear.
/// Numbers without gaps only, as for LogisticRegression.
///
/// fit     O(rows x features^2)   throws DataError (no rows, features or finite numbers; target of classes)
///         the same bits for any number of threads
/// predict O(rows x features), no allocation; thread-safe
/// reference: Gauss, Theoria combinationis, 1823; Student, The probable error of a mean, 1908
struct LinearRegression {
    static constexpr std::string_view name = "linear_regression";

    /// `scaling`, one for each feature, has it learn as if the rows were scaled, without a copy of them.
    [[nodiscard]] Fitted<LinearRegression> fit(const TrainingRows& rows,
                                               std::span<const detail::Affine> scaling = {}) const;
};

/// A linear regression that has learned.
template <>
class Fitted<LinearRegression> : public detail::LinearModel<LinearRegression> {
    using detail::LinearModel<LinearRegression>::LinearModel;
};

namespace detail {

/// A fitted model of these coefficients, with notes on columns that tell nothing.
template <class S>
Fitted<S> linear_model(const TrainingRows& rows, std::span<const Affine> scaling, const CrossMoments& moments,
                       std::span<const double> beta, std::span<const std::size_t> aliased,
                       std::vector<std::string> notes = {}) {
    for (const std::size_t j : aliased) {
        notes.push_back("column " + text::quoted(rows.layout()[j].name) +
                        (moments.row(j)[j] > moments.weight * moments.means[j] * moments.means[j] * 1e-28
                             ? " is a linear combination of columns before it"
                             : " is constant") +
                        ": its coefficient is 0");
    }
    std::vector<LinearCoefficient> coefficients;
    for (std::size_t j = 0; j < beta.size(); ++j)
        coefficients.push_back({.feature = rows.layout()[j].name, .value = beta[j]});
    const double intercept = intercept_of(moments, beta);
    const double left = residual_squares(rows, scaling, beta, intercept);
    return {std::move(coefficients),
            {.feature = "(intercept)", .value = intercept},
            moments.target_squares > 0 ? 1 - left / moments.target_squares : missing,
            std::move(notes)};
}

}  // namespace detail

inline Fitted<LinearRegression> LinearRegression::fit(const TrainingRows& rows,
                                                      std::span<const detail::Affine> scaling) const {
    detail::require_regression(rows, "LinearRegression");
    const detail::CrossMoments moments(rows, scaling);
    const detail::LeastSquares solved(moments, 0);
    const auto plain =
        detail::linear_model<LinearRegression>(rows, scaling, moments, solved.beta, solved.aliased);
    if (moments.rows <= solved.rank + 1) return plain;
    const auto freedom = static_cast<double>(moments.rows - solved.rank - 1);
    const double deviation =
        std::sqrt(detail::residual_squares(rows, scaling, solved.beta, plain.intercept().value) / freedom);
    std::vector<LinearCoefficient> coefficients = plain.coefficients();
    const auto judge = [&](LinearCoefficient& c, double root) {
        c.standard_error = deviation * root;
        if (c.standard_error > 0) c.p_value = student_t_two_sided(c.t(), freedom);
    };
    for (std::size_t j = 0; j < coefficients.size(); ++j) judge(coefficients[j], solved.inverse_roots[j]);
    LinearCoefficient intercept = plain.intercept();
    judge(intercept, std::sqrt(1 / moments.weight + solved.mean_part));
    return {std::move(coefficients), std::move(intercept), plain.r_squared(), plain.notes()};
}

}  // namespace gasket
