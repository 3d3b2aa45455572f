#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gasket/core/digest.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// A 64-bit fingerprint of every row: equal rows have equal fingerprints, whatever the order of the columns
/// and of the dictionaries. Two different rows share one with probability 2^-64.
///
/// O(rows x columns); thread-safe.
[[nodiscard]] inline std::vector<std::uint64_t> row_digests(const Table& table) {
    std::vector<std::uint64_t> digest(table.rows(), 0);
    std::vector<std::uint64_t> name(table.columns());
    std::vector<std::vector<std::uint64_t>> labels(table.columns());
    for (std::size_t c = 0; c < table.columns(); ++c) {
        name[c] = hash_bytes(table.name(c));
        if (table.column(c).kind() != Kind::category) continue;
        for (const std::string& label : table.column(c).labels()) labels[c].push_back(hash_bytes(label));
    }
    constexpr std::uint64_t missing_value = 0x6d697373696e6721ULL;
    parallel_blocks(table.rows(), 8192, [&](std::size_t begin, std::size_t end) {
        for (std::size_t c = 0; c < table.columns(); ++c) {
            const Column& column = table.column(c);
            const auto add = [&](std::size_t row, std::uint64_t value) {
                digest[row] += mix64(name[c] ^ mix64(value));
            };
            switch (column.kind()) {
                case Kind::numeric: {
                    const auto values = column.numbers();
                    for (std::size_t r = begin; r < end; ++r) {
                        // -0.0 + 0.0 is +0.0: the two zeros are one value
                        add(r, is_missing(values[r]) ? missing_value
                                                     : std::bit_cast<std::uint64_t>(values[r] + 0.0));
                    }
                    break;
                }
                case Kind::category: {
                    const auto codes = column.codes();
                    for (std::size_t r = begin; r < end; ++r) {
                        add(r, codes[r] < 0 ? missing_value : labels[c][static_cast<std::size_t>(codes[r])]);
                    }
                    break;
                }
                case Kind::datetime: {
                    const auto seconds = column.seconds();
                    for (std::size_t r = begin; r < end; ++r) {
                        add(r, seconds[r] == missing_time ? missing_value
                                                          : static_cast<std::uint64_t>(seconds[r]));
                    }
                    break;
                }
            }
        }
    });
    return digest;
}

}  // namespace gasket
