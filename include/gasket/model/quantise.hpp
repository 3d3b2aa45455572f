#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/model/histogram.hpp"

namespace gasket::detail {

/// Gradients and hessians of all rows: what a tree is fitted to. Rows with hessian 0 have no part in the
/// growth of the tree; they only walk along to their leaf (validation rows, rows out of the sample).
struct Gradients {
    std::vector<double> gradient;
    std::vector<double> hessian;
};

/// Sums over the rows of a node in real units.
struct NodeSums {
    double gradient = 0;
    double hessian = 0;
};

/// From whole numbers of a histogram to gradients and hessians.
struct Scale {
    double gradient = 1;
    double hessian = 1;

    [[nodiscard]] NodeSums real(PackedSum sum) const noexcept {
        return {static_cast<double>(gradient_of(sum)) * gradient,
                static_cast<double>(hessian_of(sum)) * hessian};
    }
};

/// The units of the whole numbers: each fits 15 bits, and sums over any rows fit 31 bits. Powers of two, so
/// that whole numbers (row counts, class labels) stay exact. More bits buy nothing: Shi et al., Quantized
/// training of gradient boosting decision trees, 2022.
[[nodiscard]] inline Scale choose_scale(const Gradients& real) {
    constexpr std::size_t block = 16384;
    struct Part {
        double most_gradient = 0;
        double most_hessian = 0;
        Sum gradient;
        Sum hessian;
    };
    const std::size_t rows = real.gradient.size();
    std::vector<Part> parts((rows + block - 1) / block);
    parallel_blocks(rows, block, [&](std::size_t begin, std::size_t end) {
        Part part;
        double gradient = 0;
        double hessian = 0;
        for (std::size_t r = begin; r < end; ++r) {
            const double g = std::abs(real.gradient[r]);
            part.most_gradient = std::max(part.most_gradient, g);
            part.most_hessian = std::max(part.most_hessian, real.hessian[r]);
            gradient += g;
            hessian += real.hessian[r];
        }
        part.gradient.add(gradient);
        part.hessian.add(hessian);
        parts[begin / block] = part;
    });
    Part all;
    for (const Part& part : parts) {
        all.most_gradient = std::max(all.most_gradient, part.most_gradient);
        all.most_hessian = std::max(all.most_hessian, part.most_hessian);
        all.gradient.merge(part.gradient);
        all.hessian.merge(part.hessian);
    }
    // Rounding moves a row by at most one unit: that much room is kept for every row.
    const double room = 2147483647.0 - static_cast<double>(rows);
    const auto unit = [&](double most, double sum) {
        if (!(most > 0)) return 1.0;
        int exponent = 0;
        (void)std::frexp(std::max(most / 32767.0, sum * (1 + 1e-9) / room), &exponent);
        return std::ldexp(1.0, exponent);
    };
    return {unit(all.most_gradient, all.gradient.value()), unit(all.most_hessian, all.hessian.value())};
}

/// Rounds every row. A row with a hessian keeps one of at least 1.
inline void round_rows(const Gradients& real, Scale scale, std::vector<RowEntry>& entries) {
    entries.resize(real.gradient.size());
    const double gradients = 1 / scale.gradient;
    const double hessians = 1 / scale.hessian;
    parallel_blocks(entries.size(), 16384, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            const double g = real.gradient[r] * gradients;
            const double h = real.hessian[r] * hessians;
            entries[r] = {
                static_cast<std::int16_t>(static_cast<std::int32_t>(g + std::copysign(0.5, g))),
                static_cast<std::uint16_t>(h > 0 ? std::max(static_cast<std::int32_t>(h + 0.5), 1) : 0),
                static_cast<std::uint32_t>(r)};
        }
    });
}

}  // namespace gasket::detail
