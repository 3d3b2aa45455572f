#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gasket/split/plan_options.hpp"

namespace gasket {

/// Cuts a table into Training and Holdout at random, without regard to the target. Copies of a row stay on
/// one side.
///
/// plan, split   O(rows x columns)   throws SchemaError (no such column), DataError (classes, missing
/// target), OptionError thread-safe
struct RandomSplitter {
    static constexpr std::string_view name = "random";

    /// the column to be learned
    std::string target = "";
    /// share of the rows that is sealed, above 0 and below 1
    double test_fraction = 0.2;
    std::uint64_t seed = 42;
    /// label of class 1 in binary tasks; empty: the greater number, or the label last in the alphabet
    std::string positive = "";
    Task task = Task::binary;
    /// a numeric column of row weights, at least 0; empty: every row weighs 1
    std::string weight = "";
    bool keep_duplicates_together = true;
    /// leave out rows without a target (they are counted in the record); false: they are an error
    bool drop_missing_target = false;
    /// path of the file in which the opening of the holdout is recorded, so that no process opens it again;
    /// see Ledger. Empty: none
    std::string ledger = "";

    [[nodiscard]] SplitPlan plan(const Table& table) const {
        std::vector<std::size_t> usable;
        SplitPlan plan = detail::begin_plan(*this, table, usable);
        detail::deal_sides(plan, table, usable, {}, keep_duplicates_together, seed);
        return plan;
    }
    [[nodiscard]] Split split(const Table& table) const { return detail::Wall::seal(table, plan(table)); }
};

}  // namespace gasket
