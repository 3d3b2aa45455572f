#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/profile.hpp"
#include "gasket/report/charts.hpp"
#include "gasket/report/detail/column_card.hpp"
#include "gasket/report/html.hpp"
#include "gasket/report/page.hpp"

namespace gasket::detail {

/// The parts of a profile's page.
class ProfileSections {
  public:
    explicit ProfileSections(const Profile& profile) : profile_(profile) {
        for (std::size_t c = 0; c < profile.columns.size(); ++c) {
            place_.emplace(profile.columns[c].name, c);
            missing_ += profile.columns[c].missing_count;
        }
        for (const Alert& a : profile.alerts) ++alerts_of_[a.column];
    }

    [[nodiscard]] GASKET_COLD std::vector<Section> all() const {
        std::vector<Section> out = {{"overview", "Overview", overview()}, {"alerts", "Alerts", alerts()}};
        if (profile_.target) out.push_back({"target", "Target", target(*profile_.target)});
        out.push_back({"missing", "Missing values", missing_values()});
        out.push_back({"columns", "Columns", columns()});
        out.push_back({"together", "What goes together", together()});
        return out;
    }

    /// Sizes, target, and how many alerts of each severity.
    [[nodiscard]] GASKET_COLD html::Html lead() const {
        html::Html line = text::grouped(profile_.rows) + (profile_.rows == 1 ? " row, " : " rows, ") +
                          text::grouped(profile_.columns.size()) +
                          (profile_.columns.size() == 1 ? " column" : " columns");
        if (profile_.target) line << ", target " << link_to(profile_.target->column);
        html::Html pills;
        for (const Severity s : {Severity::serious, Severity::warning, Severity::note})
            pills << count_pill(s);
        if (pills.empty()) pills = html::pill("good", "no alerts");
        return html::element("p", {{"class", "muted"}}, line) << html::element("div", {}, pills);
    }

  private:
    /// More alerts of one kind are folded.
    static constexpr std::size_t shown_of_a_kind = 4;
    /// With more columns than this the cards are folded.
    static constexpr std::size_t open_cards = 40;
    /// Greater matrices cannot be read.
    static constexpr std::size_t most_in_matrix = 20;

    [[nodiscard]] html::Html link_to(const std::string& column) const {
        if (column.empty()) return "whole table";
        const auto at = place_.find(column);
        const html::Html shown = html::name(column);
        if (at == place_.end()) return shown;
        return html::element("a", {{"href", "#" + ColumnCard::id(at->second)}}, shown);
    }

    [[nodiscard]] std::size_t count(Severity severity) const {
        return static_cast<std::size_t>(
            std::count_if(profile_.alerts.begin(), profile_.alerts.end(),
                          [&](const Alert& a) { return a.severity() == severity; }));
    }

    /// "3 warnings", in its colour; nothing for none.
    [[nodiscard]] html::Html count_pill(Severity severity) const {
        const std::size_t n = count(severity);
        if (n == 0) return {};
        const std::string word =
            severity == Severity::serious ? "serious alert" : std::string(name_of(severity));
        return html::pill(name_of(severity), text::grouped(n) + " " + word + (n == 1 ? "" : "s")) << " ";
    }

    [[nodiscard]] GASKET_COLD html::Html overview() const {
        html::Html tiles;
        const auto tile = [&](const char* name, const std::string& value, const std::string& more = "") {
            html::Html dd = value;
            if (!more.empty()) dd << html::element("small", {}, more);
            tiles << html::element("div", {}, html::element("dt", {}, name) << html::element("dd", {}, dd));
        };
        const std::size_t cells = profile_.rows * profile_.columns.size();
        tile("Rows", text::grouped(profile_.rows));
        tile("Columns", text::grouped(profile_.columns.size()), types());
        tile("Missing cells", missing_ == 0 ? "none" : share_of(missing_, cells),
             text::grouped(missing_) + " of " + text::grouped(cells));
        if (profile_.duplicates == 0) {
            tile("Duplicate rows", "none");
        } else {
            tile("Duplicate rows", text::grouped(profile_.duplicates),
                 share_of(profile_.duplicates, profile_.rows) + " of all rows");
        }
        tile("In memory", text::bytes(profile_.bytes));
        if (profile_.target && !profile_.target->classes.empty()) {
            const TargetProfile& t = *profile_.target;
            const LabelCount& rare = t.classes.back();
            tile("Rarest class", share_of(rare.count, profile_.rows - t.missing_count),
                 html::shortened(t.column, 30) + " = " + html::shortened(rare.label, 30));
        }
        return html::element("dl", {{"class", "tiles"}}, tiles);
    }

