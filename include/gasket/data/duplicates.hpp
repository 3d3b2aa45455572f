#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "gasket/core/digest.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/prefetch.hpp"
#include "gasket/core/random.hpp"
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

/// Adds to `hash` the product of the halves of value(i), after something of column `c`'s own has been added
/// to both (NH: Black, Halevi, Krawczyk, Krovetz & Rogaway, 1999). 0.5 ns a value
template <class Value>
void add_hashes(std::size_t c, std::uint64_t* hash, std::size_t n, const Value& value) {
    constexpr std::uint64_t half = 0xffffffff;
    const std::uint64_t low = mix64(2 * c) & half;
    const std::uint64_t high = mix64(2 * c + 1) & half;
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint64_t x = value(i);
        hash[i] += ((x + low) & half) * (((x >> 32) + high) & half);
    }
}

/// A number for every row that equal rows share and different rows seldom do, within one table; row_digests()
/// holds for all tables, at four times the cost.
[[nodiscard]] inline std::vector<std::uint64_t> row_hashes(const Table& table) {
    std::vector<std::uint64_t> hash(table.rows(), 0);
    std::vector<std::vector<std::uint64_t>> labels(table.columns());
    for (std::size_t c = 0; c < table.columns(); ++c) {
        if (table.column(c).kind() != Kind::category) continue;
        for (const std::string& label : table.column(c).labels()) labels[c].push_back(hash_bytes(label));
    }
    constexpr std::uint64_t sign = std::uint64_t{1} << 63;
    constexpr auto infinity = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::infinity());
    parallel_blocks(table.rows(), 2048, [&](std::size_t begin, std::size_t end) {
        for (std::size_t c = 0; c < table.columns(); ++c) {
            const Column& column = table.column(c);
            std::uint64_t* const to = hash.data() + begin;
            const std::size_t n = end - begin;
            switch (column.kind()) {
                case Kind::numeric: {
                    // the next column's, and after the last one the next block's
                    const Column& next = table.column(c + 1 < table.columns() ? c + 1 : 0);
                    if (next.kind() == Kind::numeric)
                        prefetch(next.numbers(), c + 1 < table.columns() ? begin : end, end - begin);
                    const double* const values = column.numbers().data() + begin;
                    add_hashes(c, to, n, [&](std::size_t i) {
                        // -0.0 + 0.0 is +0.0: the two zeros are one value, and so are all NaN
                        const auto bits = std::bit_cast<std::uint64_t>(values[i] + 0.0);
                        const std::uint64_t is_nan = (infinity - (bits & ~sign)) >> 63;
                        return (bits & (is_nan - 1)) | is_nan;
                    });
                    break;
                }
                case Kind::category: {
                    const std::int32_t* const codes = column.codes().data() + begin;
                    add_hashes(c, to, n, [&](std::size_t i) {
                        return codes[i] < 0 ? 0 : labels[c][static_cast<std::size_t>(codes[i])];
                    });
                    break;
                }
                case Kind::datetime: {
                    const std::int64_t* const seconds = column.seconds().data() + begin;
                    add_hashes(c, to, n,
                               [&](std::size_t i) { return static_cast<std::uint64_t>(seconds[i]); });
                    break;
                }
            }
        }
        for (std::size_t r = begin; r < end; ++r) hash[r] = mix64(hash[r]);
    });
    return hash;
}

}  // namespace detail

/// For every row whether an earlier row is the same, value by value (missing equals missing): 1 or 0.
///
/// O(rows x columns), all threads: rows are dealt into 64 heaps by their fingerprint, and equal fingerprints
/// are verified.
[[nodiscard]] inline std::vector<char> duplicate_rows(const Table& table) {
    const std::vector<std::uint64_t> digest = detail::row_hashes(table);
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
