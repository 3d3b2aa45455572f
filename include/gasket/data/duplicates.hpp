#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/data/row_digest.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

namespace detail {

/// Whether two rows hold the same values; missing equals missing.
[[nodiscard]] inline bool same_row(const Table& table, std::size_t a, std::size_t b) {
    for (std::size_t c = 0; c < table.columns(); ++c) {
        const Column& column = table.column(c);
        switch (column.kind()) {
            case Kind::numeric: {
                const double x = column.numbers()[a];
                const double y = column.numbers()[b];
                if (x != y && !(is_missing(x) && is_missing(y))) return false;
                break;
            }
            case Kind::category: {
                // two codes may carry one label, so codes alone do not tell rows apart
                const std::int32_t x = column.codes()[a];
                const std::int32_t y = column.codes()[b];
                if (x == y) break;
                if (x < 0 || y < 0) return false;
                if (column.labels()[static_cast<std::size_t>(x)] !=
                    column.labels()[static_cast<std::size_t>(y)]) {
                    return false;
                }
                break;
            }
            case Kind::datetime:
                if (column.seconds()[a] != column.seconds()[b]) return false;
                break;
        }
    }
    return true;
}

}  // namespace detail

/// For every row whether an earlier row is the same, value by value (missing equals missing): 1 or 0.
///
/// O(rows x columns), all threads: rows are dealt into 64 heaps by their fingerprint, and equal fingerprints
/// are verified.
[[nodiscard]] inline std::vector<char> duplicate_rows(const Table& table) {
    const std::vector<std::uint64_t> digest = row_digests(table);
    constexpr std::size_t heaps = 64;
    std::vector<char> repeats(digest.size(), 0);
    std::array<std::size_t, heaps + 1> start{};
    for (const std::uint64_t d : digest) ++start[(d >> 58) + 1];
    for (std::size_t h = 0; h < heaps; ++h) start[h + 1] += start[h];
    std::vector<std::size_t> rows(digest.size());
    std::array<std::size_t, heaps + 1> next = start;
    for (std::size_t r = 0; r < digest.size(); ++r) rows[next[digest[r] >> 58]++] = r;
    parallel_for(heaps, [&](std::size_t h) {
        const std::size_t count = start[h + 1] - start[h];
        std::size_t slots = 16;
        while (slots < 2 * count) slots *= 2;
        constexpr auto free = static_cast<std::size_t>(-1);
        std::vector<std::size_t> table_of(slots, free);
        for (std::size_t i = start[h]; i < start[h + 1]; ++i) {
            const std::size_t row = rows[i];
            std::size_t at = digest[row] & (slots - 1);
            while (table_of[at] != free) {
                const std::size_t other = table_of[at];
                if (digest[other] == digest[row] && detail::same_row(table, other, row)) {
                    repeats[row] = 1;
                    break;
                }
                at = (at + 1) & (slots - 1);
            }
            if (repeats[row] == 0) table_of[at] = row;
        }
    });
    return repeats;
}

/// The table without rows that repeat an earlier one; the order stays. O(rows x columns).
[[nodiscard]] inline Table drop_duplicates(const Table& table) {
    const std::vector<char> repeats = duplicate_rows(table);
    std::vector<std::size_t> kept;
    for (std::size_t r = 0; r < repeats.size(); ++r) {
        if (repeats[r] == 0) kept.push_back(r);
    }
    return kept.size() == table.rows() ? table : table.take(kept);
}

}  // namespace gasket
