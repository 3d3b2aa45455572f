#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/lanes.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"

namespace gasket::detail {

/// A column as the loss sees it: (x - center) / scale.
struct ColumnScale {
    double center = 0;
    double scale = 1;
};

/// What a loss is worth at some parameters, with its derivatives there.
struct LossValue {
    double loss = 0;
    std::vector<double> gradient = {};
    /// row by row, as many in each as there are parameters; filled on and below the diagonal
    std::vector<double> hessian = {};
};

/// Those of `all` that `kept` names; none where there are none.
template <class T>
[[nodiscard]] std::vector<T> taken(const std::vector<T>& all, std::span<const std::size_t> kept) {
    std::vector<T> out;
    for (const std::size_t j : kept)
        if (!all.empty()) out.push_back(all[j]);
    return out;
}

/// How many derivatives are asked for.
enum class LossOrder { gradient, hessian };

/// A penalised loss of two classes over some rows, with its derivatives:
///
///     sum_i w_i f(m_i) + l2 / 2 * sum_j beta_j^2,   m_i = (2 y_i - 1) (x_i beta + intercept)
///
/// `Terms::add(scores, labels, weights, n, loss, residual, curvature)` says what f is: what n rows with these
/// scores x_i beta + intercept add to the loss, and to its first and second derivative by the score.
///
/// The intercept is the last parameter and is not penalised. One pass over the rows gives all that is asked
/// for: tiles of up to 256 rows are read once and stay in a cache near by while scores, residuals,
/// gradient and Hessian are made of them. Rows are summed in fixed lanes, tiles and blocks, whose cuts depend
/// on the size of the data alone, and these are added in order: the same bits for any number of threads.
/// Keeps views of the data; no weights: all are 1.
///
/// Where `scales` has an entry for each column, parameters and derivatives are those of the scaled columns,
/// worked out from sums over the columns as they are: no scaled copy is made. That costs digits, the square
/// of center / scale of them in the Hessian.
template <class Terms>
class MarginLoss {
  public:
    MarginLoss(std::vector<const double*> columns, std::span<const double> labels,
               std::span<const double> weights, double l2, std::vector<ColumnScale> scales = {})
        : columns_(std::move(columns)),
          labels_(labels),
          weights_(weights),
          l2_(l2),
          scales_(std::move(scales)),
          padded_((columns_.size() + 3) / 4 * 4),
          tile_(std::clamp<std::size_t>(4096 / std::max<std::size_t>(padded_, 1) / 64 * 64, 64, most_rows)),
          zeros_(tile_, 0.0),
          ones_(tile_, 1.0) {}

    /// One for each column and the intercept.
    [[nodiscard]] std::size_t parameters() const noexcept { return columns_.size() + 1; }
    [[nodiscard]] std::size_t rows() const noexcept { return labels_.size(); }
    [[nodiscard]] const std::vector<const double*>& columns() const noexcept { return columns_; }
    [[nodiscard]] std::span<const double> labels() const noexcept { return labels_; }
    [[nodiscard]] std::span<const double> weights() const noexcept { return weights_; }
    [[nodiscard]] double l2() const noexcept { return l2_; }
    [[nodiscard]] const std::vector<ColumnScale>& scales() const noexcept { return scales_; }

    using Value = LossValue;
    using Order = LossOrder;

