#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/core/random.hpp"
#include "gasket/model/cholesky.hpp"
#include "gasket/model/logistic_loss.hpp"

namespace gasket::detail {

/// Where a solver came to.
struct LogisticSolution {
    std::vector<double> beta = {};
    std::size_t iterations = 0;
    bool converged = false;
    /// loss and gradient at beta
    LossValue value = {};
    /// The Hessian at beta, or where log odds differ from those at beta by a millionth in quadratic mean;
    /// none by L-BFGS.
    std::optional<ScaledCholesky> curvature = std::nullopt;
    /// square root of the intercept's second derivative: of the number of rows, each counted by its curvature
    double rows = 0;
};

/// Rounding of the loss itself: a step may raise it by that much.
[[nodiscard]] inline double loss_noise(double loss) {
    return 1e-13 * std::abs(loss);
}

[[nodiscard]] inline std::vector<double> stepped(std::span<const double> beta, double length,
                                                 std::span<const double> step) {
    std::vector<double> out(beta.begin(), beta.end());
    for (std::size_t j = 0; j < out.size(); ++j) out[j] -= length * step[j];
    return out;
}

/// How far a step goes: by how many standard errors, all parameters together (the Newton decrement). When it
/// is below 1e-8, so is every component of the gradient of the mean loss, in units of its column's quadratic
/// mean.
[[nodiscard]] inline double decrement(std::span<const double> step, std::span<const double> gradient) {
    return std::sqrt(std::max(dot(step, gradient), 0.0));
}

[[nodiscard]] inline double largest(std::span<const double> values) {
    double most = 0;
    for (const double x : values) most = std::max(most, std::abs(x));
    return most;
}

/// Whether the log odds of every row that weighs something point to its own class.
[[nodiscard]] inline bool separates(const LogisticLoss& loss, std::span<const double> beta) {
    const std::vector<double> log_odds = loss.log_odds(beta);
    for (std::size_t r = 0; r < log_odds.size(); ++r) {
        const double margin = loss.labels()[r] > 0.5 ? log_odds[r] : -log_odds[r];
        if (margin <= 0 && (loss.weights().empty() || loss.weights()[r] > 0)) return false;
    }
    return true;
}

/// A step that moves log odds less than this, in quadratic mean, leaves the Hessian as good as it was.
inline constexpr double small_move = 1e-6;

/// Newton's method for LogisticLoss, SoftmaxLoss and their like, halving the step where it would raise the
/// loss. Ends when a step would move the parameters by less than `tolerance` of their standard errors. The
/// Hessian is kept once the steps are small. Without a penalty there may be no optimum: then log odds still
/// move where the loss hardly changes, and that is not called converged. reference: Boyd & Vandenberghe,
/// Convex Optimization, 2004, section 9.5
template <class Loss>
[[nodiscard]] LogisticSolution newton(const Loss& loss, std::vector<double> beta, std::size_t max_iterations,
                                      double tolerance) {
    using Order = LossOrder;
    LogisticSolution out{.beta = std::move(beta)};
    LossValue& here = out.value;
    here = loss.at(out.beta, Order::hessian);
    const auto take_curvature = [&] {
        out.curvature.emplace(here.hessian, loss.parameters());
        out.rows = std::sqrt(here.hessian.back());
    };
    take_curvature();
    double last = std::numeric_limits<double>::infinity();
    for (; out.iterations < max_iterations; ++out.iterations) {
        const std::vector<double> step = out.curvature->solve(here.gradient);
        const double size = decrement(step, here.gradient);
        if (size <= tolerance) {
            out.converged = loss.l2() > 0 || largest(loss.log_odds(step)) < 0.1;
            break;
        }
        if (!std::isfinite(size)) break;
        const bool keep = size <= small_move * out.rows && size < 0.1 * last;
        last = size;
        bool better = false;
        for (double length = 1; length > 1e-6 && !better; length /= 2) {
            std::vector<double> next = stepped(out.beta, length, step);
            LossValue there = loss.at(next, keep ? Order::gradient : Order::hessian);
            better = there.loss <= here.loss + loss_noise(here.loss);
            if (better) {
                out.beta = std::move(next);
                here = std::move(there);
            }
        }
        if (!better) break;  // as good as rounding allows
        if (!keep) take_curvature();
    }
    return out;
}

/// A small part of the rows, in runs of 8 (one line of memory) that a hash of their number chooses: the same
/// for the same number of rows. Its penalty is as much smaller as the rows weigh less.
class LogisticSample {
  public:
    /// About `rows` of them.
    LogisticSample(const LogisticLoss& whole, std::size_t rows) {
        constexpr std::size_t run = 8;
        const double part = static_cast<double>(rows) / static_cast<double>(whole.rows());
        const auto limit = static_cast<std::uint64_t>(part * 0x1p64);
        std::vector<std::size_t> chosen;
        for (std::size_t i = 0; i < whole.rows() / run; ++i)
            if (mix64(i) < limit) chosen.push_back(i * run);
        const std::size_t n = chosen.size() * run;
        const std::size_t p = whole.columns().size();
        const bool weighted = !whole.weights().empty();
        values_.resize((p + 2) * n);
        std::vector<const double*> columns(p + 2);
        parallel_for(weighted ? p + 2 : p + 1, [&](std::size_t j) {
            const double* from = j < p    ? whole.columns()[j]
                                 : j == p ? whole.labels().data()
                                          : whole.weights().data();
            double* to = values_.data() + j * n;
            columns[j] = to;
            for (const std::size_t first : chosen) to = std::copy_n(from + first, run, to);
        });
        const std::span<const double> labels(values_.data() + p * n, n);
        const std::span<const double> weights(labels.data() + n, weighted ? n : 0);
        columns.resize(p);
        share_ = static_cast<double>(n) / static_cast<double>(whole.rows());
        if (weighted) {
            const double all = whole.totals().all;
            share_ = LogisticLoss({}, labels, weights, 0).totals().all / all;
        }
        loss_.emplace(std::move(columns), labels, weights, whole.l2() * share_, whole.scales());
    }

