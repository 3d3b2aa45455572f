#include "gasket/report/html.hpp"

#include "support/catch.hpp"

using namespace gasket;
using html::element;
using html::Html;

TEST_CASE("text is escaped, wherever it stands") {
    CHECK(html::escape("a < b & c > \"d\" 'e'") == "a &lt; b &amp; c &gt; &quot;d&quot; &#39;e&#39;");
    CHECK(Html("<script>").str() == "&lt;script&gt;");
    CHECK(Html(std::string("&lt;")).str() == "&amp;lt;");
    CHECK(element("p", {{"title", "\"><script>"}}, "<b>").str() ==
          "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;</p>");
    CHECK(html::leaf("path", {{"d", "M0\"0"}}).str() == "<path d=\"M0&quot;0\"/>");
    CHECK(html::name("<a_b>").str() == "&lt;a_<wbr>b&gt;");
}

TEST_CASE("what no page may hold is replaced, letters of all lengths stay") {
    const std::string replacement = "\xEF\xBF\xBD";
    CHECK(html::escape(std::string("a\0b", 3)) == "a" + replacement + "b");
    CHECK(html::escape("\x01\x1b\x7f") == replacement + replacement + replacement);
    CHECK(html::escape("\xC2\x85") == replacement);  // a control character of two bytes
    CHECK(html::escape("\xFF\xC3") == replacement + replacement);
    CHECK(html::escape("\xC0\xBC") == replacement + replacement);  // an overlong <
    CHECK(html::escape("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\t\n") ==
          "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\t\n");
}

TEST_CASE("long text is cut, never within a letter") {
    CHECK(html::shortened("short", 5) == "short");
    CHECK(html::shortened("\xE2\x82\xAC\xE2\x82\xAC", 4) == "\xE2\x82\xAC\xE2\x80\xA6");
    CHECK(html::shortened("\x80\x80\x80\x80", 2) == "\xE2\x80\xA6");
}

TEST_CASE("tables have heads, and scroll by themselves") {
    const std::string table =
        html::table("all of it", html::table_head({{"name"}, {"rows", "n"}, {""}}),
                    element("tr", {}, element("th", {{"scope", "row"}}, "a") << html::number_cell("1")),
                    "small", true)
            .str();
    CHECK(
        table ==
        "<div class=\"scroll tall\" role=\"region\" aria-label=\"all of it\" tabindex=\"0\"><table "
        "class=\"small\">"
        "<thead><tr><th scope=\"col\" class=\"\">name</th><th scope=\"col\" class=\"n\">rows</th><td "
        "class=\"\"></td>"
        "</tr></thead><tbody><tr><th scope=\"row\">a</th><td class=\"n\">1</td></tr></tbody></table></div>");
    const std::vector<Html> rows(14, element("tr", {}));
    const std::string folded = html::folded_table("rows", {}, rows).str();
    CHECK(folded.find("<summary>2 more</summary>") != std::string::npos);
    CHECK(html::folded_table("rows", {}, {rows.begin(), rows.begin() + 12}).str().find("more") ==
          std::string::npos);
    CHECK(html::folded("3 more", "x").str() == "<details><summary>3 more</summary>x</details>");
}
