#pragma once

#include <string>
#include <utility>

#include "gasket/deploy/gates.hpp"
#include "gasket/evaluate/evaluator.hpp"
#include "gasket/model/logistic_regression.hpp"
#include "gasket/monitor/psi_monitor.hpp"
#include "gasket/pipeline/run.hpp"
#include "gasket/prepare/imputer.hpp"
#include "gasket/prepare/one_hot_encoder.hpp"
#include "gasket/prepare/standard_scaler.hpp"
#include "gasket/split/stratified_splitter.hpp"
#include "support/tables.hpp"

namespace testing_support {

/// A small fitted bank model with a baseline; another seed makes another model of the same contract.
inline gasket::Model bank_model(std::uint64_t seed = 7, const gasket::Table& table = {}) {
    using namespace gasket;
    const Table bank = table.columns() > 0 ? table : small_bank(600, seed).without({"customer_id"});
    const auto training = StratifiedSplitter{.target = "churn"}.split(bank).training;
    return (Imputer{.strategy = Impute::median} | OneHotEncoder{.drop_first = true} | StandardScaler{} |
            LogisticRegression{} | PsiMonitor{.folds = 0})
        .fit(training);
}

/// The same with a figure as an Evaluator would have left it.
inline gasket::Model with_figure(const gasket::Model& model, const char* metric, double value,
                                 const std::string& digest = "rows") {
    using gasket::json_object;
    gasket::detail::ModelParts parts = model.parts();
    parts.sections["evaluation"] = json_object(
        {{"holdout", json_object({{"digest", digest}})}, {"test", json_object({{metric, value}})}});
    return gasket::Model(std::move(parts));
}

/// Two versions that differ a little in a figure.
inline const gasket::Model& first() {
    static const gasket::Model model = with_figure(bank_model(7), "auc", 0.80);
    return model;
}
inline const gasket::Model& second() {
    static const gasket::Model model = with_figure(bank_model(8), "auc", 0.797);
    return model;
}

/// A row of a table as a service takes it: a value for each column, null where there is none.
inline gasket::Json record_of(const gasket::Table& table, std::size_t r) {
    using gasket::Json;
    Json out = Json::object();
    for (std::size_t c = 0; c < table.columns(); ++c) {
        const gasket::Column& column = table.column(c);
        out[table.name(c)] = column.is_missing(r)                      ? Json(nullptr)
                             : column.kind() == gasket::Kind::category ? Json(table.cell(r, c))
                                                                       : Json(column.numbers()[r]);
    }
    return out;
}
/// Rows [begin, end) as the body of a request.
inline std::string records_of(const gasket::Table& table, std::size_t begin, std::size_t end) {
    gasket::Json out = gasket::Json::array();
    for (std::size_t r = begin; r < end; ++r) out.push_back(record_of(table, r));
    return out.dump();
}

/// Gates that ask nothing of figures or of the time that a row takes here.
inline const gasket::Gates wide{.metric = "", .most_latency_us = 0};

}  // namespace testing_support
