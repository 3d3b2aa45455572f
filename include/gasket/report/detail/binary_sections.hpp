#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/evaluation.hpp"
#include "gasket/report/charts.hpp"
#include "gasket/report/html.hpp"
#include "gasket/report/page.hpp"
#include "gasket/report/plot.hpp"

namespace gasket::detail {

/// Precision, recall and F1 of every class.
[[nodiscard]] GASKET_COLD inline html::Html report_table(const ClassificationReport& report) {
    std::vector<html::Html> rows;
    const auto line = [&](const ClassFigures& f) {
        html::Html row = html::element("th", {{"scope", "row"}}, html::name(f.label));
        for (const double x : {f.precision, f.recall, f.f1}) row << html::number_cell(text::fixed(x, 3));
        row << html::element("td", {{"class", "n spare"}}, count_text(f.support));
        rows.push_back(html::element("tr", {}, row));
    };
    line(report.macro);
    line(report.weighted);
    for (const ClassFigures& f : report.classes) line(f);
    return html::folded_table(
        "Precision, recall and F1 of every class",
        html::table_head({{"Class"}, {"Precision", "n"}, {"Recall", "n"}, {"F1", "n"}, {"Rows", "n spare"}}),
        rows);
}

/// Decided against true: counts, and their shares of the true class as shades; of many classes those with
/// most rows.
[[nodiscard]] GASKET_COLD inline html::Html confusion_heat(const ConfusionMatrix& m,
                                                           const std::vector<std::string>& labels) {
    constexpr std::size_t most = 24;
    std::vector<std::size_t> shown =
        order_by(m.classes(), [&](std::size_t a, std::size_t b) { return m.support(a) > m.support(b); });
    if (shown.size() > most) shown.resize(most);
    std::sort(shown.begin(), shown.end());
    const bool few = m.classes() <= 4;
    html::Html head = html::element("td", {});
    html::Html rows;
    for (const std::size_t d : shown)
        head << html::element(
            "th", {{"scope", "col"}, {"title", "decided " + html::shortened(labels[d], 500)}},
            html::element("span", {}, (few ? "decided " : "") + html::shortened(labels[d], 40)));
    for (const std::size_t t : shown) {
        html::Html row =
            html::element("th", {{"scope", "row"}, {"title", "truly " + html::shortened(labels[t], 500)}},
                          (few ? "truly " : "") + html::shortened(labels[t], 40));
        for (const std::size_t d : shown) {
            const double share = ratio(m(t, d), m.support(t));
            const std::string said = text::percent(share, share > 0 && share < 0.1 ? 1 : 0);
            row << html::element("td",
                                 {{"class", t == d ? "above" : "below"},
                                  {"style", "--strength:" + text::fixed(share, 2)},
                                  {"title", "truly " + html::shortened(labels[t], 60) + ", decided " +
                                                html::shortened(labels[d], 60) + ": " + said}},
                                 html::Html(count_text(m(t, d))) << html::element("small", {}, said));
        }
        rows << html::element("tr", {}, row);
    }
    html::Html out = html::table("Rows by true class and decided class",
                                 html::element("thead", {}, html::element("tr", {}, head)), rows,
                                 few ? "matrix few" : "matrix");
    std::string note = "Rows: what is true; columns: what was decided; shares are of the true class.";
    if (shown.size() < m.classes())
        note += " The " + std::to_string(shown.size()) + " of " + text::grouped(m.classes()) +
                " classes with most rows.";
    return out << html::element("p", {{"class", "muted"}}, note);
}

/// The parts of an evaluation's page that two classes have. All of it follows from the ROC curve, which holds
/// how many rows of each class every score has.
class BinarySections {
  public:
    explicit BinarySections(const Evaluation& e) : e_(e) {
        positives_ = e.confusion.tp + e.confusion.fn;
        negatives_ = e.confusion.tn + e.confusion.fp;
    }

    [[nodiscard]] GASKET_COLD std::vector<Section> all() const {
        if (e_.roc.thresholds.size() < 2 || !(positives_ > 0) || !(negatives_ > 0)) return {};
        return {{"curves", "How it ranks", curves()},
                {"calibration", "Calibration", calibration()},
                {"decisions", "Decisions", decisions()},
                {"worth", "Worth", worth()}};
    }

