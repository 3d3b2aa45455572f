#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/huge_pages.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/random.hpp"
#include "gasket/model/loss.hpp"
#include "gasket/model/quantise.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket::detail {

/// Gradient and hessian of log loss, the probability given.
[[nodiscard]] GASKET_INLINE NodeSums probability_slope(double p, double label, double weight) noexcept {
    const double spread = p * (1 - p);
    return {weight * (p - label), weight * (spread > 1e-16 ? spread : 1e-16)};
}
/// ... for rows [begin, end) of two classes: a loop of its own, so that it is vectorised.
GASKET_CLONES inline void log_odds_slopes(const double* score, const double* label, const double* weight,
                                          std::size_t begin, std::size_t end, double* gradient,
                                          double* hessian) noexcept {
    for (std::size_t r = begin; r < end; ++r) {
        const NodeSums slope = probability_slope(sigmoid(score[r]), label[r], weight[r]);
        gradient[r] = slope.gradient;
        hessian[r] = slope.hessian;
    }
}

/// The scores of all training rows while boosting goes on, and what the loss says of them: one score a row,
/// or one for each of many classes, class after class.
class BoostingScores {
  public:
    /// `loss`: automatic_loss or one that fits the target; see `loss_for`.
    BoostingScores(const TrainingRows& rows, const Loss& loss, std::vector<double> weights)
        : labels_(rows.labels()),
          weights_(std::move(weights)),
          watched_(labels_.size(), 0.0),
          classes_(rows.target().outputs()),
          binary_(rows.target().task == Task::binary),
          loss_(loss),
          kind_(classes_ > 1                        ? Kind::classes
                : loss.value == log_odds_loss.value ? Kind::log_odds
                : loss.value == squared_loss.value  ? Kind::squared
                                                    : Kind::other) {}

    [[nodiscard]] std::size_t rows() const noexcept { return labels_.size(); }
    [[nodiscard]] std::size_t outputs() const noexcept { return classes_; }

    /// Splits off rows that only watch: they get the weight 0 for learning; each class gives its share of
    /// them. False where there are none: the rows are too few.
    bool split_off(double share, std::uint64_t seed) {
        bool any = false;
        Random random(seed);
        const std::size_t groups = binary_ ? 2 : classes_;
        for (std::size_t group = 0; group < groups; ++group) {
            std::vector<std::size_t> members;
            for (std::size_t r = 0; r < labels_.size(); ++r) {
                if ((groups == 1 || labels_[r] == static_cast<double>(group)) && weights_[r] > 0)
                    members.push_back(r);
            }
            random.shuffle(std::span<std::size_t>(members));
            const auto take = static_cast<std::size_t>(share * static_cast<double>(members.size()));
            for (std::size_t i = 0; i < take; ++i) {
                watched_[members[i]] = weights_[members[i]];
                weights_[members[i]] = 0;
                any = true;
            }
        }
        return any;
    }

    /// Begins with the best constants, and returns them. Shares of 0 and 1 are kept finite as if half a row
    /// were of the other class.
    std::vector<double> begin() {
        std::vector<double> base;
        const double edge = 0.5 / (static_cast<double>(rows()) + 1);
        for (std::size_t k = 0; k < classes_ && kind_ != Kind::other; ++k) {
            Sum sum, total;
            for (std::size_t r = 0; r < rows(); ++r) {
                sum.add(weights_[r] * target(r, k));
                total.add(weights_[r]);
            }
            const double mean = sum.value() / total.value();
            base.push_back(kind_ == Kind::squared    ? mean
                           : kind_ == Kind::log_odds ? logit(std::clamp(mean, edge, 1 - edge))
                                                     : std::log(std::max(mean, edge)));
        }
        if (kind_ == Kind::other) base.push_back(best_constant(loss_, labels_, weights_));
        scores_.clear();
        for (const double b : base) scores_.insert(scores_.end(), rows(), b);
        if (kind_ == Kind::other) check_slope(loss_, labels_, base[0]);
        return base;
    }
    /// Begins where another model has come to; class after class.
    void begin(std::vector<double> scores) { scores_ = std::move(scores); }

    /// The scores of one class.
    [[nodiscard]] double* of(std::size_t k) noexcept { return scores_.data() + k * rows(); }

