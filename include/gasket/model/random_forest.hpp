#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/core/random.hpp"
#include "gasket/model/class_tree_grower.hpp"
#include "gasket/model/class_weight.hpp"
#include "gasket/model/require.hpp"
#include "gasket/model/tree_ensemble.hpp"
#include "gasket/model/tree_grower.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// Many trees, each grown on a bootstrap sample of the rows with some features tried at each split; their
/// mean is the answer. Takes categories and missing values as they are. A binary target gives the mean share
/// of the positive class in the leaves, many classes that of each; a numeric one the mean.
///
/// fit     O(trees x depth x rows x features tried); trees side by side, same bits for any number of threads
///         throws OptionError, DataError (no features, no rows)
/// predict O(rows x trees x depth), times the classes where there are many; no allocation; thread-safe
/// reference: Breiman, Random Forests, 2001
struct RandomForest {
    static constexpr std::string_view name = "random_forest";

    /// at least 1
    std::size_t trees = 200;
    /// at least 1
    std::size_t max_depth = 10;
    /// rows (of the bootstrap sample) in a leaf, at least 1
    std::size_t min_rows_leaf = 1;
    /// features tried at each split; 0: the square root of their number (a third of it for a numeric target),
    /// at least 1
    std::size_t features_per_split = 0;
    /// bins of a feature, from 2 to 254
    std::size_t max_bins = 254;
    /// false: every tree learns from all rows
    bool bootstrap = true;
    ClassWeight class_weight = ClassWeight::none;
    std::uint64_t seed = 42;

    [[nodiscard]] Fitted<RandomForest> fit(const TrainingRows& rows) const;
};

/// A grown forest.
template <>
class Fitted<RandomForest> {
  public:
    Fitted(detail::TreeEnsemble ensemble, std::vector<double> out_of_bag)
        : ensemble_(std::move(ensemble)), out_of_bag_(std::move(out_of_bag)) {}

    void predict(const Block& in, double* out, Scratch& scratch) const noexcept {
        ensemble_.predict(in, out, scratch);
    }
    /// Numbers that a row is answered with: 1, or one for each of many classes.
    [[nodiscard]] std::size_t outputs() const noexcept { return ensemble_.outputs(); }
    [[nodiscard]] std::size_t trees_used() const noexcept { return ensemble_.rounds(); }
    /// For each training row the mean of the trees whose sample did not hold it (of many classes one number
    /// for each, row after row), missing where every one did; empty without bootstrap, and after loading: an
    /// artifact holds no training rows' answers.
    [[nodiscard]] const std::vector<double>& out_of_bag() const noexcept { return out_of_bag_; }
    /// Share of each input feature in what all splits gained; sums to 1.
    [[nodiscard]] std::vector<double> importances() const { return ensemble_.importances(); }
    /// Share of each input feature in the number of splits; sums to 1.
    [[nodiscard]] std::vector<double> split_shares() const { return ensemble_.split_shares(); }
    /// For the library's own use: the trees.
    [[nodiscard]] const detail::TreeEnsemble& ensemble() const noexcept { return ensemble_; }
    [[nodiscard]] Json to_json() const { return ensemble_.to_json(); }
    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        return {detail::TreeEnsemble::from_json(fields, in), {}};
    }

  private:
    detail::TreeEnsemble ensemble_;
    std::vector<double> out_of_bag_;
};

