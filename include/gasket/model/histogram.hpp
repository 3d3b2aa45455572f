#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/model/binned_rows.hpp"

namespace gasket::detail {

/// A row on its way down a tree: its gradient and hessian as whole numbers, and its number.
struct RowEntry {
    std::int16_t gradient;
    std::uint16_t hessian;
    std::uint32_t row;
};

/// Sums of gradients and hessians by bin, both in one 64-bit number: gradient in the upper half, hessian in
/// the lower. One addition adds both, and whole numbers add up to the same in any order: threads do not show
/// in the result.
///
/// The callers keep sums below 2^31 by the choice of scale.
using PackedSum = std::int64_t;

[[nodiscard]] inline PackedSum pack(const RowEntry& entry) noexcept {
    return static_cast<PackedSum>(entry.gradient) * (PackedSum{1} << 32) + entry.hessian;
}
[[nodiscard]] inline std::int64_t hessian_of(PackedSum sum) noexcept {
    return sum & 0xFFFFFFFF;
}
[[nodiscard]] inline std::int64_t gradient_of(PackedSum sum) noexcept {
    return (sum - hessian_of(sum)) >> 32;
}

/// Rows whose bins are copied together, so that the additions find them in the nearest cache.
inline constexpr std::size_t chunk_rows = 256;
/// Eight features, one machine word of a row, are added in one pass.
inline constexpr std::size_t group_size = 8;

/// Adds `n` rows to the histograms of some features. `bins[K]` is the first row's bin of feature K; rows
/// stand group_size bytes apart. Features take turns so that no addition waits for the one before.
template <std::size_t... K>
void add_columns(std::index_sequence<K...>, std::size_t n, const PackedSum* sums,
                 const std::uint8_t* const* bins, PackedSum* const* histograms) noexcept {
    const std::uint8_t* const b[] = {bins[K]...};
    PackedSum* const h[] = {histograms[K]...};
    for (std::size_t i = 0; i < n; ++i) {
        const PackedSum sum = sums[i];
        ((h[K][b[K][i * group_size]] += sum), ...);
    }
}

/// A whole group: all eight from one pointer.
template <std::size_t... K>
void add_group(std::index_sequence<K...>, std::size_t n, const PackedSum* sums, const std::uint8_t* bins,
               PackedSum* const* histograms) noexcept {
    PackedSum* const h[] = {histograms[K]...};
    for (std::size_t i = 0; i < n; ++i, bins += group_size) {
        const PackedSum sum = sums[i];
        ((h[K][bins[K]] += sum), ...);
    }
}

/// Adds rows to the histograms of the given features (ascending), for one thread.
inline void add_rows(const BinnedRows& data, std::span<const RowEntry> rows,
                     std::span<const std::uint32_t> features, PackedSum* histogram) noexcept {
    constexpr std::size_t most_groups = 8;  // 64 bytes of a row at a time: one line of the cache
    alignas(64) std::array<std::uint8_t, most_groups * chunk_rows * group_size> bins;  // filled below
    std::array<PackedSum, chunk_rows> sums;                                            // filled below
    for (std::size_t next = 0; next < features.size();) {
        // The groups of this pass over the rows: where in a row they stand, which features they hold.
        std::array<std::size_t, most_groups> word;
        std::array<std::size_t, most_groups + 1> first;
        std::size_t groups = 0;
        while (next < features.size() && groups < most_groups) {
            word[groups] = features[next] / group_size;
            first[groups] = next;
            while (next < features.size() && features[next] / group_size == word[groups]) ++next;
            first[++groups] = next;
        }
        for (std::size_t begin = 0; begin < rows.size(); begin += chunk_rows) {
            const std::size_t n = std::min(chunk_rows, rows.size() - begin);
            const RowEntry* chunk = rows.data() + begin;
            const std::size_t known = rows.size() - begin;
            for (std::size_t i = 0; i < n; ++i) {
#if defined(__GNUC__)
                if (i + chunk_rows < known) {
                    const std::uint8_t* coming = data.row(chunk[i + chunk_rows].row);
                    __builtin_prefetch(coming + word[0] * group_size);
                    __builtin_prefetch(coming + word[groups - 1] * group_size);
                }
#endif
                const std::uint8_t* row = data.row(chunk[i].row);
                sums[i] = pack(chunk[i]);
                for (std::size_t g = 0; g < groups; ++g) {
                    std::memcpy(bins.data() + (g * chunk_rows + i) * group_size, row + word[g] * group_size,
                                group_size);
                }
            }
            for (std::size_t g = 0; g < groups; ++g) {
                std::array<const std::uint8_t*, group_size> from;
                std::array<PackedSum*, group_size> to;
                std::size_t count = 0;
                for (std::size_t k = first[g]; k < first[g + 1]; ++k, ++count) {
                    from[count] = bins.data() + g * chunk_rows * group_size + features[k] % group_size;
                    to[count] = histogram + data.offset[features[k]];
                }
                if (count == group_size) {
                    add_group(std::make_index_sequence<8>{}, n, sums.data(), from[0], to.data());
                    continue;
                }
                std::size_t k = 0;
                for (; k + 4 <= count; k += 4)
                    add_columns(std::make_index_sequence<4>{}, n, sums.data(), &from[k], &to[k]);
                for (; k + 2 <= count; k += 2)
                    add_columns(std::make_index_sequence<2>{}, n, sums.data(), &from[k], &to[k]);
                if (k < count) add_columns(std::make_index_sequence<1>{}, n, sums.data(), &from[k], &to[k]);
            }
        }
    }
}

/// Builds histograms over all threads; keeps its memory between calls. Not thread-safe.
class HistogramBuilder {
  public:
    /// `alone`: false where the caller itself is one of several threads.
    HistogramBuilder(const BinnedRows& data, bool alone) : data_(data), alone_(alone) {}

