#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/monitor/concept_drift.hpp"
#include "gasket/monitor/drift_report.hpp"
#include "gasket/monitor/performance.hpp"
#include "gasket/monitor/retraining_policy.hpp"
#include "gasket/report/charts.hpp"
#include "gasket/report/detail/drift_style.hpp"
#include "gasket/report/html.hpp"
#include "gasket/report/page.hpp"
#include "gasket/report/plot.hpp"

namespace gasket {

/// What the page of a drift report shows beside the report.
struct DriftPageOptions {
    /// which model, such as "churn 1.0.0", and which rows, such as a file or a week
    std::string name = {};
    std::string source = {};
    /// rates by day; the verdict is the report's, or that of this
    std::optional<ConceptDrift> concept_drift = {};
    /// what the scores promise, and what came true where that is known
    std::optional<ExpectedPerformance> expected = {};
    std::optional<Performance> realised = {};
    std::optional<RetrainingDecision> decision = {};
};

namespace detail {

/// The sections of the page of a drift report.
class DriftSections {
  public:
    DriftSections(const DriftReport& report, const DriftPageOptions& options)
        : report_(report), options_(options) {
        shift_ = report.concept_drift;
        if (!shift_ && options.concept_drift) shift_ = options.concept_drift->verdict();
        if (shift_ && !report_.concept_drift) report_.concept_drift = shift_;
    }

    [[nodiscard]] GASKET_COLD html::Html lead() const {
        std::string words = text::grouped(report_.live_rows) + " live rows against training";
        if (!options_.source.empty()) words += ": " + options_.source;
        return html::element("p", {{"class", "muted"}}, words);
    }

    [[nodiscard]] GASKET_COLD std::vector<Section> all() const {
        std::vector<Section> out = {verdict()};
        if (options_.decision) out.push_back(decision());
        if (shift_) out.push_back(labels());
        if (options_.expected) out.push_back(performance());
        if (!report_.features.empty()) out.push_back(table());
        out.push_back(cards());
        if (out.back().content.empty()) out.pop_back();
        return out;
    }

  private:
    [[nodiscard]] GASKET_COLD static html::Html tile(const std::string& name, const std::string& value,
                                                     const std::string& small = "") {
        html::Html inside = value;
        if (!small.empty()) inside << html::element("small", {}, small);
        return html::element("div", {}, html::element("dt", {}, name) << html::element("dd", {}, inside));
    }

    [[nodiscard]] GASKET_COLD Section verdict() const {
        html::Html content =
            html::panel(html::element("p", {}, drift_pill(report_.status()) << " " << report_.summary()));
        const auto moved = static_cast<std::size_t>(
            std::count_if(report_.features.begin(), report_.features.end(), [](const FeatureDrift& f) {
                return f.status == DriftStatus::moderate || f.status == DriftStatus::drift;
            }));
        html::Html tiles = tile("Columns that moved", std::to_string(moved),
                                "of " + std::to_string(report_.features.size()));
        if (!report_.features.empty())
            tiles << tile("Greatest PSI", text::fixed(report_.features.front().psi.value, 3),
                          html::shortened(report_.features.front().feature, 60));
        if (report_.has_scores) tiles << tile("PSI of the score", text::fixed(report_.score.psi.value, 3));
        if (!is_missing(report_.decided_rate_live))
            tiles << tile("Decided positive", text::percent(report_.decided_rate_live),
                          text::percent(report_.decided_rate_training) + " in training");
        if (shift_ && !is_missing(shift_->observed_rate))
            tiles << tile("Turned out positive", text::percent(shift_->observed_rate),
                          text::percent(shift_->predicted_rate) + " predicted");
        content << html::element("dl", {{"class", "tiles after"}}, tiles);
        if (report_.extra_columns > 0)
            content << html::element("p", {{"class", "muted after"}},
                                     "Ignored, since the model does not read them: " +
                                         std::to_string(report_.extra_columns) + " columns.");
        return {"verdict", "Verdict", content};
    }

    [[nodiscard]] GASKET_COLD Section decision() const {
        const RetrainingDecision& d = *options_.decision;
        std::vector<html::Html> rows;
        for (const RetrainingDecision::Trigger& t : d.triggers) {
            html::Html row = html::element("th", {{"scope", "row"}}, t.name);
            row << html::element("td", {}, t.fired ? html::pill("warning", "fired") : html::Html("-"))
                << html::element("td", {}, t.found) << html::element("td", {{"class", "spare"}}, t.asked);
            rows.push_back(html::element("tr", {}, row));
        }
        html::Html content =
            html::element("p", {},
                          html::pill(d.retrain ? "warning" : "good", d.retrain             ? "retrain"
                                                                     : d.held_back.empty() ? "keep"
                                                                                           : "wait")
                              << " " << d.summary());
        content << html::folded_table(
            "Triggers", html::table_head({{"Trigger"}, {""}, {"Found"}, {"Fires", "spare"}}), rows);
        return {"retraining", "Retraining", html::panel(content)};
    }

