#include "gasket/prepare/expression_text.hpp"

#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace gasket;

namespace {
const Expression a = col("a"), b = col("b"), c = col("c");

Expression reread(const std::string& text) {
    return detail::expression_from_json(Json::parse(text), "here");
}
}  // namespace

TEST_CASE("an expression prints as source with no more parentheses than it needs") {
    const auto text = [](const Expression& e) {
        std::ostringstream out;
        out << e;
        std::string s = out.str();
        for (const char* name : {"a", "b", "c"}) {
            const std::string column = std::string("col(\"") + name + "\")";
            for (auto at = s.find(column); at != std::string::npos; at = s.find(column)) {
                s.replace(at, column.size(), name);
            }
        }
        return s;
    };
    CHECK(text(a + b * c) == "a + b * c");
    CHECK(text((a + b) * c) == "(a + b) * c");
    CHECK(text(a - (b - c)) == "a - (b - c)");
    CHECK(text((a - b) - c) == "a - b - c");
    CHECK(text(a + (b + c)) == "a + (b + c)");
    CHECK(text(a / (b * c)) == "a / (b * c)");
    CHECK(text(-a * b) == "-a * b");
    CHECK(text(-(a * b)) == "-(a * b)");
    CHECK(text(-(-a)) == "-(-a)");
    CHECK(text(-lit(1)) == "-(1)");
    CHECK(text(a - -1) == "a - -1");
    CHECK(text(!(a == b)) == "!(a == b)");
    CHECK(text((!a) == b) == "(!a) == b");
    CHECK(text(!a && b) == "!a && b");
    CHECK(text(!!a) == "!!a");
    CHECK(text((a || b) && c) == "(a || b) && c");
    CHECK(text(a || (b && c)) == "a || b && c");
    CHECK(text((a < b) == c) == "(a < b) == c");
    CHECK(text(a + 1 < b - 1) == "a + 1 < b - 1");
    CHECK(text(is_missing(a) || log1p(a + b) > 0.5) == "is_missing(a) || log1p(a + b) > 0.5");
    CHECK(text(weekday(a) >= 6 && days_between(a, "2024-03-01") > 1) ==
          "weekday(a) >= 6 && days_between(a, \"2024-03-01\") > 1");
    CHECK(text(clip(a, 0, 1e300)) == "clip(a, 0, 1e+300)");
    CHECK(text((a + b).in({1, 2.5})) == "(a + b).in({1, 2.5})");
    CHECK(text(a.in({"x", "y\"\\\n"})) == "a.in({\"x\", \"y\\\"\\\\\\012\"})");
    CHECK(text(if_else(a, coalesce(b, c, 0), missing)) == "if_else(a, coalesce(coalesce(b, c), 0), missing)");
}

TEST_CASE("an expression is the same after saving and loading") {
    const std::vector<Expression> all = {a + 1,
                                         1 - a,
                                         -a * b / c,
                                         !(a == b),
                                         a != "x",
                                         (a < 1) || (a <= 2 && a > 3) || a >= 0.1,
                                         log(a) + log1p(b),
                                         sqrt(a) - abs(b),
                                         round(a),
                                         is_missing(a),
                                         min(a, b) + max(a, 1),
                                         coalesce(a, b, 2),
                                         clip(a, -1, 1),
                                         if_else(a, "yes", "no"),
                                         if_else(a, missing, b),
                                         a.in({"x", "y"}),
                                         a.in({1, 2}),
                                         a.in(std::vector<double>{}),
                                         year(a) + quarter(a) + month(a) + week(a) + day(a),
                                         day_of_year(a) + weekday(a) + hour(a) + minute(a),
                                         days_between(a, "2024-03-01") > 30 || a >= "2024-01-01",
                                         lit(1e-300),
                                         lit("caf\xc3\xa9 \"quoted\"")};
    for (const Expression& e : all) {
        const Json json = detail::to_json(e);
        const Expression again = reread(json.dump());
        CHECK(to_string(again) == to_string(e));
        CHECK(detail::to_json(again) == json);
        CHECK(Json::from_cbor(Json::to_cbor(json)) == json);
    }
}

TEST_CASE("a damaged expression is an ArtifactError, never a crash") {
    const std::vector<std::string> bad = {"[]",
                                          "{}",
                                          "true",
                                          "[1]",
                                          "[null]",
                                          "[\"\"]",
                                          "[\"col\"]",
                                          "[\"col\",1]",
                                          "[\"col\",\"a\",\"b\"]",
                                          "[\"number\",1]",
                                          "[\"text\",\"a\"]",
                                          "[\"+\",1]",
                                          "[\"+\",1,2,3]",
                                          "[\"system\",\"rm\"]",
                                          "[\"log\"]",
                                          "[\"if_else\",1,2]",
                                          "[\"in\"]",
                                          "[\"in\",[\"col\",\"a\"],1,\"x\"]",
                                          "[\"in\",[\"col\",\"a\"],[1]]",
                                          "[\"in\",[\"col\",\"a\"],null]",
                                          "[\"!\",true]",
                                          "[\"+\",[\"+\",1,[]],2]"};
    for (const std::string& text : bad) {
        INFO(text);
        CHECK_THROWS_AS(reread(text), ArtifactError);
    }
}

TEST_CASE("a hostile depth or size is refused without running out of stack or memory") {
    std::string deep = "1";
    for (int i = 0; i < 5000; ++i) deep = "[\"!\"," + deep + "]";
    CHECK_THROWS_AS(reread(deep), ArtifactError);
    // wide without being deep: a full tree of 2^15 leaves
    std::string wide = "1";
    for (int i = 0; i < 15; ++i) wide = "[\"+\"," + wide + "," + wide + "]";
    CHECK_THROWS_AS(reread(wide), ArtifactError);
}
