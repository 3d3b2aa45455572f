#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/core/random.hpp"
#include "gasket/model/tree_grower.hpp"

namespace gasket::detail {

/// A tree whose leaves are shares of many classes, and what each node holds of them.
struct ClassTree {
    std::vector<TreeNode> nodes;
    std::vector<std::uint32_t> bits;
    /// by node: the weight of each class, class after class
    std::vector<double> weight;
    /// by node: how much its split lowered the impurity, times the weight; 0 for a leaf
    std::vector<double> gain;
    /// by leaf: its node, and its rows that have no weight
    std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> idle;

    /// The nodes with the share of one class in the leaves.
    [[nodiscard]] std::vector<TreeNode> with_shares_of(std::size_t k, std::size_t classes) const {
        std::vector<TreeNode> out = nodes;
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (out[i].child == 0) out[i].value = share(i, k, classes);
        }
        return out;
    }
    [[nodiscard]] double share(std::size_t node, std::size_t k, std::size_t classes) const {
        const auto first = weight.begin() + static_cast<std::ptrdiff_t>(node * classes);
        return first[static_cast<std::ptrdiff_t>(k)] /
               std::accumulate(first, first + static_cast<std::ptrdiff_t>(classes), 0.0);
    }
};

/// Grows trees for many classes over the same binned rows: a split is the one that lowers the Gini impurity
/// most. One histogram cell holds a sum for each class; only bins that rows of the node fall into are
/// visited. Not thread-safe; keeps its memory between trees. reference: Breiman et al., 1984
class ClassTreeGrower {
  public:
    /// `labels`: class indices below `classes`. Of the limits, those of rows, depth, leaves and tried
    /// features count.
    ClassTreeGrower(const BinnedRows& data, const GrowthLimits& limits, std::span<const double> labels,
                    std::size_t classes)
        : data_(data), limits_(limits), labels_(labels), classes_(classes) {}

    /// Rows of weight 0 only walk along. Same bits for any number of threads.
    [[nodiscard]] ClassTree grow(std::span<const double> weights, std::span<const std::uint32_t> features,
                                 std::uint64_t seed) {
        weights_ = weights;
        features_ = features;
        seed_ = seed;
        rows_.clear();
        ClassTree tree;
        Open root;
        for (std::size_t r = 0; r < weights.size(); ++r) {
            (weights[r] > 0 ? rows_ : root.idle).push_back(static_cast<std::uint32_t>(r));
        }
        root.active.end = rows_.size();
        std::vector<Open> leaves;
        add_node(tree, root);
        leaves.push_back(std::move(root));
        while (leaves.size() < limits_.max_leaves) {
            const std::size_t at = next(leaves);
            if (at == leaves.size()) break;
            auto [left, right] = split(tree, std::move(leaves[at]));
            leaves[at] = std::move(left);
            leaves.push_back(std::move(right));
        }
        for (Open& leaf : leaves) tree.idle.emplace_back(leaf.node, std::move(leaf.idle));
        return tree;
    }

  private:
    struct Open {
        std::uint32_t node = 0;
        RowRange active;
        std::vector<std::uint32_t> idle;
        std::size_t depth = 0;
        std::vector<double> weight;  // by class
        BinSplit best;
    };
    using Cells = std::vector<double>;  // [bin][class]