    [[nodiscard]] static std::string share_of(std::size_t part, std::size_t whole) {
        return whole == 0 ? "-" : text::percent(static_cast<double>(part) / static_cast<double>(whole));
    }

    [[nodiscard]] std::string types() const {
        std::vector<std::string> out;
        for (const LogicalType type : {LogicalType::integer, LogicalType::real, LogicalType::boolean,
                                       LogicalType::category, LogicalType::datetime, LogicalType::text}) {
            const auto n = std::count_if(profile_.columns.begin(), profile_.columns.end(),
                                         [&](const ColumnProfile& c) { return c.type == type; });
            if (n > 0) out.push_back(std::to_string(n) + " " + std::string(name_of(type)));
        }
        std::string joined;
        for (const std::string& one : out) joined += (joined.empty() ? "" : ", ") + one;
        return joined;
    }

    [[nodiscard]] GASKET_COLD html::Html alerts() const {
        if (profile_.alerts.empty()) return html::panel(html::element("p", {}, "Nothing to report."));
        html::Html out;
        for (const auto& [severity, heading] :
             {std::pair{Severity::serious, "Serious: understand these before a model is trained"},
              std::pair{Severity::warning, "Warnings: look into these"},
              std::pair{Severity::note, "Notes: good to know when stages are chosen"}}) {
            // by kind, in the order of the first of each
            std::vector<std::pair<std::string, std::vector<html::Html>>> kinds;
            for (const Alert& a : profile_.alerts) {
                if (a.severity() != severity) continue;
                html::Html item = html::element("span", {{"class", "who"}}, link_to(a.column));
                item << html::element("span", {}, html::pill(name_of(severity), html::spaced(a.kind)))
                     << html::element("p", {}, a.text);
                auto at = std::find_if(kinds.begin(), kinds.end(),
                                       [&](const auto& kind) { return kind.first == a.kind; });
                if (at == kinds.end()) at = kinds.insert(at, {a.kind, {}});
                at->second.push_back(html::element("li", {}, item));
            }
            if (kinds.empty()) continue;
            html::Html items;
            for (const auto& [kind, found] : kinds) {
                html::Html others;
                for (std::size_t i = 0; i < found.size(); ++i)
                    (i < shown_of_a_kind ? items : others) << found[i];
                if (others.empty()) continue;
                items << html::element("li", {{"class", "more"}},
                                       html::folded(text::grouped(found.size() - shown_of_a_kind) +
                                                        " more: " + html::spaced(kind),
                                                    html::element("ul", {{"class", "alerts"}}, others)));
            }
            out << html::panel(html::element("h3", {}, heading)
                               << html::element("ul", {{"class", "alerts"}}, items));
        }
        return out;
    }

    [[nodiscard]] html::Html name_cell(const std::string& column) const {
        return html::element("th", {{"scope", "row"}}, link_to(column));
    }

