#include "gasket/split/time_series_folds.hpp"

#include <algorithm>
#include <set>

#include "gasket/core/duration.hpp"
#include "gasket/split/time_splitter.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/visits.hpp"

using namespace gasket;
using testing_support::visits;

namespace {

/// `n` training rows of different moments: 0, 1, 2, ... in no order of rows; and one later row, sealed.
Training series(std::size_t n) {
    std::vector<double> t, x, y;
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t at = (i * 7919) % n;
        t.push_back(static_cast<double>(at));
        x.push_back(static_cast<double>(i));
        y.push_back(static_cast<double>(at % 2));
    }
    t.push_back(1e9), x.push_back(0), y.push_back(0);
    return TimeSplitter{.target = "y", .time = "t", .cutoff = "1000000000"}
        .split({{"t", Column::numeric(t)}, {"x", Column::numeric(x)}, {"y", Column::numeric(y)}})
        .training;
}

/// [first, last + 1) of the moments of some rows, which must have no hole.
std::vector<double> range(const Training& rows, const std::vector<std::size_t>& some) {
    std::set<double> at;
    for (const std::size_t r : some) at.insert(rows.moments()[r]);
    CHECK(*at.rbegin() - *at.begin() + 1 == static_cast<double>(some.size()));
    return {*at.begin(), *at.rbegin() + 1};
}

std::pair<double, double> ends(const Training& rows, const std::vector<std::size_t>& some) {
    double low = 1e300, high = -1e300;
    for (const std::size_t r : some) {
        low = std::min(low, rows.moments()[r]);
        high = std::max(high, rows.moments()[r]);
    }
    return {low, high};
}

}  // namespace

TEST_CASE("a time series is cut where scikit-learn cuts it") {
    const auto stored = testing_support::reference("split");
    for (const auto& c : stored["time"]) {
        const Training rows = series(c["rows"]);
        const auto& o = c["options"];
        const TimeSeriesFolds folder{.folds = o["n_splits"],
                                     .test_rows = o.value("test_size", std::size_t{0}),
                                     .gap_rows = o.value("gap", std::size_t{0}),
                                     .max_train_rows = o.value("max_train_size", std::size_t{0})};
        const Folds folds = folder.split(rows);
        REQUIRE(folds.size() == c["cuts"].size());
        for (std::size_t f = 0; f < folds.size(); ++f) {
            const FoldRows fold = folds.rows(f);
            std::vector<double> cut = range(rows, fold.learn);
            for (const double x : range(rows, fold.judge)) cut.push_back(x);
            CHECK(cut == c["cuts"][f].get<std::vector<double>>());
        }
    }
}

TEST_CASE("every fold learns from earlier rows only and no moment is cut in two") {
    const Training rows = TimeSplitter{.target = "churn", .time = "day"}.split(visits(2000)).training;
    const Folds folds = TimeSeriesFolds{.folds = 6}.split(rows);
    double before = -1e300;
    for (std::size_t f = 0; f < folds.size(); ++f) {
        const FoldRows fold = folds.rows(f);
        const auto judged = ends(rows, fold.judge);
        CHECK(ends(rows, fold.learn).second < judged.first);
        CHECK(judged.first > before);
        before = judged.second;
        CHECK(std::is_sorted(fold.judge.begin(), fold.judge.end()));
    }
    CHECK(before == *std::max_element(rows.moments().begin(), rows.moments().end()));
}

TEST_CASE("a gap in time keeps rows out whose answers were not known yet") {
    const Training rows = TimeSplitter{.target = "churn", .time = "day"}.split(visits(2000)).training;
    const Folds wide = TimeSeriesFolds{.folds = 4, .gap = days(30)}.split(rows);
    const Folds sliding = TimeSeriesFolds{.folds = 4, .gap = days(30), .window = days(40)}.split(rows);
    for (std::size_t f = 0; f < 4; ++f) {
        const double first = ends(rows, wide.rows(f).judge).first;
        std::size_t expected = 0, within = 0;
        for (const double at : rows.moments()) {
            expected += at <= first - days(30) ? 1U : 0U;
            within += at <= first - days(30) && at >= first - days(70) ? 1U : 0U;
        }
        CHECK(wide.rows(f).learn.size() == expected);
        CHECK(ends(rows, wide.rows(f).learn).second <= first - days(30));
        CHECK(sliding.rows(f).learn.size() == within);
        CHECK(sliding.rows(f).judge == wide.rows(f).judge);
    }
}

TEST_CASE("exact copies of a row are judged together in a time series") {
    const Table base = visits(300);
    std::vector<std::size_t> twice;
    for (std::size_t r = 0; r < 300; ++r) twice.insert(twice.end(), {r, r});
    const Training rows = TimeSplitter{.target = "churn", .time = "day"}.split(base.take(twice)).training;
    const auto visit = rows.table()["visit"].numbers();
    const Folds folds = TimeSeriesFolds{.folds = 7}.split(rows);
    for (std::size_t f = 0; f < folds.size(); ++f) {
        std::set<double> learned;
        for (const std::size_t r : folds.rows(f).learn) learned.insert(visit[r]);
        for (const std::size_t r : folds.rows(f).judge) CHECK(learned.count(visit[r]) == 0);
    }
}

TEST_CASE("a time series that cannot be cut is a clear error") {
    const Training rows = series(20);
    CHECK_THROWS_AS(TimeSeriesFolds{.folds = 1}.split(rows), OptionError);
    CHECK_THROWS_AS(TimeSeriesFolds{.folds = 20}.split(rows), SplitError);
    CHECK_THROWS_AS((TimeSeriesFolds{.folds = 4, .test_rows = 5}.split(rows)), SplitError);
    CHECK_THROWS_AS((TimeSeriesFolds{.folds = 4, .gap_rows = 4}.split(rows)), SplitError);
    CHECK_THROWS_AS((TimeSeriesFolds{.folds = 4, .gap = 100}.split(rows)), SplitError);
    CHECK_THROWS_AS((TimeSeriesFolds{.folds = 4, .gap = -1}.split(rows)), OptionError);
    CHECK_THROWS_AS((TimeSeriesFolds{.folds = 4, .time = "when"}.split(rows)), SchemaError);
}
