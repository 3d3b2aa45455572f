#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/data/column.hpp"

namespace gasket::detail {

/// Cramer's V of a table of counts, of which at(r, c) is one, corrected for bias (Bergsma, 2013): about 0 for
/// labels that are all different, where the plain V would be 1. Missing where one side has one label alone.
template <class At>
double cramers_v(std::size_t rows, std::size_t columns, const At& at) {
    std::vector<double> column(columns, 0);
    std::vector<double> row(rows, 0);
    double n = 0;
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = 0; c < columns; ++c) {
            row[r] += at(r, c);
            column[c] += at(r, c);
        }
        n += row[r];
    }
    double fit = 0;  // sum of o^2 / (row x column): chi square is n (fit - 1)
    double r_used = 0;
    double c_used = 0;
    for (std::size_t r = 0; r < rows; ++r) {
        if (row[r] == 0) continue;
        ++r_used;
        for (std::size_t c = 0; c < columns; ++c) {
            const double o = at(r, c);
            if (o > 0) fit += o / row[r] * (o / column[c]);
        }
    }
    for (const double c : column) c_used += c > 0 ? 1 : 0;
    if (n < 2 || r_used < 2 || c_used < 2) return missing;
    const double phi = std::max(0.0, fit - 1 - (r_used - 1) * (c_used - 1) / (n - 1));
    const double r = r_used - (r_used - 1) * (r_used - 1) / (n - 1);
    const double c = c_used - (c_used - 1) * (c_used - 1) / (n - 1);
    const double most = std::min(r, c) - 1;
    return most > 0 ? std::sqrt(std::min(1.0, phi / most)) : missing;
}

/// Cramer's V of every two category columns over the rows that have both. O(rows x columns^2 + labels^2 x
/// columns^2)
inline std::vector<double> correlate_labels(std::span<const Column* const> columns) {
    const std::size_t d = columns.size();
    std::vector<double> out(d * d, missing);
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t j = i; j < d; ++j) pairs.emplace_back(i, j);
    }
    parallel_for(pairs.size(), [&](std::size_t p) {
        const auto [i, j] = pairs[p];
        const auto x = columns[i]->codes();
        const auto y = columns[j]->codes();
        const std::size_t rows = columns[i]->labels().size();
        const std::size_t width = columns[j]->labels().size();
        std::vector<std::uint32_t> counts(rows * width, 0);
        for (std::size_t r = 0; r < x.size(); ++r) {
            if (x[r] >= 0 && y[r] >= 0)
                ++counts[static_cast<std::size_t>(x[r]) * width + static_cast<std::size_t>(y[r])];
        }
        const double v = cramers_v(
            rows, width, [&](std::size_t a, std::size_t b) -> double { return counts[a * width + b]; });
        out[i * d + j] = out[j * d + i] = v;
    });
    return out;
}

}  // namespace gasket::detail
