#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/model/tree_ensemble.hpp"

namespace gasket {

/// First and second derivative of a loss by the score.
struct Slope {
    double gradient = 0;
    double hessian = 0;
};

/// What boosting lowers: how bad a score is beside a label. One of those below, or one of your own:
///
///     constexpr Loss log_cosh{.name = "log_cosh",
///                             .value = [](double y, double s, double) { return std::log(std::cosh(s - y));
///                             }, .slope = [](double y, double s, double) {
///                                 const double t = std::tanh(s - y);
///                                 return Slope{t, std::max(1 - t * t, 0.01)};
///                             }};
///     GradientBoosting{.loss = log_cosh}
///
/// The score is what the link turns into the answer: of a loss with Link::exponential it is a logarithm, with
/// Link::logistic log-odds. `slope` is compared with differences of `value` whenever boosting is fitted, so a
/// wrong derivative is an error and not a bad model. The hessian may be any positive stand-in for the second
/// derivative. Functions must be pure: they are called from several threads.
struct Loss {
    std::string_view name = "automatic";
    double (*value)(double label, double score, double parameter) = nullptr;
    Slope (*slope)(double label, double score, double parameter) = nullptr;
    /// handed to both functions
    double parameter = 0;
    /// identity or exponential for a numeric target, logistic for a binary one (labels 0 and 1)
    Link link = Link::identity;
    double least_label = -std::numeric_limits<double>::infinity();
    /// where given, each leaf answers with this quantile of what is left of its labels; else by a Newton step
    double leaf_quantile = missing;
};

/// Log loss for a target of two classes or many, squared error for a numeric one.
inline constexpr Loss automatic_loss{};

/// Half the squared difference: learns the mean.
inline constexpr Loss squared_loss{
    .name = "squared",
    .value = [](double label, double score, double) { return (score - label) * (score - label) / 2; },
    .slope =
        [](double label, double score, double) {
            return Slope{score - label, 1};
        }};

/// What a predicted quantile costs (see the metric `pinball`): learns that quantile. 0 < quantile < 1
/// reference: Koenker & Bassett, Regression Quantiles, 1978
[[nodiscard]] constexpr Loss quantile_loss(double quantile) {
    return {
        .name = "quantile",
        .value = [](double label, double score,
                    double q) { return label >= score ? q * (label - score) : (1 - q) * (score - label); },
        .slope =
            [](double label, double score, double q) {
                return Slope{label > score ? -q : label < score ? 1 - q : 0.0, 1};
            },
        .parameter = quantile,
        .leaf_quantile = quantile};
}

/// The difference without its sign: learns the median, which outliers do not move.
inline constexpr Loss absolute_loss{
    .name = "absolute",
    .value = [](double label, double score, double) { return std::abs(score - label); },
    .slope =
        [](double label, double score, double) {
            return Slope{label > score ? -1.0 : label < score ? 1.0 : 0.0, 1};
        },
    .leaf_quantile = 0.5};

/// Minus the log-likelihood of counts (or any numbers of at least 0): learns the mean, always above 0. The
/// score is its logarithm.
inline constexpr Loss poisson_loss{
    .name = "poisson",
    .value = [](double label, double score, double) { return std::exp(score) - label * score; },
    .slope =
        [](double label, double score, double) {
            const double mean = std::exp(score);
            return Slope{mean - label, mean > 1e-16 ? mean : 1e-16};
        },
    .link = Link::exponential,
    .least_label = 0};

namespace detail {

/// Log loss of log-odds.
inline constexpr Loss log_odds_loss{
    .name = "log_loss",
    .value = [](double label, double score, double) { return softplus(score) - label * score; },
    .slope =
        [](double label, double score, double) {
            const double p = sigmoid(score);
            const double spread = p * (1 - p);
            return Slope{p - label, spread > 1e-16 ? spread : 1e-16};
        },
    .link = Link::logistic};

/// The least value that a share `q` of the weight does not exceed. Reorders `rows`; missing for none.
template <class Value, class Weight>
[[nodiscard]] double weighted_quantile(std::span<std::size_t> rows, double q, const Value& value,
                                       const Weight& weight) {
    std::sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
        return value(a) != value(b) ? value(a) < value(b) : a < b;
    });
    Sum total;
    for (const std::size_t r : rows) total.add(weight(r));
    Sum below;
    for (const std::size_t r : rows) {
        below.add(weight(r));
        if (below.value() >= q * total.value() * (1 - 1e-12)) return value(r);
    }
    return missing;
}

