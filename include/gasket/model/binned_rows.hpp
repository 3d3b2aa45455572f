#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/huge_pages.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/data/block.hpp"
#include "gasket/model/feature_bins.hpp"

namespace gasket::detail {

/// Sums of gradients and hessians by bin, both in one 64-bit number; see histogram.hpp.
using PackedSum = std::int64_t;

/// Sums of one column after another in a histogram stand so far apart: room for 256 values, and a little
/// more, so that equal values of neighbours are not a page apart, which would make a processor wait for
/// nothing.
inline constexpr std::size_t column_room = 264;

/// Where the bins of a feature stand: a column of bytes holds one feature, or several whose bins together fit
/// a byte. The feature's bin is `first + byte / scale % count`.
struct BinPlace {
    std::uint32_t column = 0;
    std::uint32_t scale = 1;
    std::uint32_t first = 0;  // the lowest bin that occurs
    std::uint32_t count = 1;  // ... and how many there are from it on

    /// Calls `body(byte, bin)` for all bytes below `width`, in order.
    template <class Body>
    void each_byte(std::size_t width, const Body& body) const {
        for (std::size_t byte = 0; byte < width;) {
            for (std::size_t k = 0; k < count; ++k) {
                for (std::size_t i = 0; i < scale; ++i) body(byte++, first + k);
            }
        }
    }
};

/// Training rows as bytes, twice: row by row for building histograms, column by column for partitioning.
/// Features of few bins share a column, so that one addition serves them all: a histogram over their joint
/// values holds each one's own as sums, exactly, since the sums are whole numbers.
struct BinnedRows {
    std::vector<FeatureBins> bins;
    std::vector<BinPlace> place;
    /// by column: how many values it has
    std::vector<std::size_t> width;
    std::size_t rows = 0;
    std::size_t stride = 0;
    std::size_t shift = 0;  // the first row's place in by_row: where a line of the cache begins
    std::vector<std::uint8_t> by_row;
    std::vector<std::uint8_t> by_column;
    /// 256 for each feature: its bin by the byte of its column
    std::vector<std::uint8_t> bin_of;

    [[nodiscard]] std::size_t features() const noexcept { return bins.size(); }
    [[nodiscard]] std::size_t columns() const noexcept { return width.size(); }
    [[nodiscard]] std::size_t histogram_size() const noexcept { return columns() * column_room; }
    [[nodiscard]] const std::uint8_t* row(std::size_t r) const noexcept {
        return by_row.data() + shift + r * stride;
    }
    [[nodiscard]] const std::uint8_t* column(std::size_t c) const noexcept {
        return by_column.data() + c * rows;
    }

    /// The columns of some features, both ascending.
    void columns_of(std::span<const std::uint32_t> chosen, std::vector<std::uint32_t>& out) const {
        out.clear();
        for (const std::uint32_t f : chosen) out.push_back(place[f].column);
        std::sort(out.begin(), out.end());
        out.erase(std::unique(out.begin(), out.end()), out.end());
    }

    /// Whether a feature has its column for itself.
    [[nodiscard]] bool is_alone(std::size_t f) const noexcept {
        return place[f].scale == 1 && place[f].count == width[place[f].column];
    }

    /// The sums of a feature by bin, from a histogram of its column.
    void sums_of(std::size_t f, const PackedSum* histogram, std::array<PackedSum, 256>& out) const noexcept {
        const BinPlace& at = place[f];
        const PackedSum* from = histogram + at.column * column_room;
        const std::size_t all = width[at.column];
        std::fill_n(out.data(), bins[f].size(), PackedSum{0});
        if (is_alone(f)) {
            std::copy_n(from, all, out.data() + at.first);
            return;
        }
        at.each_byte(all, [&](std::size_t byte, std::size_t bin) { out[bin] += from[byte]; });
    }
};

namespace detail_binned_rows {

/// Gives every feature a column: large ones their own, small ones together, the largest first, each in the
/// first column where it fits.
inline void place_features(BinnedRows& out, std::size_t most_values) {
    std::vector<std::size_t> order(out.features());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return out.place[a].count > out.place[b].count; });
    for (const std::size_t f : order) {
        BinPlace& at = out.place[f];
        std::size_t c = 0;
        while (c < out.width.size() && out.width[c] * at.count > most_values) ++c;
        if (c == out.width.size()) out.width.push_back(1);
        at.column = static_cast<std::uint32_t>(c);
        at.scale = static_cast<std::uint32_t>(out.width[c]);
        out.width[c] *= at.count;
    }
}

}  // namespace detail_binned_rows

