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
#include "gasket/model/boosting_scores.hpp"
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
/// imputer, no scaler is needed. For a target of many classes every round grows a tree for each.
///
/// fit     O(trees x depth x rows x features), times the classes where there are many; same bits for any
///         number of threads
///         throws OptionError, DataError (no features, no rows, labels that the loss cannot take),
///         SchemaError (names of monotone, interactions)
/// predict O(rows x trees x depth), no allocation; thread-safe
/// reference: Friedman, Greedy function approximation, 2001; Chen & Guestrin, XGBoost, 2016; Ke et al.,
/// LightGBM, 2017
struct GradientBoosting {
    static constexpr std::string_view name = "gradient_boosting";

    /// rounds, at least 1; with early stopping the most there can be
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
    /// good enough hold for these rows too, down to a fiftieth: data with little noise
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
    /// groups of features by name: those that decide on one way from root to leaf all belong to one group, so
    /// the answer before its link is a sum of one function for each group. Features in no group decide alone.
    /// Empty: all may meet
    std::vector<std::vector<std::string>> interactions = {};
    ClassWeight class_weight = ClassWeight::none;
    /// see model/loss.hpp; many classes have the one of their own
    Loss loss = automatic_loss;
    std::uint64_t seed = 42;

    [[nodiscard]] Fitted<GradientBoosting> fit(const TrainingRows& rows) const;
    /// Goes on from an earlier fit: `trees` more rounds, with these options, on these rows (the same ones or
    /// new ones). Cost and errors as `fit`; throws DataError where features, classes or link differ
    [[nodiscard]] Fitted<GradientBoosting> fit(const TrainingRows& rows,
                                               const Fitted<GradientBoosting>& earlier) const;
};

/// Boosted trees.
template <>
class Fitted<GradientBoosting> {
  public:
    explicit Fitted(detail::TreeEnsemble ensemble) : ensemble_(std::move(ensemble)) {}

    void predict(const Block& in, double* out, Scratch& scratch) const noexcept {
        ensemble_.predict(in, out, scratch);
    }
    /// Numbers that a row is answered with: 1, or one for each of many classes.
    [[nodiscard]] std::size_t outputs() const noexcept { return ensemble_.outputs(); }
    /// Rounds that were kept: fewer than asked for where it stopped early.
    [[nodiscard]] std::size_t trees_used() const noexcept { return ensemble_.rounds(); }
    /// Share of each input feature in the loss that all splits saved; sums to 1.
    [[nodiscard]] std::vector<double> importances() const { return ensemble_.importances(); }
    /// Share of each input feature in the number of splits; sums to 1.
    [[nodiscard]] std::vector<double> split_shares() const { return ensemble_.split_shares(); }
    /// For the library's own use: the trees.
    [[nodiscard]] const detail::TreeEnsemble& ensemble() const noexcept { return ensemble_; }
    [[nodiscard]] Json to_json() const { return ensemble_.to_json(); }
    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        return Fitted(detail::TreeEnsemble::from_json(fields, in));
    }

  private:
    detail::TreeEnsemble ensemble_;
};

namespace detail {

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

/// Boosting of one model: tree after tree.
class Booster {
  public:
    /// throws OptionError, DataError, SchemaError
    Booster(const GradientBoosting& options, const TrainingRows& rows, const TreeEnsemble* earlier = nullptr)
        : options_(checked(options, rows)),
          layout_(rows.layout()),
          data_(bin_rows(rows.features(), options.max_bins)),
          limits_(limits_of(options, rows.layout())),
          loss_(loss_for(rows, options.loss, "GradientBoosting")),
          scores_(rows, loss_, row_weights(rows, options.class_weight)) {
        require_option(options.monotone.empty() || (scores_.outputs() == 1 && !scores_.has_leaf_quantile()),
                       "GradientBoosting.monotone", "names of features",
                       "empty for many classes and for losses of quantiles");
        out_.link = scores_.outputs() > 1 ? Link::softmax : loss_.link;
        out_.features = rows.layout().names();
        watching_ = options.early_stopping_rounds > 0 &&
                    scores_.split_off(options.validation_fraction, derive_seed(options.seed, 0));
        out_.gain.assign(data_.features(), 0.0);
        if (earlier == nullptr) {
            out_.base = scores_.begin();
        } else {
            go_on_from(*earlier, rows.features());
        }
    }

