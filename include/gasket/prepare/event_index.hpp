#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/row_digest.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

/// A stretch of places in an EventIndex.
struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// A column that events are found by. throws SchemaError for another kind than asked, DataError for a row
/// without a value
inline const Column& event_key(const Table& table, const std::string& name, const std::string& what,
                               const std::string& whose, bool datetime) {
    const Column& column = table[name];
    if (datetime && column.kind() != Kind::datetime) {
        throw SchemaError(ErrorCode::wrong_type,
                          {.expected = "a datetime column",
                           .found = "a " + std::string(name_of(column.kind())) + " column",
                           .where = whose + ", column " + text::quoted(name),
                           .advice = "declare its type when reading the table"});
    }
    for (std::size_t r = 0; r < column.size(); ++r) {
        if (!column.is_missing(r)) continue;
        throw DataError(ErrorCode::bad_value, {.expected = what + " in every row",
                                               .found = "none in row " + std::to_string(r),
                                               .where = whose + ", column " + text::quoted(name),
                                               .advice = "remove those rows or fill them in"});
    }
    return column;
}

/// Events in the order of their entities, and of each entity in the order of time; events of one moment keep
/// the order of the table. Of every row of another table it knows the stretch of its entity's events that lie
/// strictly before the row's moment.
///
/// make O(m log m + n log m) for m events and n rows   throws SchemaError, DataError
class EventIndex {
  public:
    EventIndex(const Table& rows, const Table& events, const std::string& entity, const std::string& moment,
               const std::string& time) {
        const Column& event_entity = event_key(events, entity, "an entity", "event table", false);
        const Column& event_time = event_key(events, time, "a time", "event table", true);
        const Column& row_entity = event_key(rows, entity, "an entity", "table", false);
        const Column& row_moment = event_key(rows, moment, "a moment", "table", true);
        if (event_entity.kind() != row_entity.kind()) {
            throw SchemaError(
                ErrorCode::wrong_type,
                {.expected = "a " + std::string(name_of(row_entity.kind())) + " column, as in the table",
                 .found = "a " + std::string(name_of(event_entity.kind())) + " column",
                 .where = "event table, column " + text::quoted(entity),
                 .advice = "declare the same type when reading both tables"});
        }
        const std::vector<std::uint64_t> key = row_digests(Table{{entity, event_entity}});
        const auto seconds = event_time.seconds();
        order_.resize(events.rows());
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            if (key[a] != key[b]) return key[a] < key[b];
            return seconds[a] != seconds[b] ? seconds[a] < seconds[b] : a < b;
        });
        times_.reserve(order_.size());
        for (const std::size_t e : order_) times_.push_back(seconds[e]);
        std::unordered_map<std::uint64_t, Stretch> of_entity;
        for (std::size_t i = 0; i < order_.size(); ++i) {
            Stretch& stretch = of_entity.try_emplace(key[order_[i]], Stretch{i, i}).first->second;
            stretch.end = i + 1;
        }
        const std::vector<std::uint64_t> row_key = row_digests(Table{{entity, row_entity}});
        moments_.assign(row_moment.seconds().begin(), row_moment.seconds().end());
        past_.resize(rows.rows());
        for (std::size_t r = 0; r < rows.rows(); ++r) {
            const auto found = of_entity.find(row_key[r]);
            if (found == of_entity.end()) continue;
            past_[r] = found->second;
            past_[r].end = place_of(moments_[r], past_[r]);
        }
    }

    /// Places of events in their table, by entity and time.
    [[nodiscard]] const std::vector<std::size_t>& order() const noexcept { return order_; }
    [[nodiscard]] std::size_t rows() const noexcept { return past_.size(); }
    [[nodiscard]] std::int64_t moment(std::size_t row) const noexcept { return moments_[row]; }
    /// The time of the event at a place.
    [[nodiscard]] std::int64_t time(std::size_t place) const noexcept { return times_[place]; }

    /// The events of the row's entity before the row's moment.
    [[nodiscard]] Stretch past(std::size_t row) const noexcept { return past_[row]; }
    /// Those of them from `window` seconds before the moment on; infinity takes all.
    [[nodiscard]] Stretch past(std::size_t row, double window) const noexcept {
        Stretch stretch = past_[row];
        const double first = static_cast<double>(moments_[row]) - window;
        const auto begin = times_.begin() + static_cast<std::ptrdiff_t>(stretch.begin);
        const auto end = times_.begin() + static_cast<std::ptrdiff_t>(stretch.end);
        stretch.begin = static_cast<std::size_t>(
            std::partition_point(begin, end, [&](std::int64_t t) { return static_cast<double>(t) < first; }) -
            times_.begin());
        return stretch;
    }

  private:
    /// The first place of a stretch whose time is not before `moment`.
    [[nodiscard]] std::size_t place_of(std::int64_t moment, Stretch stretch) const {
        const auto begin = times_.begin() + static_cast<std::ptrdiff_t>(stretch.begin);
        const auto end = times_.begin() + static_cast<std::ptrdiff_t>(stretch.end);
        return static_cast<std::size_t>(std::lower_bound(begin, end, moment) - times_.begin());
    }

    std::vector<std::size_t> order_;
    std::vector<std::int64_t> times_;
    std::vector<std::int64_t> moments_;
    std::vector<Stretch> past_;
};

}  // namespace gasket::detail
