#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/evaluate/explanations.hpp"
#include "gasket/evaluate/tree_contributions.hpp"
#include "gasket/model/decision_tree.hpp"
#include "gasket/model/elastic_net.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/model/lasso.hpp"
#include "gasket/model/linear_regression.hpp"
#include "gasket/model/linear_svm.hpp"
#include "gasket/model/logistic_regression.hpp"
#include "gasket/model/random_forest.hpp"
#include "gasket/model/ridge.hpp"
#include "gasket/model/tree_ensemble.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

namespace detail {

/// What the estimator of a model sees of a table: its features, column after column.
inline std::vector<std::vector<double>> estimator_features(const Model& model, const Table& table) {
    const ModelParts& parts = model.parts();
    const BoundTable bound(parts.door, table);
    std::vector<std::vector<double>> columns(model.features().size(), std::vector<double>(table.rows()));
    constexpr std::size_t block_rows = 512;
    parallel_blocks(table.rows(), block_rows, [&](std::size_t begin, std::size_t end) {
        auto memory = bound.memory(end - begin);
        ChainMemory chain_memory;
        std::size_t unseen = 0;
        const Block block = parts.chain.transform(bound.load(begin, end, memory, unseen), chain_memory);
        for (std::size_t j = 0; j < columns.size(); ++j)
            std::copy_n(block[j], end - begin, columns[j].begin() + static_cast<std::ptrdiff_t>(begin));
    });
    return columns;
}

/// Explains trees: fills base, contributions and scale.
inline void explain_trees(const TreeEnsemble& ensemble, const Block& background, const Block& rows,
                          Explanations& out) {
    const TreeContributions trees(ensemble.trees, background);
    const std::size_t answers = ensemble.outputs();
    const std::size_t features = out.names.size();
    const std::size_t rounds = ensemble.rounds();
    out.base = ensemble.base;
    for (std::size_t t = 0; t < ensemble.trees.size(); ++t)
        out.base[t / rounds] += ensemble.factor * trees.mean(t);
    out.contributions.assign(rows.rows() * answers * features, 0.0);
    parallel_blocks(rows.rows(), 16, [&](std::size_t begin, std::size_t end) {
        TreeContributions::Memory memory;
        for (std::size_t r = begin; r < end; ++r) {
            const auto own = std::span(out.contributions).subspan(r * answers * features, answers * features);
            for (std::size_t t = 0; t < ensemble.trees.size(); ++t)
                trees.add(t, rows, r, own.subspan(t / rounds * features, features), memory);
            for (double& x : own) x *= ensemble.factor;
        }
    });
    switch (ensemble.link) {
        case Link::logistic:
            out.scale = "log odds";
            break;
        case Link::exponential:
            out.scale = "logarithm";
            break;
        case Link::softmax:
            out.scale = "score";
            break;
        case Link::identity:
            out.scale = out.target.task == Task::regression ? "number" : "probability";
            break;
    }
}

/// Linear functions of the features, one for each answer.
struct Lines {
    /// answer after answer, a coefficient for each feature
    std::vector<double> coefficients;
    std::vector<double> intercepts;
};

/// Explains a linear model: a feature adds its coefficient times how far it is from its mean.
inline void explain_linear(const Lines& lines, const Block& background, const Block& rows,
                           Explanations& out) {
    const std::size_t features = out.names.size();
    const std::size_t answers = lines.intercepts.size();
    out.contributions.assign(rows.rows() * answers * features, 0.0);
    std::vector<Sum> base(answers);
    for (std::size_t k = 0; k < answers; ++k) base[k].add(lines.intercepts[k]);
    for (std::size_t j = 0; j < features; ++j) {
        Sum sum;
        for (std::size_t r = 0; r < background.rows(); ++r) sum.add(background[j][r]);
        const double mean = sum.value() / static_cast<double>(background.rows());
        for (std::size_t k = 0; k < answers; ++k) {
            const double b = lines.coefficients[k * features + j];
            base[k].add(b * mean);
            for (std::size_t r = 0; r < rows.rows(); ++r)
                out.contributions[(r * answers + k) * features + j] = b * (rows[j][r] - mean);
        }
    }
    out.base.clear();
    for (const Sum& sum : base) out.base.push_back(sum.value());
    out.scale = out.target.task == Task::regression ? "number" : answers > 1 ? "score" : "log odds";
}

/// The trees of an estimator that is one of these; null where it is none.
template <class... Stages>
const TreeEnsemble* trees_of(const AnyEstimator* estimator) {
    const TreeEnsemble* out = nullptr;
    const auto look = [&]<class S>(const EstimatorOf<S>* found) {
        if (found != nullptr) out = &found->fitted().ensemble();
    };
    (look(dynamic_cast<const EstimatorOf<Stages>*>(estimator)), ...);
    return out;
}

/// The coefficients of an estimator that is one of these.
template <class... Stages>
std::optional<Lines> lines_of(const AnyEstimator* estimator) {
    std::optional<Lines> out;
    const auto look = [&]<class S>(const EstimatorOf<S>* found) {
        if (found == nullptr) return;
        const Fitted<S>& fitted = found->fitted();
        out.emplace();
        const auto add = [&](const auto& coefficients, double intercept) {
            for (const auto& c : coefficients) out->coefficients.push_back(c.value);
            out->intercepts.push_back(intercept);
        };
        if constexpr (requires { fitted.classes(); }) {
            for (const auto& line : fitted.classes()) add(line.coefficients, line.intercept.value);
        } else if constexpr (requires { fitted.curve(); }) {
            // the log odds are a line over the margin
            add(fitted.coefficients(), fitted.intercept());
            for (double& b : out->coefficients) b *= fitted.curve().slope();
            out->intercepts[0] = fitted.curve().slope() * fitted.intercept() + fitted.curve().intercept();
        } else {
            add(fitted.coefficients(), fitted.intercept().value);
        }
    };
    (look(dynamic_cast<const EstimatorOf<Stages>*>(estimator)), ...);
    return out;
}

}  // namespace detail

