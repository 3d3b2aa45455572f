#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/report/charts.hpp"
#include "gasket/report/html.hpp"

/// Curves between two axes. Lines are SVG that stretches with the page; ticks, titles and dots are HTML and
/// keep their size.
namespace gasket::charts {

/// From where to where a plot goes in one direction, and at which places it says so.
struct Axis {
    std::string title;
    double low = 0;
    double high = 1;
    /// values are shares, and shown in percent
    bool percent = false;
    std::vector<double> ticks = {};

    /// From 0 to 100 %.
    [[nodiscard]] static Axis of_shares(std::string title) {
        return {std::move(title), 0, 1, true, {0, 0.25, 0.5, 0.75, 1}};
    }

    /// From `low` to `high`, finite, with about five ticks at round numbers.
    [[nodiscard]] static Axis of_numbers(std::string title, double low, double high) {
        Axis axis{std::move(title), low, high};
        if (!(high > low)) {
            axis.low = low - std::max(1.0, std::abs(low) / 2);
            axis.high = low + std::max(1.0, std::abs(low) / 2);
        }
        const double raw = (axis.high / 5 - axis.low / 5);
        const double power = std::pow(10.0, std::floor(std::log10(raw)));
        const double step = power * (raw / power < 1.5   ? 1
                                     : raw / power < 3.5 ? 2
                                     : raw / power < 7.5 ? 5
                                                         : 10);
        const double first = std::ceil(axis.low / step);
        for (std::size_t i = 0; i < 12; ++i) {
            const double at = (first + static_cast<double>(i)) * step;
            if (at >= axis.low && at <= axis.high) axis.ticks.push_back(at);
        }
        return axis;
    }

    /// Where a value stands, from 0 (low) to 1 (high); at an end where it is beyond.
    [[nodiscard]] double place(double x) const {
        const double share = (x / 2 - low / 2) / (high / 2 - low / 2);
        return std::isnan(share) ? 0 : std::clamp(share, 0.0, 1.0);
    }

    /// A value as text: 12.5 %, 1,234,567, 0.0123
    [[nodiscard]] GASKET_COLD std::string text(double x) const {
        if (percent) {
            const double hundred = std::abs(x * 100 - std::round(x * 100));
            return gasket::text::percent(x, hundred < 1e-9 ? 0 : 1);
        }
        if (std::abs(x) >= 1000 && std::abs(x) < 1e15) return gasket::text::grouped(std::llround(x));
        return gasket::text::compact(std::abs(x) < 1e-12 * (high - low) ? 0 : x, 4);
    }
};

/// A line through points, x ascending. `style`: "first", "second" or "third", which differ in colour and
/// dashes, or "base" for what others are held against.
struct Curve {
    std::string name;
    std::string style = "first";
    std::vector<double> x;
    std::vector<double> y;

    /// The value of the line at `at`; missing beyond its ends.
    [[nodiscard]] double value(double at) const {
        if (x.empty() || at < x.front() || at > x.back()) return missing;
        const auto k = static_cast<std::size_t>(std::lower_bound(x.begin(), x.end(), at) - x.begin());
        if (k == 0 || x[k] == at) return y[k];
        return y[k - 1] + (y[k] - y[k - 1]) * (at - x[k - 1]) / (x[k] - x[k - 1]);
    }
};

/// A point that says something when pointed at; where low < high, with a line from one to the other.
struct Dot {
    double x = 0;
    double y = 0;
    std::string says = {};
    double low = missing;
    double high = missing;
};

/// What is drawn, and how it is called.
struct Plot {
    /// said to those who do not see it
    std::string label;
    Axis x;
    Axis y;
    std::vector<Curve> curves = {};
    std::vector<Dot> dots = {};
    /// many points without words, x and y
    std::vector<std::pair<double, double>> points = {};
    /// bars from the bottom, side by side over the whole width
    std::vector<std::size_t> bars = {};
    /// an upright line, missing for none, and its name
    double mark = missing;
    std::string mark_name = {};
    /// not high, and without ticks at the side
    bool flat = false;

    /// O(points)
    [[nodiscard]] GASKET_COLD html::Html html() const {
        std::size_t left = 0;
        html::Html ticks;
        html::Html drawn;
        for (const double at : x.ticks) {
            ticks << html::element(
                "span", {{"class", "tick x"}, {"style", "left:" + css_percent(x.place(at))}}, x.text(at));
            if (!flat) drawn << line("", x.place(at), 0, x.place(at), 1);
        }
        for (const double at : y.ticks) {
            if (flat) break;
            const std::string said = y.text(at);
            left = std::max(left, gasket::text::columns(said));
            ticks << html::element(
                "span", {{"class", "tick y"}, {"style", "bottom:" + css_percent(y.place(at))}}, said);
            drawn << line("", 0, y.place(at), 1, y.place(at));
        }
        drawn << bars_drawn();
        if (!points.empty()) drawn << points_drawn();
        for (const Curve& curve : curves) drawn << path(curve);
        if (!is_missing(mark)) drawn << line("mark", x.place(mark), 0, x.place(mark), 1);
        html::Html over;
        for (const Dot& dot : dots) {
            if (dot.low < dot.high)
                drawn << line("whisker", x.place(dot.x), y.place(dot.low), x.place(dot.x), y.place(dot.high));
            over << html::element("span", {{"class", "dot"},
                                           {"style", "left:" + css_percent(x.place(dot.x)) +
                                                         ";bottom:" + css_percent(y.place(dot.y))},
                                           {"title", dot.says}});
        }
        const html::Html svg = html::element("svg",
                                             {{"viewBox", "0 0 1000 1000"},
                                              {"preserveAspectRatio", "none"},
                                              {"role", "img"},
                                              {"aria-label", label}},
                                             drawn);
        html::Html out;
        if (!y.title.empty()) out << html::element("div", {{"class", "y-title"}}, y.title);
        out << html::element("div", {{"class", "area"}}, html::Html(svg) << tips() << over << ticks)
            << html::element("div", {{"class", "x-title"}}, x.title) << legend();
        return html::element(
            "div",
            {{"class", flat ? "plot low" : "plot"}, {"style", "--left:" + std::to_string(left) + "ch"}}, out);
    }

