#pragma once

#include <cmath>
#include <initializer_list>
#include <limits>

namespace gasket {

namespace detail {

/// The continued fraction of the incomplete beta function, by the modified Lentz method (Lentz, 1976;
/// Thompson & Barnett, 1986).
inline double beta_fraction(double a, double b, double x) noexcept {
    constexpr double tiny = 1e-300;
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    d = 1 / (std::abs(d) < tiny ? tiny : d);
    double fraction = d;
    for (int m = 1; m < 10000; ++m) {
        for (const double term : {m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                                  -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))}) {
            d = 1 + term * d;
            c = 1 + term / c;
            d = 1 / (std::abs(d) < tiny ? tiny : d);
            if (std::abs(c) < tiny) c = tiny;
            fraction *= d * c;
        }
        if (std::abs(d * c - 1) < 1e-16) break;
    }
    return fraction;
}

/// The logarithm of the gamma function, x above 0. The library's own lgamma leaves a sign in a variable that
/// all threads share.
inline double log_gamma(double x) noexcept {
#if defined(_GNU_SOURCE) || defined(_DEFAULT_SOURCE)
    int sign = 0;
    return ::lgamma_r(x, &sign);
#else
    return std::lgamma(x);
#endif
}

/// The regularised incomplete beta function I_x(a, b), x in [0, 1], a and b above 0.
inline double incomplete_beta(double a, double b, double x) noexcept {
    if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
    const double front =
        std::exp(a * std::log(x) + b * std::log1p(-x) + log_gamma(a + b) - log_gamma(a) - log_gamma(b));
    // The fraction is quick below the mean of the distribution.
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

}  // namespace detail

/// The chance that Student's t with `freedom` degrees (above 0) is at least as far from 0 as `t`, on either
/// side. To about 13 digits.
[[nodiscard]] inline double student_t_two_sided(double t, double freedom) noexcept {
    if (std::isnan(t)) return t;
    return detail::incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

/// How far from 0 Student's t with `freedom` degrees stays with the chance `confidence` in (0, 1): the half
/// width of an interval in standard errors. To about 12 digits.
///
/// reference: Student, The probable error of a mean, 1908
[[nodiscard]] inline double student_t_reach(double confidence, double freedom) noexcept {
    if (!(confidence > 0 && confidence < 1 && freedom > 0)) return std::numeric_limits<double>::quiet_NaN();
    double low = 0;
    double high = 1;
    while (student_t_two_sided(high, freedom) > 1 - confidence && high < 1e300) {
        low = high;
        high *= 2;
    }
    for (int step = 0; step < 200 && high - low > 1e-15 * high; ++step) {
        const double middle = low + (high - low) / 2;
        (student_t_two_sided(middle, freedom) > 1 - confidence ? low : high) = middle;
    }
    return low + (high - low) / 2;
}

}  // namespace gasket
