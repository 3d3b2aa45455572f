#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/model/random_forest.hpp"

namespace gasket {

/// One tree, to be read by people: `rules()`. Takes categories and missing values as they are. A binary
/// target gives the share of the positive class in the leaf, a numeric one the mean.
///
/// fit     O(depth x rows x features)   throws OptionError, DataError (no features, no rows, multiclass
/// target) predict O(rows x depth), no allocation; thread-safe reference: Breiman, Friedman, Olshen & Stone,
/// Classification and Regression Trees, 1984
struct DecisionTree {
    static constexpr std::string_view name = "decision_tree";

    /// at least 1
    std::size_t max_depth = 5;
    /// at least 2
    std::size_t max_leaves = 32;
    /// at least 1
    std::size_t min_rows_leaf = 20;
    /// bins of a feature, from 2 to 254
    std::size_t max_bins = 254;
    ClassWeight class_weight = ClassWeight::none;

    [[nodiscard]] Fitted<DecisionTree> fit(const TrainingRows& rows) const;
};

/// A grown tree.
template <>
class Fitted<DecisionTree> {
  public:
    Fitted(detail::TreeEnsemble ensemble, Layout layout)
        : ensemble_(std::move(ensemble)), layout_(std::move(layout)) {}

    void predict(const Block& in, double* out, Scratch& scratch) const noexcept {
        ensemble_.predict(in, out, scratch);
    }
    [[nodiscard]] std::size_t leaves() const noexcept { return ensemble_.trees.leaf_count(0); }
    /// The decisions as indented text.
    [[nodiscard]] std::string rules() const { return ensemble_.trees.rules(0, layout_); }
    [[nodiscard]] std::vector<double> importances() const { return ensemble_.importances(); }
    [[nodiscard]] Json to_json() const { return ensemble_.to_json(); }
    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        detail::TreeEnsemble ensemble = detail::TreeEnsemble::from_json(fields, in);
        if (ensemble.trees.size() != 1) {
            detail::throw_content(fields.path() + ".trees", "one tree",
                                  std::to_string(ensemble.trees.size()));
        }
        return {std::move(ensemble), in};
    }

  private:
    detail::TreeEnsemble ensemble_;
    Layout layout_;
};

inline Fitted<DecisionTree> DecisionTree::fit(const TrainingRows& rows) const {
    using namespace detail;
    require_option(max_depth >= 1, "DecisionTree.max_depth", std::to_string(max_depth), "at least 1");
    require_option(max_leaves >= 2, "DecisionTree.max_leaves", std::to_string(max_leaves), "at least 2");
    require_option(min_rows_leaf >= 1, "DecisionTree.min_rows_leaf", std::to_string(min_rows_leaf),
                   "at least 1");
    require_option(max_bins >= 2 && max_bins <= 254, "DecisionTree.max_bins", std::to_string(max_bins),
                   "2 to 254");
    refuse_multiclass(rows, "DecisionTree");
    require_rows(rows, "DecisionTree");
    require_some_features(rows, "DecisionTree");

    const std::vector<double> weights = row_weights(rows, class_weight);
    const bool regression = rows.target().task == Task::regression;
    const auto [labels, mean] =
        regression ? centred(rows.labels(), weights)
                   : std::pair(std::vector<double>(rows.labels().begin(), rows.labels().end()), 0.0);
    const BinnedRows data = bin_rows(rows.features(), max_bins);
    GrowthLimits limits = mean_limits(max_depth, max_leaves, min_rows_leaf);
    limits.depth_wise = false;
    std::vector<std::uint32_t> features(rows.layout().size());
    std::iota(features.begin(), features.end(), 0U);
    GrownTree tree = TreeGrower(data, limits).grow(mean_gradients(labels, weights), features, 0);
    for (TreeNode& node : tree.nodes) node.value += node.child == 0 ? mean : 0;
    TreeEnsemble out;
    out.trees.append(tree.nodes, tree.bits);
    out.features = rows.layout().names();
    out.gain.assign(rows.layout().size(), 0.0);
    tree.add_gain_to(out.gain);
    out.finish(rows.layout());
    return {std::move(out), rows.layout()};
}

}  // namespace gasket