    [[nodiscard]] const LogisticLoss& loss() const noexcept { return *loss_; }
    /// Its part of the sum of all weights.
    [[nodiscard]] double share() const noexcept { return share_; }

  private:
    std::vector<double> values_;  // columns, labels, weights
    double share_ = 0;
    std::optional<LogisticLoss> loss_;
};

/// What the last steps have told of the inverse of the Hessian, on top of a first guess of it.
/// reference: Liu & Nocedal, On the limited memory BFGS method, 1989
template <class Guess>
class BfgsMemory {
  public:
    /// `guess(g)` is the step that the first guess takes for gradient g
    explicit BfgsMemory(Guess guess) : guess_(std::move(guess)) {}

    [[nodiscard]] bool empty() const noexcept { return pairs_.empty(); }
    void clear() noexcept { pairs_.clear(); }

    /// The parameters went down by `step`, which changed the gradient from `before` to `after`.
    void add(std::vector<double> step, std::span<const double> before, std::span<const double> after) {
        constexpr std::size_t most = 10;
        Pair pair{std::move(step), std::vector<double>(before.size()), 0};
        for (std::size_t j = 0; j < before.size(); ++j) pair.change[j] = before[j] - after[j];
        pair.curvature = dot(pair.step, pair.change);
        if (!(pair.curvature > 0)) return;
        if (pairs_.size() == most) pairs_.erase(pairs_.begin());
        pairs_.push_back(std::move(pair));
    }

    /// The step from where the gradient is `direction`.
    [[nodiscard]] std::vector<double> step(std::vector<double> direction) const {
        std::vector<double> alpha(pairs_.size());
        for (std::size_t i = pairs_.size(); i-- > 0;) {
            alpha[i] = dot(pairs_[i].step, direction) / pairs_[i].curvature;
            for (std::size_t j = 0; j < direction.size(); ++j) direction[j] -= alpha[i] * pairs_[i].change[j];
        }
        direction = guess_(direction);
        if (!pairs_.empty()) {
            const Pair& last = pairs_.back();
            const double gamma = last.curvature / dot(last.change, guess_(last.change));
            for (double& d : direction) d *= gamma;
        }
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            const double b = dot(pairs_[i].change, direction) / pairs_[i].curvature;
            for (std::size_t j = 0; j < direction.size(); ++j)
                direction[j] += (alpha[i] - b) * pairs_[i].step[j];
        }
        return direction;
    }

  private:
    struct Pair {
        std::vector<double> step, change;
        double curvature;
    };
    Guess guess_;
    std::vector<Pair> pairs_;
};

