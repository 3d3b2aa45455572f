#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"

namespace gasket {

/// What one feature adds to the log odds, or to the score of a class.
struct Coefficient {
    std::string feature = {};
    /// change of the log odds (or score) for one unit of the feature
    double value = 0;
    /// From the curvature of the penalised loss at the optimum: the usual standard error where l2 is 0, a
    /// little too small else. Missing where l1 is above 0, and beyond 500 features (parameters, for many
    /// classes).
    double standard_error = missing;

    /// By what the odds are multiplied for one unit of the feature.
    [[nodiscard]] double odds_ratio() const noexcept { return std::exp(value); }
};

/// The coefficients of one class among many.
struct ClassCoefficients {
    std::string label = {};
    /// one for each feature, in their order
    std::vector<Coefficient> coefficients = {};
    Coefficient intercept = {.feature = "(intercept)"};
};

namespace detail {

/// Covariances between the classes' coefficients of one feature: on and below the diagonal, row by row.
class ClassCovariances {
  public:
    ClassCovariances() = default;
    /// `values`: for each feature and then the intercept, the covariances of `classes` classes; or none
    ClassCovariances(std::vector<double> values, std::size_t classes)
        : values_(std::move(values)), classes_(classes) {}

    [[nodiscard]] static std::size_t count(std::size_t features, std::size_t classes) noexcept {
        return (features + 1) * (classes * (classes + 1) / 2);
    }
    [[nodiscard]] const std::vector<double>& values() const noexcept { return values_; }

    /// Of the coefficient itself. Missing where there are none.
    [[nodiscard]] double standard_error(std::size_t feature, std::size_t k) const {
        return root(at(feature, k, k));
    }
    /// Of the difference of two classes' coefficients.
    [[nodiscard]] double standard_error(std::size_t feature, std::size_t k, std::size_t other) const {
        return root(at(feature, k, k) + at(feature, other, other) - 2 * at(feature, k, other));
    }

  private:
    static double root(double variance) { return variance > 0 ? std::sqrt(variance) : missing; }

    [[nodiscard]] double at(std::size_t feature, std::size_t k, std::size_t l) const {
        if (values_.empty()) return missing;
        if (k < l) std::swap(k, l);
        return values_[feature * (classes_ * (classes_ + 1) / 2) + k * (k + 1) / 2 + l];
    }

    std::vector<double> values_;
    std::size_t classes_ = 0;
};

}  // namespace detail
}  // namespace gasket