    /// To be called before the trees of a round: the classes' gradients all follow from the same scores.
    void begin_round() {
        if (kind_ != Kind::classes) return;
        total_.resize(rows());
        parallel_blocks(rows(), block_rows, [&](std::size_t begin, std::size_t end) {
            for (std::size_t r = begin; r < end; ++r) total_[r] = log_total(r);
        });
    }

    /// Gradients and hessians of one class at the scores; 0 for rows out of the sample that `seed` draws.
    /// `update(begin, end)` brings the scores of these rows up to date first, while they are in the cache.
    template <class Update>
    void derive(std::size_t k, double row_fraction, std::uint64_t seed, Gradients& out,
                const Update& update) const {
        const auto limit =
            row_fraction >= 1 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(row_fraction * 0x1.0p64);
        std::vector<GradientExtent> extents((rows() + block_rows - 1) / block_rows);
        parallel_blocks(rows(), block_rows, [&](std::size_t begin, std::size_t end) {
            update(begin, end);
            derive_rows(k, begin, end, out);
            for (std::size_t r = begin; r < end && row_fraction < 1; ++r) {
                if (mix64(seed ^ mix64(r)) <= limit) continue;
                out.gradient[r] = 0;
                out.hessian[r] = 0;
            }
            extents[begin / block_rows] = out.extent_of(begin, end);
        });
        out.extent = {};
        for (const GradientExtent& extent : extents) out.extent.merge(extent);
    }

    /// Gradient and hessian of one row's loss.
    [[nodiscard]] NodeSums slope(std::size_t row, std::size_t k) const noexcept {
        const double score = scores_[k * rows() + row];
        switch (kind_) {
            case Kind::squared:
                return {weights_[row] * (score - labels_[row]), weights_[row]};
            case Kind::log_odds:
                return probability_slope(sigmoid(score), labels_[row], weights_[row]);
            case Kind::classes:
                return probability_slope(exp_minus_abs(total_[row] - score), target(row, k), weights_[row]);
            case Kind::other:
                break;
        }
        const Slope slope = loss_.slope(labels_[row], score, loss_.parameter);
        return {weights_[row] * slope.gradient, weights_[row] * slope.hessian};
    }

    /// What a split gains on average where there is nothing to gain: the variance of a gradient in units of
    /// the hessian. About 1 for log loss, the variance of the residuals for squared error; weights scale it.
    [[nodiscard]] double noise(const Gradients& gradients) const {
        const bool classes = kind_ == Kind::log_odds || kind_ == Kind::classes;
        Sum variance;
        for (std::size_t r = 0; r < rows(); ++r) {
            const double g = gradients.gradient[r];
            variance.add(classes ? weights_[r] * gradients.hessian[r] : g * g);
        }
        const double total = gradients.extent.hessian.value();
        return total > 0 ? variance.value() / total : 0;
    }

    /// Whether leaves answer with a quantile of what is left, and that of the rows of one.
    [[nodiscard]] bool has_leaf_quantile() const noexcept { return !is_missing(loss_.leaf_quantile); }
    [[nodiscard]] double leaf_quantile(std::span<const RowEntry> leaf) const {
        std::vector<std::size_t> rows_of;
        for (const RowEntry& e : leaf) rows_of.push_back(e.row);
        return weighted_quantile(
            std::span(rows_of), loss_.leaf_quantile, [&](std::size_t r) { return labels_[r] - scores_[r]; },
            [&](std::size_t r) { return weights_[r]; });
    }

    /// The loss of the rows that watch.
    [[nodiscard]] double watched_loss() const {
        Sum sum;
        for (std::size_t r = 0; r < rows(); ++r) {
            if (watched_[r] == 0) continue;
            const double s = scores_[r];
            const double y = labels_[r];
            // log odds: log(1 + exp(s)) - y s, without overflow
            sum.add(watched_[r] * (kind_ == Kind::log_odds
                                       ? std::max(s, 0.0) + std::log1p(std::exp(-std::abs(s))) - y * s
                                   : kind_ == Kind::squared ? (s - y) * (s - y)
                                   : kind_ == Kind::classes
                                       ? log_total(r) - scores_[static_cast<std::size_t>(y) * rows() + r]
                                       : loss_.value(y, s, loss_.parameter)));
        }
        return sum.value();
    }

  private:
    /// The losses that have loops of their own, and all others.
    enum class Kind { log_odds, squared, classes, other };
    static constexpr std::size_t block_rows = 16384;

