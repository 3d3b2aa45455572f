#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gasket/model/histogram.hpp"

namespace gasket::detail {

/// What bounds the growth of a tree. The estimators fill it from their options.
struct GrowthLimits {
    std::size_t max_leaves = 31;
    std::size_t max_depth = 64;
    bool depth_wise = false;
    double min_rows_leaf = 20;
    double min_hessian = 1e-3;
    double l1 = 0;
    double l2 = 1;
    double min_gain = 0;
    /// features tried at each split; 0: all
    std::size_t features_per_split = 0;
    /// numbers: about so many thresholds are tried at each split, drawn by chance; 0: all
    std::size_t thresholds_per_split = 0;
    /// categories: shrinks a bin's mean towards 0 when bins are put in order, and the values of both sides
    double category_smoothing = 10;
    double category_l2 = 10;
    /// by feature: 1 rising, -1 falling, 0 free; empty: all free
    std::vector<int> monotone;
};

/// Sums over the rows of a node in real units.
struct NodeSums {
    double gradient = 0;
    double hessian = 0;
};

/// What a leaf may answer; monotone constraints narrow it on the way down.
struct Bounds {
    double low = -HUGE_VAL;
    double high = HUGE_VAL;
};

/// The best split of a node that was found: which bins go left.
struct BinSplit {
    double gain = 0;  // 0: none
    std::uint32_t feature = 0;
    std::uint8_t last_left = 0;  // numbers: bins 1 to this go left
    bool category = false;
    bool missing_left = false;
    std::array<std::uint64_t, 4> left_bins{};  // one bit for each bin

    [[nodiscard]] bool bin_left(std::size_t bin) const noexcept {
        return (left_bins[bin / 64] >> (bin % 64) & 1U) != 0;
    }
    void put_left(std::size_t bin) noexcept { left_bins[bin / 64] |= std::uint64_t{1} << (bin % 64); }
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

/// The value of a leaf: minimises gradient x v + (hessian + l2) x v^2 / 2 + l1 x |v| within the bounds.
[[nodiscard]] inline double leaf_value(NodeSums sums, double l1, double l2, Bounds bounds) noexcept {
    const double pull = std::max(0.0, std::abs(sums.gradient) - l1);
    const double down = sums.hessian + l2;
    const double v = down > 0 ? -std::copysign(pull, sums.gradient) / down : 0;
    return std::clamp(v, bounds.low, bounds.high);
}

/// How much a leaf with that value lowers the loss.
[[nodiscard]] inline double leaf_gain(NodeSums sums, double l1, double l2, double v) noexcept {
    return -(2 * sums.gradient * v + (sums.hessian + l2) * v * v + 2 * l1 * std::abs(v));
}

/// Looks for the best split of one node over its histogram.
class SplitSearch {
  public:
    SplitSearch(const BinnedRows& data, const GrowthLimits& limits, Scale scale)
        : data_(data), limits_(limits), scale_(scale) {}

    /// The best split of feature `f`. `rows` is the number of rows in the node, `total` the sum of its bins.
    [[nodiscard]] BinSplit best(std::uint32_t f, const PackedSum* histogram, PackedSum total,
                                std::size_t rows, Bounds bounds, std::uint64_t seed) const {
        const PackedSum* bins = histogram + data_.offset[f];
        const std::size_t count = data_.offset[f + 1] - data_.offset[f];
        Node node{total, scale_.real(total), rows, bounds, 0, 0};
        const auto hessian = static_cast<double>(hessian_of(total));
        node.rows_per_hessian = hessian > 0 ? static_cast<double>(rows) / hessian : 0;
        node.parent_gain = leaf_gain(node.sums, limits_.l1, limits_.l2,
                                     leaf_value(node.sums, limits_.l1, limits_.l2, bounds));
        return data_.bins[f].category ? best_category(f, bins, count, node)
                                      : best_number(f, bins, count, node, seed);
    }

    /// Sums in real units.
    [[nodiscard]] NodeSums real(PackedSum sum) const noexcept { return scale_.real(sum); }

  private:
    struct Node {
        PackedSum total;
        NodeSums sums;
        std::size_t rows;
        Bounds bounds;
        double rows_per_hessian;
        double parent_gain;
    };

    /// The gain of sending `left` to the left, or 0 where that is not allowed.
    [[nodiscard]] double gain_of(std::uint32_t f, PackedSum left, const Node& node, double more_l2) const {
        const PackedSum right = node.total - left;
        // Rows are guessed from hessians, which costs no third sum; for plain row weights the guess is exact.
        const double left_rows = static_cast<double>(hessian_of(left)) * node.rows_per_hessian;
        const double right_rows = static_cast<double>(node.rows) - left_rows;
        if (left_rows < limits_.min_rows_leaf - 0.5 || right_rows < limits_.min_rows_leaf - 0.5) return 0;
        if (hessian_of(left) == 0 || hessian_of(right) == 0) return 0;
        const NodeSums a = scale_.real(left);
        const NodeSums b = scale_.real(right);
        if (a.hessian < limits_.min_hessian || b.hessian < limits_.min_hessian) return 0;
        const double l2 = limits_.l2 + more_l2;
        const double va = leaf_value(a, limits_.l1, l2, node.bounds);
        const double vb = leaf_value(b, limits_.l1, l2, node.bounds);
        const int direction = limits_.monotone.empty() ? 0 : limits_.monotone[f];
        if ((direction > 0 && va > vb) || (direction < 0 && va < vb)) return 0;
        const double gain =
            leaf_gain(a, limits_.l1, l2, va) + leaf_gain(b, limits_.l1, l2, vb) - node.parent_gain;
        // A gain within rounding of the parent's is none.
        return gain > limits_.min_gain && gain > 1e-10 * std::abs(node.parent_gain) ? gain : 0;
    }

