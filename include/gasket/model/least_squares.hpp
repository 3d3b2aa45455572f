#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/lanes.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/model/cholesky.hpp"
#include "gasket/model/class_weight.hpp"
#include "gasket/model/require.hpp"
#include "gasket/prepare/affine.hpp"
#include "gasket/prepare/require.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket::detail {

/// What a linear model of numbers asks of its training rows. throws DataError
inline void require_regression(const TrainingRows& rows, const std::string& who) {
    require_rows(rows, who);
    if (rows.target().task != Task::regression) {
        throw DataError(ErrorCode::target_not_binary,
                        {.expected = "a numeric target",
                         .found = std::to_string(rows.target().classes.size()) + " classes",
                         .where = who + ", target " + text::quoted(rows.target().column),
                         .advice = "use an estimator for classes, or set .task = Task::regression"});
    }
    require_some_features(rows, who);
    require_finite_numbers(rows, who);
}

/// All that squared error needs to know of weighted rows: means, and sums of squares and products about them.
/// Two passes over the rows, so that columns far from 0 lose no digits. Summed in fixed lanes and blocks: the
/// same bits for any number of threads.
///
/// O(rows x columns^2)
struct CrossMoments {
    std::size_t columns = 0;
    std::size_t rows = 0;       ///< that weigh something
    double weight = 0;          ///< sum of all weights
    std::vector<double> means;  ///< of the columns
    double target_mean = 0;
    std::vector<double> gram;   ///< columns x columns, filled on both sides of the diagonal
    std::vector<double> cross;  ///< of each column with the target
    double target_squares = 0;  ///< of the target about its mean

    [[nodiscard]] const double* row(std::size_t j) const { return gram.data() + j * columns; }

    CrossMoments(const TrainingRows& of, std::span<const Affine> scaling)
        : columns(of.layout().size()), means(columns) {
        const std::vector<double> weights = row_weights(of, ClassWeight::none);
        Sum total;
        for (const double w : weights) {
            total.add(w);
            rows += w > 0;
        }
        weight = total.value();
        std::vector<const double*> values;
        for (std::size_t j = 0; j < columns; ++j) values.push_back(of.features()[j].data());
        values.push_back(of.labels().data());
        std::vector<double> centers(columns + 1);
        parallel_for(columns + 1, [&](std::size_t j) {
            Sum sum;
            for (std::size_t r = 0; r < weights.size(); ++r) sum.add(weights[r] * values[j][r]);
            centers[j] = sum.value() / weight;
        });
        add_products_about(values, weights, centers);
        std::copy_n(centers.begin(), columns, means.begin());
        target_mean = centers.back();
        for (std::size_t j = 0; j < scaling.size(); ++j) {
            const double s = scaling[j].scale;
            means[j] = (means[j] - scaling[j].center) / s;
            cross[j] /= s;
            for (std::size_t k = 0; k < columns; ++k) {
                gram[j * columns + k] /= s;
                gram[k * columns + j] /= s;
            }
        }
    }

  private:
    void add_products_about(const std::vector<const double*>& values, const std::vector<double>& weights,
                            const std::vector<double>& centers) {
        constexpr std::size_t tile = 128;
        const std::size_t p = columns + 1;
        const std::size_t padded_columns = (p + 3) / 4 * 4;
        const std::size_t tiles = (weights.size() + tile - 1) / tile;
        const std::size_t block = (tiles + 63) / 64 * tile;
        std::vector<std::vector<double>> partials((weights.size() + block - 1) / block);
        parallel_blocks(weights.size(), block, [&](std::size_t begin, std::size_t end) {
            std::vector<double>& sums = partials[begin / block];
            sums.assign(padded_columns * padded_columns, 0.0);
            std::vector<double> copies(padded_columns * tile, 0.0);
            std::vector<const double*> at(padded_columns);
            for (std::size_t j = 0; j < padded_columns; ++j) at[j] = copies.data() + j * tile;
            for (std::size_t first = begin; first < end; first += tile) {
                const std::size_t n = std::min(tile, end - first);
                for (std::size_t j = 0; j < p; ++j) {
                    double* to = copies.data() + j * tile;
                    for (std::size_t r = 0; r < n; ++r)
                        to[r] = std::sqrt(weights[first + r]) * (values[j][first + r] - centers[j]);
                    std::fill(to + n, to + tile, 0.0);
                }
                for (std::size_t j = 0; j < padded_columns; j += 4)
                    for (std::size_t k = 0; k < j + 4; k += 2)
                        add_products(&at[j], &at[k], tile, &sums[j * padded_columns + k], padded_columns);
            }
        });
        const auto sum = [&](std::size_t j, std::size_t k) {
            double all = 0;
            for (const auto& partial : partials) all += partial[j * padded_columns + k];
            return all;
        };
        gram.resize(columns * columns);
        for (std::size_t j = 0; j < columns; ++j) {
            for (std::size_t k = 0; k <= j; ++k) gram[j * columns + k] = gram[k * columns + j] = sum(j, k);
            cross.push_back(sum(columns, j));
        }
        target_squares = sum(columns, columns);
    }
};

