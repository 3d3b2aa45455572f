#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/split/validation.hpp"
#include "gasket/split/wall.hpp"

namespace gasket {

/// Cuts a table three ways: rows to learn from, rows to choose by, and the sealed holdout.
///
///     auto [train, validation, test] = three_way(StratifiedSplitter{.target = "churn"}, customers, 0.2);
///     auto [past, recent, future]    = three_way(TimeSplitter{.target = "churn", .time = "day",
///                                                             .cutoff = "2024-07-01"},
///                                                TimeSplitter{.target = "churn", .time = "day",
///                                                             .cutoff = "2024-04-01"}, customers);
///
/// `test` cuts off the holdout, the same one that `test.split(table)` seals; `validation` then cuts what is
/// left, without knowledge of the holdout. So `test.split(table).training` is training and validation rows
/// together: what to fit the chosen chain on before the verdict.
///
/// O(rows x columns)   throws what the splitters throw; OptionError where their targets differ
template <class TestSplitter, class ValidationSplitter>
[[nodiscard]] ThreeWay three_way(const TestSplitter& test, const ValidationSplitter& validation,
                                 const Table& table) {
    detail::require_option(test.target == validation.target, "three_way target",
                           text::quoted(validation.target),
                           "the target of the other splitter, " + text::quoted(test.target));
    const SplitPlan whole = test.plan(table);
    const SplitPlan rest = validation.plan(table.take(whole.train));
    return detail::Wall::seal(table, whole, rest);
}

/// The same with one splitter for both cuts: its `test_fraction` of all rows is sealed, `validation_fraction`
/// of all rows is for choosing.
template <class Splitter>
[[nodiscard]] ThreeWay three_way(const Splitter& splitter, const Table& table, double validation_fraction) {
    detail::require_option(validation_fraction > 0 && validation_fraction < 1,
                           "three_way validation_fraction", text::shortest(validation_fraction),
                           "a share above 0 and below 1");
    const SplitPlan whole = splitter.plan(table);
    const auto held = static_cast<double>(whole.train.size() + whole.test.size());
    const double of_rest = validation_fraction * held / static_cast<double>(whole.train.size());
    detail::require_option(of_rest < 1, "three_way validation_fraction", text::shortest(validation_fraction),
                           "less than the share of the rows that is not sealed");
    Splitter validation = splitter;
    validation.test_fraction = of_rest;
    if constexpr (requires { validation.cutoff = ""; }) validation.cutoff = "";
    return detail::Wall::seal(table, whole, validation.plan(table.take(whole.train)));
}

}  // namespace gasket
