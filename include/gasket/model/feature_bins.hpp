#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/data/detail/sort_doubles.hpp"
#include "gasket/model/edge_search.hpp"

namespace gasket::detail {

/// How the values of one feature become bins of one byte. Bin 0 is for missing values.
///
/// Numbers: bin b > 0 holds values above edge b - 2 and up to edge b - 1, so "in bin b or less" is "at most
/// edge b - 1". Categories: the commonest codes have a bin each, in bins 2 and up; bin 1 takes all others and
/// labels never seen.
struct FeatureBins {
    /// numbers: upper ends of bins 1, 2, ...; the last bin is open
    std::vector<double> edges;
    /// categories: bin of each code
    std::vector<std::uint8_t> bin_of_code;
    bool category = false;

    /// Number of bins, that of missing values included.
    [[nodiscard]] std::size_t size() const noexcept {
        if (!category) return edges.size() + 2;
        std::size_t most = 1;
        for (const std::uint8_t b : bin_of_code) most = std::max<std::size_t>(most, b);
        return most + 1;
    }

    /// The bin of one value.
    [[nodiscard]] std::uint8_t bin(double x) const noexcept {
        std::uint8_t out = 0;
        bin({&x, 1}, &out);
        return out;
    }
    /// The bin of each value.
    void bin(std::span<const double> values, std::uint8_t* out) const noexcept {
        if (category) {
            for (std::size_t r = 0; r < values.size(); ++r) {
                const double x = values[r];
                out[r] = std::isnan(x) ? std::uint8_t{0}
                         : x >= 0      ? bin_of_code[static_cast<std::size_t>(x)]
                                       : std::uint8_t{1};
            }
            return;
        }
        EdgeSearch(edges).codes(values, out);
    }
    /// The lowest and the highest bin that occur among some values, at least one.
    [[nodiscard]] std::pair<std::size_t, std::size_t> range(std::span<const double> values) const {
        constexpr std::size_t block = 4096;
        std::array<std::uint8_t, block> codes;
        std::uint8_t low = 255;
        std::uint8_t high = 0;
        for (std::size_t begin = 0; begin < values.size(); begin += block) {
            const std::size_t n = std::min(block, values.size() - begin);
            bin(values.subspan(begin, n), codes.data());
            for (std::size_t r = 0; r < n; ++r) {
                low = std::min(low, codes[r]);
                high = std::max(high, codes[r]);
            }
        }
        return {low, high};
    }
};

/// The rows whose values the bins of numbers are learned from: all, or above 200,000 about so many, chosen by
/// a hash of the row's number: no state, the same rows for every feature and number of threads.
inline std::vector<std::size_t> sample_rows(std::size_t rows) {
    constexpr std::size_t most = 200000;
    std::vector<std::size_t> out;
    const auto limit =
        rows <= most
            ? ~std::uint64_t{0}
            : static_cast<std::uint64_t>(static_cast<double>(most) / static_cast<double>(rows) * 0x1.0p64);
    for (std::size_t r = 0; r < rows; ++r) {
        if (mix64(r) <= limit) out.push_back(r);
    }
    return out;
}

/// Learns the bins of a numeric feature from some of its rows: at most `most` bins besides that for missing
/// values. With no more distinct values than bins every value gets its own; otherwise values that fill a bin
/// by themselves do, and the rest is cut into equal counts. Edges lie midway between neighbours.
inline FeatureBins learn_number_bins(std::span<const double> values, std::span<const std::size_t> rows,
                                     std::size_t most) {
    std::vector<double> sample;
    sample.reserve(rows.size());
    for (const std::size_t r : rows) {
        if (!std::isnan(values[r])) sample.push_back(values[r]);
    }
    sort_doubles(sample);

    struct Run {
        double value;
        std::size_t count;
    };
    std::vector<Run> runs;
    for (const double x : sample) {
        if (runs.empty() || runs.back().value != x) runs.push_back({x, 0});
        ++runs.back().count;
    }
    FeatureBins bins;
    const auto cut_after = [&](std::size_t i) {
        // Midway, but never rounded up to the next value; infinities keep their neighbour as the end.
        const double a = runs[i].value;
        const double b = runs[i + 1].value;
        double middle = a / 2 + b / 2;
        if (!(middle >= a && middle < b)) middle = a;
        bins.edges.push_back(std::max(middle, std::numeric_limits<double>::lowest()));  // edges are finite
    };
    if (runs.size() <= most) {
        for (std::size_t i = 0; i + 1 < runs.size(); ++i) cut_after(i);
        return bins;
    }
    std::size_t rest = sample.size();  // values that still have to find a bin
    std::size_t room = most;           // bins that are left for them
    std::size_t filled = 0;
    for (std::size_t i = 0; i + 1 < runs.size() && bins.edges.size() + 1 < most; ++i) {
        filled += runs[i].count;
        const double share = static_cast<double>(rest) / static_cast<double>(room);
        // Close the bin when it is full, or when the next value would fill one alone.
        if (static_cast<double>(filled) >= share || static_cast<double>(runs[i + 1].count) >= share) {
            cut_after(i);
            rest -= filled;
            --room;
            filled = 0;
        }
    }
    return bins;
}

/// Learns the bins of a category feature: the commonest `most - 1` codes get a bin of their own.
inline FeatureBins learn_category_bins(std::span<const double> values, std::size_t codes, std::size_t most) {
    std::vector<std::size_t> count(codes, 0);
    for (const double x : values) {
        if (x >= 0) ++count[static_cast<std::size_t>(x)];
    }
    std::vector<std::size_t> order(codes);
    for (std::size_t i = 0; i < codes; ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return count[a] > count[b]; });
    FeatureBins bins;
    bins.category = true;
    bins.bin_of_code.assign(codes, 1);
    for (std::size_t k = 0; k < codes && k + 1 < most; ++k) {
        if (count[order[k]] > 0) bins.bin_of_code[order[k]] = static_cast<std::uint8_t>(k + 2);
    }
    return bins;
}

}  // namespace gasket::detail
