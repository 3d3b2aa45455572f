#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/model/margin_loss.hpp"

namespace gasket::detail {

/// What `n` rows with these log odds, labels (0 or 1) and weights add to the loss, and to its first and
/// second derivative by the log odds. All three come from the probability of the wrong class, so that they
/// keep their digits where that is tiny.
GASKET_CLONES inline void logistic_terms(const double* __restrict log_odds, const double* __restrict labels,
                                         const double* __restrict weights, std::size_t n,
                                         double* __restrict loss, double* __restrict residual,
                                         double* __restrict curvature) noexcept {
    for (std::size_t r = 0; r < n; ++r) {
        const double side = 2 * labels[r] - 1;
        const double margin = side * log_odds[r];
        const double e = exp_minus_abs(margin);
        const double wrong = where_negative(margin, 1.0, e) / (1 + e);  // sigmoid(-margin)
        loss[r] = weights[r] * (where_negative(margin, -margin, 0.0) + log_one_plus(e));
        residual[r] = weights[r] * (-side * wrong);
        curvature[r] = weights[r] * (wrong * (1 - wrong));
    }
}

struct LogisticTerms {
    static void add(const double* scores, const double* labels, const double* weights, std::size_t n,
                    double* loss, double* residual, double* curvature) noexcept {
        logistic_terms(scores, labels, weights, n, loss, residual, curvature);
    }
};

/// The penalised log loss of logistic regression: f(m) = log(1 + exp(-m)).
class LogisticLoss : public MarginLoss<LogisticTerms> {
  public:
    using MarginLoss::MarginLoss;

    /// The diagonal of the Hessian, at least a little above 0.
    [[nodiscard]] std::vector<double> diagonal(std::span<const double> beta) const {
        std::vector<double> curvature = log_odds(beta);
        for (std::size_t r = 0; r < curvature.size(); ++r) {
            const double p = sigmoid(curvature[r]);
            curvature[r] = (weights().empty() ? 1.0 : weights()[r]) * (p * (1 - p));
        }
        std::vector<double> out(parameters());
        parallel_for(out.size(), [&](std::size_t j) {
            double sum = j < columns().size() ? l2() : 0;
            const ColumnScale by = j < scales().size() ? scales()[j] : ColumnScale{};
            for (std::size_t r = 0; r < curvature.size(); ++r) {
                const double x = j < columns().size() ? (columns()[j][r] - by.center) / by.scale : 1.0;
                sum += curvature[r] * x * x;
            }
            out[j] = std::max(sum, 1e-12);
        });
        return out;
    }

    /// Every coefficient 0, and the intercept that fits best then. Needs rows of both classes.
    [[nodiscard]] std::vector<double> constant_only() const {
        const Totals t = totals();
        std::vector<double> beta(parameters(), 0.0);
        beta.back() = log_of(t.positive / (t.all - t.positive));
        return beta;
    }

    /// The same loss with some of the columns alone.
    [[nodiscard]] LogisticLoss of_columns(std::span<const std::size_t> kept) const {
        return {taken(columns(), kept), labels(), weights(), l2(), taken(scales(), kept)};
    }
};

}  // namespace gasket::detail
