#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/data/detail/parse_number.hpp"
#include "gasket/data/detail/time_patterns.hpp"
#include "gasket/data/reading.hpp"
#include "gasket/data/schema.hpp"

namespace gasket::detail {

/// 1 for the same letters, 0 for none alike; case, blanks and underscores aside. The share of letters that
/// need not be edited (Levenshtein, 1966).
[[nodiscard]] inline double name_likeness(std::string_view a, std::string_view b) {
    const auto plain = [](std::string_view s) {
        std::string out;
        for (const char c : s) {
            if (c != ' ' && c != '_' && c != '-' && c != '.') out += lower(c);
        }
        return out;
    };
    const std::string x = plain(a);
    const std::string y = plain(b);
    if (x.empty() || y.empty()) return x == y ? 1 : 0;
    return 1 -
           static_cast<double>(text::edit_distance(x, y)) / static_cast<double>(std::max(x.size(), y.size()));
}

/// How likely two columns of different names are one, from 0 to 1: by their values as far as a schema knows
/// them, and by their names as far as values say little. Labels say much, a range of numbers less, a range of
/// times (which moves on) and two flags hardly anything.
[[nodiscard]] inline double column_likeness(const ColumnSchema& a, const ColumnSchema& b) {
    const double names = name_likeness(a.name, b.name);
    const auto blend = [&](double weight, double values) { return weight * values + (1 - weight) * names; };
    if (a.kind() != b.kind() || (a.type == LogicalType::boolean) != (b.type == LogicalType::boolean))
        return 0;
    if (a.kind() == Kind::category) {
        std::vector<std::string> both;
        std::set_intersection(a.labels.begin(), a.labels.end(), b.labels.begin(), b.labels.end(),
                              std::back_inserter(both));
        const std::size_t all = a.labels.size() + b.labels.size() - both.size();
        if (all == 0) return names;
        return blend(0.8, static_cast<double>(both.size()) / static_cast<double>(all));
    }
    if (a.type == LogicalType::boolean) return blend(0.3, 1);
    if (!a.min || !a.max || !b.min || !b.max) return blend(0.3, 0);
    const double shared = std::min(*a.max, *b.max) - std::max(*a.min, *b.min);
    const double spanned = std::max(*a.max, *b.max) - std::min(*a.min, *b.min);
    const double overlap = shared < 0 ? 0 : spanned > 0 ? shared / spanned : 1;
    if (a.kind() == Kind::datetime) return blend(0.4, 0.5 + overlap / 2);
    return blend(a.type == b.type ? 0.6 : 0.5, overlap);
}

/// The formats in which all texts are written, in words: "DD/MM/YYYY or MM/DD/YYYY". Nothing where there is
/// none.
[[nodiscard]] inline std::string readable_time_formats(std::span<const std::string_view> texts) {
    std::string out;
    for (const TimeFormat& format : common_time_formats(texts))
        out += (out.empty() ? "" : " or ") + format.readable();
    return out;
}

/// The currency sign or unit with which the texts are numbers: "€" for "€1,234" and "€5"; nothing where some
/// text is no number even without it, or all are numbers as they stand.
[[nodiscard]] inline std::optional<std::string> unit_of_numbers(std::span<const std::string_view> texts) {
    std::set<std::string> units;
    const auto part_of_number = [](char c) {
        return is_digit(c) || c == '.' || c == '-' || c == '+' || c == ',';
    };
    for (const std::string_view text : texts) {
        std::string number;
        std::string unit;
        for (const char c : text) {
            if (c == ',' || c == ' ') continue;
            (part_of_number(c) ? number : unit) += c;
        }
        double x = 0;
        if (!parse_whole_number(number, x)) return std::nullopt;
        units.insert(unit);
    }
    units.erase("");
    if (units.size() != 1) return std::nullopt;
    return *units.begin();
}

/// What makes numbers of texts with commas: "Reading.decimal", "Reading.thousands" or one of both; empty
/// where neither does.
[[nodiscard]] inline std::string comma_of_numbers(std::span<const std::string_view> texts) {
    std::string out;
    const auto try_one = [&](const Reading& reading, const char* name) {
        const TextReader reader(reading, name);
        std::string scratch;
        double x = 0;
        const auto number = [&](std::string_view text) { return reader.number(text, x, scratch); };
        if (!texts.empty() && std::all_of(texts.begin(), texts.end(), number))
            out += (out.empty() ? "" : " or ") + std::string(name);
    };
    try_one({.decimal = ','}, "Reading.decimal");
    try_one({.thousands = ','}, "Reading.thousands");
    return out;
}

}  // namespace gasket::detail
