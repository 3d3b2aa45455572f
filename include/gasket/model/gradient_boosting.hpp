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
#include "gasket/model/class_weight.hpp"
#include "gasket/model/require.hpp"
#include "gasket/model/split_price.hpp"
#include "gasket/model/tree_ensemble.hpp"
#include "gasket/model/tree_grower.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// How a tree grows.
enum class Growth {
    leaf_wise,   ///< the leaf that gains most is split next
    depth_wise,  ///< level by level
};

/// Gradient boosting of histogram trees. Takes categories and missing values as they are: no encoder, no
/// imputer, no scaler is needed. Log loss for a binary target, squared error for a numeric one.
///
/// fit     O(trees x depth x rows x features); same bits for any number of threads
///         throws OptionError, DataError (no features, no rows, multiclass target), SchemaError (monotone
///         names)
/// predict O(rows x trees x depth), no allocation; thread-safe
/// reference: Friedman, Greedy function approximation, 2001; Chen & Guestrin, XGBoost, 2016; Ke et al.,
/// LightGBM, 2017
struct GradientBoosting {
    static constexpr std::string_view name = "gradient_boosting";

    /// at least 1; with early stopping the most there can be
    std::size_t trees = 200;
    /// above 0, at most 1: how much of each tree counts
    double learning_rate = 0.1;
    /// at least 1
    std::size_t max_depth = 8;
    /// at least 2
    std::size_t max_leaves = 31;
    /// rows in a leaf, about: counted by hessians
    std::size_t min_rows_leaf = 10;
    double min_hessian = 1e-3;
    /// at least 0: pull leaf values to 0
    double l1 = 0;
    double l2 = 0;
    /// at least 0: a split must save this many times what noise saves on average at one threshold chosen
    /// beforehand. The best of many thresholds gains several times that by chance, so 0 fits noise; a tree
    /// that finds no better split stays a leaf, and boosting slows down by itself where nothing is left to
    /// learn. Where `row_fraction` leaves rows out of a tree, less is asked as long as splits that were just
    /// good enough hold for these rows too, down to a twentieth: data with little noise
    double min_gain = 4;
    /// shares above 0, at most 1, drawn anew for every tree
    double row_fraction = 0.8;
    double column_fraction = 0.8;
    /// bins of a feature, from 2 to 254
    std::size_t max_bins = 254;
    /// numbers: about so many thresholds of a feature are tried at each split, drawn by chance; 0: all. A few
    /// (8) with few leaves make trees less alike and overfit less on small data (Geurts, Ernst & Wehenkel,
    /// 2006)
    std::size_t thresholds_per_split = 0;
    Growth growth = Growth::leaf_wise;
    /// stop when so many trees in a row have not lowered the loss of the rows split off for it; 0: never stop
    /// early
    std::size_t early_stopping_rounds = 0;
    /// share of the training rows split off to watch the loss; used with early stopping only
    double validation_fraction = 0.1;
    /// by name of a numeric feature: 1, the answer never falls as the feature rises; -1, it never rises
    std::vector<std::pair<std::string, int>> monotone = {};
    ClassWeight class_weight = ClassWeight::none;
    std::uint64_t seed = 42;

    [[nodiscard]] Fitted<GradientBoosting> fit(const TrainingRows& rows) const;
};

/// Boosted trees.
template <>
class Fitted<GradientBoosting> {
  public:
    explicit Fitted(detail::TreeEnsemble ensemble) : ensemble_(std::move(ensemble)) {}

    void predict(const Block& in, double* out, Scratch& scratch) const noexcept {
        ensemble_.predict(in, out, scratch);
    }
    /// Trees that were kept: fewer than asked for where it stopped early.
    [[nodiscard]] std::size_t trees_used() const noexcept { return ensemble_.trees.size(); }
    /// Share of each input feature in the loss that all splits saved; sums to 1.
    [[nodiscard]] const std::vector<double>& importances() const noexcept { return ensemble_.importances; }
    [[nodiscard]] Json to_json() const { return ensemble_.to_json(); }
    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        return Fitted(detail::TreeEnsemble::from_json(fields, in));
    }

  private:
    detail::TreeEnsemble ensemble_;
};

