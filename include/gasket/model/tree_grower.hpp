#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/model/grown_tree.hpp"
#include "gasket/model/row_partition.hpp"
#include "gasket/model/small_node.hpp"
#include "gasket/model/split_search.hpp"

namespace gasket::detail {

/// Grows one tree after the other over the same binned rows. Not thread-safe; keeps its memory between trees.
class TreeGrower {
  public:
    TreeGrower(const BinnedRows& data, const GrowthLimits& limits)
        : data_(data),
          limits_(limits),
          histograms_(data, limits.alone),
          small_(data),
          partition_(limits.alone) {}

    /// Splits leaf by leaf until no split gains more than `min_gain` or a limit is met. `features`
    /// (ascending) are those that the tree may use. Same bits for any number of threads.
    [[nodiscard]] GrownTree grow(const Gradients& real, std::span<const std::uint32_t> features,
                                 std::uint64_t seed, double min_gain = 0) {
        GrownTree tree;
        const Scale scale = choose_scale(real.extent, real.rows());
        const SplitSearch search(data_, limits_, scale, min_gain);
        features_ = features;
        data_.columns_of(features, columns_);
        seed_ = seed;
        open_.clear();
        queue_.clear();
        Open root;
        root.total = take_rows(real, scale);
        root.active.end = active_.size();
        root.idle.end = idle_.size();
        tree.nodes.emplace_back();
        tree.gain.resize(1);
        if (limits_.max_leaves > 1 && may_split(root)) measure(root, search);
        put(std::move(root), 0);
        while (open_.size() < limits_.max_leaves && !queue_.empty()) split(tree, search);
        give_values(tree, real);
        return tree;
    }

