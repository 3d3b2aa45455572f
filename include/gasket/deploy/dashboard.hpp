#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/table.hpp"
#include "gasket/deploy/health.hpp"
#include "gasket/deploy/live_model.hpp"
#include "gasket/deploy/realised_rates.hpp"
#include "gasket/deploy/registry_history.hpp"
#include "gasket/deploy/service_metrics.hpp"
#include "gasket/deploy/shadow.hpp"
#include "gasket/monitor/drift_report.hpp"
#include "gasket/report/charts.hpp"
#include "gasket/report/page.hpp"
#include "gasket/report/plot.hpp"

namespace gasket {

namespace detail {

/// The parts of the dashboard.
class DashboardSections {
  public:
    explicit DashboardSections(const DashboardData& data) : data_(data), findings_(health_findings(data)) {
        if (data.served && data.served->drift() != nullptr) {
            drift_ = data.served->drift()->report();
            bins_ = data.served->drift()->bins();
        }
    }

    /// Whether the model is healthy, in the largest letters.
    [[nodiscard]] GASKET_COLD html::Html lead() const {
        using html::element;
        const Health worst = findings_.front().health;
        const char* const word = worst == Health::good      ? "Healthy"
                                 : worst == Health::warning ? "Needs a look"
                                                            : "Not healthy";
        html::Html said;
        for (const HealthFinding& one : findings_) said << element("li", {}, one.says);
        html::Html out =
            element("p", {{"class", "muted"}},
                    (data_.served ? "version " + data_.served->version() : "no version") + ", " +
                        format_datetime(data_.now) +
                        (data_.refresh_seconds > 0
                             ? ", looks again every " + std::to_string(data_.refresh_seconds) + " s"
                             : ""));
        out << element("div", {{"class", "verdict " + style_of(worst)}, {"role", "status"}},
                       element("p", {{"class", "word"}}, word) << element("ul", {}, said));
        return out << tiles();
    }

    [[nodiscard]] GASKET_COLD Section requests() const {
        if (data_.minutes.empty()) return {"requests", "Requests", {}};
        charts::Curve answered{"answered", "first", {}, {}};
        charts::Curve refused{"refused", "second", {}, {}};
        charts::Curve failed{"failed", "third", {}, {}};
        charts::Curve half{"half of the answers", "first", {}, {}};
        charts::Curve nearly_all{"99 % of the answers", "second", {}, {}};
        double most = 1;
        double slowest = 0;
        const auto last = static_cast<double>(data_.minutes.size()) - 1;
        for (std::size_t i = 0; i < data_.minutes.size(); ++i) {
            const ServiceMinute& m = data_.minutes[i];
            const double x = static_cast<double>(i) - last;
            const auto add = [&](charts::Curve& to, double y) {
                to.x.push_back(x);
                to.y.push_back(y);
            };
            add(answered, static_cast<double>(m.answered));
            add(refused, static_cast<double>(m.refused));
            add(failed, static_cast<double>(m.failed));
            most = std::max(most, static_cast<double>(m.answered));
            if (m.answered == 0) continue;
            add(half, 1000 * m.times.quantile(0.5));
            add(nearly_all, 1000 * m.times.quantile(0.99));
            slowest = std::max(slowest, nearly_all.y.back());
        }
        const auto minutes = charts::Axis::of_numbers("minutes before now", -last, 0);
        charts::Plot rate{"Requests for scores a minute, over the last hour", minutes,
                          charts::Axis::of_numbers("requests a minute", 0, most * 1.05)};
        rate.curves = {answered, refused, failed};
        html::Html plots = html::panel(element_h3("Requests a minute") << rate.html());
        if (half.x.size() > 1) {
            charts::Plot time{"Time of an answer in milliseconds, over the last hour", minutes,
                              charts::Axis::of_numbers("milliseconds", 0, slowest * 1.05)};
            time.curves = {half, nearly_all};
            plots << html::panel(element_h3("Time of an answer") << time.html());
        } else {
            plots << html::panel(element_h3("Time of an answer")
                                 << html::element("p", {{"class", "muted"}},
                                                  "Shown once requests came in two different minutes."));
        }
        return {"requests", "Requests of the last hour", html::element("div", {{"class", "plots"}}, plots)};
    }

