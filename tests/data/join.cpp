#include "gasket/data/join.hpp"

#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/csv.hpp"

using namespace gasket;
using testing_support::cells;
using testing_support::failure;
using Cells = std::vector<std::string>;

namespace {

Table left() {
    return parse_csv("id,city,x\n3,Rome,1\n1,Oslo,2\n,Bern,3\n7,Rome,4\n1,Rome,5\n");
}

Table right() {
    return parse_csv("x,id,plan\n10,1,a\n30,3,b\n50,5,c\n,,d\n");
}

}  // namespace

TEST_CASE("rows find their partners by key, in the order of the left table") {
    const Table t = join(left(), right(), {"id"});
    CHECK(t.names() == Cells{"id", "city", "x", "x_right", "plan"});
    CHECK(cells(t, "id") == Cells{"3", "1", "1"});
    CHECK(cells(t, "x") == Cells{"1", "2", "5"});
    CHECK(cells(t, "x_right") == Cells{"30", "10", "10"});
    CHECK(cells(t, "plan") == Cells{"b", "a", "a"});
    CHECK(t["plan"].labels() == Labels{"a", "b"});
}

TEST_CASE("rows without a partner may stay, with missing values") {
    const Table t = join(left(), right(), {"id"}, {.unmatched = Unmatched::keep});
    CHECK(t.rows() == 5);
    CHECK(cells(t, "plan") == Cells{"b", "a", "<missing>", "<missing>", "a"});
    CHECK(cells(t, "x_right") == Cells{"30", "10", "<missing>", "<missing>", "10"});
}

TEST_CASE("keys may be labels, dates, several columns, missing ones match nothing") {
    const Table a = parse_csv("c,d,v\nx,2024-01-01,1\ny,2024-01-02,2\n,2024-01-01,3\n");
    const Table b = parse_csv("d,c,w\n2024-01-02,y,20\n2024-01-01,x,10\n2024-01-02,x,30\n2024-01-01,,40\n");
    const Table t = join(a, b, {"c", "d"});
    CHECK(cells(t, "v") == Cells{"1", "2"});
    CHECK(cells(t, "w") == Cells{"10", "20"});
    CHECK(join(a, b.head(0), {"c"}).rows() == 0);
    CHECK(join(a, b.head(0), {"c"}, {.unmatched = Unmatched::keep})["w"].missing_count() == 3);
    // nor are they compared with each other, which for so many would take minutes
    const Table many{{"c", Column::nothing(Kind::numeric, 300'000)}};
    CHECK(join(many, many, {"c"}).rows() == 0);
}

TEST_CASE("a key in several rows on the right is refused unless asked for") {
    const Table twice = parse_csv("id,plan\n1,a\n1,b\n9,c\n9,d\n");
    const auto f = failure([&] { (void)join(left(), twice, {"id"}); });
    CHECK(f.code == ErrorCode::bad_key);
    CHECK(f.parts.found == "'1' in several rows");
    const Table t = join(left(), twice, {"id"}, {.many = true});
    CHECK(cells(t, "plan") == Cells{"a", "b", "a", "b"});
    CHECK(cells(t, "city") == Cells{"Oslo", "Oslo", "Rome", "Rome"});
}

TEST_CASE("joins that make no sense are refused") {
    CHECK(failure([] { (void)join(left(), right(), {"idd"}); }).parts.advice == "did you mean 'id'?");
    CHECK(failure([] { (void)join(left(), right(), {}); }).code == ErrorCode::bad_option);
    CHECK(failure([] { (void)join(left(), parse_csv("id\na\n"), {"id"}); }).code == ErrorCode::wrong_type);
    CHECK(failure([] { (void)join(left(), right(), {"id"}, {.suffix = ""}); }).code ==
          ErrorCode::duplicate_column);
}
