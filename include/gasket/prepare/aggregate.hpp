#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/exact_prefix_sums.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/data/to_features.hpp"
#include "gasket/prepare/aggregates.hpp"
#include "gasket/prepare/derive.hpp"
#include "gasket/prepare/event_index.hpp"
#include "gasket/prepare/stretches.hpp"

namespace gasket {

namespace detail {

/// Computes the columns of one declaration, one after the other.
class Aggregator {
  public:
    Aggregator(const Table& rows, const Table& events, const Aggregates& declaration)
        : events_(events), index_(rows, events, declaration.entity, declaration.moment, declaration.time) {}

    [[nodiscard]] Column make(const AggregateColumn& c) const {
        const Column* const column = c.column.empty() ? nullptr : &events_[c.column];
        const std::vector<char> counts = counting(c, column);
        const KnownPlaces known(counts);
        switch (c.of) {
            case Aggregate::count:
                return numbers([&](std::size_t r) {
                    return static_cast<double>(known.count(index_.past(r, c.window)));
                });
            case Aggregate::days_since_last:
                return numbers([&](std::size_t r) {
                    const Stretch s = index_.past(r, c.window);
                    return known.count(s) == 0 ? missing : days_since(known.last(s), r);
                });
            case Aggregate::last:
                return latest(*column, known, c.window);
            case Aggregate::distinct: {
                std::vector<std::uint64_t> values = row_digests(Table{{c.column, *column}});
                std::vector<Stretch> stretches;
                for (std::size_t r = 0; r < index_.rows(); ++r) stretches.push_back(index_.past(r, c.window));
                return Column::numeric(count_distinct(in_order(values), counts, stretches));
            }
            case Aggregate::ratio:
                return column == nullptr ? rate_ratio(known, c.window)
                                         : mean_ratio(values_of(*column, counts), known, c.window);
            case Aggregate::sum: {
                const ExactPrefixSums sums(values_of(*column, counts));
                return numbers([&](std::size_t r) { return sum(sums, index_.past(r, c.window)); });
            }
            case Aggregate::mean: {
                const ExactPrefixSums sums(values_of(*column, counts));
                return numbers([&](std::size_t r) { return mean(sums, known, index_.past(r, c.window)); });
            }
            case Aggregate::min: {
                const Extremes<std::less<>> least(values_of(*column, counts, missing));
                return numbers([&](std::size_t r) { return least.of(index_.past(r, c.window)); });
            }
            case Aggregate::max: {
                const Extremes<std::greater<>> greatest(values_of(*column, counts, missing));
                return numbers([&](std::size_t r) { return greatest.of(index_.past(r, c.window)); });
            }
        }
        return Column::numeric({});
    }

  private:
    /// One number for each row.
    template <class F>
    [[nodiscard]] Column numbers(const F& f) const {
        std::vector<double> out(index_.rows());
        parallel_blocks(out.size(), 4096, [&](std::size_t begin, std::size_t end) {
            for (std::size_t r = begin; r < end; ++r) out[r] = f(r);
        });
        return Column::numeric(std::move(out));
    }

    /// Values of the events in the order of the index.
    template <class T>
    [[nodiscard]] std::vector<T> in_order(const std::vector<T>& of_events) const {
        std::vector<T> out;
        out.reserve(of_events.size());
        for (const std::size_t e : index_.order()) out.push_back(of_events[e]);
        return out;
    }

    /// Which events count: those with a value, and for which `where` is true.
    [[nodiscard]] std::vector<char> counting(const AggregateColumn& c, const Column* column) const {
        std::vector<char> counts(events_.rows(), 1);
        if (column != nullptr) {
            for (std::size_t e = 0; e < counts.size(); ++e) counts[e] = column->is_missing(e) ? 0 : 1;
        }
        if (c.where) {
            const Features in = to_features(events_);
            std::vector<ScopeEntry> scope;
            for (std::size_t i = 0; i < in.columns(); ++i)
                scope.push_back({in.layout()[i], {.from = Operand::From::input, .index = i}});
            const BoundExpression program =
                Binder::bind(*c.where, scope, "aggregate column " + text::quoted(c.name));
            if (program.labels() != nullptr || program.is_time()) {
                throw SchemaError(
                    ErrorCode::bad_expression,
                    {.expected = "a condition",
                     .found = program.is_time() ? "a date" : "a label",
                     .where = "aggregate column " + text::quoted(c.name) + ", " + to_string(*c.where),
                     .advice = "compare it with something"});
            }
            std::vector<double> truth(events_.rows());
            program.compute(in.block(), {}, truth.data());
            for (std::size_t e = 0; e < counts.size(); ++e) {
                if (!(truth[e] != 0) || is_missing(truth[e])) counts[e] = 0;
            }
        }
        return in_order(counts);
    }

    /// The numbers of a column in the order of the index; `other` for events that do not count.
    [[nodiscard]] std::vector<double> values_of(const Column& column, const std::vector<char>& counts,
                                                double other = 0) const {
        const auto numbers_of_events = column.numbers();
        std::vector<double> out;
        out.reserve(counts.size());
        for (std::size_t i = 0; i < counts.size(); ++i) {
            out.push_back(counts[i] != 0 ? numbers_of_events[index_.order()[i]] : other);
        }
        return out;
    }

