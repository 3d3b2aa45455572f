#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/detail/parse_number.hpp"
#include "gasket/data/detail/zone_rule.hpp"

namespace gasket {

/// How a date or time is written, by the letters of `strftime`:
///
///     %Y 2024   %y 24 (69 to 99 are 19xx)   %m 3 or 03   %b Mar   %B March   %d 5 or 05   %j day of the year
///     %H 0 to 23   %I 1 to 12   %M   %S   %f fraction of a second, cut off   %p AM or PM   %a Tue   %A
///     Tuesday %z Z, +02:00, +0200 or +02   %s seconds since 1970   %Q milliseconds since 1970 %F %Y-%m-%d %T
///     %H:%M:%S   %% a percent sign
///
/// A blank stands for one blank or more; names are English, in any case; %a and %A are read and not compared
/// with the date. All else stands for itself. The pattern `iso` is ISO 8601 as `read_csv` knows it.
///
/// A value. thread-safe.
class TimeFormat {
  public:
    /// throws OptionError for an unknown letter, or where the date stays open
    explicit TimeFormat(std::string pattern) : pattern_(std::move(pattern)) {
        if (pattern_ == "iso") return;
        letters_ = pattern_;
        expand("%F", "%Y-%m-%d");
        expand("%T", "%H:%M:%S");
        check();
    }

    [[nodiscard]] const std::string& pattern() const noexcept { return pattern_; }

    /// What the whole of `text` says; nothing where it is written in another way, or is a day that the
    /// calendar does not have. O(length), no allocation.
    [[nodiscard]] std::optional<detail::WrittenTime> parse(std::string_view text) const noexcept {
        if (letters_.empty()) return detail::parse_iso(text);
        Fields f;
        const char* p = text.data();
        const char* const end = p + text.size();
        for (std::size_t i = 0; i < letters_.size(); ++i) {
            const char c = letters_[i];
            if (c == ' ') {
                if (p == end || *p != ' ') return std::nullopt;
                while (p != end && *p == ' ') ++p;
            } else if (c != '%') {
                if (p == end || *p++ != c) return std::nullopt;
            } else if (!take(letters_[++i], p, end, f)) {
                return std::nullopt;
            }
        }
        if (p != end) return std::nullopt;
        return f.result();
    }

    /// The pattern as people write it: DD/MM/YYYY hh:mm.
    [[nodiscard]] std::string readable() const {
        if (letters_.empty()) return "YYYY-MM-DD (ISO 8601)";
        std::string out;
        for (std::size_t i = 0; i < letters_.size(); ++i) {
            if (letters_[i] != '%') {
                out += letters_[i];
                continue;
            }
            const char c = letters_[++i];
            out += c == 'Y'               ? "YYYY"
                   : c == 'y'             ? "YY"
                   : c == 'm'             ? "MM"
                   : c == 'd'             ? "DD"
                   : c == 'b'             ? "Mon"
                   : c == 'B'             ? "Month"
                   : c == 'j'             ? "day of the year"
                   : c == 'H' || c == 'I' ? "hh"
                   : c == 'M'             ? "mm"
                   : c == 'S'             ? "ss"
                   : c == 'f'             ? "fraction"
                   : c == 'p'             ? "AM/PM"
                   : c == 'a'             ? "Day"
                   : c == 'A'             ? "Weekday"
                   : c == 'z'             ? "+hh:mm"
                   : c == 's'             ? "seconds since 1970"
                   : c == 'Q'             ? "milliseconds since 1970"
                                          : "%";
        }
        return out;
    }

    friend bool operator==(const TimeFormat& a, const TimeFormat& b) noexcept {
        return a.pattern_ == b.pattern_;
    }

  private:
    /// What has been read so far.
    struct Fields {
        int year = 1970, month = 1, day = 1, day_of_year = 0, hour = 0, minute = 0, second = 0;
        int half = -1;  // 0 AM, 1 PM
        std::optional<std::int64_t> since_1970 = std::nullopt;
        std::optional<std::int64_t> offset = std::nullopt;

        [[nodiscard]] std::optional<detail::WrittenTime> result() const noexcept {
            if (since_1970) return detail::WrittenTime{*since_1970, 0};
            using namespace std::chrono;
            sys_days date{};
            if (day_of_year > 0) {
                date = sys_days{std::chrono::year{year} / January / 1} + std::chrono::days{day_of_year - 1};
                if (year_month_day{date}.year() != std::chrono::year{year}) return std::nullopt;
            } else {
                const year_month_day ymd{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
                if (!ymd.ok()) return std::nullopt;
                date = sys_days{ymd};
            }
            int h = hour;
            if (half >= 0) {
                if (h < 1 || h > 12) return std::nullopt;
                h = h % 12 + 12 * half;
            }
            const std::int64_t seconds =
                date.time_since_epoch().count() * std::int64_t{86400} + h * 3600 + minute * 60 + second;
            return detail::WrittenTime{seconds, offset};
        }
    };

