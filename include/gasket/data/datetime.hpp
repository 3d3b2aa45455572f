#pragma once

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "gasket/core/text.hpp"

namespace gasket::detail {

/// A date or time as it stands in a text: its seconds since 1970 as if it were UTC, and the offset from UTC
/// where the text names one.
struct WrittenTime {
    std::int64_t seconds = 0;
    std::optional<std::int64_t> offset = std::nullopt;
};

/// An ISO 8601 date or date and time: 2024-03-05, 2024-03-05T10:20, 2024-03-05 10:20:30(.123), each with an
/// optional Z or +hh:mm. Fractions of a second are cut off. Nothing when the text is anything else, or a day
/// that the calendar does not have.
inline std::optional<WrittenTime> parse_iso(std::string_view s) noexcept {
    std::size_t at = 0;
    bool good = true;
    const auto digits = [&](std::size_t count) {
        int n = 0;
        for (std::size_t i = 0; i < count; ++i, ++at) {
            if (at >= s.size() || s[at] < '0' || s[at] > '9') {
                good = false;
                return 0;
            }
            n = n * 10 + (s[at] - '0');
        }
        return n;
    };
    const auto take = [&](char c) {
        if (at < s.size() && s[at] == c) {
            ++at;
            return true;
        }
        return false;
    };
    const int year = digits(4);
    good = good && take('-');
    const int month = digits(2);
    good = good && take('-');
    const int day = digits(2);
    if (!good) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    std::int64_t seconds = std::chrono::sys_days{date}.time_since_epoch().count() * std::int64_t{86400};
    if (at == s.size()) return WrittenTime{seconds};
    if (!take('T') && !take(' ')) return std::nullopt;
    const int hour = digits(2);
    good = good && take(':');
    const int minute = digits(2);
    int second = 0;
    if (good && take(':')) {
        second = digits(2);
        if (good && take('.')) {
            const std::size_t first = at;
            while (at < s.size() && s[at] >= '0' && s[at] <= '9') ++at;
            good = at > first;
        }
    }
    if (!good || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    seconds += hour * 3600 + minute * 60 + second;
    if (at == s.size()) return WrittenTime{seconds};
    if (take('Z')) return at == s.size() ? std::optional(WrittenTime{seconds, 0}) : std::nullopt;
    const int sign = take('+') ? 1 : take('-') ? -1 : 0;
    if (sign == 0) return std::nullopt;
    const int zone_hour = digits(2);
    take(':');
    const int zone_minute = digits(2);
    if (!good || at != s.size() || zone_hour > 14 || zone_minute > 59) return std::nullopt;
    return WrittenTime{seconds, sign * (zone_hour * 3600 + zone_minute * 60)};
}

/// Seconds since 1970-01-01 00:00 UTC of an ISO 8601 date or time, see `parse_iso`. Without a zone it is UTC.
inline std::optional<std::int64_t> parse_datetime(std::string_view s) noexcept {
    const auto written = parse_iso(s);
    if (!written) return std::nullopt;
    return written->seconds - written->offset.value_or(0);
}

/// 2024-03-05 at midnight, 2024-03-05T10:20:30Z otherwise; `parse_datetime` reads both back.
inline std::string format_datetime(std::int64_t seconds) {
    std::int64_t days = seconds / 86400;
    std::int64_t rest = seconds % 86400;
    if (rest < 0) rest += 86400, --days;
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
    char buffer[96];
    const int year = static_cast<int>(date.year());
    const auto month = static_cast<unsigned>(date.month());
    const auto day = static_cast<unsigned>(date.day());
    int n = 0;
    if (rest == 0) {
        n = std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", year, month, day);
    } else {
        n = std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02dZ", year, month, day,
                          static_cast<int>(rest / 3600), static_cast<int>(rest / 60 % 60),
                          static_cast<int>(rest % 60));
    }
    return {buffer, static_cast<std::size_t>(n)};
}

/// A moment that stands among doubles: a range in a schema, an edge of bins. Numbers that a damaged document
/// may hold, and that are no second of the years that four digits write, are shown as numbers.
inline std::string format_moment(double seconds) {
    if (!(std::abs(seconds) < 4e11)) return text::compact(seconds) + " s since 1970";
    return format_datetime(static_cast<std::int64_t>(seconds));
}

}  // namespace gasket::detail
