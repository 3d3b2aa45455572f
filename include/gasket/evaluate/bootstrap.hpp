#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/normal.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/random.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/scored_rows.hpp"

namespace gasket {

/// How a bootstrap interval is read off the resamples.
enum class BootstrapInterval {
    percentile,  ///< their quantiles
    bca,  ///< quantiles moved by the bias and the skewness found: nearer to the level for skewed metrics
};

struct BootstrapOptions {
    /// at least 2; the ends of an interval need a thousand or more
    std::size_t resamples = 2000;
    std::uint64_t seed = 42;
    /// above 0, below 1
    double level = 0.95;
    BootstrapInterval interval = BootstrapInterval::percentile;
    /// classes keep their numbers of rows in every resample; not for regression
    bool stratified = false;
    /// one a row, or none: rows of one group are drawn together, since they are not independent of each other
    std::vector<std::int64_t> groups = {};
};

/// A figure with the range that holds its true value at the level, as far as the rows tell.
struct Interval {
    double value = 0;
    double low = 0;
    double high = 0;
    double level = 0.95;
    double standard_error = 0;
    /// resamples in which the metric had no value, such as an AUC where all rows drawn are of one class; left
    /// out
    std::size_t without_value = 0;

    /// Whether a difference of 0 is outside.
    [[nodiscard]] bool excludes(double x) const noexcept { return x < low || x > high; }
    [[nodiscard]] Json to_json() const {
        return json_object({{"value", value},
                            {"low", low},
                            {"high", high},
                            {"level", level},
                            {"standard_error", standard_error},
                            {"without_value", without_value}});
    }
    friend std::ostream& operator<<(std::ostream& out, const Interval& i) {
        return out << text::fixed(i.value, 4) << " [" << text::fixed(i.low, 4) << ", "
                   << text::fixed(i.high, 4) << "] at " << text::percent(i.level, 0);
    }
};

namespace detail {

/// What is drawn: rows, or whole groups, from each stratum as many as it has.
class ResamplePlan {
  public:
    ResamplePlan(const ScoredRows& rows, const BootstrapOptions& options) {
        const std::size_t n = rows.rows();
        require_option(options.resamples >= 2 && options.resamples <= 10'000'000, "bootstrap resamples",
                       std::to_string(options.resamples), "2 to 10,000,000");
        require_option(options.level > 0 && options.level < 1, "bootstrap level",
                       text::shortest(options.level), "above 0, below 1");
        require_option(options.groups.empty() || options.groups.size() == n, "bootstrap groups",
                       std::to_string(options.groups.size()),
                       "one for each of " + std::to_string(n) + " rows, or none");
        require_option(!options.stratified || options.groups.empty(), "bootstrap stratified", "with groups",
                       "stratified or groups, not both: a group may hold rows of all classes");
        require_option(!options.stratified || rows.target.task != Task::regression, "bootstrap stratified",
                       "a regression target", "a target with classes");
        std::map<std::int64_t, std::size_t> group_at;
        std::map<double, std::size_t> stratum_at;
        for (std::size_t r = 0; r < n; ++r) {
            const std::size_t group =
                options.groups.empty() ? r
                                       : group_at.try_emplace(options.groups[r], units_.size()).first->second;
            if (group < units_.size()) {
                units_[group].push_back(r);
                continue;
            }
            const double key = options.stratified ? rows.truth[r] : 0;
            const std::size_t stratum = stratum_at.try_emplace(key, strata_.size()).first->second;
            if (stratum == strata_.size()) strata_.emplace_back();
            strata_[stratum].push_back(units_.size());
            units_.push_back({r});
        }
        if (units_.size() < 2)
            throw_metric("bootstrap", "two rows or groups at least", std::to_string(units_.size()),
                         "give more rows");
    }

    /// The rows of one resample, in the order drawn.
    void draw(Random& random, std::vector<std::size_t>& out) const {
        out.clear();
        for (const auto& stratum : strata_) {
            for (std::size_t i = 0; i < stratum.size(); ++i) {
                const auto& unit = units_[stratum[random.below(stratum.size())]];
                out.insert(out.end(), unit.begin(), unit.end());
            }
        }
    }

    /// In how many parts the jackknife leaves units out: one each up to 500, else blocks drawn at random, of
    /// which skewness can be told as well.
    [[nodiscard]] std::size_t jackknife_parts() const noexcept {
        return std::min<std::size_t>(units_.size(), 500);
    }
    /// All rows but those of one part.
    void leave_out(std::size_t part, std::span<const std::size_t> order,
                   std::vector<std::size_t>& out) const {
        out.clear();
        for (std::size_t i = 0; i < order.size(); ++i) {
            if (i % jackknife_parts() == part) continue;
            const auto& unit = units_[order[i]];
            out.insert(out.end(), unit.begin(), unit.end());
        }
    }
    [[nodiscard]] std::size_t units() const noexcept { return units_.size(); }

