#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/lanes.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/model/margin_loss.hpp"

namespace gasket::detail {

/// Scores of `n` rows, `stride` apart for each class, become probabilities, `wrong` that of all classes but
/// the row's own, and `loss` what each row adds to the log loss. The wrong classes are added up by
/// themselves, so that they keep their digits where they are tiny. `most` is room for n numbers.
GASKET_CLONES inline void softmax_terms(double* scores, std::size_t stride, std::size_t classes,
                                        const double* __restrict labels, const double* __restrict weights,
                                        std::size_t n, double* __restrict most, double* __restrict wrong,
                                        double* __restrict loss) noexcept {
    for (std::size_t r = 0; r < n; ++r) most[r] = scores[r], wrong[r] = 0, loss[r] = 0;
    for (std::size_t k = 1; k < classes; ++k) {
        const double* s = scores + k * stride;
        for (std::size_t r = 0; r < n; ++r) most[r] = where_negative(most[r] - s[r], s[r], most[r]);
    }
    for (std::size_t k = 0; k < classes; ++k) {
        double* s = scores + k * stride;
        const auto own = static_cast<double>(k);
        for (std::size_t r = 0; r < n; ++r) {
            const double below = most[r] - s[r];
            s[r] = exp_minus_abs(below);
            loss[r] += labels[r] == own ? below : 0.0;
            wrong[r] += labels[r] == own ? 0.0 : s[r];
        }
    }
    for (std::size_t r = 0; r < n; ++r) {
        // the own class has e^-loss so far
        const double sum = exp_minus_abs(loss[r]) + wrong[r];
        const double log_sum = loss[r] == 0 && wrong[r] <= 1 ? log_one_plus(wrong[r]) : log_of(sum);
        loss[r] = weights[r] * (loss[r] + log_sum);
        wrong[r] /= sum;
        most[r] = sum;
    }
    for (std::size_t k = 0; k < classes; ++k) {
        double* s = scores + k * stride;
        for (std::size_t r = 0; r < n; ++r) s[r] /= most[r];
    }
}

/// The penalised log loss of logistic regression with many classes, with its derivatives. Every class has a
/// score, score_k = x_i beta_k + intercept_k, and probabilities are softmax(scores):
///
///     sum_i w_i (log sum_k exp(score_k) - score_(class of i)) + l2 / 2 * sum_kj beta_kj^2
///
/// Parameters are those of the first class, its intercept last, then those of the next. The loss does not
/// change where the scores of all classes move together. So that a step does not go there, the Hessian has a
/// ridge in those directions: for the intercepts always, for coefficients where they are `tied`, which they
/// must be where no penalty holds them. Parameters whose sum over the classes was 0 then keep it, and the
/// ridge changes nothing else.
///
/// Summed as MarginLoss is: the same bits for any number of threads. Tiles of rows are scaled as they are
/// read. Keeps views of the data.
///
/// a Hessian O(rows x classes^2 x columns^2), a gradient O(rows x classes x columns)
/// reference: Böhning, Multinomial logistic regression algorithm, 1992
class SoftmaxLoss {
  public:
    using Value = LossValue;
    using Order = LossOrder;

    /// `labels`: class indices; no weights: all are 1
    SoftmaxLoss(std::vector<const double*> columns, std::span<const double> labels, std::size_t classes,
                std::span<const double> weights, double l2, bool tied, std::vector<ColumnScale> scales = {})
        : columns_(std::move(columns)),
          labels_(labels),
          classes_(classes),
          weights_(weights),
          l2_(l2),
          tied_(tied),
          scales_(std::move(scales)),
          padded_((columns_.size() + 1 + 3) / 4 * 4),
          tile_(std::clamp<std::size_t>(4096 / padded_ / 64 * 64, 64, 256)) {}

    [[nodiscard]] std::size_t parameters() const noexcept { return classes_ * (columns_.size() + 1); }
    [[nodiscard]] std::size_t classes() const noexcept { return classes_; }
    [[nodiscard]] std::size_t rows() const noexcept { return labels_.size(); }
    [[nodiscard]] const std::vector<const double*>& columns() const noexcept { return columns_; }
    [[nodiscard]] std::span<const double> labels() const noexcept { return labels_; }
    [[nodiscard]] std::span<const double> weights() const noexcept { return weights_; }
    [[nodiscard]] double l2() const noexcept { return l2_; }

