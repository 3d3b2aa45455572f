#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/data/detail/profile_target.hpp"
#include "gasket/data/detail/sort_doubles.hpp"
#include "gasket/data/profile.hpp"

namespace gasket::detail {

/// Sums of the finite values of one class: count, sum, sum of squares about the mean of all.
struct ClassMoments {
    std::size_t present = 0;  // not missing, infinite ones too
    std::size_t absent = 0;
    std::size_t count = 0;
    double sum = 0;
    double squares = 0;
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

/// Counts in `bins` bins of equal width over ascending finite values. O(bins log n)
inline std::vector<std::size_t> histogram_of(std::span<const double> sorted, std::size_t bins) {
    if (sorted.empty()) return {};
    const double low = sorted.front();
    const double width = (sorted.back() / static_cast<double>(bins) - low / static_cast<double>(bins));
    if (!(width > 0)) return {sorted.size()};
    std::vector<std::size_t> counts;
    std::size_t from = 0;
    for (std::size_t b = 1; b <= bins; ++b) {
        const double edge = low + width * static_cast<double>(b);
        const std::size_t to =
            b == bins ? sorted.size()
                      : static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), edge) -
                                                 sorted.begin());
        counts.push_back(to - std::min(from, to));
        from = std::max(from, to);
    }
    return counts;
}

/// Correlation with a numeric target over the rows that have both.
inline double correlation_of(std::span<const double> x, std::span<const double> y) {
    RunningSum sx, sy, sxx, sxy, syy;
    std::size_t n = 0;
    const auto both = [&](std::size_t i) { return std::isfinite(x[i]) && std::isfinite(y[i]); };
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (both(i)) sx.add(x[i]), sy.add(y[i]), ++n;
    }
    if (n < 2) return missing;
    const double mx = sx.value() / static_cast<double>(n);
    const double my = sy.value() / static_cast<double>(n);
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!both(i)) continue;
        const double dx = x[i] - mx;
        const double dy = y[i] - my;
        sxx.add(dx * dx), sxy.add(dx * dy), syy.add(dy * dy);
    }
    const double scale = std::sqrt(sxx.value()) * std::sqrt(syy.value());
    return scale > 0 ? std::clamp(sxy.value() / scale, -1.0, 1.0) : missing;
}

/// What the classes' means say: the correlation ratio, and for two classes the correlation.
inline void relate_to_classes(std::span<const ClassMoments> classes, double mean, LeakProfile& leak) {
    double n = 0;
    double sum = 0;
    double squares = 0;
    for (const ClassMoments& c : classes) {
        n += static_cast<double>(c.count);
        sum += c.sum;
        squares += c.squares;
    }
    if (n < 2) return;
    const double center = sum / n;
    const double total = squares - n * (center - mean) * (center - mean);
    double between = 0;
    for (const ClassMoments& c : classes) {
        if (c.count == 0) continue;
        const double d = c.sum / static_cast<double>(c.count) - center;
        between += static_cast<double>(c.count) * d * d;
    }
    if (!(total > 0)) return;
    leak.association = std::sqrt(std::clamp(between / total, 0.0, 1.0));
    if (classes.size() == 2 && classes[0].count > 0 && classes[1].count > 0) {
        const bool up = classes[1].sum / static_cast<double>(classes[1].count) > center;
        leak.correlation = up ? leak.association : -leak.association;
    }
}

