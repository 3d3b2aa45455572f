#include "gasket/core/text.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("the shortest text of a number reads back as the same number") {
    Random random(1);
    for (int i = 0; i < 5000; ++i) {
        const double x = std::ldexp(random.uniform() - 0.5, static_cast<int>(random.below(2000)) - 1000);
        CHECK(std::strtod(text::shortest(x).c_str(), nullptr) == x);
    }
    CHECK(text::shortest(3) == "3");
    CHECK(text::shortest(-1234567) == "-1234567");
    CHECK(text::shortest(0.1) == "0.1");
    CHECK(text::shortest(std::nan("")) == "nan");
    CHECK(text::shortest(HUGE_VAL) == "inf");
}

TEST_CASE("numbers are shown as people write them") {
    CHECK(text::fixed(2.345, 1) == "2.3");
    CHECK(text::fixed(std::nan(""), 1) == "-");
    CHECK(text::compact(0.82134567) == "0.82135");
    CHECK(text::compact(1234567) == "1234567");
    CHECK(text::compact(3.2e-9) == "3.2e-09");
    CHECK(text::compact(1e20) == "1e+20");
    CHECK(text::grouped(0LL) == "0");
    CHECK(text::grouped(999LL) == "999");
    CHECK(text::grouped(-1234567LL) == "-1,234,567");
    CHECK(text::grouped(std::size_t{1000}) == "1,000");
    CHECK(text::percent(0.2037) == "20.4 %");
    CHECK(text::percent(std::nan("")) == "-");
    CHECK(text::bytes(1023) == "1023 B");
    CHECK(text::bytes(1536) == "1.5 KiB");
    CHECK(text::bytes(std::size_t{3} << 40) == "3.0 TiB");
}

TEST_CASE("lists end with and, and are cut when long") {
    CHECK(text::list({}).empty());
    CHECK(text::list({"a"}) == "a");
    CHECK(text::list({"a", "b"}) == "a and b");
    CHECK(text::list({"a", "b", "c"}) == "a, b and c");
    CHECK(text::list({"a", "b", "c", "d"}, 3) == "a, b and 2 more");
}

TEST_CASE("a value in a message is quoted, cut and free of control bytes") {
    CHECK(text::quoted("a\nb") == "'a?b'");
    CHECK(text::quoted(std::string(60, 'x')).size() == 62);
    CHECK(text::quoted(std::string(61, 'x')).substr(60) == "x...'");
    CHECK(text::quoted(std::string(59, 'x') + "\xE2\x82\xAC").substr(59) == "x...'");  // no half of a letter
    CHECK(text::quoted(std::string(57, 'x') + "\xE2\x82\xAC").substr(57) == "x\xE2\x82\xAC'");
}

TEST_CASE("the nearest name is found when it is near, letter case aside") {
    const std::vector<std::string> names = {"customer_id", "balance", "estimated_salary"};
    CHECK(text::nearest("Balance", names) == "balance");
    CHECK(text::nearest("estimate_salary", names) == "estimated_salary");
    CHECK(text::nearest("churn", names).empty());
    CHECK(text::nearest("x", {}).empty());
}

TEST_CASE("bars are as long as their share") {
    CHECK(text::bar(0, 10).empty());
    CHECK(text::columns(text::bar(1, 10)) == 10);
    CHECK(text::columns(text::bar(0.5, 10)) == 5);
    CHECK(text::columns(text::bar(0.55, 10)) == 6);
    CHECK(text::bar(7, 4) == text::bar(1, 4));
    CHECK(text::bar(std::nan(""), 4).empty());
    CHECK(text::columns("d\xC3\xA9j\xC3\xA0") == 4);
}

TEST_CASE("a grid aligns its columns, numbers to the right") {
    text::Grid grid({"name", "n", "note"});
    grid.add({"a", "1", "x"});
    grid.add({"long name", "-12.5", ""});
    grid.add({"\xC3\xA9", "-", "yy"});
    CHECK(grid.str() ==
          "  name           n  note\n"
          "  a              1  x\n"
          "  long name  -12.5\n"
          "  \xC3\xA9              -  yy\n");
    CHECK(text::Grid({"only", "head"}).str(0) == "only  head\n");
}
