#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/random.hpp"
#include "gasket/evaluate/search_space.hpp"

namespace gasket {

/// One round of a search: the best `candidates` of the round before, each with `share` of the resource.
struct Rung {
    double share = 1;
    std::size_t candidates = 0;
};

namespace detail {

/// Every combination; the last option changes fastest. Ranges give `points` values, spread evenly.
inline std::vector<Point> whole_grid(const std::vector<Axis>& axes, std::size_t points,
                                     std::string_view name) {
    require_option(points >= 1, std::string(name) + ".points", std::to_string(points), "at least 1");
    constexpr std::size_t most = 100000;
    std::size_t count = 1;
    for (const Axis& axis : axes) {
        count *= axis.values == 0 ? points : axis.values;
        require_option(count <= most, std::string(name),
                       "more than " + std::to_string(most) + " combinations",
                       "a grid that can be walked; RandomSearch tries some of many");
    }
    std::vector<Point> grid(count, Point(axes.size()));
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t rest = i;
        for (std::size_t a = axes.size(); a-- > 0;) {
            const std::size_t n = axes[a].values == 0 ? points : axes[a].values;
            const auto k = static_cast<double>(rest % n);
            rest /= n;
            // of a list the middle of each share; of a range from end to end
            grid[i][a] = axes[a].values > 0 ? (k + 0.5) / static_cast<double>(n)
                         : n == 1           ? 0.5
                                            : std::min(k / static_cast<double>(n - 1), 0x1.fffffffffffffp-1);
        }
    }
    return grid;
}

/// Combinations drawn at random, none twice: all of them where there are no more. The first of many are those
/// of few.
inline std::vector<Point> drawn(const std::vector<Axis>& axes, std::size_t trials, std::uint64_t seed) {
    std::vector<Point> out;
    std::set<std::string> seen;
    for (std::size_t k = 0; out.size() < trials && k < 200 * trials; ++k) {
        Random random(derive_seed(seed, k));
        Point point;
        std::string key;
        for (const Axis& axis : axes) {
            point.push_back(random.uniform());
            key += axis.value(point.back()).dump() + "\n";
        }
        if (seen.insert(key).second) out.push_back(std::move(point));
    }
    return out;
}

}  // namespace detail

/// Tries every combination. fits combinations x folds
struct GridSearch {
    static constexpr std::string_view name = "grid search";

    /// values that a range is cut into, its ends among them
    std::size_t points = 3;

    [[nodiscard]] std::vector<detail::Point> candidates(const std::vector<detail::Axis>& axes) const {
        return detail::whole_grid(axes, points, name);
    }
    [[nodiscard]] std::vector<Rung> rungs(std::size_t count) const { return {{1, count}}; }
};

/// Tries combinations drawn at random, none twice. With more trials the first ones stay the same. Better than
/// a grid of as many trials where few of the options matter. fits trials x folds
///
/// reference: Bergstra & Bengio, Random search for hyper-parameter optimization, 2012
struct RandomSearch {
    static constexpr std::string_view name = "random search";

    std::size_t trials = 30;
    std::uint64_t seed = 42;

    [[nodiscard]] std::vector<detail::Point> candidates(const std::vector<detail::Axis>& axes) const {
        detail::require_option(trials >= 1, "RandomSearch.trials", std::to_string(trials), "at least 1");
        return detail::drawn(axes, trials, seed);
    }
    [[nodiscard]] std::vector<Rung> rungs(std::size_t count) const { return {{1, count}}; }
};

/// Gives many candidates little, and more to those that did best with it: in each rung a `factor`-th of the
/// candidates goes on with `factor` times as much. The resource is the training rows of each fold, a
/// stratified sample that each rung adds to, or the option that the space names by `resource`; the last rung
/// has all of it. All candidates of a rung learn from the same rows and are judged by the same, whole,
/// validation rows.
///
/// reference: Jamieson & Talwalkar, Non-stochastic best arm identification and hyperparameter optimization,
/// 2016
struct SuccessiveHalving {
    static constexpr std::string_view name = "successive halving";

    /// drawn at random; 0: every combination
    std::size_t trials = 0;
    /// at least 1
    std::size_t rounds = 3;
    /// above 1
    double factor = 3;
    /// values that a range is cut into where every combination is tried
    std::size_t points = 3;
    std::uint64_t seed = 42;

    [[nodiscard]] std::vector<detail::Point> candidates(const std::vector<detail::Axis>& axes) const {
        return trials == 0 ? detail::whole_grid(axes, points, name) : detail::drawn(axes, trials, seed);
    }
    [[nodiscard]] std::vector<Rung> rungs(std::size_t count) const {
        detail::require_option(rounds >= 1 && rounds <= 20, "SuccessiveHalving.rounds",
                               std::to_string(rounds), "from 1 to 20");
        detail::require_option(factor > 1 && factor <= 1000, "SuccessiveHalving.factor",
                               std::to_string(factor), "above 1, at most 1000");
        std::vector<Rung> out;
        for (std::size_t r = 0; r < rounds; ++r) {
            const double share = std::pow(factor, -static_cast<double>(rounds - 1 - r));
            const double left = static_cast<double>(count) * std::pow(factor, -static_cast<double>(r));
            out.push_back(
                {share, std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(left - 1e-9)))});
        }
        return out;
    }
};

}  // namespace gasket