  private:
    [[nodiscard]] static html::Html panel(const std::string& title, const html::Html& content) {
        return html::panel(html::element("h3", {}, title) << content);
    }
    [[nodiscard]] static html::Html muted(const std::string& words) {
        return html::element("p", {{"class", "muted"}}, words);
    }
    [[nodiscard]] Confusion at(std::size_t k) const {
        const double tp = e_.roc.true_positive_rate[k] * positives_;
        const double fp = e_.roc.false_positive_rate[k] * negatives_;
        return {.tn = negatives_ - fp, .fp = fp, .fn = positives_ - tp, .tp = tp};
    }

    [[nodiscard]] GASKET_COLD html::Html curves() const {
        using charts::Axis;
        using charts::Plot;
        const Plot roc{
            .label = "ROC curve, area " + text::fixed(e_.metric("auc"), 3),
            .x = Axis::of_shares("negatives decided positive"),
            .y = Axis::of_shares("positives found (recall)"),
            .curves = {{"no skill", "base", {0, 1}, {0, 1}},
                       {"this model", "first", e_.roc.false_positive_rate, e_.roc.true_positive_rate}},
            .dots = {{1 - e_.confusion.specificity(), e_.confusion.recall(),
                      "at the threshold " + text::fixed(e_.threshold, 4) + ": recall " +
                          text::percent(e_.confusion.recall()) + ", " +
                          text::percent(1 - e_.confusion.specificity()) + " of the negatives"}}};
        std::vector<double> recall(e_.precision_recall.recall.rbegin(), e_.precision_recall.recall.rend());
        std::vector<double> precision(e_.precision_recall.precision.rbegin(),
                                      e_.precision_recall.precision.rend());
        const double rate = positives_ / (positives_ + negatives_);
        const Plot pr{.label = "precision-recall curve, average precision " +
                               text::fixed(e_.metric("average_precision"), 3),
                      .x = Axis::of_shares("positives found (recall)"),
                      .y = Axis::of_shares("decided positive that truly are (precision)"),
                      .curves = {{"no skill", "base", {0, 1}, {rate, rate}},
                                 {"this model", "first", recall, precision}},
                      .dots = {{e_.confusion.recall(), e_.confusion.precision(),
                                "at the threshold " + text::fixed(e_.threshold, 4) + ": precision " +
                                    text::percent(e_.confusion.precision()) + ", recall " +
                                    text::percent(e_.confusion.recall())}}};
        GainCurve gains;
        charts::Curve gain{"this model", "first", {0}, {0}};
        for (std::size_t k = 1; k < e_.roc.thresholds.size(); ++k) {
            const double share = at(k).decided_rate();
            if (!(share > gain.x.back())) continue;
            gain.x.push_back(share);
            gain.y.push_back(e_.roc.true_positive_rate[k]);
        }
        gains.share_of_rows.assign(gain.x.begin() + 1, gain.x.end());
        gains.gain.assign(gain.y.begin() + 1, gain.y.end());
        const Plot taken{.label = "gain curve: positives among the best-scored rows",
                         .x = Axis::of_shares("rows taken, best scores first"),
                         .y = Axis::of_shares("positives among them"),
                         .curves = {{"no skill", "base", {0, 1}, {0, 1}}, gain}};
        html::Html rows;
        for (const double share : {0.01, 0.05, 0.1, 0.2, 0.3, 0.5}) {
            const double found = gains.gain_at(share);
            html::Html row = html::element("th", {{"scope", "row"}}, "best " + text::percent(share, 0));
            row << html::number_cell(text::percent(found))
                << html::number_cell(text::fixed(found / share, 2));
            rows << html::element("tr", {}, row);
        }
        const html::Html lift =
            html::table("Gain and lift",
                        html::table_head({{"Rows taken"}, {"Positives found", "n"}, {"Lift", "n"}}), rows);
        return html::element(
            "div", {{"class", "plots"}},
            panel("ROC curve", roc.html() << muted("Area under it: AUC " + text::fixed(e_.metric("auc"), 4) +
                                                   ". The dot: the threshold."))
                << panel("Precision and recall",
                         pr.html() << muted("Average precision " +
                                            text::fixed(e_.metric("average_precision"), 4) +
                                            "; without skill " + text::percent(rate) + " everywhere."))
                << panel("Gain and lift", taken.html() << lift));
    }

