#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/layout.hpp"
#include "gasket/prepare/columns.hpp"

namespace gasket::detail {

/// Refuses a live label that training did not have. throws DataError
[[noreturn]] inline void throw_unknown_label(const std::string& who, const std::string& feature,
                                             const std::string& advice) {
    throw DataError(ErrorCode::unknown_label, {.expected = "a label of the training rows",
                                               .found = "another one",
                                               .where = who + ", column " + text::quoted(feature),
                                               .advice = advice});
}

/// A number for each label of one feature: what OrdinalEncoder, FrequencyEncoder and TargetEncoder learn.
struct CodeValues {
    static constexpr Takes kind = Takes::labels;

    std::string feature = {};
    /// by code
    std::vector<double> values = {};
    /// for a label that training did not have, and for a missing one
    double unseen = missing;
    double gap = missing;
    /// an unseen label is an error
    bool refuse_unseen = false;

    void apply(const double* from, std::size_t rows, double* to) const {
        for (std::size_t r = 0; r < rows; ++r) {
            const double code = from[r];
            if (code >= 0) {
                to[r] = values[static_cast<std::size_t>(code)];
            } else if (std::isnan(code)) {
                to[r] = gap;
            } else {
                if (refuse_unseen)
                    throw_unknown_label("encoder", feature, "correct the value, or allow unknown labels");
                to[r] = unseen;
            }
        }
    }

    void write(Json& json) const {
        Json list = Json::array();
        for (const double value : values) list.push_back(json_number(value));
        json["values"] = std::move(list);
        json["unseen"] = json_number(unseen);
        json["missing"] = json_number(gap);
        json["refuse_unseen"] = refuse_unseen;
    }

    /// throws ArtifactError
    [[nodiscard]] static CodeValues read(const Fields& at, const Feature& feature) {
        CodeValues out{.values = at.numbers("values", true),
                       .unseen = at.number("unseen", true),
                       .gap = at.number("missing", true),
                       .refuse_unseen = at.boolean("refuse_unseen")};
        if (out.values.size() != feature.labels->size()) {
            throw_content(at.path() + ".values",
                          std::to_string(feature.labels->size()) + " numbers, one a label",
                          std::to_string(out.values.size()));
        }
        return out;
    }
};

}  // namespace gasket::detail
