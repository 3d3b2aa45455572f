#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gasket/model/binned_rows.hpp"
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
    /// by node: how much its split lowered the loss of the rows that grew the tree; 0 for a leaf
    std::vector<double> gain;
};

/// Gains by node as gains by feature, added to what is there.
inline void add_gain(std::span<const TreeNode> nodes, std::span<const double> gain,
                     std::vector<double>& by_feature) {
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (nodes[i].child != 0) by_feature[nodes[i].feature] += gain[i];
}

/// The split in terms of values, so that rows can be scored without bins.
[[nodiscard]] inline TreeNode decision(const BinnedRows& data, const BinSplit& split,
                                       std::vector<std::uint32_t>& bits) {
    const FeatureBins& bins = data.bins[split.feature];
    TreeNode node{0, 0, split.feature, split.category, split.missing_left};
    if (!split.category) {
        node.value =
            split.last_left <= bins.edges.size() ? bins.edges[split.last_left - std::size_t{1}] : HUGE_VAL;
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

}  // namespace gasket::detail
