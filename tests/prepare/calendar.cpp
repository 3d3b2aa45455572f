#include "gasket/prepare/calendar.hpp"

#include <limits>
#include <map>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using detail::date_part;
using detail::Op;

TEST_CASE("parts of dates are those of Python's calendar, from the year 1 to 9999") {
    const std::map<std::string, Op> ops{
        {"year", Op::year}, {"quarter", Op::quarter}, {"month", Op::month},
        {"week", Op::week}, {"day", Op::day},         {"day_of_year", Op::day_of_year},
        {"hour", Op::hour}, {"weekday", Op::weekday}, {"minute", Op::minute}};
    const auto reference = testing_support::reference("dates");
    REQUIRE(reference["seconds"].size() > 250);
    for (std::size_t i = 0; i < reference["seconds"].size(); ++i) {
        const double seconds = reference["seconds"][i];
        INFO(seconds);
        for (std::size_t k = 0; k < reference["names"].size(); ++k) {
            const std::string name = reference["names"][k];
            INFO(name);
            CHECK(date_part(ops.at(name), seconds) == reference["parts"][i][k].get<double>());
        }
    }
}

TEST_CASE("a fraction of a second belongs to the second that it is in") {
    CHECK(date_part(Op::day, 86399.999) == 1);
    CHECK(date_part(Op::hour, 86399.999) == 23);
    CHECK(date_part(Op::day, -0.5) == 31);
    CHECK(date_part(Op::minute, -0.5) == 59);
    CHECK(date_part(Op::year, detail::last_second + 0.5) == 9999);
}

TEST_CASE("what is no date has no parts") {
    for (const double x :
         {missing, HUGE_VAL, -HUGE_VAL, 1e300, detail::first_second - 1, detail::last_second + 1}) {
        CHECK(is_missing(date_part(Op::year, x)));
        CHECK(is_missing(date_part(Op::hour, x)));
    }
    CHECK(date_part(Op::year, detail::first_second) == 1);
}
