#include "gasket/report/page.hpp"

#include <cmath>
#include <map>

#include "gasket/core/file.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/markup.hpp"

using namespace gasket;

namespace {
Page sample() {
    return {.title = "A <page> & more",
            .lead = html::element("p", {}, "of rows"),
            .sections = {{"one", "One", html::element("p", {}, "1")}, {"two", "Two", "2"}}};
}

/// The colours of a scheme by name, as #rrggbb.
std::map<std::string, std::string> colours(std::string_view style) {
    std::map<std::string, std::string> out;
    for (std::size_t at = style.find("--"); at < style.find('}'); at = style.find("--", at + 2)) {
        const std::size_t colon = style.find(':', at);
        if (style.substr(colon + 1, 1) == "#")
            out.emplace(style.substr(at + 2, colon - at - 2), style.substr(colon + 1, 7));
    }
    return out;
}

/// Relative luminance (WCAG 2.1).
double luminance(const std::string& colour) {
    const auto part = [&](std::size_t at) {
        const double c = std::stoi(colour.substr(at, 2), nullptr, 16) / 255.0;
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}
double contrast(const std::string& a, const std::string& b) {
    const double x = luminance(a);
    const double y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}
}  // namespace

TEST_CASE("a page is one well-formed file that fetches and runs nothing") {
    const std::string page = sample().str();
    CHECK(testing_support::faults_of_page(page) == std::vector<std::string>{});
    CHECK(page.find("<title>A &lt;page&gt; &amp; more</title>") != std::string::npos);
    CHECK(page.find("<li><a href=\"#two\">Two</a></li>") != std::string::npos);
    CHECK(page.find("default-src 'none'") != std::string::npos);
    for (const char* const outside : {"http:", "https:", "url(", "@import", "src=", "<script", "<link"})
        CHECK(page.find(outside) == std::string::npos);
    CHECK(page == sample().str());
    CHECK(testing_support::faults_of_page(Page{.title = "", .lead = {}, .sections = {}}.str()).empty());
}

TEST_CASE("a page is written whole or not at all") {
    const std::string path = testing_support::scratch_file("page.html");
    sample().write(path);
    CHECK(gasket::detail::read_file(path) == sample().str());
    CHECK_THROWS_AS(sample().write("no/such/folder/page.html"), FileError);
}

TEST_CASE("text can be read in light and in dark") {
    const std::string_view style = gasket::detail::page_style;
    const auto light = colours(style);
    const auto dark = colours(style.substr(style.find("prefers-color-scheme:dark")));
    CHECK(luminance(light.at("page")) > 0.8);
    CHECK(luminance(dark.at("page")) < 0.02);
    for (const auto& scheme : {light, dark}) {
        for (const char* const text : {"text", "muted", "link"}) {
            INFO(text);
            CHECK(contrast(scheme.at(text), scheme.at("page")) >= 4.5);
            CHECK(contrast(scheme.at(text), scheme.at("card")) >= 4.5);
        }
        for (const std::string pill : {"serious", "warning", "note", "good"}) {
            INFO(pill);
            CHECK(contrast(scheme.at(pill), scheme.at(pill + "-page")) >= 4.5);
        }
        CHECK(contrast(scheme.at("fill"), scheme.at("card")) >= 3);
        CHECK(contrast(scheme.at("below-fill"), scheme.at("card")) >= 3);
        CHECK(contrast(scheme.at("third"), scheme.at("card")) >= 3);
    }
}