    [[nodiscard]] GASKET_COLD Section scores() const {
        if (!drift_) return {"scores", "Scores", {}};
        const DriftBins* const bins = bins_of(drift_->score.feature);
        html::Html out = element_line(drift_->score);
        if (!is_missing(drift_->decided_rate_training)) {
            out << html::element("p", {},
                                 "Decided positive: " + text::percent(drift_->decided_rate_training) +
                                     " in training, " + text::percent(drift_->decided_rate_live) + " live.");
        }
        if (bins != nullptr) out << table_of(*bins);
        return {"scores", "Scores", html::panel(out)};
    }

    [[nodiscard]] GASKET_COLD Section features() const {
        if (!data_.served) return {"drift", "Drift", {}};
        if (!drift_)
            return {"drift", "Drift",
                    html::panel(html::element("p", {},
                                              "Not watched: the model has no baseline. End its chain "
                                              "with a PsiMonitor."))};
        html::Html out = html::element("p", {{"class", "muted"}},
                                       "Live rows against training, " + text::grouped(drift_->live_rows) +
                                           " of the latest. PSI from 0.1 on: moderate, from 0.2 on: drift.");
        html::Html cards;
        for (const FeatureDrift& f : drift_->features) {
            html::Html summary = html::element("h3", {}, html::name(f.feature));
            summary << " " << pill_of(f.psi.status)
                    << html::element("span", {{"class", "muted"}}, " PSI " + text::fixed(f.psi.value, 3));
            html::Html body = html::element("summary", {}, summary);
            if (!f.mover.empty()) body << html::element("p", {}, "Moved most: " + f.mover);
            const DriftBins* const bins = bins_of(f.feature);
            if (bins != nullptr) body << table_of(*bins);
            const bool open = f.psi.status == DriftStatus::drift || f.psi.status == DriftStatus::moderate;
            cards << (open ? html::element("details", {{"class", "card"}, {"open", ""}}, body)
                           : html::element("details", {{"class", "card"}}, body));
        }
        return {"drift", "Drift of the columns", out << html::element("div", {{"class", "columns"}}, cards)};
    }

    /// What was predicted against what came true.
    [[nodiscard]] GASKET_COLD Section realised() const {
        if (!data_.served) return {"labels", "Labels", {}};
        const Target& target = data_.served->model().target();
        const RealisedRates rates = RealisedRates::of(data_.labelled, target);
        if (rates.all.rows == 0) {
            return {
                "labels", "Predicted and observed",
                html::panel(html::element(
                    "p", {},
                    data_.log
                        ? "No labels have come back yet: POST /feedback takes them."
                        : "Answers are not logged, so labels have no place: start the service with a log."))};
        }
        const bool percent = target.task != Task::regression;
        const auto shown = [&](double x) { return percent ? text::percent(x) : text::compact(x, 4); };
        html::Html rows;
        double most = 0;
        for (const RealisedRates::Group& g : rates.groups)
            most = std::max({most, std::abs(g.predicted), std::abs(g.observed)});
        const auto add = [&](const std::string& when, const RealisedRates::Group& g) {
            const double reach = 1.96 * g.error;
            html::Html bars = charts::bar(most > 0 ? std::abs(g.predicted) / most : 0);
            bars << charts::bar(most > 0 ? std::abs(g.observed) / most : 0, "gap");
            const bool off = std::abs(g.observed - g.predicted) > 3 * g.error;
            rows << html::element(
                "tr", {},
                html::element("th", {{"scope", "row"}}, when)
                    << html::element("td", {{"class", "wide-bar"}}, bars)
                    << html::number_cell(shown(g.predicted)) << html::number_cell(shown(g.observed))
                    << html::element("td", {{"class", "n spare"}}, "\xC2\xB1" + shown(reach))
                    << html::element("td", {{"class", "n spare"}}, text::grouped(g.rows))
                    << html::element("td", {}, off ? html::pill("warning", "differs") : html::Html{}));
        };
        for (const RealisedRates::Group& g : rates.groups) add(short_time(g.to), g);
        add("all of these", rates.all);
        html::Html out = html::element(
            "p", {{"class", "muted"}},
            (target.task == Task::binary ? "Mean probability of " + target.column + " = " +
                                               target.positive() + ", and the share of labels that say so"
             : percent ? std::string("Mean probability of the class decided for, and how often it was right")
                       : std::string("Mean of the numbers answered, and of the true ones")) +
                ", in the order of the answers.");
        if (rates.shift)
            out << html::element("p", {}, "The last 14 days with labels: " + rates.shift->summary() + ".");
        out << html::table("Predicted and observed",
                           html::table_head({{"answers up to"},
                                             {""},
                                             {"predicted", "n"},
                                             {"observed", "n"},
                                             {"chance", "n spare"},
                                             {"labels", "n spare"},
                                             {""}}),
                           rows, "rates")
            << legend("predicted", "observed");
        return {"labels", "Predicted and observed", html::panel(out)};
    }

