#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "gasket/model/elastic_net.hpp"

namespace gasket {

/// Least squares with few coefficients: minimises half the (weighted) mean of squared errors + alpha x the
/// sum of absolute coefficients, so that many of them are 0. scikit-learn's Lasso with the same alpha; all
/// else as ElasticNet.
///
/// reference: Tibshirani, Regression shrinkage and selection via the lasso, 1996
struct Lasso {
    static constexpr std::string_view name = "lasso";

    /// strength of the penalty, above 0; 1 is scikit-learn's default
    double alpha = 1.0;
    /// rounds over the features, at least 1
    std::size_t max_iterations = 10000;
    /// above 0; see ElasticNet
    double tolerance = 1e-10;

    /// `scaling` as in LinearRegression::fit.
    [[nodiscard]] Fitted<Lasso> fit(const TrainingRows& rows,
                                    std::span<const detail::Affine> scaling = {}) const;
};

/// A lasso that has learned.
template <>
class Fitted<Lasso> : public detail::LinearModel<Lasso> {
    using detail::LinearModel<Lasso>::LinearModel;
};

inline Fitted<Lasso> Lasso::fit(const TrainingRows& rows, std::span<const detail::Affine> scaling) const {
    return detail::fit_elastic_net(*this, 1.0, "Lasso", rows, scaling);
}

}  // namespace gasket
