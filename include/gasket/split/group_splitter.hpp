#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gasket/split/plan_options.hpp"
#include "gasket/split/row_keys.hpp"

namespace gasket {

/// Cuts a table into Training and Holdout so that all rows of a group (a customer, a household, a machine)
/// stand on one side: a model is judged on groups that it has not met. Groups are dealt at random. The group
/// column itself is no feature.
///
/// `test_fraction` is a share of the rows, met as nearly as whole groups allow. Exact copies of a row are of
/// one group, and so stay on one side.
///
/// plan, split   O(rows x columns)   throws SchemaError (no such column), DataError (classes, missing target,
/// a row without a group), OptionError, SplitError (one group only)   thread-safe
struct GroupSplitter {
    static constexpr std::string_view name = "group";

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
        std::size_t together = 0;
        detail::deal_sides(plan, usable,
                           detail::deal(detail::make_units(usable, {}, plan.groups, together),
                                        detail::sides(test_fraction), table.rows(), seed),
                           seed);
        return plan;
    }
    [[nodiscard]] Split split(const Table& table) const { return detail::Wall::seal(table, plan(table)); }
};

}  // namespace gasket
