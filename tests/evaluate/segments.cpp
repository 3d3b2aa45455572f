#include "gasket/evaluate/segments.hpp"

#include "support/catch.hpp"

using namespace gasket;
using Names = std::vector<std::string>;
using Places = std::vector<std::uint32_t>;

TEST_CASE("numbers are cut into bins of about as many rows, gaps apart") {
    std::vector<double> age;
    for (int i = 0; i < 40; ++i) age.push_back(i % 20 + 1);
    age[0] = missing;
    const detail::Segments s("age", Column::numeric(age), 4, 20);
    CHECK(s.names == Names{"age <= 5", "5 < age <= 10", "10 < age <= 15", "age > 15", "age is missing"});
    CHECK(s.of_row[0] == 4);
    CHECK(s.of_row[4] == 0);
    CHECK(s.of_row[5] == 1);
    CHECK(s.of_row[19] == 3);
    // a heavy value has a bin of its own
    std::vector<double> balance(60, 0.0);
    for (int i = 0; i < 40; ++i) balance.push_back(i + 1);
    CHECK(detail::Segments("b", Column::numeric(balance), 4, 20).names ==
          Names{"b <= 0", "0 < b <= 15", "b > 15"});
}

TEST_CASE("few numbers and labels are each for themselves, rare labels together") {
    const detail::Segments flag("active", Column::numeric({1, 0, 1}), 4, 20);
    CHECK(flag.names == Names{"active = 0", "active = 1"});
    CHECK(flag.of_row == Places{1, 0, 1});
    const Column city = Column::category(std::vector<std::string>{"Rome", "Oslo", "Rome", "", "Bern"},
                                         std::vector<bool>{false, false, false, true, false});
    const detail::Segments each("city", city, 4, 20);
    CHECK(each.names.size() == 4);
    CHECK(each.names[each.of_row[3]] == "city is missing");
    const detail::Segments one("city", city, 4, 1);
    CHECK(one.names == Names{"city is Rome", "city is another label", "city is missing"});
    CHECK(one.of_row == Places{0, 1, 0, 2, 1});
    CHECK(detail::Segments("none", Column::numeric({missing, missing}), 4, 1).names ==
          Names{"none is missing"});
}
