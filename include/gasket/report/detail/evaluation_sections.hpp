#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/evaluation.hpp"
#include "gasket/evaluate/slices.hpp"
#include "gasket/pipeline/artifact.hpp"
#include "gasket/pipeline/model.hpp"
#include "gasket/report/charts.hpp"
#include "gasket/report/detail/binary_sections.hpp"
#include "gasket/report/html.hpp"
#include "gasket/report/page.hpp"
#include "gasket/report/plot.hpp"

namespace gasket::detail {

/// "0.8480 to 0.8853", "-" for none.
[[nodiscard]] inline std::string interval_text(const Interval* interval) {
    return interval == nullptr ? "-"
                               : text::fixed(interval->low, 4) + " to " + text::fixed(interval->high, 4);
}

/// Whether less of a metric is better: that of errors and losses.
[[nodiscard]] inline bool less_is_better(std::string_view metric) {
    constexpr std::array<std::string_view, 9> errors = {"log_loss", "brier",     "calibration_error",
                                                        "rmse",     "mae",       "median_absolute_error",
                                                        "mape",     "max_error", "poisson_deviance"};
    return std::find(errors.begin(), errors.end(), metric) != errors.end();
}

/// How far a metric has come on the way from no skill to perfect; missing where there is no such way.
/// reference: Murphy, Skill scores based on the mean square error, 1988
[[nodiscard]] inline double skill(std::string_view metric, double value, double without) {
    const double perfect = less_is_better(metric) ? 0 : 1;
    return std::abs(perfect - without) > 1e-12 ? (value - without) / (perfect - without) : missing;
}

/// Where the model is weak, as a section.
[[nodiscard]] GASKET_COLD inline Section slices_section(const Slices& slices, const std::string& of) {
    std::vector<html::Html> rows;
    for (const Slice& s : slices.slices) {
        html::Html row = html::element("th", {{"scope", "row"}}, html::name(s.name));
        row << html::number_cell(text::grouped(s.rows)) << html::number_cell(text::fixed(s.metric.value, 4))
            << html::element("td", {{"class", "n spare"}}, interval_text(&s.metric))
            << html::element("td", {{"class", "n spare"}}, text::fixed(s.rest, 4))
            << html::element("td", {{"class", "n spare"}}, text::fixed(s.adjusted, 4))
            << html::element(
                   "td", {},
                   s.weak ? html::element("span", {{"class", "pill serious"}}, "weak") : html::Html{});
        rows.push_back(html::element("tr", {}, row));
    }
    html::Html said = html::element(
        "p", {},
        (of.empty() ? "" : "Of " + of + ". ") + slices.metric +
            " of all these rows: " + text::fixed(slices.overall, 4) + ". " +
            text::grouped(slices.slices.size()) + " segments judged, " + text::grouped(slices.weak()) +
            " weaker than all other rows beyond chance (false discoveries at most " +
            text::percent(slices.false_discoveries, 0) + ").");
    if (!rows.empty()) {
        said << html::folded_table("Segments, the surest weakness first",
                                   html::table_head({{"Segment"},
                                                     {"Rows", "n"},
                                                     {slices.metric, "n"},
                                                     {"Interval", "n spare"},
                                                     {"Elsewhere", "n spare"},
                                                     {"Adjusted p", "n spare"},
                                                     {""}}),
                                   rows);
    }
    if (slices.too_small + slices.without_value > 0) {
        said << html::element("p", {{"class", "muted"}},
                              "Not judged: " + text::grouped(slices.too_small) + " too small, " +
                                  text::grouped(slices.without_value) + " in which the metric has no value.");
    }
    return {"slices", "Where it is weak", html::panel(said)};
}

/// Answers against truths, and how far they are apart.
[[nodiscard]] GASKET_COLD inline Section errors_section(const std::vector<double>& truth,
                                                        const std::vector<double>& answers,
                                                        const std::string& target, const std::string& of) {
    constexpr std::size_t most_points = 2000;
    constexpr std::size_t bins = 31;
    const auto [least_true, most_true] = std::minmax_element(truth.begin(), truth.end());
    const auto [least_said, most_said] = std::minmax_element(answers.begin(), answers.end());
    const double low = std::min(*least_true, *least_said);
    const double high = std::max(*most_true, *most_said);
    const std::size_t every = (truth.size() + most_points - 1) / most_points;
    charts::Plot seen{.label = "predicted against true numbers",
                      .x = charts::Axis::of_numbers("true " + html::shortened(target, 40), low, high),
                      .y = charts::Axis::of_numbers("predicted", low, high),
                      .curves = {{"predicted = true", "base", {low, high}, {low, high}}}};
    for (std::size_t r = 0; r < truth.size(); r += every) seen.points.emplace_back(truth[r], answers[r]);

    std::vector<double> errors;
    for (std::size_t r = 0; r < truth.size(); ++r) errors.push_back(answers[r] - truth[r]);
    std::vector<double> sorted = errors;
    std::sort(sorted.begin(), sorted.end());
    // as far as 99 % of the rows, to both sides alike: a few far ones would hide the shape
    const double reach =
        std::max(std::abs(quantile_of_sorted(sorted, 0.005)), std::abs(quantile_of_sorted(sorted, 0.995)));
    std::vector<std::size_t> counts(bins, 0);
    std::size_t beyond = 0;
    for (const double error : errors) {
        const double share = reach > 0 ? (error / 2 + reach / 2) / reach : 0.5;
        if (share < 0 || share > 1) {
            ++beyond;
        } else {
            ++counts[std::min(bins - 1, static_cast<std::size_t>(share * static_cast<double>(bins)))];
        }
    }
    charts::Axis axis = charts::Axis::of_numbers("predicted less true", -reach, reach);
    const charts::Plot residuals{
        .label = "histogram of the errors",
        .x = axis,
        .y = charts::Axis::of_numbers("rows", 0,
                                      static_cast<double>(*std::max_element(counts.begin(), counts.end()))),
        .bars = counts,
        .mark = 0};
    const auto q = [&](double share) { return axis.text(quantile_of_sorted(sorted, share)); };
    std::string note = "Half of the errors are from " + q(0.25) + " to " + q(0.75) + ", nine of ten from " +
                       q(0.05) + " to " + q(0.95) + ".";
    if (beyond > 0) note += " " + text::grouped(beyond) + " rows are beyond the picture.";
    html::Html first = html::element("h3", {}, "Predicted against true");
    first << seen.html();
    if (every > 1)
        first << html::element(
            "p", {{"class", "muted"}},
            text::grouped(seen.points.size()) + " of " + text::grouped(truth.size()) + " rows are drawn.");
    html::Html second = html::element("h3", {}, "Errors");
    second << residuals.html() << html::element("p", {{"class", "muted"}}, note);
    html::Html out;
    if (!of.empty()) out << html::element("p", {{"class", "muted"}}, "Of " + of + ".");
    out << html::element("div", {{"class", "plots"}}, html::panel(first) << html::panel(second));
    return {"errors", "Errors", out};
}

/// The parts of an evaluation's page that every kind of target has.
class EvaluationSections {
  public:
    EvaluationSections(const Evaluation& e, const Model& model) : e_(e), model_(model) {}

