#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace gasket::detail {

/// The length of the UTF-8 sequence that begins at `i`, or 0 where none does: neither overlong forms nor
/// surrogates nor code points above U+10FFFF are any (RFC 3629).
[[nodiscard]] inline std::size_t utf8_sequence(std::string_view s, std::size_t i) noexcept {
    const auto at = [&](std::size_t k) { return k < s.size() ? static_cast<unsigned char>(s[k]) : 0u; };
    const auto more = [&](std::size_t k) { return (at(k) & 0xC0u) == 0x80u; };
    const unsigned lead = at(i);
    const unsigned next = at(i + 1);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4 || !more(i + 1)) return 0;
    if (lead < 0xE0) return 2;
    if (lead < 0xF0) {
        if ((lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F) || !more(i + 2)) return 0;
        return 3;
    }
    if ((lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next > 0x8F) || !more(i + 2) || !more(i + 3))
        return 0;
    return 4;
}

/// Where the first byte stands that no text has: a NUL, or the beginning of what is no UTF-8; npos where
/// there is none. ASCII is passed 64 bytes at a time.
[[nodiscard]] inline std::size_t find_bad_byte(std::string_view s) noexcept {
    constexpr std::uint64_t tops = 0x8080808080808080ULL;
    constexpr std::uint64_t ones = 0x0101010101010101ULL;
    std::size_t i = 0;
    while (i < s.size()) {
        for (; s.size() - i >= 64; i += 64) {
            std::uint64_t seen = 0;
            for (std::size_t k = 0; k < 64; k += 8) {
                std::uint64_t w = 0;
                std::memcpy(&w, s.data() + i + k, 8);
                seen |= w | ((w - ones) & ~w);  // the top bit of a byte that is not ASCII, or follows a NUL
            }
            if ((seen & tops) != 0) break;
        }
        const std::size_t stop = std::min(s.size(), i + 64);
        while (i < stop) {
            const std::size_t length = s[i] == '\0' ? 0 : utf8_sequence(s, i);
            if (length == 0) return i;
            i += length;
        }
    }
    return std::string_view::npos;
}

/// The text of a one-byte encoding as UTF-8. Between 0x80 and 0x9F Latin-1 has control characters and
/// Windows-1252 letters (the five bytes that it leaves open become the control characters, as browsers do).
[[nodiscard]] inline std::string to_utf8(std::string_view s, bool windows) {
    static constexpr std::array<std::uint16_t, 32> letters = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    std::string out;
    out.reserve(s.size() + s.size() / 8);
    for (const char c : s) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out += c;
            continue;
        }
        const unsigned code = windows && byte < 0xA0 ? letters[byte - 0x80u] : byte;
        if (code < 0x800) {
            out += static_cast<char>(0xC0u | (code >> 6));
        } else {
            out += static_cast<char>(0xE0u | (code >> 12));
            out += static_cast<char>(0x80u | ((code >> 6) & 0x3Fu));
        }
        out += static_cast<char>(0x80u | (code & 0x3Fu));
    }
    return out;
}

}  // namespace gasket::detail
