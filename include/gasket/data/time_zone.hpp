#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/file.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/detail/zone_file.hpp"
#include "gasket/data/detail/zone_rule.hpp"

namespace gasket {

/// From the clock on the wall of some place to UTC.
///
/// A zone is named in one of four ways:
///   - `UTC`, `Z` or nothing;
///   - a fixed offset, east of Greenwich positive: `+02:00`, `-0330`;
///   - a place of the IANA time zone database, `Europe/Berlin`, read from the system's zone files (the folder
///     TZDIR where that is set, else /usr/share/zoneinfo and its like; RFC 8536). They must be installed
///     (Debian: tzdata), and are as good as their release;
///   - a rule in the form of POSIX, `CET-1CEST,M3.5.0,M10.5.0/3`, for systems without zone files. It holds
///   for
///     all years, also those in which the law was another; its offsets count west of Greenwich.
///
/// Where a clock is put back, an hour of local time comes twice: it is taken as the first. Where a clock is
/// put forward an hour is left out: a time in it is read with the offset from before (as Python's `fold=0`,
/// PEP 495).
///
/// A value; copies share the table. thread-safe.
class TimeZone {
  public:
    /// UTC.
    TimeZone() = default;

    /// throws OptionError for a name that is none of the above
    explicit TimeZone(std::string_view name) : name_(name) {
        if (name.empty() || name == "UTC" || name == "Z") return;
        if (const auto fixed = detail::iso_offset(name)) {
            before_ = *fixed;
            return;
        }
        if (read_place(name)) return;
        if (auto rule = detail::ZoneRule::parse(name); rule && !written_backwards(name, *rule)) {
            rule_ = std::move(rule);
            before_ = rule_->standard;
            return;
        }
        throw OptionError(
            ErrorCode::bad_option,
            {.expected =
                 "UTC, an offset such as +02:00, a place such as Europe/Berlin, or a POSIX rule such as "
                 "CET-1CEST,M3.5.0,M10.5.0/3",
             .found = text::quoted(name),
             .where = "time zone",
             .advice = "check the spelling; places need the system's zone files (Debian: tzdata)"});
    }

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// The UTC seconds of a local time that is given as if it were UTC. O(log transitions).
    [[nodiscard]] std::int64_t to_utc(std::int64_t local) const noexcept {
        if (!table_ || table_->empty() || local < table_->front().local) {
            if (rule_ && (!table_ || table_->empty())) return local - rule_->offset(local);
            return local - before_;
        }
        const auto after = std::upper_bound(
            table_->begin(), table_->end(), local,
            [](std::int64_t at, const detail::ZoneTransition& transition) { return at < transition.local; });
        if (after == table_->end() && rule_) return local - rule_->offset(local);
        return local - (after - 1)->offset;
    }

  private:
    /// Whether the system has zone files for that place; reads them.
    bool read_place(std::string_view name) {
        // a name leads to no other folder
        for (const char c : name) {
            const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!letter && c != '/' && c != '_' && c != '-' && c != '+') return false;
        }
        if (name.front() == '/') return false;
        std::vector<std::string> folders = {"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"};
        if (const char* set = std::getenv("TZDIR"); set != nullptr) folders.insert(folders.begin(), set);
        for (const std::string& folder : folders) {
            const std::string path = folder + "/" + std::string(name);
            std::error_code ec;
            if (!std::filesystem::is_regular_file(path, ec)) continue;
            auto zone = detail::parse_zone_file(detail::read_file(path));
            if (!zone) {
                throw OptionError(ErrorCode::bad_option, {.expected = "a zone file",
                                                          .found = "something else",
                                                          .where = path,
                                                          .advice = "install the zone files again"});
            }
            before_ = zone->before;
            rule_ = std::move(zone->rule);
            table_ =
                std::make_shared<const std::vector<detail::ZoneTransition>>(std::move(zone->transitions));
            return true;
        }
        return false;
    }

    /// "UTC+2" is two hours west of Greenwich to POSIX, and east to everybody else.
    static bool written_backwards(std::string_view name, const detail::ZoneRule& rule) {
        const std::string_view begin = name.substr(0, 3);
        return !rule.changes() && (begin == "UTC" || begin == "GMT");
    }

    std::string name_ = "UTC";
    std::int64_t before_ = 0;  // the offset before the first transition, or for ever
    std::shared_ptr<const std::vector<detail::ZoneTransition>> table_;
    std::optional<detail::ZoneRule> rule_;  // after the last transition
};

}  // namespace gasket
