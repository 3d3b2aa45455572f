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

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/model/coefficients.hpp"
#include "gasket/model/logistic_coefficients.hpp"
#include "gasket/model/scratch.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/prepare/same_features.hpp"

namespace gasket::detail {

/// What LogisticRegression has learned. Where a function takes an `answer`, that is the class with many
/// classes, by its place in classes(); with two there is answer 0 alone, the log odds of the positive class.
template <class S>
class LogisticModel {
  public:
    /// Of two classes.
    LogisticModel(std::vector<Coefficient> coefficients, Coefficient intercept, std::size_t iterations,
                  bool converged)
        : lines_{{.label = {}, .coefficients = std::move(coefficients), .intercept = std::move(intercept)}},
          iterations_(iterations),
          converged_(converged) {}

    /// Of many classes: `beta` has for each label one coefficient a feature, and the intercept.
    LogisticModel(const std::vector<std::string>& labels, const std::vector<std::string>& features,
                  std::span<const double> beta, std::vector<double> covariances, std::size_t iterations,
                  bool converged)
        : covariances_(std::move(covariances), labels.size()),
          iterations_(iterations),
          converged_(converged) {
        const std::size_t p = features.size();
        by_feature_.resize((p + 1) * labels.size());
        for (std::size_t k = 0; k < labels.size(); ++k) {
            ClassCoefficients line{.label = labels[k]};
            for (std::size_t j = 0; j <= p; ++j) {
                const double b = by_feature_[j * labels.size() + k] = beta[k * (p + 1) + j];
                const double error = covariances_.standard_error(j, k);
                if (j < p)
                    line.coefficients.push_back({features[j], b, error});
                else
                    line.intercept = {"(intercept)", b, error};
            }
            lines_.push_back(std::move(line));
        }
    }

    /// 1 for two classes, the number of classes for many.
    [[nodiscard]] std::size_t outputs() const noexcept { return lines_.size(); }
    /// With many classes: one for each. With two: one without a label.
    [[nodiscard]] const std::vector<ClassCoefficients>& classes() const noexcept { return lines_; }

    /// One for each feature, in their order. `answer` below outputs()
    [[nodiscard]] const std::vector<Coefficient>& coefficients(std::size_t answer = 0) const noexcept {
        return lines_[answer].coefficients;
    }
    [[nodiscard]] double intercept(std::size_t answer = 0) const noexcept {
        return lines_[answer].intercept.value;
    }
    [[nodiscard]] double intercept_standard_error(std::size_t answer = 0) const noexcept {
        return lines_[answer].intercept.standard_error;
    }
    [[nodiscard]] std::size_t iterations() const noexcept { return iterations_; }
    /// False where the iterations ran out, or where there is no optimum because the classes can be told apart
    /// without error and there is no penalty.
    [[nodiscard]] bool converged() const noexcept { return converged_; }

    /// The coefficient of the feature of that name. throws SchemaError that names the nearest one
    [[nodiscard]] const Coefficient& coefficient(std::string_view feature, std::size_t answer = 0) const {
        return coefficient_of(coefficients(answer), feature, "logistic regression");
    }