    TreeEnsemble run() {
        const std::size_t classes = scores_.outputs();
        Gradients gradients{large_vector<double>(scores_.rows()), large_vector<double>(scores_.rows()), {}};
        TreeGrower grower(data_, limits_);
        std::vector<SplitPrice> prices(classes, SplitPrice(options_.min_gain));
        std::vector<std::vector<GrownTree>> rounds;
        std::size_t best_rounds = 0;
        double best_loss = watching_ ? scores_.watched_loss() : 0;
        const auto nothing = [](std::size_t, std::size_t) {};
        for (std::size_t t = 0; t < options_.trees; ++t) {
            scores_.begin_round();
            std::vector<GrownTree> round;
            for (std::size_t k = 0; k < classes; ++k) {
                const std::uint64_t seed = tree_seed(t * classes + k);
                if (t == 0 || classes > 1) scores_.derive(k, options_.row_fraction, seed, gradients, nothing);
                round.push_back(grow(grower, gradients, prices[k], k, seed));
                const GrownTree& tree = round.back();
                const auto update = [&](std::size_t begin, std::size_t end) {
                    add_leaves(grower, tree, scores_.of(k), begin, end);
                };
                if (classes == 1) {  // the next tree's gradients, while the scores are in the cache
                    scores_.derive(k, options_.row_fraction, tree_seed(t + 1), gradients, update);
                } else {
                    parallel_blocks(scores_.rows(), update_rows, update);
                }
            }
            const bool idle = std::all_of(round.begin(), round.end(),
                                          [](const GrownTree& tree) { return tree.leaves.size() == 1; });
            if (idle && !random()) break;  // so would all that follow
            rounds.push_back(std::move(round));
            if (!watching_) continue;
            const double loss = scores_.watched_loss();
            if (loss < best_loss) {
                best_loss = loss;
                best_rounds = t + 1;
            } else if (t + 1 - best_rounds >= options_.early_stopping_rounds) {
                break;
            }
        }
        if (watching_) rounds.resize(best_rounds);
        for (std::size_t k = 0; k < classes; ++k) {
            if (earlier_ != nullptr)
                out_.trees.append(earlier_->trees, k * earlier_->rounds(), (k + 1) * earlier_->rounds());
            for (const std::vector<GrownTree>& round : rounds)
                out_.trees.append(round[k].nodes, round[k].bits);
        }
        for (const std::vector<GrownTree>& round : rounds) {
            for (const GrownTree& tree : round) add_gain(tree.nodes, tree.gain, out_.gain);
        }
        out_.finish(layout_);
        return std::move(out_);
    }

  private:
    static const GradientBoosting& checked(const GradientBoosting& options, const TrainingRows& rows) {
        require_boosting_options(options);
        require_rows(rows, "GradientBoosting");
        require_some_features(rows, "GradientBoosting");
        return options;
    }

    static GrowthLimits limits_of(const GradientBoosting& options, const Layout& layout) {
        GrowthLimits limits;
        limits.max_leaves = options.max_leaves;
        limits.max_depth = options.max_depth;
        limits.depth_wise = options.growth == Growth::depth_wise;
        limits.min_rows_leaf = static_cast<double>(options.min_rows_leaf);
        limits.min_hessian = options.min_hessian;
        limits.l1 = options.l1;
        limits.l2 = options.l2;
        limits.thresholds_per_split = options.thresholds_per_split;
        for (const std::vector<std::string>& names : options.interactions) {
            limits.groups.emplace_back();
            for (const std::string& feature : names)
                limits.groups.back().push_back(
                    static_cast<std::uint32_t>(layout.index_of(feature, "GradientBoosting.interactions")));
        }
        if (options.monotone.empty()) return limits;
        limits.monotone.assign(layout.size(), 0);
        for (const auto& [feature, direction] : options.monotone) {
            const std::size_t at = layout.index_of(feature, "GradientBoosting.monotone");
            require_option(direction == 0 || !layout[at].is_category(), "GradientBoosting.monotone",
                           text::quoted(feature), "names of numeric features");
            limits.monotone[at] = direction;
        }
        return limits;
    }

