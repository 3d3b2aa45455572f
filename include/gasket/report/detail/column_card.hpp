#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/profile.hpp"
#include "gasket/report/charts.hpp"
#include "gasket/report/html.hpp"

namespace gasket::detail {

/// 12 of 100 -> "12 (12.0 %)", a line being broken before the bracket only.
[[nodiscard]] inline std::string with_share(std::size_t part, std::size_t whole) {
    if (part == 0 || whole == 0) return text::grouped(part);
    return text::grouped(part) + " (" +
           text::fixed(100 * static_cast<double>(part) / static_cast<double>(whole), 1) + "\xC2\xA0%)";
}

/// One column of a profile: its shape and all that is known of it.
class ColumnCard {
  public:
    ColumnCard(const Profile& profile, const ColumnProfile& column, std::size_t rows)
        : profile_(profile), column_(column), rows_(rows) {}

    /// A name that begins a link's target, by the place of the column.
    [[nodiscard]] static std::string id(std::size_t place) { return "column-" + std::to_string(place + 1); }

    [[nodiscard]] GASKET_COLD html::Html body() const {
        html::Html out;
        if (column_.numeric && column_.type == LogicalType::boolean) {
            out << flags(*column_.numeric);
        } else if (column_.numeric) {
            out << numbers(*column_.numeric);
        } else if (column_.category) {
            out << labels(*column_.category);
        } else if (column_.time) {
            out << times(*column_.time);
        }
        out << facts() << alerts();
        return out;
    }

    /// The shape of the column for a line of a table: a small histogram or the most frequent labels.
    [[nodiscard]] GASKET_COLD html::Html in_a_line() const {
        if (column_.category) {
            const std::vector<LabelCount>& top = column_.category->top;
            if (!top.empty() && share(top.front().count) < 0.01)
                return "all rare, such as " + html::shortened(top.front().label, 40);
            std::string out;
            for (std::size_t i = 0; i < top.size() && i < 3; ++i) {
                out += (i > 0 ? ", " : "") + html::shortened(top[i].label, 24) + " " +
                       text::percent(share(top[i].count), 0);
            }
            return out;
        }
        const std::vector<std::size_t>* counts = column_.time ? &column_.time->histogram : nullptr;
        if (column_.numeric)
            counts = far_values(*column_.numeric) ? &column_.numeric->middle : &column_.numeric->histogram;
        if (counts == nullptr || counts->empty()) return "";
        return charts::histogram(*counts, "shape of " + column_.name, "spark");
    }

    /// The middle of the column in words.
    [[nodiscard]] GASKET_COLD std::string middle() const {
        if (column_.numeric && column_.numeric->count > 0) {
            const NumericProfile& n = *column_.numeric;
            if (column_.type == LogicalType::boolean) return text::percent(n.mean) + " are 1";
            return text::compact(n.q50) + " (" + text::compact(n.q05) + " to " + text::compact(n.q95) + ")";
        }
        if (column_.time && column_.time->min != missing_time)
            return format_datetime(column_.time->min) + " to " + format_datetime(column_.time->max);
        return "";
    }

  private:
    [[nodiscard]] std::size_t present() const { return rows_ - column_.missing_count; }
    [[nodiscard]] double share(std::size_t rows) const {
        return present() == 0 ? 0 : static_cast<double>(rows) / static_cast<double>(present());
    }
    [[nodiscard]] charts::NamedShare named(const std::string& label, std::size_t rows) const {
        return {label.empty() ? "(empty text)" : label, share(rows),
                text::grouped(rows) + ", " + text::percent(share(rows))};
    }

    [[nodiscard]] html::Html shape(const std::vector<std::size_t>& counts, const std::string& low,
                                   const std::string& high, const html::Html& strip) const {
        if (counts.empty()) return html::element("p", {{"class", "muted"}}, "No value.");
        std::size_t most = 0;
        for (const std::size_t n : counts) most = n > most ? n : most;
        html::Html axis = html::element("span", {}, low);
        if (counts.size() > 1)
            axis << html::element("span", {}, "highest bar " + text::grouped(most))
                 << html::element("span", {}, high);
        return charts::histogram(counts, "histogram of " + column_.name + " from " + low + " to " + high)
               << strip << html::element("div", {{"class", "axis"}}, axis);
    }

