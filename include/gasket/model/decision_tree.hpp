#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/model/random_forest.hpp"

namespace gasket {

/// One tree, to be read by people: `rules()`. Takes categories and missing values as they are. A leaf answers
/// with the share of the positive class, of each of many classes, or with the mean of a numeric target.
///
/// fit     O(depth x rows x features)   throws OptionError, DataError (no features, no rows)
/// predict O(rows x depth), times the classes where there are many; no allocation; thread-safe
/// reference: Breiman, Friedman, Olshen & Stone, Classification and Regression Trees, 1984
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
    Fitted(detail::TreeEnsemble ensemble, Layout layout, std::vector<std::string> classes)
        : ensemble_(std::move(ensemble)), layout_(std::move(layout)), classes_(std::move(classes)) {}

    void predict(const Block& in, double* out, Scratch& scratch) const noexcept {
        ensemble_.predict(in, out, scratch);
    }
    /// Numbers that a row is answered with: 1, or one for each of many classes.
    [[nodiscard]] std::size_t outputs() const noexcept { return ensemble_.outputs(); }
    [[nodiscard]] std::size_t leaves() const noexcept { return ensemble_.trees.leaf_count(0); }
    /// The decisions as indented text. Of many classes a leaf names the likeliest and its share.
    [[nodiscard]] std::string rules() const {
        return ensemble_.trees.rules(0, layout_, [&](std::size_t node) {
            const auto share = [&](std::size_t k) {
                return ensemble_.trees.nodes()[ensemble_.trees.root_at(k) + node].value;
            };
            std::size_t best = 0;
            for (std::size_t k = 1; k < outputs(); ++k) best = share(k) > share(best) ? k : best;
            return (classes_.empty() ? "" : classes_[best] + " ") + text::fixed(share(best), 4);
        });
    }
    [[nodiscard]] std::vector<double> importances() const { return ensemble_.importances(); }
    /// Share of each input feature in the number of splits; sums to 1.
    [[nodiscard]] std::vector<double> split_shares() const { return ensemble_.split_shares(); }
    /// For the library's own use: the trees.
    [[nodiscard]] const detail::TreeEnsemble& ensemble() const noexcept { return ensemble_; }
    [[nodiscard]] Json to_json() const {
        Json out = ensemble_.to_json();
        out["classes"] = json_value(classes_);
        return out;
    }
    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        detail::TreeEnsemble ensemble = detail::TreeEnsemble::from_json(fields, in);
        std::vector<std::string> classes = fields.strings("classes");
        const std::size_t outputs = ensemble.outputs();
        bool one_shape =
            ensemble.trees.size() == outputs && (classes.empty() ? 1 : classes.size()) == outputs;
        for (std::size_t k = 0; one_shape && k < outputs; ++k)
            one_shape = ensemble.trees.root_at(k) * outputs == k * ensemble.trees.node_count();
        if (!one_shape) {
            detail::throw_content(fields.path() + ".trees", "one tree, of one shape for every class",
                                  std::to_string(ensemble.trees.size()));
        }
        return {std::move(ensemble), in, std::move(classes)};
    }

  private:
    detail::TreeEnsemble ensemble_;
    Layout layout_;
    std::vector<std::string> classes_;  // of a target of many
};

inline Fitted<DecisionTree> DecisionTree::fit(const TrainingRows& rows) const {
    using namespace detail;
    require_option(max_depth >= 1, "DecisionTree.max_depth", std::to_string(max_depth), "at least 1");
    require_option(max_leaves >= 2, "DecisionTree.max_leaves", std::to_string(max_leaves), "at least 2");
    require_option(min_rows_leaf >= 1, "DecisionTree.min_rows_leaf", std::to_string(min_rows_leaf),
                   "at least 1");
    require_option(max_bins >= 2 && max_bins <= 254, "DecisionTree.max_bins", std::to_string(max_bins),
                   "2 to 254");
    require_rows(rows, "DecisionTree");
    require_some_features(rows, "DecisionTree");

    const std::vector<double> weights = row_weights(rows, class_weight);
    const BinnedRows data = bin_rows(rows.features(), max_bins);
    GrowthLimits limits = mean_limits(max_depth, max_leaves, min_rows_leaf);
    limits.depth_wise = false;
    std::vector<std::uint32_t> features(rows.layout().size());
    std::iota(features.begin(), features.end(), 0U);
    TreeEnsemble out;
    out.features = rows.layout().names();
    out.gain.assign(rows.layout().size(), 0.0);
    std::vector<std::string> classes;
    if (rows.target().task == Task::multiclass) {
        classes = rows.target().classes;
        const ClassTree tree =
            ClassTreeGrower(data, limits, rows.labels(), classes.size()).grow(weights, features, 0);
        for (std::size_t k = 0; k < classes.size(); ++k)
            out.trees.append(tree.with_shares_of(k, classes.size()), tree.bits);
        out.base.assign(classes.size(), 0.0);
        add_gain(tree.nodes, tree.gain, out.gain);
    } else {
        const bool regression = rows.target().task == Task::regression;
        const auto [labels, mean] =
            regression ? centred(rows.labels(), weights)
                       : std::pair(std::vector<double>(rows.labels().begin(), rows.labels().end()), 0.0);
        GrownTree tree = TreeGrower(data, limits).grow(mean_gradients(labels, weights), features, 0);
        for (TreeNode& node : tree.nodes) node.value += node.child == 0 ? mean : 0;
        out.trees.append(tree.nodes, tree.bits);
        add_gain(tree.nodes, tree.gain, out.gain);
    }
    out.finish(rows.layout());
    return {std::move(out), rows.layout(), std::move(classes)};
}

}  // namespace gasket
