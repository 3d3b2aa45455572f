#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"

/// What every list of coefficients is asked, whatever stands beside a `feature` and its `value` in it.
namespace gasket::detail {

/// The coefficient of the feature of that name. throws SchemaError that names the nearest one
template <class C>
[[nodiscard]] const C& coefficient_of(const std::vector<C>& coefficients, std::string_view feature,
                                      const std::string& who) {
    std::vector<std::string> names;
    for (const C& c : coefficients) {
        if (c.feature == feature) return c;
        names.push_back(c.feature);
    }
    const std::string near = text::nearest(feature, names);
    throw SchemaError(
        ErrorCode::missing_column,
        {.expected = "a coefficient of " + text::quoted(feature),
         .found = "only those of " + text::list(names, 30),
         .where = who,
         .advice = near.empty() ? "check the name" : "did you mean " + text::quoted(near) + "?"});
}

/// The share of each in the sum of absolute coefficients; all alike where that is 0.
template <class C>
[[nodiscard]] std::vector<double> shares_of_size(const std::vector<C>& coefficients) {
    std::vector<double> out;
    double sum = 0;
    for (const C& c : coefficients) {
        out.push_back(std::abs(c.value));
        sum += out.back();
    }
    for (double& x : out) x = sum > 0 ? x / sum : 1 / static_cast<double>(out.size());
    return out;
}

}  // namespace gasket::detail
