#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/model/row_partition.hpp"
#include "gasket/model/split_search.hpp"
#include "gasket/model/tree.hpp"

namespace gasket::detail {

/// Rows from place `begin` to before `end` of a list.
struct RowRange {
    std::size_t begin = 0;
    std::size_t end = 0;

    [[nodiscard]] std::size_t size() const noexcept { return end - begin; }
};

/// A grown tree, and which rows ended in which leaf.
struct GrownTree {
    struct Leaf {
        std::uint32_t node;
        RowRange active;  // rows that grew the tree, see TreeGrower::active
        RowRange idle;    // rows that walked along, see TreeGrower::idle
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
    TreeGrower(const BinnedRows& data, const GrowthLimits& limits)
        : data_(data), limits_(limits), histograms_(data, limits.alone), partition_(limits.alone) {}

    /// Splits leaf by leaf until no split gains more than `min_gain` or a limit is met. `features`
    /// (ascending) are those that the tree may use. Same bits for any number of threads.
    [[nodiscard]] GrownTree grow(const Gradients& real, std::span<const std::uint32_t> features,
                                 std::uint64_t seed, double min_gain = 0) {
        GrownTree tree;
        tree.gain.assign(data_.features(), 0);
        const Scale scale = choose_scale(real);
        round_rows(real, scale, active_);
        set_idle_apart();
        const SplitSearch search(data_, limits_, scale, min_gain);
        features_ = features;
        seed_ = seed;
        open_.clear();
        queue_.clear();
        Open root;
        root.active.end = active_.size();
        root.idle.end = idle_.size();
        for (const RowEntry& e : active_) root.total += pack(e);
        tree.nodes.emplace_back();
        if (limits_.max_leaves > 1 && may_split(root)) measure(root, search);
        put(std::move(root), 0);
        while (open_.size() < limits_.max_leaves && !queue_.empty()) split(tree, search);
        give_values(tree, real);
        return tree;
    }

    /// The rows of a leaf of the tree that was grown last: those that grew it, in rising order.
    [[nodiscard]] std::span<const RowEntry> active(const GrownTree::Leaf& leaf) const {
        return std::span(active_).subspan(leaf.active.begin, leaf.active.size());
    }
    /// ... and those without a weight, in rising order.
    [[nodiscard]] std::span<const RowEntry> idle(const GrownTree::Leaf& leaf) const {
        return std::span(idle_).subspan(leaf.idle.begin, leaf.idle.size());
    }

  private:
    /// A leaf that may be split yet.
    struct Open {
        std::uint32_t node = 0;
        RowRange active;
        RowRange idle;
        std::size_t depth = 0;
        PackedSum total = 0;
        Bounds bounds;
        BinSplit best;
        std::vector<PackedSum> histogram;  // empty: not kept
    };
    /// A place in the queue of splits: the greatest gain first, or level by level; the older node where
    /// equal.
    struct Ticket {
        double gain;
        std::size_t depth;
        std::size_t at;  // in open_
        std::uint32_t node;
    };
    [[nodiscard]] bool later(const Ticket& a, const Ticket& b) const noexcept {
        if (limits_.depth_wise && a.depth != b.depth) return a.depth > b.depth;
        if (!limits_.depth_wise && a.gain != b.gain) return a.gain < b.gain;
        return a.node > b.node;
    }
    [[nodiscard]] auto order() const {
        return [this](const Ticket& a, const Ticket& b) { return later(a, b); };
    }

    /// Makes `leaf` the open leaf at place `at`, and queues its split where it has one.
    void put(Open leaf, std::size_t at) {
        if (leaf.best.gain > 0) {
            queue_.push_back({leaf.best.gain, leaf.depth, at, leaf.node});
            std::push_heap(queue_.begin(), queue_.end(), order());
        } else {
            release(leaf);
        }
        if (at == open_.size()) {
            open_.push_back(std::move(leaf));
        } else {
            open_[at] = std::move(leaf);
        }
    }

