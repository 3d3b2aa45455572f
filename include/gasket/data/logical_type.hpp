#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace gasket {

/// What a column's values mean, whatever their Kind: how a reader understands a field, and what a Schema
/// records.
enum class LogicalType {
    integer,   ///< whole numbers
    real,      ///< numbers
    boolean,   ///< 0 or 1; `true` and `false` in a file
    category,  ///< one of not too many labels
    datetime,  ///< a moment, in seconds UTC
    text,      ///< labels that are mostly distinct: names, addresses, codes
};

namespace detail {
inline constexpr std::array<std::string_view, 6> logical_type_names = {"integer",  "real",     "boolean",
                                                                       "category", "datetime", "text"};
}  // namespace detail

[[nodiscard]] constexpr std::string_view name_of(LogicalType type) noexcept {
    return detail::logical_type_names[static_cast<std::size_t>(type)];
}

/// The type of that name, or nothing.
[[nodiscard]] constexpr std::optional<LogicalType> logical_type_of(std::string_view name) noexcept {
    for (std::size_t i = 0; i < detail::logical_type_names.size(); ++i) {
        if (detail::logical_type_names[i] == name) return static_cast<LogicalType>(i);
    }
    return std::nullopt;
}

}  // namespace gasket