/// The best constant score for all rows. Rows without weight have no say. throws DataError where there is
/// none
[[nodiscard]] inline double best_constant(const Loss& loss, std::span<const double> labels,
                                          std::span<const double> weights) {
    if (!is_missing(loss.leaf_quantile)) {
        std::vector<std::size_t> rows;
        for (std::size_t r = 0; r < labels.size(); ++r) {
            if (weights[r] > 0) rows.push_back(r);
        }
        return weighted_quantile(
            std::span(rows), loss.leaf_quantile, [&](std::size_t r) { return labels[r]; },
            [&](std::size_t r) { return weights[r]; });
    }
    const auto total = [&](double score) {
        Sum sum;
        for (std::size_t r = 0; r < labels.size(); ++r)
            if (weights[r] > 0) sum.add(weights[r] * loss.value(labels[r], score, loss.parameter));
        return sum.value();
    };
    // Newton's steps, halved until they help.
    double score = 0;
    double now = total(score);
    for (int round = 0; round < 200; ++round) {
        Sum gradient, hessian;
        for (std::size_t r = 0; r < labels.size(); ++r) {
            if (weights[r] == 0) continue;
            const Slope slope = loss.slope(labels[r], score, loss.parameter);
            gradient.add(weights[r] * slope.gradient);
            hessian.add(weights[r] * slope.hessian);
        }
        double step = -gradient.value() / hessian.value();
        if (!std::isfinite(step)) break;  // a hessian of 0, which check_slope names
        double next = total(score + step);
        while (!(next <= now) && std::abs(step) > 1e-12 * (1 + std::abs(score))) {
            step /= 2;
            next = total(score + step);
        }
        if (!(next <= now)) break;
        score += step;
        now = next;
        if (std::abs(step) <= 1e-12 * (1 + std::abs(score))) break;
    }
    if (std::isfinite(score) && std::isfinite(now)) return score;
    throw DataError(ErrorCode::not_finite, {.expected = "a loss with a finite value somewhere",
                                            .found = text::shortest(now),
                                            .where = "loss " + std::string(loss.name),
                                            .advice = "correct the loss, or the labels that it cannot take"});
}

/// Compares the slope with differences of the value near `score`, at some of the labels. throws OptionError
inline void check_slope(const Loss& loss, std::span<const double> labels, double score) {
    constexpr std::size_t most = 16;
    const std::size_t step = std::max<std::size_t>(1, labels.size() / most);
    for (std::size_t r = 0; r < labels.size(); r += step) {
        for (const double from : {-1.3, -0.4, 0.0, 0.3, 0.9}) {
            const double s = score + from;
            const double h = 1e-5 * std::max(1.0, std::abs(s));
            const auto value = [&](double at) { return loss.value(labels[r], at, loss.parameter); };
            const double rise = (value(s + h) - value(s)) / h;
            const double fall = (value(s) - value(s - h)) / h;
            const Slope slope = loss.slope(labels[r], s, loss.parameter);
            const double size = std::max({1.0, std::abs(rise), std::abs(fall)});
            // Rounding of the value is divided by h too.
            const double blur = 1e-3 * size + 1e-10 * std::abs(value(s));
            const bool within = slope.gradient >= std::min(rise, fall) - blur &&
                                slope.gradient <= std::max(rise, fall) + blur;
            if (within && slope.hessian > 0 && std::isfinite(slope.hessian)) continue;
            throw OptionError(
                ErrorCode::bad_option,
                {.expected = "a slope that is the derivative of the value, with a hessian above 0",
                 .found = "gradient " + text::shortest(slope.gradient) + " where the value rises by " +
                          text::compact((rise + fall) / 2, 6) + ", hessian " + text::shortest(slope.hessian),
                 .where = "loss " + std::string(loss.name) + " at label " + text::shortest(labels[r]) +
                          ", score " + text::shortest(s),
                 .advice = "correct the loss"});
        }
    }
}

}  // namespace detail
}  // namespace gasket
