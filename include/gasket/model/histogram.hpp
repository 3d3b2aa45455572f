#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
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
    return (sum - hessian_of(sum)) / (PackedSum{1} << 32);
}

/// Adds rows to the histogram of the given features.
inline void add_rows(const BinnedRows& data, std::span<const RowEntry> rows,
                     std::span<const std::uint32_t> features, PackedSum* histogram) {
    constexpr std::size_t ahead = 16;  // rows between the one that is fetched and the one that is added
    const std::size_t* offset = data.offset.data();
    for (std::size_t i = 0; i < rows.size(); ++i) {
#if defined(__GNUC__)
        if (i + ahead < rows.size()) __builtin_prefetch(data.row(rows[i + ahead].row));
#endif
        const PackedSum sum = pack(rows[i]);
        const std::uint8_t* row = data.row(rows[i].row);
        for (const std::uint32_t f : features) histogram[offset[f] + row[f]] += sum;
    }
}

/// The histogram of some rows, over all threads where they are many.
inline void build_histogram(const BinnedRows& data, std::span<const RowEntry> rows,
                            std::span<const std::uint32_t> features, std::vector<PackedSum>& histogram) {
    histogram.assign(data.total_bins(), 0);
    constexpr std::size_t rows_per_part = 32768;
    if (rows.size() < 2 * rows_per_part || threads() == 1) {
        add_rows(data, rows, features, histogram.data());
        return;
    }
    const auto parts = static_cast<std::size_t>(threads());
    std::vector<std::vector<PackedSum>> partial(parts);
    parallel_for(parts, [&](std::size_t p) {
        const std::size_t begin = rows.size() * p / parts;
        const std::size_t end = rows.size() * (p + 1) / parts;
        partial[p].assign(data.total_bins(), 0);
        add_rows(data, rows.subspan(begin, end - begin), features, partial[p].data());
    });
    for (const auto& part : partial) {
        for (std::size_t b = 0; b < histogram.size(); ++b) histogram[b] += part[b];
    }
}

/// The sibling's histogram: what the parent had and the child has not.
inline void subtract_histogram(std::vector<PackedSum>& parent, const std::vector<PackedSum>& child) {
    for (std::size_t b = 0; b < parent.size(); ++b) parent[b] -= child[b];
}

}  // namespace gasket::detail
