#include "gasket/report/charts.hpp"

#include "support/catch.hpp"

using namespace gasket;

namespace {
bool has(const html::Html& chart, const std::string& part) {
    return chart.str().find(part) != std::string::npos;
}
}  // namespace

TEST_CASE("a histogram is as high as its counts say, and shows what is there") {
    const std::vector<std::size_t> counts = {50, 0, 1, 100};
    const html::Html chart = charts::histogram(counts, "x from \"0\" to 1");
    CHECK(has(chart, "viewBox=\"0 0 40 100\""));
    CHECK(has(chart, "M0.5 100v-50.0h9v50.0z"));
    CHECK_FALSE(has(chart, "M10.5"));            // nothing where there is nothing
    CHECK(has(chart, "M20.5 100v-2.0h9v2.0z"));  // a little is not nothing
    CHECK(has(chart, "M30.5 100v-100.0h9v100.0z"));
    CHECK(has(chart, "role=\"img\" aria-label=\"x from &quot;0&quot; to 1\""));
    CHECK(has(charts::histogram({}, "none"), "<path d=\"\"/>"));
    const std::vector<std::size_t> zeros = {0, 0};
    CHECK(has(charts::histogram(zeros, "none"), "<path d=\"\"/>"));
}

TEST_CASE("quantiles stand where they are between low and high") {
    const html::Html strip = charts::quantile_strip(-10, 10, -5, 0, 2.5, 5, 7.5, "");
    CHECK(has(strip, "class=\"thin\" x1=\"250\" x2=\"875\""));
    CHECK(has(strip, "class=\"thick\" x1=\"500\" x2=\"750\""));
    CHECK(has(strip, "class=\"median\" x1=\"625\" x2=\"625\""));
    const double most = std::numeric_limits<double>::max();
    CHECK(has(charts::quantile_strip(-most, most, 0, 0, 0, 0, 0, ""), "x1=\"500\""));
    CHECK(has(charts::quantile_strip(3, 3, 3, 3, 3, 3, 3, ""), "x1=\"500\""));
}

TEST_CASE("bars are as long as their shares, within the frame") {
    CHECK(has(charts::bar(0.125), "style=\"width:12.5%\""));
    CHECK(has(charts::bar(1.7), "width:100%"));
    CHECK(has(charts::bar(missing), "width:0%"));
    const html::Html bars = charts::bars({{"<i>", 0.5, "5, 50 %"}, {std::string(3000, 'x'), 0.5, "5"}});
    CHECK(has(bars, "<span class=\"name\" title=\"&lt;i&gt;\">&lt;i&gt;</span>"));
    CHECK(has(bars, "<span class=\"n\">5, 50 %</span>"));
    CHECK(bars.str().size() < 1500);
}

TEST_CASE("a matrix shows its lower half, shaded by strength") {
    const std::vector<double> values = {1, 0.5, -0.001, 0.5, 1, -0.9, missing, -0.9, 1};
    const html::Html matrix = charts::matrix("all", {"a", "b", "c"}, values);
    CHECK(
        has(matrix, "<th scope=\"row\">b</th><td class=\"above\" style=\"--strength:0.50\">0.50</td></tr>"));
    CHECK(has(matrix,
              "<td class=\"above\" style=\"--strength:0.00\">-</td><td class=\"below\" "
              "style=\"--strength:0.90\">-0.90</td></tr>"));
    const std::vector<double> nearly = {1, -0.001, -0.001, 1};
    CHECK(has(charts::matrix("all", {"a", "b"}, nearly), ">0.00</td>"));
}

TEST_CASE("paired bars are drawn to the greatest share, and say both numbers") {
    const std::string bars = charts::paired_bars({{"a<b", 0.5, 0.25}, {"none", 0, 0}}).str();
    CHECK(bars.find("a&lt;b") != std::string::npos);
    CHECK(bars.find("<span class=\"bar\" aria-hidden=\"true\"><span style=\"width:100%\">") !=
          std::string::npos);
    CHECK(bars.find("<span class=\"bar gap\" aria-hidden=\"true\"><span style=\"width:50%\">") !=
          std::string::npos);
    CHECK(bars.find("50.0 % \xE2\x86\x92 25.0 %") != std::string::npos);
    CHECK(charts::paired_bars({{"none", 0, 0}}).str().find("width:0%") != std::string::npos);
    CHECK(charts::pair_legend("training", "live").str().find("training") != std::string::npos);
}
