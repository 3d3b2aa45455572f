#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/split/assign.hpp"
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
    plan.record.method = stage;
    plan.record.test_fraction = splitter.test_fraction;
    return plan;
}

/// Deals the usable rows to both sides. Rows keep their order within a side.
inline void deal_sides(SplitPlan& plan, const Table& table, const std::vector<std::size_t>& usable,
                       const std::vector<int>& strata, bool together, std::uint64_t seed) {
    const std::vector<std::uint64_t> digests = together ? row_digests(table) : std::vector<std::uint64_t>{};
    std::vector<Unit> units = make_units(usable, strata, digests, plan.record.duplicates);
    const double shares[] = {1 - plan.record.test_fraction, plan.record.test_fraction};
    const std::vector<int> side = deal(std::move(units), shares, table.rows(), seed);
    for (const std::size_t r : usable) (side[r] == 1 ? plan.test : plan.train).push_back(r);
    plan.record.seed = seed;
}

}  // namespace gasket::detail
