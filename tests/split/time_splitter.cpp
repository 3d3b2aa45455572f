#include "gasket/split/time_splitter.hpp"

#include <algorithm>

#include "support/catch.hpp"

using namespace gasket;

namespace {
Table by_day(std::size_t rows) {
    std::vector<std::int64_t> day;
    std::vector<double> x;
    std::vector<double> y;
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t shuffled = (i * 7919) % rows;
        day.push_back(static_cast<std::int64_t>(shuffled / 10) * 86400);
        x.push_back(static_cast<double>(i));
        y.push_back(static_cast<double>(i % 3 == 0));
    }
    return Table{{"day", Column::datetime(day)}, {"x", Column::numeric(x)}, {"y", Column::numeric(y)}};
}
}  // namespace

TEST_CASE("the past is for learning and the future is sealed") {
    const Table table = by_day(1000);
    const SplitPlan plan = TimeSplitter{.target = "y", .time = "day", .test_fraction = 0.2}.plan(table);
    const auto day = table["day"].seconds();
    std::int64_t latest = 0;
    for (const std::size_t r : plan.train) latest = std::max(latest, day[r]);
    for (const std::size_t r : plan.test) CHECK(day[r] > latest);
    CHECK(plan.test.size() == 200);
    CHECK(plan.record.cutoff == "1970-03-22");
}

TEST_CASE("rows of one moment stay on one side whatever the fraction") {
    const Table table = by_day(1000);
    const SplitPlan plan = TimeSplitter{.target = "y", .time = "day", .test_fraction = 0.203}.plan(table);
    CHECK(plan.test.size() == 200);
}

TEST_CASE("of two borders equally near the earlier one is taken: no less is sealed than was asked for") {
    std::vector<std::int64_t> day(20, 0);
    std::vector<double> x, y;
    for (std::size_t i = 0; i < 20; ++i) {
        if (i >= 8) day[i] = i < 12 ? 86400 : 172800;
        x.push_back(static_cast<double>(i));
        y.push_back(static_cast<double>(i % 2));
    }
    const Table table{{"day", Column::datetime(day)}, {"x", Column::numeric(x)}, {"y", Column::numeric(y)}};
    const auto sealed = [&](double fraction) {
        return TimeSplitter{.target = "y", .time = "day", .test_fraction = fraction}.plan(table).test.size();
    };
    CHECK(sealed(0.5) == 12);   // 10 lies midway
    CHECK(sealed(0.45) == 8);   // nearer to the later one
    CHECK(sealed(0.55) == 12);  // and to the earlier one
}

TEST_CASE("exact copies of a row are of one moment and stay on one side") {
    const Table base = by_day(200);
    std::vector<std::size_t> twice;
    for (std::size_t r = 0; r < 200; ++r) twice.insert(twice.end(), {r, r});
    const SplitPlan plan =
        TimeSplitter{.target = "y", .time = "day", .test_fraction = 0.333}.plan(base.take(twice));
    std::vector<int> sealed(400, 0);
    for (const std::size_t r : plan.test) sealed[r] = 1;
    for (std::size_t r = 0; r < 400; r += 2) CHECK(sealed[r] == sealed[r + 1]);
}

TEST_CASE("training rows keep their moments, which are no feature") {
    const auto [train, test] = TimeSplitter{.target = "y", .time = "day"}.split(by_day(100));
    CHECK(train.moments().size() == train.rows());
    CHECK(*std::max_element(train.moments().begin(), train.moments().end()) == 7 * 86400.0);
    CHECK_FALSE(train.table().has("day"));
}

TEST_CASE("a cut-off date says where the holdout begins") {
    const Table table = by_day(1000);
    const auto [train, test] =
        TimeSplitter{.target = "y", .time = "day", .cutoff = "1970-02-01"}.split(table);
    CHECK(train.rows() == 310);
    CHECK(test.rows() == 690);
    CHECK_FALSE(train.table().has("day"));
}

TEST_CASE("a bad cut-off or time column is a clear error") {
    const Table table = by_day(100);
    CHECK_THROWS_AS((TimeSplitter{.target = "y", .time = "day", .cutoff = "soon"}.plan(table)), OptionError);
    CHECK_THROWS_AS((TimeSplitter{.target = "y", .time = ""}.plan(table)), OptionError);
    CHECK_THROWS_AS((TimeSplitter{.target = "y", .time = "when"}.plan(table)), SchemaError);
    CHECK_THROWS_AS((TimeSplitter{.target = "y", .time = "day", .cutoff = "2030-01-01"}.split(table)),
                    SplitError);
    const Table gap{{"t", Column::numeric({1, missing, 3})}, {"y", Column::numeric({0, 1, 0})}};
    CHECK_THROWS_AS((TimeSplitter{.target = "y", .time = "t"}.plan(gap)), DataError);
}
