#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/layout.hpp"
#include "gasket/prepare/expression.hpp"
#include "gasket/prepare/expression_text.hpp"

namespace gasket {

/// What is made of the events of an entity.
enum class Aggregate {
    count,            ///< how many events; 0 for none
    sum,              ///< sum of a numeric column; 0 for no event
    mean,             ///< mean of a numeric column
    min,              ///< least value of a numeric column
    max,              ///< greatest value of a numeric column
    last,             ///< the latest value of a column of any kind
    distinct,         ///< how many different values a column has; 0 for no event
    days_since_last,  ///< days from the latest event to the moment
    ratio,  ///< against the entity's own past: the mean in the window over the mean of all its events before
            ///< the moment; without a column, the events of the window over those of a usual window of its
            ///< own
};

namespace detail {
inline constexpr std::array<std::string_view, 9> aggregate_names = {
    "count", "sum", "mean", "min", "max", "last", "distinct", "days_since_last", "ratio"};
}  // namespace detail

[[nodiscard]] constexpr std::string_view name_of(Aggregate aggregate) noexcept {
    return detail::aggregate_names[static_cast<std::size_t>(aggregate)];
}

/// The window that takes in all the past.
inline constexpr double all_past = std::numeric_limits<double>::infinity();

/// One column that aggregates make.
struct AggregateColumn {
    std::string name = {};
    Aggregate of = Aggregate::count;
    /// the column of the event table; an event without a value in it is passed over. `count`,
    /// `days_since_last` and `ratio` may do without one
    std::string column = {};
    /// only events of so many seconds before the moment: days(30)
    double window = all_past;
    /// only events for which this is true, an expression over the event table: col("kind") == "refund"
    std::optional<Expression> where = std::nullopt;
};

/// Declares columns that are made of an event table: for each row of another table, from the events of its
/// entity strictly before its moment. `aggregate` makes them:
///
///     const Aggregates history{
///         .entity = "customer_id", .moment = "as_of", .time = "at",
///         .columns = {{"payments_30d",    Aggregate::count, "", days(30)},
///                     {"days_since_last", Aggregate::days_since_last},
///                     {"to_own_average",  Aggregate::ratio, "amount", days(30)}}};
///     const Table rows = aggregate(customers, payments, history);
///
/// Put into a chain (before all that learns), the declaration makes nothing, but checks that its columns are
/// there and goes into the artifact; `declared<Aggregates>(model)` gives it back where rows are to be scored.
/// So live rows are aggregated by the declaration that training rows were.
struct Aggregates {
    static constexpr std::string_view name = "aggregates";

    /// the column, in both tables, that says whose events they are; of one kind in both
    std::string entity = "";
    /// datetime column of the table: what is known of a row is what was known before this
    std::string moment = "";
    /// datetime column of the event table
    std::string time = "";
    std::vector<AggregateColumn> columns = {};
    /// which event table is meant, in words, for whoever applies the declaration later
    std::string events = "";

    /// throws OptionError
    void check() const {
        const auto require = [](bool ok, const std::string& field, const std::string& found,
                                const std::string& range) {
            detail::require_option(ok, "aggregates." + field, found, range);
        };
        require(!entity.empty(), "entity", "nothing", "the name of a column of both tables");
        require(!moment.empty(), "moment", "nothing", "the name of a datetime column");
        require(!time.empty(), "time", "nothing", "the name of a datetime column of the event table");
        require(!columns.empty(), "columns", "none", "at least one column to make");
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const AggregateColumn& c = columns[i];
            const std::string where = "columns[" + std::to_string(i) + "]";
            require(!c.name.empty(), where + ".name", "nothing", "a name");
            for (std::size_t k = 0; k < i; ++k) {
                require(columns[k].name != c.name, where + ".name", text::quoted(c.name) + " twice",
                        "a name of its own for each column");
            }
            require(c.window > 0, where + ".window", text::shortest(c.window), "a length of time above 0");
            const bool without =
                c.of == Aggregate::count || c.of == Aggregate::days_since_last || c.of == Aggregate::ratio;
            require(without || !c.column.empty(), where + ".column", "nothing",
                    "the name of a column of the event table");
            require(c.of != Aggregate::ratio || std::isfinite(c.window), where + ".window", "all the past",
                    "a window, to be held against all the past");
        }
    }

    /// As data: what an artifact keeps.
    [[nodiscard]] Json to_json() const {
        Json list = Json::array();
        for (const AggregateColumn& c : columns) {
            Json one = json_object({{"name", c.name}, {"of", name_of(c.of)}});
            if (!c.column.empty()) one["column"] = c.column;
            if (std::isfinite(c.window)) one["window"] = c.window;
            if (c.where) one["where"] = detail::to_json(*c.where);
            list.push_back(std::move(one));
        }
        return json_object({{"entity", entity},
                            {"moment", moment},
                            {"time", time},
                            {"events", events},
                            {"columns", std::move(list)}});
    }

    /// throws ArtifactError
    [[nodiscard]] static Aggregates from_json(const detail::Fields& fields) {
        Aggregates out{.entity = fields.string("entity"),
                       .moment = fields.string("moment"),
                       .time = fields.string("time"),
                       .columns = {},
                       .events = fields.string("events")};
        for (const Json& json : fields.array("columns")) {
            const detail::Fields at(json,
                                    fields.path() + ".columns[" + std::to_string(out.columns.size()) + "]");
            AggregateColumn c{.name = at.string("name")};
            const std::string of = at.string("of");
            std::size_t k = 0;
            while (k < detail::aggregate_names.size() && detail::aggregate_names[k] != of) ++k;
            if (k == detail::aggregate_names.size())
                detail::throw_content(at.path() + ".of", "a known aggregate", text::quoted(of));
            c.of = static_cast<Aggregate>(k);
            if (at.has("column")) c.column = at.string("column");
            if (at.has("window")) c.window = at.number("window");
            if (at.has("where"))
                c.where = detail::expression_from_json(at.get("where"), at.path() + ".where");
            out.columns.push_back(std::move(c));
        }
        try {
            out.check();
        } catch (const OptionError& e) {
            detail::throw_content(fields.path() + ", " + e.parts().where, e.parts().expected,
                                  e.parts().found);
        }
        return out;
    }

    /// What a chain stores of it, once it has seen that the columns are there. throws OptionError,
    /// SchemaError
    [[nodiscard]] Json declare(const Layout& in) const {
        check();
        for (const AggregateColumn& c : columns) {
            if (in.find(c.name)) continue;
            throw SchemaError(ErrorCode::missing_column,
                              {.expected = "a column " + text::quoted(c.name) + ", made by aggregate(...)",
                               .found = "only " + text::list(in.names(), 30),
                               .where = "aggregates",
                               .advice = "call aggregate(table, events, ...) before the table is split"});
        }
        return to_json();
    }

    friend std::ostream& operator<<(std::ostream& out, const Aggregates& a) {
        text::Grid grid({"column", "is", "window", "where"});
        for (const AggregateColumn& c : a.columns) {
            grid.add({c.name, std::string(name_of(c.of)) + (c.column.empty() ? "" : " of " + c.column),
                      std::isfinite(c.window) ? text::compact(c.window / 86400) + " days" : "all the past",
                      c.where ? to_string(*c.where) : ""});
        }
        return out << "Of the events" << (a.events.empty() ? "" : " of " + a.events) << " of each "
                   << a.entity << " with " << a.time << " before " << a.moment << ":\n"
                   << grid.str();
    }
};

}  // namespace gasket
