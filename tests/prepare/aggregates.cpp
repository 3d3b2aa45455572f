#include "gasket/prepare/aggregates.hpp"

#include <sstream>

#include "gasket/core/duration.hpp"
#include "support/catch.hpp"

using namespace gasket;

namespace {
const Aggregates history{.entity = "customer",
                         .moment = "as_of",
                         .time = "at",
                         .columns = {{"n", Aggregate::count, "", days(30)},
                                     {"spent", Aggregate::sum, "amount", all_past, col("kind") == "sale"},
                                     {"to_own", Aggregate::ratio, "amount", hours(12)}},
                         .events = "payments"};

Aggregates reread(const Json& json) {
    return Aggregates::from_json(detail::Fields(json, "here"));
}
}  // namespace

TEST_CASE("a declaration is the same after saving and loading, and can be read by people") {
    const Json json = Json::parse(history.to_json().dump());
    CHECK(reread(json).to_json() == history.to_json());
    CHECK(reread(Json::from_cbor(Json::to_cbor(json))).to_json() == history.to_json());
    CHECK(reread(json).columns[1].window == all_past);
    std::ostringstream out;
    out << history;
    CHECK(out.str() ==
          "Of the events of payments of each customer with at before as_of:\n"
          "  column  is               window        where\n"
          "  n       count            30 days\n"
          "  spent   sum of amount    all the past  col(\"kind\") == \"sale\"\n"
          "  to_own  ratio of amount  0.5 days\n");
}

TEST_CASE("a damaged declaration is an ArtifactError, never a crash") {
    const Json good = history.to_json();
    for (const char* key : {"entity", "moment", "time", "columns", "events"}) {
        Json bad = good;
        bad[key] = 7;
        CHECK_THROWS_AS(reread(bad), ArtifactError);
        bad.erase(key);
        CHECK_THROWS_AS(reread(bad), ArtifactError);
    }
    const auto column = [&](const char* key, const Json& value) {
        Json bad = good;
        bad["columns"][1][key] = value;
        return bad;
    };
    CHECK_THROWS_AS(reread(column("of", "median")), ArtifactError);
    CHECK_THROWS_AS(reread(column("of", 3)), ArtifactError);
    CHECK_THROWS_AS(reread(column("name", "n")), ArtifactError);
    CHECK_THROWS_AS(reread(column("window", -1)), ArtifactError);
    CHECK_THROWS_AS(reread(column("window", "long")), ArtifactError);
    CHECK_THROWS_AS(reread(column("column", nullptr)), ArtifactError);
    CHECK_THROWS_AS(reread(column("column", "")), ArtifactError);
    CHECK_THROWS_AS(reread(column("where", Json::array({"system"}))), ArtifactError);
    CHECK_THROWS_AS(reread(Json::array()), ArtifactError);
}

TEST_CASE("an option that makes no sense is an OptionError that names it") {
    const auto message = [](auto change) {
        Aggregates a = history;
        change(a);
        try {
            a.check();
        } catch (const OptionError& e) {
            return std::string(e.what());
        }
        return std::string("no error");
    };
    const auto names = [](const std::string& text, const std::string& field) {
        INFO(text);
        CHECK(text.find("option aggregates." + field) != std::string::npos);
    };
    names(message([](Aggregates& a) { a.entity = ""; }), "entity");
    names(message([](Aggregates& a) { a.moment = ""; }), "moment");
    names(message([](Aggregates& a) { a.time = ""; }), "time");
    names(message([](Aggregates& a) { a.columns.clear(); }), "columns");
    names(message([](Aggregates& a) { a.columns[1].name = "n"; }), "columns[1].name");
    names(message([](Aggregates& a) { a.columns[1].column = ""; }), "columns[1].column");
    names(message([](Aggregates& a) { a.columns[0].window = 0; }), "columns[0].window");
    names(message([](Aggregates& a) { a.columns[0].window = missing; }), "columns[0].window");
    names(message([](Aggregates& a) { a.columns[2].window = all_past; }), "columns[2].window");
}
