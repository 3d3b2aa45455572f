#pragma once

#include <string>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/file.hpp"
#include "gasket/report/detail/page_style.hpp"
#include "gasket/report/html.hpp"
#include "gasket/version.hpp"

namespace gasket {

/// A part of a page, with a heading of its own; the page's contents name it.
struct Section {
    /// of letters and '-', no two alike in a page
    std::string id;
    std::string title;
    html::Html content;
};

/// A page that is one file: it fetches nothing and runs nothing, follows the light or dark of the reader's
/// system, and can be read on a telephone, on paper and by a screen reader. A value; more sections can be put
/// in.
struct Page {
    std::string title;
    /// what the page is about, under the title
    html::Html lead;
    std::vector<Section> sections;
    /// the reader asks for the page again after so many seconds; 0: never
    int refresh_seconds = 0;

    /// The whole file. The same page is always the same bytes. O(length)
    [[nodiscard]] GASKET_COLD std::string str() const {
        using html::element;
        html::Html contents;
        html::Html body;
        for (const Section& s : sections) {
            contents << element("li", {}, element("a", {{"href", "#" + s.id}}, s.title));
            body << element("section", {{"id", s.id}, {"aria-labelledby", s.id + "-title"}},
                            element("h2", {{"id", s.id + "-title"}}, s.title) << s.content)
                 << html::Html::raw("\n");
        }
        html::Html head = element("h1", {}, title) << lead;
        if (!sections.empty())
            head << element("nav", {{"aria-label", "Contents"}}, element("ul", {}, contents));
        std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
        // what is not in the file is not loaded, and nothing in it is run, whatever data may have smuggled in
        out +=
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'unsafe-inline'\">\n";
        out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
        out += "<meta name=\"color-scheme\" content=\"light dark\">\n";
        if (refresh_seconds > 0)
            out += "<meta http-equiv=\"refresh\" content=\"" + std::to_string(refresh_seconds) + "\">\n";
        out += element("title", {}, title).str() + "\n<style>" + std::string(detail::page_style) +
               "</style>\n</head>\n<body>\n";
        out += element("header", {}, head).str() + "\n" + element("main", {}, body).str() + "\n";
        out += element("footer", {}, "Made by gasket " + std::string(version)).str();
        return out + "\n</body>\n</html>\n";
    }

    /// Writes str(); at every moment the file holds its old content or all of the new. throws FileError
    void write(const std::string& path) const { detail::write_file_atomically(path, str()); }
};

}  // namespace gasket