/// What each feature added to the model's answers for these rows, exactly: Shapley values. They sum to the
/// answer before its link and before any calibration: log odds of boosting, logistic regression and
/// LinearSvm, the scores of many classes, the share itself of a forest or tree.
///
/// `background` are the rows against which a row is explained, such as some hundred of the training rows: of
/// trees it says how often each way is gone where a feature is not known (path-dependent TreeSHAP), of linear
/// models what a feature is on the mean. Which columns go together is heeded by trees only as far as their
/// splits do.
///
/// Explains gradient_boosting, random_forest, decision_tree and the linear models.
/// O(rows x leaves x depth^2), O(rows x features) for linear models; parallel, the same bits for any number
/// of threads. Memory: rows x answers x features numbers throws DataError (no rows, no background, another
/// estimator), SchemaError as Model::predict reference: Lundberg et al., From local explanations to global
/// understanding with explainable AI for trees, 2020; Strumbelj & Kononenko, 2014 (linear models)
[[nodiscard]] inline Explanations explain(const Model& model, const Table& table, const Table& background) {
    const auto refuse = [](ErrorCode code, std::string expected, std::string found, std::string advice) {
        throw DataError(code, {.expected = std::move(expected),
                               .found = std::move(found),
                               .where = "explain",
                               .advice = std::move(advice)});
    };
    if (table.rows() == 0 || background.rows() == 0)
        refuse(ErrorCode::no_rows, "rows to explain, and background rows", "none",
               "give rows like those that the model learned from as background");
    const detail::AnyEstimator* const estimator = model.parts().chain.estimator.get();
    const std::string name = estimator == nullptr ? "" : std::string(estimator->name());
    Explanations out;
    out.target = model.target();
    out.layout = model.features();
    out.names = out.layout.names();
    const std::size_t features = out.names.size();
    const auto rows = detail::estimator_features(model, table);
    const auto others = detail::estimator_features(model, background);
    std::vector<const double*> row_columns;
    std::vector<const double*> other_columns;
    out.values.resize(table.rows() * features);
    for (std::size_t j = 0; j < features; ++j) {
        row_columns.push_back(rows[j].data());
        other_columns.push_back(others[j].data());
        for (std::size_t r = 0; r < table.rows(); ++r) out.values[r * features + j] = rows[j][r];
    }
    const Block row_block(row_columns, table.rows());
    const Block other_block(other_columns, background.rows());
    if (const detail::TreeEnsemble* trees =
            detail::trees_of<GradientBoosting, RandomForest, DecisionTree>(estimator)) {
        detail::explain_trees(*trees, other_block, row_block, out);
    } else if (const auto lines = detail::lines_of<LogisticRegression, LinearSvm, LinearRegression, Ridge,
                                                   Lasso, ElasticNet>(estimator)) {
        detail::explain_linear(*lines, other_block, row_block, out);
    } else {
        refuse(ErrorCode::bad_metric_input, "a model of trees or a linear one",
               name.empty() ? "no estimator" : name, "permutation_importance tells what any model leans on");
    }
    return out;
}

/// The same with the rows themselves as background: how they differ from each other. Give some hundred rows.
[[nodiscard]] inline Explanations explain(const Model& model, const Table& table) {
    return explain(model, table, table);
}

}  // namespace gasket
