#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/model/binned_rows.hpp"

namespace gasket::detail {

/// A row on its way down a tree: its gradient and hessian as whole numbers, and its number.
struct RowEntry {
    std::int16_t gradient;
    std::uint16_t hessian;
    std::uint32_t row;
};

/// Sums of gradients and hessians by bin stand in one 64-bit number: gradient in the upper half, hessian in
/// the lower. One addition adds both, and whole numbers add up to the same in any order: threads do not show
/// in the result.
///
/// The callers keep sums below 2^31 by the choice of scale.
[[nodiscard]] inline PackedSum pack(const RowEntry& entry) noexcept {
    return static_cast<PackedSum>(entry.gradient) * (PackedSum{1} << 32) + entry.hessian;
}
[[nodiscard]] inline std::int64_t hessian_of(PackedSum sum) noexcept {
    return sum & 0xFFFFFFFF;
}
[[nodiscard]] inline std::int64_t gradient_of(PackedSum sum) noexcept {
    return (sum - hessian_of(sum)) >> 32;
}

/// Rows whose bytes are copied together, so that the additions find them in the nearest cache; so many that
/// it pays to bring the histograms of eight columns there for them.
inline constexpr std::size_t chunk_rows = 512;
/// Eight columns, one machine word of a row, are added in one pass.
inline constexpr std::size_t group_size = 8;
/// Up to so many columns rows are read in place.
inline constexpr std::size_t few_columns = 6;

/// Some columns of one word of the rows.
struct ColumnGroup {
    std::size_t word = 0;
    std::size_t count = 0;
    std::array<std::uint8_t, group_size> byte = {};  // of the word, one for each column
};

/// Columns (ascending) by the words in which they stand.
inline void group_columns(std::span<const std::uint32_t> columns, std::vector<ColumnGroup>& out) {
    out.clear();
    for (const std::uint32_t c : columns) {
        if (out.empty() || out.back().word != c / group_size) out.push_back({.word = c / group_size});
        out.back().byte[out.back().count++] = static_cast<std::uint8_t>(c % group_size);
    }
}

/// Adds `n` rows, given by one word each, to the histograms of columns [begin, begin + sizeof...(K)) of a
/// group. Columns take turns so that no addition waits for the one before.
template <std::size_t... K>
void add_columns(std::index_sequence<K...>, const std::uint8_t* byte, std::size_t n, const PackedSum* sums,
                 const std::uint8_t* words, PackedSum* histogram) noexcept {
    const std::uint8_t* const from[] = {words + byte[K]...};
    PackedSum* const to[] = {histogram + byte[K] * column_room...};
    for (std::size_t i = 0; i < n; ++i) {
        const PackedSum sum = sums[i];
        ((to[K][from[K][i * group_size]] += sum), ...);
    }
}
/// All eight columns of a word: one pointer for all.
template <std::size_t... K>
void add_words(std::index_sequence<K...>, std::size_t n, const PackedSum* sums, const std::uint8_t* words,
               PackedSum* histogram) noexcept {
    for (std::size_t i = 0; i < n; ++i, words += group_size) {
        const PackedSum sum = sums[i];
        ((histogram[K * column_room + words[K]] += sum), ...);
    }
}
inline void add_group(const ColumnGroup& group, std::size_t n, const PackedSum* sums,
                      const std::uint8_t* words, PackedSum* histogram) noexcept {
    PackedSum* const to = histogram + group.word * group_size * column_room;
    if (group.count == group_size) {
        add_words(std::make_index_sequence<group_size>{}, n, sums, words, to);
        return;
    }
    const std::uint8_t* const byte = group.byte.data();
    std::size_t k = 0;
    for (; k + 4 <= group.count; k += 4)
        add_columns(std::make_index_sequence<4>{}, byte + k, n, sums, words, to);
    for (; k + 2 <= group.count; k += 2)
        add_columns(std::make_index_sequence<2>{}, byte + k, n, sums, words, to);
    if (k < group.count) add_columns(std::make_index_sequence<1>{}, byte + k, n, sums, words, to);
}

/// Adds rows to the histograms of a few columns, reading the rows where they are: copying would cost more
/// than it saves.
template <std::size_t... K>
void add_in_place(std::index_sequence<K...>, const BinnedRows& data, std::span<const RowEntry> rows,
                  const std::uint32_t* columns, PackedSum* histogram) noexcept {
    constexpr std::size_t ahead = 24;  // rows that are asked for before they are read
    const std::uint8_t* const first = data.row(0) + columns[0];
    const std::size_t further[] = {columns[K] - columns[0]...};
    PackedSum* const to[] = {histogram + columns[K] * column_room...};
    const std::size_t stride = data.stride;
    const std::size_t n = rows.size();
    for (std::size_t i = 0; i < n; ++i) {
        prefetch(first + rows[std::min(i + ahead, n - 1)].row * stride);
        const std::uint8_t* const from = first + rows[i].row * stride;
        const PackedSum sum = pack(rows[i]);
        ((to[K][from[further[K]]] += sum), ...);
    }
}
/// The same from the columns: less to read, where the near cache holds them or rows are close to each other.
template <std::size_t... K>
void add_by_column(std::index_sequence<K...>, const BinnedRows& data, std::span<const RowEntry> rows,
                   const std::uint32_t* columns, PackedSum* histogram) noexcept {
    const std::uint8_t* const from[] = {data.column(columns[K])...};
    PackedSum* const to[] = {histogram + columns[K] * column_room...};
    for (const RowEntry& e : rows) {
        const PackedSum sum = pack(e);
        ((to[K][from[K][e.row]] += sum), ...);
    }
}
inline void add_few(const BinnedRows& data, std::span<const RowEntry> rows,
                    std::span<const std::uint32_t> columns, PackedSum* histogram) noexcept {
    // A column of so many rows stays in the near cache, beside three others.
    constexpr std::size_t cached = std::size_t{1} << 18;
    // ... and of others a line of the cache holds several rows of the node.
    constexpr std::size_t close = 8;
    const bool by_column = data.rows <= cached || rows.size() * close >= data.rows;
    for (std::size_t begin = 0; begin < rows.size(); begin += chunk_rows) {
        const auto chunk = rows.subspan(begin, std::min(chunk_rows, rows.size() - begin));
        std::size_t k = 0;
        const auto pass = [&]<std::size_t count>(std::integral_constant<std::size_t, count>) {
            for (; k + count <= columns.size(); k += count) {
                constexpr std::make_index_sequence<count> all;
                if (by_column) {
                    add_by_column(all, data, chunk, columns.data() + k, histogram);
                } else {
                    add_in_place(all, data, chunk, columns.data() + k, histogram);
                }
            }
        };
        pass(std::integral_constant<std::size_t, 4>{});
        pass(std::integral_constant<std::size_t, 2>{});
        pass(std::integral_constant<std::size_t, 1>{});
    }
}

/// Adds rows to the histograms of some columns, or takes them away, for one thread.
template <bool away = false>
void add_rows(const BinnedRows& data, std::span<const RowEntry> rows, std::span<const ColumnGroup> all,
              PackedSum* histogram) noexcept {
    constexpr std::size_t most_groups = 8;  // 64 bytes of a row at a time: one line of the cache
    constexpr std::size_t piece = 32;       // rows that are asked for while as many are added
    alignas(64) std::array<std::uint8_t, chunk_rows * group_size> words;  // filled below
    std::array<PackedSum, chunk_rows> sums;                               // filled below
    const std::size_t stride = data.stride;
    for (std::size_t first = 0; first < all.size(); first += most_groups) {
        const auto groups = all.subspan(first, std::min(most_groups, all.size() - first));
        const std::uint8_t* const line = data.row(0) + groups[0].word * group_size;
        for (std::size_t begin = 0; begin < rows.size(); begin += chunk_rows) {
            const std::size_t n = std::min(chunk_rows, rows.size() - begin);
            const RowEntry* const chunk = rows.data() + begin;
            const std::size_t coming = std::min(chunk_rows, rows.size() - begin - n);
            for (std::size_t i = 0; i < n; ++i) sums[i] = away ? -pack(chunk[i]) : pack(chunk[i]);
            std::size_t asked = 0;
            for (std::size_t g = 0; g < groups.size(); ++g) {
                const std::uint8_t* const from = data.row(0) + groups[g].word * group_size;
                for (std::size_t i = 0; i < n; ++i)
                    std::memcpy(words.data() + i * group_size, from + chunk[i].row * stride, group_size);
                for (std::size_t i = 0; i < n; i += piece) {
                    const std::size_t wanted = coming * (g * n + i + piece) / (groups.size() * n);
                    for (; asked < std::min(wanted, coming); ++asked)
                        prefetch(line + chunk[n + asked].row * stride);
                    add_group(groups[g], std::min(piece, n - i), sums.data() + i,
                              words.data() + i * group_size, histogram);
                }
            }
        }
    }
}

/// Builds histograms over all threads; keeps its memory between calls. Not thread-safe.
class HistogramBuilder {
  public:
    /// `alone`: false where the caller itself is one of several threads.
    HistogramBuilder(const BinnedRows& data, bool alone) : data_(data), alone_(alone) {}

