#include "gasket/split/target.hpp"

#include <cmath>

#include "support/catch.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::message_of;
using testing_support::unless_in;

TEST_CASE("a target that is not of the task is an error that says what to do") {
    const Table table{{"words", Column::category({"a", "b", "a"})},
                      {"days", Column::datetime({0, 86400, 172800})},
                      {"spent", Column::numeric({1, HUGE_VAL, 3})}};
    const auto read = [&](const std::string& name, Task task) {
        return message_of([&] { (void)detail::read_target(table, name, task, ""); });
    };
    CHECK(unless_in(read("words", Task::regression), "regression needs a numeric target") == "");
    CHECK(unless_in(read("days", Task::binary), "derive a class from it") == "");
    CHECK(unless_in(read("spent", Task::regression), "target 'spent', row 1") == "");
    CHECK(unless_in(read("spend", Task::regression), "spent") == "");
    CHECK(detail::read_target(table, "words", Task::binary, "").target.classes == Labels{"a", "b"});
}
