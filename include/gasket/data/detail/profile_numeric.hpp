#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/prefetch.hpp"
#include "gasket/data/detail/correlate.hpp"
#include "gasket/data/detail/profile_target.hpp"
#include "gasket/data/detail/ranking.hpp"
#include "gasket/data/profile.hpp"

namespace gasket::detail {

/// The values of one class: how many, and of the finite ones the sum and the sum of squares about the mean of
/// all.
struct ClassMoments {
    std::size_t rows = 0;
    std::size_t absent = 0;
    std::size_t infinite = 0;
    double sum = 0;
    double squares = 0;

    [[nodiscard]] std::size_t present() const noexcept { return rows - absent; }
    [[nodiscard]] std::size_t count() const noexcept { return rows - absent - infinite; }
};

struct NumbersFound {
    NumericProfile profile;
    LeakProfile leak;
    std::size_t missing_count = 0;
    std::size_t distinct = 0;
    bool whole = true;
    bool flags = false;
};

/// Adds in runs of 256, so that rounding does not grow with the number of values.
class RunningSum {
  public:
    void add(double x) noexcept {
        run_ += x;
        if (++length_ == 256) {
            total_.add(std::exchange(run_, 0.0));
            length_ = 0;
        }
    }
    [[nodiscard]] double value() const noexcept {
        Sum s = total_;
        s.add(run_);
        return s.value();
    }

  private:
    double run_ = 0;
    unsigned length_ = 0;
    Sum total_;
};

/// Adds up to thousands of values of each class in four sums that do not wait for one another, and those with
/// what rounding took from them: exact to about one part in 10^15 for any number of values.
class ClassSums {
  public:
    explicit ClassSums(std::size_t classes) : lanes_(4 * classes, 0), totals_(classes) {}

    /// Values given between two calls of close() have `i` in any order.
    void add(std::size_t i, std::size_t k, double x) noexcept { lanes_[4 * k + i % 4] += x; }
    void close() noexcept {
        for (std::size_t l = 0; l < lanes_.size(); ++l) totals_[l / 4].add(std::exchange(lanes_[l], 0.0));
    }
    [[nodiscard]] double value(std::size_t k) const noexcept { return totals_[k].value(); }

  private:
    std::vector<double> lanes_;
    std::vector<Sum> totals_;
};

/// The finite ones of ranked values.
struct FiniteRanked {
    const Ranking& ranking;
    std::size_t first;
    std::size_t count;