    /// The histogram of some rows; bins of other features hold anything.
    void build(std::span<const RowEntry> rows, std::span<const std::uint32_t> features,
               std::vector<PackedSum>& histogram) {
        histogram.resize(data_.total_bins());
        constexpr std::size_t additions_per_part = 1000000;
        const std::size_t most = alone_ ? static_cast<std::size_t>(threads()) : 1;
        const std::size_t parts =
            std::clamp<std::size_t>(rows.size() * features.size() / additions_per_part, 1, most);
        partial_.resize(std::max(partial_.size(), parts - 1));
        parallel_for(parts, [&](std::size_t p) {
            std::vector<PackedSum>& part = p == 0 ? histogram : partial_[p - 1];
            part.resize(data_.total_bins());
            each_bin(features, [&](std::size_t begin, std::size_t end) {
                std::fill(part.begin() + static_cast<std::ptrdiff_t>(begin),
                          part.begin() + static_cast<std::ptrdiff_t>(end), PackedSum{0});
            });
            const std::size_t begin = rows.size() * p / parts;
            const std::size_t end = rows.size() * (p + 1) / parts;
            add_rows(data_, rows.subspan(begin, end - begin), features, part.data());
        });
        for (std::size_t p = 1; p < parts; ++p) {
            each_bin(features, [&](std::size_t begin, std::size_t end) {
                for (std::size_t b = begin; b < end; ++b) histogram[b] += partial_[p - 1][b];
            });
        }
    }

    /// The sibling's histogram: what the parent had and the child has not.
    void subtract(std::span<const std::uint32_t> features, std::vector<PackedSum>& parent,
                  const std::vector<PackedSum>& child) const {
        each_bin(features, [&](std::size_t begin, std::size_t end) {
            for (std::size_t b = begin; b < end; ++b) parent[b] -= child[b];
        });
    }

  private:
    /// Calls `body(begin, end)` for the bins of each feature.
    template <class Body>
    void each_bin(std::span<const std::uint32_t> features, const Body& body) const {
        for (const std::uint32_t f : features) body(data_.offset[f], data_.offset[f + std::size_t{1}]);
    }

    const BinnedRows& data_;
    bool alone_;
    std::vector<std::vector<PackedSum>> partial_;
};

}  // namespace gasket::detail
