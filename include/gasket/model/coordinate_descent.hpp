#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "gasket/model/cholesky.hpp"

namespace gasket::detail {

/// Minimises b' G b / 2 - g' b + sum_j l1_j |b_j| + l2 / 2 sum_j b_j^2, from a start of one's choice. G has
/// no negative eigenvalue; where l1_j is 0, b_j is not held back.
///
/// reference: Friedman, Hastie & Tibshirani, Regularization paths for generalized linear models via
/// coordinate descent, 2010
class CoordinateDescent {
  public:
    /// `gram` is G, row by row, filled on both sides of the diagonal: a view. `left` is g - G beta.
    CoordinateDescent(const double* gram, std::vector<double> beta, std::vector<double> left,
                      std::vector<double> l1, double l2)
        : gram_(gram), beta_(std::move(beta)), left_(std::move(left)), l1_(std::move(l1)), l2_(l2) {}

    [[nodiscard]] const std::vector<double>& beta() const noexcept { return beta_; }
    /// g - G beta
    [[nodiscard]] const std::vector<double>& left() const noexcept { return left_; }
    [[nodiscard]] double l2() const noexcept { return l2_; }

    /// One round over the variables.
    void round() {
        for (std::size_t j = 0; j < beta_.size(); ++j) {
            const double own = row(j)[j];
            if (!(own > 0)) continue;
            const double z = left_[j] + own * beta_[j];
            const double next = std::copysign(std::max(std::abs(z) - l1_[j], 0.0), z) / (own + l2_);
            move(j, next - beta_[j]);
        }
    }

    /// Solves for the variables that are not 0, their signs being known. Changes nothing where the answer
    /// has other signs or lets a variable that is 0 move.
    void polish() {
        const std::vector<std::size_t> active = moving();
        const ScaledCholesky factor = factor_of(active);
        const std::vector<double> beta = beta_, left = left_;
        // twice: the second step mends what rounding and the trace of a ridge leave of the first
        for (int step = 0; step < 2; ++step) {
            const std::vector<double> change = factor.solve(slope(active, beta));
            for (std::size_t i = 0; i < active.size(); ++i) move(active[i], change[i]);
        }
        bool good = true;
        for (std::size_t j = 0; j < beta_.size(); ++j) {
            good = good && std::isfinite(beta_[j]) &&
                   (l1_[j] == 0    ? true
                    : beta[j] != 0 ? beta_[j] * beta[j] > 0
                                   : std::abs(left_[j]) <= l1_[j] * (1 + 1e-12));
        }
        if (!good) {
            beta_ = beta;
            left_ = left;
        }
    }

    /// Goes straight to the optimum among variables with the signs that they have, or up to where the first
    /// of them becomes 0. Never raises what is minimised. O(variables that are not 0, cubed)
    void go_within_signs() {
        const std::vector<std::size_t> active = moving();
        const std::vector<double> change = factor_of(active).solve(slope(active, beta_));
        double length = 1;
        std::size_t first = active.size();
        for (std::size_t i = 0; i < active.size(); ++i) {
            const double b = beta_[active[i]];
            if (!std::isfinite(change[i])) return;
            if (l1_[active[i]] == 0 || (b + change[i]) * b > 0 || b / -change[i] >= length) continue;
            length = b / -change[i];
            first = i;
        }
        for (std::size_t i = 0; i < active.size(); ++i)
            move(active[i], i == first ? -beta_[active[i]] : length * change[i]);
    }

    /// How far the slopes are from those of an optimum, each in units of the root of its curvature, all
    /// together.
    [[nodiscard]] double residual() const {
        double squares = 0;
        for (std::size_t j = 0; j < beta_.size(); ++j) {
            const double curvature = row(j)[j] + l2_;
            if (!(row(j)[j] > 0)) continue;
            const double downhill = left_[j] - l2_ * beta_[j];
            const double off = beta_[j] != 0 ? downhill - std::copysign(l1_[j], beta_[j])
                                             : std::max(std::abs(downhill) - l1_[j], 0.0);
            squares += off * off / curvature;
        }
        return std::sqrt(squares);
    }

  private:
    [[nodiscard]] const double* row(std::size_t j) const { return gram_ + j * beta_.size(); }

    [[nodiscard]] std::vector<std::size_t> moving() const {
        std::vector<std::size_t> active;
        for (std::size_t j = 0; j < beta_.size(); ++j)
            if (beta_[j] != 0 || l1_[j] == 0) active.push_back(j);
        return active;
    }
    [[nodiscard]] ScaledCholesky factor_of(const std::vector<std::size_t>& active) const {
        const std::size_t n = active.size();
        std::vector<double> lower(n * n);
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t k = 0; k <= i; ++k) lower[i * n + k] = row(active[i])[active[k]];
            lower[i * n + i] += l2_;
        }
        return ScaledCholesky(lower, n);
    }
    /// Downhill, where variables keep the signs that they have in `signs`.
    [[nodiscard]] std::vector<double> slope(const std::vector<std::size_t>& active,
                                            const std::vector<double>& signs) const {
        std::vector<double> out;
        for (const std::size_t j : active)
            out.push_back(left_[j] - l2_ * beta_[j] - std::copysign(l1_[j], signs[j]));
        return out;
    }
    void move(std::size_t j, double by) {
        if (by == 0) return;
        beta_[j] += by;
        for (std::size_t k = 0; k < left_.size(); ++k) left_[k] -= by * row(j)[k];
    }

    const double* gram_;
    std::vector<double> beta_;
    std::vector<double> left_;
    std::vector<double> l1_;
    double l2_;
};

}  // namespace gasket::detail
