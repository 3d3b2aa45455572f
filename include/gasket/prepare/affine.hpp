#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/layout.hpp"
#include "gasket/prepare/columns.hpp"

namespace gasket::detail {

/// One feature moved and scaled: (x - center) / scale. What StandardScaler, RobustScaler and MaxAbsScaler
/// learn.
struct Affine {
    static constexpr Takes kind = Takes::numbers;

    std::string feature = {};
    double center = 0;
    /// above 0; 1 for a constant column
    double scale = 1;

    void apply(const double* from, std::size_t rows, double* to) const noexcept {
        const double c = center;
        const double s = scale;
        for (std::size_t r = 0; r < rows; ++r) to[r] = (from[r] - c) / s;
    }

    void write(Json& json) const {
        json["center"] = center;
        json["scale"] = scale;
    }

    /// throws ArtifactError
    [[nodiscard]] static Affine read(const Fields& at, const Feature&) {
        Affine out{.center = at.number("center"), .scale = at.number("scale")};
        if (!(out.scale > 0)) {
            throw_content(at.path() + ".scale", "a number above 0", text::shortest(out.scale));
        }
        return out;
    }
};

/// Whether sums over columns as they are tell those over the scaled ones with digits to spare: no center is
/// farther from 0 than 100 scales.
[[nodiscard]] inline bool scales_mildly(std::span<const Affine> scaling) {
    return std::all_of(scaling.begin(), scaling.end(),
                       [](const Affine& one) { return std::abs(one.center) <= 100 * one.scale; });
}

/// The note about a column that a scaler only moves.
[[nodiscard]] inline std::string constant_note(const std::string& feature) {
    return "column " + text::quoted(feature) + " is constant: it becomes 0";
}

}  // namespace gasket::detail
