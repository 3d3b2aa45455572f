#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/brent.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/prepare/column_by_column.hpp"
#include "gasket/prepare/moments.hpp"

/// What BoxCox and YeoJohnson have in common. Both work on logarithms `u`: a family says how a number becomes
/// one, and on which side of 0 the exponent is turned round.
namespace gasket::detail {

/// (exp(exponent u) - 1) / exponent, and u for the exponent 0: Box and Cox' power of exp(u).
[[nodiscard]] inline double box_power(double u, double exponent) noexcept {
    return exponent == 0 ? u : std::expm1(exponent * u) / exponent;
}

/// How box_power changes with the exponent.
[[nodiscard]] inline double box_slope(double u, double exponent) noexcept {
    const double t = exponent * u;
    if (std::abs(t) > 0.5) return (u * std::exp(t) - std::expm1(t) / exponent) / exponent;
    double sum = 0;  // u^2 times the sum of t^k / (k! (k + 2))
    double term = 1;
    for (int k = 0; k < 16; ++k) {
        sum += term / (k + 2);
        term *= t / (k + 1);
    }
    return u * u * sum;
}

/// Positive numbers by their logarithm.
struct PositivePower {
    static constexpr const char* domain = "numbers above 0";
    [[nodiscard]] static bool takes(double x) noexcept { return x > 0; }
    [[nodiscard]] static double log_of(double x) noexcept { return std::log(x); }
    [[nodiscard]] static double value(double u, double lambda) noexcept { return box_power(u, lambda); }
    [[nodiscard]] static double slope(double u, double lambda) noexcept { return box_slope(u, lambda); }
};

/// Any numbers: those from 0 on as 1 + x, those below mirrored with the exponent 2 - lambda.
struct SignedPower {
    static constexpr const char* domain = "finite numbers";
    [[nodiscard]] static bool takes(double) noexcept { return true; }
    [[nodiscard]] static double log_of(double x) noexcept { return x >= 0 ? std::log1p(x) : -std::log1p(-x); }
    [[nodiscard]] static double value(double u, double lambda) noexcept {
        return u >= 0 ? box_power(u, lambda) : -box_power(-u, 2 - lambda);
    }
    [[nodiscard]] static double slope(double u, double lambda) noexcept {
        return u >= 0 ? box_slope(u, lambda) : box_slope(-u, 2 - lambda);
    }
};

/// What is learned of one column: the exponent, then mean and deviation of what it makes.
template <class Family>
struct PowerColumn {
    static constexpr Takes kind = Takes::numbers;

    std::string feature = {};
    double lambda = 1;
    /// of the transformed training values; 0 and 1 where they are not standardised
    double mean = 0;
    double scale = 1;

    void apply(const double* from, std::size_t rows, double* to) const noexcept {
        for (std::size_t r = 0; r < rows; ++r) {
            const double x = from[r];
            // NaN is taken by no comparison of the positive family and passes through the signed one
            to[r] = Family::takes(x) ? (Family::value(Family::log_of(x), lambda) - mean) / scale : missing;
        }
    }

    void write(Json& json) const {
        json["lambda"] = lambda;
        json["mean"] = mean;
        json["scale"] = scale;
    }

    /// throws ArtifactError
    [[nodiscard]] static PowerColumn read(const Fields& at, const Feature&) {
        PowerColumn out{
            .lambda = at.number("lambda"), .mean = at.number("mean"), .scale = at.number("scale")};
        if (!(out.scale > 0))
            throw_content(at.path() + ".scale", "a number above 0", text::shortest(out.scale));
        return out;
    }
};

/// How the log likelihood of normality changes with lambda, per row: 0 at the exponent of greatest
/// likelihood. `u` are logarithms of the column.
template <class Family>
[[nodiscard]] double power_score(std::span<const double> u, double lambda) {
    const std::size_t n = u.size();
    std::vector<double> z(n), slope(n);
    Sum sum_z, sum_slope, sum_u;
    for (std::size_t i = 0; i < n; ++i) {
        sum_u.add(u[i]);
        sum_z.add(z[i] = Family::value(u[i], lambda));
        sum_slope.add(slope[i] = Family::slope(u[i], lambda));
    }
    const double mean = sum_z.value() / static_cast<double>(n);
    const double mean_slope = sum_slope.value() / static_cast<double>(n);
    Sum variance, covariance;
    for (std::size_t i = 0; i < n; ++i) {
        variance.add((z[i] - mean) * (z[i] - mean));
        covariance.add((z[i] - mean) * (slope[i] - mean_slope));
    }
    return sum_u.value() / static_cast<double>(n) - covariance.value() / variance.value();
}

/// The exponent of greatest likelihood, sought from -2 to 2 and where that is not enough up to 32 on either
/// side; 1 where numbers are too large for any.
template <class Family>
[[nodiscard]] double best_lambda(std::span<const double> u) {
    constexpr double widest = 32;
    const auto score = [&](double lambda) { return power_score<Family>(u, lambda); };
    double low = -2, high = 2;
    double at_low = score(low), at_high = score(high);
    if (!std::isfinite(at_low) || !std::isfinite(at_high)) return 1;
    while (at_high > 0 && high < widest) {
        const double next = score(2 * high);
        if (!std::isfinite(next)) return high;
        low = std::exchange(high, 2 * high);
        at_low = std::exchange(at_high, next);
    }
    while (at_low < 0 && low > -widest) {
        const double next = score(2 * low);
        if (!std::isfinite(next)) return low;
        high = std::exchange(low, 2 * low);
        at_high = std::exchange(at_low, next);
    }
    if (at_high > 0) return high;
    if (at_low < 0) return low;
    return brent_root(score, low, at_low, high, at_high);
}

/// Fits a power transform: the exponent of each column by maximum likelihood.
///
/// throws SchemaError, OptionError (columns), DataError (no rows, infinite values, values outside the
/// family's domain)
template <class Stage, class Family>
[[nodiscard]] Fitted<Stage> fit_power(const TrainingRows& rows, const Stage& stage, const std::string& who) {
    return fit_columns<Stage>(
        rows, stage.columns, who,
        [&](std::span<const double> values, const Feature& feature, PowerColumn<Family>& learned,
            std::string& note) {
            std::vector<double> u;
            u.reserve(values.size());
            for (std::size_t r = 0; r < values.size(); ++r) {
                if (std::isnan(values[r])) continue;
                require_domain(Family::takes(values[r]), Family::domain, values[r], r, feature.name, who);
                u.push_back(Family::log_of(values[r]));
            }
            if (moments_of(values).constant()) {
                note = "column " + text::quoted(feature.name) + " is constant: no exponent was sought";
            } else {
                learned.lambda = best_lambda<Family>(u);
            }
            if (!stage.standardise) return;
            for (double& x : u) x = Family::value(x, learned.lambda);
            const Moments moments = moments_of(u);
            learned.mean = moments.mean();
            if (!moments.constant()) learned.scale = std::sqrt(moments.variance());
            if (!std::isfinite(learned.mean) || !std::isfinite(learned.scale)) {
                throw DataError(ErrorCode::not_finite,
                                {.expected = "numbers whose variance is finite",
                                 .found = "one that is not",
                                 .where = who + ", column " + text::quoted(feature.name),
                                 .advice = "bring the numbers to a smaller unit by Derive"});
            }
        });
}

}  // namespace gasket::detail
