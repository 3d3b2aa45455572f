#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/detail/likeness.hpp"
#include "gasket/data/logical_type.hpp"
#include "gasket/data/schema.hpp"

namespace gasket {

/// What can change between two schemas.
enum class Change {
    renamed,      ///< a column is missing, and a new one looks like it
    gone,         ///< a column is gone
    added,        ///< a column is new
    retyped,      ///< values of another type: numbers that became text
    date_format,  ///< dates that are written in another way, so that they no longer read as dates
    new_labels,   ///< labels that were not there
    widened,      ///< values outside the range
    gaps,         ///< values are missing where none were
    no_gaps,      ///< no values are missing where some were
    role,         ///< another role
};

namespace detail {
inline constexpr std::array<std::string_view, 10> change_names = {
    "renamed",    "missing", "new",  "another type", "date format",
    "new labels", "range",   "gaps", "no gaps",      "role"};
}  // namespace detail

[[nodiscard]] constexpr std::string_view name_of(Change change) noexcept {
    return detail::change_names[static_cast<std::size_t>(change)];
}

/// One difference between two schemas, in words.
struct SchemaChange {
    Change change = Change::added;
    std::string column;     ///< its name in the old schema; in the new one where it is new
    std::string was = {};   ///< what the old schema says; empty where it says nothing
    std::string is = {};    ///< what the new one says
    std::string note = {};  ///< what to make of it
};

/// All differences between two schemas, in the order of the old one's columns, new columns last.
struct SchemaDiff {
    std::vector<SchemaChange> changes = {};

    [[nodiscard]] bool empty() const noexcept { return changes.empty(); }
    /// The change of that kind in that column, or null.
    [[nodiscard]] const SchemaChange* find(Change change, std::string_view column) const noexcept {
        for (const SchemaChange& one : changes) {
            if (one.change == change && one.column == column) return &one;
        }
        return nullptr;
    }

    [[nodiscard]] Json to_json() const {
        Json out = Json::array();
        for (const SchemaChange& one : changes) {
            out.push_back({{"change", std::string(name_of(one.change))},
                           {"column", one.column},
                           {"was", one.was},
                           {"is", one.is},
                           {"note", one.note}});
        }
        return out;
    }

    /// A line for each change.
    friend std::ostream& operator<<(std::ostream& out, const SchemaDiff& diff) {
        if (diff.empty()) return out << "  no differences\n";
        text::Grid grid({"column", "change", "was", "is", ""});
        for (const SchemaChange& one : diff.changes)
            grid.add({one.column, std::string(name_of(one.change)), one.was, one.is, one.note});
        return out << grid.str();
    }
};

namespace detail {

/// From this likeness on a missing and a new column are taken for one.
inline constexpr double renamed_from = 0.5;

/// Pairs of a missing and a new column that are most like each other.
struct Renaming {
    std::size_t before = 0;
    std::size_t after = 0;
    double likeness = 0;
};

[[nodiscard]] inline std::vector<Renaming> find_renamings(const std::vector<ColumnSchema>& before,
                                                          const std::vector<ColumnSchema>& after) {
    std::vector<Renaming> all;
    for (std::size_t i = 0; i < before.size(); ++i) {
        for (std::size_t j = 0; j < after.size(); ++j) {
            const double likeness = column_likeness(before[i], after[j]);
            if (likeness >= renamed_from) all.push_back({i, j, likeness});
        }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.likeness > b.likeness; });
    std::vector<Renaming> out;
    for (const Renaming& one : all) {
        const bool taken = std::any_of(out.begin(), out.end(), [&](const Renaming& other) {
            return other.before == one.before || other.after == one.after;
        });
        if (!taken) out.push_back(one);
    }
    return out;
}

/// What a column is, in a few words: "integer, 0 to 10".
[[nodiscard]] inline std::string in_words(const ColumnSchema& column) {
    return std::string(name_of(column.type)) + ", " + Schema::values_of(column);
}

/// A column that is gone, or is now called as `now` is.
[[nodiscard]] inline SchemaChange missing_or_renamed(const ColumnSchema& column, const ColumnSchema* now,
                                                     double likeness) {
    if (now == nullptr) return {Change::gone, column.name, in_words(column)};
    return {Change::renamed, column.name, column.name, now->name, text::percent(likeness, 0) + " alike"};
}

/// The differences between two columns that are one, but for the name.
class ColumnDiff {
  public:
    ColumnDiff(const ColumnSchema& before, const ColumnSchema& after, std::vector<SchemaChange>& out)
        : before_(before), after_(after), out_(out) {}

    void compare() {
        if (before_.role != after_.role)
            add(Change::role, std::string(name_of(before_.role)), std::string(name_of(after_.role)));
        if (types_differ()) {
            compare_types();
        } else {
            compare_values();
        }
        if (!before_.nullable && after_.nullable) add(Change::gaps, "no value missing", "some missing");
        if (before_.nullable && !after_.nullable) add(Change::no_gaps, "some missing", "no value missing");
    }

  private:
    /// Integers that became reals, texts that became few enough for a category: a matter of values, not of
    /// types.
    [[nodiscard]] bool types_differ() const {
        const auto group = [](LogicalType type) {
            return type == LogicalType::integer || type == LogicalType::boolean ? LogicalType::real
                   : type == LogicalType::text                                  ? LogicalType::category
                                                                                : type;
        };
        const bool fractions = before_.type != LogicalType::real && after_.type == LogicalType::real;
        return group(before_.type) != group(after_.type) || fractions ||
               (before_.type == LogicalType::boolean && after_.type == LogicalType::integer);
    }

