#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "gasket/split/plan_options.hpp"
#include "gasket/split/row_keys.hpp"

namespace gasket {

/// Cuts a table by time: the past is for learning, the future is sealed. Rows of one moment stay on one side.
/// The time column itself is no feature; derive what you need from it.
///
/// Either `cutoff` (first moment of the holdout, ISO 8601 or a number) or, where that is empty,
/// `test_fraction` of the rows, rounded so that no moment is cut in two.
///
/// plan, split   O(rows log rows + rows x columns)   throws SchemaError, DataError, OptionError, SplitError
/// thread-safe
struct TimeSplitter {
    static constexpr std::string_view name = "time";

    /// the column to be learned
    std::string target = "";
    /// a datetime or numeric column, without missing values
    std::string time = "";
    /// first moment of the holdout; empty: cut by `test_fraction`
    std::string cutoff = "";
    /// share of the rows that is sealed, above 0 and below 1
    double test_fraction = 0.2;
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
        SplitPlan plan = detail::begin_plan(*this, table, usable);
        detail::require_option(!time.empty(), "time.time", "nothing",
                               "the name of a datetime or numeric column");
        const Column& column = table[time];
        plan.moments = detail::read_moments(table, time, usable);
        const std::vector<double>& moments = plan.moments;
        const double first = first_of_holdout(column, moments, usable);
        for (const std::size_t r : usable) (moments[r] >= first ? plan.test : plan.train).push_back(r);
        plan.record.cutoff = shown(column, first);
        plan.reserved.push_back(time);
        return plan;
    }
    [[nodiscard]] Split split(const Table& table) const { return detail::Wall::seal(table, plan(table)); }

  private:
    [[nodiscard]] double first_of_holdout(const Column& column, const std::vector<double>& moments,
                                          const std::vector<std::size_t>& usable) const {
        if (!cutoff.empty()) return parse_cutoff(column);
        std::vector<double> sorted;
        for (const std::size_t r : usable) sorted.push_back(moments[r]);
        std::sort(sorted.begin(), sorted.end());
        const auto n = static_cast<double>(sorted.size());
        const auto wanted = static_cast<std::size_t>(std::lround((1 - test_fraction) * n));
        if (wanted >= sorted.size()) return sorted.back();
        // The nearest border between two moments: before the moment at `wanted`, or after it.
        const auto before = std::lower_bound(sorted.begin(), sorted.end(), sorted[wanted]);
        const auto after = std::upper_bound(sorted.begin(), sorted.end(), sorted[wanted]);
        const auto low = static_cast<std::size_t>(before - sorted.begin());
        const auto high = static_cast<std::size_t>(after - sorted.begin());
        const bool later = high < sorted.size() && (low == 0 || high - wanted < wanted - low);
        return later ? *after : *before;
    }

    [[nodiscard]] double parse_cutoff(const Column& column) const {
        if (column.kind() == Kind::datetime) {
            if (const auto seconds = detail::parse_datetime(cutoff)) return static_cast<double>(*seconds);
        } else {
            char* end = nullptr;
            const double number = std::strtod(cutoff.c_str(), &end);
            if (end == cutoff.c_str() + cutoff.size() && std::isfinite(number)) return number;
        }
        throw OptionError(
            ErrorCode::bad_option,
            {.expected = column.kind() == Kind::datetime ? "an ISO 8601 date such as 2024-03-01" : "a number",
             .found = text::quoted(cutoff),
             .where = "option time.cutoff",
             .advice = "write it in the form of column " + text::quoted(time)});
    }

    [[nodiscard]] static std::string shown(const Column& column, double moment) {
        return column.kind() == Kind::numeric ? text::shortest(moment)
                                              : detail::format_datetime(static_cast<std::int64_t>(moment));
    }
};

}  // namespace gasket