    /// What was judged, on which rows.
    [[nodiscard]] GASKET_COLD html::Html lead() const {
        std::string line = text::grouped(e_.holdout.rows) +
                           (e_.holdout.side == "validation" ? " validation rows, " : " sealed rows, ");
        if (e_.target.task == Task::binary) {
            line += text::percent(e_.holdout.positive_rate) + " " + html::shortened(e_.target.column, 60) +
                    " = " + html::shortened(e_.target.positive(), 60) + ", decided from " +
                    text::fixed(e_.threshold, 4) + " on";
        } else if (e_.target.task == Task::multiclass) {
            line += text::grouped(e_.target.classes.size()) + " classes of " +
                    html::shortened(e_.target.column, 60);
        } else {
            line += "numbers of " + html::shortened(e_.target.column, 60);
        }
        std::string chain;
        for (const std::string& stage : model_.stages()) chain += (chain.empty() ? "" : " | ") + stage;
        html::Html out = html::element("p", {{"class", "muted"}}, line);
        if (!chain.empty())
            out << html::element("p", {{"class", "muted"}},
                                 "Model " + identity(model_).substr(0, 12) + ": " + chain);
        return out << html::element("div", {}, pills());
    }

    [[nodiscard]] GASKET_COLD std::vector<Section> verdict() const {
        html::Html tiles;
        for (const std::string_view name : headline()) {
            const std::size_t i = place(name);
            if (i == e_.metrics.size()) continue;
            html::Html dd = text::fixed(e_.metrics[i].second, 3);
            if (const Interval* const range = e_.interval(name)) {
                dd << html::element("small", {},
                                    text::fixed(range->low, 3) + " to " + text::fixed(range->high, 3) + " (" +
                                        text::percent(range->level, 0) + ")");
            }
            dd << html::element("small", {}, "no skill " + text::fixed(without(i), 3));
            tiles << html::element(
                "div", {}, html::element("dt", {}, html::spaced(name)) << html::element("dd", {}, dd));
        }
        html::Html rows;
        for (std::size_t i = 0; i < e_.metrics.size(); ++i) {
            const auto& [name, value] = e_.metrics[i];
            html::Html row = html::element("th", {{"scope", "row"}}, html::spaced(name));
            row << html::number_cell(text::fixed(value, 4))
                << html::number_cell(interval_text(e_.interval(name)))
                << html::number_cell(text::fixed(without(i), 4))
                << html::element("td", {{"class", "spare"}, {"style", "min-width:110px"}},
                                 charts::bar(skill(name, value, without(i))))
                << html::element("td", {{"class", "spare"}}, e_.words(name));
            rows << html::element("tr", {}, row);
        }
        html::Html table = html::table("Metrics with intervals and without skill",
                                       html::table_head({{"Metric"},
                                                         {"Value", "n"},
                                                         {"95 % interval", "n"},
                                                         {"No skill", "n"},
                                                         {"From no skill to perfect", "spare"},
                                                         {"What it says", "spare"}}),
                                       rows);
        table << html::element("p", {{"class", "muted"}}, e_.no_skill_words());
        html::Html out;
        if (!tiles.empty()) out << html::element("dl", {{"class", "tiles"}}, tiles);
        if (!rows.empty()) out << html::panel(table);
        return {{"verdict", "Verdict", out}};
    }

