#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/detail/text_bytes.hpp"

/// The pieces that pages are made of. Text becomes markup by being escaped, and there is no other way but
/// Html::raw: a column called `<script>` is shown, not run.
namespace gasket::html {

/// `text` as it can be shown: bytes that are no UTF-8 and control characters, which no page may have, as
/// U+FFFD. O(length)
[[nodiscard]] GASKET_COLD inline std::string displayable(std::string_view text) {
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = detail::utf8_sequence(text, i);
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool control = (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F ||
                             (length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0);
        out += length == 0 || control ? replacement : text.substr(i, length);
        i += length == 0 ? 1 : length;
    }
    return out;
}

/// `text` as it stands in HTML, between tags and in quoted attributes: displayable, with & < > " ' as
/// references. O(length)
[[nodiscard]] GASKET_COLD inline std::string escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : displayable(text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

/// `text`, cut after about `most` bytes, never within a letter.
[[nodiscard]] GASKET_COLD inline std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return std::string(text.substr(0, end)) + "\xE2\x80\xA6";
}

/// A piece of a page. A value.
class Html {
  public:
    Html() = default;
    /// Text, escaped.
    GASKET_COLD Html(std::string_view text) : markup_(escape(text)) {}  // NOLINT(google-explicit-constructor)
    Html(const char* text) : Html(std::string_view(text)) {}            // NOLINT(google-explicit-constructor)
    Html(const std::string& text)                                       // NOLINT(google-explicit-constructor)
        : Html(std::string_view(text)) {}

    /// What is markup already, as it is. Never of text from data.
    [[nodiscard]] static Html raw(std::string markup) {
        Html out;
        out.markup_ = std::move(markup);
        return out;
    }

    Html& operator<<(const Html& more) {
        markup_ += more.markup_;
        return *this;
    }
    [[nodiscard]] bool empty() const noexcept { return markup_.empty(); }
    [[nodiscard]] const std::string& str() const noexcept { return markup_; }

  private:
    std::string markup_;
};

/// A name from data, cut after about `most` bytes; a line may be broken after each of _ . - / in it.
[[nodiscard]] GASKET_COLD inline Html name(std::string_view text, std::size_t most = 120) {
    std::string out;
    for (const char c : escape(shortened(text, most))) {
        out += c;
        if (c == '_' || c == '.' || c == '-' || c == '/') out += "<wbr>";
    }
    return Html::raw(std::move(out));
}

/// One attribute; its value is text, and escaped.
struct Attribute {
    std::string_view name;
    std::string value;
};
using Attributes = std::initializer_list<Attribute>;

/// `<tag name="value"`, still to be closed.
[[nodiscard]] GASKET_COLD inline std::string opening(std::string_view tag, Attributes attributes) {
    std::string out = "<" + std::string(tag);
    for (const Attribute& a : attributes) out += " " + std::string(a.name) + "=\"" + escape(a.value) + "\"";
    return out;
}

/// `<tag ...>content</tag>`
[[nodiscard]] GASKET_COLD inline Html element(std::string_view tag, Attributes attributes,
                                              const Html& content = {}) {
    return Html::raw(opening(tag, attributes) + ">" + content.str() + "</" + std::string(tag) + ">");
}

/// An element of SVG or HTML that has no content: `<path .../>`
[[nodiscard]] GASKET_COLD inline Html leaf(std::string_view tag, Attributes attributes) {
    return Html::raw(opening(tag, attributes) + "/>");
}

/// A table cell: a number stands to the right.
[[nodiscard]] GASKET_COLD inline Html number_cell(const std::string& text) {
    return element("td", {{"class", "n"}}, text);
}

/// The name of a table's column and its class: "n" for numbers, "spare" for what narrow windows leave out.
struct Heading {
    std::string_view name;
    std::string style = {};
};

/// The head of a table; a heading without a name is left empty.
[[nodiscard]] GASKET_COLD inline Html table_head(std::initializer_list<Heading> headings) {
    Html row;
    for (const Heading& h : headings) {
        row << (h.name.empty() ? element("td", {{"class", h.style}})
                               : element("th", {{"scope", "col"}, {"class", h.style}}, h.name));
    }
    return element("thead", {}, element("tr", {}, row));
}

/// A table that is scrolled by itself where the window is too narrow for it, and with `tall` also where it is
/// longer than most of the window. `label` says what it holds; `style` is its class.
[[nodiscard]] GASKET_COLD inline Html table(const std::string& label, const Html& head, const Html& rows,
                                            const std::string& style = "", bool tall = false) {
    return element("div",
                   {{"class", tall ? "scroll tall" : "scroll"},
                    {"role", "region"},
                    {"aria-label", label},
                    {"tabindex", "0"}},
                   element("table", {{"class", style}}, Html(head) << element("tbody", {}, rows)));
}

/// What is shown when the reader asks for it.
[[nodiscard]] GASKET_COLD inline Html folded(const std::string& summary, const Html& content) {
    return element("details", {}, element("summary", {}, summary) << content);
}

/// A table whose rows after the first 12 are shown when the reader asks for them.
[[nodiscard]] GASKET_COLD inline Html folded_table(const std::string& label, const Html& head,
                                                   const std::vector<Html>& rows) {
    constexpr std::size_t shown = 12;
    Html first;
    Html others;
    for (std::size_t i = 0; i < rows.size(); ++i) (i < shown ? first : others) << rows[i];
    Html out = table(label, head, first);
    if (!others.empty())
        out << folded(gasket::text::grouped(rows.size() - shown) + " more",
                      table(label + ", continued", head, others));
    return out;
}

/// A name of the library's own with blanks for its underscores: balanced_accuracy -> "balanced accuracy"
[[nodiscard]] inline std::string spaced(std::string_view name) {
    std::string out(name);
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
}

/// A few words in a colour: `style` is "serious", "warning", "note" or "good".
[[nodiscard]] GASKET_COLD inline Html pill(std::string_view style, const std::string& words) {
    return element("span", {{"class", "pill " + std::string(style)}}, words);
}

/// A framed part of a section.
[[nodiscard]] GASKET_COLD inline Html panel(const Html& content) {
    return element("div", {{"class", "panel"}}, content);
}

}  // namespace gasket::html