    [[nodiscard]] double operator[](std::size_t i) const noexcept { return ranking[first + i]; }
    [[nodiscard]] double quantile(double q) const noexcept {
        return quantile_of_sorted(count, q, [&](std::size_t i) { return (*this)[i]; });
    }
    /// How many are below x. O(log n)
    [[nodiscard]] std::size_t below(double x) const noexcept {
        std::size_t low = 0;
        for (std::size_t left = count; left > 0;) {
            const std::size_t half = left / 2;
            const bool under = (*this)[low + half] < x;
            low += under ? half + 1 : 0;
            left = under ? left - half - 1 : half;
        }
        return low;
    }
};

/// Counts in `bins` bins of equal width from `low` to `high`, both included. O(bins log n)
inline std::vector<std::size_t> histogram_of(const FiniteRanked& sorted, double low, double high,
                                             std::size_t bins) {
    const double width = high / static_cast<double>(bins) - low / static_cast<double>(bins);
    if (!(width > 0)) return {};
    std::vector<std::size_t> counts;
    std::size_t from = sorted.below(low);
    for (std::size_t b = 1; b <= bins; ++b) {
        const std::size_t to = b == bins ? sorted.below(std::nextafter(high, HUGE_VAL))
                                         : sorted.below(low + width * static_cast<double>(b));
        counts.push_back(to - std::min(from, to));
        from = std::max(from, to);
    }
    return counts;
}

/// What the classes' means say: the correlation ratio, and for two classes the correlation.
inline void relate_to_classes(std::span<const ClassMoments> classes, double mean, LeakProfile& leak) {
    double n = 0;
    double sum = 0;
    double squares = 0;
    for (const ClassMoments& c : classes) {
        n += static_cast<double>(c.count());
        sum += c.sum;
        squares += c.squares;
    }
    if (n < 2) return;
    const double center = sum / n;
    const double total = squares - n * (center - mean) * (center - mean);
    double between = 0;
    for (const ClassMoments& c : classes) {
        if (c.count() == 0) continue;
        const double d = c.sum / static_cast<double>(c.count()) - center;
        between += static_cast<double>(c.count()) * d * d;
    }
    if (!(total > 0)) return;
    leak.association = std::sqrt(std::clamp(between / total, 0.0, 1.0));
    if (classes.size() == 2 && classes[0].count() > 0 && classes[1].count() > 0) {
        const bool up = classes[1].sum / static_cast<double>(classes[1].count()) > center;
        leak.correlation = up ? leak.association : -leak.association;
    }
}

/// What is counted of some numbers that are all finite and not huge (`plain`); otherwise nothing is said.
struct BlockCounts {
    bool plain = false;
    bool whole = false;
    std::size_t zeros = 0;
    std::size_t negatives = 0;
};

/// By the bits of the numbers, since processors of 1999 can count those side by side. 0.5 ns a number
inline BlockCounts count_block(std::span<const double> values) noexcept {
    constexpr std::uint64_t sign = std::uint64_t{1} << 63;
    constexpr auto huge = std::bit_cast<std::uint64_t>(0x1p51);
    std::uint64_t plain = 0;
    std::uint64_t fraction = 0;
    std::uint64_t zeros = 0;
    std::uint64_t negatives = 0;
    for (const double x : values) {
        constexpr double round = 0x1.8p52;  // once it has been added there is no room for a fraction
        const auto bits = std::bit_cast<std::uint64_t>(x);
        const std::uint64_t size = bits & ~sign;
        const std::uint64_t zero = (size - 1) >> 63;
        plain += (size - huge) >> 63;
        zeros += zero;
        negatives += (bits >> 63) & ~zero;
        fraction |=
            std::bit_cast<std::uint64_t>((x + round) - round + 0.0) ^ std::bit_cast<std::uint64_t>(x + 0.0);
    }
    return {plain == values.size(), fraction == 0, zeros, negatives};
}

/// Looks at the numbers of one column after the other; kept, it allocates little.
class NumbersProfiler {
  public:
    /// `places` becomes as Ranking::places() says. O(rows)
    NumbersFound profile(std::span<const double> values, const AuditTarget* target, std::size_t bins,
                         std::vector<std::uint32_t>& places) {
        NumbersFound out;
        classes_ = target != nullptr && target->classes > 0 ? target->classes : 0;
        codes_ = classes_ > 0 ? target->codes.data() : nullptr;
        moments_.assign(classes_ + 1, {});
        if (classes_ == 0) moments_[0].rows = values.size();
        for (std::size_t k = 0; classes_ > 0 && k <= classes_; ++k) moments_[k].rows = target->rows[k];
        add_up(values, out);
        places.resize(values.size());
        if (classes_ == 2) out.leak.auc = auc(values, places);
        ranking_.sort(values);
        ranking_.places(places);
        if (classes_ == 2 && moments_[2].present() == 0) out.leak.auc = auc_of_places(places, target->codes);
        if (classes_ == 2) {
            const double holes =
                auc_of_missing(moments_[0].absent, moments_[0].rows, moments_[1].absent, moments_[1].rows);
            out.leak.auc =
                std::isnan(out.leak.auc) ? holes : std::max({out.leak.auc, 1 - out.leak.auc, holes});
        }
        out.distinct = ranking_.distinct();
        NumericProfile& p = out.profile;
        if (p.count == 0) {
            out.whole = false;
            return out;
        }
        const FiniteRanked finite{ranking_, p.infinite == 0 ? 0 : first_finite(), p.count};
        p.min = finite[0];
        p.max = finite[p.count - 1];
        p.q05 = finite.quantile(0.05);
        p.q25 = finite.quantile(0.25);
        p.q50 = finite.quantile(0.50);
        p.q75 = finite.quantile(0.75);
        p.q95 = finite.quantile(0.95);
        p.histogram = histogram_of(finite, p.min, p.max, bins);
        if (p.histogram.empty()) p.histogram = {p.count};  // one value
        p.middle = histogram_of(finite, p.q05, p.q95, bins);
        out.flags = out.distinct == 2 && p.infinite == 0 && p.min == 0 && p.max == 1;
        spread(values, p);
        if (classes_ > 0) {
            relate_to_classes(std::span(moments_).first(classes_), p.mean, out.leak);
        } else if (target != nullptr && !target->numbers.empty()) {
            out.leak.correlation = correlation_of(values, target->numbers, p.mean);
        }
        return out;
    }

