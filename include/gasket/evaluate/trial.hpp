#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/cross_validate.hpp"
#include "gasket/evaluate/search_space.hpp"

namespace gasket {

/// One setting of the options, and what the chain achieved with it.
struct Trial {
    /// place among the candidates of the search, from 0
    std::size_t number = 0;
    /// option by option: {"GradientBoosting.trees": 200, ...}
    Json settings = Json::object();
    /// over the folds, the one that was searched by first; empty where the trial failed
    std::vector<FoldedMetric> metrics = {};
    /// share of the resource that it had at last: 1 but for those that halving dropped
    double share = 1;
    /// seconds of all its fits
    double seconds = 0;
    /// why the chain could not be fitted so; empty: it could
    std::string failure = {};
    /// where it stands in the space
    detail::Point point = {};

    [[nodiscard]] Json to_json() const {
        Json out = json_object({{"number", number},
                                {"settings", settings},
                                {"metrics", detail::to_json(metrics)},
                                {"share", share},
                                {"seconds", seconds}});
        if (!failure.empty()) out["failure"] = failure;
        return out;
    }
};

namespace detail {
/// The value of an option as people read it.
inline std::string setting_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_number_float() ? text::compact(value.get<double>(), 4) : value.dump();
}
}  // namespace detail

}  // namespace gasket