    [[nodiscard]] double days_since(std::size_t place, std::size_t row) const {
        return static_cast<double>(index_.moment(row) - index_.time(place)) / 86400;
    }

    static double sum(const ExactPrefixSums& sums, Stretch s) { return sums.sum(s.begin, s.end); }
    static double mean(const ExactPrefixSums& sums, const KnownPlaces& known, Stretch s) {
        const std::size_t n = known.count(s);
        return n == 0 ? missing : sum(sums, s) / static_cast<double>(n);
    }

    [[nodiscard]] Column mean_ratio(const std::vector<double>& values, const KnownPlaces& known,
                                    double window) const {
        const ExactPrefixSums sums(values);
        return numbers([&](std::size_t r) {
            const double own = mean(sums, known, index_.past(r));
            return own == 0 ? missing : mean(sums, known, index_.past(r, window)) / own;
        });
    }

    /// Events in the window over those that a window of this length has on average since the first one. A
    /// past shorter than the window counts as one window.
    [[nodiscard]] Column rate_ratio(const KnownPlaces& known, double window) const {
        return numbers([&](std::size_t r) {
            const Stretch all = index_.past(r);
            const std::size_t n = known.count(all);
            if (n == 0) return missing;
            const double past = days_since(known.first(all), r) * 86400;
            const double usual = static_cast<double>(n) * std::min(1.0, window / past);
            return static_cast<double>(known.count(index_.past(r, window))) / usual;
        });
    }

    [[nodiscard]] Column latest(const Column& column, const KnownPlaces& known, double window) const {
        constexpr std::size_t none = static_cast<std::size_t>(-1);
        std::vector<std::size_t> event(index_.rows(), none);
        for (std::size_t r = 0; r < event.size(); ++r) {
            const Stretch s = index_.past(r, window);
            if (known.count(s) > 0) event[r] = index_.order()[known.last(s)];
        }
        const auto take = [&](auto values, auto nothing) {
            std::vector<decltype(nothing)> out;
            out.reserve(event.size());
            for (const std::size_t e : event) out.push_back(e == none ? nothing : values[e]);
            return out;
        };
        switch (column.kind()) {
            case Kind::numeric:
                return Column::numeric(take(column.numbers(), missing));
            case Kind::datetime:
                return Column::datetime(take(column.seconds(), missing_time));
            case Kind::category:
                break;
        }
        return Column::category(column.labels(), take(column.codes(), missing_code)).with_sorted_labels();
    }

    const Table& events_;
    EventIndex index_;
};

/// Checks names and types of a declaration against both tables before any value is computed. throws
/// SchemaError, DataError (an infinite number)
inline void check_aggregates(const Table& rows, const Table& events, const Aggregates& declaration) {
    for (const AggregateColumn& c : declaration.columns) {
        const std::string who = "aggregate column " + text::quoted(c.name);
        if (rows.has(c.name)) {
            throw SchemaError(ErrorCode::duplicate_column, {.expected = "a name that the table does not have",
                                                            .found = text::quoted(c.name),
                                                            .where = who,
                                                            .advice = "name it otherwise"});
        }
        if (c.column.empty()) continue;
        const Column& column = events[c.column];
        const bool any_kind = c.of == Aggregate::count || c.of == Aggregate::days_since_last ||
                              c.of == Aggregate::last || c.of == Aggregate::distinct;
        if (any_kind) continue;
        if (column.kind() != Kind::numeric) {
            throw SchemaError(
                ErrorCode::wrong_type,
                {.expected = "a numeric column to take the " + std::string(name_of(c.of)) + " of",
                 .found = "a " + std::string(name_of(column.kind())) + " column",
                 .where = who + ", event column " + text::quoted(c.column),
                 .advice = "declare its type when reading the table, or name another column"});
        }
        const auto numbers = column.numbers();
        for (std::size_t e = 0; e < numbers.size(); ++e) {
            if (!std::isinf(numbers[e])) continue;
            throw DataError(ErrorCode::not_finite,
                            {.expected = "finite numbers",
                             .found = text::shortest(numbers[e]) + " in event " + std::to_string(e),
                             .where = who + ", event column " + text::quoted(c.column),
                             .advice = "correct or remove that event"});
        }
    }
}

}  // namespace detail

/// The table with the declared columns at its end: of each row's entity, what happened strictly before the
/// row's moment, and within the window. An event at the moment itself is the future. Rows of entities without
/// events get 0 for count, sum and distinct, and missing for all else.
///
/// Each value depends on its own entity's events within the window alone (a ratio: on all before the moment):
/// sums are exact before they are rounded once, so that other events, other rows and their order do not
/// change a bit of it. What was true in training is true for one row with its own events.
///
/// O((rows + events) log events) a column, all threads   throws OptionError, SchemaError (names, types),
/// DataError (rows without entity, moment or time; infinite numbers)
[[nodiscard]] inline Table aggregate(const Table& table, const Table& events, const Aggregates& declaration) {
    declaration.check();
    detail::check_aggregates(table, events, declaration);
    const detail::Aggregator aggregator(table, events, declaration);
    Table out = table;
    for (const AggregateColumn& c : declaration.columns) out = out.with(c.name, aggregator.make(c));
    return out;
}

}  // namespace gasket
