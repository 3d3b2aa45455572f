#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gasket {

/// A 32-bit hash of a text, the same on every machine: MurmurHash3 (x86, 32 bit) of Austin Appleby, 2011, in
/// the public domain. For spreading texts over buckets; not for cryptography.
[[nodiscard]] constexpr std::uint32_t murmur_hash(std::string_view text, std::uint32_t seed = 0) noexcept {
    const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
    const auto scramble = [](std::uint32_t k) { return std::rotl(k * 0xCC9E2D51U, 15) * 0x1B873593U; };
    std::uint32_t h = seed;
    std::size_t i = 0;
    for (; i + 4 <= text.size(); i += 4) {
        h ^= scramble(byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24);
        h = std::rotl(h, 13) * 5 + 0xE6546B64U;
    }
    std::uint32_t rest = 0;
    for (std::size_t k = text.size(); k > i; --k) rest = rest << 8 | byte(k - 1);
    if (i < text.size()) h ^= scramble(rest);
    h ^= static_cast<std::uint32_t>(text.size());
    h = (h ^ h >> 16) * 0x85EBCA6BU;
    h = (h ^ h >> 13) * 0xC2B2AE35U;
    return h ^ h >> 16;
}

}  // namespace gasket