/// Learns bins from the rows and bins them. O(features x rows + features x sample), parallel over features,
/// then over rows.
inline BinnedRows bin_rows(const Features& features, std::size_t max_bins) {
    BinnedRows out;
    const std::size_t count = features.columns();
    out.rows = features.rows();
    out.bins.resize(count);
    out.place.resize(count);
    // A histogram of joint values is taken apart once a node: not worth it where nodes hold few rows.
    const std::size_t most_values = std::clamp<std::size_t>(out.rows / 64, 1, 256);
    const std::vector<std::size_t> sample = sample_rows(out.rows);
    parallel_for(count, [&](std::size_t f) {
        const Feature& feature = features.layout()[f];
        FeatureBins& bins = out.bins[f];
        bins = feature.is_category() ? learn_category_bins(features[f], feature.labels->size(), max_bins)
                                     : learn_number_bins(features[f], sample, max_bins);
        const std::size_t size = bins.size();
        const auto [low, high] =
            size <= most_values / 2 ? bins.range(features[f]) : std::pair{std::size_t{0}, size - 1};
        out.place[f] = {.column = 0,
                        .scale = 1,
                        .first = static_cast<std::uint32_t>(low),
                        .count = static_cast<std::uint32_t>(high - low + 1)};
    });
    detail_binned_rows::place_features(out, most_values);
    std::vector<std::vector<std::size_t>> members(out.columns());
    out.bin_of.resize(count * 256);
    for (std::size_t f = 0; f < count; ++f) {
        members[out.place[f].column].push_back(f);
        out.place[f].each_byte(out.width[out.place[f].column], [&](std::size_t byte, std::size_t bin) {
            out.bin_of[f * 256 + byte] = static_cast<std::uint8_t>(bin);
        });
    }

    // Whole words for the histograms; rows of the size of a cache line do not straddle two.
    out.stride = out.columns() <= 8 ? 8 : out.columns() <= 16 ? 16 : (out.columns() + 31) / 32 * 32;
    out.by_column = large_vector<std::uint8_t>(out.columns() * out.rows);
    constexpr std::size_t line = 64;
    out.by_row = large_vector<std::uint8_t>(out.stride * out.rows + line);
    out.shift = (line - reinterpret_cast<std::uintptr_t>(out.by_row.data()) % line) % line;
    std::uint8_t* const by_row = out.by_row.data() + out.shift;
    constexpr std::size_t block = 4096;
    parallel_blocks(out.rows, block, [&](std::size_t begin, std::size_t end) {
        std::array<std::uint8_t, block> codes;  // filled below
        for (std::size_t c = 0; c < out.columns(); ++c) {
            std::uint8_t* const column = out.by_column.data() + c * out.rows;
            for (const std::size_t f : members[c]) {
                const BinPlace at = out.place[f];
                out.bins[f].bin(features[f].subspan(begin, end - begin), codes.data());
                for (std::size_t r = begin; r < end; ++r)
                    column[r] =
                        static_cast<std::uint8_t>(column[r] + (codes[r - begin] - at.first) * at.scale);
            }
            for (std::size_t r = begin; r < end; ++r) by_row[r * out.stride + c] = column[r];
        }
    });
    return out;
}

}  // namespace gasket::detail
