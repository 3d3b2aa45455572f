#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/random.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/model/calibration.hpp"
#include "gasket/model/class_weight.hpp"
#include "gasket/model/coefficients.hpp"
#include "gasket/model/linear_rows.hpp"
#include "gasket/model/require.hpp"
#include "gasket/model/scratch.hpp"
#include "gasket/model/squared_hinge.hpp"
#include "gasket/prepare/affine.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/prepare/same_features.hpp"
#include "gasket/split/assign.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// A linear support vector machine for two classes, for few rows: the plane between the classes that the rows
/// near it decide about. Rows whose margin is at least 1 on their own side have no say. Minimises
///
///     sum_i w_i max(0, 1 - side_i margin_i)^2 + l2 / 2 sum_j b_j^2,   margin_i = x_i b + intercept
///
/// where side is 1 for the positive class and -1 for the other. scikit-learn's LinearSVC with C = 1 / l2, but
/// for the intercept, which is not penalised here (LinearSVC with a large intercept_scaling comes near). Put
/// a StandardScaler before it: the penalty treats all features alike.
///
/// A margin is no probability. So the rows are cut into `folds` (of equal shares of both classes; groups that
/// the splitter kept whole stay whole, exact copies of a row stay together), each fold gets margins from a
/// machine that has not seen it, and Platt's curve over these margins turns the margin of the machine fitted
/// on all rows into the probability of the positive class. It is that of the rows as they are, whatever
/// class_weight says: only the plane heeds that.
///
/// Numbers without gaps only, as for LogisticRegression.
///
/// fit     O((folds + 1) x iterations x rows x features^2), by Newton's method
///         throws OptionError, DataError; the same bits for any number of threads
/// predict O(rows x features), no allocation; thread-safe
/// reference: Cortes & Vapnik, Support-vector networks, 1995; Keerthi & DeCoste, A modified finite Newton
/// method for fast solution of large scale linear SVMs, 2005; Platt, Probabilistic outputs for support vector
/// machines, 1999
struct LinearSvm {
    static constexpr std::string_view name = "linear_svm";

    /// strength of the penalty, above 0; 1 is scikit-learn's default
    double l2 = 1.0;
    /// for the probabilities, at least 2
    std::size_t folds = 5;
    std::uint64_t seed = 42;
    /// of each fit, at least 1; seldom takes twenty
    std::size_t max_iterations = 1000;
    /// above 0: ends when a further Newton step promises to lower the objective by no more than the square of
    /// this
    double tolerance = 1e-8;
    /// `balanced` gives both classes the same total weight
    ClassWeight class_weight = ClassWeight::none;

    /// `scaling` as in LogisticRegression::fit.
    [[nodiscard]] Fitted<LinearSvm> fit(const TrainingRows& rows,
                                        std::span<const detail::Affine> scaling = {}) const;
};

/// What one feature adds to the margin.
struct MarginCoefficient {
    std::string feature = {};
    /// change of the margin for one unit of the feature
    double value = 0;
};

/// A linear support vector machine that has learned.
template <>
class Fitted<LinearSvm> {
  public:
    /// `within`: training rows whose margin is below 1 on their side
    Fitted(std::vector<MarginCoefficient> coefficients, double intercept, Fitted<PlattScaling> curve,
           std::size_t within, std::size_t iterations, bool converged)
        : coefficients_(std::move(coefficients)),
          intercept_(intercept),
          curve_(curve),
          within_(within),
          iterations_(iterations),
          converged_(converged) {}

    /// Of the margin, one for each feature, in their order.
    [[nodiscard]] const std::vector<MarginCoefficient>& coefficients() const noexcept {
        return coefficients_;
    }
    /// Of the margin.
    [[nodiscard]] double intercept() const noexcept { return intercept_; }
    /// From margins to probabilities, learned out of fold.
    [[nodiscard]] const Fitted<PlattScaling>& curve() const noexcept { return curve_; }
    /// Training rows that the plane hangs on: those within the margin or on the wrong side.
    [[nodiscard]] std::size_t support_rows() const noexcept { return within_; }
    [[nodiscard]] std::size_t iterations() const noexcept { return iterations_; }
    /// False where the iterations ran out.
    [[nodiscard]] bool converged() const noexcept { return converged_; }

    /// The coefficient of the feature of that name. throws SchemaError that names the nearest one
    [[nodiscard]] const MarginCoefficient& coefficient(std::string_view feature) const {
        return detail::coefficient_of(coefficients_, feature, "linear_svm");
    }

