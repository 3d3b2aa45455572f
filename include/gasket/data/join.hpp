#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/row_digest.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// What to do with rows of the left table that find none on the right.
enum class Unmatched {
    drop,  ///< an inner join
    keep,  ///< a left join: the columns from the right are missing
};

/// How two tables are joined.
struct JoinOptions {
    Unmatched unmatched = Unmatched::drop;
    /// Whether a key may stand in several rows on the right: then each of them makes a row. Otherwise it is
    /// an error, since rows that multiply unseen count double in everything that is learned from them.
    bool many = false;
    /// Added to the name of a column on the right that the left has too.
    std::string suffix = "_right";
};

namespace detail {

/// Whether two cells hold the same value; missing equals nothing.
[[nodiscard]] inline bool same_cell(const Column& a, std::size_t i, const Column& b, std::size_t j) {
    if (a.is_missing(i) || b.is_missing(j)) return false;
    switch (a.kind()) {
        case Kind::numeric:
            return a.numbers()[i] == b.numbers()[j];
        case Kind::datetime:
            return a.seconds()[i] == b.seconds()[j];
        case Kind::category:
            break;
    }
    return a.labels()[static_cast<std::size_t>(a.codes()[i])] ==
           b.labels()[static_cast<std::size_t>(b.codes()[j])];
}

/// Rows of a column, with a missing value where there is none.
[[nodiscard]] inline Column take_or_missing(const Column& column, const std::vector<std::size_t>& rows,
                                            std::size_t none) {
    std::vector<double> numbers;
    std::vector<std::int64_t> seconds;
    std::vector<std::int32_t> codes;
    for (const std::size_t r : rows) {
        switch (column.kind()) {
            case Kind::numeric:
                numbers.push_back(r == none ? missing : column.numbers()[r]);
                break;
            case Kind::datetime:
                seconds.push_back(r == none ? missing_time : column.seconds()[r]);
                break;
            case Kind::category:
                codes.push_back(r == none ? missing_code : column.codes()[r]);
                break;
        }
    }
    const auto values = column.kind() == Kind::numeric ? Column::numeric(std::move(numbers))
                        : column.kind() == Kind::datetime
                            ? Column::datetime(std::move(seconds))
                            : Column::category(column.labels(), std::move(codes));
    return values.with_sorted_labels().with_reading(column.reading());
}

}  // namespace detail

/// The rows of `left`, in their order, each beside the row of `right` that has the same values in the columns
/// `on`. A missing key matches nothing. The columns of the left come first, then those of the right but for
/// the keys.
///
/// O(cells). throws SchemaError for a key that a table has not, or has as another kind, and for a name that
/// stands twice even with the suffix; DataError for a key that stands twice on the right, unless `many`;
/// OptionError for no key
[[nodiscard]] inline Table join(const Table& left, const Table& right, const std::vector<std::string>& on,
                                const JoinOptions& options = {}) {
    detail::require_option(!on.empty(), "on of join", "no column", "one column or more");
    std::vector<std::pair<const Column*, const Column*>> keys;
    for (const std::string& name : on) {
        keys.emplace_back(&left[name], &right[name]);
        if (keys.back().first->kind() == keys.back().second->kind()) continue;
        throw SchemaError(ErrorCode::wrong_type,
                          {.expected = "keys of one kind",
                           .found = std::string(name_of(keys.back().first->kind())) + " on the left and " +
                                    std::string(name_of(keys.back().second->kind())) + " on the right",
                           .where = "join, column " + text::quoted(name),
                           .advice = "declare the type when reading"});
    }
    const auto same = [&](std::size_t l, std::size_t r) {
        return std::all_of(keys.begin(), keys.end(),
                           [&](const auto& key) { return detail::same_cell(*key.first, l, *key.second, r); });
    };
    const std::vector<std::uint64_t> digests = row_digests(left.select(on));
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> rows_of;
    const std::vector<std::uint64_t> right_digests = row_digests(right.select(on));
    for (std::size_t r = 0; r < right_digests.size(); ++r) {
        const auto gap = [&](const auto& key) { return key.second->is_missing(r); };
        if (std::none_of(keys.begin(), keys.end(), gap)) rows_of[right_digests[r]].push_back(r);
    }

    constexpr auto none = static_cast<std::size_t>(-1);
    std::vector<std::size_t> from_left, from_right;
    for (std::size_t l = 0; l < digests.size(); ++l) {
        std::size_t found = 0;
        const auto it = rows_of.find(digests[l]);
        for (std::size_t i = 0; it != rows_of.end() && i < it->second.size(); ++i) {
            if (!same(l, it->second[i])) continue;
            if (++found > 1 && !options.many) {
                throw DataError(ErrorCode::bad_key,
                                {.expected = "each key once in the right table",
                                 .found = text::quoted(left.select(on).cell(l, 0)) + " in several rows",
                                 .where = "join on " + text::list(on),
                                 .advice = "drop_duplicates first, or set JoinOptions.many = true"});
            }
            from_left.push_back(l);
            from_right.push_back(it->second[i]);
        }
        if (found == 0 && options.unmatched == Unmatched::keep) {
            from_left.push_back(l);
            from_right.push_back(none);
        }
    }
    Table out = left.take(from_left);
    for (std::size_t c = 0; c < right.columns(); ++c) {
        std::string name = right.name(c);
        if (std::find(on.begin(), on.end(), name) != on.end()) continue;
        if (left.has(name)) name += options.suffix;
        if (out.has(name)) {
            throw SchemaError(ErrorCode::duplicate_column, {.expected = "a name for each column",
                                                            .found = text::quoted(name) + " twice",
                                                            .where = "join",
                                                            .advice = "set JoinOptions.suffix"});
        }
        out = out.with(std::move(name), detail::take_or_missing(right.column(c), from_right, none));
    }
    return out;
}

}  // namespace gasket
