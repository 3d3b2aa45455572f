#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "gasket/core/json.hpp"

namespace gasket::detail {

/// What a document looked like before the library knew targets of many classes: one number where there is a
/// list of them now, "logistic" where there is a link, "importances" where there are gains, and a tree that
/// did not name its classes.
inline void migrate_single_answers(Json& fitted) {
    for (const char* key : {"base", "answer"}) {
        const auto it = fitted.find(key);
        if (it != fitted.end() && it->is_number()) *it = Json::array({*it});
    }
    const auto logistic = fitted.find("logistic");
    if (logistic != fitted.end() && logistic->is_boolean() && !fitted.contains("link")) {
        fitted["link"] = logistic->get<bool>() ? "logistic" : "identity";
        fitted.erase("logistic");
    }
    const auto importances = fitted.find("importances");
    if (importances != fitted.end() && !fitted.contains("gain")) {
        // Gains are known up to a factor, and only their shares are ever shown.
        Json shares = std::move(*importances);
        fitted.erase("importances");
        fitted["gain"] = std::move(shares);
    }
}

/// Brings the document of an earlier gasket into the present form; leaves a present one as it is. What it
/// finds it does not trust: a document that is no artifact is handed on, for the reader to refuse. A step
/// stays here for ever; tests/golden/artifacts has files for each.
inline void migrate(Json& document) {
    if (!document.is_object()) return;
    const auto estimator = document.find("estimator");
    if (estimator == document.end() || !estimator->is_object()) return;
    const auto stage = estimator->find("stage");
    const auto fitted = estimator->find("fitted");
    if (stage == estimator->end() || !stage->is_string() || fitted == estimator->end() ||
        !fitted->is_object())
        return;
    if (stage->get_ref<const std::string&>() == "decision_tree" && !fitted->contains("classes"))
        (*fitted)["classes"] = Json::array();  // named only where they are many
    for (const std::string_view name : {"dummy", "decision_tree", "random_forest", "gradient_boosting"}) {
        if (stage->get_ref<const std::string&>() == name) migrate_single_answers(*fitted);
    }
}

}  // namespace gasket::detail
