#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/quarantine.hpp"
#include "gasket/data/schema.hpp"

namespace gasket::detail {

/// A rule that a value breaks; the row is one of the column looked at.
struct BrokenRule {
    std::size_t row = 0;
    Rule rule = Rule::gap;
};

/// The rows of a column that break what the schema says of gaps, range and labels, in order. A column of
/// another kind than the schema's breaks nothing here: its reader has seen to that. A category without labels
/// allows all.
///
/// O(rows + labels log labels)
[[nodiscard]] inline std::vector<BrokenRule> broken_rules(const Column& column, const ColumnSchema& schema) {
    std::vector<BrokenRule> out;
    const auto check = [&](std::size_t row, bool gap, bool outside, Rule rule) {
        if (gap && !schema.nullable) out.push_back({row, Rule::gap});
        if (!gap && outside) out.push_back({row, rule});
    };
    const double low = schema.min.value_or(-HUGE_VAL);
    const double high = schema.max.value_or(HUGE_VAL);
    switch (column.kind()) {
        case Kind::numeric:
            for (std::size_t r = 0; r < column.size(); ++r) {
                const double x = column.numbers()[r];
                check(r, is_missing(x), x < low || x > high, Rule::range);
            }
            break;
        case Kind::datetime:
            for (std::size_t r = 0; r < column.size(); ++r) {
                const std::int64_t s = column.seconds()[r];
                const auto x = static_cast<double>(s);
                check(r, s == missing_time, x < low || x > high, Rule::range);
            }
            break;
        case Kind::category: {
            std::vector<char> unknown;
            for (const std::string& label : column.labels()) {
                unknown.push_back(schema.type == LogicalType::category && !schema.labels.empty() &&
                                  !std::binary_search(schema.labels.begin(), schema.labels.end(), label));
            }
            for (std::size_t r = 0; r < column.size(); ++r) {
                const std::int32_t code = column.codes()[r];
                check(r, code < 0, code >= 0 && unknown[static_cast<std::size_t>(code)] != 0, Rule::label);
            }
            break;
        }
    }
    return out;
}

}  // namespace gasket::detail
