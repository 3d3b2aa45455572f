#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gasket {

/// Sums of any stretch of a row of numbers, each in constant time and correctly rounded: the same bits as if
/// the numbers had been added without error and then rounded once. So a sum does not depend on the order of
/// its numbers, nor on numbers outside the stretch, as differences of rounded sums do.
///
/// The sums up to each place are kept as whole multiples of the least unit among the numbers, in as many
/// words as their range needs: two, for most data.
///
/// make O(n x words); memory 8 n x words bytes; numbers must be finite   thread-safe to read
/// reference: the fixed-point accumulator of Kulisch, Computer Arithmetic and Validity, 2008
class ExactPrefixSums {
  public:
    explicit ExactPrefixSums(std::span<const double> numbers) {
        int least = 1100;
        int greatest = -1100;
        for (const double x : numbers) {
            if (x == 0) continue;
            least = std::min(least, unit_of(x));
            greatest = std::max(greatest, std::ilogb(x));
        }
        if (greatest < -1099) least = greatest = 0;
        unit_ = least;
        // one bit for the sign, and room for the carries of all numbers
        const auto bits = static_cast<std::size_t>(greatest - least) + 2 + std::bit_width(numbers.size());
        words_ = bits / 64 + 1;
        sums_.assign((numbers.size() + 1) * words_, 0);
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            std::uint64_t* const next = sums_.data() + (i + 1) * words_;
            std::copy_n(next - words_, words_, next);
            if (numbers[i] != 0) add(numbers[i], next);
        }
    }

    /// The sum of the numbers from place `begin` up to, not including, place `end`.
    [[nodiscard]] double sum(std::size_t begin, std::size_t end) const {
        const std::uint64_t* const high = sums_.data() + end * words_;
        const std::uint64_t* const low = sums_.data() + begin * words_;
        // The difference word by word from the least; then its magnitude, of which 53 bits are kept.
        bool negative = false;
        {
            bool borrow = false;
            std::uint64_t last = 0;
            for (std::size_t w = 0; w < words_; ++w) last = subtract(high[w], low[w], borrow);
            negative = (last >> 63) != 0;
        }
        const std::uint64_t* const more = negative ? low : high;
        const std::uint64_t* const less = negative ? high : low;
        bool borrow = false;
        std::uint64_t top = 0;     // the highest word that is not 0, and the one below it
        std::uint64_t second = 0;  // of these two all bits count
        bool rest = false;         // whether any lower bit is set
        std::size_t at = 0;
        std::uint64_t below = 0;
        bool below_rest = false;
        for (std::size_t w = 0; w < words_; ++w) {
            const std::uint64_t word = subtract(more[w], less[w], borrow);
            if (word != 0) {
                top = word;
                second = below;
                rest = below_rest;
                at = w;
            }
            below_rest = below_rest || below != 0;
            below = word;
        }
        if (top == 0) return 0;
        const double size = rounded(top, second, rest, unit_ + 64 * static_cast<int>(at));
        return negative ? -size : size;
    }

    /// Words that each sum takes.
    [[nodiscard]] std::size_t words() const noexcept { return words_; }

  private:
    /// The exponent of the least bit that a number may have set.
    static int unit_of(double x) noexcept { return std::max(std::ilogb(x), -1022) - 52; }

    static std::uint64_t subtract(std::uint64_t a, std::uint64_t b, bool& borrow) noexcept {
        const std::uint64_t c = a - b - (borrow ? 1 : 0);
        borrow = borrow ? a <= b : a < b;
        return c;
    }

    void add(double x, std::uint64_t* words) const {
        const int exponent = unit_of(x);
        const auto mantissa = static_cast<std::uint64_t>(std::ldexp(std::abs(x), -exponent));
        const auto shift = static_cast<std::size_t>(exponent - unit_);
        const std::size_t first = shift / 64;
        const std::size_t bit = shift % 64;
        const std::uint64_t parts[2] = {mantissa << bit, bit == 0 ? 0 : mantissa >> (64 - bit)};
        bool carry = false;
        for (std::size_t w = first; w < words_; ++w) {
            const std::uint64_t part = w - first < 2 ? parts[w - first] : 0;
            if (w - first >= 2 && !carry) break;
            if (x < 0) {
                words[w] = subtract(words[w], part, carry);
            } else {
                const std::uint64_t sum = words[w] + part + (carry ? 1 : 0);
                carry = carry ? sum <= part : sum < part;
                words[w] = sum;
            }
        }
    }

    /// The number top x 2^exponent + second x 2^(exponent - 64) + something below that where `rest`, to the
    /// nearest double, halves to the even one.
    static double rounded(std::uint64_t top, std::uint64_t second, bool rest, int exponent) {
        const int unused = std::countl_zero(top);
        if (unused > 0) {
            top = (top << unused) | (second >> (64 - unused));
            rest = rest || (second << unused) != 0;
        } else {
            rest = rest || second != 0;
        }
        // 64 bits, the first of them set; 53 are kept
        std::uint64_t kept = top >> 11;
        const std::uint64_t lost = top & 0x7FF;
        const bool up = lost > 0x400 || (lost == 0x400 && (rest || (kept & 1) != 0));
        kept += up ? 1 : 0;
        return std::ldexp(static_cast<double>(kept), exponent - unused + 11);
    }

    int unit_ = 0;
    std::size_t words_ = 1;
    std::vector<std::uint64_t> sums_;
};

}  // namespace gasket
