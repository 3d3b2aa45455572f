#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/adjusted_p_values.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/monitor/baseline.hpp"
#include "gasket/monitor/chi_square_test.hpp"
#include "gasket/monitor/concept_drift.hpp"
#include "gasket/monitor/jensen_shannon.hpp"
#include "gasket/monitor/ks.hpp"
#include "gasket/monitor/psi.hpp"
#include "gasket/monitor/wasserstein.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

/// One bin of a column: its share of the rows in training and live.
struct BinShare {
    std::string bin;
    double training = 0;
    double live = 0;
};

/// One column (or the score) of live rows against training.
struct FeatureDrift {
    std::string feature;
    /// how much has moved: the bands are those of the PSI
    Psi psi;
    /// for numbers, on the frozen grid (see ks_of_cells); missing for labels, and for a baseline without a
    /// grid. It tells small shifts that the bins of the PSI hide
    KsTest ks = {};
    /// of the bins, those that expect fewer than 5 rows joined
    ChiSquareTest chi_square = {};
    /// of the bins; from 0 (alike) to 1 (apart)
    double jensen_shannon = missing;
    /// for numbers, on the frozen grid (see wasserstein_of_cells); missing where the KS statistic is
    Wasserstein wasserstein = {};
    /// the chance of such a difference without drift, of this column alone: of numbers twice the lesser of
    /// the KS test and the chi-square test, of labels that of the chi-square test, of scores the PSI's, which
    /// knows what another fit of the model moves
    double p_value = missing;
    /// the same with regard to how many columns were looked at (Benjamini & Hochberg, 1995)
    double adjusted = missing;
    /// the PSI's band, where `adjusted` is at most 0.05; else stable
    DriftStatus status = DriftStatus::stable;
    /// the bin that moved most, in words
    std::string mover = "";
    /// all bins, in the order of FrozenBins::in_order; not in the JSON
    std::vector<BinShare> bins = {};

    [[nodiscard]] Json to_json() const {
        return json_object({{"feature", feature},
                            {"psi", detail::json_number(psi.value)},
                            {"critical", detail::json_number(psi.critical)},
                            {"ks", detail::json_number(ks.statistic)},
                            {"ks_p", detail::json_number(ks.p_value)},
                            {"chi_square", detail::json_number(chi_square.statistic)},
                            {"chi_square_freedom", chi_square.freedom},
                            {"chi_square_p", detail::json_number(chi_square.p_value)},
                            {"jensen_shannon", detail::json_number(jensen_shannon)},
                            {"wasserstein", detail::json_number(wasserstein.distance)},
                            {"wasserstein_deviations", detail::json_number(wasserstein.in_deviations)},
                            {"p", detail::json_number(p_value)},
                            {"adjusted_p", detail::json_number(adjusted)},
                            {"status", name_of(status)},
                            {"mover", mover}});
    }
};

/// What became of the columns that a model reads, of its scores and of its decisions. A value.
struct DriftReport {
    std::size_t live_rows = 0;
    /// most drifted first
    std::vector<FeatureDrift> features;
    /// of the scores; empty where none were given
    FeatureDrift score;
    bool has_scores = true;
    /// of the classes decided for, where there are many
    std::optional<FeatureDrift> decisions = {};
    /// missing unless the target is binary
    double decided_rate_training = missing;
    /// missing where no scores were given, and unless the target is binary
    double decided_rate_live = missing;
    /// columns of the live table that the model does not know and did not read
    std::size_t extra_columns = 0;
    /// predicted against observed rates, where labels are known and somebody puts it in (ConceptDrift)
    std::optional<RateShift> concept_drift = {};

    /// The worst of the features, the score and the concept; insufficient where there are too few live rows.
    /// Concept drift is drift whatever the others say.
    [[nodiscard]] DriftStatus status() const {
        const bool judged = concept_drift && concept_drift->status != DriftStatus::insufficient;
        if (judged && concept_drift->status == DriftStatus::drift) return DriftStatus::drift;
        DriftStatus worst = has_scores ? score.status : DriftStatus::stable;
        if (decisions) worst = std::max(worst, decisions->status);
        for (const FeatureDrift& f : features) worst = std::max(worst, f.status);
        if (judged) worst = std::max(worst, concept_drift->status);
        return worst;
    }
    /// For a job: 0 stable (or too few rows to tell), 1 moderate, 2 drift.
    [[nodiscard]] int exit_code() const {
        const DriftStatus worst = status();
        return worst == DriftStatus::drift ? 2 : worst == DriftStatus::moderate ? 1 : 0;
    }

