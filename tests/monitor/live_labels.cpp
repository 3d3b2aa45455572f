#include "gasket/monitor/live_labels.hpp"

#include "support/catch.hpp"

using namespace gasket;
using Words = std::vector<std::string>;

namespace {
Target yes_or_no() {
    return {.column = "churn", .task = Task::binary, .classes = {"no", "yes"}};
}
}  // namespace

TEST_CASE("labels are the places of the model's classes, however few there are") {
    const Table week{
        {"churn", Column::category(Words{"yes", "", "yes"}, std::vector<bool>{false, true, false})}};
    const std::vector<double> found = live_labels(yes_or_no(), week);
    CHECK(found[0] == 1);
    CHECK(is_missing(found[1]));
    CHECK(found[2] == 1);
    Target swapped = yes_or_no();
    swapped.classes = {"yes", "no"};
    CHECK(live_labels(swapped, week)[0] == 0);
    const Target digits{.column = "churn", .task = Task::binary, .classes = {"0", "1"}};
    const std::vector<double> ones =
        live_labels(digits, Table{{"churn", Column::numeric(std::vector<double>{1, missing, 1, 0})}});
    CHECK(ones[0] == 1);
    CHECK(is_missing(ones[1]));
    CHECK(ones[3] == 0);
    const Target number{.column = "churn", .task = Task::regression, .classes = {}};
    CHECK(live_labels(number, Table{{"churn", Column::numeric(std::vector<double>{7.5})}})[0] == 7.5);
}

TEST_CASE("what the model does not know is an error") {
    try {
        (void)live_labels(yes_or_no(), Table{{"churn", Column::category(Words{"maybe"})}});
        FAIL("a label was let through");
    } catch (const DataError& e) {
        CHECK(e.code() == ErrorCode::unknown_label);
        CHECK(std::string(e.what()).find("'maybe'") != std::string::npos);
    }
    CHECK_THROWS_AS(live_labels(yes_or_no(), Table{{"chrun", Column::category(Words{"yes"})}}), SchemaError);
    const Target number{.column = "churn", .task = Task::regression, .classes = {}};
    CHECK_THROWS_AS(live_labels(number, Table{{"churn", Column::category(Words{"yes"})}}), SchemaError);
}
