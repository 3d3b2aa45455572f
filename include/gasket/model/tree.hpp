#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"

namespace gasket::detail {

/// One decision, or a leaf. The children of a node stand side by side: the left one at `child`, the right one
/// behind it.
struct TreeNode {
    /// numbers: rows with at most this go left (infinity: all but the missing); categories: where the node's
    /// bits begin; leaf: its value
    double value = 0;
    /// place of the left child; 0 for a leaf, since the root is nobody's child
    std::uint32_t child = 0;
    std::uint32_t feature = 0;
    bool category = false;
    bool missing_left = false;
};

/// Trees over the same features, one after the other in one array of nodes. Immutable once grown;
/// thread-safe.
class Trees {
  public:
    [[nodiscard]] std::size_t size() const noexcept { return roots_.size(); }
    [[nodiscard]] std::size_t node_count() const noexcept { return nodes_.size(); }
    /// All nodes, tree after tree.
    [[nodiscard]] const std::vector<TreeNode>& nodes() const noexcept { return nodes_; }
    /// Where the nodes of a tree begin.
    [[nodiscard]] std::uint32_t root_at(std::size_t tree) const { return roots_[tree]; }
    [[nodiscard]] const TreeNode& root(std::size_t tree) const { return nodes_[roots_[tree]]; }
    [[nodiscard]] const TreeNode& left(const TreeNode& node) const { return nodes_[node.child]; }
    [[nodiscard]] const TreeNode& right(const TreeNode& node) const { return nodes_[node.child + 1]; }
    /// Leaves of one tree.
    [[nodiscard]] std::size_t leaf_count(std::size_t tree) const {
        const std::size_t end = tree + 1 < roots_.size() ? roots_[tree + 1] : nodes_.size();
        return (end - roots_[tree] + 1) / 2;  // every decision has two children
    }

    /// Whether a value goes left at a node. Labels never seen have a bit of their own, the first.
    [[nodiscard]] bool goes_left(const TreeNode& node, double x) const noexcept {
        if (std::isnan(x)) return node.missing_left;
        if (!node.category) return x <= node.value;
        const auto bit = static_cast<std::size_t>(x + 1);
        return (bits_[static_cast<std::size_t>(node.value) + bit / 32] >> (bit % 32) & 1U) != 0;
    }

    /// The value of the leaf that a row of a block reaches.
    [[nodiscard]] double leaf(std::size_t tree, const Block& in, std::size_t row) const noexcept {
        std::size_t at = roots_[tree];
        while (nodes_[at].child != 0) {
            const TreeNode& node = nodes_[at];
            at = node.child + (goes_left(node, in[node.feature][row]) ? 0 : 1);
        }
        return nodes_[at].value;
    }

    /// Adds every tree's leaf to `out`, tree by tree in order, for every row of a block: a row gets the same
    /// sum in any block. Each of `outputs` equally long stretches of trees has a column of its own, as long
    /// as the block. The tree stands outside, so that its nodes stay in the cache while the rows pass. No
    /// allocation.
    void add_to(const Block& in, std::size_t outputs, double* out) const noexcept {
        const std::size_t each = roots_.size() / outputs;
        for (std::size_t t = 0; t < roots_.size(); ++t) {
            double* const column = out + t / each * in.rows();
            for (std::size_t r = 0; r < in.rows(); ++r) column[r] += leaf(t, in, r);
        }
    }

    /// Appends a tree whose `child` and bit places count from its own beginning.
    void append(const std::vector<TreeNode>& nodes, const std::vector<std::uint32_t>& bits) {
        const auto first = static_cast<std::uint32_t>(nodes_.size());
        const auto first_bits = static_cast<double>(bits_.size());
        roots_.push_back(first);
        for (TreeNode node : nodes) {
            if (node.child != 0) {
                node.child += first;
                if (node.category) node.value += first_bits;
            }
            nodes_.push_back(node);
        }
        bits_.insert(bits_.end(), bits.begin(), bits.end());
    }