    [[nodiscard]] GASKET_COLD html::Html calibration() const {
        const CalibrationCurve& c = e_.calibration;
        if (c.rows.empty()) return {};
        charts::Plot plot{.label = "predicted against observed, bin by bin",
                          .x = charts::Axis::of_shares("predicted"),
                          .y = charts::Axis::of_shares("observed"),
                          .curves = {{"predicted = observed", "base", {0, 1}, {0, 1}},
                                     {"this model", "first", c.mean_predicted, c.observed_rate}}};
        html::Html rows;
        const double most = *std::max_element(c.rows.begin(), c.rows.end());
        for (std::size_t b = 0; b < c.rows.size(); ++b) {
            const auto [low, high] = wilson(c.observed_rate[b], c.rows[b]);
            plot.dots.push_back({c.mean_predicted[b], c.observed_rate[b],
                                 "predicted " + text::percent(c.mean_predicted[b]) + ", observed " +
                                     text::percent(c.observed_rate[b]) + " of " + count_text(c.rows[b]) +
                                     " rows",
                                 low, high});
            html::Html row = html::element("th", {{"scope", "row"}}, text::percent(c.mean_predicted[b]));
            row << html::number_cell(text::percent(c.observed_rate[b]))
                << html::element("td", {{"class", "n spare"}},
                                 text::percent(low) + " to " + text::percent(high))
                << html::number_cell(count_text(c.rows[b]))
                << html::element("td", {{"class", "spare"}, {"style", "min-width:90px"}},
                                 charts::bar(c.rows[b] / most));
            rows << html::element("tr", {}, row);
        }
        const html::Html table = html::table("Calibration by bins",
                                             html::table_head({{"Predicted"},
                                                               {"Observed", "n"},
                                                               {"95 % interval", "n spare"},
                                                               {"Rows", "n"},
                                                               {"", "spare"}}),
                                             rows);
        return html::element(
            "div", {{"class", "plots"}},
            panel("Predicted and observed",
                  plot.html() << muted("Expected calibration error " + text::fixed(c.error(), 4) +
                                       ": how far both are apart on the mean; 0 is best. Upright lines: 95 % "
                                       "intervals of what was observed."))
                << panel("How many rows stand behind each dot", table));
    }

    /// The interval of a share at 95 %. reference: Wilson, Probable inference, 1927
    [[nodiscard]] static std::pair<double, double> wilson(double share, double n) {
        constexpr double z = 1.959963984540054;
        const double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
        const double reach = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
        return {std::max(0.0, middle - reach), std::min(1.0, middle + reach)};
    }

    [[nodiscard]] GASKET_COLD html::Html decisions() const {
        html::Html first = confusion_heat(ConfusionMatrix(e_.confusion), e_.target.classes);
        if (e_.report) first << report_table(*e_.report);
        charts::Curve precision{"precision", "first", {}, {}};
        charts::Curve recall{"recall", "second", {}, {}};
        charts::Curve f1{"F1", "third", {}, {}};
        for (std::size_t k = e_.roc.thresholds.size(); k-- > 1;) {
            const Confusion c = at(k);
            for (charts::Curve* const curve : {&precision, &recall, &f1})
                curve->x.push_back(e_.roc.thresholds[k]);
            precision.y.push_back(c.precision());
            recall.y.push_back(c.recall());
            f1.y.push_back(c.f_beta(1));
        }
        charts::Plot metrics{.label = "precision, recall and F1 at every threshold",
                             .x = charts::Axis::of_shares("threshold"),
                             .y = charts::Axis::of_shares("precision, recall, F1"),
                             .curves = {precision, recall, f1},
                             .mark = e_.threshold,
                             .mark_name = "threshold " + text::fixed(e_.threshold, 4)};
        return html::element("div", {{"class", "plots broad"}},
                             panel("At the threshold " + text::fixed(e_.threshold, 4), first)
                                 << panel("At other thresholds", metrics.html())
                                 << panel("Scores", scores()));
    }

