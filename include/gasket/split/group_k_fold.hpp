#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/split/assign_groups.hpp"
#include "gasket/split/k_fold.hpp"
#include "gasket/split/row_keys.hpp"

namespace gasket {

namespace detail {

/// The groups of all training rows: of a column, or those that the splitter kept whole. throws OptionError
/// where there are none
inline std::vector<std::uint64_t> groups_of(const Training& training, const std::string& column,
                                            std::string_view name) {
    std::vector<std::size_t> rows(training.rows());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    if (!column.empty()) return read_groups(training.table(), column, rows);
    require_option(!training.groups().empty(), std::string(name) + ".group", "nothing",
                   "the name of a column, or training rows of a splitter that keeps groups whole");
    return {training.groups().begin(), training.groups().end()};
}

inline Folds deal_group_folds(const Training& training, std::string_view name, std::size_t folds,
                              const std::string& group, std::uint64_t seed, bool stratified) {
    const std::vector<std::uint64_t> groups = groups_of(training, group, name);
    std::vector<std::size_t> rows(training.rows());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    std::vector<GroupUnit> units = make_groups(
        rows, groups, stratified ? strata_of(training.target(), training.labels()) : std::vector<int>{});
    require_folds(name, folds, units.size(), "groups");
    const std::vector<double> shares(folds, 1.0 / static_cast<double>(folds));
    return Folds::dealt(training, deal_groups(std::move(units), shares, training.rows(), seed), folds,
                        std::string(name));
}

}  // namespace detail

/// Cuts training rows into `folds` parts of about equal size so that all rows of a group are judged together,
/// by a model that has met none of them. Exact copies of a row are of one group, and so stay together.
///
/// split   O(rows + groups log groups)   throws OptionError, SplitError (fewer groups than folds),
/// SchemaError, DataError (a row without a group)   reference: as scikit-learn's GroupKFold, whose fold sizes
/// it has
struct GroupKFold {
    static constexpr std::string_view name = "group_k_fold";

    /// at least 2
    std::size_t folds = 5;
    /// a column of the training rows; empty: the groups that the splitter kept whole
    std::string group = "";
    /// which of equally large groups goes where
    std::uint64_t seed = 42;

    [[nodiscard]] Folds split(const Training& training) const {
        return detail::deal_group_folds(training, name, folds, group, seed, false);
    }
};

/// As GroupKFold, with each class (for regression: each tenth of the target) spread over the folds as evenly
/// as whole groups allow. A class that few groups have may still be absent from a fold.
///
/// split   O(rows + groups x folds^2 x classes)   throws as GroupKFold
/// reference: the rule of scikit-learn's StratifiedGroupKFold
struct StratifiedGroupKFold {
    static constexpr std::string_view name = "stratified_group_k_fold";

    /// at least 2
    std::size_t folds = 5;
    /// a column of the training rows; empty: the groups that the splitter kept whole
    std::string group = "";
    /// in which order groups come that are alike
    std::uint64_t seed = 42;

    [[nodiscard]] Folds split(const Training& training) const {
        return detail::deal_group_folds(training, name, folds, group, seed, true);
    }
};

}  // namespace gasket
