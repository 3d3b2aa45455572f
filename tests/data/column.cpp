#include "gasket/data/column.hpp"

#include "support/catch.hpp"

using namespace gasket;
using Codes = std::vector<std::int32_t>;

namespace {
Codes codes(const Column& c) {
    return {c.codes().begin(), c.codes().end()};
}
}  // namespace

TEST_CASE("a category column gives codes in the order of first appearance") {
    const Column c = Column::category({"b", "a", "b", "c"}, std::vector<bool>{false, false, true, false});
    CHECK(c.kind() == Kind::category);
    CHECK(c.labels() == Labels{"b", "a", "c"});
    CHECK(codes(c) == Codes{0, 1, missing_code, 2});
    CHECK(c.is_missing(2));
    CHECK(c.missing_count() == 1);
}

TEST_CASE("a code without a label is refused") {
    CHECK_NOTHROW(Column::category({"a"}, Codes{0, -1}));
    try {
        (void)Column::category({"a"}, Codes{0, 1});
        FAIL("nothing thrown");
    } catch (const SchemaError& e) {
        CHECK(e.code() == ErrorCode::row_out_of_range);
        CHECK(e.parts().where == "category column, row 1");
    }
    CHECK_THROWS_AS(Column::category({"a"}, Codes{-2}), SchemaError);
}

TEST_CASE("missing is NaN, -1 and the least time") {
    CHECK(Column::numeric({1, missing, 0}).missing_count() == 1);
    CHECK(Column::datetime({0, missing_time}).is_missing(1));
    CHECK_FALSE(Column::datetime({0, missing_time}).is_missing(0));
}

TEST_CASE("asking for another kind is an error that names both") {
    const Column c = Column::numeric({1});
    CHECK_THROWS_AS(c.codes(), SchemaError);
    CHECK_THROWS_AS(c.labels(), SchemaError);
    CHECK_THROWS_AS(Column::datetime({1}).numbers(), SchemaError);
    try {
        (void)c.seconds();
        FAIL("nothing thrown");
    } catch (const SchemaError& e) {
        CHECK(e.code() == ErrorCode::wrong_type);
        CHECK(e.parts().expected == "a datetime column");
        CHECK(e.parts().found == "a numeric column");
    }
}

TEST_CASE("taken rows keep their order and repeats, and no label of the rows left behind") {
    const std::vector<std::size_t> rows = {3, 0, 3, 2};
    const Column c =
        Column::category({"z", "only here", "m", "a"}, std::vector<bool>{false, false, true, false});
    const Column taken = c.take(rows);
    CHECK(taken.labels() == Labels{"a", "z"});
    CHECK(codes(taken) == Codes{0, 1, 0, missing_code});
    const Column n = Column::numeric({1, 2, 3, 4}).take(rows);
    CHECK(std::vector<double>(n.numbers().begin(), n.numbers().end()) == std::vector<double>{4, 1, 4, 3});
    const Column t = Column::datetime({1, 2, 3, 4}).take(rows);
    CHECK(t.seconds()[0] == 4);
}

TEST_CASE("sorted labels give the same cells") {
    const Column c = Column::category({"b", "a", "unused"}, Codes{0, 1, -1, 0}).with_sorted_labels();
    CHECK(c.labels() == Labels{"a", "b"});
    CHECK(codes(c) == Codes{1, 0, -1, 1});
    CHECK(Column::numeric({2, 1}).with_sorted_labels().numbers()[0] == 2);
}

TEST_CASE("copies of a column share its values") {
    const Column c = Column::numeric(std::vector<double>(1000, 1.0));
    const Column copy = c;
    CHECK(copy.numbers().data() == c.numbers().data());
    CHECK(c.share_numbers().get()->data() == c.numbers().data());
    CHECK(c.bytes() == 8000);
    CHECK(Column::datetime({1, 2}).bytes() == 16);
    CHECK(Column::category({"ab"}).bytes() == 4 + sizeof(std::string) + 2);
}
