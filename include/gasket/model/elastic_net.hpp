#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/model/coordinate_descent.hpp"
#include "gasket/model/linear_regression.hpp"

namespace gasket {

/// Least squares with few and small coefficients: minimises
///
///     sum_i w_i error_i^2 / (2 sum_i w_i) + alpha (l1_ratio sum_j |b_j| + (1 - l1_ratio) / 2 sum_j b_j^2)
///
/// where the intercept is not penalised. scikit-learn's ElasticNet with the same alpha and l1_ratio; the loss
/// is a mean, unlike Ridge's sum. Put a StandardScaler before it: the penalty treats all features alike.
///
/// Coordinate descent over sums of products, which are made in one go of the rows. Ends when the duality gap
/// proves the objective to be within `tolerance` x half the target's variance of the optimum; then the
/// coefficients that are not 0 are solved for exactly, where that leaves their signs and all the others at
/// rest.
///
/// fit     O(rows x features^2 + iterations x features^2)   throws OptionError, DataError
/// predict O(rows x features), no allocation; thread-safe
/// reference: Zou & Hastie, Regularization and variable selection via the elastic net, 2005; Friedman, Hastie
/// & Tibshirani, Regularization paths for generalized linear models via coordinate descent, 2010
struct ElasticNet {
    static constexpr std::string_view name = "elastic_net";
    static constexpr bool predicts_numbers = true;

    /// strength of the penalty, above 0; 1 is scikit-learn's default
    double alpha = 1.0;
    /// the part of it on absolute coefficients, above 0, at most 1; for 0 there is Ridge
    double l1_ratio = 0.5;
    /// rounds over the features, at least 1
    std::size_t max_iterations = 10000;
    /// above 0, see above
    double tolerance = 1e-10;

    /// `scaling` as in LinearRegression::fit.
    [[nodiscard]] Fitted<ElasticNet> fit(const TrainingRows& rows,
                                         std::span<const detail::Affine> scaling = {}) const;
};

/// An elastic net that has learned.
template <>
class Fitted<ElasticNet> : public detail::LinearModel<ElasticNet> {
    using detail::LinearModel<ElasticNet>::LinearModel;
};

namespace detail {

/// Coordinate descent for squared error with an elastic net, over moments.
class ElasticNetDescent : public CoordinateDescent {
  public:
    ElasticNetDescent(const CrossMoments& moments, double l1, double l2)
        : CoordinateDescent(moments.gram.data(), std::vector<double>(moments.columns, 0.0), moments.cross,
                            std::vector<double>(moments.columns, l1), l2),
          m_(moments),
          l1_(l1) {}

    /// How far above the optimum the objective can be: its difference from the dual objective at the
    /// residuals, shrunk until they are feasible.
    [[nodiscard]] double gap() const {
        double squares = m_.target_squares, with_target = m_.target_squares, own = 0, absolute = 0, most = 0;
        for (std::size_t j = 0; j < beta().size(); ++j) {
            const double b = beta()[j];
            squares -= b * (m_.cross[j] + left()[j]);
            with_target -= b * m_.cross[j];
            own += b * b;
            absolute += std::abs(b);
            most = std::max(most, std::abs(left()[j] - l2() * b));
        }
        const double shrink = most > l1_ ? l1_ / most : 1.0;
        return 0.5 * (1 + shrink * shrink) * (squares + l2() * own) + l1_ * absolute - shrink * with_target;
    }

  private:
    const CrossMoments& m_;
    double l1_;
};

/// What ElasticNet and Lasso do; `who` is the name of the one that is asked.
template <class S>
Fitted<S> fit_elastic_net(const S& stage, double l1_ratio, const std::string& who, const TrainingRows& rows,
                          std::span<const Affine> scaling) {
    require_option(std::isfinite(stage.alpha) && stage.alpha > 0, who + ".alpha", text::shortest(stage.alpha),
                   "above 0 (for 0 there is LinearRegression)");
    require_option(l1_ratio > 0 && l1_ratio <= 1, who + ".l1_ratio", text::shortest(l1_ratio),
                   "above 0, at most 1 (for 0 there is Ridge)");
    require_option(stage.max_iterations >= 1, who + ".max_iterations", std::to_string(stage.max_iterations),
                   "at least 1");
    require_option(std::isfinite(stage.tolerance) && stage.tolerance > 0, who + ".tolerance",
                   text::shortest(stage.tolerance), "above 0");
    require_regression(rows, who);
    const CrossMoments moments(rows, scaling);
    const double strength = stage.alpha * moments.weight;
    ElasticNetDescent descent(moments, strength * l1_ratio, strength * (1 - l1_ratio));
    const double enough = stage.tolerance * moments.target_squares / 2;
    bool converged = false;
    for (std::size_t i = 0; i < stage.max_iterations && !converged; ++i) {
        descent.round();
        if (i % 10 == 9 || i + 1 == stage.max_iterations) converged = descent.gap() <= enough;
    }
    descent.polish();
    std::vector<std::string> notes;
    if (!converged && descent.gap() > enough) {
        notes.push_back("not converged after " + std::to_string(stage.max_iterations) +
                        " rounds: the objective may be " + text::compact(descent.gap() / moments.weight, 3) +
                        " above its least value; scale the features, or raise max_iterations or alpha");
    }
    return linear_model<S>(rows, scaling, moments, descent.beta(), {}, std::move(notes));
}

}  // namespace detail

inline Fitted<ElasticNet> ElasticNet::fit(const TrainingRows& rows,
                                          std::span<const detail::Affine> scaling) const {
    return detail::fit_elastic_net(*this, l1_ratio, "ElasticNet", rows, scaling);
}

}  // namespace gasket
