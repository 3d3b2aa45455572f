#include "gasket/data/profile.hpp"

#include <sstream>

#include "support/catch.hpp"

using namespace gasket;

namespace {
Profile sample() {
    Profile p;
    p.rows = 4;
    p.bytes = 96;
    ColumnProfile x{
        .name = "x", .type = LogicalType::real, .missing_count = 1, .missing_share = 0.25, .distinct = 3};
    x.numeric = NumericProfile{
        .count = 3, .mean = 2, .std = 1, .min = 1, .q50 = 2, .max = 3, .histogram = {1, 0, 1, 1}};
    ColumnProfile c{.name = "city", .type = LogicalType::category, .distinct = 2};
    c.category = CategoryProfile{.top = {{"Rome", 3}, {"Oslo", 1}}};
    c.leak = LeakProfile{.association = 0.5, .auc = 0.7};
    ColumnProfile t{.name = "when", .type = LogicalType::datetime, .missing_count = 4, .missing_share = 1};
    t.time = TimeProfile{};
    p.columns = {x, c, t};
    p.target =
        TargetProfile{.column = "y", .classes = {{"no", 3}, {"yes", 1}}, .positive = "yes", .ratio = 3};
    p.alerts = {{"x", "missing", "one row in four"}, {"", "duplicates", "some"}};
    return p;
}
}  // namespace

TEST_CASE("a profile becomes JSON without NaN") {
    const Json json = sample().to_json();
    CHECK(json["rows"] == 4);
    CHECK(json["columns"] == 3);
    CHECK(json["alerts"][0] ==
          Json({{"column", "x"}, {"kind", "missing"}, {"severity", "warning"}, {"text", "one row in four"}}));
    CHECK(json["target"]["positive"] == "yes");
    CHECK(json["details"][0]["numeric"]["skew"].is_null());
    CHECK(json["details"][0]["numeric"]["mean"] == 2.0);
    CHECK(json["details"][0]["numeric"]["middle"].is_array());
    CHECK(json["details"][1]["against_target"]["correlation"].is_null());
    CHECK(json["details"][2]["time"]["min"].is_null());
    CHECK(Json::parse(json.dump()) == json);  // a NaN would not survive
    CHECK_FALSE(Profile{}.to_json().contains("target"));
}

TEST_CASE("columns and alerts of a profile are found by name and kind") {
    const Profile p = sample();
    CHECK(p.find("city")->distinct == 2);
    CHECK(p.find("nope") == nullptr);
    CHECK(p.has_alert("missing"));
    CHECK(p.has_alert("missing", "x"));
    CHECK_FALSE(p.has_alert("missing", "city"));
    CHECK(p.find("city")->leak->strength() == 0.7);
}

TEST_CASE("an alert that makes a model wrong is serious, one that helps to choose stages is a note") {
    CHECK(Alert{"x", "leak_suspect", ""}.severity() == Severity::serious);
    CHECK(Alert{"x", "missing", ""}.severity() == Severity::warning);
    CHECK(Alert{"x", "skew", ""}.severity() == Severity::note);
    Profile p = sample();
    CHECK_FALSE(p.serious());
    p.alerts.push_back({"x", "infinite", "1 value"});
    CHECK(p.serious());
    CHECK(p.to_json()["alerts"][2]["severity"] == "serious");
}

TEST_CASE("a profile prints for people, alerts last") {
    std::ostringstream out;
    out << sample();
    const std::string text = out.str();
    CHECK(text.rfind("Profile: 4 rows x 3 columns, 96 B in memory, no row twice\n", 0) == 0);
    CHECK(text.find("Rome 75 %, Oslo 25 %") != std::string::npos);
    CHECK(text.find("yes (positive)") != std::string::npos);
    CHECK(text.find("when       4  100.0 %") != std::string::npos);
    CHECK(text.find("(table)  duplicates  some\n") > text.find("2 alerts"));
    CHECK(text.find("nan") == std::string::npos);
    std::ostringstream none;
    none << Profile{};
    CHECK(none.str().find("No alerts") != std::string::npos);
}
