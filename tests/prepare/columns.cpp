#include "gasket/prepare/columns.hpp"

#include "gasket/data/to_features.hpp"
#include "support/catch.hpp"
#include "support/training.hpp"

using namespace gasket;
using detail::chosen_columns;
using detail::Takes;
using testing_support::message_of;
using testing_support::unless_in;
using testing_support::words;

namespace {
using Places = std::vector<std::size_t>;

Layout mixed() {
    const auto number = [] { return Column::numeric({1, 2}); };
    return detail::to_features(
               Table{{"a", number()}, {"b", words({"x", "y"})}, {"c", number()}, {"d", words({"x", "y"})}})
        .layout();
}
}  // namespace

TEST_CASE("a stage works on what it names, in the order of the table, or on all that it takes") {
    const Layout in = mixed();
    CHECK(chosen_columns({}, in, Takes::numbers, "Stage") == Places{0, 2});
    CHECK(chosen_columns({}, in, Takes::labels, "Stage") == Places{1, 3});
    CHECK(chosen_columns({}, in, Takes::both, "Stage") == Places{0, 1, 2, 3});
    CHECK(chosen_columns({"c", "a"}, in, Takes::numbers, "Stage") == Places{0, 2});
    CHECK(chosen_columns({"d"}, in, Takes::labels, "Stage") == Places{3});
    CHECK(chosen_columns({"d", "a"}, in, Takes::both, "Stage") == Places{0, 3});
}

TEST_CASE("a column of the wrong kind, an unknown one and one named twice are errors that say what to do") {
    const Layout in = mixed();
    const auto told = [&](const std::vector<std::string>& names, Takes kind) {
        return message_of([&] { (void)chosen_columns(names, in, kind, "Stage"); });
    };
    CHECK(unless_in(told({"b"}, Takes::numbers), "expected numbers, found labels") == "");
    CHECK(unless_in(told({"b"}, Takes::numbers), "encode it before, or leave it out") == "");
    CHECK(unless_in(told({"a"}, Takes::labels), "expected labels, found numbers") == "");
    CHECK(unless_in(told({"a"}, Takes::labels), "numbers need no encoder") == "");
    CHECK(unless_in(told({"e"}, Takes::both), "Stage.columns") == "");
    CHECK_THROWS_AS(chosen_columns({"e"}, in, Takes::both, "Stage"), SchemaError);
    CHECK(unless_in(told({"a", "c", "a"}, Takes::numbers), "'a' twice") == "");
    CHECK_THROWS_AS(chosen_columns({"a", "a"}, in, Takes::numbers, "Stage"), OptionError);
}

TEST_CASE("stored columns are found by name, in their order") {
    const Layout in = mixed();
    const auto read = [&](const std::vector<const char*>& names, Takes kind) {
        Json json = json_object({{"features", Json::array()}});
        for (const char* name : names) json["features"].push_back({{"name", name}});
        Places places;
        detail::read_columns(detail::Fields(json, "stage"), in, kind,
                             [&](const detail::Fields&, std::size_t place) { places.push_back(place); });
        return places;
    };
    CHECK(read({"a", "c"}, Takes::numbers) == Places{0, 2});
    CHECK(read({"c"}, Takes::numbers) == Places{2});
    CHECK(read({"d"}, Takes::labels) == Places{3});
    CHECK(read({"a", "b", "c", "d"}, Takes::both) == Places{0, 1, 2, 3});
    CHECK_THROWS_AS(read({"c", "a"}, Takes::numbers), ArtifactError);
    CHECK_THROWS_AS(read({"a", "a"}, Takes::numbers), ArtifactError);
    CHECK_THROWS_AS(read({"b"}, Takes::numbers), ArtifactError);
    CHECK_THROWS_AS(read({"a"}, Takes::labels), ArtifactError);
    CHECK_THROWS_AS(read({"e"}, Takes::both), ArtifactError);
    CHECK_THROWS_AS(read({}, Takes::numbers), ArtifactError);
    const Json none = json_object({{"features", Json::array()}});
    const Layout labels = detail::to_features(Table{{"b", words({"x", "y"})}}).layout();
    CHECK_NOTHROW(
        detail::read_columns(detail::Fields(none, "stage"), labels, Takes::numbers,
                             [](const detail::Fields&, std::size_t) { FAIL("nothing is stored"); }));
}
