#include "gasket/split/matching_folds.hpp"

#include "gasket/split/group_splitter.hpp"
#include "gasket/split/stratified_splitter.hpp"
#include "gasket/split/time_splitter.hpp"
#include "support/catch.hpp"
#include "support/visits.hpp"

using namespace gasket;

TEST_CASE("folds keep apart what the splitter kept apart") {
    const Table table = testing_support::visits(600);
    const MatchingFolds folder{.folds = 3, .seed = 4};
    const Training grouped = GroupSplitter{.target = "churn", .group = "customer"}.split(table).training;
    CHECK(folder.split(grouped).rows(1).judge ==
          StratifiedGroupKFold{.folds = 3, .seed = 4}.split(grouped).rows(1).judge);
    const Training timed = TimeSplitter{.target = "churn", .time = "day"}.split(table).training;
    CHECK(folder.split(timed).rows(1).judge == TimeSeriesFolds{.folds = 3}.split(timed).rows(1).judge);
    const Training plain = StratifiedSplitter{.target = "churn"}.split(table).training;
    CHECK(folder.split(plain).rows(1).judge ==
          StratifiedKFold{.folds = 3, .seed = 4}.split(plain).rows(1).judge);
}
