#pragma once

#include <string>
#include <vector>

#include "gasket/pipeline/model.hpp"

namespace gasket {

/// What was declared in the chain that a model was fitted by, in the order of the chain; empty where nothing
/// was: `declared<Aggregates>(model)`. throws ArtifactError for a damaged declaration
template <Declaration S>
[[nodiscard]] std::vector<S> declared(const Model& model) {
    const std::string section(S::name);
    std::vector<S> out;
    const Json* const list = model.section(section);
    if (list == nullptr) return out;
    if (!list->is_array()) detail::throw_content("section " + section, "an array", list->type_name());
    for (const Json& one : *list) {
        out.push_back(
            S::from_json(detail::Fields(one, "section " + section + "[" + std::to_string(out.size()) + "]")));
    }
    return out;
}

}  // namespace gasket