    [[nodiscard]] GASKET_COLD Section shadow() const {
        html::Html out;
        for (const ShadowReport& s : data_.shadows) {
            const std::string advice = s.advice == ShadowAdvice::promote ? "good"
                                       : s.advice == ShadowAdvice::keep  ? "warning"
                                                                         : "note";
            html::Html panel =
                html::element("h3", {},
                              html::Html(s.challenger + " beside " +
                                         (s.champion.empty() ? "the live version" : s.champion) + " ")
                                  << html::pill(advice, std::string(name_of(s.advice))));
            panel << html::element("p", {}, "Because " + s.why + ".");
            html::Html facts;
            const auto fact = [&](const char* name, const std::string& value) {
                facts << html::element("div", {},
                                       html::element("dt", {}, name) << html::element("dd", {}, value));
            };
            fact("rows", text::grouped(s.rows));
            fact("labelled", text::grouped(s.labelled));
            if (!is_missing(s.agreement)) fact("decided alike", text::percent(s.agreement));
            if (s.rows > 0) {
                fact("mean difference", text::fixed(s.mean_difference, 4));
                fact("correlation", text::fixed(s.correlation, 3));
                fact("PSI", text::fixed(s.psi.value, 3));
            }
            if (s.refused > 0) fact("refused", text::grouped(s.refused));
            panel << html::element("dl", {{"class", "facts"}}, facts);
            html::Html rows;
            for (const ShadowMetric& m : s.metrics) {
                rows << html::element(
                    "tr", {},
                    html::element("th", {{"scope", "row"}}, html::spaced(m.name))
                        << html::number_cell(text::fixed(m.champion, 4))
                        << html::number_cell(text::fixed(m.challenger, 4))
                        << html::element("td", {{"class", "n spare"}},
                                         text::fixed(m.low, 4) + " to " + text::fixed(m.high, 4))
                        << html::element("td", {},
                                         m.better()  ? html::pill("good", "better")
                                         : m.worse() ? html::pill("warning", "worse")
                                                     : html::pill("note", "no difference seen")));
            }
            if (!rows.empty())
                panel << html::table("Figures on labelled rows",
                                     html::table_head({{"labelled rows"},
                                                       {"live", "n"},
                                                       {"challenger", "n"},
                                                       {"difference", "n spare"},
                                                       {""}}),
                                     rows);
            out << html::panel(panel);
        }
        if (!data_.shadows.empty() && data_.shadow_counts.dropped > 0) {
            out << html::element("p", {{"class", "muted"}},
                                 text::grouped(static_cast<std::size_t>(data_.shadow_counts.dropped)) +
                                     " records were not compared: the queue was full.");
        }
        return {"shadow", "Challengers", out};
    }

