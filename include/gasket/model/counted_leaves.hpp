#pragma once

#include <cstddef>
#include <vector>

#include "gasket/model/coded_features.hpp"

namespace gasket::detail {

/// A tree whose leaves are counted from the left: a row that goes right at a decision cannot end in a leaf on
/// the decision's left, and the lowest leaf that no decision strikes is the row's own. For trees of few
/// leaves. A value. reference: Lucchese et al., QuickScorer, 2015
struct CountedLeaves {
    struct Decision {
        CodedTest test;
        std::size_t begin;  // the leaves on its left: [begin, end)
        std::size_t end;
    };
    std::vector<Decision> decisions;
    std::vector<double> values;

    /// O(nodes); as deep a recursion as the tree is deep
    [[nodiscard]] static CountedLeaves of(const Trees& trees, std::size_t tree,
                                          const CodedFeatures& features) {
        CountedLeaves out;
        out.visit(trees, trees.root(tree), features);
        return out;
    }

  private:
    void visit(const Trees& trees, const TreeNode& node, const CodedFeatures& features) {
        if (node.child == 0) {
            values.push_back(node.value);
            return;
        }
        const std::size_t begin = values.size();
        visit(trees, trees.left(node), features);
        decisions.push_back({features.test(node), begin, values.size()});
        visit(trees, trees.right(node), features);
    }
};

}  // namespace gasket::detail