    /// One line for people.
    [[nodiscard]] std::string summary() const {
        const DriftStatus worst = status();
        if (worst == DriftStatus::insufficient) {
            return "insufficient: " + std::to_string(live_rows) + " rows, at least " +
                   std::to_string(psi_least_rows) + " are needed";
        }
        std::vector<std::string> moved;
        for (const FeatureDrift& f : features) {
            if (f.status != DriftStatus::stable)
                moved.push_back(f.feature + " (PSI " + text::fixed(f.psi.value, 2) + ")");
        }
        if (moved.empty() && has_scores && score.status != DriftStatus::stable)
            moved.push_back("the score (PSI " + text::fixed(score.psi.value, 2) + ")");
        if (moved.empty() && decisions && decisions->status != DriftStatus::stable)
            moved.push_back("the classes decided for (PSI " + text::fixed(decisions->psi.value, 2) + ")");
        std::string out = std::string(name_of(worst)) + " on " + text::grouped(live_rows) + " rows";
        const bool by_concept = concept_drift && (concept_drift->status == DriftStatus::moderate ||
                                                  concept_drift->status == DriftStatus::drift);
        if (by_concept && moved.size() < 5)
            moved.push_back("observed against predicted rate (" +
                            std::string(concept_drift->relative < 0 ? "" : "+") +
                            text::percent(concept_drift->relative) + ")");
        if (moved.empty() && !features.empty()) {
            out += ", greatest PSI " + text::fixed(features.front().psi.value, 4) + " (" +
                   features.front().feature + ")";
        } else if (!moved.empty()) {
            out += ": " + text::list(moved, 5);
        }
        return out;
    }

    [[nodiscard]] Json to_json() const {
        Json list = Json::array();
        for (const FeatureDrift& f : features) list.push_back(f.to_json());
        Json out = json_object(
            {{"status", name_of(status())},
             {"live_rows", live_rows},
             {"features", std::move(list)},
             {"score", has_scores ? score.to_json() : Json(nullptr)},
             {"decided_rate", json_object({{"training", detail::json_number(decided_rate_training)},
                                           {"live", detail::json_number(decided_rate_live)}})},
             {"extra_columns", extra_columns}});
        if (decisions) out["decisions"] = decisions->to_json();
        if (concept_drift) out["concept_drift"] = concept_drift->to_json();
        return out;
    }

    friend std::ostream& operator<<(std::ostream& out, const DriftReport& report) {
        out << "  " << report.summary() << "\n";
        text::Grid grid({"column", "PSI", "chance", "KS", "JS", "W/sd", "p", "status", "what moved most"});
        const auto add = [&](const FeatureDrift& f) {
            grid.add({f.feature, text::fixed(f.psi.value, 4), text::fixed(f.psi.critical, 4),
                      text::fixed(f.ks.statistic, 3), text::fixed(f.jensen_shannon, 3),
                      text::fixed(f.wasserstein.in_deviations, 2), text::fixed(f.adjusted, 4),
                      std::string(name_of(f.status)), f.mover});
        };
        const std::size_t shown = text::shown_of(report.features.size());
        for (std::size_t i = 0; i < shown; ++i) add(report.features[i]);
        if (report.has_scores) add(report.score);
        if (report.decisions) add(*report.decisions);
        out << grid.str()
            << "  PSI from 0.1 on: moderate, from 0.2 on: drift, where p is at most 0.05; chance: the PSI "
               "that "
               "equal worlds\n  reach once in twenty; JS: Jensen-Shannon distance; W/sd: Wasserstein "
               "distance "
               "in standard deviations;\n  p: with regard to all columns\n";
        if (shown < report.features.size())
            out << "  and " << report.features.size() - shown << " columns that drifted less than these\n";
        if (report.concept_drift) out << "  labels: " << report.concept_drift->summary() << "\n";
        if (!is_missing(report.decided_rate_training)) {
            out << "  decided positive: " << text::percent(report.decided_rate_training) << " in training, "
                << text::percent(report.decided_rate_live) << " live\n";
        }
        if (report.extra_columns > 0) {
            out << "  ignored: " << report.extra_columns
                << (report.extra_columns == 1 ? " column that the model does not read\n"
                                              : " columns that the model does not read\n");
        }
        return out;
    }
};

