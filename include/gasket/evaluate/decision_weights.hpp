#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gasket/evaluate/metric.hpp"
#include "gasket/evaluate/threshold.hpp"
#include "gasket/pipeline/predictions.hpp"

namespace gasket {

namespace detail {

/// Searches for the weight of one class, the others' staying as they are.
class DecisionWeightSearch {
  public:
    DecisionWeightSearch(std::span<const double> truth, std::span<const double> probabilities,
                         std::size_t classes, const Metric& metric, std::span<const double> weights)
        : truth_(truth),
          probabilities_(probabilities),
          classes_(classes),
          metric_(metric),
          sign_(metric.greater_is_better ? 1 : -1),
          weights_(weights) {}

    /// What decisions with these weights are worth; greater is better.
    [[nodiscard]] double worth(const std::vector<double>& by_class) const {
        return sign_ * metric_.of_classes(matrix(by_class));
    }

    /// Sets the weight of class k to the best that there is, where it is better than `worth`, and returns
    /// what it is worth then.
    double improve(std::size_t k, std::vector<double>& by_class, double worth) const {
        // A row is decided for k from the weight on at which k draws level with the best of the others.
        struct Turn {
            double at;
            std::size_t row;
            std::size_t other;
        };
        std::vector<Turn> turns;
        ConfusionMatrix decided(classes_);
        for (std::size_t r = 0; r < truth_.size(); ++r) {
            const auto row = probabilities_.subspan(r * classes_, classes_);
            std::size_t other = k == 0 ? 1 : 0;
            for (std::size_t j = other + 1; j < classes_; ++j)
                if (j != k && row[j] * by_class[j] > row[other] * by_class[other]) other = j;
            decided.add(class_of(r), other, weight_of(weights_, r));
            if (row[k] > 0) turns.push_back({row[other] * by_class[other] / row[k], r, other});
        }
        std::sort(turns.begin(), turns.end(),
                  [](const Turn& a, const Turn& b) { return a.at != b.at ? a.at < b.at : a.row < b.row; });
        double best = worth;
        double weight = by_class[k];
        const std::size_t step = std::max<std::size_t>(1, turns.size() / most_tries);
        for (std::size_t i = 0; i < turns.size(); ++i) {
            const double w = weight_of(weights_, turns[i].row);
            decided.add(class_of(turns[i].row), turns[i].other, -w);
            decided.add(class_of(turns[i].row), k, w);
            const bool last = i + 1 == turns.size();
            if (i % step != 0 && !last) continue;
            if (!last && turns[i + 1].at <= turns[i].at) continue;
            const double next = last ? 2 * turns[i].at : turns[i + 1].at;
            const double middle = turns[i].at / 2 + next / 2;
            const double now = sign_ * metric_.of_classes(decided);
            if (!(now > best + 1e-9) || !(middle > 0)) continue;
            best = now;
            weight = middle;
        }
        by_class[k] = weight;
        return best;
    }

    [[nodiscard]] ConfusionMatrix matrix(const std::vector<double>& by_class) const {
        ConfusionMatrix out(classes_);
        for (std::size_t r = 0; r < truth_.size(); ++r) {
            out.add(class_of(r),
                    Predictions::likeliest(probabilities_.subspan(r * classes_, classes_), by_class),
                    weight_of(weights_, r));
        }
        return out;
    }

  private:
    static constexpr std::size_t most_tries = 512;

    [[nodiscard]] std::size_t class_of(std::size_t row) const {
        return static_cast<std::size_t>(truth_[row]);
    }

    std::span<const double> truth_;
    std::span<const double> probabilities_;
    std::size_t classes_;
    const Metric& metric_;
    double sign_;
    std::span<const double> weights_;
};

}  // namespace detail

/// What the probability of each of many classes is multiplied by before the greatest decides, so that a
/// metric of decisions is as good as one class's weight after the other can make it. With all weights 1 the
/// likeliest class decides. `probabilities`: n x K, row after row.
///
/// O(rounds x K x n (K + log n)), at most 10 rounds   throws OptionError for a metric without `of_classes`,
/// DataError
/// method: coordinate ascent over the weights, as for cost-sensitive decisions (Elkan, 2001)
[[nodiscard]] inline ThresholdChoice best_decision_weights(std::span<const double> truth,
                                                           std::span<const double> probabilities,
                                                           std::size_t classes, const Metric& metric,
                                                           std::span<const double> weights = {}) {
    detail::require_option(metric.of_classes != nullptr, "ThresholdTuner.maximise", std::string(metric.name),
                           "a metric of decisions between many classes such as f1 or balanced_accuracy");
    detail::check_classes("decision weights", truth, probabilities, classes, weights);
    const detail::DecisionWeightSearch search(truth, probabilities, classes, metric, weights);
    std::vector<double> by_class(classes, 1.0);
    double worth = search.worth(by_class);
    constexpr int most_rounds = 10;
    for (int round = 0; round < most_rounds; ++round) {
        const double before = worth;
        for (std::size_t k = 0; k < classes; ++k) worth = search.improve(k, by_class, worth);
        if (!(worth > before)) break;
    }
    ThresholdChoice choice;
    choice.criterion = metric.name;
    choice.class_weights = by_class;
    choice.value = metric.of_classes(search.matrix(by_class));
    choice.decided_rate = missing;
    return choice;
}

}  // namespace gasket