    /// Appends trees `begin` to before `end` of another model.
    void append(const Trees& other, std::size_t begin, std::size_t end) {
        if (begin == end) return;
        const std::size_t from = other.roots_[begin];
        const std::size_t to = end < other.size() ? other.roots_[end] : other.nodes_.size();
        const std::size_t first = nodes_.size();
        for (std::size_t t = begin; t < end; ++t)
            roots_.push_back(static_cast<std::uint32_t>(other.roots_[t] - from + first));
        for (std::size_t i = from; i < to; ++i) {
            TreeNode node = other.nodes_[i];
            if (node.child != 0) {
                node.child = static_cast<std::uint32_t>(node.child - from + first);
                if (node.category) node.value += static_cast<double>(bits_.size());
            }
            nodes_.push_back(node);
        }
        bits_.insert(bits_.end(), other.bits_.begin(), other.bits_.end());
    }

    [[nodiscard]] Json to_json() const {
        std::vector<std::uint32_t> child, feature;
        std::vector<int> flags;
        Json value = Json::array();
        for (const TreeNode& n : nodes_) {
            child.push_back(n.child);
            feature.push_back(n.feature);
            flags.push_back((n.category ? 2 : 0) + (n.missing_left ? 1 : 0));
            value.push_back(std::isinf(n.value) ? Json(nullptr) : Json(n.value));
        }
        return json_object({{"roots", roots_},
                            {"child", child},
                            {"feature", feature},
                            {"flags", flags},
                            {"value", value},
                            {"bits", bits_}});
    }

    /// Checks that every walk ends and every node is on one: children stand behind their parent within the
    /// same tree, features exist, bits suffice for every code. throws ArtifactError
    [[nodiscard]] static Trees from_json(const Fields& fields, const Layout& in) {
        Trees trees;
        constexpr long long most = 0xFFFFFFFFLL;
        trees.roots_ = fields.integers<std::uint32_t>("roots", 0, most);
        trees.bits_ = fields.integers<std::uint32_t>("bits", 0, most);
        const auto child = fields.integers<std::uint32_t>("child", 0, most);
        const auto feature = fields.integers<std::uint32_t>("feature", 0, most);
        const auto flags = fields.integers<int>("flags", 0, 3);
        const std::vector<double> value = fields.numbers("value", true);
        const std::size_t count = child.size();
        if (feature.size() != count || flags.size() != count || value.size() != count) {
            throw_content(fields.path(), "as many features, flags and values as nodes", "another number");
        }
        std::vector<bool> has_parent(count, false);
        for (std::size_t t = 0; t < trees.roots_.size(); ++t) {
            const std::size_t begin = trees.roots_[t];
            const std::size_t end = t + 1 < trees.roots_.size() ? trees.roots_[t + 1] : count;
            if (begin >= end || end > count || (t == 0 && begin != 0)) {
                throw_content(fields.path() + ".roots", "places in rising order", std::to_string(begin));
            }
            for (std::size_t i = begin; i < end; ++i) {
                const bool endless = std::isnan(value[i]);
                if (i > begin && !has_parent[i]) {  // it would have been there by now
                    throw_content(fields.path() + " node " + std::to_string(i), "a parent in its tree",
                                  "none");
                }
                if (endless && (child[i] == 0 || (flags[i] & 2) != 0)) {
                    throw_content(fields.path() + ".value", "a number", "null in node " + std::to_string(i));
                }
                const TreeNode node{endless ? HUGE_VAL : value[i], child[i], feature[i], (flags[i] & 2) != 0,
                                    (flags[i] & 1) != 0};
                if (node.child != 0) {
                    check_node(node, i, end, trees.bits_.size(), fields.path(), in);
                    if (has_parent[node.child] || has_parent[node.child + std::size_t{1}]) {
                        throw_content(fields.path() + " node " + std::to_string(i), "children of its own",
                                      "those of another node");
                    }
                    has_parent[node.child] = has_parent[node.child + std::size_t{1}] = true;
                }
                trees.nodes_.push_back(node);
            }
        }
        if (trees.nodes_.size() != count)
            throw_content(fields.path(), "a root for every node", "nodes of no tree");
        return trees;
    }

