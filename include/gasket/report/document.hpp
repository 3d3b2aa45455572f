#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/file.hpp"
#include "gasket/report/html.hpp"
#include "gasket/report/page.hpp"

namespace gasket {

/// A part of a document: paragraphs, then points, then a table; each may be empty.
struct Chapter {
    /// as Section::id
    std::string id;
    std::string title;
    std::vector<std::string> paragraphs = {};
    std::vector<std::string> points = {};
    /// names of the table's columns; rows have as many cells, the first names the row
    std::vector<std::string> head = {};
    std::vector<std::vector<std::string>> rows = {};
};

namespace detail {

/// `text` within a line of Markdown that shows it as it is: what would be read as markup stands behind a
/// backslash or as a reference; bytes that are no UTF-8, and control characters, as U+FFFD. O(length)
[[nodiscard]] GASKET_COLD inline std::string markdown_inline(std::string_view text) {
    std::string out;
    for (const char c : html::displayable(text)) {
        const bool blank = c == '\n' || c == '\r' || c == '\t';
        if (blank) {
            out += ' ';
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '&') {
            out += "&amp;";
        } else {
            if (std::string_view("\\`*_[]|#!~>").find(c) != std::string_view::npos) out += '\\';
            out += c;
        }
    }
    const std::size_t first = out.find_first_not_of(' ');
    return first == std::string::npos ? "" : out.substr(first);
}

/// The same where it begins a line, and must not begin a list or underline the line before.
[[nodiscard]] GASKET_COLD inline std::string markdown_line(std::string_view text) {
    std::string out = markdown_inline(text);
    if (out.empty()) return out;
    const std::size_t digits = out.find_first_not_of("0123456789");
    if (out[0] == '-' || out[0] == '+' || out[0] == '=') return "\\" + out;
    if (digits > 0 && digits < out.size() && (out[digits] == '.' || out[digits] == ')') &&
        (digits + 1 == out.size() || out[digits + 1] == ' '))
        out.insert(digits, "\\");
    return out;
}

}  // namespace detail

/// Words and tables that can be a page and Markdown. A value.
struct Document {
    std::string title;
    /// under the title
    std::string lead;
    std::vector<Chapter> chapters;

    [[nodiscard]] GASKET_COLD Page page() const {
        Page out{.title = title, .lead = html::element("p", {{"class", "muted"}}, lead), .sections = {}};
        for (const Chapter& chapter : chapters) {
            html::Html content;
            for (const std::string& p : chapter.paragraphs) content << html::element("p", {}, p);
            html::Html points;
            for (const std::string& point : chapter.points) points << html::element("li", {}, point);
            if (!points.empty()) content << html::element("ul", {{"class", "plain"}}, points);
            if (!chapter.rows.empty()) content << table(chapter);
            out.sections.push_back({chapter.id, chapter.title, html::panel(content)});
        }
        return out;
    }

    /// CommonMark with tables as GitHub has them.
    [[nodiscard]] GASKET_COLD std::string markdown() const {
        using detail::markdown_line;
        std::string out = "# " + markdown_line(title) + "\n\n" + markdown_line(lead) + "\n";
        for (const Chapter& chapter : chapters) {
            out += "\n## " + markdown_line(chapter.title) + "\n";
            for (const std::string& p : chapter.paragraphs) out += "\n" + markdown_line(p) + "\n";
            if (!chapter.points.empty()) out += "\n";
            for (const std::string& point : chapter.points) out += "- " + markdown_line(point) + "\n";
            if (chapter.rows.empty()) continue;
            out += "\n" + line(chapter.head) + "|" + repeated("---|", chapter.head.size()) + "\n";
            for (const auto& row : chapter.rows) out += line(row);
        }
        return out;
    }

    /// Writes the page or, to a path that ends in ".md", Markdown; whole or not at all. throws FileError
    void write(const std::string& path) const {
        detail::write_file_atomically(path, path.ends_with(".md") ? markdown() : page().str());
    }

  private:
    [[nodiscard]] static std::string repeated(const char* text, std::size_t times) {
        std::string out;
        for (std::size_t i = 0; i < times; ++i) out += text;
        return out;
    }
    [[nodiscard]] static std::string line(const std::vector<std::string>& cells) {
        std::string out = "|";
        for (const std::string& cell : cells) out += " " + detail::markdown_inline(cell) + " |";
        return out + "\n";
    }
    /// Whether a word is too long for a narrow window, and may be torn.
    [[nodiscard]] static bool long_word(const std::string& text) {
        std::size_t length = 0;
        return std::any_of(text.begin(), text.end(),
                           [&](char c) { return (length = c == ' ' ? 0 : length + 1) > 24; });
    }
    [[nodiscard]] static html::Html table(const Chapter& chapter) {
        html::Html head;
        for (const std::string& name : chapter.head)
            head << (name.empty() ? html::element("td", {}) : html::element("th", {{"scope", "col"}}, name));
        std::vector<html::Html> rows;
        for (const auto& row : chapter.rows) {
            html::Html cells;
            for (std::size_t c = 0; c < row.size(); ++c) {
                cells << (c == 0 ? html::element("th", {{"scope", "row"}}, html::name(row[c], 300))
                                 : html::element("td", {{"class", long_word(row[c]) ? "torn" : ""}}, row[c]));
            }
            rows.push_back(html::element("tr", {}, cells));
        }
        return html::folded_table(chapter.title, html::element("thead", {}, html::element("tr", {}, head)),
                                  rows);
    }
};

}  // namespace gasket
