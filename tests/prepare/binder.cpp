#include "gasket/prepare/binder.hpp"

#include <string>
#include <vector>

#include "gasket/data/csv.hpp"
#include "gasket/data/to_features.hpp"
#include "gasket/prepare/derive.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::bits_of;

namespace {

constexpr std::int64_t day_length = 86400;
const Expression d = col("d"), e = col("e"), x = col("x"), s = col("s");

/// Two dates (2024-02-28 12:00, missing, 1969-12-31; and 2024-03-01, 2024-03-01, missing), a number, a label.
Table table() {
    return Table{{"d", Column::datetime({19781 * day_length + 43200, missing_time, -day_length})},
                 {"e", Column::datetime({19783 * day_length, 19783 * day_length, missing_time})},
                 {"x", Column::numeric({1, 2, 3})},
                 {"s", Column::category({"2024-03-01", "b", "c"})}};
}

Features evaluated(const Expression& expression) {
    const Features in = detail::to_features(table());
    return testing_support::transform(Derive{{{"it", expression}}}.bind(in.layout()), in);
}

void check(const Expression& expression, const std::vector<double>& expected) {
    INFO(to_string(expression));
    CHECK(bits_of(testing_support::values_of(evaluated(expression), "it")) == bits_of(expected));
}

std::string refusal(const Expression& expression) {
    try {
        (void)evaluated(expression);
    } catch (const SchemaError& error) {
        CHECK(error.code() == ErrorCode::bad_expression);
        return error.what();
    }
    FAIL("no error: " << to_string(expression));
    return "";
}

}  // namespace

TEST_CASE("dates give their parts and the days between them, a missing date gives missing") {
    check(year(d), {2024, missing, 1969});
    check(quarter(d) * 10 + weekday(d), {13, missing, 43});
    check(month(d), {2, missing, 12});
    check(week(d), {9, missing, 1});
    check(day(e), {1, 1, missing});
    check(day_of_year(e), {61, 61, missing});
    check(hour(d) + minute(d), {12, missing, 0});
    check(days_between(d, e), {1.5, missing, missing});
    check(days_between(e, d), {-1.5, missing, missing});
    check(days_between(d, "1970-01-01"), {-19781.5, missing, 1});
    check(days_between("2024-03-01", e) + 7, {7, 7, missing});
    check(year(lit(missing)), {missing, missing, missing});
    check(days_between(lit("2024-01-01"), "2024-02-01"), {31, 31, 31});
    check(is_missing(d), {0, 1, 0});
}

TEST_CASE("dates are compared with dates and with texts in ISO 8601") {
    check(d < e, {1, missing, missing});
    check(d >= "2024-02-28T12:00:00Z", {1, missing, 0});
    check(d > "2024-02-28T12:00", {0, missing, 0});
    check("2024-02-28T13:00+01:00" == d, {1, missing, 0});
    check(e != "2024-03-01", {0, 0, missing});
    check(e.in({"2024-03-01", "1999-01-01"}), {1, 1, missing});
    check(d.in({"2024-03-01"}), {0, missing, 0});
    check(s == "2024-03-01", {1, 0, 0});  // a label stays a label
    check(d == missing, {missing, missing, missing});
}

TEST_CASE("a date that is chosen among dates is a date") {
    check(min(d, e), {19781.0 * day_length + 43200, missing, missing});
    check(year(max(d, e)), {2024, missing, missing});
    check(day(coalesce(d, e)), {28, 1, 31});
    check(month(coalesce(d, "1999-11-05")), {2, 11, 12});
    check(year(if_else(x > 1, e, "1999-11-05")), {1999, 2024, missing});
    check(year(if_else(x > 1, missing, e)), {2024, missing, missing});
    check(day(clip(d, "2024-01-05", "2024-02-10")), {10, missing, 5});
    const Features out = evaluated(coalesce(d, e));
    const Feature& it = out.layout()[4];
    CHECK(it.is_time);
    CHECK(it.sources == std::vector<std::string>{"d", "e"});
    const Column column = detail::to_column(it, out[4]);
    CHECK(column.kind() == Kind::datetime);
    CHECK(column.seconds()[2] == -day_length);
    CHECK_FALSE(evaluated(year(d)).layout()[4].is_time);
    CHECK_FALSE(evaluated(d < e).layout()[4].is_time);
    // a derived date may be read by the next expression
    const Features in = detail::to_features(table());
    const Derive two{{{"when", coalesce(d, e)}, {"which", year(col("when"))}}};
    CHECK(testing_support::values_of(testing_support::transform(two.bind(in.layout()), in), "which")[1] ==
          2024);
}

TEST_CASE("what does not fit is refused before any row is read, and the message says what to do") {
    const auto has = [](const std::string& text, const std::string& part) {
        INFO(text);
        CHECK(text.find(part) != std::string::npos);
    };
    has(refusal(year(x)), "expected a date, found the number col(\"x\"); give a datetime column");
    has(refusal(weekday(s)), "found the category column col(\"s\")");
    has(refusal(year(lit("soon"))), "expected a date in ISO 8601 such as \"2024-03-01\"");
    has(refusal(year(lit("2024-02-30"))), "\"2024-02-30\"");
    has(refusal(d + 1), "found the date col(\"d\"); take a part of it such as year(...), or days_between");
    has(refusal(d - e), "days_between");
    has(refusal(-d), "the date");
    has(refusal(log(d)), "the date");
    has(refusal(round(d)), "the date");
    has(refusal(!d), "the date");
    has(refusal(d && x), "the date");
    has(refusal(if_else(d, 1, 2)), "the date");
    has(refusal(d < 5), "the number 5");
    has(refusal(d == x), "the number col(\"x\")");
    has(refusal(d == s), "the category column col(\"s\")");
    has(refusal(d > "last week"), "ISO 8601");
    has(refusal(coalesce(d, 0)), "the number 0");
    has(refusal(if_else(x, d, s)), "the category column");
    has(refusal(clip(d, 0, "2024-01-01")), "the number 0");
    has(refusal(d.in({1.0})), "dates in the list");
    has(refusal(d.in({"soon"})), "ISO 8601");
    has(refusal(days_between(d, 3)), "the number 3");
}

TEST_CASE("parts of real dates are those that pandas gives") {
    REQUIRE_DATA(path, "weather_aus/data.csv");
    const auto expected = testing_support::reference("dates")["weather"];
    const Table weather = read_csv(path).select({"Date"});
    const Expression date = col("Date");
    const Derive parts{{{"year", year(date)},
                        {"quarter", quarter(date)},
                        {"month", month(date)},
                        {"week", week(date)},
                        {"day", day(date)},
                        {"day_of_year", day_of_year(date)},
                        {"weekday", weekday(date)},
                        {"days", days_between("2010-06-15T12:00", date)},
                        {"before_2012", date < "2012-01-01"},
                        {"some_days", date.in({"2010-02-28", "2012-02-29", "1999-01-01"})}}};
    const Features in = detail::to_features(weather);
    const Features out = testing_support::transform(parts.bind(in.layout()), in);
    for (const auto& [name, sum] : expected.items()) {
        double total = 0;
        for (const double v : testing_support::values_of(out, name)) total += v;
        INFO(name);
        CHECK(total == sum.get<double>());
    }
}
