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

#include "gasket/core/json.hpp"
#include "gasket/core/order.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/monitor/baseline.hpp"
#include "gasket/monitor/ks.hpp"
#include "gasket/monitor/psi.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

/// One column (or the score) of live rows against training.
struct FeatureDrift {
    std::string feature;
    Psi psi;
    /// for numbers, on the frozen grid (see ks_of_cells); missing for labels, and for a baseline without a
    /// grid. It tells small shifts that the bins of the PSI hide; the status is the PSI's
    KsTest ks = {};
    /// the bin that moved most, in words
    std::string mover = "";

    [[nodiscard]] Json to_json() const {
        return json_object({{"feature", feature},
                            {"psi", detail::json_number(psi.value)},
                            {"critical", detail::json_number(psi.critical)},
                            {"ks", detail::json_number(ks.statistic)},
                            {"ks_p", detail::json_number(ks.p_value)},
                            {"status", name_of(psi.status)},
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

    /// The worst of the features and the score; insufficient where there are too few live rows.
    [[nodiscard]] DriftStatus status() const {
        DriftStatus worst = has_scores ? score.psi.status : DriftStatus::stable;
        if (decisions) worst = std::max(worst, decisions->psi.status);
        for (const FeatureDrift& f : features) worst = std::max(worst, f.psi.status);
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
            if (f.psi.status != DriftStatus::stable)
                moved.push_back(f.feature + " (PSI " + text::fixed(f.psi.value, 2) + ")");
        }
        if (moved.empty() && has_scores && score.psi.status != DriftStatus::stable)
            moved.push_back("the score (PSI " + text::fixed(score.psi.value, 2) + ")");
        if (moved.empty() && decisions && decisions->psi.status != DriftStatus::stable)
            moved.push_back("the classes decided for (PSI " + text::fixed(decisions->psi.value, 2) + ")");
        std::string out = std::string(name_of(worst)) + " on " + text::grouped(live_rows) + " rows";
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
        return out;
    }

    friend std::ostream& operator<<(std::ostream& out, const DriftReport& report) {
        out << "  " << report.summary() << "\n";
        text::Grid grid({"column", "PSI", "chance", "KS", "p", "status", "what moved most"});
        const auto add = [&](const FeatureDrift& f) {
            grid.add({f.feature, text::fixed(f.psi.value, 4), text::fixed(f.psi.critical, 4),
                      text::fixed(f.ks.statistic, 3), text::fixed(f.ks.p_value, 4),
                      std::string(name_of(f.psi.status)), f.mover});
        };
        const std::size_t shown = text::shown_of(report.features.size());
        for (std::size_t i = 0; i < shown; ++i) add(report.features[i]);
        if (report.has_scores) add(report.score);
        if (report.decisions) add(*report.decisions);
        out << grid.str()
            << "  PSI from 0.1 on: moderate, from 0.2 on: drift; chance: what equal worlds reach once in "
               "twenty\n";
        if (shown < report.features.size())
            out << "  and " << report.features.size() - shown << " columns that drifted less than these\n";
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

/// Of counts in the bins of a baseline, and by cell where it has cells; `noise`: see psi.
inline FeatureDrift drift_of_counts(const Baseline::Entry& entry, std::span<const std::uint64_t> by_bin,
                                    std::span<const std::uint64_t> by_cell, double noise) {
    FeatureDrift out{.feature = entry.name,
                     .psi = psi(entry.counts, by_bin, noise),
                     .ks = ks_of_cells(entry.cells, by_cell)};
    if (!std::isnan(out.psi.value)) {
        out.mover = entry.bins.describe(out.psi.greatest_bin) + ": " +
                    text::percent(out.psi.reference_share) + " -> " + text::percent(out.psi.live_share);
    }
    return out;
}

/// `live` is a Column or plain numbers.
template <class Values>
FeatureDrift feature_drift(const Baseline::Entry& entry, const Values& live, double noise = 0) {
    std::vector<std::uint64_t> by_bin;
    std::vector<std::uint64_t> by_cell;
    entry.count(live, by_bin, by_cell);
    return drift_of_counts(entry, by_bin, by_cell, noise);
}

}  // namespace detail

/// Compares live rows with a baseline: every column of the baseline and, where there are predictions, one for
/// each row, their scores and what is decided. Other columns of `live` play no part.
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
    // A PSI without a value stands last: NaN is not less than anything.
    const auto rank = [](const FeatureDrift& f) { return std::isnan(f.psi.value) ? -1 : f.psi.value; };
    detail::sort_few(report.features,
                     [&](const FeatureDrift& a, const FeatureDrift& b) { return rank(a) > rank(b); });
    report.decided_rate_training = baseline.decided_rate;
    report.has_scores = predictions.size() != 0 || live.rows() == 0;
    if (!report.has_scores) return report;
    report.score = detail::feature_drift(baseline.scores, std::span<const double>(predictions.scores()),
                                         baseline.refit_noise);
    report.decided_rate_live = Baseline::decided_share(predictions);
    if (baseline.decisions)
        report.decisions = detail::feature_drift(*baseline.decisions, predictions.decisions());
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
