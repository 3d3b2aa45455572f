#include "gasket/report/document.hpp"

#include "gasket/core/file.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/markup.hpp"

using namespace gasket;

namespace {
Document sample() {
    return {.title = "A <card>",
            .lead = "of & about",
            .chapters = {{.id = "one",
                          .title = "One",
                          .paragraphs = {"1. not a list", "# no title"},
                          .points = {"a point"},
                          .head = {"What", "Value"},
                          .rows = {{"a|b", "<i>"}, {"c", "d\ne"}, {"1.", "-"}}}}};
}
}  // namespace

TEST_CASE("a document is a page and Markdown of the same words") {
    CHECK(testing_support::faults_of_page(sample().page().str()).empty());
    CHECK(sample().markdown() ==
          "# A &lt;card\\>\n\nof &amp; about\n\n## One\n\n1\\. not a list\n\n\\# no title\n\n- a point\n\n"
          "| What | Value |\n|---|---|\n| a\\|b | &lt;i\\> |\n| c | d e |\n| 1. | - |\n");
}

TEST_CASE("a document is written as what its path says") {
    const std::string page = testing_support::scratch_file("card.html");
    const std::string markdown = testing_support::scratch_file("card.md");
    sample().write(page);
    sample().write(markdown);
    CHECK(detail::read_file(page) == sample().page().str());
    CHECK(detail::read_file(markdown) == sample().markdown());
}

TEST_CASE("nothing in a line of text is Markdown") {
    using detail::markdown_line;
    CHECK(markdown_line("a_b*c`d[e](f)!g|h") == "a\\_b\\*c\\`d\\[e\\](f)\\!g\\|h");
    CHECK(markdown_line("- x") == "\\- x");
    CHECK(markdown_line("12) x") == "12\\) x");
    CHECK(markdown_line("12 x") == "12 x");
    CHECK(markdown_line("0.5") == "0.5");
    CHECK(markdown_line("12.") == "12\\.");
    CHECK(markdown_line("    code") == "code");
    CHECK(markdown_line(std::string("a\x01\xFF")) == "a\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(markdown_line("") == "");
    CHECK(markdown_line("7") == "7");
}