    static constexpr std::array<std::string_view, 12> months = {
        "january", "february", "march",     "april",   "may",      "june",
        "july",    "august",   "september", "october", "november", "december"};
    static constexpr std::array<std::string_view, 7> weekdays = {
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

    /// From `least` to `most` digits, at most `limit`.
    static bool digits(const char*& p, const char* end, int least, int most, int limit, int& out) noexcept {
        int n = 0;
        out = 0;
        for (; n < most && p != end && detail::is_digit(*p); ++n) out = out * 10 + (*p++ - '0');
        return n >= least && out <= limit;
    }

    /// One of the names, whole or its first three letters; its place.
    template <std::size_t N>
    static int name(const char*& p, const char* end, const std::array<std::string_view, N>& names,
                    bool whole) noexcept {
        const std::string_view rest(p, static_cast<std::size_t>(end - p));
        for (std::size_t i = 0; i < N; ++i) {
            const std::string_view wanted = whole ? names[i] : names[i].substr(0, 3);
            if (!detail::same_word(rest.substr(0, wanted.size()), wanted)) continue;
            p += wanted.size();
            return static_cast<int>(i);
        }
        return -1;
    }

    static bool take(char letter, const char*& p, const char* end, Fields& f) noexcept {
        switch (letter) {
            case 'Y':
                return digits(p, end, 4, 4, 9999, f.year);
            case 'y':
                if (!digits(p, end, 2, 2, 99, f.year)) return false;
                f.year += f.year < 69 ? 2000 : 1900;
                return true;
            case 'm':
                return digits(p, end, 1, 2, 12, f.month);
            case 'd':
                return digits(p, end, 1, 2, 31, f.day);
            case 'j':
                return digits(p, end, 1, 3, 366, f.day_of_year) && f.day_of_year > 0;
            case 'H':
            case 'I':
                return digits(p, end, 1, 2, letter == 'H' ? 23 : 12, f.hour);
            case 'M':
                return digits(p, end, 1, 2, 59, f.minute);
            case 'S':
                return digits(p, end, 1, 2, 60, f.second);
            case 'b':
            case 'B':
                f.month = name(p, end, months, letter == 'B') + 1;
                return f.month > 0;
            case 'a':
            case 'A':
                return name(p, end, weekdays, letter == 'A') >= 0;
            case 'p':
                if (end - p < 2 || (p[1] != 'm' && p[1] != 'M')) return false;
                f.half = *p == 'a' || *p == 'A' ? 0 : *p == 'p' || *p == 'P' ? 1 : -1;
                p += 2;
                return f.half >= 0;
            case 'f': {
                const char* const first = p;
                while (p != end && detail::is_digit(*p)) ++p;
                return p != first;
            }
            case 'z': {
                const char* const first = p;
                while (p != end && (detail::is_digit(*p) || *p == ':' || (p == first && *p != ' '))) ++p;
                f.offset = detail::iso_offset({first, static_cast<std::size_t>(p - first)});
                return f.offset.has_value();
            }
            case 's':
            case 'Q': {
                const bool negative = p != end && *p == '-';
                if (negative) ++p;
                std::int64_t n = 0;
                const char* const first = p;
                while (p != end && detail::is_digit(*p) && p - first < 16) n = n * 10 + (*p++ - '0');
                if (p == first) return false;
                if (negative) n = -n;
                if (letter == 'Q') n = n / 1000 - (n % 1000 < 0 ? 1 : 0);
                f.since_1970 = n;
                return true;
            }
            default:  // %%
                return p != end && *p++ == '%';
        }
    }

    void expand(std::string_view from, std::string_view to) {
        for (std::size_t at = 0; (at = letters_.find(from, at)) != std::string::npos; at += to.size())
            letters_.replace(at, from.size(), to);
    }

    void check() const {
        std::string seen;
        for (std::size_t i = 0; i < letters_.size(); ++i) {
            if (letters_[i] != '%') continue;
            const char c = ++i < letters_.size() ? letters_[i] : '\0';
            if (c == '\0' || std::string_view("YymdbBjHIMSfpaAzsQ%").find(c) == std::string_view::npos) {
                fail("the letters that TimeFormat knows", "%" + std::string(c == '\0' ? 0u : 1u, c));
            }
            seen += c;
        }
        const auto has = [&](std::string_view any) { return seen.find_first_of(any) != std::string::npos; };
        const bool date = has("sQ") || (has("Yy") && (has("j") || (has("mbB") && has("d"))));
        if (!date) fail("year, month and day (or %j, %s, %Q)", "a pattern that leaves the date open");
        if (has("I") != has("p")) fail("%I together with %p", has("I") ? "%I alone" : "%p alone");
    }

    [[noreturn]] void fail(std::string expected, std::string found) const {
        throw OptionError(ErrorCode::bad_option, {.expected = std::move(expected),
                                                  .found = std::move(found),
                                                  .where = "time format " + text::quoted(pattern_),
                                                  .advice = "see TimeFormat; for example %d/%m/%Y %H:%M"});
    }

    std::string pattern_;
    std::string letters_;  // without %F and %T; empty for "iso"
};

}  // namespace gasket