    [[nodiscard]] BinSplit best_number(std::uint32_t f, const PackedSum* bins, std::size_t count,
                                       const Node& node, std::uint64_t seed) const {
        BinSplit split;
        split.feature = f;
        const PackedSum gaps = bins[0];
        const std::size_t tried = limits_.thresholds_per_split;
        const std::uint64_t kept = tried == 0 || tried >= count
                                       ? ~std::uint64_t{0}
                                       : static_cast<std::uint64_t>(static_cast<double>(tried) /
                                                                    static_cast<double>(count) * 0x1.0p64);
        PackedSum left = 0;
        for (std::size_t b = 1; b + 1 < count; ++b) {
            left += bins[b];
            if (bins[b] == 0 && b > 1) continue;  // the same rows as one bin before
            if (mix64(seed ^ b) > kept) continue;
            consider(split, f, left, b, gaps == 0, node);
            if (gaps != 0) consider_with_gaps(split, f, left + gaps, b, node);
        }
        // All values against the missing ones.
        if (gaps != 0 && count > 1) consider(split, f, left + bins[count - 1], count - 1, false, node);
        if (split.gain > 0) {
            if (split.missing_left) split.put_left(0);
            for (std::size_t b = 1; b <= split.last_left; ++b) split.put_left(b);
        }
        return split;
    }

    /// Missing values go right, or, where training had none, to the heavier side.
    void consider(BinSplit& split, std::uint32_t f, PackedSum left, std::size_t b, bool no_gaps,
                  const Node& node) const {
        const double gain = gain_of(f, left, node, 0);
        if (!(gain > split.gain)) return;
        split.gain = gain;
        split.last_left = static_cast<std::uint8_t>(b);
        split.missing_left = no_gaps && 2 * hessian_of(left) >= hessian_of(node.total);
    }
    void consider_with_gaps(BinSplit& split, std::uint32_t f, PackedSum left, std::size_t b,
                            const Node& node) const {
        const double gain = gain_of(f, left, node, 0);
        if (!(gain > split.gain)) return;
        split.gain = gain;
        split.last_left = static_cast<std::uint8_t>(b);
        split.missing_left = true;
    }

    /// Bins in the order of their mean: some subset at one end of that order is the best of all subsets
    /// (Fisher, 1958). Few bins are tried one against the rest, where order overfits least.
    [[nodiscard]] BinSplit best_category(std::uint32_t f, const PackedSum* bins, std::size_t count,
                                         const Node& node) const {
        BinSplit split;
        split.feature = f;
        split.category = true;
        std::array<std::uint8_t, 256> order;  // NOLINT: filled below
        std::array<double, 256> mean;         // NOLINT
        std::size_t used = 0;
        for (std::size_t b = 0; b < count; ++b) {
            if (bins[b] == 0) continue;
            const NodeSums s = scale_.real(bins[b]);
            mean[b] = s.gradient / (s.hessian + limits_.category_smoothing);
            order[used++] = static_cast<std::uint8_t>(b);
        }
        if (used < 2) return split;
        std::size_t best_count = 0;
        bool from_end = false;
        const bool one_against_rest = used <= 4;
        if (one_against_rest) {
            for (std::size_t k = 0; k < used; ++k) {
                const double gain = gain_of(f, bins[order[k]], node, 0);
                if (gain > split.gain) {
                    split.gain = gain;
                    best_count = k;
                }
            }
            if (split.gain > 0) split.put_left(order[best_count]);
        } else {
            std::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(used),
                      [&](std::uint8_t a, std::uint8_t b) {
                          return mean[a] != mean[b] ? mean[a] < mean[b] : a < b;
                      });
            for (const bool reversed : {false, true}) {
                PackedSum left = 0;
                for (std::size_t k = 0; k + 1 < used && k < 64; ++k) {
                    left += bins[order[reversed ? used - 1 - k : k]];
                    const double gain = gain_of(f, left, node, limits_.category_l2);
                    if (gain > split.gain) {
                        split.gain = gain;
                        best_count = k + 1;
                        from_end = reversed;
                    }
                }
            }
            if (split.gain > 0) {
                for (std::size_t k = 0; k < best_count; ++k)
                    split.put_left(order[from_end ? used - 1 - k : k]);
            }
        }
        if (bins[0] != 0) {
            split.missing_left = split.bin_left(0);
        } else if (split.gain > 0) {
            // Training had no missing value here: they go with the heavier side, and so do labels of the
            // empty rest bin.
            PackedSum left = 0;
            for (std::size_t b = 0; b < count; ++b) left += split.bin_left(b) ? bins[b] : 0;
            split.missing_left = 2 * hessian_of(left) >= hessian_of(node.total);
            if (split.missing_left) split.put_left(0);
        }
        if (split.gain > 0 && count > 1 && bins[1] == 0 && split.missing_left) split.put_left(1);
        return split;
    }

    const BinnedRows& data_;
    const GrowthLimits& limits_;
    Scale scale_;
};

}  // namespace gasket::detail
