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

/// Sorts values by `key(value)`, 64 bits, ascending; values of one key keep their order. Long arrays by
/// digits of 11 bits, least first, which leaves out the digits that are the same everywhere: whole numbers
/// need two or three of the six passes. Fewer than 2^32 values. O(n).
template <class T, class Key>
void radix_sort(std::vector<T>& values, const Key& key) {
    const std::size_t n = values.size();
    if (n < 1024) {
        std::stable_sort(values.begin(), values.end(),
                         [&](const T& a, const T& b) { return key(a) < key(b); });
        return;
    }
    constexpr std::size_t passes = 6;
    constexpr std::uint64_t mask = 2047;
    std::vector<T> other(n);
    std::vector<std::array<std::uint32_t, 2048>> count(passes);
    for (const T& value : values) {
        for (std::size_t p = 0; p < passes; ++p) ++count[p][(key(value) >> (11 * p)) & mask];
    }
    for (std::size_t p = 0; p < passes; ++p) {
        auto& at = count[p];
        if (at[(key(values[0]) >> (11 * p)) & mask] == n) continue;
        std::uint32_t sum = 0;
        for (std::uint32_t& c : at) sum += std::exchange(c, sum);
        for (const T& value : values) other[at[(key(value) >> (11 * p)) & mask]++] = value;
        values.swap(other);
    }
}

}  // namespace gasket::detail
