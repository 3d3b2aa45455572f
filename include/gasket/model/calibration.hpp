#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/prepare/fitted.hpp"

namespace gasket {

/// Turns scores into probabilities by a logistic curve with two numbers: for few rows, and for scores that
/// are squeezed or stretched all along. Probabilities of a model are best handed in as log odds.
///
/// Labels are drawn in by one row of each class, so that scores that tell the classes apart without error
/// have an optimum too.
///
/// fit O(iterations x rows), by Newton's method; deterministic. throws DataError (lengths, labels other than
/// 0 and 1, numbers that are not finite, weights)
/// reference: Platt, Probabilistic outputs for support vector machines, 1999; Lin, Lin & Weng, A note on
/// Platt's probabilistic outputs, 2007
struct PlattScaling {
    static constexpr std::string_view name = "platt_scaling";

    /// `weights`: one a row, or none
    [[nodiscard]] Fitted<PlattScaling> fit(std::span<const double> scores, std::span<const double> labels,
                                           std::span<const double> weights = {}) const;
};

/// Turns scores into probabilities by the best curve that never falls: for a thousand rows or more, whatever
/// the shape. Scores between two of its knots are interpolated, scores beyond the last ones get theirs.
///
/// fit O(n log n), by pooling adjacent violators; deterministic. throws as PlattScaling
/// reference: Zadrozny & Elkan, Transforming classifier scores into accurate multiclass probability
/// estimates, 2002; Ayer et al., An empirical distribution function for sampling with incomplete
/// information, 1955
struct IsotonicCalibration {
    static constexpr std::string_view name = "isotonic_calibration";

    /// `weights`: one a row, or none
    [[nodiscard]] Fitted<IsotonicCalibration> fit(std::span<const double> scores,
                                                  std::span<const double> labels,
                                                  std::span<const double> weights = {}) const;
};

/// A logistic curve: the probability is 1 / (1 + exp(-(slope x score + intercept))).
template <>
class Fitted<PlattScaling> {
  public:
    Fitted(double slope, double intercept) : slope_(slope), intercept_(intercept) {}

    /// Missing for a missing score. thread-safe
    [[nodiscard]] double apply(double score) const noexcept { return sigmoid(slope_ * score + intercept_); }
    /// Below 0 where greater scores went with fewer positives.
    [[nodiscard]] double slope() const noexcept { return slope_; }
    [[nodiscard]] double intercept() const noexcept { return intercept_; }

    [[nodiscard]] Json to_json() const { return json_object({{"slope", slope_}, {"intercept", intercept_}}); }
    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields) {
        return {fields.number("slope"), fields.number("intercept")};
    }

  private:
    double slope_;
    double intercept_;
};

/// A curve that never falls, between its knots.
template <>
class Fitted<IsotonicCalibration> {
  public:
    /// `scores` rising, `probabilities` never falling, as many
    Fitted(std::vector<double> scores, std::vector<double> probabilities)
        : scores_(std::move(scores)), probabilities_(std::move(probabilities)) {}

    /// Missing for a missing score. O(log knots), no allocation; thread-safe
    [[nodiscard]] double apply(double score) const noexcept {
        if (is_missing(score)) return missing;
        const auto above = std::lower_bound(scores_.begin(), scores_.end(), score);
        const auto k = static_cast<std::size_t>(above - scores_.begin());
        if (k == scores_.size()) return probabilities_.back();
        if (k == 0 || *above == score) return probabilities_[k];
        const double share = (score - scores_[k - 1]) / (scores_[k] - scores_[k - 1]);
        return probabilities_[k - 1] + share * (probabilities_[k] - probabilities_[k - 1]);
    }
    [[nodiscard]] const std::vector<double>& scores() const noexcept { return scores_; }
    [[nodiscard]] const std::vector<double>& probabilities() const noexcept { return probabilities_; }

    [[nodiscard]] Json to_json() const {
        return json_object({{"scores", scores_}, {"probabilities", probabilities_}});
    }
    /// throws ArtifactError unless the knots make such a curve
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields) {
        std::vector<double> scores = fields.numbers("scores");
        std::vector<double> probabilities = fields.numbers("probabilities");
        if (scores.empty() || scores.size() != probabilities.size()) {
            detail::throw_content(fields.path(), "one probability for each of some scores",
                                  std::to_string(scores.size()) + " scores, " +
                                      std::to_string(probabilities.size()) + " probabilities");
        }
        for (std::size_t k = 0; k < scores.size(); ++k) {
            const bool rises =
                k == 0 || (scores[k] > scores[k - 1] && probabilities[k] >= probabilities[k - 1]);
            if (!rises || probabilities[k] < 0 || probabilities[k] > 1)
                detail::throw_content(fields.path(),
                                      "rising scores with probabilities from 0 to 1 that never fall",
                                      "knot " + std::to_string(k));
        }
        return {std::move(scores), std::move(probabilities)};
    }

  private:
    std::vector<double> scores_;
    std::vector<double> probabilities_;
};

