#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/model/calibration.hpp"

namespace gasket {

/// How a Calibrator turns probabilities into better ones.
enum class Calibration {
    platt,     ///< a logistic curve over the log odds: for few rows
    isotonic,  ///< the best curve that never falls: for a thousand rows or more
};

[[nodiscard]] constexpr std::string_view name_of(Calibration method) noexcept {
    return method == Calibration::platt ? "platt" : "isotonic";
}

/// A curve for the probability of the positive class, or one for each of many classes, whose results then sum
/// to 1. Immutable; thread-safe.
/// reference: Zadrozny & Elkan, Transforming classifier scores into accurate multiclass probability
/// estimates, 2002
class CalibrationCurves {
  public:
    /// `probabilities`: as many a row as `outputs`, row after row; `labels`: class indices. throws DataError
    [[nodiscard]] static CalibrationCurves fit(Calibration method, std::span<const double> probabilities,
                                               std::span<const double> labels,
                                               std::span<const double> weights, std::size_t outputs) {
        CalibrationCurves out(method);
        for (std::size_t k = 0; k < outputs; ++k) {
            const double positive = outputs == 1 ? 1 : static_cast<double>(k);
            std::vector<double> scores;
            std::vector<double> truth;
            for (std::size_t r = 0; r < labels.size(); ++r) {
                scores.push_back(out.score(probabilities[r * outputs + k]));
                truth.push_back(labels[r] == positive ? 1 : 0);
            }
            if (method == Calibration::platt) {
                out.curves_.emplace_back(PlattScaling{}.fit(scores, truth, weights));
            } else {
                out.curves_.emplace_back(IsotonicCalibration{}.fit(scores, truth, weights));
            }
        }
        return out;
    }

    [[nodiscard]] Calibration method() const noexcept { return method_; }
    [[nodiscard]] std::size_t outputs() const noexcept { return curves_.size(); }
    /// The calibrated probability of one output before those of a row are made to sum to 1.
    [[nodiscard]] double curve(std::size_t output, double probability) const {
        const double s = score(probability);
        return std::visit([&](const auto& curve) { return curve.apply(s); }, curves_.at(output));
    }

    /// Changes the answers of some rows in place, `outputs` a row. O(rows x outputs x log knots), no
    /// allocation.
    void apply(double* answers, std::size_t rows) const noexcept {
        const std::size_t count = curves_.size();
        for (std::size_t r = 0; r < rows; ++r, answers += count) {
            double sum = 0;
            for (std::size_t k = 0; k < count; ++k) {
                const double s = score(answers[k]);
                answers[k] = std::visit([&](const auto& curve) { return curve.apply(s); }, curves_[k]);
                sum += answers[k];
            }
            for (std::size_t k = 0; k < count && count > 1; ++k)
                answers[k] = sum > 0 ? answers[k] / sum : 1.0 / static_cast<double>(count);
        }
    }

    [[nodiscard]] Json to_json() const {
        Json curves = Json::array();
        for (const auto& curve : curves_)
            curves.push_back(std::visit([](const auto& one) { return one.to_json(); }, curve));
        return json_object({{"method", name_of(method_)}, {"curves", std::move(curves)}});
    }
    /// throws ArtifactError
    [[nodiscard]] static CalibrationCurves from_json(const detail::Fields& fields, std::size_t outputs) {
        const std::string method = fields.string("method");
        if (method != "platt" && method != "isotonic")
            detail::throw_content(fields.path() + ".method", "platt or isotonic", text::quoted(method));
        CalibrationCurves out(method == "platt" ? Calibration::platt : Calibration::isotonic);
        for (const Json& one : fields.array("curves")) {
            const detail::Fields at(one,
                                    fields.path() + ".curves[" + std::to_string(out.curves_.size()) + "]");
            if (out.method_ == Calibration::platt) {
                out.curves_.emplace_back(Fitted<PlattScaling>::from_json(at));
            } else {
                out.curves_.emplace_back(Fitted<IsotonicCalibration>::from_json(at));
            }
        }
        if (out.outputs() != outputs) {
            detail::throw_content(fields.path() + ".curves", std::to_string(outputs) + " of them",
                                  std::to_string(out.outputs()));
        }
        return out;
    }

  private:
    explicit CalibrationCurves(Calibration method) : method_(method) {}

    /// What the curve is of: log odds for Platt's, in which a model that is too sure is stretched evenly.
    [[nodiscard]] double score(double probability) const noexcept {
        if (method_ == Calibration::isotonic) return probability;
        constexpr double edge = 1e-12;
        return logit(std::clamp(probability, edge, 1 - edge));
    }

    Calibration method_;
    std::vector<std::variant<Fitted<PlattScaling>, Fitted<IsotonicCalibration>>> curves_;
};

}  // namespace gasket
