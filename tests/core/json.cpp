#include "gasket/core/json.hpp"

#include <cmath>
#include <functional>

#include "support/catch.hpp"

using namespace gasket;

namespace {
std::string where(const std::function<void()>& act) {
    try {
        act();
    } catch (const ArtifactError& e) {
        CHECK(e.code() == ErrorCode::artifact_content);
        return e.parts().where;
    }
    return "nothing thrown";
}
}  // namespace

TEST_CASE("fields of the right type are read") {
    const Json json = {{"text", "a"},
                       {"flag", true},
                       {"x", 1.5},
                       {"gap", nullptr},
                       {"n", 3},
                       {"xs", {1, 2.5}},
                       {"gaps", {1, nullptr}},
                       {"names", {"a", "b"}},
                       {"ints", {-1, 0, 7}},
                       {"part", {{"y", 2}}}};
    const detail::Fields fields(json, "top");
    CHECK(fields.string("text") == "a");
    CHECK(fields.boolean("flag"));
    CHECK(fields.number("x") == 1.5);
    CHECK(std::isnan(fields.number("gap", true)));
    CHECK(fields.count("n") == 3);
    CHECK(fields.numbers("xs") == std::vector<double>{1, 2.5});
    CHECK(fields.numbers("gaps", true).size() == 2);
    CHECK(fields.strings("names") == std::vector<std::string>{"a", "b"});
    CHECK(fields.integers<int>("ints", -1, 7) == std::vector<int>{-1, 0, 7});
    CHECK(fields.object("part").number("y") == 2);
    CHECK(fields.object("part").path() == "top.part");
    CHECK(fields.has("gap"));
    CHECK_FALSE(fields.has("nope"));
}

TEST_CASE("a field that does not fit is an artifact error that names its path") {
    const Json json = {
        {"text", "a"},    {"x", 1.5},     {"gap", nullptr},       {"n", -3},
        {"xs", {1, "b"}}, {"names", {1}}, {"part", {{"y", "z"}}}, {"big", 18446744073709551615ULL}};
    const detail::Fields fields(json, "top");
    CHECK(where([] { detail::Fields(Json(3), "top"); }) == "top");
    CHECK(where([&] { (void)fields.get("nope"); }) == "top.nope");
    CHECK(where([&] { (void)fields.string("x"); }) == "top.x");
    CHECK(where([&] { (void)fields.boolean("x"); }) == "top.x");
    CHECK(where([&] { (void)fields.number("text"); }) == "top.text");
    CHECK(where([&] { (void)fields.number("gap"); }) == "top.gap");
    CHECK(where([&] { (void)fields.count("n"); }) == "top.n");
    CHECK(where([&] { (void)fields.count("x"); }) == "top.x");
    CHECK(where([&] { (void)fields.count("big"); }) == "top.big");
    CHECK(where([&] { (void)fields.array("x"); }) == "top.x");
    CHECK(where([&] { (void)fields.numbers("xs"); }) == "top.xs");
    CHECK(where([&] { (void)fields.strings("names"); }) == "top.names");
    CHECK(where([&] { (void)fields.integers<int>("names", 2, 5); }) == "top.names");
    CHECK(where([&] { (void)fields.object("part").number("y"); }) == "top.part.y");
}

TEST_CASE("a missing number is null, and keys keep their order") {
    CHECK(detail::json_number(std::nan("")).is_null());
    CHECK(detail::json_number(2).dump() == "2.0");
    CHECK(Json({{"b", 1}, {"a", 2}}).dump() == "{\"b\":1,\"a\":2}");
}

TEST_CASE("an object keeps the order of its fields and the kinds of its values") {
    const std::vector<std::string> names{"b", "a"};
    const Json object = json_object({{"text", "a"},
                                     {"view", std::string_view("bc").substr(1)},
                                     {"flag", true},
                                     {"x", 1.5},
                                     {"n", -3},
                                     {"big", 18446744073709551615ULL},
                                     {"gap", Json(nullptr)},
                                     {"xs", std::vector<double>{1, 2.5}},
                                     {"names", names},
                                     {"none", std::vector<int>{}},
                                     {"parts", std::vector<Json>{1, "y"}},
                                     {"part", json_object({{"z", 2U}, {"y", false}})}});
    CHECK(object.dump() ==
          R"({"text":"a","view":"c","flag":true,"x":1.5,"n":-3,"big":18446744073709551615,"gap":null,)"
          R"("xs":[1.0,2.5],"names":["b","a"],"none":[],"parts":[1,"y"],"part":{"z":2,"y":false}})");
    CHECK(object["n"].is_number_integer());
    CHECK(object["part"]["z"].is_number_unsigned());
    CHECK(json_object({}).is_object());
}

TEST_CASE("a value in a message is short and text, whatever a document holds") {
    CHECK(detail::shown(Json(-3)) == "-3");
    CHECK(detail::shown(Json("a")) == "\"a\"");
    CHECK(detail::shown(Json::array({1, 2})) == "array");
    CHECK(detail::shown(Json::object()) == "object");
    CHECK(detail::shown(Json::binary({1, 2})) == "binary");
    CHECK(detail::shown(Json("\xFF")) == "\"\xEF\xBF\xBD\"");
    std::string accents;
    for (int i = 0; i < 100; ++i) accents += "\xC3\xA9";
    const std::string cut = detail::shown(Json(accents));
    CHECK(cut.size() == 80);
    CHECK(cut.ends_with("\xA9..."));
    const Json damaged{{"n", "\xFF"}};
    CHECK_THROWS_AS(detail::Fields(damaged, "x").count("n"), ArtifactError);
    CHECK_THROWS_AS(detail::Fields(Json{{"n", Json::array({"\xFF"})}}, "x").integers<int>("n", 0, 1),
                    ArtifactError);
}
