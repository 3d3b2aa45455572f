#pragma once

#include <cmath>
#include <span>
#include <string_view>

#include "gasket/core/text.hpp"
#include "gasket/model/linear_regression.hpp"

namespace gasket {

/// Least squares with small coefficients: minimises the (weighted) sum of squared errors + alpha x the sum of
/// squared coefficients; the intercept is not penalised. scikit-learn's Ridge with the same alpha.
///
/// The penalty treats all features alike: put a StandardScaler before it, and the units of the raw columns
/// no longer matter. Requirements, cost and collinear columns where alpha is 0: as LinearRegression.
///
/// fit     O(rows x features^2)   throws OptionError, DataError
/// predict O(rows x features), no allocation; thread-safe
/// reference: Hoerl & Kennard, Ridge regression, 1970
struct Ridge {
    static constexpr std::string_view name = "ridge";

    /// strength of the penalty, at least 0; 1 is scikit-learn's default
    double alpha = 1.0;

    /// `scaling` as in LinearRegression::fit.
    [[nodiscard]] Fitted<Ridge> fit(const TrainingRows& rows,
                                    std::span<const detail::Affine> scaling = {}) const;
};

/// A ridge regression that has learned.
template <>
class Fitted<Ridge> : public detail::LinearModel<Ridge> {
    using detail::LinearModel<Ridge>::LinearModel;
};

inline Fitted<Ridge> Ridge::fit(const TrainingRows& rows, std::span<const detail::Affine> scaling) const {
    detail::require_option(std::isfinite(alpha) && alpha >= 0, "Ridge.alpha", text::shortest(alpha),
                           "at least 0");
    detail::require_regression(rows, "Ridge");
    const detail::CrossMoments moments(rows, scaling);
    const detail::LeastSquares solved(moments, alpha);
    return detail::linear_model<Ridge>(rows, scaling, moments, solved.beta, solved.aliased);
}

}  // namespace gasket
