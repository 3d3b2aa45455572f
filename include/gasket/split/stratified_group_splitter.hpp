#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gasket/split/assign_groups.hpp"
#include "gasket/split/plan_options.hpp"
#include "gasket/split/row_keys.hpp"

namespace gasket {

/// As GroupSplitter, and each class (for regression: each tenth of the target) is spread over both sides as
/// evenly as whole groups allow.
///
/// The groups with most to balance are dealt first, so that what is left over is small; which of several
/// groups that are alike comes first is left to the seed.
///
/// plan, split   O(rows x columns + groups x classes)   throws as GroupSplitter   thread-safe
/// reference: the rule of scikit-learn's StratifiedGroupKFold
struct StratifiedGroupSplitter {
    static constexpr std::string_view name = "stratified_group";

    /// the column to be learned
    std::string target = "";
    /// the column that says which rows belong together; of any kind, without missing values
    std::string group = "";
    /// share of the rows that is sealed, above 0 and below 1
    double test_fraction = 0.2;
    std::uint64_t seed = 42;
    /// label of class 1 in binary tasks; empty: the greater number, or the label last in the alphabet
    std::string positive = "";
    Task task = Task::binary;
    /// a numeric column of row weights, at least 0; empty: every row weighs 1
    std::string weight = "";
    /// leave out rows without a target (they are counted in the record); false: they are an error
    bool drop_missing_target = false;
    /// path of the file in which the opening of the holdout is recorded, so that no process opens it again;
    /// see Ledger. Empty: none
    std::string ledger = "";

    [[nodiscard]] SplitPlan plan(const Table& table) const {
        std::vector<std::size_t> usable;
        SplitPlan plan = detail::begin_group_plan(*this, table, usable);
        const std::vector<int> strata = detail::strata_of(plan.target, plan.labels);
        detail::deal_sides(plan, usable,
                           detail::deal_groups(detail::make_groups(usable, plan.groups, strata),
                                               detail::sides(test_fraction), table.rows(), seed),
                           seed);
        return plan;
    }
    [[nodiscard]] Split split(const Table& table) const { return detail::Wall::seal(table, plan(table)); }
};

}  // namespace gasket
