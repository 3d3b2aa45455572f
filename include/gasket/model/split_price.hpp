#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/model/split_search.hpp"
#include "gasket/model/tree_grower.hpp"

namespace gasket::detail {

/// What a split must save, learned from rows that sampling leaves out of each tree.
///
/// Where there is much noise, the best of many thresholds looks good by chance, and boosting does best if it
/// asks much of a split; where there is little, every weak split is worth having. While the splits that were
/// just good enough lower the loss of the rows left out too, the price falls; while they do not, it rises
/// again to what it began with. A value.
class SplitPrice {
  public:
    explicit SplitPrice(double most) : most_(most), now_(most) {}

    [[nodiscard]] double now() const noexcept { return now_; }

    /// `saved`: see saved_on_idle_rows. 0, no split that tells anything, changes nothing.
    void learn(double saved) noexcept {
        if (saved == 0) return;
        constexpr double memory = 0.8;  // of one tree's rows alone the sign is mostly chance
        constexpr double step = 0.1;
        constexpr double least = 0.02;
        recent_ = memory * recent_ + saved;
        now_ = std::clamp(now_ * std::exp(recent_ > 0 ? -step : step), least * most_, most_);
    }

  private:
    double most_;
    double now_;
    double recent_ = 0;
};

/// How much splits of the tree that was grown last lower the loss of its idle rows, to the second order:
/// those that gained at most three times `least_gain` and whose sides are both leaves. `slope(row)` gives
/// gradient and hessian of a row's loss at its score before the tree.
///
/// The leaves are taken at half their values: the whole step would be judged by its noise, of which boosting,
/// taking small ones from many trees, keeps little.
///
/// O(idle rows), all threads; same bits for any number of them
template <class Slope>
[[nodiscard]] double saved_on_idle_rows(const TreeGrower& grower, const GrownTree& tree, double least_gain,
                                        const Slope& slope) {
    std::vector<NodeSums> sums(tree.leaves.size());
    parallel_for(sums.size(), [&](std::size_t i) {
        for (const RowEntry& e : grower.idle(tree.leaves[i])) sums[i].add(slope(e.row));
    });
    constexpr auto none = std::numeric_limits<std::size_t>::max();
    std::vector<std::size_t> leaf_at(tree.nodes.size(), none);
    for (std::size_t i = 0; i < tree.leaves.size(); ++i) leaf_at[tree.leaves[i].node] = i;
    double saved = 0;
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        const TreeNode& node = tree.nodes[i];
        if (node.child == 0 || tree.gain[i] > 3 * least_gain || leaf_at[node.child] == none ||
            leaf_at[node.child + 1] == none)
            continue;
        const NodeSums& left = sums[leaf_at[node.child]];
        const NodeSums& right = sums[leaf_at[node.child + 1]];
        const double both = left.hessian + right.hessian;
        if (!(both > 0)) continue;
        const double to_left = tree.nodes[node.child].value / 2;
        const double to_right = tree.nodes[node.child + 1].value / 2;
        const double unsplit = (left.hessian * to_left + right.hessian * to_right) / both;
        const auto side = [&](const NodeSums& rows, double value) {
            return rows.gradient * (unsplit - value) + rows.hessian * (unsplit * unsplit - value * value) / 2;
        };
        saved += side(left, to_left) + side(right, to_right);
    }
    return saved;
}

}  // namespace gasket::detail
