#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/monitor/representativeness.hpp"

namespace gasket {

namespace detail {

/// A difference between two tables in a word.
[[nodiscard]] inline std::string contrast_word(DriftStatus status) {
    switch (status) {
        case DriftStatus::stable:
            return "alike";
        case DriftStatus::moderate:
            return "somewhat different";
        case DriftStatus::drift:
            return "different";
        case DriftStatus::insufficient:
            break;
    }
    return "insufficient";
}

/// One value, or both where they differ.
[[nodiscard]] inline std::string side_by_side(const std::string& before, const std::string& after) {
    return before == after ? before : before + " -> " + after;
}

/// The bin that moved most, in words; empty where no more than chance has moved.
[[nodiscard]] inline std::string moved_bin(const ColumnContrast& c) {
    const bool moved = c.drift && c.drift->psi.value > c.drift->psi.critical;
    return moved ? c.drift->mover : "";
}

/// Whether a column's part in telling the tables apart is more than chance.
[[nodiscard]] inline bool gives_away(const Giveaway& g) {
    return g.importance > 0.005 && g.importance > 2 * g.std;
}

[[nodiscard]] inline std::vector<std::string> names_of(const Representativeness& r, Presence presence) {
    std::vector<std::string> out;
    for (const ColumnContrast& c : r.columns) {
        if (c.presence == presence) out.push_back(text::quoted(c.name));
    }
    return out;
}

/// What the verdict rests on.
[[nodiscard]] inline std::string contrast_reasons(const Representativeness& r) {
    if (r.status() == DriftStatus::insufficient) {
        return text::grouped(r.reference_rows) + " and " + text::grouped(r.other_rows) + " rows, at least " +
               std::to_string(psi_least_rows) + " of each are needed";
    }
    const Separation& separation = r.separation;
    std::string out;
    if (separation.status() == DriftStatus::insufficient) {
        out += "no column was left for a classifier";
    } else {
        out += separation.status() == DriftStatus::stable ? "a model hardly tells the rows of the two apart"
                                                          : "a model tells the rows of the two apart";
        out += " (AUC " + text::fixed(separation.auc.mean(), 3) + "; 0.5: not at all, chance reaches " +
               text::fixed(separation.chance, 3) + ")";
    }
    std::vector<std::string> moved;
    for (const ColumnContrast& c : r.columns) {
        if (c.presence == Presence::both && c.status() != DriftStatus::stable)
            moved.push_back(c.name + " (PSI " + text::fixed(c.drift->psi.value, 2) + ")");
    }
    if (!moved.empty()) out += "; moved: " + text::list(moved, 5);
    const std::vector<std::string> gone = names_of(r, Presence::reference_only);
    if (!gone.empty()) out += "; missing: " + text::list(gone, 5);
    const std::vector<std::string> retyped = names_of(r, Presence::other_kind);
    if (!retyped.empty()) out += "; of another kind: " + text::list(retyped, 5);
    return out;
}

/// What the AUC loses without a column; no sign where it is nothing.
[[nodiscard]] inline std::string lost_text(const std::optional<Giveaway>& g) {
    return g ? text::fixed(std::abs(g->importance) < 0.0005 ? 0.0 : g->importance, 3) : "-";
}

}  // namespace detail

inline Json ColumnContrast::to_json() const {
    Json out = json_object({{"name", name}, {"presence", name_of(presence)}, {"status", name_of(status())}});
    if (!apart.empty()) out["apart"] = apart;
    if (drift) {
        out["psi"] = detail::json_number(drift->psi.value);
        out["critical"] = detail::json_number(drift->psi.critical);
        out["ks"] = detail::json_number(drift->ks.statistic);
        out["ks_p"] = detail::json_number(drift->ks.p_value);
        out["mover"] = drift->mover;
    }
    if (giveaway) {
        out["importance"] = giveaway->importance;
        out["alone"] = detail::json_number(giveaway->alone);
    }
    if (!labels.empty()) {
        Json shifts = Json::array();
        for (const LabelShift& s : labels)
            shifts.push_back(
                json_object({{"label", s.label}, {"reference", s.reference}, {"other", s.other}}));
        out["labels"] = std::move(shifts);
        out["labels_gone"] = labels_gone;
        out["labels_new"] = labels_new;
    }
    if (reference) out["reference"] = detail::to_json(*reference);
    if (other) out["other"] = detail::to_json(*other);
    return out;
}

inline std::string Representativeness::summary() const {
    return detail::contrast_word(status()) + ": " + detail::contrast_reasons(*this);
}

inline std::vector<std::string> Representativeness::advice() const {
    std::vector<std::string> out;
    if (status() == DriftStatus::insufficient) return {"wait for more rows: any difference may be chance"};
    const std::vector<std::string> gone = detail::names_of(*this, Presence::reference_only);
    if (!gone.empty())
        out.push_back(text::list(gone, 5) + " missing: a model that reads this cannot score the other table");
    const std::vector<std::string> retyped = detail::names_of(*this, Presence::other_kind);
    if (!retyped.empty())
        out.push_back(text::list(retyped, 5) + " of another kind: read both tables under one schema");
    for (const Giveaway& g : separation.columns) {
        if (separation.status() == DriftStatus::stable || !detail::gives_away(g) || out.size() >= 5) continue;
        const ColumnContrast* const c = find(g.column);
        const std::string bin = c == nullptr ? "" : detail::moved_bin(*c);
        out.push_back(text::quoted(g.column) + " gives it away (without it " + text::fixed(g.importance, 3) +
                      " of the AUC is lost): " +
                      (bin.empty() ? "by itself it is as it was, how it goes with other columns has changed"
                                   : "what moved most is " + bin +
                                         "; find out at its source whether the world or the recording has "
                                         "changed"));
    }
    std::vector<std::string> fresh;
    for (const ColumnContrast& c : columns) {
        if (c.labels_new > 0 && c.apart.empty()) fresh.push_back(text::quoted(c.name));
    }
    if (!fresh.empty())
        out.push_back(
            text::list(fresh, 5) +
            ": labels that the reference never saw, so a model learned from it knows nothing of them");
    if (status() == DriftStatus::stable) {
        out.push_back(
            "as far as these columns tell, what was measured on the reference holds for the other table");
    } else {
        out.push_back(
            "figures measured on the reference do not hold for the other table: judge the model on rows of "
            "the latter, and train with such rows once the change is understood");
    }
    return out;
}

inline Json Representativeness::to_json() const {
    Json list = Json::array();
    for (const ColumnContrast& c : columns) list.push_back(c.to_json());
    return json_object({{"status", name_of(status())},
                        {"summary", summary()},
                        {"advice", advice()},
                        {"reference_rows", reference_rows},
                        {"other_rows", other_rows},
                        {"separation", separation.to_json()},
                        {"columns", std::move(list)}});
}

inline std::ostream& operator<<(std::ostream& out, const Representativeness& r) {
    out << "Representativeness: " << text::grouped(r.other_rows) << " rows against "
        << text::grouped(r.reference_rows) << " of the reference\n  " << r.summary() << "\n\n";
    text::Grid moves({"column", "PSI", "chance", "KS", "p", "alone", "lost", "status", "what moved most"});
    text::Grid numbers({"number", "missing", "mean", "std", "5 %", "50 %", "95 %"});
    text::Grid labels({"label", "missing", "distinct", "new", "gone", "shares that moved most"});
    bool any_number = false;
    bool any_label = false;
    for (const ColumnContrast& c : r.columns) {
        std::vector<std::string> cells = {c.name, "-", "-", "-", "-", "-", "-"};
        if (c.drift) {
            cells[1] = text::fixed(c.drift->psi.value, 4);
            cells[2] = text::fixed(c.drift->psi.critical, 4);
            cells[3] = text::fixed(c.drift->ks.statistic, 3);
            cells[4] = text::fixed(c.drift->ks.p_value, 4);
        }
        if (c.giveaway) cells[5] = text::fixed(c.giveaway->alone, 3);
        cells[6] = detail::lost_text(c.giveaway);
        cells.push_back(c.presence != Presence::both ? std::string(name_of(c.presence))
                        : !c.apart.empty()           ? "apart"
                                                     : detail::contrast_word(c.status()));
        cells.push_back(!c.apart.empty() ? c.apart : detail::moved_bin(c));
        moves.add(std::move(cells));
        if (c.presence != Presence::both) continue;
        const std::string gaps = detail::side_by_side(text::percent(c.reference->missing_share),
                                                      text::percent(c.other->missing_share));
        if (c.reference->numeric && c.other->numeric) {
            any_number = true;
            const NumericProfile& a = *c.reference->numeric;
            const NumericProfile& b = *c.other->numeric;
            std::vector<std::string> row = {c.name, gaps};
            for (const double NumericProfile::*const x :
                 {&NumericProfile::mean, &NumericProfile::std, &NumericProfile::q05, &NumericProfile::q50,
                  &NumericProfile::q95}) {
                row.push_back(detail::side_by_side(text::compact(a.*x), text::compact(b.*x)));
            }
            numbers.add(std::move(row));
        } else if (!c.labels.empty()) {
            any_label = true;
            std::string shifts;
            for (std::size_t i = 0; i < c.labels.size() && i < 3; ++i) {
                shifts += (i > 0 ? ", " : "") + text::quoted(c.labels[i].label) + " " +
                          detail::side_by_side(text::percent(c.labels[i].reference),
                                               text::percent(c.labels[i].other));
            }
            labels.add(
                {c.name, gaps,
                 detail::side_by_side(text::grouped(c.reference->distinct), text::grouped(c.other->distinct)),
                 text::grouped(c.labels_new), text::grouped(c.labels_gone), std::move(shifts)});
        }
    }
    out << moves.str()
        << "  PSI from 0.1 on: somewhat different, from 0.2 on: different; chance: what equal worlds reach "
           "once in twenty;\n  alone: AUC of this column alone; lost: what the AUC of all columns loses "
           "without it; apart: plays no part\n";
    if (any_number) out << "\n" << numbers.str();
    if (any_label) out << "\n" << labels.str();
    out << "\n";
    for (const std::string& line : r.advice()) out << "  " << line << "\n";
    return out;
}

}  // namespace gasket
