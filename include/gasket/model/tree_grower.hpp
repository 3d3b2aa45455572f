#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/model/split_search.hpp"
#include "gasket/model/tree.hpp"

namespace gasket::detail {

/// Gradients and hessians of all rows: what a tree is fitted to. Rows with hessian 0 have no part in the tree
/// but are carried along to their leaf (validation rows, rows out of the sample).
struct Gradients {
    std::vector<double> gradient;
    std::vector<double> hessian;
};

/// Rounds gradients and hessians to whole numbers whose sums over all rows fit 31 bits, or 15 bits each if
/// that is less. Rows keep a hessian of at least 1 where they have any.
inline Scale quantise(const Gradients& real, std::vector<RowEntry>& entries) {
    const std::size_t rows = real.gradient.size();
    double most_gradient = 0;
    double most_hessian = 0;
    for (std::size_t r = 0; r < rows; ++r) {
        most_gradient = std::max(most_gradient, std::abs(real.gradient[r]));
        most_hessian = std::max(most_hessian, real.hessian[r]);
    }
    const double room =
        std::min(32767.0, std::floor(2147483647.0 / static_cast<double>(std::max<std::size_t>(rows, 1))));
    // Powers of two keep whole numbers (row counts, class labels) exact.
    const auto unit = [&](double most) {
        if (!(most > 0)) return 1.0;
        int exponent = 0;
        (void)std::frexp(most / room, &exponent);
        return std::ldexp(1.0, exponent);
    };
    const Scale scale{unit(most_gradient), unit(most_hessian)};
    entries.resize(rows);
    parallel_blocks(rows, 16384, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            RowEntry& e = entries[r];
            e.row = static_cast<std::uint32_t>(r);
            e.gradient = static_cast<std::int16_t>(std::lround(real.gradient[r] / scale.gradient));
            e.hessian = static_cast<std::uint16_t>(std::lround(real.hessian[r] / scale.hessian));
            if (e.hessian == 0 && real.hessian[r] > 0) e.hessian = 1;
        }
    });
    return scale;
}

/// A grown tree, and which rows ended in which leaf.
struct GrownTree {
    struct Leaf {
        std::uint32_t node;
        std::size_t begin;  // its rows in `entries`
        std::size_t end;
    };
    std::vector<TreeNode> nodes;
    std::vector<std::uint32_t> bits;
    std::vector<Leaf> leaves;
    /// by feature: how much its splits lowered the loss
    std::vector<double> gain;
};

/// Grows one tree after the other over the same binned rows. Not thread-safe; keeps its memory between trees.
class TreeGrower {
  public:
    TreeGrower(const BinnedRows& data, const GrowthLimits& limits) : data_(data), limits_(limits) {}

    /// Splits leaf by leaf until nothing is gained or a limit is met. `features` are those that the tree may
    /// use; `entries` receives the rows ordered by leaf. Same bits for any number of threads.
    [[nodiscard]] GrownTree grow(const Gradients& real, std::span<const std::uint32_t> features,
                                 std::uint64_t seed, std::vector<RowEntry>& entries) {
        GrownTree tree;
        tree.gain.assign(data_.features(), 0);
        const Scale scale = quantise(real, entries);
        const SplitSearch search(data_, limits_, scale);
        features_ = features;
        seed_ = seed;
        std::vector<Open> open;
        {
            Open root;
            root.end = entries.size();
            for (const RowEntry& e : entries) {
                root.total += pack(e);
                root.active += e.hessian > 0 ? 1 : 0;
            }
            tree.nodes.emplace_back();
            if (limits_.max_leaves > 1 && limits_.max_depth > 0)
                measure(root, search, entries, nullptr, nullptr);
            open.push_back(std::move(root));
        }
        while (open.size() < limits_.max_leaves) {
            const std::size_t at = next(open);
            if (at == open.size()) break;
            split(tree, open, at, search, entries);
        }
        for (const Open& leaf : open) {
            NodeSums sums;
            for (std::size_t i = leaf.begin; i < leaf.end; ++i) {
                if (entries[i].hessian == 0) continue;
                sums.gradient += real.gradient[entries[i].row];
                sums.hessian += real.hessian[entries[i].row];
            }
            tree.nodes[leaf.node].value = leaf_value(sums, limits_.l1, limits_.l2, leaf.bounds);
            tree.leaves.push_back({leaf.node, leaf.begin, leaf.end});
        }
        return tree;
    }