    /// Decisions on the longest way from the root of a tree to a leaf. O(nodes): children stand behind their
    /// parent, so no tree, however deep, takes a stack
    [[nodiscard]] std::uint32_t depth(std::size_t tree) const {
        std::vector<std::uint32_t> above(2 * leaf_count(tree) - 1, 0);
        std::uint32_t deepest = 0;
        for (std::size_t i = 0; i < above.size(); ++i) {
            const TreeNode& node = nodes_[roots_[tree] + i];
            deepest = std::max(deepest, above[i]);
            if (node.child == 0) continue;
            const std::size_t left = node.child - roots_[tree];
            above[left] = above[left + 1] = above[i] + 1;
        }
        return deepest;
    }

    /// The decisions of one tree as text, indented up to 100 levels; `answer` says what a leaf answers, by
    /// the place of its node in the tree.
    template <class Answer>
    [[nodiscard]] std::string rules(std::size_t tree, const Layout& in, const Answer& answer) const {
        struct Line {
            std::size_t node;
            std::size_t level;
            bool otherwise;  // the right child, whose "else" comes first
        };
        std::string out;
        std::vector<Line> open{{roots_[tree], 0, false}};
        while (!open.empty()) {
            const Line at = open.back();
            open.pop_back();
            if (at.otherwise) out += indent(at.level - 1) + "else\n";
            const TreeNode& node = nodes_[at.node];
            if (node.child == 0) {
                out += indent(at.level) + "-> " + answer(at.node - roots_[tree]) + "\n";
                continue;
            }
            out += indent(at.level) + "if " + test(node, in) + (node.missing_left ? " or missing\n" : "\n");
            open.push_back({node.child + std::size_t{1}, at.level + 1, true});
            open.push_back({node.child, at.level + 1, false});
        }
        return out;
    }

  private:
    static void check_node(const TreeNode& node, std::size_t i, std::size_t end, std::size_t bit_words,
                           const std::string& path, const Layout& in) {
        const std::string where = path + " node " + std::to_string(i);
        if (node.child <= i || node.child + std::size_t{1} >= end) {
            throw_content(where, "children behind the node, in the same tree", std::to_string(node.child));
        }
        if (node.feature >= in.size()) {
            throw_content(where, "a feature below " + std::to_string(in.size()),
                          std::to_string(node.feature));
        }
        if (node.category != in[node.feature].is_category()) {
            throw_content(where, "a decision that fits feature " + text::quoted(in[node.feature].name),
                          "another kind");
        }
        if (!node.category) return;
        const double words = static_cast<double>(words_for(in[node.feature].labels->size()));
        if (!(node.value >= 0) || node.value != std::floor(node.value) ||
            node.value + words > static_cast<double>(bit_words)) {
            throw_content(where, "a bit for every label", "bits out of range");
        }
    }

  public:
    /// Words of 32 bits that hold a bit for labels never seen and one for each of `codes` codes.
    [[nodiscard]] static std::size_t words_for(std::size_t codes) noexcept { return codes / 32 + 1; }

  private:
    static std::string indent(std::size_t level) {
        return std::string(2 * std::min(level, std::size_t{100}), ' ');
    }

    /// What a row that goes left fulfils, in words.
    [[nodiscard]] std::string test(const TreeNode& node, const Layout& in) const {
        const Feature& feature = in[node.feature];
        if (!node.category) return feature.name + " <= " + text::compact(node.value, 6);
        std::vector<std::string> labels;
        for (std::size_t c = 0; c < feature.labels->size(); ++c) {
            if (goes_left(node, static_cast<double>(c))) labels.push_back((*feature.labels)[c]);
        }
        return feature.name + " is " + (labels.empty() ? "none of the known" : text::list(labels, 6));
    }

    std::vector<std::uint32_t> roots_;
    std::vector<TreeNode> nodes_;
    std::vector<std::uint32_t> bits_;
};

}  // namespace gasket::detail
