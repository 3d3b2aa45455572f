#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "gasket/prepare/synthesis.hpp"

namespace gasket {

/// Makes up rows of the rarer classes until each has `ratio` times as many rows as the largest: each new row
/// lies somewhere on the line from a row of the class to one of its nearest neighbours of the same class. Its
/// weight is taken from the same line.
///
/// Acts in fit only, on training rows only; the made-up rows come after the original ones. For numbers
/// without gaps: SmoteNc takes categories too. Distances are Euclidean, so put a StandardScaler before it.
/// Scores follow the shares of the resampled rows; see RandomOverSampler.
///
/// resample O(rows x columns + new rows x candidates x columns): linear in rows for a given max_candidates;
///          same rows for any number of threads
///          throws OptionError, DataError (no rows, categories, missing or infinite values, a numeric target,
///          a class of one row)
/// reference: Chawla et al., SMOTE: Synthetic Minority Over-sampling Technique, 2002
struct Smote {
    static constexpr std::string_view name = "smote";

    /// among how many nearest rows the other end is chosen, from 1 to 64; fewer where the class has no more
    std::size_t neighbours = 5;
    /// above 0, at most 1: rows of a class over those of the largest
    double ratio = 1;
    std::uint64_t seed = 42;
    /// neighbours are sought among so many rows of the class, drawn at random; 0: all of them
    std::size_t max_candidates = 10000;

    [[nodiscard]] Resampled resample(const TrainingRows& rows) const {
        const detail::SynthesisOptions options{"Smote", neighbours, ratio, seed, max_candidates};
        detail::require_synthesis(options);
        detail::require_finite_numbers(rows, "Smote");
        return detail::synthesise(rows, std::vector<bool>(rows.layout().size(), false), options);
    }
};

}  // namespace gasket