    [[nodiscard]] GASKET_COLD Section labels() const {
        html::Html content =
            html::panel(html::element("p", {}, drift_pill(shift_->status) << " " << shift_->summary()));
        if (!options_.concept_drift) return {"labels", "Predicted and observed", content};
        const std::vector<RatesOfDay> days = options_.concept_drift->by_day();
        if (days.size() >= 2) {
            charts::Curve predicted{.name = "predicted", .style = "first", .x = {}, .y = {}};
            charts::Curve observed{.name = "observed", .style = "second", .x = {}, .y = {}};
            double most = 0;
            for (const RatesOfDay& d : days) {
                const auto at = static_cast<double>(d.day - days.front().day);
                predicted.x.push_back(at);
                predicted.y.push_back(d.predicted_rate);
                observed.x.push_back(at);
                observed.y.push_back(d.observed_rate);
                most = std::max({most, d.predicted_rate, d.observed_rate});
            }
            charts::Axis y = charts::Axis::of_numbers("Positive rows", 0, std::max(0.01, most * 1.1));
            y.percent = true;
            charts::Plot plot{.label = "Predicted and observed rates by day",
                              .x = charts::Axis::of_numbers("Days from " + day_text(days.front().day), 0,
                                                            predicted.x.back()),
                              .y = y,
                              .curves = {predicted, observed}};
            content << html::panel(plot.html());
        }
        return {"labels", "Predicted and observed", content};
    }

    [[nodiscard]] GASKET_COLD Section performance() const {
        const ExpectedPerformance& e = *options_.expected;
        const Performance* const realised = options_.realised ? &*options_.realised : nullptr;
        std::vector<html::Html> rows;
        for (const Performance::Figure& f : Performance::figures()) {
            const double low = e.low.*f.value;
            const double high = e.high.*f.value;
            const double found = realised == nullptr ? missing : realised->*f.value;
            html::Html name = html::spaced(f.name);
            if (found < low || found > high) name << " " << html::pill("warning", "outside");
            html::Html row = html::element("th", {{"scope", "row"}}, name);
            row << html::number_cell(text::fixed(e.expected.*f.value, 4))
                << html::element("td", {{"class", "n spare"}},
                                 text::fixed(low, 4) + " to " + text::fixed(high, 4));
            if (realised != nullptr) row << html::number_cell(text::fixed(found, 4));
            rows.push_back(html::element("tr", {}, row));
        }
        const html::Html head =
            realised == nullptr
                ? html::table_head({{"Figure"}, {"Expected", "n"}, {"Interval", "n spare"}})
                : html::table_head(
                      {{"Figure"}, {"Expected", "n"}, {"Interval", "n spare"}, {"Realised", "n"}});
        html::Html said;
        for (const std::string& a : ExpectedPerformance::assumptions()) said << html::element("li", {}, a);
        html::Html content =
            html::element("p", {},
                          realised == nullptr ? "What the probabilities promise; labels are not known yet."
                                              : e.verdict(*realised) + ".");
        content << html::folded_table("Figures", head, rows) << html::element("h3", {}, "Assumed")
                << html::element("ul", {{"class", "plain"}}, said);
        return {"performance", "Expected performance", html::panel(content)};
    }