  private:
    [[nodiscard]] static std::string number(double share) { return gasket::text::compact(share * 1000, 4); }

    [[nodiscard]] static html::Html line(const char* style, double x1, double y1, double x2, double y2) {
        return html::leaf("line", {{"class", style},
                                   {"x1", number(x1)},
                                   {"y1", number(1 - y1)},
                                   {"x2", number(x2)},
                                   {"y2", number(1 - y2)},
                                   {"vector-effect", "non-scaling-stroke"}});
    }
    [[nodiscard]] static html::Html path(const std::string& style, const std::string& d) {
        return html::leaf("path", {{"class", style}, {"d", d}, {"vector-effect", "non-scaling-stroke"}});
    }

    /// The line without the points that cannot be told from the one before.
    [[nodiscard]] GASKET_COLD html::Html path(const Curve& curve) const {
        constexpr double least = 0.002;
        std::string d;
        double last_x = 0;
        double last_y = 0;
        for (std::size_t i = 0; i < curve.x.size(); ++i) {
            if (is_missing(curve.y[i])) continue;
            const double at = x.place(curve.x[i]);
            const double up = 1 - y.place(curve.y[i]);
            const bool near = std::abs(at - last_x) < least && std::abs(up - last_y) < least;
            if (!d.empty() && near && i + 1 < curve.x.size()) continue;
            d += (d.empty() ? "M" : "L") + number(at) + " " + number(up);
            last_x = at;
            last_y = up;
        }
        return path(curve.style, d);
    }

    [[nodiscard]] GASKET_COLD html::Html points_drawn() const {
        std::string d;
        for (const auto& [at, up] : points)
            d += "M" + number(x.place(at)) + " " + number(1 - y.place(up)) + "h0";
        return path("points", d);
    }

    [[nodiscard]] GASKET_COLD html::Html bars_drawn() const {
        if (bars.empty()) return {};
        const auto most = static_cast<double>(*std::max_element(bars.begin(), bars.end()));
        const double width = 1000.0 / static_cast<double>(bars.size());
        std::string d;
        for (std::size_t b = 0; b < bars.size(); ++b) {
            if (bars[b] == 0) continue;
            const double high = std::max(20.0, 1000 * static_cast<double>(bars[b]) / most);
            const std::string up = gasket::text::fixed(high, 0);
            d += "M" + gasket::text::compact(width * (static_cast<double>(b) + 0.05), 5) + " 1000v-" + up +
                 "h" + gasket::text::compact(width * 0.9, 4) + "v" + up + "z";
        }
        return path("filled", d);
    }

    /// What the curves are where one points at them.
    [[nodiscard]] GASKET_COLD html::Html tips() const {
        constexpr std::size_t parts = 40;
        html::Html out;
        for (std::size_t i = 0; i < parts && !curves.empty(); ++i) {
            const double from = static_cast<double>(i) / parts;
            const double middle = x.low + (from + 0.5 / parts) * (x.high - x.low);
            std::string said;
            for (const Curve& curve : curves) {
                const double value = curve.value(middle);
                if (curve.style == "base" || is_missing(value)) continue;
                said += (said.empty() ? "" : ", ") + curve.name + " " + y.text(value);
            }
            if (said.empty()) continue;
            out << html::element("span", {{"class", "tip"},
                                          {"style", "left:" + css_percent(from) + ";width:2.5%"},
                                          {"title", x.title + " " + x.text(middle) + ": " + said}});
        }
        return out;
    }

    [[nodiscard]] GASKET_COLD html::Html legend() const {
        html::Html items;
        std::size_t named = 0;
        const auto item = [&](const std::string& style, const std::string& name) {
            items << html::element(
                "li", {}, html::element("span", {{"class", style}, {"aria-hidden", "true"}}) << name);
            ++named;
        };
        for (const Curve& curve : curves) {
            if (!curve.name.empty()) item(curve.style, curve.name);
        }
        if (!is_missing(mark) && !mark_name.empty()) item("mark", mark_name);
        return named == 0 ? html::Html{} : html::element("ul", {{"class", "legend"}}, items);
    }
};

}  // namespace gasket::charts