    /// The leaf whose turn it is: the shallowest, or the one that gains most; the older node where equal.
    [[nodiscard]] std::size_t next(const std::vector<Open>& leaves) const {
        std::size_t out = leaves.size();
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            if (leaves[i].best.gain > 0 && (out == leaves.size() || sooner(leaves[i], leaves[out]))) out = i;
        }
        return out;
    }
    [[nodiscard]] bool sooner(const Open& a, const Open& b) const {
        if (limits_.depth_wise && a.depth != b.depth) return a.depth < b.depth;
        if (!limits_.depth_wise && a.best.gain != b.best.gain) return a.best.gain > b.best.gain;
        return a.node < b.node;
    }

    /// Gives a leaf its place in the tree, its weights and its best split.
    void add_node(ClassTree& tree, Open& leaf) {
        leaf.node = static_cast<std::uint32_t>(tree.nodes.size());
        tree.nodes.emplace_back();
        tree.gain.push_back(0);
        leaf.weight.assign(classes_, 0.0);
        for (const std::uint32_t r : rows_of(leaf)) leaf.weight[class_of(r)] += weights_[r];
        tree.weight.insert(tree.weight.end(), leaf.weight.begin(), leaf.weight.end());
        const std::size_t present = static_cast<std::size_t>(
            std::count_if(leaf.weight.begin(), leaf.weight.end(), [](double w) { return w > 0; }));
        if (present < 2 || leaf.depth >= limits_.max_depth ||
            static_cast<double>(leaf.active.size()) < 2 * limits_.min_rows_leaf)
            return;
        leaf.best = search(leaf);
    }

    [[nodiscard]] std::span<const std::uint32_t> rows_of(const Open& leaf) const {
        return std::span(rows_).subspan(leaf.active.begin, leaf.active.size());
    }
    [[nodiscard]] std::size_t class_of(std::uint32_t row) const {
        return static_cast<std::size_t>(labels_[row]);
    }

    /// The best split among all features, or among some that are drawn; others are drawn if these do not tell
    /// the rows apart at all.
    [[nodiscard]] BinSplit search(const Open& leaf) {
        std::vector<std::uint32_t> order(features_.begin(), features_.end());
        const bool some = limits_.features_per_split > 0 && limits_.features_per_split < order.size();
        if (!some) return best_of(order, leaf).first;
        Random random(derive_seed(seed_, leaf.node));
        for (std::size_t begin = 0; begin < order.size(); begin += limits_.features_per_split) {
            const std::size_t count = std::min(limits_.features_per_split, order.size() - begin);
            for (std::size_t i = begin; i < begin + count; ++i)
                std::swap(order[i], order[i + random.below(order.size() - i)]);
            const auto drawn = std::span(order).subspan(begin, count);
            std::sort(drawn.begin(), drawn.end());
            const auto [best, constant] = best_of(drawn, leaf);
            if (best.gain > 0 || !constant) return best;
        }
        return {};
    }

    /// The best split among some features, and whether all of them are constant.
    [[nodiscard]] std::pair<BinSplit, bool> best_of(std::span<const std::uint32_t> features,
                                                    const Open& leaf) const {
        std::vector<std::pair<BinSplit, bool>> found(features.size());
        const auto body = [&](std::size_t i) { found[i] = best_of(features[i], leaf); };
        if (limits_.alone) {
            parallel_for(features.size(), body);
        } else {
            for (std::size_t i = 0; i < features.size(); ++i) body(i);
        }
        std::pair<BinSplit, bool> best{{}, true};
        for (const auto& [split, constant] : found) {
            if (split.gain > best.first.gain) best.first = split;
            best.second = best.second && constant;
        }
        return best;
    }

    [[nodiscard]] std::pair<BinSplit, bool> best_of(std::uint32_t f, const Open& leaf) const {
        const FeatureBins& bins = data_.bins[f];
        const BinPlace& place = data_.place[f];
        std::array<std::uint8_t, 256> bin_of{};
        place.each_byte(data_.width[place.column], [&](std::size_t byte, std::size_t bin) {
            bin_of[byte] = static_cast<std::uint8_t>(bin);
        });
        Cells cells(bins.size() * classes_, 0.0);
        std::array<bool, 256> touched{};
        const std::uint8_t* const column = data_.column(place.column);
        for (const std::uint32_t r : rows_of(leaf)) {
            const std::size_t b = bin_of[column[r]];
            cells[b * classes_ + class_of(r)] += weights_[r];
            touched[b] = true;
        }
        Search search(*this, leaf, std::move(cells));
        for (std::size_t b = 0; b < bins.size(); ++b) {
            if (touched[b]) search.used.push_back(b);
        }
        if (search.used.size() < 2) return {{}, true};
        BinSplit split;
        split.feature = f;
        split.category = bins.category;
        if (bins.category) {
            search.categories(split);
        } else {
            search.numbers(split);
        }
        if (!(split.gain > 0)) return {{}, false};
        // Values that the node has none of go with the heavier side: missing ones, and labels of the rest
        // bin.
        const bool heavier = 2 * search.left_weight(split) >= search.total;
        if (heavier && !touched[0]) {
            split.missing_left = true;
            split.put_left(0);
        }
        if (heavier && split.category && !touched[1]) split.put_left(1);
        return {split, false};
    }

    /// The search over the bins of one feature in one node.
    struct Search {
        Search(const ClassTreeGrower& grower, const Open& leaf, Cells made)
            : classes(grower.classes_), all(leaf.weight), cells(std::move(made)), left(classes) {
            for (const double w : all) {
                total += w;
                parent += w * w;
            }
            parent /= total;
            least = std::max(1e-300, (grower.limits_.min_rows_leaf - 0.5) * total /
                                         static_cast<double>(leaf.active.size()));
        }

        std::size_t classes;
        const std::vector<double>& all;
        Cells cells;
        std::vector<double> left;       // weight of the left side by class
        std::vector<std::size_t> used;  // bins that hold rows, ascending
        double total = 0;
        double parent = 0;
        double least = 0;

        [[nodiscard]] double cell_weight(std::size_t bin) const {
            return std::accumulate(cells.begin() + static_cast<std::ptrdiff_t>(bin * classes),
                                   cells.begin() + static_cast<std::ptrdiff_t>((bin + 1) * classes), 0.0);
        }
        [[nodiscard]] double left_weight(const BinSplit& split) const {
            double out = 0;
            for (const std::size_t b : used) out += split.bin_left(b) ? cell_weight(b) : 0;
            return out;
        }

        void clear() { std::fill(left.begin(), left.end(), 0.0); }
        void add(std::size_t bin) {
            for (std::size_t k = 0; k < classes; ++k) left[k] += cells[bin * classes + k];
        }
        /// What the split saves; 0 where it saves nothing or a side is too light.
        [[nodiscard]] double gain() const {
            double weight = 0;
            double square = 0;
            double rest = 0;
            for (std::size_t k = 0; k < classes; ++k) {
                weight += left[k];
                square += left[k] * left[k];
                const double right = all[k] - left[k];
                rest += right * right;
            }
            if (weight < least || total - weight < least) return 0;
            const double saved = square / weight + rest / (total - weight) - parent;
            return saved > 1e-10 * parent ? saved : 0;
        }

        void numbers(BinSplit& split) {
            const bool gaps = used.front() == 0;
            for (const bool gaps_left : {false, true}) {
                if (gaps_left && !gaps) break;
                clear();
                if (gaps_left) add(0);
                for (const std::size_t b : used) {
                    if (b == 0) continue;
                    add(b);
                    const double saved = gain();
                    if (!(saved > split.gain)) continue;
                    split.gain = saved;
                    split.last_left = static_cast<std::uint8_t>(b);
                    split.missing_left = gaps_left;
                }
            }
            if (split.last_left == 0) return;
            split.put_left(1, split.last_left);
            if (split.missing_left) split.put_left(0);
        }

        /// Labels in the order of their share of the node's largest class: exact for two classes (Fisher,
        /// 1958), a good order for more.
        void categories(BinSplit& split) {
            const auto largest =
                static_cast<std::size_t>(std::max_element(all.begin(), all.end()) - all.begin());
            std::vector<std::size_t> order = used;
            std::vector<double> share(256, 0.0);
            for (const std::size_t b : used) share[b] = cells[b * classes + largest] / cell_weight(b);
            std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
                return share[a] != share[b] ? share[a] < share[b] : a < b;
            });
            std::size_t first = 0;
            std::size_t length = 0;
            const auto consider = [&](std::size_t begin, std::size_t count) {
                const double saved = gain();
                if (!(saved > split.gain)) return;
                split.gain = saved;
                first = begin;
                length = count;
            };
            clear();
            for (std::size_t i = 0; i + 1 < order.size(); ++i) {
                add(order[i]);
                consider(0, i + 1);
            }
            for (std::size_t i = 1; i < order.size(); ++i) {  // one against the rest
                clear();
                add(order[i]);
                consider(i, 1);
            }
            for (std::size_t i = 0; i < length; ++i) split.put_left(order[first + i]);
            split.missing_left = split.bin_left(0);
        }
    };

    /// Splits a leaf into two, of which each knows its own best split.
    [[nodiscard]] std::pair<Open, Open> split(ClassTree& tree, Open leaf) {
        const BinPlace& place = data_.place[leaf.best.feature];
        std::array<bool, 256> goes_left{};
        place.each_byte(data_.width[place.column], [&](std::size_t byte, std::size_t bin) {
            goes_left[byte] = leaf.best.bin_left(bin);
        });
        const std::uint8_t* const column = data_.column(place.column);
        const auto is_left = [&](std::uint32_t r) { return goes_left[column[r]]; };
        const auto begin = rows_.begin() + static_cast<std::ptrdiff_t>(leaf.active.begin);
        const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(leaf.active.end);
        const auto middle = std::stable_partition(begin, end, is_left);
        Open left;
        Open right;
        left.active = {leaf.active.begin, static_cast<std::size_t>(middle - rows_.begin())};
        right.active = {left.active.end, leaf.active.end};
        left.depth = right.depth = leaf.depth + 1;
        for (const std::uint32_t r : leaf.idle) (is_left(r) ? left.idle : right.idle).push_back(r);
        tree.gain[leaf.node] = leaf.best.gain;
        TreeNode decided = decision(data_, leaf.best, tree.bits);
        decided.child = static_cast<std::uint32_t>(tree.nodes.size());
        tree.nodes[leaf.node] = decided;
        add_node(tree, left);
        add_node(tree, right);
        return {std::move(left), std::move(right)};
    }

    const BinnedRows& data_;
    GrowthLimits limits_;
    std::span<const double> labels_;
    std::size_t classes_;
    std::span<const double> weights_;
    std::span<const std::uint32_t> features_;
    std::uint64_t seed_ = 0;
    std::vector<std::uint32_t> rows_;
};

}  // namespace gasket::detail
