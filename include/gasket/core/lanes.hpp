#pragma once

#include <cstddef>
#include <cstring>

#include "gasket/core/cpu.hpp"

/// Sums of products over long arrays in a fixed order: value r always goes to lane r mod 4 (or mod 8), and
/// the lanes are added in pairs at the end. So the compiler needs no licence to reorder, and the bits are the
/// same whatever the width of the registers. All lengths are multiples of 8.
namespace gasket::detail {

/// Four doubles that the compiler keeps in one or two registers. Only for local variables, never handed by
/// value.
using Lanes = double __attribute__((vector_size(32)));

inline void load_lanes(Lanes& to, const double* from) noexcept {
    std::memcpy(&to, from, sizeof(Lanes));
}
[[nodiscard]] inline double total(const Lanes& v) noexcept {
    return (v[0] + v[1]) + (v[2] + v[3]);
}

/// The sum of a[0] to a[n - 1].
GASKET_CLONES inline double sum_of(const double* a, std::size_t n) noexcept {
    Lanes s{}, t{};
    for (std::size_t r = 0; r < n; r += 8) {
        Lanes v;
        load_lanes(v, a + r), s += v;
        load_lanes(v, a + r + 4), t += v;
    }
    return total(s) + total(t);
}

/// out[r] += b[0] * x[0][r] + ... + b[3] * x[3][r], from left to right, for four columns x[0] to x[3].
GASKET_CLONES inline void add_scaled(const double* b, const double* const* x, std::size_t n,
                                     double* out) noexcept {
    const double *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
    const double b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3];
    for (std::size_t r = 0; r < n; r += 4) {
        Lanes u, v;
        load_lanes(u, out + r);
        load_lanes(v, x0 + r), u += b0 * v;
        load_lanes(v, x1 + r), u += b1 * v;
        load_lanes(v, x2 + r), u += b2 * v;
        load_lanes(v, x3 + r), u += b3 * v;
        std::memcpy(out + r, &u, sizeof u);
    }
}

/// out[k] += sum over r of a[r] * x[k][r], for four columns x[0] to x[3].
GASKET_CLONES inline void add_dots(const double* a, const double* const* x, std::size_t n,
                                   double* out) noexcept {
    const double *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
    Lanes s0{}, s1{}, s2{}, s3{}, t0{}, t1{}, t2{}, t3{};
    for (std::size_t r = 0; r < n; r += 8) {
        Lanes u, v;
        load_lanes(u, a + r);
        load_lanes(v, x0 + r), s0 += u * v;
        load_lanes(v, x1 + r), s1 += u * v;
        load_lanes(v, x2 + r), s2 += u * v;
        load_lanes(v, x3 + r), s3 += u * v;
        load_lanes(u, a + r + 4);
        load_lanes(v, x0 + r + 4), t0 += u * v;
        load_lanes(v, x1 + r + 4), t1 += u * v;
        load_lanes(v, x2 + r + 4), t2 += u * v;
        load_lanes(v, x3 + r + 4), t3 += u * v;
    }
    out[0] += total(s0) + total(t0);
    out[1] += total(s1) + total(t1);
    out[2] += total(s2) + total(t2);
    out[3] += total(s3) + total(t3);
}

/// out[i * stride + k] += sum over r of a[i][r] * b[k][r], for four columns a and two columns b: eight sums
/// that run side by side, which is what hides the latency of an addition.
GASKET_CLONES inline void add_products(const double* const* a, const double* const* b, std::size_t n,
                                       double* out, std::size_t stride) noexcept {
    const double *a0 = a[0], *a1 = a[1], *a2 = a[2], *a3 = a[3], *b0 = b[0], *b1 = b[1];
    Lanes s0{}, s1{}, s2{}, s3{}, t0{}, t1{}, t2{}, t3{};
    for (std::size_t r = 0; r < n; r += 4) {
        Lanes u, v, w;
        load_lanes(u, b0 + r);
        load_lanes(v, b1 + r);
        load_lanes(w, a0 + r), s0 += w * u, t0 += w * v;
        load_lanes(w, a1 + r), s1 += w * u, t1 += w * v;
        load_lanes(w, a2 + r), s2 += w * u, t2 += w * v;
        load_lanes(w, a3 + r), s3 += w * u, t3 += w * v;
    }
    out[0] += total(s0), out[1] += total(t0);
    out += stride;
    out[0] += total(s1), out[1] += total(t1);
    out += stride;
    out[0] += total(s2), out[1] += total(t2);
    out += stride;
    out[0] += total(s3), out[1] += total(t3);
}

}  // namespace gasket::detail