namespace detail {

/// Trees that are fitted to the target itself: a leaf is the weighted mean of its rows, a split the one that
/// lowers the variance most (for two classes the same as Gini impurity).
inline Gradients mean_gradients(std::span<const double> labels, std::span<const double> weights) {
    Gradients g{std::vector<double>(labels.size()), std::vector<double>(weights.begin(), weights.end()), {}};
    for (std::size_t r = 0; r < labels.size(); ++r) g.gradient[r] = -weights[r] * labels[r];
    g.extent = g.extent_of(0, g.rows());
    return g;
}

inline GrowthLimits mean_limits(std::size_t max_depth, std::size_t max_leaves, std::size_t min_rows_leaf) {
    GrowthLimits limits;
    limits.max_leaves = max_leaves;
    limits.max_depth = max_depth;
    limits.depth_wise = true;
    limits.min_rows_leaf = static_cast<double>(min_rows_leaf);
    limits.min_hessian = 0;
    limits.l2 = 0;
    limits.category_smoothing = 0;
    limits.category_l2 = 0;
    return limits;
}

/// The labels less their weighted mean, and the mean: centred numbers keep more digits when they are rounded.
inline std::pair<std::vector<double>, double> centred(std::span<const double> labels,
                                                      std::span<const double> weights) {
    Sum sum, total;
    for (std::size_t r = 0; r < labels.size(); ++r) {
        sum.add(weights[r] * labels[r]);
        total.add(weights[r]);
    }
    const double mean = sum.value() / total.value();
    std::vector<double> out(labels.size());
    for (std::size_t r = 0; r < labels.size(); ++r) out[r] = labels[r] - mean;
    return {std::move(out), mean};
}

/// One tree of a forest, and which rows of what leaf were not in its sample.
struct ForestTree {
    std::vector<std::vector<TreeNode>> nodes;  // of one shape, for each class where there are many
    std::vector<std::uint32_t> bits;
    std::vector<double> gain;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> out_of_bag;  // row, node
};

/// Weights of a bootstrap sample: times as often as a row was drawn. A sample of rows that all weigh nothing
/// is drawn again.
inline std::vector<double> bootstrap_weights(std::vector<double> weights, std::uint64_t tree_seed) {
    const std::size_t n = weights.size();
    Random random(derive_seed(tree_seed, 0));
    std::vector<std::uint32_t> times(n);
    bool any = false;
    while (!any) {
        std::fill(times.begin(), times.end(), 0U);
        for (std::size_t i = 0; i < n; ++i) ++times[random.below(n)];
        for (std::size_t i = 0; i < n && !any; ++i) any = times[i] * weights[i] > 0;
    }
    for (std::size_t i = 0; i < n; ++i) weights[i] *= times[i];
    return weights;
}

inline ForestTree grow_mean(const BinnedRows& data, const GrowthLimits& limits,
                            std::span<const double> labels, std::span<const double> weights,
                            std::span<const std::uint32_t> features, std::uint64_t seed, bool bootstrap) {
    TreeGrower grower(data, limits);
    GrownTree tree = grower.grow(mean_gradients(labels, weights), features, seed);
    ForestTree out{.nodes = {}, .bits = std::move(tree.bits), .gain = std::move(tree.gain), .out_of_bag = {}};
    std::size_t idle = 0;
    for (const GrownTree::Leaf& leaf : tree.leaves) idle += leaf.idle.size();
    if (bootstrap) out.out_of_bag.reserve(idle);
    for (const GrownTree::Leaf& leaf : tree.leaves) {
        if (!bootstrap) break;
        for (const RowEntry& e : grower.idle(leaf)) out.out_of_bag.emplace_back(e.row, leaf.node);
    }
    out.nodes.push_back(std::move(tree.nodes));
    return out;
}

inline ForestTree grow_classes(const BinnedRows& data, const GrowthLimits& limits,
                               std::span<const double> labels, std::size_t classes,
                               std::span<const double> weights, std::span<const std::uint32_t> features,
                               std::uint64_t seed, bool bootstrap) {
    ClassTree tree = ClassTreeGrower(data, limits, labels, classes).grow(weights, features, seed);
    ForestTree out{.nodes = {}, .bits = std::move(tree.bits), .gain = std::move(tree.gain), .out_of_bag = {}};
    for (std::size_t k = 0; k < classes; ++k) out.nodes.push_back(tree.with_shares_of(k, classes));
    for (const auto& [node, rows] : tree.idle) {
        if (!bootstrap) break;
        for (const std::uint32_t row : rows) out.out_of_bag.emplace_back(row, node);
    }
    return out;
}

}  // namespace detail

