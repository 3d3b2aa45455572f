#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/detail/cross_products.hpp"
#include "gasket/data/detail/ranking.hpp"

namespace gasket::detail {

/// A numeric column as its correlations need it: `places` as Ranking gives them, `finite` numbers in all.
struct CorrelatedColumn {
    std::span<const double> values;
    std::span<const std::uint32_t> places;
    std::size_t finite = 0;
    double mean = missing;
    double std = missing;

    /// Whether every row has a finite number.
    [[nodiscard]] bool full() const noexcept { return finite == values.size(); }
};

/// Sums over the rows that have both of two numbers, each less a center of its own.
struct PairSums {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
};

inline PairSums pair_sums(std::span<const double> xs, std::span<const double> ys, double x_center,
                          double y_center) {
    constexpr std::size_t lanes = 4;
    constexpr std::size_t block = 1024;
    std::array<Sum, 6> totals;
    for (std::size_t begin = 0; begin < xs.size(); begin += block) {
        const std::size_t end = std::min(xs.size(), begin + block);
        std::array<std::array<double, lanes>, 6> s{};
        const auto add = [&](std::size_t i, std::size_t l) {
            constexpr double infinity = std::numeric_limits<double>::infinity();
            const bool both = std::abs(xs[i]) < infinity && std::abs(ys[i]) < infinity;
            const double x = both ? xs[i] - x_center : 0;
            const double y = both ? ys[i] - y_center : 0;
            s[0][l] += both ? 1 : 0;
            s[1][l] += x;
            s[2][l] += y;
            s[3][l] += x * x;
            s[4][l] += x * y;
            s[5][l] += y * y;
        };
        std::size_t i = begin;
        for (; i + lanes <= end; i += lanes) {
            for (std::size_t l = 0; l < lanes; ++l) add(i + l, l);
        }
        for (; i < end; ++i) add(i, 0);
        for (std::size_t k = 0; k < s.size(); ++k) totals[k].add((s[k][0] + s[k][1]) + (s[k][2] + s[k][3]));
    }
    return {totals[0].value(), totals[1].value(), totals[2].value(),
            totals[3].value(), totals[4].value(), totals[5].value()};
}

/// Pearson's correlation over the rows that have both; missing below two, or where one does not vary. The
/// centers are guesses of the means: only where they are far off, a second pass is needed. O(n)
inline double correlation_of(std::span<const double> xs, std::span<const double> ys, double x_center = 0,
                             double y_center = 0) {
    PairSums s = pair_sums(xs, ys, x_center, y_center);
    if (s.n < 2) return missing;
    const auto off = [&](double sum, double squares) { return !(10 * sum * sum / s.n < squares); };
    if (off(s.x, s.xx) || off(s.y, s.yy)) {
        x_center += s.x / s.n;
        y_center += s.y / s.n;
        s = pair_sums(xs, ys, x_center, y_center);
    }
    // of one value alone only the rounding of its mean is left
    const auto variance = [&](double sum, double squares, double center) {
        const double rounding = 4 * std::numeric_limits<double>::epsilon() * center;
        const double v = squares - sum * sum / s.n;
        return v > s.n * rounding * rounding ? v : 0;
    };
    const double scale = std::sqrt(variance(s.x, s.xx, x_center)) * std::sqrt(variance(s.y, s.yy, y_center));
    return scale > 0 ? std::clamp((s.xy - s.x * s.y / s.n) / scale, -1.0, 1.0) : missing;
}

/// Ranks of the rows that have a number in both columns, missing elsewhere. O(n)
inline std::vector<double> ranks_within(const CorrelatedColumn& column, const CorrelatedColumn& other) {
    const std::size_t n = column.values.size();
    std::vector<std::uint32_t> below(2 * n, 0);  // first rows by place, then how many rows come before
    const auto both = [&](std::size_t i) {
        return std::isfinite(column.values[i]) && std::isfinite(other.values[i]);
    };
    for (std::size_t i = 0; i < n; ++i) {
        if (both(i)) ++below[column.places[i]];
    }
    std::vector<double> rank(2 * n, 0);
    std::uint32_t before = 0;
    for (std::size_t k = 0; k < below.size(); ++k) {
        rank[k] = before + 0.5 * (below[k] + 1.0);
        before += below[k];
    }
    std::vector<double> out(n, missing);
    for (std::size_t i = 0; i < n; ++i) {
        if (both(i)) out[i] = rank[column.places[i]];
    }
    return out;
}

/// Correlations from sums of products about the means.
inline std::vector<double> correlations_of(const std::vector<double>& products, std::size_t n) {
    std::vector<double> out(products.size(), missing);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            const double scale = std::sqrt(products[i * n + i]) * std::sqrt(products[j * n + j]);
            if (scale > 0) out[i * n + j] = i == j ? 1 : std::clamp(products[i * n + j] / scale, -1.0, 1.0);
        }
    }
    return out;
}

struct CorrelationMatrices {
    std::vector<double> pearson;
    std::vector<double> spearman;
};

/// Correlations of every two columns. Those of columns that have a number in every row come from one product
/// of matrices each; where values are missing, the rows of each pair are its own.
inline CorrelationMatrices correlate(std::span<const CorrelatedColumn> columns) {
    const std::size_t d = columns.size();
    if (d == 0) return {};
    const std::size_t rows = columns[0].values.size();
    const auto standard = [&](std::size_t c, std::size_t begin, std::size_t count, double* to) {
        const CorrelatedColumn& column = columns[c];
        const double scale = column.full() && column.std > 0x1p-1000 ? 1 / column.std : 0;
        if (scale == 0) return static_cast<void>(std::fill_n(to, count, 0.0));
        for (std::size_t i = 0; i < count; ++i) to[i] = (column.values[begin + i] - column.mean) * scale;
    };
    const auto rank = [&](std::size_t c, std::size_t begin, std::size_t count, double* to) {
        const CorrelatedColumn& column = columns[c];
        if (!column.full()) return static_cast<void>(std::fill_n(to, count, 0.0));
        const auto middle = static_cast<std::int64_t>(rows) - 1;
        for (std::size_t i = 0; i < count; ++i)
            to[i] = static_cast<double>(static_cast<std::int64_t>(column.places[begin + i]) - middle);
    };
    CorrelationMatrices out{correlations_of(cross_products(rows, d, standard), d),
                            correlations_of(cross_products(rows, d, rank), d)};
    std::vector<std::pair<std::size_t, std::size_t>> holes;
    for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t j = i; j < d; ++j) {
            if (!columns[i].full() || !columns[j].full()) holes.emplace_back(i, j);
        }
    }
    parallel_for(holes.size(), [&](std::size_t k) {
        const auto [i, j] = holes[k];
        const CorrelatedColumn& x = columns[i];
        const CorrelatedColumn& y = columns[j];
        const double r = correlation_of(x.values, y.values, x.mean, y.mean);
        const std::vector<double> x_ranks = ranks_within(x, y);
        const double s =
            i == j ? correlation_of(x_ranks, x_ranks) : correlation_of(x_ranks, ranks_within(y, x));
        out.pearson[i * d + j] = out.pearson[j * d + i] = i == j && !is_missing(r) ? 1 : r;
        out.spearman[i * d + j] = out.spearman[j * d + i] = i == j && !is_missing(s) ? 1 : s;
    });
    return out;
}

}  // namespace gasket::detail