    [[nodiscard]] GASKET_COLD html::Html target(const TargetProfile& t) const {
        html::Html out;
        if (!t.classes.empty()) {
            std::vector<charts::NamedShare> classes;
            const auto known = static_cast<double>(profile_.rows - t.missing_count);
            for (const LabelCount& c : t.classes) {
                const double share = static_cast<double>(c.count) / known;
                const bool positive = t.classes.size() == 2 && c.label == t.positive;
                classes.push_back(
                    {c.label + (positive ? " (positive)" : ""), share,
                     text::grouped(c.count) + ", " + text::percent(share, share < 0.01 ? 3 : 1)});
                if (classes.size() >= 20) break;
            }
            html::Html shares = html::element("h3", {}, "Classes of " + html::shortened(t.column, 120));
            shares << charts::bars(classes);
            if (t.classes.size() > classes.size()) {
                shares << html::element(
                    "p", {{"class", "muted"}},
                    "and " + text::grouped(t.classes.size() - classes.size()) + " rarer classes");
            }
            out << html::panel(shares);
        }
        std::vector<const ColumnProfile*> order;
        for (const ColumnProfile& c : profile_.columns) {
            if (c.leak && c.leak->strength() > 0) order.push_back(&c);
        }
        sort_few(order, [](const ColumnProfile* a, const ColumnProfile* b) {
            return a->leak->strength() > b->leak->strength();
        });
        std::vector<html::Html> rows;
        for (const ColumnProfile* const c : order) {
            html::Html row = name_cell(c->name);
            row << html::number_cell(text::fixed(c->leak->auc, 3))
                << html::number_cell(text::fixed(c->leak->correlation, 3))
                << html::element("td", {{"class", "n spare"}}, text::fixed(c->leak->association, 3))
                << html::element("td", {{"class", "wide-bar spare"}}, charts::bar(told(*c->leak)));
            rows.push_back(html::element("tr", {}, row));
        }
        if (!rows.empty()) {
            out << html::panel(
                html::element("h3", {}, "Each column alone against the target")
                << html::element("p", {{"class", "muted"}},
                                 "AUC 0.5 and correlation 0 tell nothing, 1 everything: what comes near 1 is "
                                 "suspected to be known only after the outcome.")
                << html::folded_table("Each column alone against the target",
                                      html::table_head({{"Column"},
                                                        {"AUC", "n"},
                                                        {"Correlation", "n"},
                                                        {"Association", "n spare"},
                                                        {"", "spare"}}),
                                      rows));
        }
        return out;
    }

    /// The strength with an AUC of 0.5 for nothing.
    [[nodiscard]] static double told(const LeakProfile& leak) {
        LeakProfile from_none = leak;
        from_none.auc = 2 * leak.auc - 1;
        return from_none.strength();
    }

    [[nodiscard]] GASKET_COLD html::Html missing_values() const {
        std::vector<const ColumnProfile*> holes;
        for (const ColumnProfile& c : profile_.columns) {
            if (c.missing_count > 0) holes.push_back(&c);
        }
        if (holes.empty()) return html::panel(html::element("p", {}, "No value is missing."));
        sort_few(holes, [](const ColumnProfile* a, const ColumnProfile* b) {
            return a->missing_count > b->missing_count;
        });
        std::vector<html::Html> rows;
        for (const ColumnProfile* const c : holes) {
            html::Html row = name_cell(c->name);
            row << html::number_cell(text::grouped(c->missing_count))
                << html::number_cell(text::percent(c->missing_share))
                << html::element("td", {{"class", "wide-bar"}}, charts::bar(c->missing_share, "gap"));
            rows.push_back(html::element("tr", {}, row));
        }
        const std::size_t full = profile_.columns.size() - holes.size();
        return html::panel(
            html::folded_table("Missing values by column",
                               html::table_head({{"Column"}, {"Rows", "n"}, {"Share", "n"}, {""}}), rows)
            << html::element("p", {{"class", "muted"}},
                             full == 0 ? "Every column has gaps."
                                       : text::grouped(full) + (full == 1 ? " column has" : " columns have") +
                                             " no gap."));
    }

    [[nodiscard]] GASKET_COLD html::Html columns() const {
        html::Html rows;
        html::Html cards;
        const bool open = profile_.columns.size() <= open_cards;
        for (std::size_t c = 0; c < profile_.columns.size(); ++c) {
            const ColumnProfile& column = profile_.columns[c];
            const ColumnCard card(profile_, column, profile_.rows);
            const auto alerts = alerts_of_.find(column.name);
            html::Html row = name_cell(column.name);
            row << html::element("td", {{"class", "spare"}}, std::string(name_of(column.type)))
                << html::number_cell(column.missing_count == 0 ? "-" : text::percent(column.missing_share))
                << html::element("td", {{"class", "n spare"}}, text::grouped(column.distinct))
                << html::element("td", {}, card.in_a_line())
                << html::element("td", {{"class", "spare"}}, card.middle())
                << html::number_cell(alerts == alerts_of_.end() ? "-" : std::to_string(alerts->second));
            rows << html::element("tr", {}, row);

            const std::string id = ColumnCard::id(c);
            const std::string type(name_of(column.type));
            const html::Html name = html::element("h3", {}, html::name(column.name, 200));
            const html::Html kind = html::element("span", {{"class", "muted"}}, type);
            cards << html::Html::raw("\n");
            if (open) {
                cards << html::element("article", {{"class", "card"}, {"id", id}},
                                       html::element("header", {}, html::Html(name) << kind) << card.body());
            } else {
                // a link into what is folded opens it: so the target of the link is within
                html::Html content = html::element("summary", {}, html::Html(name) << " " << kind);
                content << html::element("div", {{"id", id}}, card.body());
                cards << html::element("details", {{"class", "card"}}, content);
            }
        }
        const html::Html head = html::table_head({{"Column"},
                                                  {"Type", "spare"},
                                                  {"Missing", "n"},
                                                  {"Distinct", "n spare"},
                                                  {"Shape or commonest"},
                                                  {"Median (5 to 95 %)", "spare"},
                                                  {"Alerts", "n"}});
        return html::panel(html::table("All columns", head, rows, "", !open))
               << html::element("h3", {}, open ? "One by one" : "One by one: open what you need")
               << html::element("div", {{"class", "columns"}}, cards);
    }