    [[nodiscard]] GASKET_COLD Section history() const {
        html::Html rows;
        constexpr std::size_t shown = 10;
        for (std::size_t i = 0; i < std::min(shown, data_.events.size()); ++i) {
            const RegistryEvent& e = data_.events[data_.events.size() - 1 - i];
            const bool live = data_.served && e.version.str() == data_.served->version() &&
                              (e.action == RegistryAction::promote || e.action == RegistryAction::roll_back);
            rows << html::element(
                "tr", {},
                html::element("th", {{"scope", "row"}}, format_datetime(e.at).substr(0, 16))
                    << html::element("td", {},
                                     html::pill(live                                 ? "good"
                                                : e.action == RegistryAction::refuse ? "warning"
                                                                                     : "note",
                                                std::string(name_of(e.action))))
                    << html::element("td", {}, e.version.str())
                    << html::element("td", {{"class", "spare"}}, e.by)
                    << html::element("td", {{"class", "spare torn"}}, html::shortened(e.note, 120)));
        }
        html::Html out;
        if (data_.served) {
            html::Html facts;
            const auto fact = [&](const char* name, const html::Html& value) {
                facts << html::element("div", {},
                                       html::element("dt", {}, name) << html::element("dd", {}, value));
            };
            const Model& model = data_.served->model();
            fact("live", data_.served->version());
            fact("fitted", format_datetime(model.created()).substr(0, 16));
            if (model.target().task == Task::binary) fact("threshold", text::fixed(model.threshold(), 4));
            fact("target", html::name(model.target().column));
            fact("reads", std::to_string(model.inputs().size()) + " columns");
            fact("identity", data_.served->identity().substr(0, 12));
            out << html::element("dl", {{"class", "facts"}}, facts)
                << html::element("p", {{"class", "caption"}}, text::list(model.stages(), 20));
        }
        if (!rows.empty())
            out << html::table(
                "Registry",
                html::table_head({{"at"}, {"event"}, {"version"}, {"by", "spare"}, {"note", "spare"}}), rows);
        return {"versions", "Live model and history", out.empty() ? out : html::panel(out)};
    }

  private:
    [[nodiscard]] static std::string style_of(Health health) {
        return health == Health::good ? "good" : health == Health::warning ? "warning" : "serious";
    }
    [[nodiscard]] static html::Html pill_of(DriftStatus status) {
        return html::pill(
            status == DriftStatus::drift      ? "serious"
            : status == DriftStatus::moderate ? "warning"
            : status == DriftStatus::stable   ? "good"
                                              : "note",
            status == DriftStatus::insufficient ? "too few rows" : std::string(name_of(status)));
    }
    [[nodiscard]] static html::Html element_h3(const char* words) { return html::element("h3", {}, words); }
    [[nodiscard]] static html::Html element_line(const FeatureDrift& f) {
        return html::element("p", {},
                             pill_of(f.psi.status)
                                 << html::Html(" PSI " + text::fixed(f.psi.value, 3) +
                                               (f.mover.empty() ? "" : ", moved most: " + f.mover)));
    }
    [[nodiscard]] const DriftBins* bins_of(const std::string& feature) const {
        const auto it = std::find_if(bins_.begin(), bins_.end(),
                                     [&](const DriftBins& one) { return one.feature == feature; });
        return it == bins_.end() ? nullptr : &*it;
    }
    [[nodiscard]] static html::Html legend(const char* first, const char* second) {
        const auto key = [](const char* style, const char* words) {
            return html::element("span", {}, html::element("span", {{"class", style}}) << words);
        };
        return html::element("p", {{"class", "keys"}}, key("swatch", first) << key("swatch gap", second));
    }

