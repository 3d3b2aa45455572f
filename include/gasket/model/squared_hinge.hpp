#pragma once

#include <cstddef>

#include "gasket/core/cpu.hpp"
#include "gasket/core/elementary.hpp"
#include "gasket/model/margin_loss.hpp"

namespace gasket::detail {

/// What `n` rows with these scores, labels (0 or 1) and weights add to the squared hinge loss, and to its
/// first and second derivative by the score. Where the margin is 1 the second one jumps; it is 0 there.
GASKET_CLONES inline void squared_hinge_terms(const double* __restrict scores,
                                              const double* __restrict labels,
                                              const double* __restrict weights, std::size_t n,
                                              double* __restrict loss, double* __restrict residual,
                                              double* __restrict curvature) noexcept {
    for (std::size_t r = 0; r < n; ++r) {
        const double side = 2 * labels[r] - 1;
        const double beyond = side * scores[r] - 1;
        const double lack = where_negative(beyond, -beyond, 0.0);
        loss[r] = weights[r] * (lack * lack);
        residual[r] = weights[r] * (-2 * side * lack);
        curvature[r] = weights[r] * where_negative(beyond, 2.0, 0.0);
    }
}

struct SquaredHingeTerms {
    static void add(const double* scores, const double* labels, const double* weights, std::size_t n,
                    double* loss, double* residual, double* curvature) noexcept {
        squared_hinge_terms(scores, labels, weights, n, loss, residual, curvature);
    }
};

/// The loss of a support vector machine: f(m) = max(0, 1 - m)^2.
using SquaredHingeLoss = MarginLoss<SquaredHingeTerms>;

}  // namespace gasket::detail