    /// Heat map and report of decisions between many classes.
    [[nodiscard]] GASKET_COLD Section many_classes() const {
        html::Html out;
        if (e_.matrix) {
            out << html::panel(html::element("h3", {}, "Decided against true")
                               << confusion_heat(*e_.matrix, e_.target.classes));
            const html::Html mixed = mixed_up(*e_.matrix);
            if (!mixed.empty())
                out << html::panel(html::element("h3", {}, "Taken for each other most") << mixed);
        }
        if (e_.report)
            out << html::panel(html::element("h3", {}, "Class by class") << report_table(*e_.report));
        return {"classes", "Decisions", out};
    }

    [[nodiscard]] GASKET_COLD Section importances() const {
        html::Html out;
        if (e_.importances && !e_.importances->features.empty()) {
            const Importances& all = *e_.importances;
            const double most = all.features.front().mean;
            out << html::panel(
                html::element("h3", {}, "When a column is shuffled")
                << bars(all.features.size(),
                        [&](std::size_t i) {
                            const FeatureImportance& f = all.features[i];
                            return charts::NamedShare{
                                f.feature, most > 0 ? f.mean / most : 0,
                                text::fixed(f.mean, 4) + " \xC2\xB1 " + text::fixed(f.std, 4)};
                        })
                << html::element(
                       "p", {{"class", "muted"}},
                       (all.greater_is_better ? "Fall of " : "Rise of ") + all.metric +
                           ", mean and standard deviation over " + text::grouped(all.repeats) +
                           " shuffles. One no greater than its deviation cannot be told from none; of two "
                           "columns that say the same, each may look unimportant."));
        }
        const std::vector<double> own = model_.importances();
        if (!own.empty()) {
            const std::vector<std::size_t> order =
                order_by(own.size(), [&](std::size_t a, std::size_t b) { return own[a] > own[b]; });
            const double most = own[order.front()];
            out << html::panel(html::element("h3", {}, "What the estimator itself used")
                               << bars(own.size(),
                                       [&](std::size_t i) {
                                           const std::size_t f = order[i];
                                           return charts::NamedShare{model_.features()[f].name,
                                                                     most > 0 ? own[f] / most : 0,
                                                                     text::percent(own[f])};
                                       })
                               << html::element("p", {{"class", "muted"}},
                                                "Of features behind the preparation, on the training rows."));
        }
        if (out.empty()) return {"importances", "Importances", {}};
        return {"importances", "Importances", html::element("div", {{"class", "plots"}}, out)};
    }

    [[nodiscard]] GASKET_COLD Section folds() const {
        html::Html out;
        for (const FoldedMetric& m : e_.cross_validation) {
            if (m.known() == 0) continue;
            double most = 0;
            for (const double x : m.by_fold) most = std::max(most, is_missing(x) ? 0 : std::abs(x));
            std::vector<charts::NamedShare> shares;
            for (std::size_t f = 0; f < m.by_fold.size(); ++f)
                shares.push_back({"fold " + std::to_string(f + 1), most > 0 ? m.by_fold[f] / most : 0,
                                  text::fixed(m.by_fold[f], 4)});
            std::string note = "Mean " + text::fixed(m.mean(), 4) + ", standard deviation " +
                               text::fixed(m.std(), 4) + ", by the training rows alone";
            const double here = e_.metric(m.name);
            if (!is_missing(here)) note += "; on the rows judged here " + text::fixed(here, 4);
            out << html::panel(html::element("h3", {}, html::spaced(m.name) + " by fold")
                               << charts::bars(shares)
                               << html::element("p", {{"class", "muted"}}, note + "."));
        }
        if (out.empty()) return {"folds", "Cross-validation", {}};
        return {"folds", "Cross-validation", html::element("div", {{"class", "plots"}}, out)};
    }