    /// The histogram of some rows; values of other columns hold anything.
    void build(std::span<const RowEntry> rows, std::span<const std::uint32_t> columns,
               std::vector<PackedSum>& histogram) {
        histogram.resize(data_.histogram_size());
        group_columns(columns, groups_);
        constexpr std::size_t additions_per_part = 200000;
        const std::size_t most = alone_ ? static_cast<std::size_t>(threads()) : 1;
        const std::size_t parts =
            std::clamp<std::size_t>(rows.size() * columns.size() / additions_per_part, 1, most);
        partial_.resize(std::max(partial_.size(), parts - 1));
        parallel_for(parts, [&](std::size_t p) {
            std::vector<PackedSum>& part = p == 0 ? histogram : partial_[p - 1];
            part.resize(data_.histogram_size());
            each_column(columns, [&](std::size_t begin, std::size_t end) {
                std::fill(part.begin() + static_cast<std::ptrdiff_t>(begin),
                          part.begin() + static_cast<std::ptrdiff_t>(end), PackedSum{0});
            });
            const std::size_t begin = rows.size() * p / parts;
            const std::size_t end = rows.size() * (p + 1) / parts;
            if (columns.size() <= few_columns) {
                add_few(data_, rows.subspan(begin, end - begin), columns, part.data());
            } else {
                add_rows(data_, rows.subspan(begin, end - begin), groups_, part.data());
            }
        });
        for (std::size_t p = 1; p < parts; ++p) {
            each_column(columns, [&](std::size_t begin, std::size_t end) {
                for (std::size_t b = begin; b < end; ++b) histogram[b] += partial_[p - 1][b];
            });
        }
    }

    /// Takes some rows out of a histogram, on one thread.
    void remove(std::span<const RowEntry> rows, std::span<const std::uint32_t> columns,
                std::vector<PackedSum>& histogram) {
        group_columns(columns, groups_);
        add_rows<true>(data_, rows, groups_, histogram.data());
    }

    /// The sibling's histogram: what the parent had and the child has not.
    void subtract(std::span<const std::uint32_t> columns, std::vector<PackedSum>& parent,
                  const std::vector<PackedSum>& child) const {
        each_column(columns, [&](std::size_t begin, std::size_t end) {
            for (std::size_t b = begin; b < end; ++b) parent[b] -= child[b];
        });
    }

  private:
    /// Calls `body(begin, end)` for the values of each column.
    template <class Body>
    void each_column(std::span<const std::uint32_t> columns, const Body& body) const {
        for (const std::uint32_t c : columns) body(c * column_room, c * column_room + data_.width[c]);
    }

    const BinnedRows& data_;
    bool alone_;
    std::vector<ColumnGroup> groups_;
    std::vector<std::vector<PackedSum>> partial_;
};

}  // namespace gasket::detail