namespace detail {

/// One row to calibrate on.
struct CalibrationRow {
    double score;
    double label;
    double weight;
};

/// The rows that weigh anything. throws DataError
inline std::vector<CalibrationRow> calibration_rows(std::span<const double> scores,
                                                    std::span<const double> labels,
                                                    std::span<const double> weights) {
    const auto refuse = [](ErrorCode code, std::string expected, std::string found) {
        throw DataError(code, {.expected = std::move(expected),
                               .found = std::move(found),
                               .where = "calibration",
                               .advice = "give out-of-fold scores with the labels of their rows"});
    };
    if (scores.size() != labels.size() || (!weights.empty() && weights.size() != labels.size())) {
        refuse(ErrorCode::bad_metric_input,
               "one score (and one weight) for each of " + std::to_string(labels.size()) + " labels",
               std::to_string(scores.size()) + " scores, " + std::to_string(weights.size()) + " weights");
    }
    std::vector<CalibrationRow> rows;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const std::string row = " in row " + std::to_string(i);
        const double w = weights.empty() ? 1 : weights[i];
        if (!std::isfinite(scores[i]))
            refuse(ErrorCode::not_finite, "finite scores", text::shortest(scores[i]) + row);
        if (labels[i] != 0 && labels[i] != 1)
            refuse(ErrorCode::unknown_label, "labels 0 and 1", text::shortest(labels[i]) + row);
        if (!(w >= 0 && std::isfinite(w)))
            refuse(ErrorCode::bad_weight, "weights of at least 0", text::shortest(w) + row);
        if (w > 0) rows.push_back({scores[i], labels[i], w});
    }
    if (rows.empty()) refuse(ErrorCode::no_rows, "a row that weighs more than 0", "none");
    return rows;
}

}  // namespace detail

inline Fitted<PlattScaling> PlattScaling::fit(std::span<const double> scores, std::span<const double> labels,
                                              std::span<const double> weights) const {
    std::vector<detail::CalibrationRow> rows = detail::calibration_rows(scores, labels, weights);
    // In units of their spread around their middle, scores of any size are as easy.
    double low = rows.front().score;
    double high = low;
    for (const auto& r : rows) low = std::min(low, r.score), high = std::max(high, r.score);
    const double middle = low / 2 + high / 2;
    const double spread = high / 2 - low / 2;
    Sum negatives;
    Sum positives;
    for (auto& r : rows) {
        r.score = spread > 0 ? (r.score - middle) / spread : 0;
        (r.label == 1 ? positives : negatives).add(r.weight);
    }
    const double yes = (positives.value() + 1) / (positives.value() + 2);
    const double no = 1 / (negatives.value() + 2);
    double slope = 0;
    double intercept = std::log((positives.value() + 1) / (negatives.value() + 1));
    const auto loss = [&](double a, double b) {
        Sum sum;
        for (const auto& r : rows) {
            // log(1 + exp(z)) - t z, without overflow
            const double z = a * r.score + b;
            const double t = r.label == 1 ? yes : no;
            sum.add(r.weight * (std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))) - t * z));
        }
        return sum.value();
    };
    double best = loss(slope, intercept);
    for (int iteration = 0; iteration < 100; ++iteration) {
        Sum g1, g2, h11, h12, h22;
        for (const auto& r : rows) {
            const double p = sigmoid(slope * r.score + intercept);
            const double d = r.weight * (p - (r.label == 1 ? yes : no));
            const double h = r.weight * p * (1 - p);
            g1.add(d * r.score);
            g2.add(d);
            h11.add(h * r.score * r.score);
            h12.add(h * r.score);
            h22.add(h);
        }
        // A trace of a ridge for scores that are all alike, which have no slope.
        const double a = h11.value() + 1e-12 * h22.value();
        const double c = h22.value() * (1 + 1e-12);
        const double determinant = a * c - h12.value() * h12.value();
        if (!(determinant > 0)) break;
        const double step1 = (c * g1.value() - h12.value() * g2.value()) / determinant;
        const double step2 = (a * g2.value() - h12.value() * g1.value()) / determinant;
        double length = 1;
        double next = loss(slope - step1, intercept - step2);
        while (next > best && length > 1e-10) {
            length /= 2;
            next = loss(slope - length * step1, intercept - length * step2);
        }
        const bool small = std::abs(step1) <= 1e-13 * (1 + std::abs(slope)) &&
                           std::abs(step2) <= 1e-13 * (1 + std::abs(intercept));
        // Close to the optimum the loss no longer tells: the whole step is the better guess.
        const bool close = std::abs(step1) + std::abs(step2) < 1e-6;
        if (next > best && !close) break;
        slope -= (close ? 1 : length) * step1;
        intercept -= (close ? 1 : length) * step2;
        best = std::min(best, next);
        if (small) break;
    }
    if (!(spread > 0)) return {0, intercept};
    return {slope / spread, intercept - slope * (middle / spread)};
}

inline Fitted<IsotonicCalibration> IsotonicCalibration::fit(std::span<const double> scores,
                                                            std::span<const double> labels,
                                                            std::span<const double> weights) const {
    std::vector<detail::CalibrationRow> rows = detail::calibration_rows(scores, labels, weights);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.score < b.score; });
    // Scores that are pooled, because the ones before have no smaller mean.
    struct Pool {
        double first;
        double last;
        double positives;
        double weight;
        [[nodiscard]] double mean() const { return positives / weight; }
    };
    std::vector<Pool> pools;
    for (std::size_t i = 0; i < rows.size();) {
        Pool pool{rows[i].score, rows[i].score, 0, 0};
        for (; i < rows.size() && rows[i].score == pool.first; ++i) {
            pool.positives += rows[i].weight * rows[i].label;
            pool.weight += rows[i].weight;
        }
        while (!pools.empty() && pools.back().mean() >= pool.mean()) {
            pool = {pools.back().first, pool.last, pools.back().positives + pool.positives,
                    pools.back().weight + pool.weight};
            pools.pop_back();
        }
        pools.push_back(pool);
    }
    std::vector<double> knots;
    std::vector<double> probabilities;
    for (const Pool& pool : pools) {
        knots.push_back(pool.first);
        probabilities.push_back(std::min(pool.mean(), 1.0));
        if (pool.last == pool.first) continue;
        knots.push_back(pool.last);
        probabilities.push_back(probabilities.back());
    }
    return {std::move(knots), std::move(probabilities)};
}

}  // namespace gasket