    /// What the score of class k is to come near to.
    [[nodiscard]] double target(std::size_t row, std::size_t k) const noexcept {
        return classes_ == 1 ? labels_[row] : labels_[row] == static_cast<double>(k) ? 1.0 : 0.0;
    }

    /// The logarithm of the sum of e^score over the classes.
    [[nodiscard]] double log_total(std::size_t row) const noexcept {
        double most = scores_[row];
        for (std::size_t k = 1; k < classes_; ++k) most = std::max(most, scores_[k * rows() + row]);
        double sum = 0;
        for (std::size_t k = 0; k < classes_; ++k) sum += exp_minus_abs(scores_[k * rows() + row] - most);
        return most + std::log(sum);
    }

    /// Plain loops over plain arrays, which the compiler makes into vectors.
    void derive_rows(std::size_t k, std::size_t begin, std::size_t end, Gradients& out) const noexcept {
        const double* const score = scores_.data() + k * rows();
        const double* const label = labels_.data();
        const double* const weight = weights_.data();
        double* const gradient = out.gradient.data();
        double* const hessian = out.hessian.data();
        if (kind_ == Kind::squared) {
            for (std::size_t r = begin; r < end; ++r) {
                gradient[r] = weight[r] * (score[r] - label[r]);
                hessian[r] = weight[r];
            }
        } else if (kind_ == Kind::log_odds) {
            log_odds_slopes(score, label, weight, begin, end, gradient, hessian);
        } else if (kind_ == Kind::classes) {
            const double* const total = total_.data();
            const auto own = static_cast<double>(k);
            for (std::size_t r = begin; r < end; ++r) {
                const NodeSums slope = probability_slope(exp_minus_abs(total[r] - score[r]),
                                                         label[r] == own ? 1.0 : 0.0, weight[r]);
                gradient[r] = slope.gradient;
                hessian[r] = slope.hessian;
            }
        } else {
            for (std::size_t r = begin; r < end; ++r) {
                const Slope slope = loss_.slope(label[r], score[r], loss_.parameter);
                gradient[r] = weight[r] * slope.gradient;
                hessian[r] = weight[r] * slope.hessian;
            }
        }
    }

    std::span<const double> labels_;
    std::vector<double> weights_;
    std::vector<double> watched_;  // weights of the rows that watch, 0 elsewhere
    std::size_t classes_;
    bool binary_;
    Loss loss_;
    Kind kind_;
    std::vector<double> scores_;
    std::vector<double> total_;  // log_total at the beginning of the round
};

/// The loss that was asked for, or that of the target. throws OptionError, DataError
[[nodiscard]] inline Loss loss_for(const TrainingRows& rows, const Loss& asked, const std::string& who) {
    const Task task = rows.target().task;
    if (asked.value == nullptr) {
        require_option(asked.slope == nullptr, who + ".loss", "a slope without a value", "both, or neither");
        return task == Task::binary ? log_odds_loss : squared_loss;
    }
    require_option(asked.slope != nullptr, who + ".loss", "a value without a slope", "both, or neither");
    const bool fits = task == Task::binary ? asked.link == Link::logistic
                      : task == Task::regression
                          ? asked.link == Link::identity || asked.link == Link::exponential
                          : false;
    require_option(fits, who + ".loss",
                   std::string(asked.name) + " with a link that is " + std::string(name_of(asked.link)),
                   task == Task::multiclass ? "automatic_loss for many classes"
                   : task == Task::binary   ? "one with Link::logistic for two classes"
                                            : "one with Link::identity or Link::exponential for numbers");
    require_option(is_missing(asked.leaf_quantile) || (asked.leaf_quantile > 0 && asked.leaf_quantile < 1),
                   who + ".loss.leaf_quantile", text::shortest(asked.leaf_quantile), "above 0 and below 1");
    for (std::size_t r = 0; r < rows.rows(); ++r) {
        if (rows.labels()[r] >= asked.least_label) continue;
        throw DataError(ErrorCode::outside_domain,
                        {.expected = "numbers of at least " + text::shortest(asked.least_label),
                         .found = text::shortest(rows.labels()[r]) + " in training row " + std::to_string(r),
                         .where = who + " with loss " + std::string(asked.name) + ", target " +
                                  text::quoted(rows.target().column),
                         .advice = "choose another loss, or correct the row"});
    }
    return asked;
}

}  // namespace gasket::detail
