#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/detail/correlate.hpp"
#include "gasket/data/detail/correlate_labels.hpp"
#include "gasket/data/detail/profile_alerts.hpp"
#include "gasket/data/detail/profile_category.hpp"
#include "gasket/data/detail/profile_numeric.hpp"
#include "gasket/data/detail/profile_target.hpp"
#include "gasket/data/duplicates.hpp"
#include "gasket/data/profile.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// Looks at a table before anything is learned from it: sizes, types, missing values, distributions, labels,
/// duplicates, the target's balance, and which columns alone give the target away. Changes nothing.
///
/// observe  O(rows x columns), all threads, same result for any number of them; exact, nothing is sampled
///          throws SchemaError for an unknown target, DataError for an unknown positive label, OptionError
struct Profiler {
    static constexpr std::string_view name = "profiler";

    /// The column to be predicted; without it there is no audit against a target. A workflow fills it in from
    /// its splitter.
    std::string target = "";
    /// The label that counts as positive; empty: the greater number, or the label last in the alphabet.
    std::string positive = "";
    /// A larger share of missing values is an alert. In [0, 1].
    double missing_share = 0.3;
    /// More rows of the largest class for each of the smallest are an alert. At least 1.
    double imbalance = 5;
    /// A smaller share of the smallest class suggests anomaly detection. In [0, 1].
    double rare_share = 0.01;
    /// Skewness beyond this on either side is an alert. At least 0.
    double skew = 2;
    /// More distinct labels are an alert.
    std::size_t labels = 50;
    /// A column whose correlation, association or AUC with the target is beyond this is a leak suspect. In
    /// [0, 1].
    double leak = 0.95;
    /// Two features whose correlation (Pearson, Spearman or Cramer's V) is beyond this on either side are an
    /// alert. In [0, 1].
    double correlation = 0.9;
    /// As many numeric and as many category features are compared two by two, the first ones of the table,
    /// and of the latter those of up to 1,000 labels: the work grows with the square of their number. 0:
    /// none.
    std::size_t correlation_columns = 100;
    /// Most frequent labels that are kept. At least 1.
    std::size_t top = 5;
    /// Bins of the histograms. At least 1.
    std::size_t bins = 20;
    /// Times later than this (seconds UTC) are in the future; empty: the moment of the call.
    std::optional<std::int64_t> now = std::nullopt;

    [[nodiscard]] Profile observe(const Table& table) const {
        check_options();
        Profile profile;
        profile.rows = table.rows();
        profile.bytes = table.bytes();
        std::optional<detail::AuditTarget> audit;
        if (!target.empty()) audit = detail::audit_target(table, target, positive);
        const std::int64_t moment = now ? *now
                                        : std::chrono::duration_cast<std::chrono::seconds>(
                                              std::chrono::system_clock::now().time_since_epoch())
                                              .count();
        profile.columns.resize(table.columns());
        std::vector<std::vector<std::uint32_t>> places(table.columns());
        // a thread keeps its memory from column to column
        std::atomic<std::size_t> next = 0;
        parallel_for(std::min(table.columns(), static_cast<std::size_t>(threads())), [&](std::size_t) {
            detail::NumbersProfiler numbers;
            for (std::size_t c = next++; c < table.columns(); c = next++) {
                const bool itself = table.name(c) == target;
                profile.columns[c] =
                    profile_column(table.name(c), table.column(c), audit && !itself ? &*audit : nullptr,
                                   moment, numbers, places[c]);
            }
        });
        correlate(table, places, profile);
        places.clear();
        // no row is there twice where all numbers of a column differ
        const auto names_rows = [&](const ColumnProfile& c) {
            return !c.category && c.distinct == table.rows();
        };
        if (std::none_of(profile.columns.begin(), profile.columns.end(), names_rows)) {
            for (const char repeats : duplicate_rows(table)) profile.duplicates += repeats != 0 ? 1 : 0;
        }
        if (audit) profile.target = std::move(audit->profile);
        profile.alerts = detail::find_alerts(profile, {.missing_share = missing_share,
                                                       .imbalance = imbalance,
                                                       .rare_share = rare_share,
                                                       .skew = skew,
                                                       .labels = labels,
                                                       .leak = leak});
        return profile;
    }

