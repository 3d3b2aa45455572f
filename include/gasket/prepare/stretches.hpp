#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/prepare/event_index.hpp"

namespace gasket::detail {

/// Which places of a row of events count, and where the nearest ones are. make O(n)
class KnownPlaces {
  public:
    explicit KnownPlaces(const std::vector<char>& known)
        : before_(known.size() + 1, 0), next_(known.size() + 1, known.size()), last_(known.size() + 1, none) {
        for (std::size_t i = 0; i < known.size(); ++i) {
            before_[i + 1] = before_[i] + (known[i] != 0 ? 1 : 0);
            last_[i + 1] = known[i] != 0 ? i : last_[i];
        }
        for (std::size_t i = known.size(); i-- > 0;) next_[i] = known[i] != 0 ? i : next_[i + 1];
    }

    [[nodiscard]] std::size_t count(Stretch s) const noexcept { return before_[s.end] - before_[s.begin]; }
    /// The first and the last place of a stretch that counts, where `count` is not 0.
    [[nodiscard]] std::size_t first(Stretch s) const noexcept { return next_[s.begin]; }
    [[nodiscard]] std::size_t last(Stretch s) const noexcept { return last_[s.end]; }

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::vector<std::size_t> before_;  // how many before place i
    std::vector<std::size_t> next_;    // the first at place i or after it
    std::vector<std::size_t> last_;    // the last before place i
};

/// The least (or, by `std::greater`, the greatest) value of any stretch of a row of numbers; missing values
/// are passed over. make O(n), ask O(log n)   reference: the bottom-up segment tree
template <class Before>
class Extremes {
  public:
    explicit Extremes(std::span<const double> values) : size_(values.size()), tree_(2 * values.size()) {
        std::copy(values.begin(), values.end(), tree_.begin() + static_cast<std::ptrdiff_t>(size_));
        for (std::size_t i = size_; i-- > 1;) tree_[i] = better(tree_[2 * i], tree_[2 * i + 1]);
    }

    /// Missing where the stretch has no value.
    [[nodiscard]] double of(Stretch s) const {
        double best = missing;
        std::size_t low = s.begin + size_;
        std::size_t high = s.end + size_;
        for (; low < high; low /= 2, high /= 2) {
            if (low % 2 == 1) best = better(best, tree_[low++]);
            if (high % 2 == 1) best = better(best, tree_[--high]);
        }
        return best;
    }

  private:
    static double better(double a, double b) noexcept {
        if (is_missing(a)) return b;
        if (is_missing(b)) return a;
        return Before{}(b, a) ? b : a;
    }

    std::size_t size_;
    std::vector<double> tree_;
};

/// How many different values each of many stretches has. `value[i]` is the fingerprint of the value at place
/// i; places that do not count are passed over. A value counts where it does not stand again later in the
/// stretch: stretches are answered in the order of their ends, while a tree of counts (Fenwick, 1994) has a
/// mark at the latest place of every value.
///
/// O((values + stretches) log values)
inline std::vector<double> count_distinct(std::span<const std::uint64_t> value,
                                          const std::vector<char>& known,
                                          std::span<const Stretch> stretches) {
    std::vector<std::size_t> order(stretches.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return stretches[a].end != stretches[b].end ? stretches[a].end < stretches[b].end : a < b;
    });
    std::vector<std::int64_t> tree(value.size() + 1, 0);
    const auto mark = [&](std::size_t place, std::int64_t change) {
        for (std::size_t i = place + 1; i < tree.size(); i += i & (0 - i)) tree[i] += change;
    };
    const auto marks_before = [&](std::size_t place) {
        std::int64_t sum = 0;
        for (std::size_t i = place; i > 0; i -= i & (0 - i)) sum += tree[i];
        return sum;
    };
    std::unordered_map<std::uint64_t, std::size_t> latest;
    std::vector<double> out(stretches.size(), 0);
    std::size_t at = 0;
    for (const std::size_t q : order) {
        const Stretch s = stretches[q];
        for (; at < s.end; ++at) {
            if (known[at] == 0) continue;
            const auto [place, fresh] = latest.try_emplace(value[at], at);
            if (!fresh) mark(std::exchange(place->second, at), -1);
            mark(at, 1);
        }
        out[q] = static_cast<double>(marks_before(s.end) - marks_before(s.begin));
    }
    return out;
}

}  // namespace gasket::detail
