#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/model/coefficients.hpp"
#include "gasket/model/scratch.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/prepare/same_features.hpp"

namespace gasket {

/// What one feature adds to a predicted number.
struct LinearCoefficient {
    std::string feature = {};
    /// change of the prediction for one unit of the feature
    double value = 0;
    /// The classical one: errors of equal variance (of variance 1 / weight where rows have weights). Missing
    /// for a penalised model, and where no rows are left to tell the variance by.
    double standard_error = missing;
    /// of the t test that the true coefficient is 0, two-sided; missing where the standard error is
    double p_value = missing;

    [[nodiscard]] double t() const noexcept { return value / standard_error; }
};

namespace detail {

/// A fitted linear function: what LinearRegression, Ridge, Lasso and ElasticNet have learned.
template <class S>
class LinearModel {
  public:
    LinearModel(std::vector<LinearCoefficient> coefficients, LinearCoefficient intercept, double r_squared,
                std::vector<std::string> notes)
        : coefficients_(std::move(coefficients)),
          intercept_(std::move(intercept)),
          r_squared_(r_squared),
          notes_(std::move(notes)) {}

    /// One for each feature, in their order.
    [[nodiscard]] const std::vector<LinearCoefficient>& coefficients() const noexcept {
        return coefficients_;
    }
    [[nodiscard]] const LinearCoefficient& intercept() const noexcept { return intercept_; }
    /// The share of the target's (weighted) variance among the training rows that the model explains; missing
    /// where the target is constant.
    [[nodiscard]] double r_squared() const noexcept { return r_squared_; }
    /// What was out of the ordinary at fit, one sentence each.
    [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }

    /// The coefficient of the feature of that name. throws SchemaError that names the nearest one
    [[nodiscard]] const LinearCoefficient& coefficient(std::string_view feature) const {
        return coefficient_of(coefficients_, feature, std::string(S::name));
    }

    /// The share of each feature in the sum of absolute coefficients: comparable only where the features were
    /// scaled alike.
    [[nodiscard]] std::vector<double> importances() const { return shares_of_size(coefficients_); }

    void predict(const Block& in, double* out, Scratch&) const noexcept {
        std::fill_n(out, in.rows(), intercept_.value);
        for (std::size_t j = 0; j < coefficients_.size(); ++j) {
            const double* x = in[j];
            const double b = coefficients_[j].value;
            for (std::size_t r = 0; r < in.rows(); ++r) out[r] += b * x[r];
        }
    }

    [[nodiscard]] Json to_json() const {
        const auto one = [](const LinearCoefficient& c) {
            return json_object({{"name", c.feature},
                                {"value", c.value},
                                {"standard_error", json_number(c.standard_error)},
                                {"p_value", json_number(c.p_value)}});
        };
        Json features = Json::array();
        for (const LinearCoefficient& c : coefficients_) features.push_back(one(c));
        return json_object({{"intercept", one(intercept_)},
                            {"features", std::move(features)},
                            {"r_squared", json_number(r_squared_)},
                            {"notes", notes_}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted<S> from_json(const Fields& fields, const Layout& in) {
        const auto one = [](const Fields& at) {
            return LinearCoefficient{at.string("name"), at.number("value"), at.number("standard_error", true),
                                     at.number("p_value", true)};
        };
        std::vector<LinearCoefficient> coefficients;
        std::vector<std::string> names;
        for (const Json& feature : fields.array("features")) {
            coefficients.push_back(
                one({feature, fields.path() + ".features[" + std::to_string(coefficients.size()) + "]"}));
            names.push_back(coefficients.back().feature);
        }
        require_number_features(names, in, fields.path());
        return {std::move(coefficients), one(fields.object("intercept")), fields.number("r_squared", true),
                fields.strings("notes")};
    }

    /// A table of the coefficients, in the order of the features.
    friend std::ostream& operator<<(std::ostream& out, const LinearModel& model) {
        text::Grid grid({"feature", "coefficient", "std. error", "t", "p"});
        const auto add = [&](const LinearCoefficient& c) {
            grid.add({c.feature, text::compact(c.value, 5), text::compact(c.standard_error, 4),
                      text::fixed(c.t(), 2), text::fixed(c.p_value, 4)});
        };
        for (const LinearCoefficient& c : model.coefficients_) add(c);
        add(model.intercept_);
        return out << grid.str() << "R-squared " << text::fixed(model.r_squared_, 4) << "\n";
    }

  private:
    std::vector<LinearCoefficient> coefficients_;
    LinearCoefficient intercept_;
    double r_squared_;
    std::vector<std::string> notes_;
};

}  // namespace detail
}  // namespace gasket