    /// With many classes: how every other class differs from `reference`. A coefficient is the change of the
    /// log of P(class) / P(reference) for one unit of the feature, its odds ratio the factor of that quotient
    /// (statsmodels' MNLogit, where l1 and l2 are 0).
    /// throws SchemaError for two classes, whose coefficients are such, and for a label that is none of them
    [[nodiscard]] std::vector<ClassCoefficients> against(std::string_view reference) const {
        std::vector<std::string> labels;
        for (const ClassCoefficients& line : lines_) labels.push_back(line.label);
        const auto found = std::find(labels.begin(), labels.end(), reference);
        if (outputs() == 1 || found == labels.end()) {
            throw SchemaError(ErrorCode::unknown_label,
                              {.expected = outputs() == 1 ? "a model of many classes"
                                                          : "one of the classes " + text::list(labels, 30),
                               .found = outputs() == 1 ? "two" : text::quoted(reference),
                               .where = "logistic regression, coefficients against a class",
                               .advice = outputs() == 1 ? "coefficients() are against the other class"
                                                        : "check the label"});
        }
        const auto r = static_cast<std::size_t>(found - labels.begin());
        std::vector<ClassCoefficients> out;
        for (std::size_t k = 0; k < lines_.size(); ++k) {
            if (k == r) continue;
            out.push_back(lines_[k]);
            const auto subtract = [&](Coefficient& c, const Coefficient& other, std::size_t j) {
                c.value -= other.value;
                c.standard_error = covariances_.standard_error(j, k, r);
            };
            std::vector<Coefficient>& mine = out.back().coefficients;
            for (std::size_t j = 0; j < mine.size(); ++j) subtract(mine[j], lines_[r].coefficients[j], j);
            subtract(out.back().intercept, lines_[r].intercept, mine.size());
        }
        return out;
    }

    /// The share of each feature in the sum of absolute coefficients (of all classes): comparable only where
    /// the features were scaled alike.
    [[nodiscard]] std::vector<double> importances() const {
        std::vector<Coefficient> all = lines_[0].coefficients;
        for (std::size_t k = 1; k < lines_.size(); ++k) {
            for (std::size_t j = 0; j < all.size(); ++j)
                all[j].value = std::abs(all[j].value) + std::abs(lines_[k].coefficients[j].value);
        }
        return shares_of_size(all);
    }

    /// What was out of the ordinary at fit, one sentence each.
    [[nodiscard]] std::vector<std::string> notes() const {
        if (converged_) return {};
        return {"not converged after " + std::to_string(iterations_) +
                " iterations: scale the features, raise max_iterations, or raise l2 if the classes can be "
                "told apart "
                "without error"};
    }

    void predict(const Block& in, double* out, Scratch&) const noexcept {
        const std::size_t features = lines_[0].coefficients.size();
        if (lines_.size() > 1) {
            const std::size_t classes = lines_.size();
            for (std::size_t r = 0; r < in.rows(); ++r)
                std::copy_n(&by_feature_[features * classes], classes, out + r * classes);
            for (std::size_t j = 0; j < features; ++j) {
                const double* x = in[j];
                const double* b = &by_feature_[j * classes];
                for (std::size_t r = 0; r < in.rows(); ++r)
                    for (std::size_t k = 0; k < classes; ++k) out[r * classes + k] += b[k] * x[r];
            }
            for (std::size_t r = 0; r < in.rows(); ++r) softmax(out + r * classes, classes);
            return;
        }
        std::fill_n(out, in.rows(), intercept());
        for (std::size_t j = 0; j < features; ++j) {
            const double* x = in[j];
            const double b = lines_[0].coefficients[j].value;
            for (std::size_t r = 0; r < in.rows(); ++r) out[r] += b * x[r];
        }
        for (std::size_t r = 0; r < in.rows(); ++r) out[r] = sigmoid(out[r]);
    }

