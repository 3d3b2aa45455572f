#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"

namespace gasket::detail {

/// The penalised log loss of logistic regression over some rows, with its derivatives.
///
///     sum_i w_i log(1 + exp(-m_i)) + l2 / 2 * sum_j beta_j^2,   m_i = (2 y_i - 1) (x_i beta + intercept)
///
/// The intercept is the last parameter and is not penalised. Rows are summed in blocks whose cuts depend on
/// the data alone and added in order: the same bits for any number of threads. Keeps views of the data.
class LogisticLoss {
  public:
    LogisticLoss(std::vector<const double*> columns, std::span<const double> labels,
                 std::span<const double> weights, double l2)
        : columns_(std::move(columns)), labels_(labels), weights_(weights), l2_(l2) {
        ones_.fill(1.0);
        columns_.push_back(nullptr);  // the intercept's column of ones
        padded_ = (parameters() + 3) / 4 * 4;
    }

    [[nodiscard]] std::size_t parameters() const noexcept { return columns_.size(); }

    struct Value {
        double loss = 0;
        std::vector<double> gradient = {};
        /// row by row, `parameters()` in each; filled on and below the diagonal
        std::vector<double> hessian = {};
    };
    enum class Order { loss, gradient, hessian };

    [[nodiscard]] Value at(std::span<const double> beta, Order order) const {
        const std::size_t rows = labels_.size();
        const std::size_t p = parameters();
        // Few enough partial sums to stay within 64 MiB, whatever the number of columns.
        const std::size_t per_block = order == Order::hessian ? padded_ * padded_ : p;
        const std::size_t most = std::clamp<std::size_t>((std::size_t{8} << 20) / per_block, 4, 256);
        const std::size_t block = std::max<std::size_t>((rows / most + chunk) / chunk * chunk, 4 * chunk);
        std::vector<Partial> partials((rows + block - 1) / block);
        parallel_blocks(rows, block, [&](std::size_t begin, std::size_t end) {
            Partial& partial = partials[begin / block];
            partial.gradient.assign(order == Order::loss ? 0 : p, 0.0);
            partial.hessian.assign(order == Order::hessian ? padded_ * padded_ : 0, 0.0);
            for (std::size_t r = begin; r < end; r += chunk) {
                add(beta, order, r, std::min(chunk, end - r), partial);
            }
        });

        Value value;
        value.gradient.assign(order == Order::loss ? 0 : p, 0.0);
        value.hessian.assign(order == Order::hessian ? p * p : 0, 0.0);
        Sum loss;
        for (const Partial& partial : partials) {
            loss.merge(partial.loss);
            for (std::size_t j = 0; j < value.gradient.size(); ++j) value.gradient[j] += partial.gradient[j];
            if (order != Order::hessian) continue;
            for (std::size_t j = 0; j < p; ++j) {
                for (std::size_t k = 0; k <= j; ++k)
                    value.hessian[j * p + k] += partial.hessian[j * padded_ + k];
            }
        }
        for (std::size_t j = 0; j + 1 < p; ++j) {
            loss.add(0.5 * l2_ * beta[j] * beta[j]);
            if (order != Order::loss) value.gradient[j] += l2_ * beta[j];
            if (order == Order::hessian) value.hessian[j * p + j] += l2_;
        }
        value.loss = loss.value();
        return value;
    }

    /// The diagonal of the Hessian, at least a little above 0.
    [[nodiscard]] std::vector<double> diagonal(std::span<const double> beta) const {
        const std::size_t p = parameters();
        std::vector<double> curvature(labels_.size());
        for (std::size_t r = 0; r < curvature.size(); ++r) {
            double score = beta[p - 1];
            for (std::size_t j = 0; j + 1 < p; ++j) score += beta[j] * columns_[j][r];
            const double probability = sigmoid(score);
            curvature[r] = (weights_.empty() ? 1.0 : weights_[r]) * probability * (1 - probability);
        }
        std::vector<double> out(p);
        parallel_for(p, [&](std::size_t j) {
            double sum = j + 1 < p ? l2_ : 0;
            for (std::size_t r = 0; r < curvature.size(); ++r) {
                const double x = columns_[j] == nullptr ? 1.0 : columns_[j][r];
                sum += curvature[r] * x * x;
            }
            out[j] = std::max(sum, 1e-12);
        });
        return out;
    }