namespace detail {

/// Boosting of one model: scores of all rows, tree after tree.
class Booster {
  public:
    Booster(const GradientBoosting& options, const TrainingRows& rows)
        : options_(options),
          logistic_(rows.target().task == Task::binary),
          layout_(rows.layout()),
          labels_(rows.labels()),
          weights_(row_weights(rows, options.class_weight)),
          data_(bin_rows(rows.features(), options.max_bins)) {
        limits_.max_leaves = options.max_leaves;
        limits_.max_depth = options.max_depth;
        limits_.depth_wise = options.growth == Growth::depth_wise;
        limits_.min_rows_leaf = static_cast<double>(options.min_rows_leaf);
        limits_.min_hessian = options.min_hessian;
        limits_.l1 = options.l1;
        limits_.l2 = options.l2;
        limits_.thresholds_per_split = options.thresholds_per_split;
        if (!options.monotone.empty()) {
            limits_.monotone.assign(rows.layout().size(), 0);
            for (const auto& [feature, direction] : options.monotone) {
                const std::size_t at = rows.layout().index_of(feature, "GradientBoosting.monotone");
                require_option(direction == 0 || !rows.layout()[at].is_category(),
                               "GradientBoosting.monotone", text::quoted(feature),
                               "names of numeric features");
                limits_.monotone[at] = direction;
            }
        }
        out_.logistic = logistic_;
        out_.features = rows.layout().names();
    }

    TreeEnsemble run() {
        const std::size_t n = labels_.size();
        const bool stopping = split_off_validation();
        out_.base = start();
        scores_.assign(n, out_.base);
        Gradients gradients{large_vector<double>(n), large_vector<double>(n), {}};
        std::vector<double> gain(data_.features(), 0);
        std::vector<std::vector<double>> gains;
        TreeGrower grower(data_, limits_);
        SplitPrice price(options_.min_gain);
        std::size_t best_trees = 0;
        double best_loss = stopping ? validation_loss() : 0;
        const auto nothing = [](std::size_t, std::size_t) {};
        fill(gradients, tree_seed(0), nothing);
        for (std::size_t t = 0; t < options_.trees; ++t) {
            const std::vector<std::uint32_t> features = some_features(tree_seed(t));
            const double least_gain = price.now() * noise(gradients);
            GrownTree tree = grower.grow(gradients, features, tree_seed(t), least_gain);
            if (tree.leaves.size() == 1 && !random()) break;  // so would all that follow
            if (options_.min_gain > 0 && options_.row_fraction < 1)
                price.learn(saved_on_idle_rows(grower, tree, least_gain,
                                               [&](std::size_t row) { return slope_at(row); }));
            for (const GrownTree::Leaf& leaf : tree.leaves)
                tree.nodes[leaf.node].value *= options_.learning_rate;
            fill(gradients, tree_seed(t + 1), [&](std::size_t begin, std::size_t end) {
                grower.each_leaf(tree, begin, end, [&](std::size_t i, std::span<const RowEntry> rows) {
                    const double value = tree.nodes[tree.leaves[i].node].value;
                    for (const RowEntry& e : rows) scores_[e.row] += value;
                });
            });
            out_.trees.append(tree.nodes, tree.bits);
            gains.emplace_back(data_.features(), 0.0);
            tree.add_gain_to(gains.back());
            if (stopping) {
                const double loss = validation_loss();
                if (loss < best_loss) {
                    best_loss = loss;
                    best_trees = t + 1;
                } else if (t + 1 - best_trees >= options_.early_stopping_rounds) {
                    break;
                }
            }
        }
        if (stopping) {
            out_.trees.keep(best_trees);
            gains.resize(best_trees);
        }
        for (const auto& one : gains) {
            for (std::size_t f = 0; f < gain.size(); ++f) gain[f] += one[f];
        }
        out_.finish(std::move(gain), layout_);
        return std::move(out_);
    }

  private:
    /// Whether trees differ by chance.
    [[nodiscard]] bool random() const noexcept {
        return options_.row_fraction < 1 || options_.column_fraction < 1 || options_.thresholds_per_split > 0;
    }