    /// The share of each feature in the sum of absolute coefficients: comparable only where the features were
    /// scaled alike.
    [[nodiscard]] std::vector<double> importances() const { return detail::shares_of_size(coefficients_); }

    /// What was out of the ordinary at fit, one sentence each.
    [[nodiscard]] std::vector<std::string> notes() const {
        std::vector<std::string> out;
        if (!converged_) {
            out.push_back("not converged after " + std::to_string(iterations_) +
                          " iterations: scale the features, raise max_iterations, or raise l2");
        }
        if (!(curve_.slope() > 0)) {
            out.push_back(
                "out of fold, rows with a greater margin were not more often positive: the features tell the "
                "classes apart no better than chance");
        }
        return out;
    }

    /// Signed distance from the plane in units of the margin, one number a row: above 0 on the side of the
    /// positive class.
    void margins(const Block& in, double* out) const noexcept {
        std::fill_n(out, in.rows(), intercept_);
        for (std::size_t j = 0; j < coefficients_.size(); ++j) {
            const double* x = in[j];
            const double b = coefficients_[j].value;
            for (std::size_t r = 0; r < in.rows(); ++r) out[r] += b * x[r];
        }
    }

    void predict(const Block& in, double* out, Scratch&) const noexcept {
        margins(in, out);
        for (std::size_t r = 0; r < in.rows(); ++r) out[r] = curve_.apply(out[r]);
    }

