#include "gasket/model/require.hpp"

#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::all_but_last;
using testing_support::message_of;
using testing_support::unless_in;
using testing_support::words;

namespace {
const Column y = Column::numeric({0, 1, 0, 1});
const Training good = all_but_last({{"x", Column::numeric({1, 2, 3, 4})}, {"y", y}}, "y");
}  // namespace

TEST_CASE("rows that an estimator can learn from pass every check") {
    CHECK_NOTHROW(detail::require_rows(good, "Model"));
    CHECK_NOTHROW(detail::require_binary(good, "Model"));
    CHECK_NOTHROW(detail::require_every_class(good, "Model"));
    CHECK_NOTHROW(detail::require_some_features(good, "Model"));
    CHECK_NOTHROW(detail::require_finite_numbers(good, "Model"));
}

TEST_CASE("a class whose rows all weigh nothing is no class") {
    const Table table{{"x", y}, {"w", Column::numeric({1, 0, 1, 1})}, {"y", y}};
    const Training training = all_but_last(table, "y", Task::binary, "w");
    const auto text = message_of([&] { detail::require_every_class(training, "Model"); });
    CHECK(
        unless_in(text,
                  "[gasket 301] Model, target 'y': expected training rows of both classes, found only '0'") ==
        "");
}

TEST_CASE("a column that is not all finite numbers is named with what to do") {
    const auto check = [](Column column) {
        const Training training = all_but_last({{"fine", y}, {"bad", std::move(column)}, {"y", y}}, "y");
        return message_of([&] { detail::require_finite_numbers(training, "Model"); });
    };
    const double inf = std::numeric_limits<double>::infinity();
    CHECK(unless_in(check(words({"a", "b", "a", "b"})), "[gasket 404] Model, feature 'bad'") == "");
    CHECK(unless_in(check(Column::numeric({1, missing, missing, 1})),
                    "found 2 missing of 3; put Imputer{}") == "");
    CHECK(unless_in(check(Column::numeric({1, 2, -inf, 1})), "found infinity in training row 2") == "");
    CHECK(check(Column::numeric({1, 2, 3, inf})).empty());  // the sealed row is not looked at
}

TEST_CASE("targets that do not fit are refused") {
    const Training three =
        all_but_last({{"x", y}, {"y", Column::numeric({0, 1, 2, 1})}}, "y", Task::multiclass);
    CHECK_THROWS_AS(detail::refuse_multiclass(three, "Model"), DataError);
    CHECK_THROWS_AS(detail::require_binary(three, "Model"), DataError);
    const Training numbers = all_but_last({{"x", y}, {"y", y}}, "y", Task::regression);
    CHECK_NOTHROW(detail::refuse_multiclass(numbers, "Model"));
    CHECK_THROWS_AS(detail::require_binary(numbers, "Model"), DataError);
}
