#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/model/histogram.hpp"

namespace gasket::detail {

/// What bounds the sums of rounded gradients: the greatest of a row, and the sums over the rows.
struct GradientExtent {
    double most_gradient = 0;
    double most_hessian = 0;
    Sum gradient;  // without signs
    Sum hessian;

    void add(double most_g, double most_h, double sum_g, double sum_h) noexcept {
        most_gradient = std::max(most_gradient, most_g);
        most_hessian = std::max(most_hessian, most_h);
        gradient.add(sum_g);
        hessian.add(sum_h);
    }
    void merge(const GradientExtent& other) noexcept {
        most_gradient = std::max(most_gradient, other.most_gradient);
        most_hessian = std::max(most_hessian, other.most_hessian);
        gradient.merge(other.gradient);
        hessian.merge(other.hessian);
    }
};

/// Gradients and hessians of all rows: what a tree is fitted to. Rows with hessian 0 have no part in the
/// growth of the tree; they only walk along to their leaf (validation rows, rows out of the sample).
struct Gradients {
    std::vector<double> gradient;
    std::vector<double> hessian;
    GradientExtent extent;

    [[nodiscard]] std::size_t rows() const noexcept { return gradient.size(); }
    /// The extent of some rows, by whoever has just written them.
    [[nodiscard]] GradientExtent extent_of(std::size_t begin, std::size_t end) const noexcept {
        // Four lanes, so that no maximum and no sum waits for the one before.
        std::array<double, 4> most_g{}, most_h{}, sum_g{}, sum_h{};
        const auto take = [&](std::size_t r, std::size_t k) {
            const double g = std::abs(gradient[r]);
            const double h = hessian[r];
            most_g[k] = most_g[k] > g ? most_g[k] : g;
            most_h[k] = most_h[k] > h ? most_h[k] : h;
            sum_g[k] += g;
            sum_h[k] += h;
        };
        const std::size_t whole = begin + (end - begin) / 4 * 4;
        for (std::size_t r = begin; r < whole; r += 4) {
            for (std::size_t k = 0; k < 4; ++k) take(r + k, k);
        }
        for (std::size_t r = whole; r < end; ++r) take(r, 0);
        GradientExtent out;
        for (std::size_t k = 0; k < 4; ++k) out.add(most_g[k], most_h[k], sum_g[k], sum_h[k]);
        return out;
    }
};

/// Sums over the rows of a node in real units.
struct NodeSums {
    double gradient = 0;
    double hessian = 0;

    void add(const NodeSums& other) noexcept {
        gradient += other.gradient;
        hessian += other.hessian;
    }
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
[[nodiscard]] inline Scale choose_scale(const GradientExtent& extent, std::size_t rows) {
    // Rounding moves a row by at most one unit: that much room is kept for every row.
    const double room = 2147483647.0 - static_cast<double>(rows);
    const auto unit = [&](double most, double sum) {
        if (!(most > 0)) return 1.0;
        int exponent = 0;
        (void)std::frexp(std::max(most / 32767.0, sum * (1 + 1e-9) / room), &exponent);
        return std::ldexp(1.0, exponent);
    };
    return {unit(extent.most_gradient, extent.gradient.value()),
            unit(extent.most_hessian, extent.hessian.value())};
}

/// Rounds rows [begin, end). A row with a hessian keeps one of at least 1. An entry is written as one word,
/// so that the loop is vectorised.
GASKET_CLONES inline void round_rows(const double* gradient, const double* hessian, Scale scale,
                                     std::size_t begin, std::size_t end, RowEntry* out) noexcept {
    const double gradients = 1 / scale.gradient;
    const double hessians = 1 / scale.hessian;
    for (std::size_t r = begin; r < end; ++r) {
        const double g = gradient[r] * gradients;
        const double h = hessian[r] * hessians;
        const auto least = static_cast<std::int32_t>(h > 0);
        const auto rounded = static_cast<std::int32_t>(h + 0.5);
        const auto whole = static_cast<std::uint32_t>(rounded > least ? rounded : least);
        const auto slope = static_cast<std::uint32_t>(static_cast<std::int32_t>(g + std::copysign(0.5, g)));
        if constexpr (std::endian::native == std::endian::little) {
            const std::uint64_t word =
                std::uint64_t{(slope & 0xFFFF) | (whole << 16)} | (std::uint64_t{r} << 32);
            std::memcpy(out + (r - begin), &word, sizeof word);
        } else {
            out[r - begin] = {static_cast<std::int16_t>(slope), static_cast<std::uint16_t>(whole),
                              static_cast<std::uint32_t>(r)};
        }
    }
}
inline void round_rows(const Gradients& real, Scale scale, std::size_t begin, std::size_t end,
                       RowEntry* out) noexcept {
    round_rows(real.gradient.data(), real.hessian.data(), scale, begin, end, out);
}

}  // namespace gasket::detail