    /// Rows that only watch get the weight 0 for learning; each class gives its share of them. False where
    /// there are none: nothing was asked for, or the rows are too few.
    bool split_off_validation() {
        watched_.assign(labels_.size(), 0.0);
        if (options_.early_stopping_rounds == 0) return false;
        bool any = false;
        Random random(derive_seed(options_.seed, 0));
        for (const double side : {0.0, 1.0}) {
            std::vector<std::size_t> members;
            for (std::size_t r = 0; r < labels_.size(); ++r) {
                if ((logistic_ ? labels_[r] == side : side == 0) && weights_[r] > 0) members.push_back(r);
            }
            random.shuffle(std::span<std::size_t>(members));
            const auto take =
                static_cast<std::size_t>(options_.validation_fraction * static_cast<double>(members.size()));
            for (std::size_t i = 0; i < take; ++i) {
                watched_[members[i]] = weights_[members[i]];
                weights_[members[i]] = 0;
                any = true;
            }
        }
        return any;
    }

    /// The best constant: log-odds of the positive share, or the mean. Shares of 0 and 1 are kept finite as
    /// if half a row were of the other class.
    [[nodiscard]] double start() const {
        Sum sum, total;
        for (std::size_t r = 0; r < labels_.size(); ++r) {
            sum.add(weights_[r] * labels_[r]);
            total.add(weights_[r]);
        }
        if (!logistic_) return sum.value() / total.value();
        const double edge = 0.5 / (static_cast<double>(labels_.size()) + 1);
        return logit(std::clamp(sum.value() / total.value(), edge, 1 - edge));
    }

    [[nodiscard]] std::uint64_t tree_seed(std::size_t tree) const noexcept {
        return derive_seed(options_.seed, tree + 1);
    }

    /// What a split gains on average where there is nothing to gain: the variance of a gradient in units of
    /// the hessian. About 1 for log loss, the variance of the residuals for squared error; weights scale it.
    [[nodiscard]] double noise(const Gradients& gradients) const {
        if (options_.min_gain == 0) return 0;
        Sum variance;
        for (std::size_t r = 0; r < labels_.size(); ++r) {
            const double g = gradients.gradient[r];
            variance.add(logistic_ ? weights_[r] * gradients.hessian[r] : g * g);
        }
        const double total = gradients.extent.hessian.value();
        return total > 0 ? variance.value() / total : 0;
    }

    /// Gradients and hessians of the loss at the scores; 0 for rows out of the next tree's sample.
    /// `update(begin, end)` brings the scores of these rows up to date first, while they are in the cache.
    template <class Update>
    void fill(Gradients& gradients, std::uint64_t seed, const Update& update) {
        constexpr std::size_t block = 16384;
        const auto limit = options_.row_fraction >= 1
                               ? ~std::uint64_t{0}
                               : static_cast<std::uint64_t>(options_.row_fraction * 0x1.0p64);
        std::vector<GradientExtent> extents((labels_.size() + block - 1) / block);
        parallel_blocks(labels_.size(), block, [&](std::size_t begin, std::size_t end) {
            update(begin, end);
            derive_loss(begin, end, gradients);
            for (std::size_t r = begin; r < end && options_.row_fraction < 1; ++r) {
                if (mix64(seed ^ mix64(r)) <= limit) continue;
                gradients.gradient[r] = 0;
                gradients.hessian[r] = 0;
            }
            extents[begin / block] = gradients.extent_of(begin, end);
        });
        gradients.extent = {};
        for (const GradientExtent& extent : extents) gradients.extent.merge(extent);
    }

    /// Plain loops over plain arrays, which the compiler makes into vectors.
    void derive_loss(std::size_t begin, std::size_t end, Gradients& out) const noexcept {
        const double* const score = scores_.data();
        const double* const label = labels_.data();
        const double* const weight = weights_.data();
        double* const gradient = out.gradient.data();
        double* const hessian = out.hessian.data();
        if (!logistic_) {
            for (std::size_t r = begin; r < end; ++r) {
                gradient[r] = weight[r] * (score[r] - label[r]);
                hessian[r] = weight[r];
            }
            return;
        }
        for (std::size_t r = begin; r < end; ++r) {
            const NodeSums slope = log_loss_slope(score[r], label[r], weight[r]);
            gradient[r] = slope.gradient;
            hessian[r] = slope.hessian;
        }
    }