    /// The same loss with some of the columns alone.
    [[nodiscard]] SoftmaxLoss of_columns(std::span<const std::size_t> kept) const {
        return {taken(columns_, kept), labels_, classes_, weights_, l2_, tied_, taken(scales_, kept)};
    }

    [[nodiscard]] Value at(std::span<const double> beta, Order order) const {
        const bool second = order == Order::hessian;
        const std::size_t q = columns_.size() + 1;
        const std::size_t pairs = second ? classes_ * (classes_ + 1) / 2 : 0;
        // Few enough partial sums to stay within 64 MiB, whatever the number of columns and classes.
        const std::size_t numbers = pairs * padded_ * padded_ + classes_ * padded_;
        const std::size_t most = std::clamp<std::size_t>((std::size_t{8} << 20) / numbers, 4, 128);
        const std::size_t tiles = (rows() + tile_ - 1) / tile_;
        const std::size_t block = (tiles + most - 1) / most * tile_;
        std::vector<Partial> partials((rows() + block - 1) / block);
        parallel_blocks(rows(), block, [&](std::size_t begin, std::size_t end) {
            Partial& partial = partials[begin / block];
            partial.gradient.assign(classes_ * padded_, 0.0);
            partial.hessian.assign(pairs * padded_ * padded_, 0.0);
            Tile tile(*this);
            for (std::size_t r = begin; r < end; r += tile_) {
                tile.read(*this, r, std::min(tile_, end - r));
                add(beta, second, tile, partial);
            }
        });

        Value value;
        value.gradient.assign(classes_ * q, 0.0);
        value.hessian.assign(second ? classes_ * q * classes_ * q : 0, 0.0);
        Sum loss;
        for (const Partial& partial : partials) {
            loss.merge(partial.loss);
            for (std::size_t k = 0; k < classes_; ++k)
                for (std::size_t j = 0; j < q; ++j)
                    value.gradient[k * q + j] += partial.gradient[k * padded_ + j];
            for (std::size_t k = 0, pair = 0; k < classes_ && second; ++k)
                for (std::size_t l = 0; l <= k; ++l, ++pair)
                    add_pair(k, l, &partial.hessian[pair * padded_ * padded_], value.hessian);
        }
        if (second) tie(value.hessian);
        for (std::size_t k = 0; k < classes_; ++k) {
            for (std::size_t j = 0; j + 1 < q; ++j) {
                const std::size_t at = k * q + j;
                loss.add(0.5 * l2_ * beta[at] * beta[at]);
                value.gradient[at] += l2_ * beta[at];
                if (second) value.hessian[at * classes_ * q + at] += l2_;
            }
        }
        value.loss = loss.value();
        return value;
    }

    /// The curvature of the mean of all classes' parameters for a column (or the intercepts), in a Hessian
    /// that `at` has made: what the ridge or the penalty alone has put there.
    [[nodiscard]] double common_curvature(std::span<const double> hessian, std::size_t column) const {
        if (column < columns_.size() && !tied_) return l2_;
        double sum = column < columns_.size() ? -l2_ * static_cast<double>(classes_) : 0;
        for (std::size_t k = 0; k < classes_; ++k) {
            const std::size_t at = k * (columns_.size() + 1) + column;
            sum += hessian[at * parameters() + at];
        }
        // the ridge is a part 1 / classes of the mean of the diagonal before it
        const double ridge = sum / static_cast<double>(classes_ + 1) / static_cast<double>(classes_);
        return ridge * static_cast<double>(classes_) + (column < columns_.size() ? l2_ : 0);
    }

    /// The scores of every row: the first class of all rows, then the next.
    [[nodiscard]] std::vector<double> log_odds(std::span<const double> beta) const {
        std::vector<double> out(classes_ * rows());
        parallel_blocks(rows(), tile_, [&](std::size_t begin, std::size_t end) {
            Tile tile(*this);
            tile.read(*this, begin, end - begin);
            score(beta, tile);
            for (std::size_t k = 0; k < classes_; ++k)
                std::copy_n(&tile.scores[k * tile_], end - begin, &out[k * rows() + begin]);
        });
        return out;
    }

    /// The weight of each class.
    [[nodiscard]] std::vector<double> totals() const {
        std::vector<Sum> sums(classes_);
        for (std::size_t r = 0; r < rows(); ++r)
            sums[static_cast<std::size_t>(labels_[r])].add(weights_.empty() ? 1.0 : weights_[r]);
        std::vector<double> out;
        for (const Sum& sum : sums) out.push_back(sum.value());
        return out;
    }

