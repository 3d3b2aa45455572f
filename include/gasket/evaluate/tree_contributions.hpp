#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/data/block.hpp"
#include "gasket/model/tree.hpp"

namespace gasket::detail {

/// Shapley values of trees, exactly: what is known of a row decides at the nodes of its features, and at the
/// others the row goes both ways, in the shares in which background rows went there. The values of a tree sum
/// to its answer less its mean answer.
///
/// A leaf answers for the features on the way to it alone. With z the share that goes its way where a feature
/// is not known, and o = 1 where the row goes it too (0 where not), the sets in which the leaf is reached are
/// the terms of the product of (z + o t); taking one feature's factor out of it gives that feature's value.
/// No share is ever divided by, so ways that no background row went do no harm.
///
/// Immutable; thread-safe. O(leaves x features on a way squared) for a tree and row
/// reference: Lundberg, Erion & Lee, Consistent individualized feature attribution for tree ensembles, 2018;
/// Yang, Fast TreeSHAP, 2021 (sums over the leaves)
class TreeContributions {
  public:
    /// `background`: the rows whose ways are counted. O(rows x trees x depth); parallel
    /// throws DataError for a tree deeper than 4096
    TreeContributions(const Trees& trees, const Block& background)
        : trees_(trees), left_share_(trees.node_count(), 0.5), means_(trees.size()) {
        std::vector<std::uint32_t> depths(trees.size());
        parallel_for(trees.size(), [&](std::size_t t) {
            count(t, background);
            find_mean(t);
            depths[t] = trees.depth(t);
        });
        const std::size_t deepest = depths.empty() ? 0 : *std::max_element(depths.begin(), depths.end());
        if (deepest > 4096) {
            throw DataError(ErrorCode::bad_metric_input,
                            {.expected = "trees of up to 4096 decisions one after the other",
                             .found = std::to_string(deepest),
                             .where = "explain",
                             .advice = "grow shallower trees"});
        }
        // A way has no more players than there are features.
        const std::size_t most = std::min(deepest, background.columns());
        // weights_[m][k]: how often a feature comes after k certain ones of the m - 1 others, in all orders
        weights_.resize(most + 1);
        for (std::size_t m = 1; m <= most; ++m) {
            double each = 1 / static_cast<double>(m);
            for (std::size_t k = 0; k < m; ++k) {
                weights_[m].push_back(each);
                each *= static_cast<double>(k + 1) / static_cast<double>(m - 1 - k == 0 ? 1 : m - 1 - k);
            }
        }
    }

    /// The answer of a tree before anything is known of a row.
    [[nodiscard]] double mean(std::size_t tree) const noexcept { return means_[tree]; }

    /// Memory of one thread.
    struct Memory {
        struct Step {
            std::uint32_t feature;
            double share;
            bool taken;
        };
        std::vector<Step> way;
        std::vector<double> terms;
    };

    /// Adds the values of one tree for one row to `out`, one a feature.
    void add(std::size_t tree, const Block& in, std::size_t row, std::span<double> out,
             Memory& memory) const {
        memory.way.clear();
        walk(trees_.root_at(tree), in, row, out, memory);
    }

  private:
    void count(std::size_t tree, const Block& background) {
        const std::size_t begin = trees_.root_at(tree);
        const std::size_t end = begin + 2 * trees_.leaf_count(tree) - 1;
        std::vector<std::size_t> rows(end - begin, 0);
        for (std::size_t r = 0; r < background.rows(); ++r) {
            std::size_t at = begin;
            for (;;) {
                ++rows[at - begin];
                const TreeNode& node = trees_.nodes()[at];
                if (node.child == 0) break;
                at = node.child + (trees_.goes_left(node, background[node.feature][r]) ? 0 : 1);
            }
        }
        for (std::size_t i = begin; i < end; ++i) {
            const TreeNode& node = trees_.nodes()[i];
            if (node.child == 0 || rows[i - begin] == 0) continue;  // half each way where nobody went
            left_share_[i] =
                static_cast<double>(rows[node.child - begin]) / static_cast<double>(rows[i - begin]);
        }
    }

    /// Sums the leaves, each as often as it is reached. Children stand behind their parent.
    void find_mean(std::size_t tree) {
        const std::size_t begin = trees_.root_at(tree);
        std::vector<double> reached(2 * trees_.leaf_count(tree) - 1, 1.0);
        for (std::size_t i = 0; i < reached.size(); ++i) {
            const TreeNode& node = trees_.nodes()[begin + i];
            if (node.child == 0) {
                means_[tree] += reached[i] * node.value;
                continue;
            }
            const double left = left_share_[begin + i];
            reached[node.child - begin] = reached[i] * left;
            reached[node.child - begin + 1] = reached[i] * (1 - left);
        }
    }

    void walk(std::size_t at, const Block& in, std::size_t row, std::span<double> out, Memory& memory) const {
        const TreeNode& node = trees_.nodes()[at];
        if (node.child == 0) {
            settle(node.value, out, memory);
            return;
        }
        const bool goes_left = trees_.goes_left(node, in[node.feature][row]);
        auto& way = memory.way;
        const auto known =
            std::find_if(way.begin(), way.end(), [&](const auto& s) { return s.feature == node.feature; });
        const auto place = static_cast<std::size_t>(known - way.begin());
        const bool again = place < way.size();
        const Memory::Step before = again ? way[place] : Memory::Step{node.feature, 1, true};
        if (!again) way.push_back(before);
        for (const bool left : {true, false}) {
            const double share = left ? left_share_[at] : 1 - left_share_[at];
            way[place] = {node.feature, before.share * share, before.taken && goes_left == left};
            // What is reached neither by this row nor by chance adds nothing.
            if (way[place].share > 0 || way[place].taken)
                walk(node.child + std::size_t{left ? 0U : 1U}, in, row, out, memory);
        }
        if (again) {
            way[place] = before;
        } else {
            way.pop_back();
        }
    }

    void settle(double value, std::span<double> out, Memory& memory) const {
        const std::size_t m = memory.way.size();
        if (m == 0) return;
        std::vector<double>& q = memory.terms;
        q.assign(m + 1, 0.0);
        q[0] = 1;
        std::size_t degree = 0;
        for (const Memory::Step& s : memory.way) {
            if (s.taken) {
                ++degree;
                for (std::size_t k = degree; k > 0; --k) q[k] = q[k] * s.share + q[k - 1];
                q[0] *= s.share;
            } else {
                for (std::size_t k = 0; k <= degree; ++k) q[k] *= s.share;
            }
        }
        const std::vector<double>& weights = weights_[m];
        double untaken = 0;  // the same for each feature at which the row goes another way
        for (std::size_t k = 0; k < m; ++k) untaken -= weights[k] * q[k];
        for (const Memory::Step& s : memory.way) {
            if (!s.taken) {
                out[s.feature] += value * untaken;
                continue;
            }
            double rest = 0;
            double sum = 0;
            for (std::size_t k = degree; k > 0; --k) {
                rest = q[k] - s.share * rest;
                sum += weights[k - 1] * rest;
            }
            out[s.feature] += value * (1 - s.share) * sum;
        }
    }

    const Trees& trees_;
    std::vector<double> left_share_;  // by node
    std::vector<double> means_;       // by tree
    std::vector<std::vector<double>> weights_;
};

}  // namespace gasket::detail
