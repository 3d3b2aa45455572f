#pragma once

#include <bit>
#include <limits>
#include <sstream>

#include "fuzz/target.hpp"
#include "gasket/gasket.hpp"

namespace fuzz {

using gasket::Json;
using gasket::Model;

/// Rows as hostile as the schema allows: gaps, extremes, labels known and unknown.
inline gasket::Table live_rows(const gasket::Schema& schema) {
    using gasket::Column;
    gasket::Table out;
    for (const gasket::ColumnSchema& column : schema) {
        if (column.kind() == gasket::Kind::category) {
            std::vector<std::string> labels{"no such label", "", "x", "y"};
            for (std::size_t i = 0; i < 2 && i < column.labels.size(); ++i) labels[i] = column.labels[i];
            out =
                out.with(column.name, Column::category(labels, std::vector<bool>{false, false, true, false}));
        } else if (column.kind() == gasket::Kind::datetime) {
            out = out.with(column.name, Column::datetime(std::vector<std::int64_t>{
                                            0, 1704412800, -62135596800, 253402300799}));
        } else {
            out = out.with(column.name, Column::numeric(std::vector<double>{0, column.max.value_or(-1e308),
                                                                            gasket::missing, 1.5}));
        }
    }
    return out;
}

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::bit_cast<std::uint64_t>(a[i]) != std::bit_cast<std::uint64_t>(b[i]) &&
            !(std::isnan(a[i]) && std::isnan(b[i])))
            return false;
    }
    return true;
}

/// Does `act` unless gasket refuses: whatever a loaded model is asked, it answers or says why not.
template <class Act>
void answers_or_refuses(const Act& act) {
    try {
        act();
    } catch (const gasket::Error&) {
    }
}

/// Whatever loads must serve: score a table and single rows alike, be saved and loaded again as the same
/// model, and let itself be looked at.
inline void serves(const Model& model) {
    using namespace gasket;
    const std::string saved = to_bytes(model);
    const Model again = from_bytes(saved, "saved again");
    must(to_bytes(again) == saved, "a model that was loaded is saved with the same bytes");
    answers_or_refuses([&] {
        const Table rows = live_rows(model.schema());
        answers_or_refuses([&] { (void)model.transform(rows); });
        const Predictions answers = model.predict(rows);
        must(answers.size() == rows.rows(), "an answer for every row");
        must(same_bits(answers.values, again.predict(rows).values), "the saved model answers alike");
        for (std::size_t r = 0; r < rows.rows(); ++r) {
            const std::size_t each = model.target().outputs();
            const std::vector<double> together(
                answers.values.begin() + static_cast<std::ptrdiff_t>(r * each),
                answers.values.begin() + static_cast<std::ptrdiff_t>((r + 1) * each));
            must(same_bits(model.predict(rows.take(std::vector<std::size_t>{r})).values, together),
                 "a row gets the same bits alone");
        }
        (void)answers.decisions();
        answers_or_refuses([&] {
            std::ostringstream out;
            out << drift(model, rows);
        });
        answers_or_refuses([&] { (void)explain(model, rows); });
    });
    answers_or_refuses([&] { (void)Scorer(model); });
    answers_or_refuses([&] { (void)model_card(model).markdown(); });
    answers_or_refuses([&] { (void)declared<Aggregates>(model); });
    answers_or_refuses([&] { (void)model.importances(); });
    answers_or_refuses([&] {
        std::ostringstream out;
        out << model.schema();
    });
}

/// The same document with no golden rows: a document that was changed anywhere answers otherwise, and only
/// this lets the walk go on behind that last gate.
inline Json without_golden(Json document) {
    document["golden"] = gasket::json_object({{"rows", Json::array()}, {"scores", Json::array()}});
    return document;
}

/// Loads `bytes`; and where only the golden rows stand in the way, what `retry` makes of them.
template <class Retry>
void load_and_serve(std::string_view bytes, const Retry& retry) {
    try {
        serves(gasket::from_bytes(bytes));
    } catch (const gasket::ArtifactError& e) {
        if (e.code() != gasket::ErrorCode::artifact_golden) return;
        try {
            serves(gasket::from_bytes(retry()));
        } catch (const gasket::Error&) {
        }
    } catch (const gasket::Error& e) {
        must(false, std::string("a broken artifact is an ArtifactError, not ") + e.what());
    }
}

}  // namespace fuzz