inline Fitted<RandomForest> RandomForest::fit(const TrainingRows& rows) const {
    using namespace detail;
    require_option(trees >= 1 && trees <= 100000, "RandomForest.trees", std::to_string(trees), "1 to 100000");
    require_option(max_depth >= 1, "RandomForest.max_depth", std::to_string(max_depth), "at least 1");
    require_option(min_rows_leaf >= 1, "RandomForest.min_rows_leaf", std::to_string(min_rows_leaf),
                   "at least 1");
    require_option(max_bins >= 2 && max_bins <= 254, "RandomForest.max_bins", std::to_string(max_bins),
                   "2 to 254");
    require_rows(rows, "RandomForest");
    require_some_features(rows, "RandomForest");

    const std::vector<double> weights = row_weights(rows, class_weight);
    const Task task = rows.target().task;
    const bool regression = task == Task::regression;
    const std::size_t n = rows.rows();
    const std::size_t d = rows.layout().size();
    const std::size_t classes = rows.target().outputs();
    const auto [labels, mean] =
        regression ? centred(rows.labels(), weights)
                   : std::pair(std::vector<double>(rows.labels().begin(), rows.labels().end()), 0.0);
    const BinnedRows data = bin_rows(rows.features(), max_bins);
    GrowthLimits limits = mean_limits(max_depth, n, min_rows_leaf);
    const double some = regression ? static_cast<double>(d) / 3 : std::sqrt(static_cast<double>(d));
    limits.features_per_split = features_per_split > 0
                                    ? std::min(features_per_split, d)
                                    : std::max<std::size_t>(1, static_cast<std::size_t>(some));
    std::vector<std::uint32_t> features(d);
    std::iota(features.begin(), features.end(), 0U);

    // A few trees at a time, so that memory is bounded; sums over trees are added in the order of the trees.
    constexpr std::size_t batch = 16;
    TreeEnsemble out{.base = std::vector<double>(classes, regression ? mean : 0.0),
                     .factor = 1.0 / static_cast<double>(trees)};
    out.features = rows.layout().names();
    out.gain.assign(d, 0.0);
    std::vector<Trees> trees_of(classes);
    std::vector<double> bag_sum(bootstrap ? n * classes : 0, 0);
    std::vector<double> bag_count(bootstrap ? n : 0, 0);
    limits.alone = false;
    for (std::size_t first = 0; first < trees; first += batch) {
        std::vector<ForestTree> made(std::min(batch, trees - first));
        parallel_for(made.size(), [&](std::size_t k) {
            const std::uint64_t tree_seed = derive_seed(seed, first + k);
            const std::vector<double> w = bootstrap ? bootstrap_weights(weights, tree_seed) : weights;
            made[k] = task == Task::multiclass
                          ? grow_classes(data, limits, labels, classes, w, features, tree_seed, bootstrap)
                          : grow_mean(data, limits, labels, w, features, tree_seed, bootstrap);
        });
        for (const ForestTree& tree : made) {
            for (std::size_t k = 0; k < classes; ++k) trees_of[k].append(tree.nodes[k], tree.bits);
            add_gain(tree.nodes[0], tree.gain, out.gain);
            for (const auto& [row, leaf] : tree.out_of_bag) {
                for (std::size_t k = 0; k < classes; ++k)
                    bag_sum[row * classes + k] += tree.nodes[k][leaf].value;
                bag_count[row] += 1;
            }
        }
    }
    for (std::size_t i = 0; i < bag_sum.size(); ++i) {
        const double count = bag_count[i / classes];
        bag_sum[i] = count > 0 ? out.base[0] + bag_sum[i] / count : missing;
    }
    for (const Trees& one : trees_of) out.trees.append(one, 0, one.size());
    out.finish(rows.layout());
    return {std::move(out), std::move(bag_sum)};
}

}  // namespace gasket
