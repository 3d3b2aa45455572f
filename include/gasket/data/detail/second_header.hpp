#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "gasket/data/column.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

/// The rows whose values are the names of the columns: where two files were put one behind the other. A table
/// with a column that is not of labels has none, nor has one of a single column. O(labels), and O(rows) where
/// every column has its own name among its labels.
[[nodiscard]] inline std::vector<std::size_t> rows_like_header(const Table& table) {
    std::vector<std::pair<std::span<const std::int32_t>, std::int32_t>> own;  // codes, and that of the name
    for (std::size_t c = 0; c < table.columns(); ++c) {
        if (table.column(c).kind() != Kind::category) return {};
        const Labels& labels = table.column(c).labels();
        const auto at = std::find(labels.begin(), labels.end(), table.name(c));
        if (at == labels.end()) return {};
        own.emplace_back(table.column(c).codes(), static_cast<std::int32_t>(at - labels.begin()));
    }
    std::vector<std::size_t> out;
    for (std::size_t r = 0; own.size() > 1 && r < table.rows(); ++r) {
        const auto repeats = [&](const auto& column) { return column.first[r] == column.second; };
        if (std::all_of(own.begin(), own.end(), repeats)) out.push_back(r);
    }
    return out;
}

}  // namespace gasket::detail