    /// Calls `body(leaf, rows)` for every leaf of the tree that was grown last, with those of its rows that
    /// lie in [begin, end), in rising order: first those that grew the tree, then those without a weight. So
    /// what is done for all rows can be done block by block, each within the near cache.
    template <class Body>
    void each_leaf(const GrownTree& tree, std::size_t begin, std::size_t end, const Body& body) const {
        for (std::size_t i = 0; i < tree.leaves.size(); ++i) {
            body(i, within(active(tree.leaves[i]), begin, end));
            if (!idle_.empty()) body(i, within(idle(tree.leaves[i]), begin, end));
        }
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
        std::vector<std::uint32_t> path;   // features decided by above it, where there are groups
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

    static std::span<const RowEntry> within(std::span<const RowEntry> rows, std::size_t begin,
                                            std::size_t end) {
        const auto before = [](const RowEntry& e, std::size_t row) { return e.row < row; };
        const auto first = std::lower_bound(rows.begin(), rows.end(), begin, before);
        return {first, std::lower_bound(first, rows.end(), end, before)};
    }

    /// Rounds the rows into active_, those without a hessian into idle_; returns the sum of them all.
    PackedSum take_rows(const Gradients& real, Scale scale) {
        struct Part {
            PackedSum sum = 0;
            std::size_t idle = 0;
        };
        const std::size_t n = real.rows();
        if (active_.capacity() < n) active_ = large_vector<RowEntry>(n);
        active_.resize(n);
        std::vector<Part> parts((n + block_rows - 1) / block_rows);
        parallel_blocks(n, block_rows, [&](std::size_t begin, std::size_t end) {
            round_rows(real, scale, begin, end, active_.data() + begin);
            Part part;
            for (std::size_t r = begin; r < end; ++r) {
                part.sum += active_[r].hessian != 0 ? pack(active_[r]) : 0;
                part.idle += active_[r].hessian == 0 ? 1 : 0;
            }
            parts[begin / block_rows] = part;
        });
        Part all;
        for (const Part& part : parts) {
            all.sum += part.sum;
            all.idle += part.idle;
        }
        if (all.idle == 0) {
            idle_.clear();
            return all.sum;
        }
        // Both are written and one counts, as in RowPartition.
        idle_.resize(all.idle + 1);
        std::size_t kept = 0;
        std::size_t moved = 0;
        for (std::size_t r = 0; r < n; ++r) {
            const RowEntry e = active_[r];
            active_[kept] = e;
            idle_[moved] = e;
            kept += e.hessian != 0 ? 1 : 0;
            moved += e.hessian != 0 ? 0 : 1;
        }
        active_.resize(kept);
        idle_.resize(moved);
        return all.sum;
    }

    [[nodiscard]] bool may_split(const Open& leaf) const {
        return leaf.depth < limits_.max_depth && leaf.active.size() >= 2 &&
               static_cast<double>(leaf.active.size()) >= 2 * limits_.min_rows_leaf;
    }
    [[nodiscard]] bool sampled() const noexcept {
        return limits_.features_per_split > 0 && limits_.features_per_split < features_.size();
    }

    /// Finds the best split of a leaf that has no histogram; makes one where it is worth it.
    void measure(Open& leaf, const SplitSearch& search) {
        const auto node = search.node_of(leaf.total, leaf.active.size(), leaf.bounds);
        if (!node.splits()) return;
        const bool small = leaf.active.size() <= small_rows;
        if (small) {
            small_.take(rows_of(leaf));
        } else {
            take_histogram(leaf);
        }
        if (!sampled()) {
            if (small) {
                leaf.best = best_of_small(features_, leaf, node, search).first;
            } else {
                histograms_.build(rows_of(leaf), columns_, leaf.histogram);
                leaf.best = best_of(features_, leaf, node, search).first;
            }
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
            if (!small) {
                data_.columns_of(some, columns_);
                histograms_.build(rows_of(leaf), columns_, leaf.histogram);
            }
            const auto [best, constant] =
                small ? best_of_small(some, leaf, node, search) : best_of(some, leaf, node, search);
            leaf.best = best;
            if (best.gain > 0 || !constant) break;
        }
        release(leaf);
    }

    /// The best split among some features, the first of them where equal; and whether none of them tells the
    /// rows apart. `used_of(f)` gives the bins of a feature.
    template <class UsedOf>
    [[nodiscard]] std::pair<BinSplit, bool> best_among(std::span<const std::uint32_t> features,
                                                       const Open& leaf, const SplitSearch::Node& node,
                                                       const SplitSearch& search,
                                                       const UsedOf& used_of) const {
        std::pair<BinSplit, bool> out{{}, true};
        for (const std::uint32_t f : features) {
            if (!may_decide(f, leaf)) continue;
            const UsedBins& used = used_of(f);
            const BinSplit one = search.best(f, used, node, seed_of(leaf, f), out.first.gain);
            if (one.gain > out.first.gain) out.first = one;
            out.second = out.second && used.count < 2;
        }
        return out;
    }
    [[nodiscard]] std::pair<BinSplit, bool> best_of(std::span<const std::uint32_t> features, const Open& leaf,
                                                    const SplitSearch::Node& node,
                                                    const SplitSearch& search) const {
        UsedBins used;  // here: several threads search at a time
        return best_among(features, leaf, node, search, [&](std::uint32_t f) -> const UsedBins& {
            used.take(data_, f, leaf.histogram.data());
            return used;
        });
    }
    /// The rows are those that small_ has taken.
    [[nodiscard]] std::pair<BinSplit, bool> best_of_small(std::span<const std::uint32_t> features,
                                                          const Open& leaf, const SplitSearch::Node& node,
                                                          const SplitSearch& search) {
        return best_among(features, leaf, node, search, [&](std::uint32_t f) -> const UsedBins& {
            small_.used_of(f, used_);
            return used_;
        });
    }

    /// Whether a feature may meet those that decided above a leaf.
    [[nodiscard]] bool may_decide(std::uint32_t f, const Open& leaf) const {
        if (leaf.path.empty() || leaf.path == std::vector{f}) return true;
        const auto has = [](const std::vector<std::uint32_t>& group, std::uint32_t one) {
            return std::find(group.begin(), group.end(), one) != group.end();
        };
        return std::any_of(limits_.groups.begin(), limits_.groups.end(), [&](const auto& group) {
            return has(group, f) && std::all_of(leaf.path.begin(), leaf.path.end(),
                                                [&](std::uint32_t above) { return has(group, above); });
        });
    }

    /// What thresholds are drawn by.
    [[nodiscard]] std::uint64_t seed_of(const Open& leaf, std::uint32_t f) const noexcept {
        return limits_.thresholds_per_split == 0 ? 0
                                                 : derive_seed(seed_, (std::uint64_t{leaf.node} << 32) | f);
    }
    [[nodiscard]] std::span<const RowEntry> rows_of(const Open& leaf) const {
        return std::span(active_).subspan(leaf.active.begin, leaf.active.size());
    }

    /// Finds the best splits of two leaves whose histograms are there, over all threads.
    void search_both(Open& a, Open& b, const SplitSearch& search) {
        constexpr std::size_t features_per_part = 8;
        const std::size_t most = limits_.alone ? (static_cast<std::size_t>(threads()) + 1) / 2 : 1;
        const std::size_t parts = std::clamp<std::size_t>(features_.size() / features_per_part, 1, most);
        found_.assign(2 * parts, BinSplit{});
        const auto body = [&](std::size_t i) {
            const Open& leaf = i < parts ? a : b;
            if (leaf.histogram.empty() || !may_split(leaf)) return;
            const std::size_t p = i % parts;
            const std::size_t begin = features_.size() * p / parts;
            const auto node = search.node_of(leaf.total, leaf.active.size(), leaf.bounds);
            if (!node.splits()) return;
            found_[i] = best_of(features_.subspan(begin, features_.size() * (p + 1) / parts - begin), leaf,
                                node, search)
                            .first;
        };
        if (limits_.alone && features_.size() >= features_per_part) {
            parallel_for(2 * parts, body);
        } else {
            for (std::size_t i = 0; i < 2 * parts; ++i) body(i);
        }
        for (std::size_t i = 0; i < 2 * parts; ++i) {
            BinSplit& best = (i < parts ? a : b).best;
            if (found_[i].gain > best.gain) best = found_[i];
        }
    }

    /// Gives a leaf room for a histogram.
    void take_histogram(Open& leaf) {
        if (free_.empty()) return;  // the builder makes it
        leaf.histogram = std::move(free_.back());
        free_.pop_back();
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

        Open left;
        Open right;
        left.node = static_cast<std::uint32_t>(tree.nodes.size());
        right.node = left.node + 1;
        left.depth = right.depth = parent.depth + 1;
        left.total = best.left;
        right.total = parent.total - best.left;
        const BinPlace& place = data_.place[best.feature];
        const BinSides sides = sides_of(best);
        part(active_, parent.active, place.column, sides, left.active, right.active);
        part(idle_, parent.idle, place.column, sides, left.idle, right.idle);
        left.bounds = right.bounds = parent.bounds;
        if (!limits_.groups.empty()) {
            left.path = parent.path;
            if (std::find(left.path.begin(), left.path.end(), best.feature) == left.path.end())
                left.path.push_back(best.feature);
            right.path = left.path;
        }
        narrow(best, leaf_value(search.real(left.total), limits_.l1, limits_.l2, left.bounds),
               leaf_value(search.real(right.total), limits_.l1, limits_.l2, right.bounds), left.bounds,
               right.bounds);

        TreeNode& node = tree.nodes[parent.node];
        node = decision(data_, best, tree.bits);
        node.child = left.node;
        tree.nodes.emplace_back();
        tree.nodes.emplace_back();
        tree.gain.resize(tree.nodes.size());
        tree.gain[parent.node] = best.gain;
        if (open_.size() + 1 < limits_.max_leaves) measure_children(parent, left, right, search);
        release(parent);
        put(std::move(left), at);
        put(std::move(right), open_.size());
    }

    /// Finds the best splits of both. Where the parent has a histogram and it pays, the child with fewer rows
    /// is counted, and the other is what remains.
    void measure_children(Open& parent, Open& left, Open& right, const SplitSearch& search) {
        Open& small = left.active.size() <= right.active.size() ? left : right;
        Open& large = &small == &left ? right : left;
        if (!may_split(large)) return;  // the smaller one may not either
        if (parent.histogram.empty() || large.active.size() <= small_rows) {
            if (may_split(small)) measure(small, search);
            measure(large, search);
            return;
        }
        if (small.active.size() <= small_rows) {
            histograms_.remove(rows_of(small), columns_, parent.histogram);
            if (may_split(small)) measure(small, search);
        } else {
            take_histogram(small);
            histograms_.build(rows_of(small), columns_, small.histogram);
            histograms_.subtract(columns_, parent.histogram, small.histogram);
        }
        large.histogram = std::move(parent.histogram);
        parent.histogram = {};
        search_both(small, large, search);
    }

    /// By byte of the column that holds the split's feature.
    [[nodiscard]] BinSides sides_of(const BinSplit& split) const {
        const BinPlace& place = data_.place[split.feature];
        BinSides sides{};
        if (!split.category && place.first == 0 && data_.is_alone(split.feature)) {
            sides[0] = split.missing_left ? 1 : 0;
            std::fill_n(sides.begin() + 1, split.last_left, std::uint8_t{1});
            return sides;
        }
        place.each_byte(data_.width[place.column], [&](std::size_t byte, std::size_t bin) {
            sides[byte] = split.bin_left(bin) ? 1 : 0;
        });
        return sides;
    }

    void part(std::vector<RowEntry>& list, RowRange rows, std::uint32_t column, const BinSides& sides,
              RowRange& left, RowRange& right) {
        const std::size_t kept =
            partition_(std::span(list).subspan(rows.begin, rows.size()), data_.column(column), sides);
        left = {rows.begin, rows.begin + kept};
        right = {rows.begin + kept, rows.end};
    }

    /// Leaf values from the gradients as they were before rounding.
    void give_values(GrownTree& tree, const Gradients& real) const {
        for (const Open& leaf : open_) tree.leaves.push_back({leaf.node, leaf.active, leaf.idle});
        const std::size_t n = real.rows();
        // Where trees grow side by side each goes over its rows at once: blocks are for several threads.
        const std::size_t block = limits_.alone ? block_rows : std::max<std::size_t>(n, 1);
        std::vector<std::vector<NodeSums>> parts((n + block - 1) / block);
        parallel_blocks(n, block, [&](std::size_t begin, std::size_t end) {
            std::vector<NodeSums>& part = parts[begin / block];
            part.resize(open_.size());
            for (std::size_t i = 0; i < open_.size(); ++i) {
                // four sums take turns
                std::array<NodeSums, 4> sums{};
                const auto rows = within(active(tree.leaves[i]), begin, end);
                for (std::size_t k = 0; k < rows.size(); ++k) {
                    sums[k % 4].gradient += real.gradient[rows[k].row];
                    sums[k % 4].hessian += real.hessian[rows[k].row];
                }
                for (const NodeSums& s : sums) part[i].add(s);
            }
        });
        for (std::size_t i = 0; i < open_.size(); ++i) {
            NodeSums sums;
            for (const auto& part : parts) sums.add(part[i]);
            tree.nodes[open_[i].node].value = leaf_value(sums, limits_.l1, limits_.l2, open_[i].bounds);
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

    /// Up to so many rows a node is searched without a histogram.
    static constexpr std::size_t small_rows = 128;
    static_assert(small_rows <= SmallNode::most_rows);
    /// Rows of a block for one thread: what is read and written of them fits into the second cache.
    static constexpr std::size_t block_rows = 16384;

    const BinnedRows& data_;
    GrowthLimits limits_;
    HistogramBuilder histograms_;
    SmallNode small_;
    UsedBins used_;
    RowPartition partition_;
    std::span<const std::uint32_t> features_;
    std::vector<std::uint32_t> columns_;
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