  private:
    void check_options() const {
        const auto share = [](double x, const char* field) {
            detail::require_option(x >= 0 && x <= 1, std::string("Profiler.") + field, text::shortest(x),
                                   "from 0 to 1");
        };
        share(missing_share, "missing_share");
        share(rare_share, "rare_share");
        share(leak, "leak");
        share(correlation, "correlation");
        detail::require_option(imbalance >= 1, "Profiler.imbalance", text::shortest(imbalance), "at least 1");
        detail::require_option(skew >= 0, "Profiler.skew", text::shortest(skew), "at least 0");
        detail::require_option(top >= 1, "Profiler.top", std::to_string(top), "at least 1");
        detail::require_option(bins >= 1, "Profiler.bins", std::to_string(bins), "at least 1");
    }

    [[nodiscard]] ColumnProfile profile_column(const std::string& column_name, const Column& column,
                                               const detail::AuditTarget* audit, std::int64_t moment,
                                               detail::NumbersProfiler& numbers,
                                               std::vector<std::uint32_t>& places) const {
        ColumnProfile out{.name = column_name};
        out.bytes = column.bytes();
        LeakProfile against;
        if (column.kind() == Kind::category) {
            detail::LabelsFound found = detail::profile_labels(column, audit, top);
            out.missing_count = found.missing_count;
            out.distinct = found.distinct;
            out.type = detail::type_of_labels(found.distinct, column.size() - found.missing_count);
            out.category = std::move(found.profile);
            against = found.leak;
        } else if (column.kind() == Kind::numeric) {
            detail::NumbersFound found = numbers.profile(column.numbers(), audit, bins, places);
            out.missing_count = found.missing_count;
            out.distinct = found.distinct;
            out.type = detail::type_of_numbers(found.whole, found.flags);
            out.numeric = std::move(found.profile);
            against = found.leak;
        } else {
            TimeProfile time;
            std::vector<double> seconds(column.size());
            for (std::size_t i = 0; i < seconds.size(); ++i) {
                const std::int64_t s = column.seconds()[i];
                seconds[i] = s == missing_time ? missing : static_cast<double>(s);
                if (s != missing_time && s > moment) ++time.future;
            }
            detail::NumbersFound found = numbers.profile(seconds, audit, bins, places);
            time.histogram = std::move(found.profile.histogram);
            out.missing_count = found.missing_count;
            out.distinct = found.distinct;
            out.type = LogicalType::datetime;
            if (found.profile.count > 0) {
                time.min = static_cast<std::int64_t>(found.profile.min);
                time.max = static_cast<std::int64_t>(found.profile.max);
            }
            out.time = time;
            against = found.leak;
        }
        if (column.size() > 0) {
            out.missing_share = static_cast<double>(out.missing_count) / static_cast<double>(column.size());
        }
        if (audit != nullptr) out.leak = against;
        return out;
    }

    void correlate(const Table& table, const std::vector<std::vector<std::uint32_t>>& places,
                   Profile& profile) const {
        constexpr std::size_t most_labels = 1000;
        Correlations& found = profile.correlations;
        std::vector<detail::CorrelatedColumn> numbers;
        std::vector<const Column*> categories;
        for (std::size_t c = 0; c < table.columns(); ++c) {
            const Column& column = table.column(c);
            if (table.name(c) == target || column.kind() == Kind::datetime) continue;
            if (column.kind() == Kind::numeric && numbers.size() < correlation_columns) {
                const NumericProfile& n = *profile.columns[c].numeric;
                found.numbers.push_back(table.name(c));
                numbers.push_back({.values = column.numbers(),
                                   .places = places[c],
                                   .finite = n.count,
                                   .mean = n.mean,
                                   .std = n.std});
            } else if (column.kind() == Kind::category && categories.size() < correlation_columns &&
                       column.labels().size() <= most_labels) {
                found.labels.push_back(table.name(c));
                categories.push_back(&column);
            } else {
                ++found.left_out;
            }
        }
        detail::CorrelationMatrices matrices = detail::correlate(numbers);
        found.pearson = std::move(matrices.pearson);
        found.spearman = std::move(matrices.spearman);
        found.cramers_v = detail::correlate_labels(categories);
        profile.correlated = found.above(correlation);
    }
};

}  // namespace gasket
