#include "gasket/core/progress.hpp"

#include <sstream>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace gasket;

namespace {
std::string line(const ProgressEvent& e) {
    std::ostringstream out;
    out << e;
    return out.str();
}
}  // namespace

TEST_CASE("a step of progress is one line: how far, what was found, how long still") {
    CHECK(line({"fit", 0, 1}) == "fit: 0 of 1");
    CHECK(line({"search", 12, 60, "best auc 0.8641", 79.2}) ==
          "search: 12 of 60, best auc 0.8641, 1 min 20 s left");
    CHECK(line({"search", 1, 60, "", 0.3}) == "search: 1 of 60, 1 s left");
    CHECK(line({"search", 1, 60, "", 7322}) == "search: 1 of 60, 2 h 2 min left");
    CHECK(line({"search", 60, 60, "", 0}) == "search: 60 of 60");
}

TEST_CASE("the time left follows the work that was done, and parts that were skipped took none") {
    std::vector<ProgressEvent> seen;
    const Progress progress = [&](const ProgressEvent& e) { seen.push_back(e); };
    detail::PartsDone parts(progress, "search", 4, 10);
    parts.one_less(4, "kept");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    parts.one_more(1, "");
    parts.one_more(3, "found");
    parts.one_more(2, "");
    REQUIRE(seen.size() == 5);
    CHECK(is_missing(seen[1].seconds_left));
    CHECK(seen[1].note == "kept");
    CHECK(seen[2].note == "kept");
    CHECK(seen[2].seconds_left >= 5 * 0.02);
    CHECK(seen[3].seconds_left < seen[2].seconds_left / 5);
    CHECK(seen[3].note == "found");
    CHECK(seen[4].done == 4);
    CHECK(seen[4].seconds_left == 0);
}