    [[nodiscard]] GASKET_COLD html::Html together() const {
        const Correlations& all = profile_.correlations;
        html::Html out;
        std::vector<html::Html> rows;
        for (const CorrelatedPair& pair : profile_.correlated) {
            html::Html row = name_cell(pair.first);
            row << html::element("td", {}, link_to(pair.second))
                << html::number_cell(text::fixed(pair.pearson, 3))
                << html::number_cell(text::fixed(pair.spearman, 3))
                << html::number_cell(text::fixed(pair.cramers_v, 3));
            rows.push_back(html::element("tr", {}, row));
        }
        if (rows.empty()) {
            out << html::panel(html::element("p", {}, "No two features are nearly the same."));
        } else {
            out << html::panel(html::element("h3", {}, "Nearly the same, strongest first")
                               << html::folded_table("Pairs of features that are nearly the same",
                                                     html::table_head({{"Feature"},
                                                                       {"and"},
                                                                       {"Pearson", "n"},
                                                                       {"Spearman", "n"},
                                                                       {"Cram\xC3\xA9r's V", "n"}}),
                                                     rows));
        }
        html::Html matrices = matrix("Pearson's correlation", all.numbers, all.pearson);
        matrices << matrix("Spearman's correlation (of ranks)", all.numbers, all.spearman)
                 << matrix("Cram\xC3\xA9r's V of labels", all.labels, all.cramers_v);
        if (!matrices.empty()) out << html::element("div", {{"class", "matrices"}}, matrices);
        if (all.left_out > 0) {
            out << html::element("p", {{"class", "muted"}},
                                 text::grouped(all.left_out) +
                                     (all.left_out == 1 ? " feature was" : " features were") +
                                     " not compared with the others.");
        }
        return out;
    }

    /// A matrix as far as it can be read: of many features those that go most with another one.
    [[nodiscard]] static html::Html matrix(const std::string& title, const std::vector<std::string>& names,
                                           std::span<const double> values) {
        const std::size_t n = names.size();
        if (n < 2) return {};
        std::vector<std::size_t> chosen = order_by(n, [&](std::size_t a, std::size_t b) {
            return strongest(values, n, a) > strongest(values, n, b);
        });
        if (chosen.size() > most_in_matrix) chosen.resize(most_in_matrix);
        std::sort(chosen.begin(), chosen.end());
        std::vector<std::string> shown;
        std::vector<double> part;
        for (const std::size_t i : chosen) {
            shown.push_back(names[i]);
            for (const std::size_t j : chosen) part.push_back(values[i * n + j]);
        }
        html::Html out = html::element("h3", {}, title);
        if (n > most_in_matrix) {
            out << html::element("p", {{"class", "muted"}},
                                 "The " + std::to_string(most_in_matrix) + " of " + text::grouped(n) +
                                     " features that go most with another one.");
        }
        return html::panel(out << charts::matrix(title, shown, part));
    }

    [[nodiscard]] static double strongest(std::span<const double> values, std::size_t n, std::size_t i) {
        double most = 0;
        for (std::size_t j = 0; j < n; ++j) {
            const double x = std::abs(values[i * n + j]);
            if (j != i && x > most) most = x;
        }
        return most;
    }

    const Profile& profile_;
    std::map<std::string, std::size_t, std::less<>> place_;
    std::map<std::string, std::size_t, std::less<>> alerts_of_;
    std::size_t missing_ = 0;
};

}  // namespace gasket::detail