/// The optimum of many rows, by few passes over them. Newton's method on a sample comes within a few standard
/// errors of the sample, for next to nothing; its Hessian is then the first guess for steps over all rows,
/// each a pass for the gradient alone that leaves a few hundredths of the distance. Newton's method on all
/// rows has the last word: it takes the Hessian of all rows once, near the optimum, or goes the whole way
/// where the sample has misled.
[[nodiscard]] inline LogisticSolution newton_from_sample(const LogisticLoss& loss, std::size_t sample_rows,
                                                         std::size_t max_iterations, double tolerance) {
    const LogisticSample sample(loss, sample_rows);
    const LogisticLoss::Totals totals = sample.loss().totals();
    LogisticSolution near;
    if (totals.positive > 0 && totals.positive < totals.all)
        near = newton(sample.loss(), sample.loss().constant_only(), 20, 0.1);
    if (!near.converged) return newton(loss, loss.constant_only(), max_iterations, tolerance);

    const double rows = near.rows / std::sqrt(sample.share());
    BfgsMemory memory([&](std::span<const double> gradient) {
        std::vector<double> step = near.curvature->solve(gradient);
        for (double& s : step) s *= sample.share();
        return step;
    });
    std::vector<double> beta = std::move(near.beta);
    std::vector<double> step;
    std::size_t iterations = 0;
    double size = 0;
    LogisticLoss::Value here;
    while (iterations < std::min<std::size_t>(max_iterations, 8)) {
        LogisticLoss::Value there = loss.at(beta, LogisticLoss::Order::gradient);
        if (!std::isfinite(there.loss)) return newton(loss, loss.constant_only(), max_iterations, tolerance);
        if (iterations > 0) {
            if (there.loss > here.loss) break;
            memory.add(std::move(step), here.gradient, there.gradient);
        }
        here = std::move(there);
        step = memory.step(here.gradient);
        const double left = size > 0 ? decrement(step, here.gradient) / size : 0.1;
        if (!(left < 0.3)) break;
        size = decrement(step, here.gradient);
        beta = stepped(beta, 1, step);
        ++iterations;
        if (size * left <= small_move * rows) break;
    }
    LogisticSolution out = newton(loss, std::move(beta), max_iterations - iterations, tolerance);
    out.iterations += iterations;
    return out;
}

/// Limited-memory BFGS, for more columns than a matrix of second derivatives is worth. Each parameter is
/// measured in units of its curvature at the start. Ends when the gradient in these units is below
/// `tolerance`. reference: Liu & Nocedal, On the limited memory BFGS method, 1989; Hager & Zhang, 2005 (the
/// accepted rise)
template <class Loss>
[[nodiscard]] LogisticSolution lbfgs(const Loss& loss, std::vector<double> beta,
                                     std::span<const double> curvature, std::size_t max_iterations,
                                     double tolerance) {
    constexpr auto gradient = LossOrder::gradient;
    const auto guess = [curvature](std::span<const double> g) {
        std::vector<double> step(g.begin(), g.end());
        for (std::size_t j = 0; j < step.size(); ++j) step[j] /= curvature[j];
        return step;
    };
    BfgsMemory memory(guess);
    LogisticSolution out{.beta = std::move(beta)};
    LossValue& here = out.value;
    here = loss.at(out.beta, gradient);
    for (; out.iterations < max_iterations; ++out.iterations) {
        const double size = decrement(guess(here.gradient), here.gradient);
        if (size <= tolerance) {
            out.converged = loss.l2() > 0 || !separates(loss, out.beta);
            break;
        }
        if (!std::isfinite(size)) break;
        std::vector<double> step = memory.step(here.gradient);
        const double slope = dot(step, here.gradient);
        bool better = false;
        for (double length = 1; length > 1e-10 && !better; length /= 2) {
            std::vector<double> next = stepped(out.beta, length, step);
            LossValue there = loss.at(next, gradient);
            better = there.loss <= here.loss - 1e-4 * length * slope + loss_noise(here.loss);
            if (!better) continue;
            for (double& s : step) s *= length;
            memory.add(std::move(step), here.gradient, there.gradient);
            out.beta = std::move(next);
            here = std::move(there);
        }
        if (better) continue;
        if (memory.empty()) break;
        memory.clear();  // begin again by steepest descent
    }
    return out;
}

}  // namespace gasket::detail