    /// Every coefficient 0, and the intercepts that fit best then, their sum 0. Needs rows of every class.
    [[nodiscard]] std::vector<double> constant_only() const {
        std::vector<double> beta(parameters(), 0.0);
        const std::vector<double> weight = totals();
        double mean = 0;
        for (const double w : weight) mean += log_of(w) / static_cast<double>(classes_);
        for (std::size_t k = 0; k < classes_; ++k)
            beta[k * (columns_.size() + 1) + columns_.size()] = log_of(weight[k]) - mean;
        return beta;
    }

    /// The diagonal of the Hessian where constant_only() is, without the ridge; at least a little above 0.
    [[nodiscard]] std::vector<double> diagonal() const {
        const std::vector<double> weight = totals();
        double all = 0;
        for (const double w : weight) all += w;
        const std::size_t q = columns_.size() + 1;
        std::vector<double> out(parameters());
        parallel_for(q, [&](std::size_t j) {
            const ColumnScale by = j < scales_.size() ? scales_[j] : ColumnScale{};
            double squares = 0;
            for (std::size_t r = 0; r < rows(); ++r) {
                const double x = j + 1 < q ? (columns_[j][r] - by.center) / by.scale : 1.0;
                squares += (weights_.empty() ? 1.0 : weights_[r]) * x * x;
            }
            for (std::size_t k = 0; k < classes_; ++k) {
                const double share = weight[k] / all;
                out[k * q + j] = std::max(share * (1 - share) * squares + (j + 1 < q ? l2_ : 0.0), 1e-12);
            }
        });
        return out;
    }

  private:
    struct Partial {
        Sum loss;
        std::vector<double> gradient;  // class after class, columns and a 1 filled up to a multiple of 4
        std::vector<double> hessian;   // pair of classes after pair, on and below the diagonal
    };

    /// Some rows, in multiples of 8, scaled; the column behind the last is 1, those that fill up are 0. What
    /// is filled up weighs nothing.
    struct Tile {
        std::size_t rows = 0;
        std::vector<double> values, labels, weights, scores, loss, most, wrong, residual, weighted;
        std::vector<const double*> columns;

        explicit Tile(const SoftmaxLoss& of)
            : values(of.padded_ * of.tile_),
              labels(of.tile_),
              weights(of.tile_),
              scores(of.classes_ * of.tile_),
              loss(of.tile_),
              most(of.tile_),
              wrong(of.tile_),
              residual(of.tile_),
              weighted(4 * of.tile_) {
            for (std::size_t j = 0; j < of.padded_; ++j) columns.push_back(&values[j * of.tile_]);
        }

        void read(const SoftmaxLoss& from, std::size_t first, std::size_t n) {
            rows = (n + 7) / 8 * 8;
            const std::size_t p = from.columns_.size();
            const auto fill = [&](std::vector<double>& to, std::size_t at, const auto& value) {
                for (std::size_t r = 0; r < n; ++r) to[at + r] = value(r);
                std::fill(to.begin() + static_cast<std::ptrdiff_t>(at + n),
                          to.begin() + static_cast<std::ptrdiff_t>(at + rows), 0.0);
            };
            for (std::size_t j = 0; j < p; ++j) {
                const double* x = from.columns_[j] + first;
                if (from.scales_.empty()) {
                    fill(values, j * from.tile_, [&](std::size_t r) { return x[r]; });
                } else {
                    const double c = from.scales_[j].center, s = from.scales_[j].scale;
                    fill(values, j * from.tile_, [&](std::size_t r) { return (x[r] - c) / s; });
                }
            }
            fill(values, p * from.tile_, [](std::size_t) { return 1.0; });
            fill(labels, 0, [&](std::size_t r) { return from.labels_[first + r]; });
            fill(weights, 0,
                 [&](std::size_t r) { return from.weights_.empty() ? 1.0 : from.weights_[first + r]; });
        }
    };

    void score(std::span<const double> beta, Tile& tile) const {
        const std::size_t q = columns_.size() + 1;
        for (std::size_t k = 0; k < classes_; ++k) {
            double* out = &tile.scores[k * tile_];
            std::fill_n(out, tile.rows, 0.0);
            for (std::size_t j = 0; j < padded_; j += 4) {
                double b[4];
                for (std::size_t i = 0; i < 4; ++i) b[i] = j + i < q ? beta[k * q + j + i] : 0.0;
                add_scaled(b, &tile.columns[j], tile.rows, out);
            }
        }
    }