    [[nodiscard]] html::Html numbers(const NumericProfile& n) const {
        const std::string low = text::compact(n.q05);
        const std::string high = text::compact(n.q95);
        html::Html strip;
        if (n.histogram.size() > 1) {
            strip = charts::quantile_strip(
                n.min, n.max, n.q05, n.q25, n.q50, n.q75, n.q95,
                "from 5 to 95 %: " + low + " to " + high + ", median " + text::compact(n.q50));
        }
        html::Html out = shape(n.histogram, text::compact(n.min), text::compact(n.max), strip);
        if (far_values(n)) {
            out << html::element("p", {{"class", "caption"}},
                                 "A few far values hide the shape. From 5 to 95 %:")
                << shape(n.middle, low, high, {});
        }
        return out;
    }

    /// Whether nearly all values stand in one bin, and have a shape there.
    [[nodiscard]] static bool far_values(const NumericProfile& n) {
        if (n.middle.size() < 2 || n.histogram.size() < 2) return false;
        const std::size_t most = *std::max_element(n.histogram.begin(), n.histogram.end());
        return static_cast<double>(most) > 0.9 * static_cast<double>(n.count);
    }

    [[nodiscard]] html::Html flags(const NumericProfile& n) const {
        return charts::bars({named("0", n.zeros), named("1", n.count - n.zeros)});
    }

    [[nodiscard]] html::Html labels(const CategoryProfile& k) const {
        std::vector<charts::NamedShare> shares;
        std::size_t shown = 0;
        for (const LabelCount& c : k.top) {
            shares.push_back(named(c.label, c.count));
            shown += c.count;
        }
        if (column_.distinct > k.top.size()) {
            shares.push_back(
                named(text::grouped(column_.distinct - k.top.size()) + " others", present() - shown));
        }
        if (shares.empty()) return html::element("p", {{"class", "muted"}}, "No value.");
        return charts::bars(shares);
    }

    [[nodiscard]] html::Html times(const TimeProfile& t) const {
        if (t.min == missing_time) return shape({}, "", "", {});
        return shape(t.histogram, format_datetime(t.min), format_datetime(t.max), {});
    }

    [[nodiscard]] GASKET_COLD html::Html facts() const {
        html::Html out;
        const auto fact = [&](const char* name, const std::string& value) {
            out << html::element("div", {}, html::element("dt", {}, name) << html::element("dd", {}, value));
        };
        fact("Missing", with_share(column_.missing_count, rows_));
        fact("Distinct", text::grouped(column_.distinct));
        fact("Memory", text::bytes(column_.bytes));
        if (column_.numeric && column_.numeric->count > 0) {
            const NumericProfile& n = *column_.numeric;
            fact("Mean", text::compact(n.mean));
            fact("Std", text::compact(n.std));
            if (column_.type != LogicalType::boolean) {
                fact("Skewness", text::fixed(n.skew, 2));
                fact("5 %", text::compact(n.q05));
                fact("25 %", text::compact(n.q25));
                fact("Median", text::compact(n.q50));
                fact("75 %", text::compact(n.q75));
                fact("95 %", text::compact(n.q95));
                if (n.zeros > 0) fact("Zeros", with_share(n.zeros, present()));
                if (n.negatives > 0) fact("Negative", with_share(n.negatives, present()));
                if (n.infinite > 0) fact("Infinite", with_share(n.infinite, present()));
            }
        }
        if (column_.time && column_.time->future > 0)
            fact("In the future", with_share(column_.time->future, present()));
        if (column_.leak && !is_missing(column_.leak->auc))
            fact("AUC alone", text::fixed(column_.leak->auc, 3));
        if (column_.leak && !is_missing(column_.leak->correlation))
            fact("Target corr.", text::fixed(column_.leak->correlation, 3));
        return html::element("dl", {{"class", "facts"}}, out);
    }

    /// The first alert of each kind, and how many more there are.
    [[nodiscard]] GASKET_COLD html::Html alerts() const {
        std::vector<std::pair<const Alert*, std::size_t>> kinds;
        for (const Alert& a : profile_.alerts) {
            if (a.column != column_.name) continue;
            const auto known = std::find_if(kinds.begin(), kinds.end(),
                                            [&](const auto& kind) { return kind.first->kind == a.kind; });
            if (known == kinds.end()) {
                kinds.emplace_back(&a, 0);
            } else {
                ++known->second;
            }
        }
        html::Html items;
        for (const auto& [a, more] : kinds) {
            html::Html line = html::pill(name_of(a->severity()), html::spaced(a->kind)) << " " << a->text;
            if (more > 0) line << "; and " << text::grouped(more) << " more of the kind";
            items << html::element("li", {}, line);
        }
        return items.empty() ? items : html::element("ul", {{"class", "said"}}, items);
    }

    const Profile& profile_;
    const ColumnProfile& column_;
    std::size_t rows_;
};

}  // namespace gasket::detail
