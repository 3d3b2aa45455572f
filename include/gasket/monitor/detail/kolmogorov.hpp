#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

namespace gasket::detail {

/// log(n! / n^n).
[[nodiscard]] inline double log_factorial_share(double n) noexcept {
    if (n < 20) {
        double sum = 0;
        for (double i = 2; i <= n; ++i) sum += std::log(i / n);
        return sum - std::log(n);
    }
    // Stirling's series; the next term is under 1e-14
    const double m = 1 / (n * n);
    return 0.5 * std::log(2 * std::numbers::pi * n) - n +
           (1.0 / 12 - m * (1.0 / 360 - m * (1.0 / 1260 - m * (1.0 / 1680 - m / 1188)))) / n;
}

/// The chance that the empirical distribution of n values lies somewhere more than x above their own: a
/// finite sum (Smirnov, 1944) up to 10,000 values, beyond them its expansion, whose error is of the order of
/// 1/n^2. O(min(n, 10,000))
[[nodiscard]] inline double smirnov_survival(double n, double x) noexcept {
    if (n > 10000) {
        const double t = std::sqrt(n) * x;
        const double s = t * t;
        const double r = std::sqrt(n);
        return std::exp(-2 * s) * (1 - 2 * t / (3 * r) + 2 * s / (3 * n) * (1 - 2 * s / 3) +
                                   4 * t / (9 * n * r) * (1.0 / 5 - 19 * s / 15 + 2 * s * s / 3));
    }
    double sum = 0;
    double log_choose = 0;  // log of n over v
    for (double v = 0; v <= std::floor(n * (1 - x)); ++v) {
        const double rest = 1 - x - v / n;
        const double last = v == n ? 0 : (n - v) * std::log(std::max(rest, 0.0));
        if (rest > 0 || v == n) sum += std::exp(log_choose + (v - 1) * std::log(x + v / n) + last);
        log_choose += std::log((n - v) / (v + 1));
    }
    return x * sum;
}

/// The chance that n values lie nowhere as far as x from their distribution, as an entry of the n-th power of
/// a matrix (Marsaglia, Tsang & Wang, 2003). O((n x)^3 log n)
[[nodiscard]] inline double kolmogorov_matrix(double n, double x) {
    const auto k = static_cast<std::size_t>(std::ceil(n * x));
    const double h = static_cast<double>(k) - n * x;
    const std::size_t m = 2 * k - 1;
    using Matrix = std::vector<double>;
    Matrix power(m * m, 0);
    for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < std::min(m, i + 2); ++j) power[i * m + j] = 1;
    }
    for (std::size_t i = 0; i < m; ++i) {
        power[i * m] -= std::pow(h, static_cast<double>(i + 1));
        power[(m - 1) * m + i] -= std::pow(h, static_cast<double>(m - i));
    }
    if (2 * h > 1) power[(m - 1) * m] += std::pow(2 * h - 1, static_cast<double>(m));
    for (std::size_t i = 0; i < m; ++i) {
        double factorial = 1;
        for (std::size_t j = i + 1; j-- > 0;) {
            factorial *= static_cast<double>(i - j + 1);
            power[i * m + j] /= factorial;
        }
    }
    const auto times = [&](const Matrix& a, const Matrix& b) {
        Matrix out(m * m, 0);
        for (std::size_t i = 0; i < m; ++i) {
            for (std::size_t l = 0; l < m; ++l) {
                for (std::size_t j = 0; j < m; ++j) out[i * m + j] += a[i * m + l] * b[l * m + j];
            }
        }
        return out;
    };
    Matrix result(m * m, 0);
    for (std::size_t i = 0; i < m; ++i) result[i * m + i] = 1;
    double power_log = 0;  // what has been taken out of the two, so that they stay in range
    double result_log = 0;
    const auto rescale = [&](Matrix& a, double& log) {
        const double middle = a[(k - 1) * m + k - 1];
        if (middle < 1e100) return;
        for (double& e : a) e *= 1e-100;
        log += 100 * std::numbers::ln10;
    };
    for (auto left = static_cast<std::size_t>(n);; left /= 2) {
        if (left % 2 == 1) {
            result = times(result, power);
            result_log += power_log;
            rescale(result, result_log);
        }
        if (left < 2) break;
        power = times(power, power);
        power_log *= 2;
        rescale(power, power_log);
    }
    return result[(k - 1) * m + k - 1] * std::exp(result_log + log_factorial_share(n));
}

/// The same by four terms in powers of 1 / sqrt(n) (Pelz & Good, 1976).
[[nodiscard]] inline double kolmogorov_series(double n, double x) noexcept {
    const double z2 = n * x * x;
    const double z = std::sqrt(z2);
    const double z4 = z2 * z2;
    const double z6 = z4 * z2;
    const double pi2 = std::numbers::pi * std::numbers::pi;
    std::array<double, 4> sum{};
    double squares = 0;
    double fourths = 0;
    const int terms = static_cast<int>(std::ceil(16 * z / std::numbers::pi));
    for (int k = terms; k > 0; --k) {
        const double m = 2 * k - 1;
        const double p = pi2 * m * m / 4;
        const double e = std::exp(-p / (2 * z2));
        sum[0] += e;
        sum[1] += e * (p - z2);
        sum[2] += e * (6 * z6 + 2 * z4 + p * (2 * z4 - 5 * z2) + p * p * (1 - 2 * z2));
        sum[3] += e * (p * p * p * (5 - 30 * z2) + p * p * (212 * z4 - 60 * z2) + p * (135 * z4 - 96 * z6) -
                       30 * z6 - 90 * z4 * z4);
        const double q = pi2 * k * k;
        const double f = std::exp(-q / (2 * z2));
        squares += f * q;
        fourths += f * q * (3 * z2 - q);
    }
    const double root = std::sqrt(n);
    const double k0 = sum[0] / z;
    const double k1 = sum[1] / (6 * z4);
    const double k2 = sum[2] / (72 * z6 * z) - squares / (36 * z2 * z);
    const double k3 = sum[3] / (6480 * z6 * z4) + fourths / (216 * z6);
    return std::sqrt(2 * std::numbers::pi) * (k0 + k1 / root + k2 / n + k3 / (n * root));
}

/// The chance that n values drawn from a distribution lie somewhere at least x from it (two-sided). Each
/// range of n and x has the method that is right to about ten digits there (Simard & L'Ecuyer, 2011).
[[nodiscard]] inline double kolmogorov_survival(double n, double x) {
    if (!(n >= 1) || std::isnan(x)) return NAN;
    if (x >= 1) return 0;
    const double t = n * x;
    if (t <= 0.5) return 1;
    if (t <= 1) return 1 - std::exp(log_factorial_share(n) + n * std::log(2 * t - 1));
    if (t >= n - 1) return 2 * std::pow(1 - x, n);
    const double square = t * x;
    if (square >= 370) return 0;
    if (x >= 0.5 || square > (n <= 140 ? 4.0 : 2.2)) return std::clamp(2 * smirnov_survival(n, x), 0.0, 1.0);
    const bool exact = n <= 140 || (n <= 100000 && n * std::pow(x, 1.5) <= 1.4);
    return std::clamp(1 - (exact ? kolmogorov_matrix(n, x) : kolmogorov_series(n, x)), 0.0, 1.0);
}

}  // namespace gasket::detail