    void add(std::span<const double> beta, bool second, Tile& tile, Partial& partial) const {
        score(beta, tile);
        softmax_terms(tile.scores.data(), tile_, classes_, tile.labels.data(), tile.weights.data(), tile.rows,
                      tile.most.data(), tile.wrong.data(), tile.loss.data());
        partial.loss.add(sum_of(tile.loss.data(), tile.rows));
        for (std::size_t k = 0; k < classes_; ++k) {
            const double* share = &tile.scores[k * tile_];
            const auto own = static_cast<double>(k);
            for (std::size_t r = 0; r < tile.rows; ++r)
                tile.residual[r] = tile.weights[r] * (tile.labels[r] == own ? -tile.wrong[r] : share[r]);
            for (std::size_t j = 0; j < padded_; j += 4)
                add_dots(tile.residual.data(), &tile.columns[j], tile.rows,
                         &partial.gradient[k * padded_ + j]);
        }
        if (!second) return;
        const double* weighted[4];
        for (std::size_t i = 0; i < 4; ++i) weighted[i] = &tile.weighted[i * tile_];
        double* sums = partial.hessian.data();
        for (std::size_t k = 0; k < classes_; ++k) {
            for (std::size_t l = 0; l <= k; ++l, sums += padded_ * padded_) {
                const double *a = &tile.scores[k * tile_], *b = &tile.scores[l * tile_];
                const auto own = static_cast<double>(k);
                for (std::size_t r = 0; r < tile.rows; ++r) {
                    const double other = k != l ? -b[r] : tile.labels[r] == own ? tile.wrong[r] : 1 - a[r];
                    tile.residual[r] = tile.weights[r] * a[r] * other;
                }
                for (std::size_t j = 0; j < padded_; j += 4) {
                    for (std::size_t i = 0; i < 4; ++i)
                        for (std::size_t r = 0; r < tile.rows; ++r)
                            tile.weighted[i * tile_ + r] = tile.residual[r] * tile.columns[j + i][r];
                    for (std::size_t m = 0; m < j + 4; m += 2)
                        add_products(weighted, &tile.columns[m], tile.rows, &sums[j * padded_ + m], padded_);
                }
            }
        }
    }

    /// Adds the block of two classes, which is symmetric in itself.
    void add_pair(std::size_t k, std::size_t l, const double* sums, std::vector<double>& hessian) const {
        const std::size_t q = columns_.size() + 1;
        for (std::size_t j = 0; j < q; ++j) {
            double* to = &hessian[(k * q + j) * classes_ * q + l * q];
            for (std::size_t i = 0; i <= (k == l ? j : q - 1); ++i)
                to[i] += i <= j ? sums[j * padded_ + i] : sums[i * padded_ + j];
        }
    }

    void tie(std::vector<double>& hessian) const {
        const std::size_t q = columns_.size() + 1, n = classes_ * q;
        for (std::size_t j = tied_ ? 0 : q - 1; j < q; ++j) {
            double sum = 0;
            for (std::size_t k = 0; k < classes_; ++k) sum += hessian[(k * q + j) * n + k * q + j];
            const double ridge = sum / static_cast<double>(classes_) / static_cast<double>(classes_);
            for (std::size_t k = 0; k < classes_; ++k)
                for (std::size_t l = 0; l <= k; ++l) hessian[(k * q + j) * n + l * q + j] += ridge;
        }
    }

    std::vector<const double*> columns_;
    std::span<const double> labels_;
    std::size_t classes_;
    std::span<const double> weights_;
    double l2_;
    bool tied_;
    std::vector<ColumnScale> scales_;
    std::size_t padded_;  // columns and the intercept, filled up to a multiple of 4
    std::size_t tile_;
};

/// Whether every row that weighs something gets its greatest score, and no other so great, for its own class.
[[nodiscard]] inline bool separates(const SoftmaxLoss& loss, std::span<const double> beta) {
    const std::vector<double> scores = loss.log_odds(beta);
    const std::size_t rows = loss.rows();
    for (std::size_t r = 0; r < rows; ++r) {
        if (!loss.weights().empty() && loss.weights()[r] == 0) continue;
        const auto own = static_cast<std::size_t>(loss.labels()[r]);
        for (std::size_t k = 0; k < loss.classes(); ++k)
            if (k != own && scores[k * rows + r] >= scores[own * rows + r]) return false;
    }
    return true;
}

}  // namespace gasket::detail