  private:
    std::vector<std::vector<std::size_t>> units_;
    std::vector<std::vector<std::size_t>> strata_;
};

/// How far values lean to one side as units are left out: the acceleration of BCa.
template <class Statistic>
double acceleration(const ResamplePlan& plan, std::uint64_t seed, const Statistic& statistic) {
    std::vector<std::size_t> order(plan.units());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (plan.jackknife_parts() < plan.units()) {
        Random random(derive_seed(seed, 0));
        random.shuffle(std::span<std::size_t>(order));
    }
    std::vector<double> without(plan.jackknife_parts());
    parallel_for(without.size(), [&](std::size_t part) {
        std::vector<std::size_t> places;
        plan.leave_out(part, order, places);
        without[part] = statistic(places);
    });
    std::erase_if(without, [](double x) { return std::isnan(x); });
    Sum total;
    for (const double x : without) total.add(x);
    const double mean = total.value() / static_cast<double>(without.size());
    Sum squares;
    Sum cubes;
    for (const double x : without) {
        const double d = mean - x;
        squares.add(d * d);
        cubes.add(d * d * d);
    }
    return squares.value() > 0 ? cubes.value() / (6 * std::pow(squares.value(), 1.5)) : 0;
}

/// The interval of a statistic of row numbers; `value` is that of all rows. Resample b draws with a seed of
/// its own, so threads do not matter.
template <class Statistic>
Interval bootstrap(const ScoredRows& rows, const BootstrapOptions& options, double value,
                   const Statistic& statistic) {
    const ResamplePlan plan(rows, options);
    std::vector<double> found(options.resamples);
    parallel_blocks(options.resamples, 8, [&](std::size_t begin, std::size_t end) {
        std::vector<std::size_t> places;
        for (std::size_t b = begin; b < end; ++b) {
            Random random(derive_seed(options.seed, b + 1));
            plan.draw(random, places);
            found[b] = statistic(places);
        }
    });
    std::erase_if(found, [](double x) { return std::isnan(x); });
    if (found.size() < 2) {
        throw_metric("bootstrap", "resamples in which the metric has a value",
                     std::to_string(found.size()) + " of " + std::to_string(options.resamples),
                     "give more rows of each class, or set .stratified");
    }
    std::sort(found.begin(), found.end());
    const auto count = static_cast<double>(found.size());
    Sum sum;
    for (const double x : found) sum.add(x);
    Sum squares;
    for (const double x : found) squares.add((x - sum.value() / count) * (x - sum.value() / count));
    double low = (1 - options.level) / 2;
    double high = 1 - low;
    if (options.interval == BootstrapInterval::bca) {
        const auto [from, to] = std::equal_range(found.begin(), found.end(), value);
        const double below = static_cast<double>(from - found.begin()) + static_cast<double>(to - from) / 2;
        const double bias = normal_quantile(std::clamp(below / count, 0.5 / count, 1 - 0.5 / count));
        const double a = acceleration(plan, options.seed, statistic);
        const auto moved = [&](double q) {
            const double z = bias + normal_quantile(q);
            return 1 - a * z > 0 ? normal_cdf(bias + z / (1 - a * z)) : (z > 0 ? 1.0 : 0.0);
        };
        low = moved(low);
        high = moved(high);
    }
    return {.value = value,
            .low = quantile_of_sorted(found, low),
            .high = quantile_of_sorted(found, high),
            .level = options.level,
            .standard_error = std::sqrt(squares.value() / (count - 1)),
            .without_value = options.resamples - found.size()};
}

}  // namespace detail

/// The interval of a metric, by drawing as many rows as there are with replacement, again and again.
///
///     bootstrap_interval(auc, ScoredRows::of(model.predict(rows.table), rows), {.resamples = 2000})
///
/// O(resamples x metric), parallel; the same bits for any number of threads; bca adds up to 500 metrics
/// throws OptionError (options, a metric of another task), DataError as the metric
/// reference: Efron, Better bootstrap confidence intervals, 1987
[[nodiscard]] inline Interval bootstrap_interval(const Metric& metric, const ScoredRows& rows,
                                                 const BootstrapOptions& options = {}) {
    rows.check("bootstrap");
    const double value = detail::measure(metric, rows);
    return detail::bootstrap(rows, options, value, [&](std::span<const std::size_t> places) {
        detail::TakenRows taken;
        taken.take(rows, places);
        return taken.measure(metric, rows);
    });
}

/// The interval of the difference that `others`, the scores of another model for the same rows, make: metric
/// of `rows` less metric of `others`. Both are measured on the same resamples, so what they share cancels.
/// Decisions of both are taken alike. Cost twice that of one; errors the same.
[[nodiscard]] inline Interval bootstrap_difference(const Metric& metric, const ScoredRows& rows,
                                                   std::span<const double> others,
                                                   const BootstrapOptions& options = {}) {
    ScoredRows second = rows;
    second.scores = others;
    rows.check("bootstrap");
    second.check("bootstrap");
    const double difference = detail::measure(metric, rows) - detail::measure(metric, second);
    return detail::bootstrap(rows, options, difference, [&](std::span<const std::size_t> places) {
        detail::TakenRows taken;
        taken.take(rows, places);
        const double first = taken.measure(metric, rows);
        taken.take(second, places);
        return first - taken.measure(metric, rows);
    });
}

}  // namespace gasket