    /// Gradient and hessian of one row's loss.
    [[nodiscard]] NodeSums slope_at(std::size_t row) const noexcept {
        if (logistic_) return log_loss_slope(scores_[row], labels_[row], weights_[row]);
        return {weights_[row] * (scores_[row] - labels_[row]), weights_[row]};
    }
    [[nodiscard]] static NodeSums log_loss_slope(double score, double label, double weight) noexcept {
        const double p = sigmoid(score);
        const double spread = p * (1 - p);
        return {weight * (p - label), weight * (spread > 1e-16 ? spread : 1e-16)};
    }

    [[nodiscard]] std::vector<std::uint32_t> some_features(std::uint64_t seed) const {
        std::vector<std::uint32_t> features(data_.features());
        std::iota(features.begin(), features.end(), 0U);
        if (options_.column_fraction >= 1) return features;
        Random(derive_seed(seed, 1)).shuffle(std::span<std::uint32_t>(features));
        features.resize(std::max<std::size_t>(
            1, static_cast<std::size_t>(
                   std::ceil(options_.column_fraction * static_cast<double>(features.size())))));
        std::sort(features.begin(), features.end());
        return features;
    }

    [[nodiscard]] double validation_loss() const {
        Sum sum;
        for (std::size_t r = 0; r < labels_.size(); ++r) {
            if (watched_[r] == 0) continue;
            const double s = scores_[r];
            // log(1 + exp(s)) - y s, without overflow
            sum.add(watched_[r] *
                    (logistic_ ? std::max(s, 0.0) + std::log1p(std::exp(-std::abs(s))) - labels_[r] * s
                               : (s - labels_[r]) * (s - labels_[r])));
        }
        return sum.value();
    }

    const GradientBoosting& options_;
    bool logistic_;
    const Layout& layout_;
    std::span<const double> labels_;
    std::vector<double> weights_;
    std::vector<double> watched_;
    BinnedRows data_;
    GrowthLimits limits_;
    std::vector<double> scores_;
    TreeEnsemble out_;
};

inline void require_boosting_options(const GradientBoosting& o) {
    const auto check = [](bool ok, const char* field, double value, const char* range) {
        require_option(ok, std::string("GradientBoosting.") + field, text::shortest(value), range);
    };
    check(o.trees >= 1 && o.trees <= 100000, "trees", static_cast<double>(o.trees), "1 to 100000");
    check(o.learning_rate > 0 && o.learning_rate <= 1, "learning_rate", o.learning_rate,
          "above 0, at most 1");
    check(o.max_depth >= 1, "max_depth", static_cast<double>(o.max_depth), "at least 1");
    check(o.max_leaves >= 2, "max_leaves", static_cast<double>(o.max_leaves), "at least 2");
    check(o.min_hessian >= 0, "min_hessian", o.min_hessian, "at least 0");
    check(o.l1 >= 0 && std::isfinite(o.l1), "l1", o.l1, "at least 0");
    check(o.l2 >= 0 && std::isfinite(o.l2), "l2", o.l2, "at least 0");
    check(o.min_gain >= 0 && std::isfinite(o.min_gain), "min_gain", o.min_gain, "at least 0");
    check(o.row_fraction > 0 && o.row_fraction <= 1, "row_fraction", o.row_fraction, "above 0, at most 1");
    check(o.column_fraction > 0 && o.column_fraction <= 1, "column_fraction", o.column_fraction,
          "above 0, at most 1");
    check(o.max_bins >= 2 && o.max_bins <= 254, "max_bins", static_cast<double>(o.max_bins), "2 to 254");
    check(o.validation_fraction > 0 && o.validation_fraction < 1, "validation_fraction",
          o.validation_fraction, "above 0 and below 1");
    for (const auto& [feature, direction] : o.monotone) {
        check(direction == 1 || direction == -1 || direction == 0, "monotone", direction, "1, 0 or -1");
    }
}

}  // namespace detail

inline Fitted<GradientBoosting> GradientBoosting::fit(const TrainingRows& rows) const {
    detail::require_boosting_options(*this);
    detail::refuse_multiclass(rows, "GradientBoosting");
    detail::require_rows(rows, "GradientBoosting");
    detail::require_some_features(rows, "GradientBoosting");
    return Fitted<GradientBoosting>(detail::Booster(*this, rows).run());
}

}  // namespace gasket