    /// The intercept that fits best where every coefficient is 0. Needs rows of both classes.
    [[nodiscard]] double best_constant() const {
        Sum positive, total;
        for (std::size_t r = 0; r < labels_.size(); ++r) {
            const double w = weights_.empty() ? 1.0 : weights_[r];
            positive.add(w * labels_[r]);
            total.add(w);
        }
        return std::log(positive.value() / (total.value() - positive.value()));
    }

  private:
    static constexpr std::size_t chunk = 256;

    struct Partial {
        Sum loss;
        std::vector<double> gradient;
        std::vector<double> hessian;
    };

    [[nodiscard]] const double* column(std::size_t j, std::size_t first) const noexcept {
        return columns_[j] == nullptr ? ones_.data() : columns_[j] + first;
    }

    void add(std::span<const double> beta, Order order, std::size_t first, std::size_t n,
             Partial& partial) const {
        const std::size_t p = parameters();
        std::array<double, chunk> score, residual, curvature;
        std::fill_n(score.begin(), n, beta[p - 1]);
        for (std::size_t j = 0; j + 1 < p; ++j) {
            const double* x = columns_[j] + first;
            const double b = beta[j];
            for (std::size_t r = 0; r < n; ++r) score[r] += b * x[r];
        }
        for (std::size_t r = 0; r < n; ++r) {
            const double w = weights_.empty() ? 1.0 : weights_[first + r];
            const double y = labels_[first + r];
            const double margin = y > 0.5 ? score[r] : -score[r];
            partial.loss.add(w * (std::max(-margin, 0.0) + std::log1p(std::exp(-std::abs(margin)))));
            const double probability = sigmoid(score[r]);
            residual[r] = w * (probability - y);
            curvature[r] = w * probability * (1 - probability);
        }
        if (order == Order::loss) return;
        for (std::size_t j = 0; j < p; ++j) {
            const double* x = column(j, first);
            double sum = 0;
            for (std::size_t r = 0; r < n; ++r) sum += residual[r] * x[r];
            partial.gradient[j] += sum;
        }
        if (order == Order::hessian) add_hessian(curvature, first, n, partial.hessian);
    }

    /// The lower triangle, in tiles of 2 x 4 so that eight sums run side by side.
    void add_hessian(const std::array<double, chunk>& curvature, std::size_t first, std::size_t n,
                     std::vector<double>& hessian) const {
        const std::size_t p = parameters();
        std::array<double, chunk> a, b;
        const auto at = [&](std::size_t j) { return j < p ? column(j, first) : ones_.data(); };
        for (std::size_t j = 0; j < p; j += 2) {
            const double* xa = at(j);
            const double* xb = at(j + 1);
            for (std::size_t r = 0; r < n; ++r) {
                a[r] = curvature[r] * xa[r];
                b[r] = curvature[r] * xb[r];
            }
            for (std::size_t k = 0; k <= j + 1; k += 4) {
                const double *x0 = at(k), *x1 = at(k + 1), *x2 = at(k + 2), *x3 = at(k + 3);
                double a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
                for (std::size_t r = 0; r < n; ++r) {
                    a0 += a[r] * x0[r];
                    a1 += a[r] * x1[r];
                    a2 += a[r] * x2[r];
                    a3 += a[r] * x3[r];
                    b0 += b[r] * x0[r];
                    b1 += b[r] * x1[r];
                    b2 += b[r] * x2[r];
                    b3 += b[r] * x3[r];
                }
                double* row = hessian.data() + j * padded_ + k;
                row[0] += a0, row[1] += a1, row[2] += a2, row[3] += a3;
                row += padded_;
                row[0] += b0, row[1] += b1, row[2] += b2, row[3] += b3;
            }
        }
    }

