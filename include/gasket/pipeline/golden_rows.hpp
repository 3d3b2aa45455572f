#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "gasket/pipeline/model.hpp"

namespace gasket::detail {

/// How many training rows an artifact keeps with their answers, to prove at load that it still gives the same
/// ones.
inline constexpr std::size_t golden_row_count = 16;

/// Scores raw rows given as JSON ({"rows": [[...], ...]}): numbers, labels or null. As many answers as
/// Target::outputs for each.
inline std::vector<double> score_golden(const ModelParts& parts, const Json& golden,
                                        const std::string& where) {
    const Fields fields(golden, where);
    const std::size_t width = parts.door.size();
    std::vector<double> values(width);
    std::vector<const double*> pointers;
    for (const double& v : values) pointers.push_back(&v);
    ChainMemory memory;
    std::vector<double> out;
    for (const Json& row : fields.array("rows")) {
        if (!row.is_array() || row.size() != width) {
            throw_content(where + ".rows", "rows of " + std::to_string(width) + " values", shown(row));
        }
        for (std::size_t i = 0; i < width; ++i) {
            const Json& cell = row[i];
            const bool category = parts.door.feature(i).is_category();
            if (cell.is_null()) {
                values[i] = missing;
            } else if (category && cell.is_string()) {
                values[i] = parts.door.code(i, cell.get_ref<const std::string&>());
            } else if (!category && cell.is_number()) {
                values[i] = cell.get<double>();
            } else if (!category && (cell == "inf" || cell == "-inf")) {
                values[i] = cell == "inf" ? HUGE_VAL : -HUGE_VAL;
            } else {
                throw_content(where + ".rows", category ? "a label" : "a number", cell.type_name());
            }
        }
        out.resize(out.size() + parts.target.outputs());
        parts.chain.predict(Block(pointers, 1), out.data() + out.size() - parts.target.outputs(), memory);
    }
    return out;
}

/// Picks training rows evenly from `table` and writes down what the model answers.
inline Json make_golden(const ModelParts& parts, const Table& table) {
    Json rows = Json::array();
    const std::size_t count = std::min(golden_row_count, table.rows());
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t r = k * table.rows() / count;
        Json row = Json::array();
        for (std::size_t i = 0; i < parts.door.size(); ++i) {
            const Column& column = table[parts.door.feature(i).name];
            if (!parts.door.required(i) || column.is_missing(r)) {
                row.push_back(nullptr);
            } else if (column.kind() == Kind::category) {
                row.push_back(column.labels()[static_cast<std::size_t>(column.codes()[r])]);
            } else {
                const double x = column.kind() == Kind::numeric ? column.numbers()[r]
                                                                : static_cast<double>(column.seconds()[r]);
                row.push_back(std::isinf(x) ? Json(x > 0 ? "inf" : "-inf") : Json(x));
            }
        }
        rows.push_back(std::move(row));
    }
    Json golden = json_object({{"rows", std::move(rows)}});
    if (parts.chain.estimator) {
        golden["scores"] = json_value(score_golden(parts, golden, "golden"));
    }
    return golden;
}

/// throws ArtifactError unless every golden row gets the stored answer, bit for bit
inline void check_golden(const ModelParts& parts, const std::string& where) {
    if (!parts.chain.estimator) return;
    const std::vector<double> expected = Fields(parts.golden, where).numbers("scores");
    const std::vector<double> found = score_golden(parts, parts.golden, where);
    if (expected.size() != found.size()) {
        throw_content(where, "a score for each golden row", std::to_string(expected.size()) + " scores");
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (std::bit_cast<std::uint64_t>(expected[i]) == std::bit_cast<std::uint64_t>(found[i])) continue;
        throw ArtifactError(
            ErrorCode::artifact_golden,
            {.expected = "the score " + text::shortest(expected[i]) + " stored with the model",
             .found = text::shortest(found[i]),
             .where = where + ", row " + std::to_string(i / parts.target.outputs()),
             .advice = "this program computes differently (another library, compiler flags such as "
                       "-ffast-math, or a damaged artifact): do not score with it"});
    }
}

}  // namespace gasket::detail