    /// Histograms of the scores of both classes, under each other.
    [[nodiscard]] GASKET_COLD html::Html scores() const {
        constexpr std::size_t bins = 40;
        std::vector<std::size_t> of_class[2] = {std::vector<std::size_t>(bins),
                                                std::vector<std::size_t>(bins)};
        for (std::size_t k = 1; k < e_.roc.thresholds.size(); ++k) {
            const Confusion now = at(k);
            const Confusion before = at(k - 1);
            const auto b =
                std::min(bins - 1, static_cast<std::size_t>(std::clamp(e_.roc.thresholds[k], 0.0, 1.0) *
                                                            static_cast<double>(bins)));
            of_class[0][b] += static_cast<std::size_t>(std::llround(now.fp - before.fp));
            of_class[1][b] += static_cast<std::size_t>(std::llround(now.tp - before.tp));
        }
        html::Html out;
        for (const std::size_t k : {std::size_t{1}, std::size_t{0}}) {
            const std::string name =
                html::shortened(e_.target.column, 40) + " = " + html::shortened(e_.target.classes[k], 40);
            const charts::Plot plot{
                .label = "histogram of the scores of rows with " + name,
                .x = charts::Axis::of_shares(k == 0 ? "score" : ""),
                .y = {.title = name + ": " + count_text(k == 1 ? positives_ : negatives_) + " rows"},
                .bars = of_class[k],
                .mark = e_.threshold,
                .flat = true};
            out << plot.html();
        }
        return out << muted("The dashed line: the threshold. Heights are of each class by itself.");
    }

    [[nodiscard]] GASKET_COLD html::Html worth() const {
        if (!e_.business) return {};
        const BusinessValue& v = *e_.business;
        html::Html rows;
        const auto line = [&](const char* policy, std::size_t treated, std::int64_t worth) {
            html::Html row = html::element("th", {{"scope", "row"}}, policy);
            row << html::number_cell(text::grouped(treated)) << html::number_cell(BusinessValue::money(worth))
                << html::number_cell(text::fixed(
                       v.rows == 0 ? missing : static_cast<double>(worth) / static_cast<double>(v.rows) / 100,
                       2));
            rows << html::element("tr", {}, row);
        };
        line("Decide by the model", v.treated, v.value);
        line("Treat nobody", 0, v.treat_nobody);
        line("Treat everybody", v.rows, v.treat_everybody);
        html::Html table = html::table(
            "Worth of the decisions",
            html::table_head({{"Policy"}, {"Treated", "n"}, {"Worth", "n"}, {"A row", "n"}}), rows);
        table << muted("A row is worth " + BusinessValue::money(v.utility.tp) + " decided rightly, " +
                       BusinessValue::money(v.utility.fp) + " decided in vain, " +
                       BusinessValue::money(v.utility.fn) + " missed, " + BusinessValue::money(v.utility.tn) +
                       " rightly left alone.");
        html::Html out = panel("What the decisions are worth", table);
        // worth counts rows, the curve what they weigh: where rows weigh differently there is no curve
        if (positives_ + negatives_ == static_cast<double>(v.rows))
            out << panel("At other thresholds", value_plot(v));
        return html::element("div", {{"class", "plots broad"}}, out);
    }

    [[nodiscard]] GASKET_COLD html::Html value_plot(const BusinessValue& v) const {
        charts::Curve curve{"worth", "first", {}, {}};
        double best = missing;
        double best_at = missing;
        for (std::size_t k = e_.roc.thresholds.size(); k-- > 1;) {
            const Confusion c = at(k);
            const double value =
                (c.tp * static_cast<double>(v.utility.tp) + c.fp * static_cast<double>(v.utility.fp) +
                 c.fn * static_cast<double>(v.utility.fn) + c.tn * static_cast<double>(v.utility.tn)) /
                100;
            curve.x.push_back(e_.roc.thresholds[k]);
            curve.y.push_back(value);
            if (!(value <= best)) best = value, best_at = e_.roc.thresholds[k];
        }
        const double nobody = static_cast<double>(v.treat_nobody) / 100;
        const double low = std::min(nobody, *std::min_element(curve.y.begin(), curve.y.end()));
        const double high = std::max(nobody, *std::max_element(curve.y.begin(), curve.y.end()));
        const charts::Plot plot{.label = "worth of the decisions at every threshold",
                                .x = charts::Axis::of_shares("threshold"),
                                .y = charts::Axis::of_numbers("worth, in whole units of money", low, high),
                                .curves = {{"treat nobody", "base", {0, 1}, {nobody, nobody}}, curve},
                                .mark = e_.threshold,
                                .mark_name = "threshold " + text::fixed(e_.threshold, 4)};
        return plot.html() << muted("Highest at " + text::fixed(best_at, 4) +
                                    " on these rows; a threshold chosen on them would promise too much.");
    }

    const Evaluation& e_;
    double positives_ = 0;
    double negatives_ = 0;
};

}  // namespace gasket::detail
