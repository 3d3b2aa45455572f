#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/report/html.hpp"

/// Small charts as inline SVG or plain elements. They stretch with what they stand in; the text beside them
/// is HTML, so that it keeps its size. Colours are those of the page (Page).
namespace gasket::charts {

/// 12.5 -> "12.5%", for style attributes; at least 0 and at most 100.
[[nodiscard]] GASKET_COLD inline std::string css_percent(double share) {
    return text::compact(std::clamp(is_missing(share) ? 0 : share, 0.0, 1.0) * 100, 4) + "%";
}

/// Bars of equal width, as high as the counts say; one that is not 0 can be seen. `label` says it to those
/// who do not see it. `style` is a class: "histogram", or "spark" for a small one within a line.
[[nodiscard]] GASKET_COLD inline html::Html histogram(std::span<const std::size_t> counts,
                                                      const std::string& label,
                                                      const std::string& style = "histogram") {
    constexpr double height = 100;
    constexpr double bin = 10;  // wide, of which 1 is the gap
    const std::size_t most = counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
    std::string path;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0) continue;
        const double h = std::max(2.0, height * static_cast<double>(counts[i]) / static_cast<double>(most));
        path += "M" + text::compact(bin * static_cast<double>(i) + 0.5, 6) + " 100v-" + text::fixed(h, 1) +
                "h9v" + text::fixed(h, 1) + "z";
    }
    const std::string width = text::compact(std::max(1.0, bin * static_cast<double>(counts.size())), 6);
    return html::element("svg",
                         {{"class", style},
                          {"viewBox", "0 0 " + width + " 100"},
                          {"preserveAspectRatio", "none"},
                          {"role", "img"},
                          {"aria-label", label}},
                         html::leaf("path", {{"d", path}}));
}

/// Five quantiles on the line from `low` to `high`: from 5 to 95 % thin, from 25 to 75 % thick, a mark at the
/// median.
[[nodiscard]] GASKET_COLD inline html::Html quantile_strip(double low, double high, double q05, double q25,
                                                           double q50, double q75, double q95,
                                                           const std::string& label) {
    const auto x = [&](double value) {
        const double share = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5;
        return text::compact(std::clamp(share, 0.0, 1.0) * 1000, 5);
    };
    const auto line = [&](const char* style, double from, double to) {
        return html::leaf("line", {{"class", style},
                                   {"x1", x(from)},
                                   {"x2", x(to)},
                                   {"y1", "5"},
                                   {"y2", "5"},
                                   {"vector-effect", "non-scaling-stroke"}});
    };
    html::Html lines = line("thin", q05, q95);
    lines << line("thick", q25, q75)
          << html::leaf("line", {{"class", "median"},
                                 {"x1", x(q50)},
                                 {"x2", x(q50)},
                                 {"y1", "0"},
                                 {"y2", "10"},
                                 {"vector-effect", "non-scaling-stroke"}});
    return html::element("svg",
                         {{"class", "strip"},
                          {"viewBox", "0 0 1000 10"},
                          {"preserveAspectRatio", "none"},
                          {"role", "img"},
                          {"aria-label", label}},
                         lines);
}

/// A bar for a share in [0, 1]. It says nothing to those who do not see it: the number stands beside it.
[[nodiscard]] GASKET_COLD inline html::Html bar(double share, const std::string& style = "") {
    return html::element("span", {{"class", style.empty() ? "bar" : "bar " + style}, {"aria-hidden", "true"}},
                         html::element("span", {{"style", "width:" + css_percent(share)}}));
}

/// Names with their shares in [0, 1] as bars, one under the other; the number stands at the end.
struct NamedShare {
    std::string name;
    double share = 0;
    std::string number = {};
};
[[nodiscard]] GASKET_COLD inline html::Html bars(const std::vector<NamedShare>& shares,
                                                 const std::string& style = "") {
    html::Html items;
    for (const NamedShare& s : shares) {
        html::Html line = html::element("span", {{"class", "name"}, {"title", html::shortened(s.name, 500)}},
                                        html::shortened(s.name, 80));
        line << bar(s.share, style) << html::element("span", {{"class", "n"}}, s.number);
        items << html::element("li", {}, line);
    }
    return html::element("ul", {{"class", "bars"}}, items);
}

/// Names with two shares each in [0, 1], as bars one under the other, drawn to the greatest of all; both
/// numbers stand at the end.
struct NamedPair {
    std::string name;
    double first = 0;
    double second = 0;
};
[[nodiscard]] GASKET_COLD inline html::Html paired_bars(const std::vector<NamedPair>& pairs) {
    double most = 0;
    for (const NamedPair& p : pairs) most = std::max({most, p.first, p.second});
    html::Html items;
    for (const NamedPair& p : pairs) {
        html::Html line = html::element("span", {{"class", "name"}, {"title", html::shortened(p.name, 500)}},
                                        html::shortened(p.name, 80));
        line << html::element("span", {{"class", "pair"}},
                              bar(most > 0 ? p.first / most : 0)
                                  << bar(most > 0 ? p.second / most : 0, "gap"))
             << html::element("span", {{"class", "n"}},
                              text::percent(p.first) + " \xE2\x86\x92 " + text::percent(p.second));
        items << html::element("li", {}, line);
    }
    return html::element("ul", {{"class", "bars pairs"}}, items);
}
/// What the two colours of paired bars mean.
[[nodiscard]] GASKET_COLD inline html::Html pair_legend(const std::string& first, const std::string& second) {
    const auto item = [](const std::string& style, const std::string& name) {
        return html::element("li", {},
                             html::element("span", {{"class", style}, {"aria-hidden", "true"}}) << name);
    };
    return html::element("ul", {{"class", "legend blocks"}}, item("", first) << item("gap", second));
}

/// A square matrix of values from -1 to 1, shaded by how far they are from 0: a value in every cell, "-"
/// where it is missing. The upper half repeats the lower one and is left out. `values` has n x n values.
[[nodiscard]] GASKET_COLD inline html::Html matrix(const std::string& label,
                                                   const std::vector<std::string>& names,
                                                   std::span<const double> values) {
    const std::size_t n = names.size();
    html::Html head = html::element("td", {});
    for (std::size_t j = 0; j + 1 < n; ++j) {
        head << html::element("th", {{"scope", "col"}, {"title", html::shortened(names[j], 500)}},
                              html::element("span", {}, html::shortened(names[j], 40)));
    }
    html::Html rows;
    for (std::size_t i = 1; i < n; ++i) {
        html::Html row = html::element("th", {{"scope", "row"}}, html::shortened(names[i], 40));
        for (std::size_t j = 0; j < i; ++j) {
            const double x = values[i * n + j];
            const std::string strength =
                text::fixed(std::clamp(is_missing(x) ? 0 : std::abs(x), 0.0, 1.0), 2);
            row << html::element("td",
                                 {{"class", x < 0 ? "below" : "above"}, {"style", "--strength:" + strength}},
                                 text::fixed(std::abs(x) < 0.005 ? 0.0 : x, 2));
        }
        rows << html::element("tr", {}, row);
    }
    return html::table(label, html::element("thead", {}, html::element("tr", {}, head)), rows, "matrix");
}

}  // namespace gasket::charts
