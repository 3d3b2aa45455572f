#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/split/assign.hpp"
#include "gasket/split/row_keys.hpp"
#include "gasket/split/wall.hpp"

namespace gasket::detail {

/// Reads target and weights for a splitter and lists the rows to deal out. `splitter` has the options that
/// all splitters share. throws SchemaError, DataError, OptionError
template <class Splitter>
SplitPlan begin_plan(const Splitter& splitter, const Table& table, std::vector<std::size_t>& usable) {
    const std::string stage(Splitter::name);
    require_option(splitter.test_fraction > 0 && splitter.test_fraction < 1, stage + ".test_fraction",
                   text::shortest(splitter.test_fraction), "a share above 0 and below 1");
    require_option(!splitter.target.empty(), stage + ".target", "nothing", "the name of the target column");
    if (table.rows() == 0) {
        throw DataError(ErrorCode::no_rows, {.expected = "rows to split",
                                             .found = "none",
                                             .where = "splitter " + stage,
                                             .advice = "check what was read"});
    }
    TargetValues target = read_target(table, splitter.target, splitter.task, splitter.positive);
    SplitPlan plan;
    plan.target = std::move(target.target);
    plan.labels = std::move(target.values);
    plan.reserved.push_back(splitter.target);
    if (!splitter.weight.empty()) {
        const Column& column = table[splitter.weight];
        const auto numbers = column.numbers();
        plan.weights.assign(numbers.begin(), numbers.end());
        plan.reserved.push_back(splitter.weight);
    }
    for (std::size_t r = 0; r < table.rows(); ++r) {
        if (is_missing(plan.labels[r])) {
            ++plan.record.rows_without_target;
            continue;
        }
        if (!plan.weights.empty() && !(plan.weights[r] >= 0 && std::isfinite(plan.weights[r]))) {
            throw DataError(ErrorCode::bad_weight, {.expected = "a finite weight of at least 0",
                                                    .found = text::shortest(plan.weights[r]),
                                                    .where = "column " + text::quoted(splitter.weight) +
                                                             ", row " + std::to_string(r),
                                                    .advice = "correct or impute the weight"});
        }
        usable.push_back(r);
    }
    if (plan.record.rows_without_target > 0 && !splitter.drop_missing_target) {
        throw DataError(ErrorCode::target_missing_values,
                        {.expected = "a target in every row",
                         .found = std::to_string(plan.record.rows_without_target) + " of " +
                                  std::to_string(table.rows()) + " rows without one",
                         .where = "target " + text::quoted(splitter.target),
                         .advice = "set .drop_missing_target = true to leave them out (they are counted)"});
    }
    plan.ledger = splitter.ledger;
    plan.record.method = stage;
    plan.record.test_fraction = splitter.test_fraction;
    return plan;
}

/// As above for a splitter that keeps groups whole. throws SplitError for a single group
template <class Splitter>
SplitPlan begin_group_plan(const Splitter& splitter, const Table& table, std::vector<std::size_t>& usable) {
    const std::string stage(Splitter::name);
    require_option(!splitter.group.empty() && splitter.group != splitter.target, stage + ".group",
                   text::quoted(splitter.group), "the name of a column that is not the target");
    SplitPlan plan = begin_plan(splitter, table, usable);
    plan.groups = read_groups(table, splitter.group, usable);
    plan.reserved.push_back(splitter.group);
    plan.record.group = splitter.group;
    const bool several = std::any_of(usable.begin(), usable.end(), [&](std::size_t r) {
        return plan.groups[r] != plan.groups[usable.front()];
    });
    if (!several) {
        throw SplitError(ErrorCode::too_few_rows, {.expected = "at least two groups",
                                                   .found = usable.empty() ? "none" : "one",
                                                   .where = "group column " + text::quoted(splitter.group),
                                                   .advice = "name a column whose values differ"});
    }
    return plan;
}

/// The shares of training rows and holdout.
inline std::array<double, 2> sides(double test_fraction) {
    return {1 - test_fraction, test_fraction};
}

/// Puts the usable rows on the sides that were dealt to them. Rows keep their order within a side.
inline void deal_sides(SplitPlan& plan, const std::vector<std::size_t>& usable, const std::vector<int>& side,
                       std::uint64_t seed) {
    for (const std::size_t r : usable) (side[r] == 1 ? plan.test : plan.train).push_back(r);
    plan.record.seed = seed;
}

/// Deals the usable rows to both sides.
inline void deal_sides(SplitPlan& plan, const Table& table, const std::vector<std::size_t>& usable,
                       const std::vector<int>& strata, bool together, std::uint64_t seed) {
    const std::vector<std::uint64_t> digests = together ? row_digests(table) : std::vector<std::uint64_t>{};
    std::vector<Unit> units = make_units(usable, strata, digests, plan.record.duplicates);
    deal_sides(plan, usable, deal(std::move(units), sides(plan.record.test_fraction), table.rows(), seed),
               seed);
}

}  // namespace gasket::detail
