#pragma once

#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <system_error>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gasket::detail {

[[nodiscard]] inline bool is_digit(char c) noexcept {
    return static_cast<unsigned char>(c - '0') < 10;
}

[[nodiscard]] inline char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Whether `s` is `word` (which is in lower case), letter case aside.
[[nodiscard]] inline bool same_word(std::string_view s, std::string_view word) noexcept {
    if (s.size() != word.size()) return false;
    for (std::size_t i = 0; i < s.size(); ++i) {
        if (lower(s[i]) != word[i]) return false;
    }
    return true;
}

inline constexpr std::array<double, 23> power_of_ten = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// Appends the digits at `p` to `n` (modulo 2^64) and returns the first byte that is none. Eight bytes at a
/// time: the digits among them are shifted to the top, so that any count from 0 to 8 takes the same path.
inline const char* take_digits(const char* p, const char* end, std::uint64_t& n) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        constexpr std::array<std::uint64_t, 9> scale = {1,      10,      100,      1000,     10000,
                                                        100000, 1000000, 10000000, 100000000};
        while (end - p >= 8) {
            std::uint64_t w = 0;
            std::memcpy(&w, p, 8);
            w ^= 0x3030303030303030ULL;
            // a byte is a digit when it is below 10: adding 118 then leaves its top bit clear
            const std::uint64_t other =
                (((w & 0x7f7f7f7f7f7f7f7fULL) + 0x7676767676767676ULL) | w) & 0x8080808080808080ULL;
            const auto count = static_cast<unsigned>(std::countr_zero(other)) / 8;
            if (count == 0) return p;
            w <<= 8 * (8 - count);
            w = (w * 10) + (w >> 8);
            w = (((w & 0x000000FF000000FFULL) * 0x000F424000000064ULL) +
                 (((w >> 16) & 0x000000FF000000FFULL) * 0x0000271000000001ULL)) >>
                32;
            n = n * scale[count] + (w & 0xffffffffULL);
            p += count;
            if (count < 8) return p;
        }
    }
    for (; p != end && is_digit(*p); ++p) n = n * 10 + static_cast<std::uint64_t>(*p - '0');
    return p;
}

/// Reads a decimal number at `p`: digits with an optional sign, point and exponent, or `inf` / `infinity` in
/// any case. The nearest double. Returns the first byte after it, or null where there is none.
///
/// Up to 2^53 and 10^22 both factors are exact doubles, so one multiplication or division rounds correctly
/// (Clinger, 1990); beyond that std::from_chars decides.
inline const char* parse_number(const char* p, const char* end, double& out) noexcept {
    bool negative = false;
    if (p != end && (*p == '-' || *p == '+')) negative = *p++ == '-';
    const char* const start = p;
    std::uint64_t mantissa = 0;
    // one digit before the point is by far the most frequent case
    if (p != end && is_digit(*p)) mantissa = static_cast<std::uint64_t>(*p++ - '0');
    if (p != end && is_digit(*p)) p = take_digits(p, end, mantissa);
    std::ptrdiff_t digits = p - start;
    std::ptrdiff_t exponent = 0;
    if (p != end && *p == '.') {
        const char* const fraction = ++p;
        p = take_digits(p, end, mantissa);
        exponent = fraction - p;
        digits += p - fraction;
    }
    if (digits == 0) {
        const std::string_view rest(start, static_cast<std::size_t>(end - start));
        const std::size_t word = same_word(rest.substr(0, 8), "infinity") ? 8
                                 : same_word(rest.substr(0, 3), "inf")    ? 3
                                                                          : 0;
        if (word == 0) return nullptr;
        out = negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
        return start + word;
    }
    bool exponent_negative = false;
    if (p != end && (*p == 'e' || *p == 'E')) {
        const char* q = p + 1;
        if (q != end && (*q == '-' || *q == '+')) exponent_negative = *q++ == '-';
        if (q != end && is_digit(*q)) {
            std::ptrdiff_t e = 0;
            for (; q != end && is_digit(*q); ++q) e = e < 100000 ? e * 10 + (*q - '0') : e;
            exponent += exponent_negative ? -e : e;
            p = q;
        }
    }
    if (digits <= 19 && mantissa < (std::uint64_t{1} << 53) && exponent >= -22 && exponent <= 22) {
        const auto m = static_cast<double>(mantissa);
        const double x = exponent < 0 ? m / power_of_ten[static_cast<std::size_t>(-exponent)]
                                      : m * power_of_ten[static_cast<std::size_t>(exponent)];
        out = negative ? -x : x;
        return p;
    }
    double x = 0;
    if (std::from_chars(start, p, x).ec == std::errc::result_out_of_range) {
        // too large is infinite, too small is zero: what counts is where the first digit other than 0 stands
        std::ptrdiff_t top = exponent + digits;
        for (const char* q = start; q != p && (*q == '0' || *q == '.'); ++q) top -= *q == '0' ? 1 : 0;
        x = top > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    }
    out = negative ? -x : x;
    return p;
}