    [[nodiscard]] GASKET_COLD Section table() const {
        std::vector<html::Html> rows;
        const auto add = [&](const FeatureDrift& f) {
            html::Html row = html::element("th", {{"scope", "row"}}, html::name(f.feature));
            const auto spare = [&](const std::string& words) {
                row << html::element("td", {{"class", "n spare"}}, words);
            };
            row << html::element("td", {}, drift_pill(f.status))
                << html::number_cell(text::fixed(f.psi.value, 3));
            spare(text::fixed(f.psi.critical, 3));
            spare(text::fixed(f.ks.statistic, 3));
            spare(text::fixed(f.jensen_shannon, 3));
            spare(text::fixed(f.wasserstein.in_deviations, 2));
            spare(f.adjusted < 0.0001 ? "<0.0001" : text::fixed(f.adjusted, 4));
            row << html::element("td", {{"class", "spare"}}, f.mover);
            rows.push_back(html::element("tr", {}, row));
        };
        if (report_.has_scores) add(report_.score);
        if (report_.decisions) add(*report_.decisions);
        for (const FeatureDrift& f : report_.features) add(f);
        html::Html content = html::folded_table("Columns",
                                                html::table_head({{"Column"},
                                                                  {"Verdict"},
                                                                  {"PSI", "n"},
                                                                  {"Chance", "n spare"},
                                                                  {"KS", "n spare"},
                                                                  {"JS", "n spare"},
                                                                  {"W / sd", "n spare"},
                                                                  {"p", "n spare"},
                                                                  {"What moved most", "spare"}}),
                                                rows);
        content << html::element(
            "p", {{"class", "muted after"}},
            "PSI from 0.1 on is moderate, from 0.2 on drift, where p is at most 0.05. p: the chance of such "
            "a "
            "difference without drift, with regard to all columns (Benjamini-Hochberg). Chance: the PSI that "
            "equal worlds reach once in twenty. JS: Jensen-Shannon distance. W / sd: Wasserstein distance in "
            "standard deviations of training.");
        return {"columns", "Columns", html::panel(content)};
    }

    [[nodiscard]] GASKET_COLD Section cards() const {
        html::Html cards;
        if (report_.has_scores) cards << card(report_.score);
        if (report_.decisions) cards << card(*report_.decisions);
        for (const FeatureDrift& f : report_.features) cards << card(f);
        if (cards.empty()) return {};
        html::Html content = charts::pair_legend("training", "live");
        content << html::element("div", {{"class", "columns after"}}, cards);
        return {"bins", "Training against live", content};
    }

    [[nodiscard]] GASKET_COLD static html::Html card(const FeatureDrift& f) {
        if (f.bins.empty()) return {};
        html::Html head = html::element("h3", {}, html::name(f.feature));
        head << drift_pill(f.status);
        html::Html content = html::element("header", {}, head);
        content << charts::paired_bars(shown_bins(f));
        std::string said = "PSI " + text::fixed(f.psi.value, 3);
        if (!is_missing(f.ks.statistic)) said += ", KS " + text::fixed(f.ks.statistic, 3);
        content << html::element("p", {{"class", "caption"}}, said);
        return html::element("article", {{"class", "card"}}, content);
    }

    /// The bins that hold anything; of many labels those with the most rows, the others as one.
    [[nodiscard]] GASKET_COLD static std::vector<charts::NamedPair> shown_bins(const FeatureDrift& f) {
        constexpr std::size_t most = 30;
        std::vector<charts::NamedPair> out;
        for (const BinShare& b : f.bins) {
            if (b.training > 0 || b.live > 0) out.push_back({b.bin, b.training, b.live});
        }
        if (out.size() <= most) return out;
        std::vector<charts::NamedPair> by_size = out;
        const auto size = [](const charts::NamedPair& p) { return std::max(p.first, p.second); };
        std::stable_sort(by_size.begin(), by_size.end(),
                         [&](const auto& a, const auto& b) { return size(a) > size(b); });
        const double least = size(by_size[most - 2]);
        std::vector<charts::NamedPair> kept;
        charts::NamedPair others;
        std::size_t joined = 0;
        for (const charts::NamedPair& p : out) {
            if (size(p) >= least && kept.size() < most - 1) {
                kept.push_back(p);
            } else {
                others.first += p.first;
                others.second += p.second;
                ++joined;
            }
        }
        others.name = std::to_string(joined) + " others";
        kept.push_back(others);
        return kept;
    }

    [[nodiscard]] static std::string day_text(std::int64_t day) {
        return format_datetime(day * 86400).substr(0, 10);
    }

    DriftReport report_;
    const DriftPageOptions& options_;
    std::optional<RateShift> shift_;
};

}  // namespace detail

/// A drift report as a page: the verdict, what was decided about retraining, predicted against observed
/// rates, expected performance with its assumptions, every column's figures, and its bins in training and
/// live side by side. A section is there where there is something to show.
///
///     drift_page(drift(model, live), {.name = "churn 1.0.0", .source = "week 12"}).write("drift.html");
///
/// About 5 KB a column. The same report is always the same page.
[[nodiscard]] inline Page drift_page(const DriftReport& report, const DriftPageOptions& options = {}) {
    const detail::DriftSections sections(report, options);
    return {.title = options.name.empty() ? "Drift" : "Drift of " + options.name,
            .lead = sections.lead(),
            .sections = sections.all()};
}

}  // namespace gasket
