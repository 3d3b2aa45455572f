#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/model/class_weight.hpp"
#include "gasket/model/coefficients.hpp"
#include "gasket/model/logistic_solver.hpp"
#include "gasket/model/require.hpp"
#include "gasket/model/scratch.hpp"
#include "gasket/prepare/affine.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// Linear log odds: the probability of the positive class is 1 / (1 + exp(-(intercept + sum_j coefficient_j
/// x_j))).
///
/// Minimises the weighted log loss + l2 / 2 x the sum of squared coefficients; the intercept is not
/// penalised. That is scikit-learn's objective with C = 1 / l2, so both find the same optimum. Up to 100
/// features by Newton's method, from six times 1024 rows a feature on by way of a sample that needs no more
/// than a handful of passes over the rows; beyond 100 features by limited-memory BFGS. Put a StandardScaler
/// before it: the penalty treats all features alike.
///
/// Every feature must be a finite number; a category or a missing value is an error that names the stage to
/// add. A missing value in a row to be scored makes its probability missing. Where l2 is 0 and the features
/// tell all rows of a class, or some, from the others without error, there is no optimum: the fit ends, and
/// does not say that it converged.
///
/// fit     O(iterations x rows x features^2) up to 100 features, O(iterations x rows x features) beyond
///         throws OptionError, DataError; the same bits for any number of threads
/// predict O(rows x features), no allocation; thread-safe
/// reference: Cox, The regression analysis of binary sequences, 1958; le Cessie & van Houwelingen, Ridge
/// estimators in logistic regression, 1992
struct LogisticRegression {
    static constexpr std::string_view name = "logistic_regression";

    /// strength of the penalty, at least 0; 1 is scikit-learn's default
    double l2 = 1.0;
    /// at least 1; Newton's method seldom takes ten
    std::size_t max_iterations = 1000;
    /// above 0: ends when a further step would change no coefficient by more than this part of its standard
    /// error. Then no component of the gradient of the mean loss is greater than this either, each feature in
    /// units of its quadratic mean
    double tolerance = 1e-8;
    /// `balanced` gives both classes the same total weight
    ClassWeight class_weight = ClassWeight::none;

    /// `scaling`, one for each feature, has it learn from the rows as they would be when scaled, without a
    /// scaled copy of them and equal up to rounding: so a chain fits it behind a scaler.
    [[nodiscard]] Fitted<LogisticRegression> fit(const TrainingRows& rows,
                                                 std::span<const detail::Affine> scaling = {}) const;
};

/// What one feature adds to the log odds.
struct Coefficient {
    std::string feature = {};
    /// change of the log odds for one unit of the feature
    double value = 0;
    /// From the curvature of the penalised loss at the optimum: the usual standard error where l2 is 0, a
    /// little too small else. Missing beyond 500 features.
    double standard_error = missing;

    /// By what the odds are multiplied for one unit of the feature.
    [[nodiscard]] double odds_ratio() const noexcept { return std::exp(value); }
};

/// A logistic regression that has learned.
template <>
class Fitted<LogisticRegression> {
  public:
    Fitted(std::vector<Coefficient> coefficients, Coefficient intercept, std::size_t iterations,
           bool converged)
        : coefficients_(std::move(coefficients)),
          intercept_(std::move(intercept)),
          iterations_(iterations),
          converged_(converged) {}

    /// One for each feature, in their order.
    [[nodiscard]] const std::vector<Coefficient>& coefficients() const noexcept { return coefficients_; }
    [[nodiscard]] double intercept() const noexcept { return intercept_.value; }
    [[nodiscard]] double intercept_standard_error() const noexcept { return intercept_.standard_error; }
    [[nodiscard]] std::size_t iterations() const noexcept { return iterations_; }
    /// False where the iterations ran out, or where there is no optimum because the classes can be told apart
    /// without error and l2 is 0.
    [[nodiscard]] bool converged() const noexcept { return converged_; }

    /// The coefficient of the feature of that name. throws SchemaError that names the nearest one
    [[nodiscard]] const Coefficient& coefficient(std::string_view feature) const {
        return detail::coefficient_of(coefficients_, feature, "logistic regression");
    }

    /// The share of each feature in the sum of absolute coefficients: comparable only where the features were
    /// scaled alike.
    [[nodiscard]] std::vector<double> importances() const { return detail::shares_of_size(coefficients_); }

    /// What was out of the ordinary at fit, one sentence each.
    [[nodiscard]] std::vector<std::string> notes() const {
        if (converged_) return {};
        return {"not converged after " + std::to_string(iterations_) +
                " iterations: scale the features, raise max_iterations, or raise l2 if the classes can be "
                "told apart "
                "without error"};
    }

    void predict(const Block& in, double* out, Scratch&) const noexcept {
        std::fill_n(out, in.rows(), intercept_.value);
        for (std::size_t j = 0; j < coefficients_.size(); ++j) {
            const double* x = in[j];
            const double b = coefficients_[j].value;
            for (std::size_t r = 0; r < in.rows(); ++r) out[r] += b * x[r];
        }
        for (std::size_t r = 0; r < in.rows(); ++r) out[r] = sigmoid(out[r]);
    }

