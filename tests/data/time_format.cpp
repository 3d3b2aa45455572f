#include "gasket/data/time_format.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

namespace {

std::optional<std::int64_t> seconds(const std::string& pattern, const std::string& text) {
    const auto written = TimeFormat(pattern).parse(text);
    if (!written) return std::nullopt;
    return written->seconds - written->offset.value_or(0);
}

}  // namespace

TEST_CASE("times in many formats are what Python's strptime makes of them") {
    const auto cases = testing_support::reference("time_formats");
    REQUIRE(cases.size() > 200);
    for (const auto& one : cases) {
        INFO(one[0].get<std::string>() << "  " << one[1].get<std::string>());
        const auto got = seconds(one[0].get<std::string>(), one[1].get<std::string>());
        if (one[2].is_null()) {
            CHECK_FALSE(got);
        } else {
            CHECK(got == one[2].get<std::int64_t>());
        }
    }
}

TEST_CASE("seconds and milliseconds since 1970 are times, before 1970 too") {
    CHECK(seconds("%s", "1709634030") == 1709634030);
    CHECK(seconds("%s", "-1") == -1);
    CHECK(seconds("%Q", "1709634030999") == 1709634030);
    CHECK(seconds("%Q", "-1") == -1);
    CHECK(seconds("%Q", "-1000") == -1);
    CHECK_FALSE(seconds("%s", "12345678901234567"));
    CHECK_FALSE(seconds("%s", ""));
    CHECK_FALSE(seconds("%s", "-"));
}

TEST_CASE("the whole text must fit, blank for blank") {
    CHECK(seconds("%d/%m/%Y", "5/3/2024") == 1709596800);
    CHECK(seconds("%Y%m%d", "20240305") == 1709596800);
    CHECK(seconds("iso", "2024-03-05T00:00:00+01:00") == 1709596800 - 3600);
    CHECK(seconds("%b %d, %Y", "mar   05, 2024") == 1709596800);
    for (const char* text :
         {"05/03/2024 ", " 05/03/2024", "05/03/24", "05-03-2024", "32/01/2024", "29/02/2023", "0/1/2024",
          "05/13/2024", "05/03/20245", "", "05/03/", "005/03/2024"}) {
        INFO(text);
        CHECK_FALSE(seconds("%d/%m/%Y", text));
    }
    CHECK_FALSE(seconds("%F %I:%M %p", "2024-03-05 13:00 PM"));
    CHECK_FALSE(seconds("%F %I:%M %p", "2024-03-05 0:00 AM"));
    CHECK_FALSE(seconds("%F %T%z", "2024-03-05 10:00:00"));
}

TEST_CASE("a pattern that leaves the date open, or has unknown letters, is refused") {
    for (const char* pattern :
         {"%Y", "%m/%d", "%H:%M", "%d/%m/%G", "%", "%Y-%m-%d %", "", "%Y-%m-%d %I:%M", "%F %p", "%Y-%d"}) {
        INFO(pattern);
        CHECK_THROWS_AS(TimeFormat(pattern), OptionError);
    }
}

TEST_CASE("a pattern can be read aloud") {
    CHECK(TimeFormat("%d/%m/%Y %H:%M").readable() == "DD/MM/YYYY hh:mm");
    CHECK(TimeFormat("%FT%T%z").readable() == "YYYY-MM-DDThh:mm:ss+hh:mm");
    CHECK(TimeFormat("iso").readable() == "YYYY-MM-DD (ISO 8601)");
}

TEST_CASE("no text crashes a format") {
    const std::string letters = "0123456789:-/ +ZTamPJjan%.,\xC3";
    const TimeFormat formats[] = {TimeFormat("%d/%m/%Y %H:%M:%S.%f %z"), TimeFormat("%b %d, %y %I:%M %p"),
                                  TimeFormat("%A %j %Y"), TimeFormat("%s"), TimeFormat("iso")};
    Random random(1);
    std::size_t read = 0;
    for (int i = 0; i < 50000; ++i) {
        std::string text;
        for (std::uint64_t n = random.below(24); n > 0; --n) text += letters[random.below(letters.size())];
        for (const TimeFormat& format : formats) read += format.parse(text) ? 1 : 0;
    }
    CHECK(read > 0);
}
