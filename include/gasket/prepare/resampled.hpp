#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/block.hpp"
#include "gasket/prepare/require.hpp"
#include "gasket/split/training_rows.hpp"

namespace gasket {

/// The rows that the rest of a chain learns from once a resampler has had its turn: some again, some not at
/// all, some made up. It acts in `fit` only; rows to be scored pass as if it were not there, and in
/// cross-validation it sees the learning rows of the fold alone.
///
/// A resampler is a stage with `Resampled resample(const TrainingRows&) const`. The features keep their
/// layout.
struct Resampled {
    Features features;
    /// one per row, as TrainingRows::labels()
    std::vector<double> labels = {};
    /// one per row; empty where the rows had none
    std::vector<double> weights = {};
};

namespace detail {

/// The rows of each class, ascending. throws DataError (no rows, a numeric target)
[[nodiscard]] inline std::vector<std::vector<std::size_t>> rows_by_class(const TrainingRows& rows,
                                                                         const std::string& who) {
    require_rows(rows, who);
    require_classes(rows, who);
    std::vector<std::vector<std::size_t>> out(rows.target().classes.size());
    for (std::size_t r = 0; r < rows.rows(); ++r)
        out[static_cast<std::size_t>(rows.labels()[r])].push_back(r);
    return out;
}

/// Checks the option `ratio` of a resampler. throws OptionError
inline void require_ratio(double ratio, const std::string& who) {
    require_option(ratio > 0 && ratio <= 1, who + ".ratio", text::shortest(ratio), "above 0, at most 1");
}

/// How many rows each class lacks to the share `ratio` of the largest.
[[nodiscard]] inline std::vector<std::size_t> lacking(const std::vector<std::vector<std::size_t>>& classes,
                                                      double ratio) {
    std::size_t largest = 0;
    for (const auto& members : classes) largest = std::max(largest, members.size());
    const auto wanted = static_cast<std::size_t>(ratio * static_cast<double>(largest));
    std::vector<std::size_t> out;
    for (const auto& members : classes) {
        out.push_back(members.empty() || members.size() >= wanted ? 0 : wanted - members.size());
    }
    return out;
}

/// Rows of the training rows by number, a row as often as it is named.
[[nodiscard]] inline Resampled take_rows(const TrainingRows& rows, std::span<const std::size_t> taken) {
    const auto pick = [&](std::span<const double> from) {
        std::vector<double> out;
        out.reserve(taken.size());
        for (const std::size_t r : taken) out.push_back(from[r]);
        return out;
    };
    Resampled out{.features = Features(taken.size()), .labels = pick(rows.labels())};
    if (!rows.weights().empty()) out.weights = pick(rows.weights());
    for (std::size_t i = 0; i < rows.layout().size(); ++i)
        out.features.add(rows.layout()[i], pick(rows.features()[i]));
    return out;
}

}  // namespace detail
}  // namespace gasket