/// The least squares answer, by a Cholesky factor of the matrix of correlations.
struct LeastSquares {
    std::vector<double> beta;
    /// roots of the diagonal of the inverse; missing for a column that tells nothing
    std::vector<double> inverse_roots;
    /// the mean's part in the intercept's variance: m' G^-1 m
    double mean_part = 0;
    std::size_t rank = 0;
    /// columns that are a linear combination of those before them, or constant: their coefficient is 0
    std::vector<std::size_t> aliased;

    /// Minimises b' G b / 2 - g' b + l2 / 2 b' b.
    LeastSquares(const CrossMoments& m, double l2) {
        const std::size_t p = m.columns;
        beta.assign(p, 0.0);
        inverse_roots.assign(p, missing);
        // A column of which less than this part of its squares is left by those before it is made of them.
        constexpr double least_part = 1e-11;
        std::vector<std::size_t> kept;
        std::vector<double> scale;
        std::vector<std::vector<double>> factor;  // rows of the lower triangle, kept columns only
        for (std::size_t j = 0; j < p; ++j) {
            const double diagonal = m.row(j)[j] + l2;
            // about a mean m, rounding alone leaves sums of squares of n (m x 1e-16)^2
            const double noise = m.weight * m.means[j] * m.means[j] * 1e-28;
            std::vector<double> row;
            double left = 1;
            const double s = diagonal > noise ? 1 / std::sqrt(diagonal) : 0;
            for (std::size_t k = 0; k < kept.size() && s > 0; ++k) {
                const double r = m.row(j)[kept[k]] * s * scale[k];
                row.push_back((r - dot({row.data(), k}, {factor[k].data(), k})) / factor[k][k]);
                left -= row[k] * row[k];
            }
            if (s == 0 || left < least_part) {
                aliased.push_back(j);
                continue;
            }
            row.push_back(std::sqrt(left));
            kept.push_back(j);
            scale.push_back(s);
            factor.push_back(std::move(row));
        }
        rank = kept.size();
        std::vector<double> x(rank), of_means(rank);
        for (std::size_t i = 0; i < rank; ++i) {
            const auto solved = [&](double right, const std::vector<double>& before) {
                return (right * scale[i] - dot({factor[i].data(), i}, before)) / factor[i][i];
            };
            x[i] = solved(m.cross[kept[i]], x);
            of_means[i] = solved(m.means[kept[i]], of_means);
        }
        mean_part = dot(of_means, of_means);
        for (std::size_t i = rank; i-- > 0;) {
            x[i] /= factor[i][i];
            for (std::size_t k = 0; k < i; ++k) x[k] -= factor[i][k] * x[i];
            beta[kept[i]] = x[i] * scale[i];
        }
        std::vector<double> column(rank);
        for (std::size_t j = 0; j < rank; ++j) {
            double squares = 0;
            for (std::size_t i = j; i < rank; ++i) {
                double sum = i == j ? 1 : 0;
                for (std::size_t k = j; k < i; ++k) sum -= factor[i][k] * column[k];
                column[i] = sum / factor[i][i];
                squares += column[i] * column[i];
            }
            inverse_roots[kept[j]] = std::sqrt(squares) * scale[j];
        }
    }
};

[[nodiscard]] inline double intercept_of(const CrossMoments& m, std::span<const double> beta) {
    return m.target_mean - dot(m.means, beta);
}

/// Weighted squares of what is left of the target, by a pass over the rows.
[[nodiscard]] inline double residual_squares(const TrainingRows& rows, std::span<const Affine> scaling,
                                             std::span<const double> beta, double intercept) {
    std::vector<double> left(rows.labels().begin(), rows.labels().end());
    for (std::size_t j = 0; j < beta.size(); ++j) {
        if (beta[j] == 0) continue;
        const Affine by = scaling.empty() ? Affine{} : scaling[j];
        const auto x = rows.features()[j];
        for (std::size_t r = 0; r < left.size(); ++r) left[r] -= beta[j] * ((x[r] - by.center) / by.scale);
    }
    Sum sum;
    for (std::size_t r = 0; r < left.size(); ++r) {
        const double d = left[r] - intercept;
        sum.add((rows.weights().empty() ? 1.0 : rows.weights()[r]) * d * d);
    }
    return sum.value();
}

}  // namespace gasket::detail