    void compare_types() {
        const std::vector<std::string_view> texts(after_.labels.begin(), after_.labels.end());
        if (before_.type == LogicalType::datetime) {
            const std::string formats =
                after_.kind() == Kind::category ? readable_time_formats(texts) : digit_dates();
            if (!formats.empty()) {
                add(Change::date_format, formats_of(before_), formats, "declare it: Reading.formats");
                return;
            }
        }
        std::string note;
        if (before_.kind() == Kind::numeric && after_.kind() == Kind::category) {
            if (before_.type == LogicalType::boolean &&
                std::all_of(texts.begin(), texts.end(), boolean_word)) {
                note = "yes and no in words, which a boolean column of a schema takes";
            } else if (const auto unit = unit_of_numbers(texts)) {
                note = "numbers with " + text::quoted(*unit) + ": declare it, Reading.remove";
            } else if (const std::string meant = comma_of_numbers(texts); !meant.empty()) {
                note = "numbers with a comma: declare it, " + meant;
            } else {
                const std::size_t odd =
                    static_cast<std::size_t>(std::count_if(texts.begin(), texts.end(), no_number));
                const auto first = std::find_if(texts.begin(), texts.end(), no_number);
                if (odd > 0) {
                    note = std::to_string(odd) + " of " + text::grouped(texts.size()) + " different values " +
                           (odd == 1 ? "is no number: " : "are no numbers, such as ") + text::quoted(*first);
                }
            }
        }
        add(Change::retyped, in_words(before_), in_words(after_), std::move(note));
    }

    void compare_values() {
        if (before_.type == LogicalType::datetime && before_.reading.formats != after_.reading.formats)
            add(Change::date_format, formats_of(before_), formats_of(after_));
        if (before_.kind() == Kind::category) {
            std::vector<std::string> fresh;
            if (before_.type == LogicalType::category) {
                std::set_difference(after_.labels.begin(), after_.labels.end(), before_.labels.begin(),
                                    before_.labels.end(), std::back_inserter(fresh));
            }
            for (std::string& label : fresh) label = text::quoted(label);
            if (!fresh.empty()) add(Change::new_labels, text::list(before_.labels, 5), text::list(fresh, 5));
            return;
        }
        const bool below = before_.min && after_.min && *after_.min < *before_.min;
        const bool above = before_.max && after_.max && *after_.max > *before_.max;
        if (below || above) add(Change::widened, Schema::values_of(before_), Schema::values_of(after_));
    }

    [[nodiscard]] static bool no_number(std::string_view s) {
        double x = 0;
        return !parse_whole_number(s, x);
    }

    /// Dates of eight digits read as numbers.
    [[nodiscard]] std::string digit_dates() const {
        if (after_.type != LogicalType::integer || !after_.min || !after_.max) return "";
        const TimeFormat digits("%Y%m%d");
        const bool dates =
            digits.parse(text::shortest(*after_.min)) && digits.parse(text::shortest(*after_.max));
        return dates ? digits.readable() : "";
    }

    [[nodiscard]] static std::string formats_of(const ColumnSchema& column) {
        return TextReader(column.reading, "reading of " + text::quoted(column.name)).readable_formats();
    }

    void add(Change change, std::string was, std::string is, std::string note = "") {
        out_.push_back({change, before_.name, std::move(was), std::move(is), std::move(note)});
    }

    const ColumnSchema& before_;
    const ColumnSchema& after_;
    std::vector<SchemaChange>& out_;
};

}  // namespace detail

/// What `after` has that `before` had not: columns renamed, missing and new, types, date formats, labels,
/// ranges, gaps, roles. A missing and a new column are taken for one where their values (and, as far as these
/// say little, their names) are alike; the note says how much. What only grew smaller (a range, a set of
/// labels) is no change.
///
/// O(columns^2 + labels log labels). throws OptionError for a reading that makes no sense
[[nodiscard]] inline SchemaDiff diff(const Schema& before, const Schema& after) {
    std::vector<ColumnSchema> gone, fresh;
    for (const ColumnSchema& column : before) {
        if (!after.has(column.name)) gone.push_back(column);
    }
    for (const ColumnSchema& column : after) {
        if (!before.has(column.name)) fresh.push_back(column);
    }
    const std::vector<detail::Renaming> renamings = detail::find_renamings(gone, fresh);
    SchemaDiff out;
    for (const ColumnSchema& column : before) {
        if (after.has(column.name)) {
            detail::ColumnDiff(column, after[column.name], out.changes).compare();
            continue;
        }
        const auto renamed = std::find_if(renamings.begin(), renamings.end(), [&](const auto& one) {
            return gone[one.before].name == column.name;
        });
        const ColumnSchema* const now = renamed == renamings.end() ? nullptr : &fresh[renamed->after];
        out.changes.push_back(
            detail::missing_or_renamed(column, now, now == nullptr ? 0 : renamed->likeness));
        if (now != nullptr) detail::ColumnDiff(column, *now, out.changes).compare();
    }
    for (std::size_t j = 0; j < fresh.size(); ++j) {
        const bool renamed =
            std::any_of(renamings.begin(), renamings.end(), [&](const auto& one) { return one.after == j; });
        if (!renamed) out.changes.push_back({Change::added, fresh[j].name, "", detail::in_words(fresh[j])});
    }
    return out;
}

}  // namespace gasket
