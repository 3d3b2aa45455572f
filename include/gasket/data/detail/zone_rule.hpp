#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gasket::detail {

/// Seconds east of Greenwich of `Z`, `+hh`, `+hhmm` or `+hh:mm`; at most 18 hours.
[[nodiscard]] inline std::optional<std::int64_t> iso_offset(std::string_view s) noexcept {
    if (s == "Z" || s == "z") return 0;
    if (s.size() < 3 || (s[0] != '+' && s[0] != '-')) return std::nullopt;
    const auto two = [&](std::size_t at) -> std::int64_t {
        if (at + 2 > s.size() || s[at] < '0' || s[at] > '9' || s[at + 1] < '0' || s[at + 1] > '9') return -1;
        return (s[at] - '0') * 10 + (s[at + 1] - '0');
    };
    const std::int64_t hours = two(1);
    const std::size_t colon = s.size() > 3 && s[3] == ':' ? 1 : 0;
    const std::int64_t minutes = s.size() == 3 ? 0 : two(3 + colon);
    if (hours < 0 || minutes < 0 || minutes > 59 || (s.size() > 3 && s.size() != 5 + colon))
        return std::nullopt;
    const std::int64_t seconds = hours * 3600 + minutes * 60;
    if (seconds > 18 * 3600) return std::nullopt;
    return s[0] == '-' ? -seconds : seconds;
}

/// The rule of a place for all years, as POSIX writes it: "CET-1CEST,M3.5.0,M10.5.0/3" (IEEE Std 1003.1, 8.3,
/// with the wider hours of RFC 8536). Offsets are kept as seconds east of Greenwich.
struct ZoneRule {
    /// A day of every year and a time on that day's wall clock.
    struct Day {
        enum class Kind : std::uint8_t { julian_without_leap_day, day_of_year, weekday_of_month };
        Kind kind = Kind::day_of_year;
        int month = 1, week = 1, day = 0;
        std::int64_t time = 7200;

        /// Seconds since 1970 of it in `year`, on the wall clock.
        [[nodiscard]] std::int64_t in(int year) const noexcept {
            using namespace std::chrono;
            const std::chrono::year y{year};
            sys_days date = sys_days{y / January / 1};
            if (kind == Kind::day_of_year) {
                date += std::chrono::days{day};
            } else if (kind == Kind::julian_without_leap_day) {
                date += std::chrono::days{day - 1 + (y.is_leap() && day > 59 ? 1 : 0)};
            } else {
                const std::chrono::month m{static_cast<unsigned>(month)};
                const weekday wanted{static_cast<unsigned>(day)};
                date = week == 5 ? sys_days{y / m / wanted[last]}
                                 : sys_days{y / m / wanted[static_cast<unsigned>(week)]};
            }
            return date.time_since_epoch().count() * std::int64_t{86400} + time;
        }
    };

    std::int64_t standard = 0;
    std::int64_t summer = 0;
    std::optional<Day> start, end;

    [[nodiscard]] bool changes() const noexcept { return start.has_value(); }

    /// The offset that a wall clock showing `local` goes by; at a change the one from before.
    [[nodiscard]] std::int64_t offset(std::int64_t local) const noexcept {
        if (!start) return standard;
        using namespace std::chrono;
        const auto whole_days = local >= 0 ? local / 86400 : -((86399 - local) / 86400);
        const int year = static_cast<int>(year_month_day{sys_days{std::chrono::days{whole_days}}}.year());
        // what comes twice is the first, what is left out is read as before: both end with the later reading
        const std::int64_t ahead = std::max<std::int64_t>(summer - standard, 0);
        const std::int64_t behind = std::max<std::int64_t>(standard - summer, 0);
        const std::int64_t begins = start->in(year) + ahead;
        const std::int64_t ends = end->in(year) + behind;
        const bool in_summer =
            begins < ends ? local >= begins && local < ends : local >= begins || local < ends;
        return in_summer ? summer : standard;
    }

    [[nodiscard]] static std::optional<ZoneRule> parse(std::string_view text) {
        Reader in{text};
        ZoneRule rule;
        std::int64_t west = 0;
        if (!in.name() || !in.time(24, west)) return std::nullopt;
        rule.standard = rule.summer = -west;
        if (in.done()) return rule;
        if (!in.name()) return std::nullopt;
        rule.summer = rule.standard + 3600;
        if (!in.at(',')) {
            if (!in.time(24, west)) return std::nullopt;
            rule.summer = -west;
        }
        rule.start = in.day();
        rule.end = rule.start ? in.day() : std::nullopt;
        if (!rule.end || !in.done()) return std::nullopt;
        return rule;
    }

  private:
    struct Reader {
        std::string_view text;
        std::size_t at_ = 0;

        [[nodiscard]] bool done() const noexcept { return at_ == text.size(); }
        [[nodiscard]] bool at(char c) const noexcept { return !done() && text[at_] == c; }
        bool take(char c) noexcept {
            if (!at(c)) return false;
            ++at_;
            return true;
        }
        [[nodiscard]] bool letter() const noexcept {
            if (done()) return false;
            const char c = text[at_];
            return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        }
        /// Three letters or more, or anything between < and >.
        bool name() noexcept {
            const std::size_t begin = at_;
            if (take('<')) {
                while (!done() && !at('>')) ++at_;
                return take('>') && at_ - begin >= 5;
            }
            while (letter()) ++at_;
            return at_ - begin >= 3;
        }
        bool number(int most, int& out) noexcept {
            const std::size_t begin = at_;
            out = 0;
            while (!done() && text[at_] >= '0' && text[at_] <= '9' && at_ - begin < 4)
                out = out * 10 + (text[at_++] - '0');
            return at_ > begin && out <= most;
        }
        /// [+-]hh[:mm[:ss]]
        bool time(int most_hours, std::int64_t& out) noexcept {
            const bool negative = at('-');
            if (negative || at('+')) ++at_;
            int hours = 0, minutes = 0, seconds = 0;
            if (!number(most_hours, hours)) return false;
            if (take(':')) {
                if (!number(59, minutes)) return false;
                if (take(':') && !number(59, seconds)) return false;
            }
            out = hours * 3600 + minutes * 60 + seconds;
            if (negative) out = -out;
            return true;
        }
        std::optional<Day> day() noexcept {
            if (!take(',')) return std::nullopt;
            Day out;
            if (take('M')) {
                out.kind = Day::Kind::weekday_of_month;
                if (!number(12, out.month) || out.month < 1 || !take('.')) return std::nullopt;
                if (!number(5, out.week) || out.week < 1 || !take('.')) return std::nullopt;
                if (!number(6, out.day)) return std::nullopt;
            } else if (take('J')) {
                out.kind = Day::Kind::julian_without_leap_day;
                if (!number(365, out.day) || out.day < 1) return std::nullopt;
            } else if (!number(365, out.day)) {
                return std::nullopt;
            }
            if (take('/') && !time(167, out.time)) return std::nullopt;
            return out;
        }
    };
};

}  // namespace gasket::detail
