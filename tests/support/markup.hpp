#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace testing_support {

/// What is wrong with a page: tags that do not match, ids that stand twice, links to nowhere, and any element
/// or attribute that pages are not made of (scripts and handlers among them). Empty: nothing.
inline std::vector<std::string> faults_of_page(std::string_view page) {
    static const std::set<std::string, std::less<>> tags = {
        "html",    "head",    "meta", "title",   "style",   "body",  "header", "main", "footer", "nav",
        "section", "article", "h1",   "h2",      "h3",      "p",     "a",      "div",  "span",   "ul",
        "li",      "dl",      "dt",   "dd",      "table",   "thead", "tbody",  "tr",   "th",     "td",
        "svg",     "path",    "line", "details", "summary", "small", "wbr",    "pre"};
    static const std::set<std::string, std::less<>> alone = {"meta", "wbr"};
    static const std::set<std::string, std::less<>> attributes = {
        "lang",        "charset",    "http-equiv",
        "content",     "name",       "id",
        "class",       "href",       "scope",
        "style",       "title",      "role",
        "tabindex",    "aria-label", "aria-labelledby",
        "aria-hidden", "viewBox",    "preserveAspectRatio",
        "d",           "x1",         "x2",
        "y1",          "y2",         "vector-effect",
        "open"};
    std::vector<std::string> faults;
    std::vector<std::string> open;
    std::set<std::string> ids;
    std::set<std::string> links;
    const std::string_view doctype = "<!DOCTYPE html>\n";
    if (page.substr(0, doctype.size()) != doctype) faults.push_back("no doctype");
    for (std::size_t at = page.find('<', 1); at != std::string_view::npos; at = page.find('<', at + 1)) {
        const std::size_t end = page.find('>', at);
        std::string_view inside = page.substr(at + 1, end - at - 1);
        if (inside.substr(0, 1) == "/") {
            if (open.empty() || open.back() != inside.substr(1)) {
                faults.push_back("</" + std::string(inside.substr(1)) + "> closes " +
                                 (open.empty() ? "nothing" : open.back()));
                return faults;
            }
            open.pop_back();
            continue;
        }
        const bool closed = !inside.empty() && inside.back() == '/';
        if (closed) inside.remove_suffix(1);
        const std::string tag(inside.substr(0, inside.find(' ')));
        if (tags.count(tag) == 0) faults.push_back("element " + tag);
        for (std::size_t i = tag.size(); i < inside.size() && inside[i] == ' ';) {
            const std::size_t equals = inside.find("=\"", i);
            const std::size_t quote = inside.find('"', equals + 2);
            if (equals == std::string_view::npos || quote == std::string_view::npos) {
                faults.push_back("attributes of " + std::string(inside));
                break;
            }
            const std::string name(inside.substr(i + 1, equals - i - 1));
            const std::string value(inside.substr(equals + 2, quote - equals - 2));
            if (attributes.count(name) == 0) faults.push_back("attribute " + name);
            if (name == "id" && !ids.insert(value).second) faults.push_back("id " + value + " twice");
            if (name == "href") links.insert(value);
            i = quote + 1;
        }
        if (!closed && alone.count(tag) == 0) open.push_back(tag);
        if (tag == "style") at = page.find("</style>", at) - 1;
    }
    if (!open.empty()) faults.push_back("never closed: " + open.back());
    for (const std::string& link : links) {
        if (link.substr(0, 1) != "#") faults.push_back("a link out of the page: " + link);
        if (ids.count(link.substr(1)) == 0) faults.push_back("a link to nowhere: " + link);
    }
    return faults;
}

}  // namespace testing_support
