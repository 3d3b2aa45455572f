#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"

namespace gasket {

/// How rows came to one side of the wall. Training and Holdout carry one each; each tells of its own rows
/// only, so that nothing learned depends on what is in the holdout.
struct SplitRecord {
    /// "stratified", "random", "time", or the name of a fold
    std::string method;
    std::uint64_t seed = 0;
    double test_fraction = 0;
    /// TimeSplitter: first moment of the holdout, as text; empty elsewhere
    std::string cutoff;
    /// rows of this side
    std::size_t rows = 0;
    /// share of the positive class on this side; missing for other tasks
    double positive_rate = missing;
    /// rows left out before the split because their target was missing
    std::size_t rows_without_target = 0;
    /// rows that are exact copies of another row and were kept on its side
    std::size_t duplicates = 0;
    /// SHA-256 over the fingerprints of this side's rows
    std::string digest;

    [[nodiscard]] Json to_json() const {
        Json doc{{"method", method},
                 {"seed", seed},
                 {"test_fraction", test_fraction},
                 {"rows", rows},
                 {"positive_rate", detail::json_number(positive_rate)},
                 {"digest", digest}};
        if (!cutoff.empty()) doc["cutoff"] = cutoff;
        return doc;
    }

    [[nodiscard]] static SplitRecord from_json(const detail::Fields& fields) {
        SplitRecord record;
        record.method = fields.string("method");
        record.seed = fields.get("seed").is_number_unsigned() ? fields.get("seed").get<std::uint64_t>() : 0;
        record.test_fraction = fields.number("test_fraction");
        record.rows = fields.count("rows");
        record.positive_rate = fields.number("positive_rate", true);
        record.digest = fields.string("digest");
        if (fields.has("cutoff")) record.cutoff = fields.string("cutoff");
        return record;
    }
};

}  // namespace gasket
