#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/random.hpp"
#include "gasket/model/quantise.hpp"
#include "gasket/model/small_node.hpp"

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
    /// features tried at each split; 0: all
    std::size_t features_per_split = 0;
    /// numbers: about so many thresholds are tried at each split, drawn by chance; 0: all
    std::size_t thresholds_per_split = 0;
    /// categories: shrinks a bin's mean towards 0 when bins are put in order, and the values of both sides
    double category_smoothing = 10;
    double category_l2 = 10;
    /// by feature: 1 rising, -1 falling, 0 free; empty: all free
    std::vector<int> monotone;
    /// features that may meet on a way from root to leaf: those of one group; one in no group meets none. No
    /// groups: all may
    std::vector<std::vector<std::uint32_t>> groups;
    /// false where several trees grow side by side, each on one thread
    bool alone = true;
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
    PackedSum left = 0;                        // sum of the rows that go left
    std::array<std::uint64_t, 4> left_bins{};  // one bit for each bin

    [[nodiscard]] bool bin_left(std::size_t bin) const noexcept {
        return (left_bins[bin / 64] >> (bin % 64) & 1U) != 0;
    }
    void put_left(std::size_t bin) noexcept { left_bins[bin / 64] |= std::uint64_t{1} << (bin % 64); }
    /// Bins `first` to `last`, both among them.
    void put_left(std::size_t first, std::size_t last) noexcept {
        for (std::size_t w = first / 64; w <= last / 64; ++w) {
            const std::uint64_t from =
                w == first / 64 ? ~std::uint64_t{0} << (first % 64) : ~std::uint64_t{0};
            const std::uint64_t to =
                w == last / 64 ? ~std::uint64_t{0} >> (63 - last % 64) : ~std::uint64_t{0};
            left_bins[w] |= from & to;
        }
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

/// What the gains of a node's splits depend on where nothing binds its leaves.
struct PlainNode {
    Scale scale;
    double l2;
    PackedSum total;
    std::int64_t least;  // hessian of a side
};

/// Sums of left sides, for many splits of a node: gradients and hessians apart, as numbers of 32 bits, which
/// is what processors of every age turn into doubles several at once.
struct LeftSums {
    std::array<std::int32_t, 256> gradient;
    std::array<std::int32_t, 256> hessian;

    void put(std::size_t i, PackedSum sum) noexcept {
        gradient[i] = static_cast<std::int32_t>(static_cast<std::uint64_t>(sum) >> 32);
        hessian[i] = static_cast<std::int32_t>(sum);
    }
    [[nodiscard]] PackedSum sum(std::size_t i) const noexcept {
        return static_cast<PackedSum>(gradient[i]) * (PackedSum{1} << 32) + hessian[i];
    }
};

/// The gains of both sides together for the first `count` of some splits; no gain where a side has too
/// little. Without a branch, so that several gains are worked out at once.
GASKET_CLONES inline void plain_gains(const LeftSums& left, std::size_t count, PlainNode node,
                                      double* gain) noexcept {
    const std::int32_t* const gradient = left.gradient.data();
    const std::int32_t* const hessian = left.hessian.data();
    const auto least = static_cast<std::int32_t>(node.least);
    const auto most = static_cast<std::int32_t>(hessian_of(node.total) - node.least);
    const auto all_g = static_cast<double>(gradient_of(node.total));
    const auto all_h = static_cast<double>(hessian_of(node.total));
    for (std::size_t i = 0; i < count; ++i) {
        const double g = gradient[i];
        const double h = hessian[i];
        const double ga = g * node.scale.gradient;
        const double gb = (all_g - g) * node.scale.gradient;
        const double ha = h * node.scale.hessian + node.l2;
        const double hb = (all_h - h) * node.scale.hessian + node.l2;
        gain[i] = ga * ga / ha + gb * gb / hb;
    }
    // A loop of its own: in the one above the compiler would make the question a branch around the divisions.
    for (std::size_t i = 0; i < count; ++i) {
        const double enough = hessian[i] >= least ? gain[i] : -HUGE_VAL;
        gain[i] = hessian[i] <= most ? enough : -HUGE_VAL;
    }
}

/// Looks for the best split of one node over its histogram. Immutable; thread-safe.
class SplitSearch {
  public:
    /// `min_gain`: a split must gain more.
    SplitSearch(const BinnedRows& data, const GrowthLimits& limits, Scale scale, double min_gain)
        : data_(data), limits_(limits), scale_(scale), min_gain_(min_gain) {}

    /// What all features of a node have in common.
    struct Node {
        PackedSum total = 0;
        std::int64_t total_hessian = 0;
        Bounds bounds = {};
        double parent = 0;       // its own gain
        std::int64_t least = 1;  // hessian of a side

        [[nodiscard]] bool splits() const noexcept { return 2 * least <= total_hessian; }
    };

    /// `rows`: number of rows in the node; `total`: their sum.
    [[nodiscard]] Node node_of(PackedSum total, std::size_t rows, Bounds bounds) const {
        Node node{.total = total, .total_hessian = hessian_of(total), .bounds = bounds};
        // Rows are guessed from hessians, which costs no third sum; for plain row weights the guess is exact.
        const double per_row = static_cast<double>(node.total_hessian) / static_cast<double>(rows);
        node.least = static_cast<std::int64_t>(std::ceil(
            std::max({1.0, (limits_.min_rows_leaf - 0.5) * per_row, limits_.min_hessian / scale_.hessian})));
        const NodeSums sums = scale_.real(total);
        node.parent =
            leaf_gain(sums, limits_.l1, limits_.l2, leaf_value(sums, limits_.l1, limits_.l2, bounds));
        return node;
    }

    /// The best split of feature `f`, or none where it gains no more than `to_beat`.
    [[nodiscard]] BinSplit best(std::uint32_t f, const UsedBins& used, const Node& node,
                                std::uint64_t seed = 0, double to_beat = 0) const {
        if (used.count < 2 || !node.splits()) return BinSplit{};
        // A gain within rounding of the parent's is none.
        const double start = node.parent + std::max({min_gain_, to_beat, 1e-10 * std::abs(node.parent)});
        BinSplit split;
        split.gain = start;
        split.feature = f;
        split.category = data_.bins[f].category;
        const int direction = limits_.monotone.empty() ? 0 : limits_.monotone[f];
        if (split.category) {
            find_category(split, used, {node, direction, is_plain(node, direction)});
        } else {
            find_number(split, used, {node, direction, is_plain(node, direction)}, seed);
        }
        if (!(split.gain > start)) return BinSplit{};
        split.gain -= node.parent;
        settle_unseen(split, used, node);
        return split;
    }
    /// ... from a histogram.
    [[nodiscard]] BinSplit best(std::uint32_t f, const PackedSum* histogram, PackedSum total,
                                std::size_t rows, Bounds bounds, std::uint64_t seed = 0,
                                double to_beat = 0) const {
        UsedBins used;
        used.take(data_, f, histogram);
        return best(f, used, node_of(total, rows, bounds), seed, to_beat);
    }

    /// Sums in real units.
    [[nodiscard]] NodeSums real(PackedSum sum) const noexcept { return scale_.real(sum); }

  private:
    /// A node as one feature sees it.
    struct View {
        const Node& node;
        int direction;
        bool plain;  // neither l1 nor bounds nor a direction
    };
    [[nodiscard]] bool is_plain(const Node& node, int direction) const noexcept {
        return limits_.l1 == 0 && direction == 0 && std::isinf(node.bounds.low) &&
               std::isinf(node.bounds.high);
    }

    /// The gain of both sides together when `left` goes left; nothing where that is not allowed.
    [[nodiscard]] double gain_of(PackedSum left, const View& view, double more_l2) const noexcept {
        const Node& node = view.node;
        const std::int64_t h = hessian_of(left);
        if (h < node.least || node.total_hessian - h < node.least) return -HUGE_VAL;
        const NodeSums a = scale_.real(left);
        const NodeSums b = scale_.real(node.total - left);
        const double l2 = limits_.l2 + more_l2;
        if (view.plain)
            return a.gradient * a.gradient / (a.hessian + l2) + b.gradient * b.gradient / (b.hessian + l2);
        const double va = leaf_value(a, limits_.l1, l2, node.bounds);
        const double vb = leaf_value(b, limits_.l1, l2, node.bounds);
        if ((view.direction > 0 && va > vb) || (view.direction < 0 && va < vb)) return -HUGE_VAL;
        return leaf_gain(a, limits_.l1, l2, va) + leaf_gain(b, limits_.l1, l2, vb);
    }

    /// The gains of splits whose left sides are `left`, `count` of them; no gain where a side has too little.
    void gains_of(const LeftSums& left, std::size_t count, const View& view, double* gain) const noexcept {
        if (!view.plain) {
            for (std::size_t i = 0; i < count; ++i) gain[i] = gain_of(left.sum(i), view, 0);
            return;
        }
        plain_gains(left, count, {scale_, limits_.l2, view.node.total, view.node.least}, gain);
    }

    /// One scan over the bins that hold rows, with the missing values on either side.
    void find_number(BinSplit& split, const UsedBins& bins, const View& node, std::uint64_t seed) const {
        LeftSums left;  // of the bins up to at[i]
        std::array<double, 256> gain;
        const std::size_t first = bins.bin[0] == 0 ? 1 : 0;
        const PackedSum gaps = first == 1 ? bins.sum[0] : 0;
        const std::size_t used = bins.count - first;
        const std::uint8_t* const at = bins.bin.data() + first;
        PackedSum sum = 0;
        for (std::size_t i = 0; i < used; ++i) {
            sum += bins.sum[first + i];
            left.put(i, sum);
        }
        const std::size_t count = data_.bins[split.feature].size();
        const std::size_t tried = limits_.thresholds_per_split;
        const std::uint64_t kept = tried == 0 || tried >= count
                                       ? ~std::uint64_t{0}
                                       : static_cast<std::uint64_t>(static_cast<double>(tried) /
                                                                    static_cast<double>(count) * 0x1.0p64);
        const auto consider = [&](bool gaps_left) {
            gains_of(left, used, node, gain.data());
            for (std::size_t i = 0; i < used; ++i) {
                if (!(gain[i] > split.gain)) continue;
                // all values against the missing ones is no threshold
                if (tried != 0 && i + 1 < used && mix64(seed ^ at[i]) > kept) continue;
                split.gain = gain[i];
                split.last_left = at[i];
                split.left = left.sum(i);
                split.missing_left = gaps_left;
            }
        };
        consider(false);
        if (gaps != 0) {
            for (std::size_t i = 0; i < used; ++i) left.put(i, left.sum(i) + gaps);
            consider(true);
        }
        if (split.last_left == 0) return;
        split.put_left(1, split.last_left);
        if (split.missing_left) split.put_left(0);
    }

    /// Bins in the order of their mean: some subset at one end of that order is the best of all subsets
    /// (Fisher, 1958). Of three or fewer every
    /// subset is one against the rest, and no order is needed.
    void find_category(BinSplit& split, const UsedBins& bins, const View& node) const {
        std::array<std::uint8_t, 256> order;  // NOLINT: places in bins, filled below
        std::array<double, 256> mean;         // NOLINT
        const std::size_t used = bins.count;
        for (std::size_t i = 0; i < used; ++i) {
            const NodeSums s = scale_.real(bins.sum[i]);
            mean[i] = s.gradient / (s.hessian + limits_.category_smoothing);
            order[i] = static_cast<std::uint8_t>(i);
        }
        std::size_t first = 0;
        std::size_t length = 0;  // the bins order[first], ... that go left
        if (used <= 3) {
            for (std::size_t k = 0; k < used; ++k) {
                const double gain = gain_of(bins.sum[order[k]], node, 0);
                if (!(gain > split.gain)) continue;
                split.gain = gain;
                first = k;
                length = 1;
            }
        } else {
            std::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(used),
                      [&](std::uint8_t a, std::uint8_t b) {
                          return mean[a] != mean[b] ? mean[a] < mean[b] : a < b;
                      });
            PackedSum left = 0;
            for (std::size_t k = 0; k + 1 < used; ++k) {
                left += bins.sum[order[k]];
                const double gain = gain_of(left, node, limits_.category_l2);
                if (!(gain > split.gain)) continue;
                split.gain = gain;
                length = k + 1;
            }
        }
        for (std::size_t k = 0; k < length; ++k) {
            split.put_left(bins.bin[order[first + k]]);
            split.left += bins.sum[order[first + k]];
        }
        split.missing_left = split.bin_left(0);
    }

    /// Values that the node has none of go with the heavier side: missing ones, and labels of the rest bin.
    void settle_unseen(BinSplit& split, const UsedBins& bins, const Node& node) const {
        const bool heavier = 2 * hessian_of(split.left) >= node.total_hessian;
        if (heavier && bins.bin[0] != 0) {
            split.missing_left = true;
            split.put_left(0);
        }
        if (heavier && split.category && !bins.has(1)) split.put_left(1);
    }

    const BinnedRows& data_;
    const GrowthLimits& limits_;
    Scale scale_;
    double min_gain_;
};

}  // namespace gasket::detail