    /// throws DataError unless the earlier trees answer the same question about the same features
    void go_on_from(const TreeEnsemble& earlier, const Features& features) {
        if (earlier.features != out_.features || earlier.outputs() != scores_.outputs() ||
            earlier.link != out_.link) {
            throw DataError(ErrorCode::length_mismatch,
                            {.expected = "the features, classes and link of the earlier fit",
                             .found = "others",
                             .where = "GradientBoosting that goes on from an earlier fit",
                             .advice = "give rows of the same chain, and a loss with the same link"});
        }
        earlier_ = &earlier;
        out_.base = earlier.base;
        out_.gain = earlier.gain;
        const std::size_t n = features.rows();
        const std::size_t count = earlier.outputs();
        std::vector<double> scores(n * count);
        parallel_blocks(n, 512, [&](std::size_t begin, std::size_t end) {
            std::vector<double> sums((end - begin) * count);
            Scratch scratch;
            earlier.margins(features.block(begin, end), sums.data(), scratch);
            for (std::size_t r = begin; r < end; ++r) {
                for (std::size_t k = 0; k < count; ++k) scores[k * n + r] = sums[(r - begin) * count + k];
            }
        });
        scores_.begin(std::move(scores));
    }

    /// The next tree of a class, its leaves scaled by the learning rate.
    [[nodiscard]] GrownTree grow(TreeGrower& grower, const Gradients& gradients, SplitPrice& price,
                                 std::size_t k, std::uint64_t seed) const {
        const std::vector<std::uint32_t> features = some_features(seed);
        const double least_gain = options_.min_gain == 0 ? 0 : price.now() * scores_.noise(gradients);
        GrownTree tree = grower.grow(gradients, features, seed, least_gain);
        if (options_.min_gain > 0 && options_.row_fraction < 1)
            price.learn(saved_on_idle_rows(grower, tree, least_gain,
                                           [&](std::size_t row) { return scores_.slope(row, k); }));
        if (scores_.has_leaf_quantile()) {
            parallel_for(tree.leaves.size(), [&](std::size_t i) {
                const auto rows = grower.active(tree.leaves[i]);
                tree.nodes[tree.leaves[i].node].value = rows.empty() ? 0 : scores_.leaf_quantile(rows);
            });
        }
        for (const GrownTree::Leaf& leaf : tree.leaves) tree.nodes[leaf.node].value *= options_.learning_rate;
        return tree;
    }

    static void add_leaves(const TreeGrower& grower, const GrownTree& tree, double* scores, std::size_t begin,
                           std::size_t end) {
        grower.each_leaf(tree, begin, end, [&](std::size_t i, std::span<const RowEntry> rows) {
            const double value = tree.nodes[tree.leaves[i].node].value;
            for (const RowEntry& e : rows) scores[e.row] += value;
        });
    }

    /// Whether trees differ by chance.
    [[nodiscard]] bool random() const noexcept {
        return options_.row_fraction < 1 || options_.column_fraction < 1 || options_.thresholds_per_split > 0;
    }

    [[nodiscard]] std::uint64_t tree_seed(std::size_t tree) const noexcept {
        return derive_seed(options_.seed, tree + 1 + (earlier_ == nullptr ? 0 : earlier_->trees.size()));
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

    static constexpr std::size_t update_rows = 16384;

    const GradientBoosting& options_;
    const Layout& layout_;
    BinnedRows data_;
    GrowthLimits limits_;
    Loss loss_;
    BoostingScores scores_;
    const TreeEnsemble* earlier_ = nullptr;
    bool watching_ = false;
    TreeEnsemble out_;
};

}  // namespace detail

inline Fitted<GradientBoosting> GradientBoosting::fit(const TrainingRows& rows) const {
    return Fitted<GradientBoosting>(detail::Booster(*this, rows).run());
}

inline Fitted<GradientBoosting> GradientBoosting::fit(const TrainingRows& rows,
                                                      const Fitted<GradientBoosting>& earlier) const {
    return Fitted<GradientBoosting>(detail::Booster(*this, rows, &earlier.ensemble()).run());
}

}  // namespace gasket
