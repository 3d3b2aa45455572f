#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>

#include "gasket/core/numeric.hpp"
#include "gasket/prepare/expression.hpp"

namespace gasket::detail {

/// The first and the last second of the years 1 to 9999, for which there are parts of dates.
inline constexpr double first_second = -62135596800.0;
inline constexpr double last_second = 253402300799.0;

/// A part of a moment, given in seconds since 1970-01-01 00:00 UTC, in the Gregorian calendar and UTC.
/// Missing for a missing moment and outside the years 1 to 9999.
[[nodiscard]] inline double date_part(Op part, double seconds) noexcept {
    if (!(seconds >= first_second && seconds < last_second + 1)) return missing;
    const auto whole = static_cast<std::int64_t>(std::floor(seconds));
    std::int64_t day_number = whole / 86400;
    std::int64_t rest = whole % 86400;
    if (rest < 0) rest += 86400, --day_number;
    if (part == Op::hour) return static_cast<double>(rest / 3600);
    if (part == Op::minute) return static_cast<double>(rest / 60 % 60);

    const std::chrono::sys_days date{std::chrono::days{day_number}};
    const std::chrono::year_month_day civil{date};
    const auto month = static_cast<unsigned>(civil.month());
    const auto weekday = std::chrono::weekday{date}.iso_encoding();
    const auto day_of_year = [](std::chrono::sys_days day) {
        const std::chrono::year year = std::chrono::year_month_day{day}.year();
        return (day - std::chrono::sys_days{year / std::chrono::January / 1}).count() + 1;
    };
    switch (part) {
        case Op::year:
            return static_cast<double>(static_cast<int>(civil.year()));
        case Op::quarter:
            return static_cast<double>((month + 2) / 3);
        case Op::month:
            return static_cast<double>(month);
        case Op::week: {
            // A week belongs to the year that has its Thursday (ISO 8601).
            const auto thursday = date + std::chrono::days{4 - static_cast<int>(weekday)};
            return static_cast<double>((day_of_year(thursday) + 6) / 7);
        }
        case Op::day:
            return static_cast<double>(static_cast<unsigned>(civil.day()));
        case Op::day_of_year:
            return static_cast<double>(day_of_year(date));
        case Op::weekday:
            return static_cast<double>(weekday);
        default:
            return missing;
    }
}

}  // namespace gasket::detail