    /// How the rows that were judged came about.
    [[nodiscard]] GASKET_COLD Section rows() const {
        const SplitRecord& r = e_.holdout;
        html::Html facts;
        const auto fact = [&](const char* name, const std::string& value) {
            if (value.empty()) return;
            facts << html::element("tr", {},
                                   html::element("th", {{"scope", "row"}}, name)
                                       << html::element("td", {}, html::name(value, 500)));
        };
        fact("Side", r.side);
        fact("Split", r.method + ", seed " + std::to_string(r.seed) +
                          (r.test_fraction > 0 ? ", " + text::percent(r.test_fraction) + " set aside" : ""));
        fact("From", r.cutoff);
        if (!r.group.empty()) fact("Whole groups of", r.group + " (" + text::grouped(r.groups) + ")");
        fact("Validation", r.validation);
        fact("Rows", text::grouped(r.rows));
        fact("Copies of other rows", text::grouped(r.duplicates));
        fact("Rows without target, left out", text::grouped(r.rows_without_target));
        fact("Digest of the rows", r.digest);
        return {"rows", "The rows judged", html::panel(html::table("How the rows came about", {}, facts))};
    }

  private:
    [[nodiscard]] std::vector<std::string_view> headline() const {
        if (e_.target.task == Task::regression) return {"rmse", "mae", "r2"};
        return {"auc", "average_precision", "log_loss", "f1"};
    }
    [[nodiscard]] std::size_t place(std::string_view name) const {
        std::size_t i = 0;
        while (i < e_.metrics.size() && e_.metrics[i].first != name) ++i;
        return i;
    }
    [[nodiscard]] double without(std::size_t i) const {
        return i < e_.without_skill.size() ? e_.without_skill[i] : missing;
    }

    /// Whether the model can be told from none, in colour.
    [[nodiscard]] html::Html pills() const {
        const std::string_view name = headline().front();
        const std::size_t i = place(name);
        html::Html out;
        const Interval* const range = e_.interval(name);
        const double none = i < e_.metrics.size() ? without(i) : missing;
        if (range != nullptr && !is_missing(none)) {
            const bool better = less_is_better(name) ? range->high < none : range->low > none;
            out << html::pill(better ? "good" : "serious",
                              better ? "better than no skill" : "cannot be told from no skill")
                << " ";
        } else if (range == nullptr) {
            out << html::pill("note", "no intervals") << " ";
        }
        if (!e_.holdout.seen_before.empty())
            out << html::pill("serious", "not the first look")
                << html::element("p", {{"class", "muted"}}, e_.holdout.seen_before);
        return out;
    }

    template <class Item>
    [[nodiscard]] static html::Html bars(std::size_t n, const Item& item) {
        std::vector<charts::NamedShare> shares;
        for (std::size_t i = 0; i < text::shown_of(n); ++i) shares.push_back(item(i));
        html::Html out = charts::bars(shares);
        if (shares.size() < n)
            out << html::element("p", {{"class", "muted"}},
                                 "and " + text::grouped(n - shares.size()) + " less important ones");
        return out;
    }

    /// The pairs of classes that are mixed up most, either way.
    [[nodiscard]] html::Html mixed_up(const ConfusionMatrix& m) const {
        struct Pair {
            std::size_t truth, decided;
            double rows;
        };
        std::vector<Pair> pairs;
        for (std::size_t t = 0; t < m.classes(); ++t) {
            for (std::size_t d = 0; d < m.classes(); ++d) {
                if (t != d && m(t, d) > 0) pairs.push_back({t, d, m(t, d)});
            }
        }
        sort_few(pairs, [](const Pair& a, const Pair& b) { return a.rows > b.rows; });
        std::vector<charts::NamedShare> shares;
        for (std::size_t i = 0; i < std::min<std::size_t>(8, pairs.size()); ++i) {
            const double share = pairs[i].rows / m.support(pairs[i].truth);
            shares.push_back({html::shortened(e_.target.classes[pairs[i].truth], 40) + " taken for " +
                                  html::shortened(e_.target.classes[pairs[i].decided], 40),
                              share, count_text(pairs[i].rows) + ", " + text::percent(share)});
        }
        return shares.empty() ? html::Html{} : charts::bars(shares);
    }

    const Evaluation& e_;
    const Model& model_;
};

}  // namespace gasket::detail
