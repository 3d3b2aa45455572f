#include "gasket/data/quarantine.hpp"

#include <sstream>

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("a quarantine becomes a table with everything that is wrong in words") {
    const Quarantine q{
        {{7, "K", "K,\xFF", {{Rule::type, "age", "a number", "'x'"}, {Rule::gap, "plan", "a value", "none"}}},
         {9, "", "1,2", {{Rule::fields, "", "3 fields", "2"}}}}};
    const Table t = q.to_table();
    CHECK(t.rows() == 2);
    CHECK(t.cell(0, t.index_of("rules")) == "type, gap");
    CHECK(t.cell(0, t.index_of("problems")) ==
          "age: expected a number, found 'x'; plan: expected a value, found none");
    CHECK(t.cell(0, t.index_of("raw")) == "K,\\xFF");
    CHECK(t.cell(1, t.index_of("problems")) == "expected 3 fields, found 2");
    std::ostringstream out;
    out << q;
    CHECK(out.str().find("2 rows in quarantine") != std::string::npos);
    CHECK(Quarantine{}.to_table().rows() == 0);
}
