#include "gasket/report/plot.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace gasket;
using charts::Axis;

namespace {
bool has(const html::Html& chart, const std::string& part) {
    return chart.str().find(part) != std::string::npos;
}
}  // namespace

TEST_CASE("ticks stand at round numbers within the axis") {
    CHECK(Axis::of_numbers("", 0, 100).ticks == std::vector<double>{0, 20, 40, 60, 80, 100});
    CHECK(Axis::of_numbers("", -1234, 3456).ticks == std::vector<double>{-1000, 0, 1000, 2000, 3000});
    for (const auto& [low, high] : {std::pair{0.0, 1e-9}, std::pair{-3e12, 5.0}, std::pair{7.0, 7.0},
                                    std::pair{-1e308, 1e308}, std::pair{99.9, 100.3}}) {
        const Axis axis = Axis::of_numbers("", low, high);
        CAPTURE(low, high);
        CHECK(axis.low <= low);
        CHECK(axis.high >= high);
        CHECK(axis.ticks.size() >= 3);
        CHECK(axis.ticks.size() <= 8);
        for (const double at : axis.ticks) {
            CHECK(at >= axis.low);
            CHECK(at <= axis.high);
        }
    }
}

TEST_CASE("an axis says its values as people write them") {
    CHECK(Axis::of_shares("").text(0.25) == "25 %");
    CHECK(Axis::of_shares("").text(0.125) == "12.5 %");
    CHECK(Axis::of_numbers("", 0, 1e7).text(-1234567) == "-1,234,567");
    CHECK(Axis::of_numbers("", 0, 1).text(0.0123456) == "0.01235");
}

TEST_CASE("a line has a value between its points and none beyond them") {
    const charts::Curve curve{"f", "first", {0, 1, 1, 3}, {0, 2, 4, 8}};
    CHECK(curve.value(0.5) == 1);
    CHECK(curve.value(2) == 6);
    CHECK(curve.value(3) == 8);
    CHECK(is_missing(curve.value(-0.1)));
    CHECK(is_missing(curve.value(3.1)));
    CHECK(is_missing(charts::Curve{}.value(0)));
}

TEST_CASE("what is drawn stands where its numbers say") {
    const charts::Plot plot{.label = "a \"plot\"",
                            .x = Axis::of_shares("taken <b>"),
                            .y = Axis::of_numbers("worth", -10, 10),
                            .curves = {{"this", "second", {0, 0.5, 1}, {-10, 0, 10}}},
                            .dots = {{0.25, 5, "here"}, {0.75, 0, "with <a range>", -5, 5}},
                            .points = {{0.5, 10}},
                            .mark = 0.1,
                            .mark_name = "threshold"};
    const html::Html chart = plot.html();
    CHECK(has(chart, "aria-label=\"a &quot;plot&quot;\""));
    CHECK(has(chart, "<path class=\"second\" d=\"M0 1000L500 500L1000 0\""));
    CHECK(has(chart, "style=\"left:25%;bottom:75%\" title=\"here\""));
    CHECK(has(chart, "<line class=\"whisker\" x1=\"750\" y1=\"750\" x2=\"750\" y2=\"250\""));
    CHECK(has(chart, "<line class=\"mark\" x1=\"100\" y1=\"1000\" x2=\"100\" y2=\"0\""));
    CHECK(has(chart, "d=\"M500 0h0\""));
    CHECK(has(chart, "title=\"taken &lt;b&gt; 51.2 %: this 0.25\""));
    CHECK(has(chart, "<span class=\"second\" aria-hidden=\"true\"></span>this</li>"));
    CHECK(has(chart, "--left:3ch"));  // -10
}

TEST_CASE("a long line keeps its ends and its shape in few points") {
    charts::Curve curve{"f", "first", {}, {}};
    for (int i = 0; i <= 100000; ++i) {
        curve.x.push_back(i / 100000.0);
        curve.y.push_back(i % 2 == 0 ? 0.5 : 0.5001);
    }
    curve.y.back() = 1;
    const html::Html chart = charts::Plot{
        .label = "",
        .x = Axis::of_shares(""),
        .y = Axis::of_shares(""),
        .curves = {curve}}.html();
    CHECK(chart.str().size() < 20'000);
    CHECK(has(chart, "d=\"M0 500L"));
    CHECK(has(chart, "L1000 0\""));
}

TEST_CASE("bars stand side by side, and what is there can be seen") {
    const html::Html chart =
        charts::Plot{.label = "", .x = Axis::of_shares(""), .y = {}, .bars = {1000, 0, 1, 500}, .flat = true}
            .html();
    CHECK(has(chart, "M12.5 1000v-1000h225v1000z"));
    CHECK_FALSE(has(chart, "M262.5"));
    CHECK(has(chart, "M512.5 1000v-20h225v20z"));
    CHECK(has(chart, "M762.5 1000v-500h225v500z"));
    CHECK(has(chart, "class=\"plot low\""));
}
