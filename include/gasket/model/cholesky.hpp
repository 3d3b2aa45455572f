#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace gasket::detail {

[[nodiscard]] inline double dot(std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

/// A positive semidefinite matrix made ready for solving, each variable in units of its own curvature, so
/// that columns of any scale do no harm. Plain loops in a fixed order, so that the bits do not depend on the
/// processor that the program was built for.
class ScaledCholesky {
  public:
    /// `lower` has p rows of p numbers, filled on and below the diagonal. O(p^3)
    explicit ScaledCholesky(const std::vector<double>& lower, std::size_t p) : scale_(p) {
        for (std::size_t j = 0; j < p; ++j) {
            const double d = lower[j * p + j];
            scale_[j] = d > 0 ? 1 / std::sqrt(d) : 0;
        }
        // A trace of a ridge keeps collinear columns apart; it bends the way to the optimum, not the optimum.
        double ridge = 1e-12;
        while (!factorise(lower, ridge) && ridge <= 1) ridge *= 100;
    }

    [[nodiscard]] std::vector<double> solve(std::span<const double> right) const {
        const std::size_t p = scale_.size();
        std::vector<double> x(p);
        for (std::size_t j = 0; j < p; ++j) x[j] = (right[j] * scale_[j] - dot({row(j), j}, x)) / row(j)[j];
        for (std::size_t j = p; j-- > 0;) {
            x[j] /= row(j)[j];
            for (std::size_t k = 0; k < j; ++k) x[k] -= row(j)[k] * x[j];
            x[j] *= scale_[j];
        }
        return x;
    }

    /// Square roots of the inverse's diagonal. O(p^3)
    [[nodiscard]] std::vector<double> root_of_inverse_diagonal() const {
        const std::size_t p = scale_.size();
        std::vector<double> out(p);
        std::vector<double> x(p);  // a column of the factor's inverse, which begins at its own row
        for (std::size_t j = 0; j < p; ++j) {
            double sum = 0;
            for (std::size_t i = j; i < p; ++i) {
                const std::size_t n = i - j;
                x[n] = ((n == 0 ? 1.0 : 0.0) - dot({row(i) + j, n}, x)) / row(i)[i];
                sum += x[n] * x[n];
            }
            out[j] = std::sqrt(sum) * scale_[j];
        }
        return out;
    }

  private:
    [[nodiscard]] double* row(std::size_t j) { return factor_.data() + j * scale_.size(); }
    [[nodiscard]] const double* row(std::size_t j) const { return factor_.data() + j * scale_.size(); }

    /// False where rounding has made a pivot vanish.
    bool factorise(const std::vector<double>& lower, double ridge) {
        const std::size_t p = scale_.size();
        factor_.assign(p * p, 0.0);
        bool definite = true;
        for (std::size_t j = 0; j < p; ++j) {
            for (std::size_t k = 0; k < j; ++k)
                row(j)[k] =
                    (lower[j * p + k] * scale_[j] * scale_[k] - dot({row(j), k}, {row(k), k})) / row(k)[k];
            const double pivot = 1 + ridge - dot({row(j), j}, {row(j), j});
            definite = definite && pivot > 0;
            row(j)[j] = std::sqrt(std::max(pivot, 1e-300));
        }
        return definite;
    }

    std::vector<double> scale_;
    std::vector<double> factor_;
};

}  // namespace gasket::detail
