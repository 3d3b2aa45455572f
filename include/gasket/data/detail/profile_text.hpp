#pragma once

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/profile.hpp"

namespace gasket {

namespace detail {

/// The shape of a histogram as a line of blocks: every other bin added to the one before.
inline std::string histogram_line(const std::vector<std::size_t>& counts) {
    static const char* const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    std::vector<std::size_t> halved;
    for (std::size_t i = 0; i < counts.size(); i += 2) {
        halved.push_back(counts[i] + (i + 1 < counts.size() ? counts[i + 1] : 0));
    }
    std::size_t top = 1;
    for (const std::size_t n : halved) top = std::max(top, n);
    std::string out;
    for (const std::size_t n : halved) out += blocks[n == 0 ? 0 : 1 + n * 7 / top];
    return out;
}

inline std::string missing_text(const ColumnProfile& column) {
    return column.missing_count == 0 ? "-" : text::percent(column.missing_share);
}

inline std::string top_text(const ColumnProfile& column, std::size_t rows) {
    std::string out;
    const auto present = static_cast<double>(rows - column.missing_count);
    for (const LabelCount& c : column.category->top) {
        if (!out.empty()) out += ", ";
        out += (c.label.size() > 24 ? c.label.substr(0, 21) + "..." : c.label) + " " +
               text::percent(static_cast<double>(c.count) / present, 0);
    }
    return out;
}

inline void print_columns(std::ostream& out, const Profile& profile) {
    text::Grid numbers({"number", "type", "missing", "distinct", "mean", "std", "min", "5 %", "25 %", "50 %",
                        "75 %", "95 %", "max", "skew", "shape"});
    text::Grid labels({"label", "type", "missing", "distinct", "most frequent"});
    text::Grid times({"time", "missing", "distinct", "first", "last"});
    bool any_number = false;
    bool any_label = false;
    bool any_time = false;
    for (const ColumnProfile& c : profile.columns) {
        const std::string type(name_of(c.type));
        if (c.numeric) {
            const NumericProfile& n = *c.numeric;
            any_number = true;
            numbers.add({c.name, type, missing_text(c), text::grouped(c.distinct), text::compact(n.mean),
                         text::compact(n.std), text::compact(n.min), text::compact(n.q05),
                         text::compact(n.q25), text::compact(n.q50), text::compact(n.q75),
                         text::compact(n.q95), text::compact(n.max), text::fixed(n.skew, 2),
                         histogram_line(n.histogram)});
        } else if (c.category) {
            any_label = true;
            labels.add({c.name, type, missing_text(c), text::grouped(c.distinct), top_text(c, profile.rows)});
        } else if (c.time) {
            any_time = true;
            const bool any = c.time->min != missing_time;
            times.add({c.name, missing_text(c), text::grouped(c.distinct),
                       any ? format_datetime(c.time->min) : "-", any ? format_datetime(c.time->max) : "-"});
        }
    }
    if (any_number) out << "\n" << numbers.str();
    if (any_label) out << "\n" << labels.str();
    if (any_time) out << "\n" << times.str();
}

inline void print_missing(std::ostream& out, const Profile& profile) {
    std::vector<const ColumnProfile*> holes;
    for (const ColumnProfile& c : profile.columns) {
        if (c.missing_count > 0) holes.push_back(&c);
    }
    if (holes.empty()) return;
    std::vector<const ColumnProfile*> sorted;
    for (const std::size_t i : order_by(holes.size(), [&](std::size_t a, std::size_t b) {
             return holes[a]->missing_count > holes[b]->missing_count;
         })) {
        sorted.push_back(holes[i]);
    }
    holes = std::move(sorted);
    out << "\n  Missing values\n";
    text::Grid grid({"column", "rows", "share", ""});
    const std::size_t shown = std::min<std::size_t>(holes.size(), 12);
    for (std::size_t i = 0; i < shown; ++i) {
        grid.add({holes[i]->name, text::grouped(holes[i]->missing_count),
                  text::percent(holes[i]->missing_share), text::bar(holes[i]->missing_share, 20)});
    }
    out << grid.str(4);
    if (shown < holes.size()) out << "    and " << holes.size() - shown << " more columns\n";
}

inline void print_target(std::ostream& out, const Profile& profile) {
    if (!profile.target) return;
    const TargetProfile& target = *profile.target;
    out << "\n  Target " << target.column;
    if (target.missing_count > 0) out << ", missing in " << text::grouped(target.missing_count) << " rows";
    out << "\n";
    if (!target.classes.empty()) {
        text::Grid grid({"class", "rows", "share", ""});
        const auto known = static_cast<double>(profile.rows - target.missing_count);
        for (const LabelCount& c : target.classes) {
            const double share = static_cast<double>(c.count) / known;
            grid.add(
                {c.label + (target.classes.size() == 2 && c.label == target.positive ? " (positive)" : ""),
                 text::grouped(c.count), text::percent(share, share < 0.01 ? 3 : 1), text::bar(share, 20)});
        }
        out << grid.str(4);
    }
    std::vector<const ColumnProfile*> order;
    for (const ColumnProfile& c : profile.columns) {
        if (c.leak) order.push_back(&c);
    }
    if (order.empty()) return;
    std::vector<const ColumnProfile*> sorted;
    for (const std::size_t i : order_by(order.size(), [&](std::size_t a, std::size_t b) {
             return order[a]->leak->strength() > order[b]->leak->strength();
         })) {
        sorted.push_back(order[i]);
    }
    order = std::move(sorted);
    order.resize(std::min<std::size_t>(order.size(), 6));
    out << "\n  Each column alone against the target, strongest first (AUC 0.5: tells nothing, 1: "
           "everything)\n";
    text::Grid grid({"column", "correlation", "association", "AUC"});
    for (const ColumnProfile* c : order) {
        grid.add({c->name, text::fixed(c->leak->correlation, 3), text::fixed(c->leak->association, 3),
                  text::fixed(c->leak->auc, 3)});
    }
    out << grid.str(4);
}

inline void print_correlated(std::ostream& out, const Profile& profile) {
    if (profile.correlated.empty()) return;
    out << "\n  Features that go together, strongest first\n";
    text::Grid grid({"feature", "and", "Pearson", "Spearman", "Cramer's V"});
    const std::size_t shown = std::min<std::size_t>(profile.correlated.size(), 12);
    for (std::size_t i = 0; i < shown; ++i) {
        const CorrelatedPair& pair = profile.correlated[i];
        grid.add({pair.first, pair.second, text::fixed(pair.pearson, 3), text::fixed(pair.spearman, 3),
                  text::fixed(pair.cramers_v, 3)});
    }
    out << grid.str(4);
    if (shown < profile.correlated.size())
        out << "    and " << profile.correlated.size() - shown << " more pairs\n";
}

}  // namespace detail

inline std::ostream& operator<<(std::ostream& out, const Profile& profile) {
    out << "Profile: " << text::grouped(profile.rows) << " rows x " << profile.columns.size() << " columns, "
        << text::bytes(profile.bytes) << " in memory, ";
    if (profile.duplicates == 0) {
        out << "no row twice\n";
    } else {
        out << text::grouped(profile.duplicates) << " duplicate rows\n";
    }
    detail::print_columns(out, profile);
    detail::print_missing(out, profile);
    detail::print_target(out, profile);
    detail::print_correlated(out, profile);
    if (profile.correlations.left_out > 0)
        out << "\n  " << profile.correlations.left_out
            << (profile.correlations.left_out == 1 ? " feature was" : " features were")
            << " not compared with the others\n";
    if (profile.alerts.empty()) return out << "\n  No alerts\n";
    out << "\n  " << profile.alerts.size() << (profile.alerts.size() == 1 ? " alert\n" : " alerts\n");
    text::Grid grid({"column", "kind", "finding"});
    for (const Alert& alert : profile.alerts) {
        grid.add({alert.column.empty() ? "(table)" : alert.column, alert.kind, alert.text});
    }
    return out << grid.str(4);
}

}  // namespace gasket
