#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/prepare/synthesis.hpp"

namespace gasket {

/// As Smote, for tables that have names as well as numbers: a made-up row has the most frequent label among
/// the nearest neighbours of the row that it starts from, and numbers from the line to one of them.
///
/// Two different labels count in the distance as much as the median of the numbers' standard deviations in
/// the class. Numbers that only name something, such as a flag of 0 and 1, can be named as `nominal`, so that
/// no half of one is made up.
///
/// resample as Smote, but that categories are welcome
///          throws also DataError where no number is left, SchemaError for an unknown name in `nominal`
/// reference: Chawla et al., SMOTE: Synthetic Minority Over-sampling Technique, 2002, ch. 6.1
struct SmoteNc {
    static constexpr std::string_view name = "smote_nc";

    /// numeric columns to be treated as names, as the categories are
    std::vector<std::string> nominal = {};
    /// among how many nearest rows the other end is chosen and labels are voted, from 1 to 64; fewer where
    /// the class has no more
    std::size_t neighbours = 5;
    /// above 0, at most 1: rows of a class over those of the largest
    double ratio = 1;
    std::uint64_t seed = 42;
    /// neighbours are sought among so many rows of the class, drawn at random; 0: all of them
    std::size_t max_candidates = 10000;

    [[nodiscard]] Resampled resample(const TrainingRows& rows) const {
        const detail::SynthesisOptions options{"SmoteNc", neighbours, ratio, seed, max_candidates};
        detail::require_synthesis(options);
        std::vector<bool> names;
        for (const Feature& feature : rows.layout()) names.push_back(feature.is_category());
        for (const std::string& column : nominal)
            names[rows.layout().index_of(column, "SmoteNc.nominal")] = true;
        if (std::find(names.begin(), names.end(), false) == names.end()) {
            throw DataError(ErrorCode::no_features, {.expected = "a number to measure distances by",
                                                     .found = "none",
                                                     .where = "SmoteNc",
                                                     .advice = "use RandomOverSampler"});
        }
        for (std::size_t i = 0; i < rows.layout().size(); ++i) detail::require_finite(rows, i, "SmoteNc");
        return detail::synthesise(rows, names, options);
    }
};

}  // namespace gasket