    [[nodiscard]] Json to_json() const {
        const auto one = [](const Coefficient& c) {
            return json_object({{"name", c.feature},
                                {"value", c.value},
                                {"standard_error", detail::json_number(c.standard_error)}});
        };
        Json features = Json::array();
        for (const Coefficient& c : coefficients_) features.push_back(one(c));
        return json_object({{"intercept", one(intercept_)},
                            {"features", std::move(features)},
                            {"iterations", iterations_},
                            {"converged", converged_}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        const auto one = [](const detail::Fields& at) {
            return Coefficient{at.string("name"), at.number("value"), at.number("standard_error", true)};
        };
        std::vector<Coefficient> coefficients;
        std::vector<std::string> names;
        for (const Json& feature : fields.array("features")) {
            coefficients.push_back(
                one({feature, fields.path() + ".features[" + std::to_string(coefficients.size()) + "]"}));
            names.push_back(coefficients.back().feature);
        }
        detail::require_features(names, in, fields.path() + ".features");
        for (const Feature& feature : in) {
            if (feature.is_category()) {
                detail::throw_content(fields.path(), "numbers", "category " + text::quoted(feature.name));
            }
        }
        return {std::move(coefficients), one(fields.object("intercept")), fields.count("iterations"),
                fields.boolean("converged")};
    }

  private:
    std::vector<Coefficient> coefficients_;
    Coefficient intercept_;
    std::size_t iterations_;
    bool converged_;
};

/// A table of the coefficients, the largest first.
inline std::ostream& operator<<(std::ostream& out, const Fitted<LogisticRegression>& model) {
    const std::vector<Coefficient>& all = model.coefficients();
    const std::vector<std::size_t> order = detail::order_by(all.size(), [&](std::size_t a, std::size_t b) {
        return std::abs(all[a].value) > std::abs(all[b].value);
    });
    text::Grid grid({"feature", "coefficient", "std. error", "odds ratio"});
    for (const std::size_t i : order) {
        grid.add({all[i].feature, text::fixed(all[i].value, 4), text::fixed(all[i].standard_error, 4),
                  text::compact(all[i].odds_ratio(), 4)});
    }
    grid.add({"(intercept)", text::fixed(model.intercept(), 4),
              text::fixed(model.intercept_standard_error(), 4),
              text::compact(std::exp(model.intercept()), 4)});
    return out << grid.str();
}

inline Fitted<LogisticRegression> LogisticRegression::fit(const TrainingRows& rows,
                                                          std::span<const detail::Affine> scaling) const {
    constexpr std::size_t newton_limit = 100;
    constexpr std::size_t error_limit = 500;
    detail::require_option(std::isfinite(l2) && l2 >= 0, "LogisticRegression.l2", text::shortest(l2),
                           "at least 0");
    detail::require_option(max_iterations >= 1, "LogisticRegression.max_iterations",
                           std::to_string(max_iterations), "at least 1");
    detail::require_option(std::isfinite(tolerance) && tolerance > 0, "LogisticRegression.tolerance",
                           text::shortest(tolerance), "above 0");
    detail::require_rows(rows, "LogisticRegression");
    detail::require_binary(rows, "LogisticRegression");
    detail::require_some_features(rows, "LogisticRegression");
    detail::require_numbers(rows, "LogisticRegression");
    detail::require_both_classes(rows, "LogisticRegression");

    const std::size_t p = rows.layout().size();
    std::vector<const double*> columns;
    for (std::size_t j = 0; j < p; ++j) columns.push_back(rows.features()[j].data());
    std::vector<double> weights;
    if (class_weight != ClassWeight::none || !rows.weights().empty())
        weights = detail::row_weights(rows, class_weight);
    std::vector<detail::ColumnScale> scales;
    for (const detail::Affine& one : scaling) scales.push_back({one.center, one.scale});
    const detail::LogisticLoss loss(std::move(columns), rows.labels(), weights, l2, std::move(scales));

    detail::LogisticSolution solution;
    const std::size_t sample = std::max<std::size_t>(8192, 1024 * p);
    if (p > newton_limit) {
        std::vector<double> start = loss.constant_only();
        const std::vector<double> curvature = loss.diagonal(start);
        solution = detail::lbfgs(loss, std::move(start), curvature, max_iterations, tolerance);
    } else if (rows.rows() > 6 * sample) {
        solution = detail::newton_from_sample(loss, sample, max_iterations, tolerance);
    } else {
        solution = detail::newton(loss, loss.constant_only(), max_iterations, tolerance);
    }
    // A number that is not finite makes the gradient NaN, whatever the coefficients: so only then it is
    // looked for.
    const auto finite = [](double x) { return std::isfinite(x); };
    if (!std::all_of(solution.beta.begin(), solution.beta.end(), finite) || !finite(solution.value.loss) ||
        !std::all_of(solution.value.gradient.begin(), solution.value.gradient.end(), finite)) {
        detail::require_finite_numbers(rows, "LogisticRegression");
        throw DataError(ErrorCode::not_finite, {.expected = "finite coefficients",
                                                .found = "NaN or infinity",
                                                .where = "LogisticRegression",
                                                .advice = "put StandardScaler{} before it, or raise .l2"});
    }
    std::vector<double> errors(p + 1, missing);
    if (p <= error_limit) {
        if (!solution.curvature) {
            solution.curvature.emplace(loss.at(solution.beta, detail::LogisticLoss::Order::hessian).hessian,
                                       p + 1);
        }
        errors = solution.curvature->root_of_inverse_diagonal();
        for (double& e : errors) e = std::isfinite(e) ? e : missing;
    }
    std::vector<Coefficient> coefficients;
    for (std::size_t j = 0; j < p; ++j) {
        coefficients.push_back({rows.layout()[j].name, solution.beta[j], errors[j]});
    }
    return {std::move(coefficients),
            {"(intercept)", solution.beta[p], errors[p]},
            solution.iterations,
            solution.converged};
}

}  // namespace gasket
