#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/layout.hpp"

namespace gasket::detail {

/// Checks that what a stage learned belongs to the features before it: the same names in the same order.
/// throws ArtifactError
inline void require_features(const std::vector<std::string>& names, const Layout& in,
                             const std::string& where) {
    if (names.size() != in.size()) {
        throw_content(where, std::to_string(in.size()) + " features", std::to_string(names.size()));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] != in[i].name) {
            throw_content(where, "feature " + text::quoted(in[i].name), text::quoted(names[i]));
        }
    }
}

/// As require_features, and that all of them are numbers. throws ArtifactError
inline void require_number_features(const std::vector<std::string>& names, const Layout& in,
                                    const std::string& where) {
    require_features(names, in, where + ".features");
    for (const Feature& feature : in) {
        if (feature.is_category()) throw_content(where, "numbers", "category " + text::quoted(feature.name));
    }
}

}  // namespace gasket::detail