/// Bytes before a field that parse_plain_number() may look at.
inline constexpr std::size_t plain_margin = 16;

/// Reads [begin, end) when it is a number such as 12, -3.25 or 0.123456789: an optional '-', and up to 15
/// digits with or without a point among them. False for anything else, of which parse_number() and others
/// know more: also for digits that begin with a zero, which may be a code. Looks at plain_margin bytes before
/// `begin`.
///
/// Fields differ in length, and a wrong guess of a length costs more than the reading: so all bytes are read
/// at once, from the end, the point is taken out by a shift of what stands before it, and the digits are
/// added up in pairs. 5 ns a field of 8 characters; parse_number(), which finds the end as it goes, takes 9.
inline bool parse_plain_number(const char* begin, const char* end, double& out) noexcept {
#if defined(__SSE2__)
    // a row of zeros, then of ones: from its middle less n on, it has n bytes of ones at the top
    alignas(16) static constexpr std::array<unsigned char, 32> zeros_then_ones = [] {
        std::array<unsigned char, 32> bytes{};
        for (std::size_t i = 16; i < 32; ++i) bytes[i] = 255;
        return bytes;
    }();
    const auto load = [](const void* at) { return _mm_loadu_si128(static_cast<const __m128i*>(at)); };
    const bool negative = *begin == '-';
    const std::ptrdiff_t length = end - begin - (negative ? 1 : 0);
    if (length < 1 || length > 16) return false;
    __m128i bytes = load(end - 16);
    std::ptrdiff_t digits = length;
    std::ptrdiff_t decimals = 0;
    const auto points =
        static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')))) >> (16 - length);
    if (points != 0) {
        digits = length - 1;
        decimals = digits - std::countr_zero(points);
        const __m128i behind = load(zeros_then_ones.data() + decimals);
        bytes = _mm_or_si128(_mm_and_si128(behind, bytes), _mm_andnot_si128(behind, load(end - 17)));
        if (digits == 0) return false;
    } else if (digits > 15 || (digits > 1 && end[-digits] == '0')) {
        return false;
    }
    bytes = _mm_and_si128(_mm_sub_epi8(bytes, _mm_set1_epi8('0')), load(zeros_then_ones.data() + digits));
    const __m128i above_9 = _mm_subs_epu8(bytes, _mm_set1_epi8(9));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(above_9, _mm_setzero_si128())) != 0xffff) return false;
    const __m128i pairs = _mm_srli_epi16(_mm_mullo_epi16(bytes, _mm_set1_epi16(10 * 256 + 1)), 8);
    const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
    const __m128i eights = _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32(1 << 16 | 10000));
    const auto halves = static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights));
    const auto n = static_cast<std::int64_t>((halves & 0xffffffff) * 100000000 + (halves >> 32));
    const double x = static_cast<double>(n) / power_of_ten[static_cast<std::size_t>(decimals)];
    out = std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) | static_cast<std::uint64_t>(negative) << 63);
    return true;
#else
    (void)begin, (void)end, (void)out;
    return false;
#endif
}

/// The number that `s` is as a whole; false where it is none.
inline bool parse_whole_number(std::string_view s, double& out) noexcept {
    const char* const end = s.data() + s.size();
    return !s.empty() && parse_number(s.data(), end, out) == end;
}

/// Whether a run of digits is a code rather than a quantity: it begins with a zero that a number would lose
/// (a zip code 00123), or has more digits than a double can hold (an account of 20 digits).
[[nodiscard]] inline bool is_digit_code(const char* p, const char* end) noexcept {
    if (end - p < 2 || (*p != '0' && end - p < 16)) return false;
    std::uint64_t n = 0;
    if (take_digits(p, end, n) != end) return false;
    if (*p == '0' || end - p > 19) return true;
    return n > (std::uint64_t{1} << 53) && static_cast<std::uint64_t>(static_cast<double>(n)) != n;
}

}  // namespace gasket::detail
