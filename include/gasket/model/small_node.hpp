#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "gasket/model/histogram.hpp"

namespace gasket::detail {

/// The bins of one feature that hold rows of a node, in rising order, and the sums of these rows.
struct UsedBins {
    std::size_t count = 0;
    std::array<std::uint8_t, 256> bin;  // filled up to count
    std::array<PackedSum, 256> sum;     // ... too

    [[nodiscard]] bool has(std::size_t b) const noexcept {
        return std::find(bin.begin(), bin.begin() + static_cast<std::ptrdiff_t>(count), b) !=
               bin.begin() + static_cast<std::ptrdiff_t>(count);
    }

    /// From the histogram of all columns. O(bins)
    void take(const BinnedRows& data, std::size_t f, const PackedSum* histogram) noexcept {
        const BinPlace& at = data.place[f];
        if (data.is_alone(f)) {
            take(histogram + at.column * column_room, at.first, at.count);
            return;
        }
        std::array<PackedSum, 256> sums;  // filled below
        data.sums_of(f, histogram, sums);
        take(sums.data() + at.first, at.first, at.count);
    }

  private:
    void take(const PackedSum* from, std::size_t first, std::size_t bins) noexcept {
        std::size_t used = 0;
        for (std::size_t b = 0; b < bins; ++b) {
            sum[used] = from[b];
            bin[used] = static_cast<std::uint8_t>(first + b);
            used += from[b] != 0 ? 1 : 0;  // every row has a hessian
        }
        count = used;
    }
};

/// A node of so few rows that it costs less to look at each of them than at each bin. Not thread-safe.
class SmallNode {
  public:
    static constexpr std::size_t most_rows = 256;

    explicit SmallNode(const BinnedRows& data) : data_(data) {}

    /// At most `most_rows` rows.
    void take(std::span<const RowEntry> rows) noexcept {
        rows_ = rows.size();
        for (std::size_t i = 0; i < rows_; ++i) {
            at_[i] = data_.row(rows[i].row);
            sum_[i] = pack(rows[i]);
        }
    }

    /// The bins of a feature that hold these rows. O(rows)
    void used_of(std::size_t f, UsedBins& out) noexcept {
        const std::size_t column = data_.place[f].column;
        std::array<std::uint64_t, 4> used{};  // one bit for each bin
        const auto add = [&](std::size_t bin, PackedSum sum) {
            cell_[bin] += sum;
            used[bin / 64] |= std::uint64_t{1} << (bin % 64);
        };
        if (data_.is_alone(f)) {
            const std::size_t first = data_.place[f].first;
            for (std::size_t i = 0; i < rows_; ++i) add(first + at_[i][column], sum_[i]);
        } else {
            const std::uint8_t* const bin_of = data_.bin_of.data() + f * 256;
            for (std::size_t i = 0; i < rows_; ++i) add(bin_of[at_[i][column]], sum_[i]);
        }
        out.count = 0;
        for (std::size_t w = 0; w < used.size(); ++w) {
            for (std::uint64_t rest = used[w]; rest != 0; rest &= rest - 1) {
                const std::size_t bin = 64 * w + static_cast<std::size_t>(std::countr_zero(rest));
                out.bin[out.count] = static_cast<std::uint8_t>(bin);
                out.sum[out.count++] = cell_[bin];
                cell_[bin] = 0;
            }
        }
    }

  private:
    const BinnedRows& data_;
    std::size_t rows_ = 0;
    std::array<const std::uint8_t*, most_rows> at_{};
    std::array<PackedSum, most_rows> sum_{};
    std::array<PackedSum, 256> cell_{};  // zero between calls
};

}  // namespace gasket::detail
