#include "gasket/data/narrow_table.hpp"

#include <bit>
#include <cmath>

#include "gasket/core/random.hpp"
#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

namespace {

std::string storage_of(const Column& column) {
    return std::string(NarrowColumn(column).storage());
}

/// The same bits, but for which NaN a missing number is.
bool same(const Column& a, const Column& b) {
    if (a.kind() != b.kind() || a.size() != b.size()) return false;
    for (std::size_t r = 0; r < a.size(); ++r) {
        switch (a.kind()) {
            case Kind::numeric: {
                const double x = a.numbers()[r], y = b.numbers()[r];
                if (is_missing(x) ? !is_missing(y)
                                  : std::bit_cast<std::uint64_t>(x) != std::bit_cast<std::uint64_t>(y)) {
                    return false;
                }
                break;
            }
            case Kind::category:
                if (a.codes()[r] != b.codes()[r]) return false;
                break;
            case Kind::datetime:
                if (a.seconds()[r] != b.seconds()[r]) return false;
                break;
        }
    }
    return a.kind() != Kind::category || a.labels() == b.labels();
}

}  // namespace

TEST_CASE("a column takes the fewest bytes that lose nothing") {
    CHECK(storage_of(Column::numeric({0, 1, -127, 127, missing})) == "int8");
    CHECK(storage_of(Column::numeric({-128})) == "int16");  // the least number stands for missing
    CHECK(storage_of(Column::numeric({128})) == "int16");
    CHECK(storage_of(Column::numeric({-32768})) == "int32");
    CHECK(storage_of(Column::numeric({2147483647, missing})) == "int32");
    CHECK(storage_of(Column::numeric({2147483648.0})) == "float32");
    CHECK(storage_of(Column::numeric({0.5, missing, HUGE_VAL, -0.0})) == "float32");
    CHECK(storage_of(Column::numeric({16777217})) == "int32");  // one more than a float can count
    CHECK(storage_of(Column::numeric({0.1})) == "wide");
    CHECK(storage_of(Column::numeric({1e300})) == "wide");
    CHECK(storage_of(Column::numeric({0.5, 16777217})) == "wide");
    CHECK(storage_of(Column::datetime({0, missing_time, 2147483647})) == "int32");
    CHECK(storage_of(Column::datetime({2147483648})) == "wide");
    CHECK(storage_of(Column::category({"a", "b"})) == "int8");
    std::vector<std::string> many;
    for (int i = 0; i < 128; ++i) many.push_back(std::to_string(i));
    CHECK(storage_of(Column::category(many)) == "int8");
    many.push_back("one more");
    CHECK(storage_of(Column::category(many)) == "int16");
}

TEST_CASE("what is narrowed comes back as it was") {
    Random random(3);
    for (int k = 0; k < 300; ++k) {
        std::vector<double> numbers;
        const double scale = std::ldexp(1.0, static_cast<int>(random.below(40)));
        for (int i = 0; i < 50; ++i) {
            const double x = scale * random.normal();
            numbers.push_back(random.below(9) == 0 ? missing
                              : k % 3 == 0         ? std::round(x)
                              : k % 3 == 1         ? static_cast<double>(static_cast<float>(x))
                                                   : x);
        }
        CHECK(same(NarrowColumn(Column::numeric(numbers)).widen(), Column::numeric(numbers)));
    }
    const Column edges = Column::numeric({-0.0, 0.0, HUGE_VAL, -HUGE_VAL, missing, 3.4e38, 3.5e38, 5e-324});
    CHECK(same(NarrowColumn(edges).widen(), edges));
    const Column times = Column::datetime({missing_time, -1, 0, 1'700'000'000});
    CHECK(same(NarrowColumn(times).widen(), times));
    CHECK(NarrowTable(Table{}).table().columns() == 0);
}

TEST_CASE("real tables come back as they were, from a part of the memory") {
    for (const char* name : {"bank_churn_kaggle", "titanic", "weather_aus", "electricity_nsw"}) {
        REQUIRE_DATA(path, std::string(name) + "/data.csv");
        INFO(name);
        const Table table = read_csv(path);
        const NarrowTable narrow(table);
        const Table again = narrow.table();
        REQUIRE(again.names() == table.names());
        for (std::size_t c = 0; c < table.columns(); ++c) CHECK(same(again.column(c), table.column(c)));
        CHECK(narrow.bytes() < table.bytes());
        CHECK(narrow.select({table.name(1)}).names() == std::vector<std::string>{table.name(1)});
        CHECK_THROWS_AS(narrow.select({"no such column"}), SchemaError);
    }
}