namespace detail {

/// The most of `adjusted` at which a difference is no longer put down to chance.
inline constexpr double drift_level = 0.05;

/// Of counts in the bins of a baseline, and by cell where it has cells; `noise`: see psi. The status is that
/// of this column alone, until `decide` has seen all.
inline FeatureDrift drift_of_counts(const Baseline::Entry& entry, std::span<const std::uint64_t> by_bin,
                                    std::span<const std::uint64_t> by_cell, double noise,
                                    const Beyond& beyond = {}) {
    FeatureDrift out{
        .feature = entry.name,
        .psi = psi(entry.counts, by_bin, noise),
        .ks = ks_of_cells(entry.cells, by_cell),
        .chi_square = chi_square_test(entry.counts, by_bin, 5),
        .jensen_shannon = jensen_shannon(entry.counts, by_bin),
        .wasserstein = wasserstein_of_cells(entry.bins.grid(), entry.cells, by_cell, beyond),
    };
    out.status = out.psi.status;
    if (std::isnan(out.psi.value)) return out;
    out.p_value = is_missing(out.ks.p_value)
                      ? out.chi_square.p_value
                      : std::min(1.0, 2 * std::min(out.ks.p_value, out.chi_square.p_value));
    out.mover = entry.bins.describe(out.psi.greatest_bin) + ": " + text::percent(out.psi.reference_share) +
                " -> " + text::percent(out.psi.live_share);
    double n = 0;
    double m = 0;
    for (std::size_t b = 0; b < by_bin.size(); ++b) {
        n += static_cast<double>(entry.counts[b]);
        m += static_cast<double>(by_bin[b]);
    }
    for (const std::size_t b : entry.bins.in_order()) {
        out.bins.push_back({entry.bins.describe(b), static_cast<double>(entry.counts[b]) / n,
                            static_cast<double>(by_bin[b]) / m});
    }
    return out;
}

/// How far numbers lie outside the range of training; counts tell that some do.
inline Beyond beyond_range(const FrozenBins& bins, std::span<const double> values) {
    const double low = bins.grid().front();
    const double high = bins.grid().back();
    Beyond out;
    for (const double x : values) out.add(x, low, high);
    return out;
}

inline Beyond beyond_range(const FrozenBins& bins, const Column& column) {
    if (column.kind() == Kind::numeric) return beyond_range(bins, column.numbers());
    Beyond out;
    if (column.kind() == Kind::category) return out;
    for (const std::int64_t s : column.seconds()) {
        if (s != missing_time) out.add(static_cast<double>(s), bins.grid().front(), bins.grid().back());
    }
    return out;
}

/// `live` is a Column or plain numbers.
template <class Values>
FeatureDrift feature_drift(const Baseline::Entry& entry, const Values& live, double noise = 0) {
    std::vector<std::uint64_t> by_bin;
    std::vector<std::uint64_t> by_cell;
    entry.count(live, by_bin, by_cell);
    Beyond beyond;
    if (!by_cell.empty() && by_cell[1] + by_cell.back() > 0) beyond = beyond_range(entry.bins, live);
    return drift_of_counts(entry, by_bin, by_cell, noise, beyond);
}

/// Gives all columns of one comparison their status: the PSI's band where the difference is more than chance
/// brings about anywhere among them in one of twenty comparisons; else stable.
inline void decide(const std::vector<FeatureDrift*>& all) {
    std::vector<FeatureDrift*> judged;
    std::vector<double> p;
    for (FeatureDrift* const f : all) {
        f->status = f->psi.status;
        if (f->status == DriftStatus::insufficient || is_missing(f->p_value)) continue;
        judged.push_back(f);
        p.push_back(f->p_value);
    }
    const std::vector<double> adjusted = adjusted_p_values(p);
    for (std::size_t i = 0; i < judged.size(); ++i) {
        judged[i]->adjusted = adjusted[i];
        judged[i]->status = adjusted[i] <= drift_level ? psi_band(judged[i]->psi.value) : DriftStatus::stable;
    }
}

/// Decides, and puts what drifted most first. For the scores the PSI alone counts: the KS test would see what
/// another fit of the model moves.
inline void conclude(DriftReport& report) {
    if (report.has_scores) report.score.p_value = report.score.psi.p_value;
    std::vector<FeatureDrift*> all;
    for (FeatureDrift& f : report.features) all.push_back(&f);
    if (report.has_scores) all.push_back(&report.score);
    if (report.decisions) all.push_back(&*report.decisions);
    decide(all);
    // A PSI without a value stands last: NaN is not less than anything.
    const auto rank = [](const FeatureDrift& f) { return std::isnan(f.psi.value) ? -1 : f.psi.value; };
    sort_few(report.features,
             [&](const FeatureDrift& a, const FeatureDrift& b) { return rank(a) > rank(b); });
}

}  // namespace detail

