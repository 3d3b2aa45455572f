#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace gasket::detail {

/// A double as an integer of the same order: negative numbers by all bits turned, the others by the sign bit.
[[nodiscard]] inline std::uint64_t ordered_bits(double x) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    return bits ^ ((bits >> 63) != 0 ? ~std::uint64_t{0} : std::uint64_t{1} << 63);
}
[[nodiscard]] inline double from_ordered_bits(std::uint64_t key) noexcept {
    return std::bit_cast<double>(key ^ ((key >> 63) != 0 ? std::uint64_t{1} << 63 : ~std::uint64_t{0}));
}

/// Sorts numbers other than NaN ascending. Long arrays by digits of 11 bits, least first (radix sort), which
/// leaves out the digits that are the same everywhere: whole numbers need two or three of the six passes.
/// O(n).
inline void sort_doubles(std::vector<double>& values) {
    const std::size_t n = values.size();
    if (n < 2048) {
        std::sort(values.begin(), values.end());
        return;
    }
    constexpr std::size_t passes = 6;
    constexpr std::uint64_t mask = 2047;
    std::vector<std::uint64_t> from(n);
    std::vector<std::uint64_t> to(n);
    std::vector<std::array<std::uint32_t, 2048>> count(passes);
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint64_t key = ordered_bits(values[i]);
        from[i] = key;
        for (std::size_t p = 0; p < passes; ++p) ++count[p][(key >> (11 * p)) & mask];
    }
    for (std::size_t p = 0; p < passes; ++p) {
        auto& at = count[p];
        if (at[(from[0] >> (11 * p)) & mask] == n) continue;
        std::uint32_t sum = 0;
        for (std::uint32_t& c : at) sum += std::exchange(c, sum);
        for (const std::uint64_t key : from) to[at[(key >> (11 * p)) & mask]++] = key;
        from.swap(to);
    }
    for (std::size_t i = 0; i < n; ++i) values[i] = from_ordered_bits(from[i]);
}

}  // namespace gasket::detail
