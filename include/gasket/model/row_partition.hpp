#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/model/histogram.hpp"

namespace gasket::detail {

/// For each bin whether its rows go left: 1 or 0.
using BinSides = std::array<std::uint8_t, 256>;

/// Parts the rows of a node; keeps its memory between calls. Not thread-safe.
class RowPartition {
  public:
    /// `alone`: false where the caller itself is one of several threads.
    explicit RowPartition(bool alone) : alone_(alone) {}

    /// Rows that go left to the front, the others behind them, each in the order they had; returns how many
    /// went left. `column` holds the bin of every row number.
    std::size_t operator()(std::span<RowEntry> rows, const std::uint8_t* column, const BinSides& sides) {
        if (buffer_.size() < rows.size()) buffer_.resize(rows.size());
        constexpr std::size_t rows_per_part = 65536;
        const std::size_t most = alone_ ? static_cast<std::size_t>(threads()) : 1;
        const std::size_t parts = std::clamp<std::size_t>(rows.size() / rows_per_part, 1, most);
        if (parts == 1) {
            const std::size_t kept = part(rows, column, sides, buffer_.data());
            std::copy_n(buffer_.data(), rows.size() - kept, rows.data() + kept);
            return kept;
        }
        left_.assign(parts, 0);
        const auto begin_of = [&](std::size_t p) { return rows.size() * p / parts; };
        parallel_for(parts, [&](std::size_t p) {
            const std::size_t begin = begin_of(p);
            left_[p] =
                part(rows.subspan(begin, begin_of(p + 1) - begin), column, sides, buffer_.data() + begin);
        });
        std::size_t kept = left_[0];
        for (std::size_t p = 1; p < parts; ++p) {
            std::copy_n(rows.data() + begin_of(p), left_[p], rows.data() + kept);
            kept += left_[p];
        }
        parallel_for(parts, [&](std::size_t p) {
            std::size_t to = kept;
            for (std::size_t q = 0; q < p; ++q) to += begin_of(q + 1) - begin_of(q) - left_[q];
            std::copy_n(buffer_.data() + begin_of(p), begin_of(p + 1) - begin_of(p) - left_[p],
                        rows.data() + to);
        });
        return kept;
    }

  private:
    static std::size_t part(std::span<RowEntry> rows, const std::uint8_t* column, const BinSides& sides,
                            RowEntry* buffer) noexcept {
        std::size_t kept = 0;
        const std::size_t n = rows.size();
        RowEntry* const out = rows.data();
        for (std::size_t i = 0; i < n; ++i) {
            // Both are written and one counts: no branch to mispredict. As one word, which the compiler does
            // not make of the entry's parts by itself.
            std::uint64_t e = 0;
            std::memcpy(&e, out + i, sizeof e);
            const std::size_t left = sides[column[out[i].row]];
            std::memcpy(buffer + (i - kept), &e, sizeof e);
            std::memcpy(out + kept, &e, sizeof e);
            kept += left;
        }
        return kept;
    }

    bool alone_;
    std::vector<RowEntry> buffer_;
    std::vector<std::size_t> left_;
};

}  // namespace gasket::detail