    /// Moves rows without a hessian from active_ to idle_.
    void set_idle_apart() {
        idle_.resize(active_.size());
        std::size_t kept = 0;
        std::size_t moved = 0;
        for (const RowEntry e : active_) {
            idle_[moved] = e;
            active_[kept] = e;
            kept += e.hessian != 0 ? 1 : 0;
            moved += e.hessian != 0 ? 0 : 1;
        }
        active_.resize(kept);
        idle_.resize(moved);
    }

    [[nodiscard]] bool may_split(const Open& leaf) const {
        return leaf.depth < limits_.max_depth && leaf.active.size() >= 2 &&
               static_cast<double>(leaf.active.size()) >= 2 * limits_.min_rows_leaf;
    }
    [[nodiscard]] bool sampled() const noexcept {
        return limits_.features_per_split > 0 && limits_.features_per_split < features_.size();
    }

    /// Makes the histogram of a leaf and finds its best split.
    void measure(Open& leaf, const SplitSearch& search) {
        if (!free_.empty()) {
            leaf.histogram = std::move(free_.back());
            free_.pop_back();
        }
        const auto rows = std::span<const RowEntry>(active_).subspan(leaf.active.begin, leaf.active.size());
        if (!sampled()) {
            histograms_.build(rows, features_, leaf.histogram);
            leaf.best = best_of(features_, leaf, search);
            return;
        }
        // Some features at random; others if these do not tell the rows apart at all.
        drawn_.assign(features_.begin(), features_.end());
        Random random(derive_seed(seed_, leaf.node));
        const std::span<std::uint32_t> drawn(drawn_);
        for (std::size_t begin = 0; begin < drawn.size(); begin += limits_.features_per_split) {
            const std::size_t count = std::min(limits_.features_per_split, drawn.size() - begin);
            for (std::size_t i = begin; i < begin + count; ++i)
                std::swap(drawn[i], drawn[i + random.below(drawn.size() - i)]);
            const auto some = drawn.subspan(begin, count);
            std::sort(some.begin(), some.end());
            histograms_.build(rows, some, leaf.histogram);
            leaf.best = best_of(some, leaf, search);
            if (leaf.best.gain > 0) break;
            const PackedSum* histogram = leaf.histogram.data();
            if (!std::all_of(some.begin(), some.end(),
                             [&](std::uint32_t f) { return search.constant(f, histogram); }))
                break;
        }
        release(leaf);
    }

    /// The best split among some features; the first of them where equal.
    [[nodiscard]] BinSplit best_of(std::span<const std::uint32_t> features, const Open& leaf,
                                   const SplitSearch& search) {
        constexpr std::size_t features_per_part = 64;
        const std::size_t most = limits_.alone ? static_cast<std::size_t>(threads()) : 1;
        const std::size_t parts = std::clamp<std::size_t>(features.size() / features_per_part, 1, most);
        found_.assign(parts, BinSplit{});
        parallel_for(parts, [&](std::size_t p) {
            for (std::size_t i = features.size() * p / parts; i < features.size() * (p + 1) / parts; ++i) {
                const std::uint32_t f = features[i];
                const BinSplit one =
                    search.best(f, leaf.histogram.data(), leaf.total, leaf.active.size(), leaf.bounds,
                                derive_seed(seed_, (std::uint64_t{leaf.node} << 32) | f));
                if (one.gain > found_[p].gain) found_[p] = one;
            }
        });
        BinSplit best;
        for (const BinSplit& one : found_) {
            if (one.gain > best.gain) best = one;
        }
        return best;
    }

    void release(Open& leaf) {
        if (leaf.histogram.capacity() > 0) free_.push_back(std::move(leaf.histogram));
        leaf.histogram = {};
    }