    [[nodiscard]] static html::Html table_of(const DriftBins& bins) {
        double most = 0;
        for (std::size_t b = 0; b < bins.bins.size(); ++b)
            most = std::max({most, bins.training[b], bins.live[b]});
        html::Html rows;
        for (std::size_t b = 0; b < bins.bins.size(); ++b) {
            html::Html bars = charts::bar(most > 0 ? bins.training[b] / most : 0);
            bars << charts::bar(most > 0 ? bins.live[b] / most : 0, "gap");
            rows << html::element("tr", {},
                                  html::element("th", {{"scope", "row"}}, html::shortened(bins.bins[b], 60))
                                      << html::element("td", {{"class", "wide-bar"}}, bars)
                                      << html::number_cell(text::percent(bins.training[b]))
                                      << html::number_cell(text::percent(bins.live[b])));
        }
        return html::table("Bins of " + bins.feature,
                           html::table_head({{"bin"}, {""}, {"training", "n"}, {"live", "n"}}), rows, "rates")
               << legend("training", "live");
    }

    [[nodiscard]] html::Html tiles() const {
        html::Html out;
        const auto tile = [&](const char* name, const std::string& value, const std::string& more) {
            out << html::element("div", {},
                                 html::element("dt", {}, name) << html::element(
                                     "dd", {}, html::Html(value) << html::element("small", {}, more)));
        };
        std::uint64_t answered = 0;
        std::uint64_t failed = 0;
        std::uint64_t refused = 0;
        TimeHistogram times;
        for (const ServiceMinute& m : data_.minutes) {
            answered += m.answered;
            failed += m.failed;
            refused += m.refused;
            times += m.times;
        }
        std::uint64_t recent = 0;
        const std::size_t few = std::min<std::size_t>(5, data_.minutes.size());
        for (std::size_t i = data_.minutes.size() - few; i < data_.minutes.size(); ++i)
            recent += data_.minutes[i].answered;
        const auto grouped = [](std::uint64_t n) { return text::grouped(static_cast<std::size_t>(n)); };
        tile("Requests", grouped((recent + few / 2) / std::max<std::size_t>(few, 1)) + " / min",
             grouped(answered) + " in the last hour");
        tile("Time of an answer", is_missing(times.quantile(0.5)) ? "-" : milliseconds(times.quantile(0.5)),
             is_missing(times.quantile(0.99)) ? "no request yet"
                                              : "99 % within " + milliseconds(times.quantile(0.99)));
        tile("Failed", grouped(failed), grouped(refused) + " refused");
        tile("Drift",
             !drift_                                         ? "not watched"
             : drift_->status() == DriftStatus::insufficient ? "too few rows"
                                                             : std::string(name_of(drift_->status())),
             drift_ ? grouped(drift_->live_rows) + " rows watched" : "no baseline");
        tile("Records scored", grouped(data_.rows_scored), grouped(data_.rows_refused) + " refused");
        tile("Labels", grouped(data_.labelled.rows()),
             data_.log ? grouped(data_.log->written) + " answers logged" : "no log");
        return html::element("dl", {{"class", "tiles"}}, out);
    }
    /// "03-05 10:20"
    [[nodiscard]] static std::string short_time(std::int64_t seconds) {
        std::string out = format_datetime(seconds).substr(5, 11);
        std::replace(out.begin(), out.end(), 'T', ' ');
        return out;
    }
    [[nodiscard]] static std::string milliseconds(double seconds) {
        return text::compact(1000 * seconds, 3) + " ms";
    }

    const DashboardData& data_;
    std::vector<HealthFinding> findings_;
    std::optional<DriftReport> drift_;
    std::vector<DriftBins> bins_;
};

}  // namespace detail

/// The page of a service for those who run it: whether the model is healthy, then what it is, how it answers,
/// what it is fed, what came true, and how its challengers do. One file without scripts; it asks for itself
/// again. O(columns x bins + labelled rows)
[[nodiscard]] inline Page dashboard_page(const DashboardData& data) {
    const detail::DashboardSections sections(data);
    Page page{
        .title = data.name, .lead = sections.lead(), .sections = {}, .refresh_seconds = data.refresh_seconds};
    std::vector<Section> all{sections.requests(), sections.scores(), sections.realised(),
                             sections.features(), sections.shadow(), sections.history()};
    for (Section& section : all) {
        if (!section.content.empty()) page.sections.push_back(std::move(section));
    }
    return page;
}

}  // namespace gasket
