#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/normal.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/metrics.hpp"

namespace gasket {

/// An AUC with the variance that DeLong, DeLong & Clarke-Pearson found for it.
struct AucEstimate {
    double auc = 0;
    double variance = 0;
    /// normal interval at `level`, cut to [0, 1]
    double low = 0;
    double high = 0;
    double level = 0.95;

    [[nodiscard]] double standard_error() const noexcept { return std::sqrt(variance); }
    [[nodiscard]] Json to_json() const {
        return json_object(
            {{"auc", auc}, {"variance", variance}, {"low", low}, {"high", high}, {"level", level}});
    }
    friend std::ostream& operator<<(std::ostream& out, const AucEstimate& e) {
        return out << text::fixed(e.auc, 4) << " [" << text::fixed(e.low, 4) << ", " << text::fixed(e.high, 4)
                   << "] at " << text::percent(e.level, 0);
    }
};

/// Two AUCs on the same rows.
struct AucComparison {
    AucEstimate first;
    AucEstimate second;
    /// of the two AUCs
    double covariance = 0;
    /// first less second, and its variance and interval
    double difference = 0;
    double variance = 0;
    double low = 0;
    double high = 0;
    /// difference in standard errors; 0 where both are the same
    double z = 0;
    /// two-sided chance of such a difference between models that are equally good
    double p_value = 1;

    [[nodiscard]] Json to_json() const {
        return json_object({{"first", first.to_json()},
                            {"second", second.to_json()},
                            {"covariance", covariance},
                            {"difference", difference},
                            {"variance", variance},
                            {"low", low},
                            {"high", high},
                            {"z", z},
                            {"p_value", p_value}});
    }
    friend std::ostream& operator<<(std::ostream& out, const AucComparison& c) {
        return out << text::fixed(c.first.auc, 4) << " - " << text::fixed(c.second.auc, 4) << " = "
                   << text::fixed(c.difference, 4) << " [" << text::fixed(c.low, 4) << ", "
                   << text::fixed(c.high, 4) << "] at " << text::percent(c.first.level, 0) << ", p "
                   << text::compact(c.p_value, 3);
    }
};

namespace detail {

/// For each row the share of the rows of the other class that it stands on the right side of, ties half.
struct Placements {
    std::vector<double> positives;
    std::vector<double> negatives;
    double auc = 0;

    Placements(std::span<const double> truth, std::span<const double> score) {
        std::vector<double> up;
        std::vector<double> down;
        for (std::size_t i = 0; i < truth.size(); ++i) (truth[i] == 1 ? up : down).push_back(score[i]);
        const auto below = [](const std::vector<double>& sorted, double x) {
            const auto [from, to] = std::equal_range(sorted.begin(), sorted.end(), x);
            return (static_cast<double>(from - sorted.begin()) + static_cast<double>(to - sorted.begin())) /
                   2 / static_cast<double>(sorted.size());
        };
        std::vector<double> sorted_up = up;
        std::vector<double> sorted_down = down;
        std::sort(sorted_up.begin(), sorted_up.end());
        std::sort(sorted_down.begin(), sorted_down.end());
        Sum sum;
        for (const double x : up) {
            positives.push_back(below(sorted_down, x));
            sum.add(positives.back());
        }
        for (const double x : down) negatives.push_back(1 - below(sorted_up, x));
        auc = sum.value() / static_cast<double>(up.size());
    }
};

/// The covariance of the AUCs of two such lists of placements.
inline double auc_covariance(const Placements& a, const Placements& b) {
    const auto part = [&](const std::vector<double>& x, const std::vector<double>& y) {
        Sum sum;
        for (std::size_t i = 0; i < x.size(); ++i) sum.add((x[i] - a.auc) * (y[i] - b.auc));
        const auto n = static_cast<double>(x.size());
        return sum.value() / (n - 1) / n;
    };
    return part(a.positives, b.positives) + part(a.negatives, b.negatives);
}

inline AucEstimate auc_estimate(const Placements& p, double level) {
    const double variance = auc_covariance(p, p);
    const double reach = normal_quantile((1 + level) / 2) * std::sqrt(variance);
    return {p.auc, variance, std::max(0.0, p.auc - reach), std::min(1.0, p.auc + reach), level};
}

inline void check_delong(std::span<const double> truth, std::span<const double> score, double level) {
    require_option(level > 0 && level < 1, "delong level", text::shortest(level), "above 0, below 1");
    check_metric("delong", truth, score, {}, true);
    const auto positives = std::count(truth.begin(), truth.end(), 1.0);
    if (positives < 2 || static_cast<std::size_t>(positives) + 2 > truth.size()) {
        throw_metric("delong", "two rows of each class at least",
                     std::to_string(positives) + " positives in " + std::to_string(truth.size()) + " rows",
                     "give more rows");
    }
}

}  // namespace detail

/// The AUC with its variance and interval, without drawing anything. Rows weigh alike. O(n log n). throws
/// DataError (fewer than two rows of a class), OptionError (level)
/// reference: DeLong, DeLong & Clarke-Pearson, Comparing the areas under two or more correlated receiver
/// operating characteristic curves, 1988; by sorting, after Sun & Xu, Fast implementation of DeLong's
/// algorithm, 2014
[[nodiscard]] inline AucEstimate delong(std::span<const double> truth, std::span<const double> score,
                                        double level = 0.95) {
    detail::check_delong(truth, score, level);
    return detail::auc_estimate(detail::Placements(truth, score), level);
}

/// Whether two models differ in AUC, by their scores for the same rows. Cost, errors and source as above.
[[nodiscard]] inline AucComparison delong(std::span<const double> truth, std::span<const double> first,
                                          std::span<const double> second, double level = 0.95) {
    detail::check_delong(truth, first, level);
    detail::check_delong(truth, second, level);
    const detail::Placements a(truth, first);
    const detail::Placements b(truth, second);
    AucComparison out{.first = detail::auc_estimate(a, level), .second = detail::auc_estimate(b, level)};
    out.covariance = detail::auc_covariance(a, b);
    out.difference = a.auc - b.auc;
    out.variance = std::max(0.0, out.first.variance + out.second.variance - 2 * out.covariance);
    const double error = std::sqrt(out.variance);
    const double reach = normal_quantile((1 + level) / 2) * error;
    out.low = out.difference - reach;
    out.high = out.difference + reach;
    // Rankings that agree in everything leave nothing to test.
    if (error > 0) out.z = out.difference / error;
    out.p_value = error > 0 ? 2 * normal_cdf(-std::abs(out.z)) : (out.difference == 0 ? 1 : 0);
    return out;
}

}  // namespace gasket