    std::vector<const double*> columns_;
    std::span<const double> labels_;
    std::span<const double> weights_;
    double l2_;
    std::size_t padded_ = 0;
    std::array<double, chunk> ones_{};
};

/// A positive semidefinite matrix made ready for solving, each variable in units of its own curvature, so
/// that columns of any scale do no harm.
class ScaledCholesky {
  public:
    /// `lower` has p rows of p numbers, filled on and below the diagonal
    explicit ScaledCholesky(const std::vector<double>& lower, std::size_t p) : scale_(p) {
        for (std::size_t j = 0; j < p; ++j) {
            const double d = lower[j * p + j];
            scale_[j] = d > 0 ? 1 / std::sqrt(d) : 0;
        }
        const auto size = static_cast<Eigen::Index>(p);
        // A trace of a ridge keeps collinear columns apart; it bends the way to the optimum, not the optimum.
        for (double ridge = 1e-12;; ridge *= 100) {
            Eigen::MatrixXd m(size, size);
            for (std::size_t j = 0; j < p; ++j) {
                for (std::size_t k = 0; k <= j; ++k) {
                    m(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(k)) =
                        j == k ? 1 + ridge : lower[j * p + k] * scale_[j] * scale_[k];
                }
            }
            factor_.compute(m);
            if (factor_.info() == Eigen::Success || ridge > 1) break;
        }
    }

    [[nodiscard]] std::vector<double> solve(std::span<const double> right) const {
        Eigen::VectorXd v(static_cast<Eigen::Index>(right.size()));
        for (std::size_t j = 0; j < right.size(); ++j) v[static_cast<Eigen::Index>(j)] = right[j] * scale_[j];
        v = factor_.solve(v);
        std::vector<double> out(right.size());
        for (std::size_t j = 0; j < out.size(); ++j) out[j] = v[static_cast<Eigen::Index>(j)] * scale_[j];
        return out;
    }

    /// Square roots of the inverse's diagonal.
    [[nodiscard]] std::vector<double> root_of_inverse_diagonal() const {
        std::vector<double> unit(scale_.size(), 0.0);
        std::vector<double> out(scale_.size());
        for (std::size_t j = 0; j < out.size(); ++j) {
            unit[j] = 1;
            out[j] = std::sqrt(std::max(solve(unit)[j], 0.0));
            unit[j] = 0;
        }
        return out;
    }