    [[nodiscard]] Value at(std::span<const double> beta, Order order) const {
        const bool second = order == Order::hessian;
        const std::size_t p = columns_.size();
        const std::vector<double> raw = unscaled(beta);
        // Few enough partial sums to stay within 64 MiB, whatever the number of columns.
        const std::size_t numbers = (second ? padded_ * padded_ : 0) + 2 * padded_;
        const std::size_t most = std::clamp<std::size_t>((std::size_t{8} << 20) / (numbers + 1), 4, 128);
        const std::size_t tiles = (rows() + tile_ - 1) / tile_;
        const std::size_t block = (tiles + most - 1) / most * tile_;
        std::vector<Partial> partials((rows() + block - 1) / block);
        parallel_blocks(rows(), block, [&](std::size_t begin, std::size_t end) {
            Partial& partial = partials[begin / block];
            partial.gradient.assign(padded_, 0.0);
            partial.cross.assign(second ? padded_ : 0, 0.0);
            partial.hessian.assign(second ? padded_ * padded_ : 0, 0.0);
            Tile tile(*this);
            for (std::size_t r = begin; r < end; r += tile_) {
                tile.read(*this, r, std::min(tile_, end - r));
                add(raw, second, tile, partial);
            }
        });

        Value value;
        value.gradient.assign(p + 1, 0.0);
        value.hessian.assign(second ? (p + 1) * (p + 1) : 0, 0.0);
        Sum loss;
        for (const Partial& partial : partials) {
            loss.merge(partial.loss);
            for (std::size_t j = 0; j < p; ++j) value.gradient[j] += partial.gradient[j];
            value.gradient[p] += partial.residual;
            if (!second) continue;
            double* row = value.hessian.data();
            for (std::size_t j = 0; j < p; ++j, row += p + 1)
                for (std::size_t k = 0; k <= j; ++k) row[k] += partial.hessian[j * padded_ + k];
            for (std::size_t k = 0; k < p; ++k) row[k] += partial.cross[k];
            row[p] += partial.curvature;
        }
        scale_derivatives(value);
        for (std::size_t j = 0; j < p; ++j) {
            loss.add(0.5 * l2_ * beta[j] * beta[j]);
            value.gradient[j] += l2_ * beta[j];
            if (second) value.hessian[j * (p + 1) + j] += l2_;
        }
        value.loss = loss.value();
        return value;
    }

    /// The score of every row: the log odds, for logistic regression.
    [[nodiscard]] std::vector<double> log_odds(std::span<const double> beta) const {
        std::vector<double> out(rows());
        const std::vector<double> raw = unscaled(beta);
        parallel_blocks(rows(), tile_, [&](std::size_t begin, std::size_t end) {
            Tile tile(*this);
            tile.read(*this, begin, end - begin);
            score(raw, tile);
            std::copy_n(tile.log_odds.data(), end - begin, out.data() + begin);
        });
        return out;
    }

    /// The sum of all weights, and of those of the positive class.
    struct Totals {
        double all = 0;
        double positive = 0;
    };
    [[nodiscard]] Totals totals() const {
        Sum all, positive;
        for (std::size_t r = 0; r < rows(); ++r) {
            const double w = weights_.empty() ? 1.0 : weights_[r];
            positive.add(w * labels_[r]);
            all.add(w);
        }
        return {all.value(), positive.value()};
    }

  private:
    static constexpr std::size_t most_rows = 256;

    struct Partial {
        Sum loss;
        double residual = 0;   // the intercept's part of the gradient,
        double curvature = 0;  // its own part of the Hessian,
        std::vector<double> gradient;
        std::vector<double> cross;  // and the one that it shares with the columns
        std::vector<double> hessian;
    };

    /// Some rows, in multiples of 8, and columns, in multiples of 4. What is filled up weighs nothing.
    struct Tile {
        std::size_t rows = 0;
        std::vector<const double*> columns;
        const double* labels = nullptr;
        const double* weights = nullptr;
        std::vector<double> log_odds, loss, residual, curvature;
        std::vector<double> weighted;  // four columns times curvature
        std::vector<double> copies;    // of the last rows, where they do not fill a multiple of 8

        explicit Tile(const MarginLoss& of)
            : columns(of.padded_, of.zeros_.data()),
              log_odds(of.tile_),
              loss(of.tile_),
              residual(of.tile_),
              curvature(of.tile_),
              weighted(4 * of.tile_) {}

        void read(const MarginLoss& from, std::size_t first, std::size_t n) {
            rows = (n + 7) / 8 * 8;
            const std::size_t p = from.columns_.size();
            for (std::size_t j = 0; j < p; ++j) columns[j] = from.columns_[j] + first;
            labels = from.labels_.data() + first;
            weights = from.weights_.empty() ? from.ones_.data() : from.weights_.data() + first;
            if (n == rows) return;
            copies.assign((p + 2) * rows, 0.0);
            double* to = copies.data();
            const auto copy = [&](const double*& values) {
                std::copy_n(values, n, to);
                values = to;
                to += rows;
            };
            for (std::size_t j = 0; j < p; ++j) copy(columns[j]);
            copy(labels);
            copy(weights);
        }
    };