/// All that a profile says of numbers. The values of each class are sorted apart and merged, so the one sort
/// gives quantiles, distinct values and the AUC. O(n).
inline NumbersFound profile_numbers(std::span<const double> values, const AuditTarget* target,
                                    std::size_t bins) {
    NumbersFound out;
    NumericProfile& p = out.profile;
    const bool classes = target != nullptr && target->classes > 0;
    const bool binary = target != nullptr && target->binary();
    // one more for rows without a class, at the end
    std::vector<ClassMoments> moments((classes ? target->classes : 0) + 1);
    std::vector<RunningSum> sums(moments.size());
    std::vector<std::vector<double>> groups(binary ? 3 : 1);
    const auto class_of = [&](std::size_t i) {
        return classes && target->codes[i] >= 0 ? static_cast<std::size_t>(target->codes[i])
                                                : moments.size() - 1;
    };
    for (auto& group : groups) group.reserve(binary ? 0 : values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double x = values[i];
        const std::size_t k = class_of(i);
        if (is_missing(x)) {
            ++moments[k].absent;
            continue;
        }
        ++moments[k].present;
        groups[binary ? k : 0].push_back(x);
        if (std::isinf(x)) {
            ++p.infinite;
            out.whole = false;
            continue;
        }
        p.zeros += x == 0 ? 1 : 0;
        p.negatives += x < 0 ? 1 : 0;
        out.whole = out.whole && x == std::floor(x);
        ++moments[k].count;
        sums[k].add(x);
    }
    double sum = 0;
    for (std::size_t k = 0; k < moments.size(); ++k) {
        moments[k].sum = sums[k].value();
        sum += moments[k].sum;
        p.count += moments[k].count;
        out.missing_count += moments[k].absent;
    }

    for (auto& group : groups) sort_doubles(group);
    if (binary) {
        const double auc = auc_of(groups[0], groups[1]);
        const double holes = auc_of_missing(moments[0].absent, moments[0].present + moments[0].absent,
                                            moments[1].absent, moments[1].present + moments[1].absent);
        out.leak.auc = std::isnan(auc) ? holes : std::max({auc, 1 - auc, holes});
        std::vector<double> all(groups[0].size() + groups[1].size());
        std::merge(groups[0].begin(), groups[0].end(), groups[1].begin(), groups[1].end(), all.begin());
        if (!groups[2].empty()) {
            std::vector<double> more(all.size() + groups[2].size());
            std::merge(all.begin(), all.end(), groups[2].begin(), groups[2].end(), more.begin());
            all.swap(more);
        }
        groups[0].swap(all);
    }
    const std::vector<double>& sorted = groups[0];
    for (std::size_t i = 0; i < sorted.size(); ++i)
        out.distinct += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
    std::size_t first = 0;
    while (first < sorted.size() && std::isinf(sorted[first]) && sorted[first] < 0) ++first;
    const std::span<const double> finite(sorted.data() + first, p.count);
    if (finite.empty()) {
        out.whole = false;
        return out;
    }

    p.min = finite.front();
    p.max = finite.back();
    p.q05 = quantile_of_sorted(finite, 0.05);
    p.q25 = quantile_of_sorted(finite, 0.25);
    p.q50 = quantile_of_sorted(finite, 0.50);
    p.q75 = quantile_of_sorted(finite, 0.75);
    p.q95 = quantile_of_sorted(finite, 0.95);
    p.histogram = histogram_of(finite, bins);
    out.flags = out.distinct == 2 && p.infinite == 0 && p.min == 0 && p.max == 1;

    const auto n = static_cast<double>(p.count);
    p.mean = sum / n;
    RunningSum cubes;
    std::vector<RunningSum> squares(moments.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double d = values[i] - p.mean;
        if (!std::isfinite(d)) continue;
        squares[class_of(i)].add(d * d);
        cubes.add(d * d * d);
    }
    double m2 = 0;
    for (std::size_t k = 0; k < moments.size(); ++k) m2 += moments[k].squares = squares[k].value();
    if (p.count > 1) p.std = p.min == p.max ? 0 : std::sqrt(m2 / (n - 1));
    if (p.count > 2) {
        p.skew = p.min == p.max || !(m2 > 0)
                     ? 0
                     : n * std::sqrt(n - 1) / (n - 2) * (cubes.value() / (m2 * std::sqrt(m2)));
    }
    if (classes) {
        relate_to_classes(std::span(moments).first(target->classes), p.mean, out.leak);
    } else if (target != nullptr && !target->numbers.empty()) {
        out.leak.correlation = correlation_of(values, target->numbers);
    }
    return out;
}

}  // namespace gasket::detail