  private:
    std::vector<double> scale_;
    Eigen::LLT<Eigen::MatrixXd> factor_;
};

/// Where a solver came to.
struct LogisticSolution {
    std::vector<double> beta = {};
    std::size_t iterations = 0;
    bool converged = false;
};

[[nodiscard]] inline double dot(std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

/// Rounding of the loss itself: a step may raise it by that much.
[[nodiscard]] inline double loss_noise(double loss) {
    return 1e-13 * std::abs(loss);
}

/// Newton's method, halving the step where it would raise the loss. Ends when a step would move the
/// parameters by less than `tolerance` of their standard errors (the Newton decrement). reference: Boyd &
/// Vandenberghe, Convex Optimization, 2004, section 9.5
[[nodiscard]] inline LogisticSolution newton(const LogisticLoss& loss, std::vector<double> beta,
                                             std::size_t max_iterations, double tolerance) {
    constexpr auto hessian = LogisticLoss::Order::hessian;
    LogisticSolution out{.beta = std::move(beta)};
    LogisticLoss::Value here = loss.at(out.beta, hessian);
    for (; out.iterations < max_iterations; ++out.iterations) {
        const std::vector<double> step = ScaledCholesky(here.hessian, loss.parameters()).solve(here.gradient);
        const double decrement = std::sqrt(std::max(dot(step, here.gradient), 0.0));
        out.converged = decrement <= tolerance;
        if (out.converged) break;
        bool moved = false;
        for (double length = 1; length > 1e-6 && !moved; length /= 2) {
            std::vector<double> next(out.beta);
            for (std::size_t j = 0; j < next.size(); ++j) next[j] -= length * step[j];
            LogisticLoss::Value there = loss.at(next, hessian);
            moved = there.loss <= here.loss + loss_noise(here.loss);
            if (moved) {
                out.beta = std::move(next);
                here = std::move(there);
            }
        }
        if (!moved) break;  // as good as rounding allows
    }
    return out;
}

/// Limited-memory BFGS, for more columns than a matrix of second derivatives is worth. Each parameter is
/// measured in units of its curvature at the start. Ends when the gradient in these units is below
/// `tolerance`. reference: Liu & Nocedal, On the limited memory BFGS method, 1989; Hager & Zhang, 2005 (the
/// accepted rise)
[[nodiscard]] inline LogisticSolution lbfgs(const LogisticLoss& loss, std::vector<double> beta,
                                            std::span<const double> curvature, std::size_t max_iterations,
                                            double tolerance) {
    constexpr auto gradient = LogisticLoss::Order::gradient;
    constexpr std::size_t memory = 10;
    const std::size_t p = beta.size();
    struct Pair {
        std::vector<double> step, change;
        double curvature;
    };
    std::vector<Pair> pairs;
    LogisticSolution out{.beta = std::move(beta)};
    LogisticLoss::Value here = loss.at(out.beta, gradient);
    for (; out.iterations < max_iterations; ++out.iterations) {
        double size = 0;
        for (std::size_t j = 0; j < p; ++j) size += here.gradient[j] * here.gradient[j] / curvature[j];
        out.converged = std::sqrt(size) <= tolerance;
        if (out.converged) break;

        std::vector<double> direction = here.gradient;
        std::vector<double> alpha(pairs.size());
        for (std::size_t i = pairs.size(); i-- > 0;) {
            alpha[i] = dot(pairs[i].step, direction) / pairs[i].curvature;
            for (std::size_t j = 0; j < p; ++j) direction[j] -= alpha[i] * pairs[i].change[j];
        }
        double gamma = 1;
        if (!pairs.empty()) {
            double scaled = 0;
            for (std::size_t j = 0; j < p; ++j) {
                scaled += pairs.back().change[j] * pairs.back().change[j] / curvature[j];
            }
            gamma = pairs.back().curvature / scaled;
        }
        for (std::size_t j = 0; j < p; ++j) direction[j] *= gamma / curvature[j];
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const double b = dot(pairs[i].change, direction) / pairs[i].curvature;
            for (std::size_t j = 0; j < p; ++j) direction[j] += (alpha[i] - b) * pairs[i].step[j];
        }

        const double slope = dot(direction, here.gradient);
        bool moved = false;
        for (double length = 1; length > 1e-10 && !moved; length /= 2) {
            std::vector<double> next(out.beta);
            for (std::size_t j = 0; j < p; ++j) next[j] -= length * direction[j];
            LogisticLoss::Value there = loss.at(next, gradient);
            moved = there.loss <= here.loss - 1e-4 * length * slope + loss_noise(here.loss);
            if (!moved) continue;
            Pair pair{std::vector<double>(p), std::vector<double>(p), 0};
            for (std::size_t j = 0; j < p; ++j) {
                pair.step[j] = next[j] - out.beta[j];
                pair.change[j] = there.gradient[j] - here.gradient[j];
            }
            pair.curvature = dot(pair.step, pair.change);
            if (pair.curvature > 0) {
                if (pairs.size() == memory) pairs.erase(pairs.begin());
                pairs.push_back(std::move(pair));
            }
            out.beta = std::move(next);
            here = std::move(there);
        }
        if (!moved) {
            if (pairs.empty()) break;
            pairs.clear();  // begin again by steepest descent
        }
    }
    return out;
}

}  // namespace gasket::detail
