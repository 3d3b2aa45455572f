#include "gasket/data/datetime.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using detail::format_datetime;
using detail::format_moment;
using detail::parse_datetime;

TEST_CASE("ISO 8601 dates and times are read as seconds UTC") {
    CHECK(parse_datetime("1970-01-01") == 0);
    CHECK(parse_datetime("2024-02-29") == 1709164800);
    CHECK(parse_datetime("1969-12-31T23:59:59Z") == -1);
    CHECK(parse_datetime("2024-03-05T10:20") == 1709634000);
    CHECK(parse_datetime("2024-03-05 10:20:30") == 1709634030);
    CHECK(parse_datetime("2024-03-05T10:20:30.999Z") == 1709634030);
    CHECK(parse_datetime("2024-03-05T10:20:30+01:30") == 1709634030 - 5400);
    CHECK(parse_datetime("2024-03-05T10:20:30-0800") == 1709634030 + 28800);
}

TEST_CASE("what is no date or time is refused") {
    for (const char* const text :
         {"", "2024", "2024-13-01", "2023-02-29", "2024-00-10", "2024-1-1", "05.03.2024", "2024-03-05T",
          "2024-03-05T24:00", "2024-03-05T10:60", "2024-03-05T10:20:61", "2024-03-05T10:20:30.",
          "2024-03-05T10:20:30+15:00", "2024-03-05Zx", "2024-03-05T10:20Z ", " 2024-03-05", "2024-03-05x"}) {
        INFO(text);
        CHECK_FALSE(parse_datetime(text));
    }
}

TEST_CASE("a time that is written reads back") {
    Random random(1);
    for (int i = 0; i < 2000; ++i) {
        const auto seconds = static_cast<std::int64_t>(random.below(200000000000)) - 50000000000;
        INFO(format_datetime(seconds));
        CHECK(parse_datetime(format_datetime(seconds)) == seconds);
    }
    CHECK(format_datetime(0) == "1970-01-01");
    CHECK(format_datetime(-1) == "1969-12-31T23:59:59Z");
}

TEST_CASE("a moment among doubles that is no second of the calendar is shown as a number") {
    CHECK(format_moment(1709631000) == "2024-03-05T09:30:00Z");
    CHECK(format_moment(1e308) == "1e+308 s since 1970");
    CHECK(format_moment(-HUGE_VAL) == "-inf s since 1970");
    CHECK(format_moment(4e11) == "400000000000 s since 1970");
}
