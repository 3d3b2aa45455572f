#include "gasket/data/detail/parse_number.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using namespace gasket::detail;

namespace {
double parsed(const std::string& text) {
    double x = -12345;
    INFO(text);
    CHECK(parse_whole_number(text, x));
    return x;
}
}  // namespace

TEST_CASE("every number is the nearest double, as strtod finds it") {
    Random random(9);
    char buffer[400];
    for (int i = 0; i < 60000; ++i) {
        const double x =
            std::ldexp(random.uniform() - 0.5,
                       static_cast<int>(random.below(i % 2 == 0 ? 60 : 2000)) - (i % 2 == 0 ? 30 : 1000));
        const int digits = static_cast<int>(random.below(20));
        const char* const formats[] = {"%.*g", "%.*f", "%.*e"};
        std::snprintf(buffer, sizeof buffer, formats[random.below(i % 2 == 0 ? 3 : 1)], digits, x);
        double y = 0;
        REQUIRE(parse_whole_number(buffer, y));
        if (y != std::strtod(buffer, nullptr)) FAIL(buffer);
    }
}

TEST_CASE("numbers come with signs, points and exponents") {
    CHECK(parsed("0") == 0);
    CHECK(parsed("+5") == 5);
    CHECK(std::signbit(parsed("-0")));
    CHECK(parsed(".5") == 0.5);
    CHECK(parsed("5.") == 5);
    CHECK(parsed("1E3") == 1000);
    CHECK(parsed("1e+22") == 1e22);
    CHECK(parsed("1e23") == 1e23);
    CHECK(parsed("9007199254740993") == 9007199254740992);
    CHECK(parsed("123456789012345678901234567890") == 123456789012345678901234567890.0);
    CHECK(parsed("0.000000000000000000000000000012345678901234567890") == 1.2345678901234567890e-29);
    CHECK(parsed("1e400") == HUGE_VAL);
    CHECK(parsed("-1e400") == -HUGE_VAL);
    CHECK(parsed("1e-400") == 0);
    CHECK(parsed("0e999999999999") == 0);
    CHECK(parsed("0." + std::string(400, '0') + "1e401") == 1);
    CHECK(parsed("1" + std::string(400, '0')) == HUGE_VAL);
    CHECK(parsed("inf") == HUGE_VAL);
    CHECK(parsed("-Infinity") == -HUGE_VAL);
}

TEST_CASE("what is no number as a whole is refused") {
    for (const std::string text : {"", "-", "+", ".", "e5", "1e", "1e+", "1x", "0x10", "1,5", "1 ", " 1",
                                   "--1", "nan", "infinit", "in", "1.2.3", "\xEF\xBC\x91"}) {
        double x = 0;
        INFO(text);
        CHECK_FALSE(parse_whole_number(text, x));
    }
}

#if defined(__SSE2__)
namespace {
/// Between digits, which must make no difference.
bool plain(const std::string& text, double& x) {
    const std::string padded = std::string(plain_margin, '7') + text + "777";
    return parse_plain_number(padded.data() + plain_margin, padded.data() + plain_margin + text.size(), x);
}
}  // namespace

TEST_CASE("plain numbers are the nearest double, at any length and place of the point") {
    Random random(10);
    for (int i = 0; i < 60000; ++i) {
        const std::size_t digits = 1 + random.below(15);
        const std::size_t decimals = random.below(digits + 2);
        std::string text;
        for (std::size_t k = 0; k < digits; ++k) text += static_cast<char>('0' + random.below(10));
        if (decimals <= digits) {
            text.insert(digits - decimals, ".");
        } else if (digits > 1) {
            text[0] = '1';
        }
        if (random.below(2) == 0) text.insert(0, "-");
        double x = 0;
        if (!plain(text, x) || x != std::strtod(text.c_str(), nullptr) || std::signbit(x) != (text[0] == '-'))
            FAIL(text);
    }
}

TEST_CASE("what is not plain is left to others") {
    for (const std::string text : {"",
                                   "-",
                                   ".",
                                   "-.",
                                   "+1",
                                   "1 ",
                                   " 1",
                                   "1e5",
                                   "1.2.3",
                                   "..",
                                   "1,5",
                                   "--1",
                                   "1-",
                                   "/",
                                   ":",
                                   "00",
                                   "007",
                                   "-05",
                                   "1234567890123456",
                                   "1.234567890123456",
                                   "inf",
                                   "NA",
                                   "\xB1",
                                   "12345678901234567890",
                                   "0.12345678901234567"}) {
        double x = 0;
        INFO(text);
        CHECK_FALSE(plain(text, x));
    }
}
#endif

TEST_CASE("digits are taken up to the first other byte, at any length") {
    for (std::size_t n = 0; n <= 19; ++n) {
        for (const char after : {'\0', ',', '/', ':', '\xB5', 'a'}) {
            std::string text;
            std::uint64_t expected = 0;
            for (std::size_t i = 0; i < n; ++i) {
                text += static_cast<char>('0' + (i * 7 + 3) % 10);
                expected = expected * 10 + (i * 7 + 3) % 10;
            }
            text += std::string(9, after) + "123";
            std::uint64_t found = 0;
            CHECK(take_digits(text.data(), text.data() + text.size(), found) == text.data() + n);
            CHECK(found == expected);
            found = 0;
            CHECK(take_digits(text.data(), text.data() + n, found) == text.data() + n);
            CHECK(found == expected);
        }
    }
}

TEST_CASE("codes are digits that a number would lose") {
    const auto code = [](const std::string& s) { return is_digit_code(s.data(), s.data() + s.size()); };
    CHECK(code("00123"));
    CHECK(code("00"));
    CHECK(code("9007199254740993"));
    CHECK(code("12345678901234567890"));
    for (const std::string number :
         {"0", "5", "10", "0.5", "-05", "9007199254740992", "1000000000000000000", "1e30", ""}) {
        INFO(number);
        CHECK_FALSE(code(number));
    }
}
