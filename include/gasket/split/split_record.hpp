#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"

namespace gasket {

/// How rows came to one side of the wall. Training and Holdout carry one each; each tells of its own rows
/// only, so that nothing learned depends on what is in the holdout.
struct SplitRecord {
    /// "training", "validation" or "holdout"
    std::string side;
    /// "stratified", "random", "group", "stratified_group", "time", or the name of a fold
    std::string method;
    std::uint64_t seed = 0;
    double test_fraction = 0;
    /// TimeSplitter: first moment of the holdout, as text; empty elsewhere
    std::string cutoff;
    /// the column whose groups were kept whole, and how many of them this side has; empty and 0 elsewhere
    std::string group;
    std::size_t groups = 0;
    /// three_way: how validation rows were cut off the training rows, in words; empty elsewhere
    std::string validation;
    /// rows of this side
    std::size_t rows = 0;
    /// share of the positive class on this side; missing for other tasks
    double positive_rate = missing;
    /// rows left out before the split because their target was missing
    std::size_t rows_without_target = 0;
    /// rows of this side that are exact copies of another row of it
    std::size_t duplicates = 0;
    /// SHA-256 over the fingerprints of this side's rows, whatever their order; empty for a fold
    std::string digest;
    /// an opened holdout: what its ledger says of earlier ones with rows of this one, in words; else empty
    std::string seen_before;

    [[nodiscard]] Json to_json() const {
        Json doc = json_object({{"side", side},
                                {"method", method},
                                {"seed", seed},
                                {"test_fraction", test_fraction},
                                {"rows", rows},
                                {"positive_rate", detail::json_number(positive_rate)},
                                {"rows_without_target", rows_without_target},
                                {"duplicates", duplicates},
                                {"digest", digest}});
        if (!cutoff.empty()) doc["cutoff"] = cutoff;
        if (!seen_before.empty()) doc["seen_before"] = seen_before;
        if (!validation.empty()) doc["validation"] = validation;
        if (!group.empty()) {
            doc["group"] = group;
            doc["groups"] = groups;
        }
        return doc;
    }

    [[nodiscard]] static SplitRecord from_json(const detail::Fields& fields) {
        SplitRecord record;
        if (fields.has("side")) record.side = fields.string("side");
        record.method = fields.string("method");
        record.seed = fields.get("seed").is_number_unsigned() ? fields.get("seed").get<std::uint64_t>() : 0;
        record.test_fraction = fields.number("test_fraction");
        record.rows = fields.count("rows");
        record.positive_rate = fields.number("positive_rate", true);
        if (record.positive_rate < 0 || record.positive_rate > 1)
            detail::throw_content(fields.path() + ".positive_rate", "a share from 0 to 1",
                                  text::shortest(record.positive_rate));
        if (fields.has("rows_without_target"))
            record.rows_without_target = fields.count("rows_without_target");
        if (fields.has("duplicates")) record.duplicates = fields.count("duplicates");
        record.digest = fields.string("digest");
        if (fields.has("cutoff")) record.cutoff = fields.string("cutoff");
        if (fields.has("seen_before")) record.seen_before = fields.string("seen_before");
        if (fields.has("validation")) record.validation = fields.string("validation");
        if (fields.has("group")) {
            record.group = fields.string("group");
            record.groups = fields.count("groups");
        }
        return record;
    }
};

}  // namespace gasket