  private:
    static constexpr std::size_t block = 1024;

    /// The class of a row; rows without one come last.
    [[nodiscard]] std::size_t class_of(std::size_t i) const noexcept {
        if (codes_ == nullptr) return 0;
        return codes_[i] >= 0 ? static_cast<std::size_t>(codes_[i]) : classes_;
    }

    /// Counts and sums: `moments_` but for the squares, and the mean.
    void add_up(std::span<const double> values, NumbersFound& out) {
        NumericProfile& p = out.profile;
        ClassSums sums(classes_ + 1);
        for (std::size_t begin = 0; begin < values.size(); begin += block) {
            const std::size_t end = std::min(values.size(), begin + block);
            prefetch(values, end, block);
            const BlockCounts counts = count_block(values.subspan(begin, end - begin));
            if (counts.plain) {
                p.zeros += counts.zeros;
                p.negatives += counts.negatives;
                out.whole = out.whole && counts.whole;
                for (std::size_t i = begin; i < end; ++i) sums.add(i, class_of(i), values[i]);
            } else {
                for (std::size_t i = begin; i < end; ++i) add_up_one(values[i], i, sums, out);
            }
            sums.close();
        }
        double sum = 0;
        for (std::size_t k = 0; k < moments_.size(); ++k) {
            moments_[k].sum = sums.value(k);
            sum += moments_[k].sum;
            p.count += moments_[k].count();
            out.missing_count += moments_[k].absent;
        }
        p.mean = p.count > 0 ? sum / static_cast<double>(p.count) : missing;
    }

    void add_up_one(double x, std::size_t i, ClassSums& sums, NumbersFound& out) {
        const std::size_t k = class_of(i);
        if (is_missing(x)) {
            ++moments_[k].absent;
        } else if (std::isinf(x)) {
            ++moments_[k].infinite;
            ++out.profile.infinite;
            out.whole = false;
        } else {
            sums.add(i, k, x);
            out.profile.zeros += x == 0 ? 1 : 0;
            out.profile.negatives += x < 0 ? 1 : 0;
            out.whole = out.whole && x == std::floor(x);
        }
    }

    /// The AUC where some rows have no class: they are left out of the ranks.
    double auc(std::span<const double> values, std::vector<std::uint32_t>& places) {
        if (moments_[2].present() == 0) return missing;
        std::vector<double> known(values.begin(), values.end());
        for (std::size_t i = 0; i < known.size(); ++i) known[i] = codes_[i] < 0 ? missing : known[i];
        ranking_.sort(known);
        ranking_.places(places);
        return auc_of_places(places, {codes_, values.size()});
    }

    [[nodiscard]] std::size_t first_finite() const noexcept {
        std::size_t first = 0;
        while (std::isinf(ranking_[first]) && ranking_[first] < 0) ++first;
        return first;
    }

    /// Standard deviation, skewness and the classes' squares.
    void spread(std::span<const double> values, NumericProfile& p) {
        ClassSums squares(classes_ + 1);
        ClassSums cubes(1);
        for (std::size_t begin = 0; begin < values.size(); begin += block) {
            const std::size_t end = std::min(values.size(), begin + block);
            prefetch(values, end, block);
            for (std::size_t i = begin; i < end; ++i) {
                const double d = values[i] - p.mean;
                const double square =
                    std::abs(values[i]) < std::numeric_limits<double>::infinity() ? d * d : 0;
                squares.add(i, class_of(i), square);
                cubes.add(i, 0, square > 0 ? square * d : 0);
            }
            squares.close();
            cubes.close();
        }
        double m2 = 0;
        for (std::size_t k = 0; k < moments_.size(); ++k) m2 += moments_[k].squares = squares.value(k);
        const auto n = static_cast<double>(p.count);
        if (p.count > 1) p.std = p.min == p.max ? 0 : std::sqrt(m2 / (n - 1));
        if (p.count > 2) {
            p.skew = p.min == p.max || !(m2 > 0)
                         ? 0
                         : n * std::sqrt(n - 1) / (n - 2) * (cubes.value(0) / (m2 * std::sqrt(m2)));
        }
    }

    std::size_t classes_ = 0;
    const std::int32_t* codes_ = nullptr;
    std::vector<ClassMoments> moments_;  // one more for rows without a class, at the end
    Ranking ranking_;
};

}  // namespace gasket::detail