    [[nodiscard]] Json to_json() const {
        Json features = Json::array();
        for (const MarginCoefficient& c : coefficients_)
            features.push_back(json_object({{"name", c.feature}, {"value", c.value}}));
        return json_object({{"intercept", intercept_},
                            {"features", std::move(features)},
                            {"curve", curve_.to_json()},
                            {"support_rows", within_},
                            {"iterations", iterations_},
                            {"converged", converged_}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted from_json(const detail::Fields& fields, const Layout& in) {
        std::vector<MarginCoefficient> coefficients;
        std::vector<std::string> names;
        for (const Json& feature : fields.array("features")) {
            const detail::Fields at(feature,
                                    fields.path() + ".features[" + std::to_string(names.size()) + "]");
            names.push_back(at.string("name"));
            coefficients.push_back({names.back(), at.number("value")});
        }
        detail::require_number_features(names, in, fields.path());
        return {std::move(coefficients),
                fields.number("intercept"),
                Fitted<PlattScaling>::from_json(fields.object("curve")),
                fields.count("support_rows"),
                fields.count("iterations"),
                fields.boolean("converged")};
    }

  private:
    std::vector<MarginCoefficient> coefficients_;
    double intercept_;
    Fitted<PlattScaling> curve_;
    std::size_t within_;
    std::size_t iterations_;
    bool converged_;
};

/// A table of the coefficients of the margin, the largest first.
inline std::ostream& operator<<(std::ostream& out, const Fitted<LinearSvm>& model) {
    const std::vector<MarginCoefficient>& all = model.coefficients();
    const std::vector<std::size_t> order = detail::order_by(all.size(), [&](std::size_t a, std::size_t b) {
        return std::abs(all[a].value) > std::abs(all[b].value);
    });
    text::Grid grid({"feature", "coefficient"});
    for (const std::size_t i : order) grid.add({all[i].feature, text::fixed(all[i].value, 4)});
    grid.add({"(intercept)", text::fixed(model.intercept(), 4)});
    return out << grid.str() << "log odds = " << text::compact(model.curve().slope(), 4) << " x margin + "
               << text::compact(model.curve().intercept(), 4) << ", " << text::grouped(model.support_rows())
               << " support rows\n";
}

namespace detail {

/// The fold of every row: classes in equal shares; groups whole, or else exact copies of a row together, as
/// a resampler makes them.
[[nodiscard]] inline std::vector<int> deal_rows(const TrainingRows& rows, std::size_t folds,
                                                std::uint64_t seed) {
    const std::size_t n = rows.rows();
    std::vector<std::uint64_t> same(rows.groups().begin(), rows.groups().end());
    if (same.empty()) {
        same.assign(n, 0);
        for (std::size_t j = 0; j < rows.layout().size(); ++j) {
            const std::uint64_t column = mix64(j + 1);
            // -0.0 + 0.0 is +0.0: the two zeros are one value
            for (std::size_t r = 0; r < n; ++r)
                same[r] += mix64(column ^ mix64(std::bit_cast<std::uint64_t>(rows.features()[j][r] + 0.0)));
        }
        for (std::size_t r = 0; r < n; ++r)
            same[r] = mix64(same[r] ^ mix64(std::bit_cast<std::uint64_t>(rows.labels()[r])));
    }
    std::vector<std::size_t> every(n);
    std::iota(every.begin(), every.end(), std::size_t{0});
    std::size_t copies = 0;
    const std::vector<int> strata = strata_of(rows.target(), rows.labels());
    return deal(make_units(every, strata, same, copies),
                std::vector<double>(folds, 1.0 / static_cast<double>(folds)), n, seed);
}

/// The weights of the rows that are not in `fold`; 0 for those that are. throws DataError where a class is
/// not among them
[[nodiscard]] inline std::vector<double> weights_without(int fold, const std::vector<int>& fold_of,
                                                         const TrainingRows& rows, ClassWeight class_weight) {
    std::vector<double> weights = row_weights(rows, ClassWeight::none);
    bool seen[2] = {false, false};
    for (std::size_t r = 0; r < weights.size(); ++r) {
        if (fold_of[r] == fold) weights[r] = 0;
        if (weights[r] > 0) seen[rows.labels()[r] > 0.5 ? 1 : 0] = true;
    }
    if (!seen[0] || !seen[1]) {
        throw DataError(
            ErrorCode::too_few_rows,
            {.expected = "rows of both classes outside each of the folds that the probabilities come from",
             .found = "none of " + text::quoted(rows.target().classes.at(seen[0] ? 1 : 0)) +
                      " outside fold " + std::to_string(fold),
             .where = "LinearSvm",
             .advice = "give more rows or groups of that class, or ask for other .folds"});
    }
    if (class_weight != ClassWeight::none) balance_classes(weights, rows.labels(), 2);
    return weights;
}

}  // namespace detail

inline Fitted<LinearSvm> LinearSvm::fit(const TrainingRows& rows,
                                        std::span<const detail::Affine> scaling) const {
    const std::string who = "LinearSvm";
    detail::require_option(std::isfinite(l2) && l2 > 0, who + ".l2", text::shortest(l2), "above 0");
    detail::require_option(folds >= 2, who + ".folds", std::to_string(folds), "at least 2");
    detail::require_iterations(max_iterations, tolerance, who);
    detail::require_rows(rows, who);
    detail::require_binary(rows, who);
    detail::require_some_features(rows, who);
    detail::require_finite_numbers(rows, who);
    detail::require_every_class(rows, who);

    const auto machine = [&](std::span<const double> weights) {
        return detail::SquaredHingeLoss(detail::column_pointers(rows), rows.labels(), weights, l2,
                                        detail::column_scales(scaling));
    };
    const auto solve = [&](const detail::SquaredHingeLoss& loss) {
        auto solution =
            detail::newton(loss, std::vector<double>(loss.parameters(), 0.0), max_iterations, tolerance);
        detail::require_finite_solution(solution, rows, who);
        return solution;
    };
    const std::vector<int> fold_of = detail::deal_rows(rows, folds, seed);
    std::vector<double> out_of_fold(rows.rows());
    parallel_for(folds, [&](std::size_t f) {
        const auto own = static_cast<int>(f);
        if (std::find(fold_of.begin(), fold_of.end(), own) == fold_of.end()) return;
        const std::vector<double> weights = detail::weights_without(own, fold_of, rows, class_weight);
        const detail::SquaredHingeLoss loss = machine(weights);
        const std::vector<double> margins = loss.log_odds(solve(loss).beta);
        for (std::size_t r = 0; r < margins.size(); ++r)
            if (fold_of[r] == own) out_of_fold[r] = margins[r];
    });
    const Fitted<PlattScaling> curve = PlattScaling{}.fit(out_of_fold, rows.labels(), rows.weights());

    const std::vector<double> weights = detail::row_weights(rows, class_weight);
    const detail::SquaredHingeLoss loss = machine(weights);
    const detail::LogisticSolution solution = solve(loss);
    const std::vector<double> margins = loss.log_odds(solution.beta);
    std::size_t within = 0;
    for (std::size_t r = 0; r < margins.size(); ++r)
        within += weights[r] > 0 && (rows.labels()[r] > 0.5 ? margins[r] : -margins[r]) < 1 ? 1 : 0;
    std::vector<MarginCoefficient> coefficients;
    for (std::size_t j = 0; j < rows.layout().size(); ++j)
        coefficients.push_back({rows.layout()[j].name, solution.beta[j]});
    return {std::move(coefficients), solution.beta.back(), curve, within,
            solution.iterations,     solution.converged};
}

}  // namespace gasket
