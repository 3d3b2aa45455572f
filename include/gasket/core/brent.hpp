#pragma once

#include <cmath>
#include <limits>
#include <utility>

namespace gasket::detail {

/// Where a continuous function is 0, between `a` and `b` at which it has values `fa` and `fb` of opposite
/// sign (or 0): to about one part in 10^15. Takes about ten calls for a smooth function, never many more than
/// bisection would.
///
/// reference: Brent, Algorithms for Minimization without Derivatives, 1973, ch. 4
template <class Function>
[[nodiscard]] double brent_root(const Function& f, double a, double fa, double b, double fb) {
    double c = a;
    double fc = fa;
    double step = b - a;
    double before = step;
    for (int round = 0; round < 200; ++round) {
        if ((fb > 0) == (fc > 0)) {
            c = a;
            fc = fa;
            step = before = b - a;
        }
        if (std::abs(fc) < std::abs(fb)) {  // b is the best so far, c the other end
            a = b;
            b = c;
            c = a;
            fa = fb;
            fb = fc;
            fc = fa;
        }
        const double tolerance = 2 * std::numeric_limits<double>::epsilon() * std::abs(b) + 1e-300;
        const double half = (c - b) / 2;
        if (std::abs(half) <= tolerance || fb == 0) return b;
        if (std::abs(before) >= tolerance && std::abs(fa) > std::abs(fb)) {
            // By the parabola through three points, or the line through two.
            const double s = fb / fa;
            double p = 2 * half * s;
            double q = 1 - s;
            if (a != c) {
                const double u = fa / fc;
                const double v = fb / fc;
                p = s * (2 * half * u * (u - v) - (b - a) * (v - 1));
                q = (u - 1) * (v - 1) * (s - 1);
            }
            if (p > 0) q = -q;
            p = std::abs(p);
            if (2 * p < 3 * half * q - std::abs(tolerance * q) && p < std::abs(before * q / 2)) {
                before = step;
                step = p / q;
            } else {
                step = before = half;
            }
        } else {
            step = before = half;
        }
        a = b;
        fa = fb;
        b += std::abs(step) > tolerance ? step : std::copysign(tolerance, half);
        fb = f(b);
    }
    return b;
}

}  // namespace gasket::detail
