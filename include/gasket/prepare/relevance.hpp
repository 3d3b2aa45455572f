#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/prepare/bin_edges.hpp"
#include "gasket/prepare/sorted_present.hpp"

/// How much a number has to do with the target. `labels` are class indices, or numbers.
namespace gasket::detail {

/// The F statistic of a one-way analysis of variance: how far the classes' means lie apart, in units of the
/// scatter within classes. Missing where there is one class only, or no scatter at all. (Fisher, 1925)
[[nodiscard]] inline double anova_f(std::span<const double> values, std::span<const double> labels,
                                    std::size_t classes) {
    std::vector<Sum> sums(classes);
    std::vector<double> rows(classes, 0.0), means(classes, 0.0);
    Sum total, within, between;
    const double shift = values.front();  // so that ids of many digits keep them all
    const auto class_of = [&](std::size_t r) { return static_cast<std::size_t>(labels[r]); };
    for (std::size_t r = 0; r < values.size(); ++r) {
        sums[class_of(r)].add(values[r] - shift);
        total.add(values[r] - shift);
        rows[class_of(r)] += 1;
    }
    const auto n = static_cast<double>(values.size());
    const double mean = total.value() / n;
    double groups = 0;
    for (std::size_t c = 0; c < classes; ++c) {
        if (rows[c] == 0) continue;
        groups += 1;
        means[c] = sums[c].value() / rows[c];
        between.add(rows[c] * (means[c] - mean) * (means[c] - mean));
    }
    for (std::size_t r = 0; r < values.size(); ++r) {
        const double rest = values[r] - shift - means[class_of(r)];
        within.add(rest * rest);
    }
    return (between.value() / (groups - 1)) / (within.value() / (n - groups));
}

/// The F statistic of a line through the target's numbers: r^2 / (1 - r^2) (n - 2), r being the correlation.
[[nodiscard]] inline double regression_f(double correlation, std::size_t rows) noexcept {
    const double square = correlation * correlation;
    return square / (1 - square) * (static_cast<double>(rows) - 2);
}

/// Pearson's chi-square of the values' sums by class against those that the classes' shares of the rows would
/// give. For counts and 0/1 features.
[[nodiscard]] inline double chi_square_score(std::span<const double> values, std::span<const double> labels,
                                             std::size_t classes) {
    std::vector<Sum> observed(classes);
    std::vector<double> rows(classes, 0.0);
    Sum total;
    for (std::size_t r = 0; r < values.size(); ++r) {
        const auto c = static_cast<std::size_t>(labels[r]);
        observed[c].add(values[r]);
        total.add(values[r]);
        rows[c] += 1;
    }
    Sum out;
    for (std::size_t c = 0; c < classes; ++c) {
        const double expected = total.value() * rows[c] / static_cast<double>(values.size());
        const double difference = observed[c].value() - expected;
        if (rows[c] > 0) out.add(difference * difference / expected);
    }
    return out.value();
}

/// Numbers as small codes; missing is the last.
struct Coded {
    std::vector<std::size_t> codes;
    std::size_t count = 0;
};

/// Codes numbers by bins of about equally many rows, `bins` of them or a few more: a value that fills a bin
/// has it to itself. Values no more than `bins` are not thrown together. O(rows).
[[nodiscard]] inline Coded code_values(std::span<const double> values, std::size_t bins) {
    const std::vector<double> sorted = sorted_present(values);
    const std::size_t full = (sorted.size() + bins - 1) / bins;
    std::vector<std::size_t> starts;  // of each run of equal values
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (i == 0 || sorted[i] > sorted[i - 1]) starts.push_back(i);
    }
    const bool few = starts.size() <= bins;
    starts.push_back(sorted.size());
    std::vector<double> edges;
    std::size_t begin = 0;  // of the bin at hand
    for (std::size_t k = 1; k + 1 < starts.size(); ++k) {
        const std::size_t at = starts[k];
        if (few || at - begin >= full || starts[k + 1] - at >= full) {
            edges.push_back(sorted[at]);
            begin = at;
        }
    }
    Coded out{.codes = {}, .count = edges.size() + 2};
    out.codes.reserve(values.size());
    for (const double x : values) out.codes.push_back(std::isnan(x) ? edges.size() + 1 : bin_of(edges, x));
    return out;
}

/// The mutual information of two codings, in nats: what knowing one tells of the other. (Shannon, 1948)
[[nodiscard]] inline double mutual_information(const Coded& a, const Coded& b) {
    std::vector<double> joint(a.count * b.count, 0.0), of_a(a.count, 0.0), of_b(b.count, 0.0);
    for (std::size_t r = 0; r < a.codes.size(); ++r) {
        joint[a.codes[r] * b.count + b.codes[r]] += 1;
        of_a[a.codes[r]] += 1;
        of_b[b.codes[r]] += 1;
    }
    const auto n = static_cast<double>(a.codes.size());
    Sum out;
    for (std::size_t i = 0; i < a.count; ++i) {
        for (std::size_t j = 0; j < b.count; ++j) {
            const double both = joint[i * b.count + j];
            if (both > 0) out.add(both / n * std::log(both * n / (of_a[i] * of_b[j])));
        }
    }
    return std::max(0.0, out.value());
}

}  // namespace gasket::detail
