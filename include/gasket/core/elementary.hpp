#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gasket/core/cpu.hpp"

/// The functions that logistic models are made of, as plain arithmetic without a branch: loops over them are
/// vectorised, and the bits are the same in every loop, at every width of registers and with every
/// mathematical library.
namespace gasket {

namespace detail {

[[nodiscard]] inline std::uint64_t bits_of_double(double x) noexcept {
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);  // not std::bit_cast, which keeps GCC 12 from vectorising
    return bits;
}
[[nodiscard]] inline double double_of_bits(std::uint64_t bits) noexcept {
    double x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}

/// `yes` where x has a minus sign, else `no`. A comparison would become a branch.
[[nodiscard]] inline double where_negative(double x, double yes, double no) noexcept {
    const std::uint64_t mask = 0 - (bits_of_double(x) >> 63);
    return double_of_bits((bits_of_double(yes) & mask) | (bits_of_double(no) & ~mask));
}

/// Adding this to a whole number below 2^51 puts its last bits where those of the fraction are; adding and
/// taking away rounds to a whole number.
inline constexpr double rounder = 0x1.8p52;

/// 2^k for a whole number k from -1022 to 1023.
[[nodiscard]] GASKET_INLINE double power_of_two(double k) noexcept {
    return double_of_bits((bits_of_double(k + rounder) + 1023) << 52);
}

/// e^-|x|, with an error below 1.1 ulp; 0 for infinity, NaN for NaN.
/// method: Cody & Waite, Software Manual for the Elementary Functions, 1980: -|x| = k log 2 + r, Taylor's
/// series for r
[[nodiscard]] GASKET_INLINE double exp_minus_abs(double x) noexcept {
    // |x|, but no more than 746, where the result is 0 already; NaN stays
    constexpr std::uint64_t most = 0x4087500000000000, infinity = 0x7ff0000000000000;
    const std::uint64_t size = bits_of_double(x) & ~(std::uint64_t{1} << 63);
    const std::uint64_t mask = 0 - (((size - most) | (infinity - size)) >> 63);
    const double a = double_of_bits((size & mask) | (most & ~mask));
    const double k = (rounder - a * 0x1.71547652b82fep0) - rounder;
    // log 2 in two parts, the first so short that its product with k is exact
    const double r = (-a - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;
    // even and odd powers apart: two short chains of additions instead of one that the processor has to wait
    // for
    const double q = r * r;
    double even = 1.0 / 479001600, odd = 1.0 / 6227020800;
    even = even * q + 1.0 / 3628800, odd = odd * q + 1.0 / 39916800;
    even = even * q + 1.0 / 40320, odd = odd * q + 1.0 / 362880;
    even = even * q + 1.0 / 720, odd = odd * q + 1.0 / 5040;
    even = even * q + 1.0 / 24, odd = odd * q + 1.0 / 120;
    even = even * q + 0.5, odd = odd * q + 1.0 / 6;
    const double power = 1 + (r + q * (even + r * odd));
    // 2^k in two steps: results too small for a normal number are rounded once, at the end
    const double half = (k * 0.5 + rounder) - rounder;
    return power * power_of_two(half) * power_of_two(k - half);
}

/// log(1 + x) for x from 0 to 1, with an error below 2 ulp: the series of the inverse hyperbolic tangent.
[[nodiscard]] inline double log_one_plus(double x) noexcept {
    const double s = x / (2 + x);
    const double q = s * s, w = q * q;
    double even = 1.0 / 35, odd = 1.0 / 33;
    even = even * w + 1.0 / 31, odd = odd * w + 1.0 / 29;
    even = even * w + 1.0 / 27, odd = odd * w + 1.0 / 25;
    even = even * w + 1.0 / 23, odd = odd * w + 1.0 / 21;
    even = even * w + 1.0 / 19, odd = odd * w + 1.0 / 17;
    even = even * w + 1.0 / 15, odd = odd * w + 1.0 / 13;
    even = even * w + 1.0 / 11, odd = odd * w + 1.0 / 9;
    even = even * w + 1.0 / 7, odd = odd * w + 1.0 / 5;
    const double sum = (even * w + 1.0 / 3) + q * odd;
    return 2 * s + 2 * s * (q * sum);
}

/// log(x) for a normal number x above 0, with an error of a few ulp of max(1, |log(x)|). That of the
/// mathematical library has not the same bits on every processor.
[[nodiscard]] inline double log_of(double x) noexcept {
    int power = 0;
    const double fraction = std::frexp(x, &power);
    return log_one_plus(2 * fraction - 1) + (power - 1) * 0x1.62e42fefa39efp-1;
}

}  // namespace detail

/// 1 / (1 + e^-x): the probability that belongs to log odds x. Error below 2.5 ulp, no overflow at either
/// end.
[[nodiscard]] GASKET_INLINE double sigmoid(double x) noexcept {
    const double e = detail::exp_minus_abs(x);
    return detail::where_negative(x, e, 1.0) / (1 + e);
}

/// log(1 + e^x): the log loss of log odds x where the class is the negative one. Error below 3 ulp.
[[nodiscard]] inline double softplus(double x) noexcept {
    return detail::where_negative(x, 0.0, x) + detail::log_one_plus(detail::exp_minus_abs(x));
}

/// Scores of some classes become their probabilities: e^score over the sum of them all. No overflow.
inline void softmax(double* scores, std::size_t classes) noexcept {
    double most = scores[0];
    for (std::size_t k = 1; k < classes; ++k) most = scores[k] > most ? scores[k] : most;
    double sum = 0;
    for (std::size_t k = 0; k < classes; ++k) sum += scores[k] = detail::exp_minus_abs(scores[k] - most);
    for (std::size_t k = 0; k < classes; ++k) scores[k] /= sum;
}

}  // namespace gasket
