#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gasket/split/group_k_fold.hpp"
#include "gasket/split/k_fold.hpp"
#include "gasket/split/time_series_folds.hpp"

namespace gasket {

/// Folds that keep apart what the splitter kept apart: StratifiedGroupKFold of training rows whose groups
/// were kept whole, TimeSeriesFolds of those that were cut by time, StratifiedKFold of all others. So what is
/// chosen on them is chosen under the conditions of the verdict. A chain makes its own folds this way.
///
/// split   as the folds that it makes
struct MatchingFolds {
    static constexpr std::string_view name = "matching";

    /// at least 2
    std::size_t folds = 5;
    /// without meaning for folds in time
    std::uint64_t seed = 42;

    [[nodiscard]] Folds split(const Training& training) const {
        if (!training.groups().empty())
            return StratifiedGroupKFold{.folds = folds, .seed = seed}.split(training);
        if (!training.moments().empty()) return TimeSeriesFolds{.folds = folds}.split(training);
        return StratifiedKFold{.folds = folds, .seed = seed}.split(training);
    }
};

}  // namespace gasket