    /// The parameters that columns as they are have in place of `beta`.
    [[nodiscard]] std::vector<double> unscaled(std::span<const double> beta) const {
        std::vector<double> raw(beta.begin(), beta.end());
        for (std::size_t j = 0; j < scales_.size(); ++j) {
            raw[j] /= scales_[j].scale;
            raw.back() -= raw[j] * scales_[j].center;
        }
        return raw;
    }

    /// Derivatives by parameters of the scaled columns, from those of columns as they are.
    void scale_derivatives(Value& value) const {
        const std::size_t p = scales_.size();
        const double sum = value.gradient.back();
        for (std::size_t j = 0; j < p; ++j)
            value.gradient[j] = (value.gradient[j] - scales_[j].center * sum) / scales_[j].scale;
        if (value.hessian.empty() || p == 0) return;
        double* cross = value.hessian.data() + p * (p + 1);
        for (std::size_t k = 0; k < p; ++k) {
            cross[k] -= scales_[k].center * cross[p];  // of the centred column
            double* row = value.hessian.data() + k * (p + 1);
            for (std::size_t j = 0; j <= k; ++j) {
                // sum (x_j - c_j) (x_k - c_k) = sum x_j x_k - c_k sum x_j - c_j sum (x_k - c_k), cross[j]
                // being centred
                const double of_j = cross[j] + scales_[j].center * cross[p];
                row[j] -= scales_[k].center * of_j + scales_[j].center * cross[k];
                row[j] /= scales_[j].scale * scales_[k].scale;
            }
        }
        for (std::size_t k = 0; k < p; ++k) cross[k] /= scales_[k].scale;
    }

    /// Log odds of the tile's rows.
    void score(std::span<const double> beta, Tile& tile) const {
        std::fill_n(tile.log_odds.begin(), tile.rows, beta[columns_.size()]);
        for (std::size_t j = 0; j < padded_; j += 4) {
            double b[4];
            for (std::size_t k = 0; k < 4; ++k) b[k] = j + k < columns_.size() ? beta[j + k] : 0.0;
            add_scaled(b, &tile.columns[j], tile.rows, tile.log_odds.data());
        }
    }

    void add(std::span<const double> beta, bool second, Tile& tile, Partial& partial) const {
        score(beta, tile);
        Terms::add(tile.log_odds.data(), tile.labels, tile.weights, tile.rows, tile.loss.data(),
                   tile.residual.data(), tile.curvature.data());
        partial.loss.add(sum_of(tile.loss.data(), tile.rows));
        partial.residual += sum_of(tile.residual.data(), tile.rows);
        for (std::size_t j = 0; j < padded_; j += 4)
            add_dots(tile.residual.data(), &tile.columns[j], tile.rows, &partial.gradient[j]);
        if (!second) return;
        partial.curvature += sum_of(tile.curvature.data(), tile.rows);
        const double* weighted[4];
        for (std::size_t i = 0; i < 4; ++i) weighted[i] = &tile.weighted[i * tile_];
        for (std::size_t j = 0; j < padded_; j += 4) {
            add_dots(tile.curvature.data(), &tile.columns[j], tile.rows, &partial.cross[j]);
            for (std::size_t i = 0; i < 4; ++i)
                for (std::size_t r = 0; r < tile.rows; ++r)
                    tile.weighted[i * tile_ + r] = tile.curvature[r] * tile.columns[j + i][r];
            for (std::size_t k = 0; k < j + 4; k += 2)
                add_products(weighted, &tile.columns[k], tile.rows, &partial.hessian[j * padded_ + k],
                             padded_);
        }
    }

    std::vector<const double*> columns_;
    std::span<const double> labels_;
    std::span<const double> weights_;
    double l2_;
    std::vector<ColumnScale> scales_;
    std::size_t padded_;  // columns, filled up to a multiple of 4
    std::size_t tile_;
    std::vector<double> zeros_, ones_;
};

}  // namespace gasket::detail
