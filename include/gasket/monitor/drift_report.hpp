#pragma once

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/text.hpp"
#include "gasket/monitor/baseline.hpp"
#include "gasket/monitor/psi.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

/// One column (or the score) of live rows against training.
struct FeatureDrift {
    std::string feature;
    Psi psi;
    /// the bin that moved most, in words
    std::string mover;

    [[nodiscard]] Json to_json() const {
        return {{"feature", feature},
                {"psi", detail::json_number(psi.value)},
                {"critical", detail::json_number(psi.critical)},
                {"status", std::string(name_of(psi.status))},
                {"mover", mover}};
    }
};

/// What became of the columns that a model reads, of its scores and of its decisions. A value.
struct DriftReport {
    std::size_t live_rows = 0;
    /// most drifted first
    std::vector<FeatureDrift> features;
    FeatureDrift score;
    double decided_rate_training = 0;
    double decided_rate_live = 0;

    /// The worst of the features and the score; insufficient where there are too few live rows.
    [[nodiscard]] DriftStatus status() const {
        DriftStatus worst = score.psi.status;
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
        return {{"status", std::string(name_of(status()))},
                {"live_rows", live_rows},
                {"features", std::move(list)},
                {"score", score.to_json()},
                {"decided_rate", {{"training", decided_rate_training}, {"live", decided_rate_live}}}};
    }

    friend std::ostream& operator<<(std::ostream& out, const DriftReport& report) {
        out << "  " << report.summary() << "\n";
        text::Grid grid({"column", "PSI", "chance", "status", "what moved most"});
        const auto add = [&](const FeatureDrift& f) {
            grid.add({f.feature, text::fixed(f.psi.value, 4), text::fixed(f.psi.critical, 4),
                      std::string(name_of(f.psi.status)), f.mover});
        };
        for (const FeatureDrift& f : report.features) add(f);
        add(report.score);
        return out << grid.str() << "  decided positive: " << text::percent(report.decided_rate_training)
                   << " in training, " << text::percent(report.decided_rate_live) << " live\n";
    }
};

namespace detail {

inline FeatureDrift feature_drift(const Baseline::Entry& entry, const std::vector<std::uint64_t>& live) {
    FeatureDrift out{.feature = entry.name, .psi = psi(entry.counts, live), .mover = ""};
    if (!std::isnan(out.psi.value)) {
        out.mover = entry.bins.describe(out.psi.greatest_bin) + ": " +
                    text::percent(out.psi.reference_share) + " -> " + text::percent(out.psi.live_share);
    }
    return out;
}

}  // namespace detail

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
    DriftReport report;
    report.live_rows = live.rows();
    report.features.resize(baseline.columns.size());
    parallel_for(baseline.columns.size(), [&](std::size_t i) {
        const Baseline::Entry& entry = baseline.columns[i];
        report.features[i] = detail::feature_drift(entry, entry.bins.count(live[entry.name]));
    });
    std::stable_sort(report.features.begin(), report.features.end(),
                     [](const FeatureDrift& a, const FeatureDrift& b) { return a.psi.value > b.psi.value; });
    report.score = detail::feature_drift(baseline.scores, baseline.scores.bins.count(predictions.values));
    report.decided_rate_training = baseline.decided_rate;
    std::size_t decided = 0;
    for (std::size_t r = 0; r < predictions.size(); ++r) decided += predictions.decided(r) ? 1 : 0;
    report.decided_rate_live =
        predictions.size() == 0 ? 0 : static_cast<double>(decided) / static_cast<double>(predictions.size());
    return report;
}

}  // namespace gasket