    /// Splits the leaf whose turn it is.
    void split(GrownTree& tree, const SplitSearch& search) {
        std::pop_heap(queue_.begin(), queue_.end(), order());
        const std::size_t at = queue_.back().at;
        queue_.pop_back();
        Open parent = std::move(open_[at]);
        const BinSplit& best = parent.best;
        tree.gain[best.feature] += best.gain;

        Open left;
        Open right;
        left.node = static_cast<std::uint32_t>(tree.nodes.size());
        right.node = left.node + 1;
        left.depth = right.depth = parent.depth + 1;
        left.total = best.left;
        right.total = parent.total - best.left;
        BinSides sides;
        for (std::size_t b = 0; b < sides.size(); ++b) sides[b] = best.bin_left(b) ? 1 : 0;
        part(active_, parent.active, best.feature, sides, left.active, right.active);
        part(idle_, parent.idle, best.feature, sides, left.idle, right.idle);
        left.bounds = right.bounds = parent.bounds;
        narrow(best, leaf_value(search.real(left.total), limits_.l1, limits_.l2, left.bounds),
               leaf_value(search.real(right.total), limits_.l1, limits_.l2, right.bounds), left.bounds,
               right.bounds);

        TreeNode& node = tree.nodes[parent.node];
        node = decision(best, tree.bits);
        node.child = left.node;
        tree.nodes.emplace_back();
        tree.nodes.emplace_back();
        if (open_.size() + 1 < limits_.max_leaves) measure_children(parent, left, right, search);
        release(parent);
        put(std::move(left), at);
        put(std::move(right), open_.size());
    }

    /// The child with fewer rows is counted; the other is what remains of the parent.
    void measure_children(Open& parent, Open& left, Open& right, const SplitSearch& search) {
        Open& small = left.active.size() <= right.active.size() ? left : right;
        Open& large = &small == &left ? right : left;
        const bool remains = !parent.histogram.empty();
        if (!may_split(large)) return;  // the smaller one may not either, or is measured below
        if (!remains) {
            if (may_split(small)) measure(small, search);
            measure(large, search);
            return;
        }
        if (!free_.empty()) {
            small.histogram = std::move(free_.back());
            free_.pop_back();
        }
        histograms_.build(std::span<const RowEntry>(active_).subspan(small.active.begin, small.active.size()),
                          features_, small.histogram);
        histograms_.subtract(features_, parent.histogram, small.histogram);
        large.histogram = std::move(parent.histogram);
        parent.histogram = {};
        if (may_split(small)) small.best = best_of(features_, small, search);
        large.best = best_of(features_, large, search);
    }

    void part(std::vector<RowEntry>& list, RowRange rows, std::uint32_t feature, const BinSides& sides,
              RowRange& left, RowRange& right) {
        const std::size_t kept =
            partition_(std::span(list).subspan(rows.begin, rows.size()), data_.column(feature), sides);
        left = {rows.begin, rows.begin + kept};
        right = {rows.begin + kept, rows.end};
    }

    /// Leaf values from the gradients as they were before rounding.
    void give_values(GrownTree& tree, const Gradients& real) const {
        for (const Open& leaf : open_) tree.leaves.push_back({leaf.node, leaf.active, leaf.idle});
        const auto value_of = [&](std::size_t i) {
            NodeSums sums;
            for (const RowEntry& e : active(tree.leaves[i])) {
                sums.gradient += real.gradient[e.row];
                sums.hessian += real.hessian[e.row];
            }
            tree.nodes[open_[i].node].value = leaf_value(sums, limits_.l1, limits_.l2, open_[i].bounds);
        };
        if (limits_.alone && active_.size() >= 32768) {
            parallel_for(open_.size(), value_of);
        } else {
            for (std::size_t i = 0; i < open_.size(); ++i) value_of(i);
        }
    }

    /// Below a split of a constrained feature the sides may not cross the middle of their values.
    void narrow(const BinSplit& split, double left_value, double right_value, Bounds& left,
                Bounds& right) const {
        const int direction = limits_.monotone.empty() ? 0 : limits_.monotone[split.feature];
        if (direction == 0) return;
        const double middle = left_value / 2 + right_value / 2;
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
    HistogramBuilder histograms_;
    RowPartition partition_;
    std::span<const std::uint32_t> features_;
    std::uint64_t seed_ = 0;
    std::vector<RowEntry> active_;
    std::vector<RowEntry> idle_;
    std::vector<Open> open_;
    std::vector<Ticket> queue_;
    std::vector<std::vector<PackedSum>> free_;
    std::vector<std::uint32_t> drawn_;
    std::vector<BinSplit> found_;
};

}  // namespace gasket::detail
