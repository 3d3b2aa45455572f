#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/metrics.hpp"

/// Metrics of probabilities for many classes. `truth` holds class indices 0 to K - 1, `probabilities` n x K
/// numbers, row after row, as Predictions::values of such a model; `weights` as in metrics.hpp. All equal
/// scikit-learn's, and throw DataError as the metrics of two classes do.
namespace gasket {

namespace detail {

inline void check_classes(const char* metric, std::span<const double> truth,
                          std::span<const double> probabilities, std::size_t classes,
                          std::span<const double> weights) {
    if (classes < 2) throw_metric(metric, "two classes or more", std::to_string(classes), "name all classes");
    if (probabilities.size() != truth.size() * classes) {
        throw_metric(metric,
                     std::to_string(classes) + " probabilities for each of " + std::to_string(truth.size()) +
                         " labels",
                     std::to_string(probabilities.size()), "give what a model of many classes predicts");
    }
    check_metric(metric, truth, truth, weights, false);
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        if (!std::isfinite(probabilities[i])) {
            throw_metric(metric, "finite numbers",
                         (std::isnan(probabilities[i]) ? "NaN in row " : "infinity in row ") +
                             std::to_string(i / classes),
                         "leave out rows without label or score");
        }
    }
    for (std::size_t i = 0; i < truth.size(); ++i) {
        if (truth[i] >= 0 && truth[i] < static_cast<double>(classes) && truth[i] == std::floor(truth[i]))
            continue;
        throw_metric(metric, "class indices from 0 to " + std::to_string(classes - 1),
                     text::shortest(truth[i]) + " in row " + std::to_string(i),
                     "give the place of the label in Target::classes");
    }
}

/// Rows of class `positive` against those of `negative` (against all others where it is `classes`), with the
/// probability of `positive`: the input of a metric of two classes.
struct OneAgainst {
    std::vector<double> truth;
    std::vector<double> score;
    std::vector<double> weights;

    OneAgainst(std::span<const double> labels, std::span<const double> probabilities, std::size_t classes,
               std::span<const double> row_weights, std::size_t positive, std::size_t negative) {
        const auto one = static_cast<double>(positive);
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (negative < classes && labels[i] != one && labels[i] != static_cast<double>(negative))
                continue;
            truth.push_back(labels[i] == one ? 1 : 0);
            score.push_back(probabilities[i * classes + positive]);
            if (!row_weights.empty()) weights.push_back(row_weights[i]);
        }
    }
};

/// How much the rows of each class weigh. throws DataError where a class has none
inline std::vector<double> class_supports(const char* metric, std::span<const double> truth,
                                          std::size_t classes, std::span<const double> weights) {
    std::vector<double> support(classes, 0.0);
    for (std::size_t i = 0; i < truth.size(); ++i)
        support[static_cast<std::size_t>(truth[i])] += weight_of(weights, i);
    for (std::size_t k = 0; k < classes; ++k) {
        if (!(support[k] > 0))
            throw_metric(metric, "rows of every class", "none of class " + std::to_string(k),
                         "take rows of all classes");
    }
    return support;
}

/// A metric of two classes, of each class against all others, averaged.
template <class Binary>
double one_against_rest(const char* metric, std::span<const double> truth,
                        std::span<const double> probabilities, std::size_t classes,
                        std::span<const double> weights, bool by_support, const Binary& binary) {
    check_classes(metric, truth, probabilities, classes, weights);
    const std::vector<double> support = class_supports(metric, truth, classes, weights);
    Sum sum;
    Sum total;
    for (std::size_t k = 0; k < classes; ++k) {
        const OneAgainst rest(truth, probabilities, classes, weights, k, classes);
        const double w = by_support ? support[k] : 1;
        sum.add(w * binary(rest.truth, rest.score, rest.weights));
        total.add(w);
    }
    return sum.value() / total.value();
}

}  // namespace detail

/// Mean of the AUC of each class against all others. O(K n log n). throws DataError where a class has no rows
[[nodiscard]] inline double macro_roc_auc(std::span<const double> truth,
                                          std::span<const double> probabilities, std::size_t classes,
                                          std::span<const double> weights = {}) {
    return detail::one_against_rest("auc", truth, probabilities, classes, weights, false, roc_auc);
}