/// Compares live rows with a baseline: every column of the baseline and, where there are predictions, one for
/// each row, their scores and what is decided. Other columns of `live` play no part.
///
/// An alarm needs two things: a PSI from 0.1 on, so that what is beyond doubt but tiny raises none, and a
/// difference that is more than chance with regard to all that was compared. Where nothing has changed, one
/// of twenty comparisons at most raises an alarm, however many columns they have.
///
/// O(rows x columns), all threads   throws SchemaError (missing column), DataError (more or fewer predictions
/// than rows)
[[nodiscard]] inline DriftReport drift(const Baseline& baseline, const Table& live,
                                       const Predictions& predictions) {
    if (predictions.size() != 0 && predictions.size() != live.rows()) {
        throw DataError(ErrorCode::bad_metric_input,
                        {.expected = "one score for each of " + std::to_string(live.rows()) + " rows",
                         .found = std::to_string(predictions.size()) + " scores",
                         .where = "drift",
                         .advice = "score the very rows that are compared"});
    }
    DriftReport report;
    report.live_rows = live.rows();
    report.features.resize(baseline.columns.size());
    parallel_for(baseline.columns.size(), [&](std::size_t i) {
        const Baseline::Entry& entry = baseline.columns[i];
        report.features[i] = detail::feature_drift(entry, live[entry.name]);
    });
    report.decided_rate_training = baseline.decided_rate;
    report.has_scores = predictions.size() != 0 || live.rows() == 0;
    if (!report.has_scores) {
        detail::conclude(report);
        return report;
    }
    report.score = detail::feature_drift(baseline.scores, std::span<const double>(predictions.scores()),
                                         baseline.refit_noise);
    report.decided_rate_live = Baseline::decided_share(predictions);
    if (baseline.decisions)
        report.decisions = detail::feature_drift(*baseline.decisions, predictions.decisions());
    detail::conclude(report);
    return report;
}

/// The same for probabilities of a binary target, or none; decided positive from `threshold` on.
[[nodiscard]] inline DriftReport drift(const Baseline& baseline, const Table& live,
                                       std::span<const double> scores = {}, double threshold = 0.5) {
    return drift(baseline, live, Baseline::binary(scores, threshold));
}

/// Compares live rows with the baseline that the model carries: every raw column that it reads, its scores,
/// its decisions.
///
/// O(rows x columns), all threads   throws DataError (the model has no baseline), SchemaError (missing
/// column, wrong type)
[[nodiscard]] inline DriftReport drift(const Model& model, const Table& live) {
    const Json* section = model.section("baseline");
    if (section == nullptr) {
        throw DataError(ErrorCode::no_baseline,
                        {.expected = "a model with a baseline",
                         .found = "none",
                         .where = "drift",
                         .advice = "end the chain with a PsiMonitor and fit it again"});
    }
    const Baseline baseline = Baseline::from_json(detail::Fields(*section, "baseline"));
    const Predictions predictions = model.predict(live);  // checks the columns too
    DriftReport report = drift(baseline, live, predictions);
    report.extra_columns = predictions.extra_columns;
    return report;
}

}  // namespace gasket