    [[nodiscard]] Json to_json() const {
        const auto one = [](const Coefficient& c) {
            return json_object(
                {{"name", c.feature}, {"value", c.value}, {"standard_error", json_number(c.standard_error)}});
        };
        Json features = Json::array();
        if (lines_.size() == 1) {
            for (const Coefficient& c : lines_[0].coefficients) features.push_back(one(c));
            return json_object({{"intercept", one(lines_[0].intercept)},
                                {"features", std::move(features)},
                                {"iterations", iterations_},
                                {"converged", converged_}});
        }
        Json classes = Json::array();
        for (const Coefficient& c : lines_[0].coefficients) features.push_back(c.feature);
        for (const ClassCoefficients& line : lines_) {
            std::vector<double> values;
            for (const Coefficient& c : line.coefficients) values.push_back(c.value);
            classes.push_back(json_object(
                {{"label", line.label}, {"intercept", line.intercept.value}, {"coefficients", values}}));
        }
        return json_object({{"classes", std::move(classes)},
                            {"features", std::move(features)},
                            {"covariances", covariances_.values()},
                            {"iterations", iterations_},
                            {"converged", converged_}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Fitted<S> from_json(const Fields& fields, const Layout& in) {
        if (fields.has("classes")) return many_from_json(fields, in);
        const auto one = [](const Fields& at) {
            return Coefficient{at.string("name"), at.number("value"), at.number("standard_error", true)};
        };
        std::vector<Coefficient> coefficients;
        std::vector<std::string> names;
        for (const Json& feature : fields.array("features")) {
            coefficients.push_back(
                one({feature, fields.path() + ".features[" + std::to_string(coefficients.size()) + "]"}));
            names.push_back(coefficients.back().feature);
        }
        require_number_features(names, in, fields.path());
        return {std::move(coefficients), one(fields.object("intercept")), fields.count("iterations"),
                fields.boolean("converged")};
    }

  private:
    static Fitted<S> many_from_json(const Fields& fields, const Layout& in) {
        const std::vector<std::string> features = fields.strings("features");
        require_number_features(features, in, fields.path());
        std::vector<std::string> labels;
        std::vector<double> beta;
        for (const Json& json : fields.array("classes")) {
            const Fields at(json, fields.path() + ".classes[" + std::to_string(labels.size()) + "]");
            labels.push_back(at.string("label"));
            const std::vector<double> values = at.numbers("coefficients");
            if (values.size() != features.size()) {
                throw_content(at.path() + ".coefficients", std::to_string(features.size()) + " of them",
                              std::to_string(values.size()));
            }
            beta.insert(beta.end(), values.begin(), values.end());
            beta.push_back(at.number("intercept"));
        }
        std::vector<double> covariances = fields.numbers("covariances");
        const std::size_t expected = ClassCovariances::count(features.size(), labels.size());
        if (labels.size() < 2) {
            throw_content(fields.path() + ".classes", "at least two", std::to_string(labels.size()));
        }
        if (!covariances.empty() && covariances.size() != expected) {
            throw_content(fields.path() + ".covariances", "none, or " + std::to_string(expected),
                          std::to_string(covariances.size()));
        }
        return {labels,
                features,
                beta,
                std::move(covariances),
                fields.count("iterations"),
                fields.boolean("converged")};
    }

    std::vector<ClassCoefficients> lines_;
    std::vector<double> by_feature_;  // with many classes: for each feature, then the intercept, theirs
    ClassCovariances covariances_;
    std::size_t iterations_;
    bool converged_;
};

/// A table of the coefficients, the largest first. With many classes a column for each class.
template <class S>
std::ostream& operator<<(std::ostream& out, const LogisticModel<S>& model) {
    const std::vector<Coefficient>& all = model.coefficients();
    const bool many = model.outputs() > 1;
    const std::vector<double> sizes = model.importances();
    const std::vector<std::size_t> order = order_by(all.size(), [&](std::size_t a, std::size_t b) {
        return many ? sizes[a] > sizes[b] : std::abs(all[a].value) > std::abs(all[b].value);
    });
    if (many) {
        std::vector<std::string> heads{"feature"};
        for (const ClassCoefficients& line : model.classes()) heads.push_back(line.label);
        text::Grid grid(heads);
        for (std::size_t i = 0; i <= order.size(); ++i) {
            std::vector<std::string> row{i < order.size() ? all[order[i]].feature : "(intercept)"};
            for (const ClassCoefficients& line : model.classes()) {
                const Coefficient& c = i < order.size() ? line.coefficients[order[i]] : line.intercept;
                row.push_back(text::fixed(c.value, 4));
            }
            grid.add(std::move(row));
        }
        return out << grid.str();
    }
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

}  // namespace gasket::detail