/// The same mean, in which a class counts as its rows weigh.
/// reference: Provost & Domingos, Well-trained PETs, 2000
[[nodiscard]] inline double weighted_roc_auc(std::span<const double> truth,
                                             std::span<const double> probabilities, std::size_t classes,
                                             std::span<const double> weights = {}) {
    return detail::one_against_rest("auc_weighted", truth, probabilities, classes, weights, true, roc_auc);
}

/// Mean over all pairs of classes of how well each of the two is told from the other; does not depend on how
/// many rows each class has. O(K^2 n log n). throws DataError where a class has no rows
/// reference: Hand & Till, A simple generalisation of the area under the ROC curve, 2001
[[nodiscard]] inline double pairwise_roc_auc(std::span<const double> truth,
                                             std::span<const double> probabilities, std::size_t classes,
                                             std::span<const double> weights = {}) {
    detail::check_classes("auc_pairwise", truth, probabilities, classes, weights);
    (void)detail::class_supports("auc_pairwise", truth, classes, weights);
    Sum sum;
    for (std::size_t a = 0; a < classes; ++a) {
        for (std::size_t b = 0; b < classes; ++b) {
            if (a == b) continue;
            const detail::OneAgainst pair(truth, probabilities, classes, weights, a, b);
            sum.add(roc_auc(pair.truth, pair.score, pair.weights));
        }
    }
    return sum.value() / static_cast<double>(classes * (classes - 1));
}

/// Mean of the average precision of each class against all others. O(K n log n). throws DataError where a
/// class has no rows
[[nodiscard]] inline double macro_average_precision(std::span<const double> truth,
                                                    std::span<const double> probabilities,
                                                    std::size_t classes,
                                                    std::span<const double> weights = {}) {
    return detail::one_against_rest("average_precision", truth, probabilities, classes, weights, false,
                                    average_precision);
}

/// Mean negative log-likelihood of the true class; probabilities are cut to [eps, 1 - eps] with the eps of
/// double, and then sum to 1 in each row. O(n K).
[[nodiscard]] inline double class_log_loss(std::span<const double> truth,
                                           std::span<const double> probabilities, std::size_t classes,
                                           std::span<const double> weights = {}) {
    detail::check_classes("log_loss", truth, probabilities, classes, weights);
    constexpr double eps = std::numeric_limits<double>::epsilon();
    return detail::weighted_mean(truth.size(), weights, [&](std::size_t i) {
        double sum = 0;
        for (std::size_t k = 0; k < classes; ++k)
            sum += std::clamp(probabilities[i * classes + k], eps, 1 - eps);
        const double p = probabilities[i * classes + static_cast<std::size_t>(truth[i])];
        return -std::log(std::clamp(p, eps, 1 - eps) / sum);
    });
}

/// Mean over the rows of the squared differences of probability and outcome, summed over the classes: from 0
/// to 2. With two classes it is twice the Brier score of one. O(n K). reference: Brier, 1950
[[nodiscard]] inline double class_brier(std::span<const double> truth, std::span<const double> probabilities,
                                        std::size_t classes, std::span<const double> weights = {}) {
    detail::check_classes("brier", truth, probabilities, classes, weights);
    return detail::weighted_mean(truth.size(), weights, [&](std::size_t i) {
        double sum = 0;
        for (std::size_t k = 0; k < classes; ++k) {
            const double miss =
                probabilities[i * classes + k] - (truth[i] == static_cast<double>(k) ? 1.0 : 0.0);
            sum += miss * miss;
        }
        return sum;
    });
}

/// Share of the rows whose class is among the `k` likeliest. Of equal probabilities the later class counts as
/// the likelier one, as in scikit-learn. O(n K). throws OptionError unless k >= 1
[[nodiscard]] inline double top_k_accuracy(std::span<const double> truth,
                                           std::span<const double> probabilities, std::size_t classes,
                                           std::size_t k, std::span<const double> weights = {}) {
    detail::require_option(k >= 1, "top_k_accuracy k", std::to_string(k), "at least 1");
    detail::check_classes("top_k_accuracy", truth, probabilities, classes, weights);
    return detail::weighted_mean(truth.size(), weights, [&](std::size_t i) {
        const auto row = probabilities.subspan(i * classes, classes);
        const auto own = static_cast<std::size_t>(truth[i]);
        std::size_t before = 0;
        for (std::size_t c = 0; c < classes; ++c) {
            if (row[c] > row[own] || (row[c] == row[own] && c > own)) ++before;
        }
        return before < k ? 1.0 : 0.0;
    });
}

}  // namespace gasket
