#include "gasket/data/time_zone.hpp"

#include <filesystem>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

namespace {

std::int64_t local(int year, int month, int day, int hour, int minute = 0) {
    using namespace std::chrono;
    const sys_days date = std::chrono::year{year} / month / day;
    return date.time_since_epoch().count() * std::int64_t{86400} + hour * 3600 + minute * 60;
}

std::string refusal(const std::string& name) {
    try {
        (void)TimeZone(name);
    } catch (const OptionError& e) {
        return e.parts().found;
    }
    return "nothing thrown";
}

}  // namespace

TEST_CASE("a fixed offset is taken off") {
    CHECK(TimeZone().to_utc(1000) == 1000);
    CHECK(TimeZone("UTC").to_utc(-5) == -5);
    CHECK(TimeZone("+02:00").to_utc(7200) == 0);
    CHECK(TimeZone("-0330").to_utc(0) == 12600);
    CHECK(TimeZone("+14").to_utc(14 * 3600) == 0);
    for (const char* name : {"+2", "+25:00", "+02:61", "+02:000", "2:00"})
        CHECK(refusal(name) != "nothing thrown");
}

TEST_CASE("places of the system's zone files agree with Python's zoneinfo, at every change of the clock") {
    if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Berlin")) {
        WARN("skipped: no zone files");
        return;
    }
    const auto expected = testing_support::reference("time_zones");
    for (const auto& [place, pairs] : expected.items()) {
        INFO(place);
        const TimeZone zone(place);
        for (const auto& pair : pairs) {
            INFO(pair[0]);
            CHECK(zone.to_utc(pair[0].get<std::int64_t>()) == pair[1].get<std::int64_t>());
        }
    }
}

TEST_CASE("a POSIX rule does without zone files") {
    const TimeZone berlin("CET-1CEST,M3.5.0,M10.5.0/3");
    CHECK(berlin.to_utc(local(2024, 1, 15, 12)) == local(2024, 1, 15, 11));
    CHECK(berlin.to_utc(local(2024, 7, 15, 12)) == local(2024, 7, 15, 10));
    CHECK(berlin.to_utc(local(2024, 3, 31, 1, 59)) == local(2024, 3, 31, 0, 59));
    CHECK(berlin.to_utc(local(2024, 3, 31, 2, 30)) == local(2024, 3, 31, 1, 30));  // left out: read as before
    CHECK(berlin.to_utc(local(2024, 3, 31, 3)) == local(2024, 3, 31, 1));
    CHECK(berlin.to_utc(local(2024, 10, 27, 2, 30)) == local(2024, 10, 27, 0, 30));  // comes twice: the first
    CHECK(berlin.to_utc(local(2024, 10, 27, 3)) == local(2024, 10, 27, 2));
    const TimeZone sydney("AEST-10AEDT,M10.1.0,M4.1.0/3");
    CHECK(sydney.to_utc(local(2024, 1, 15, 12)) == local(2024, 1, 15, 1));
    CHECK(sydney.to_utc(local(2024, 7, 15, 12)) == local(2024, 7, 15, 2));
    CHECK(TimeZone("EST5").to_utc(0) == 5 * 3600);
    CHECK(TimeZone("<+0530>-5:30").to_utc(local(1969, 6, 1, 5, 30)) == local(1969, 6, 1, 0));
    const TimeZone julian("AAA0BBB,J60/0,J300/0");  // 1 March, leap year or not
    CHECK(julian.to_utc(local(2024, 2, 29, 12)) == local(2024, 2, 29, 12));
    CHECK(julian.to_utc(local(2024, 3, 1, 12)) == local(2024, 3, 1, 11));
    CHECK(julian.to_utc(local(2023, 3, 1, 12)) == local(2023, 3, 1, 11));
    CHECK(TimeZone("AAA0BBB,59/0,300/0").to_utc(local(2024, 2, 29, 12)) == local(2024, 2, 29, 11));
}

TEST_CASE("the rule of a place and its zone file agree in the years to which the rule applies") {
    if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Berlin")) return;
    const std::pair<const char*, const char*> pairs[] = {{"Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"},
                                                         {"America/New_York", "EST5EDT,M3.2.0,M11.1.0"},
                                                         {"Europe/Dublin", "IST-1GMT0,M10.5.0,M3.5.0/1"}};
    Random random(3);
    for (const auto& [place, rule] : pairs) {
        const TimeZone a(place), b(rule);
        for (int i = 0; i < 5000; ++i) {
            const std::int64_t t = local(2008, 1, 1, 0) + static_cast<std::int64_t>(random.below(1000000000));
            REQUIRE(a.to_utc(t) == b.to_utc(t));
        }
    }
}

TEST_CASE("a name that is no zone is refused, and leads to no other file") {
    for (const char* name :
         {"Europe/Atlantis", "../../../etc/passwd", "/etc/passwd", "UTC+2", "GMT-1", "CET-1CEST", "CE-1",
          "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0x", "Europe"}) {
        INFO(name);
        CHECK(refusal(name) == "'" + std::string(name) + "'");
    }
}

TEST_CASE("a damaged zone file is refused, or read as some zone, but never crashes the program") {
    if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Berlin")) return;
    const std::string good = detail::read_file("/usr/share/zoneinfo/Europe/Berlin");
    REQUIRE(detail::parse_zone_file(good));
    std::size_t refused = 0;
    Random random(5);
    for (int i = 0; i < 3000; ++i) {
        std::string bad = good;
        if (random.below(2) == 0) bad.resize(random.below(bad.size()));
        for (std::uint64_t k = random.below(4); k > 0 && !bad.empty(); --k)
            bad[random.below(std::min<std::size_t>(bad.size(), 60))] = static_cast<char>(random.below(256));
        refused += detail::parse_zone_file(bad) ? 0 : 1;
    }
    CHECK(refused > 1000);
    std::size_t places = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator("/usr/share/zoneinfo")) {
        if (!entry.is_regular_file()) continue;
        const std::string bytes = detail::read_file(entry.path().string());
        if (bytes.substr(0, 4) != "TZif") continue;
        ++places;
        INFO(entry.path());
        CHECK(detail::parse_zone_file(bytes));
    }
    CHECK(places > 100);
}