  private:
    /// A leaf that may be split yet.
    struct Open {
        std::uint32_t node = 0;
        std::size_t begin = 0;
        std::size_t end = 0;
        std::size_t active = 0;  // rows with a hessian
        std::size_t depth = 0;
        PackedSum total = 0;
        Bounds bounds;
        BinSplit best;
        std::vector<PackedSum> histogram;
    };

    /// The leaf to be split next, or open.size(): the greatest gain, or level by level. Ties go to the older
    /// node.
    [[nodiscard]] std::size_t next(const std::vector<Open>& open) const {
        std::size_t best = open.size();
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (!(open[i].best.gain > 0)) continue;
            if (best == open.size()) {
                best = i;
            } else if (limits_.depth_wise
                           ? open[i].depth < open[best].depth ||
                                 (open[i].depth == open[best].depth && open[i].node < open[best].node)
                           : open[i].best.gain > open[best].best.gain ||
                                 (open[i].best.gain == open[best].best.gain &&
                                  open[i].node < open[best].node)) {
                best = i;
            }
        }
        return best;
    }

    [[nodiscard]] bool may_split(const Open& leaf) const {
        return leaf.depth < limits_.max_depth && leaf.active >= 2 &&
               static_cast<double>(leaf.active) >= 2 * limits_.min_rows_leaf;
    }

    /// Makes the histogram of a leaf (from its rows, or as parent less sibling) and finds its best split.
    void measure(Open& leaf, const SplitSearch& search, const std::vector<RowEntry>& entries,
                 std::vector<PackedSum>* parent, const std::vector<PackedSum>* sibling) {
        const bool sampled = limits_.features_per_split > 0 && limits_.features_per_split < features_.size();
        std::vector<std::uint32_t> some;
        if (sampled) {
            some.assign(features_.begin(), features_.end());
            Random random(derive_seed(seed_, leaf.node));
            random.shuffle(std::span<std::uint32_t>(some));
            some.resize(limits_.features_per_split);
            std::sort(some.begin(), some.end());
        }
        const std::span<const std::uint32_t> features =
            sampled ? std::span<const std::uint32_t>(some) : features_;
        if (parent != nullptr && sibling != nullptr && !sampled) {
            subtract_histogram(*parent, *sibling);
            leaf.histogram = std::move(*parent);
        } else {
            if (!free_.empty()) {
                leaf.histogram = std::move(free_.back());
                free_.pop_back();
            }
            build_histogram(data_, std::span(entries).subspan(leaf.begin, leaf.end - leaf.begin), features,
                            leaf.histogram);
        }
        leaf.best = BinSplit{};
        for (const std::uint32_t f : features) {
            const BinSplit split = search.best(f, leaf.histogram.data(), leaf.total, leaf.active, leaf.bounds,
                                               derive_seed(seed_, (std::uint64_t{leaf.node} << 32) | f));
            if (split.gain > leaf.best.gain) leaf.best = split;
        }
        if (sampled || !(leaf.best.gain > 0)) release(leaf);
    }

    void release(Open& leaf) {
        if (leaf.histogram.capacity() > 0) free_.push_back(std::move(leaf.histogram));
        leaf.histogram = {};
    }

    void split(GrownTree& tree, std::vector<Open>& open, std::size_t at, const SplitSearch& search,
               std::vector<RowEntry>& entries) {
        Open parent = std::move(open[at]);
        const BinSplit& best = parent.best;
        tree.gain[best.feature] += best.gain;

        Open left;
        Open right;
        left.node = static_cast<std::uint32_t>(tree.nodes.size());
        right.node = left.node + 1;
        left.depth = right.depth = parent.depth + 1;
        left.begin = parent.begin;
        right.end = parent.end;
        left.end = right.begin = partition(entries, parent, left, right);
        left.bounds = right.bounds = parent.bounds;
        narrow(best, search_values(search, left, right), left.bounds, right.bounds);

        TreeNode& node = tree.nodes[parent.node];
        node = decision(best, tree.bits);
        node.child = left.node;
        tree.nodes.emplace_back();
        tree.nodes.emplace_back();

        // The smaller child is counted, the other is what remains.
        Open& small = left.end - left.begin <= right.end - right.begin ? left : right;
        Open& large = &small == &left ? right : left;
        const bool small_may = may_split(small);
        const bool large_may = may_split(large);
        if (small_may || (large_may && !parent.histogram.empty()))
            measure(small, search, entries, nullptr, nullptr);
        if (large_may) {
            // Without the sibling's histogram (features sampled at each split) both children are counted.
            const bool subtract = !small.histogram.empty() && !parent.histogram.empty();
            if (subtract) {
                measure(large, search, entries, &parent.histogram, &small.histogram);
            } else {
                measure(large, search, entries, nullptr, nullptr);
            }
        }
        if (!small_may) {
            small.best = BinSplit{};
            release(small);
        }
        release(parent);
        open[at] = std::move(left);
        open.push_back(std::move(right));
    }

    /// Rows that go left to the front, the others behind them, each in the order they had; sums and counts of
    /// both.
    std::size_t partition(std::vector<RowEntry>& entries, const Open& parent, Open& left, Open& right) {
        std::uint8_t goes_left[256];
        for (std::size_t b = 0; b < 256; ++b) goes_left[b] = parent.best.bin_left(b) ? 1 : 0;
        const std::uint8_t* column = data_.column(parent.best.feature);
        buffer_.resize(std::max(buffer_.size(), parent.end - parent.begin));
        std::size_t kept = parent.begin;
        std::size_t moved = 0;
        for (std::size_t i = parent.begin; i < parent.end; ++i) {
            // Both are written and one counts: no branch to mispredict.
            const RowEntry e = entries[i];
            const std::size_t l = goes_left[column[e.row]];
            const std::int64_t mask = -static_cast<std::int64_t>(l);
            left.total += pack(e) & mask;
            left.active += (e.hessian > 0 ? 1U : 0U) & l;
            buffer_[moved] = e;
            entries[kept] = e;
            kept += l;
            moved += 1 - l;
        }
        std::copy_n(buffer_.begin(), moved, entries.begin() + static_cast<std::ptrdiff_t>(kept));
        right.total = parent.total - left.total;
        right.active = parent.active - left.active;
        return kept;
    }

    struct Values {
        double left;
        double right;
    };
    [[nodiscard]] Values search_values(const SplitSearch& search, const Open& left, const Open& right) const {
        return {leaf_value(search.real(left.total), limits_.l1, limits_.l2, left.bounds),
                leaf_value(search.real(right.total), limits_.l1, limits_.l2, right.bounds)};
    }

    /// Below a split of a constrained feature the sides may not cross the middle of their values.
    void narrow(const BinSplit& split, Values values, Bounds& left, Bounds& right) const {
        const int direction = limits_.monotone.empty() ? 0 : limits_.monotone[split.feature];
        if (direction == 0) return;
        const double middle = values.left / 2 + values.right / 2;
        Bounds& lower = direction > 0 ? left : right;
        Bounds& upper = direction > 0 ? right : left;
        lower.high = std::min(lower.high, middle);
        upper.low = std::max(upper.low, middle);
    }

    /// The split in terms of values, so that rows can be scored without bins.
    [[nodiscard]] TreeNode decision(const BinSplit& split, std::vector<std::uint32_t>& bits) const {
        const FeatureBins& bins = data_.bins[split.feature];
        TreeNode node{0, 0, split.feature, split.category, split.missing_left};
        if (!split.category) {
            node.value = split.last_left <= bins.edges.size() ? bins.edges[split.last_left - std::size_t{1}]
                                                              : HUGE_VAL;
            return node;
        }
        node.value = static_cast<double>(bits.size());
        std::vector<std::uint32_t> words(Trees::words_for(bins.bin_of_code.size()), 0);
        const auto put = [&](std::size_t bit) { words[bit / 32] |= std::uint32_t{1} << (bit % 32); };
        if (split.bin_left(1)) put(0);
        for (std::size_t c = 0; c < bins.bin_of_code.size(); ++c) {
            if (split.bin_left(bins.bin_of_code[c])) put(c + 1);
        }
        bits.insert(bits.end(), words.begin(), words.end());
        return node;
    }

    const BinnedRows& data_;
    GrowthLimits limits_;
    std::span<const std::uint32_t> features_;
    std::uint64_t seed_ = 0;
    std::vector<std::vector<PackedSum>> free_;
    std::vector<RowEntry> buffer_;
};

}  // namespace gasket::detail
