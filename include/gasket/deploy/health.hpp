#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/data/table.hpp"
#include "gasket/deploy/answer_log.hpp"
#include "gasket/deploy/live_model.hpp"
#include "gasket/deploy/realised_rates.hpp"
#include "gasket/deploy/registry_history.hpp"
#include "gasket/deploy/service_metrics.hpp"
#include "gasket/deploy/shadow.hpp"
#include "gasket/monitor/drift_report.hpp"

namespace gasket {

/// What a service knows of itself when its dashboard is asked for.
struct DashboardData {
    std::string name = "model";
    std::int64_t now = 0;      ///< seconds since 1970-01-01 UTC, as the others
    std::int64_t started = 0;  ///< of the service
    int refresh_seconds = 0;
    std::shared_ptr<const ServedModel> served = nullptr;  ///< null: nothing is live
    std::vector<RegistryEvent> events = {};               ///< the earliest first
    std::vector<ServiceMinute> minutes = {};              ///< the earliest first
    std::uint64_t rows_scored = 0;
    std::uint64_t rows_refused = 0;
    std::size_t waiting_connections = 0;
    std::optional<PredictionLogCounts> log = std::nullopt;  ///< none: answers are not logged
    std::string log_error = {};
    Table labelled = {};  ///< as AnswerLog::latest_labelled
    std::vector<ShadowReport> shadows = {};
    ShadowCounts shadow_counts = {};
};

/// How a model is, at one glance.
enum class Health { good, warning, serious };

/// One thing that is not as it should be, or all that is well.
struct HealthFinding {
    Health health = Health::good;
    std::string says;
};

/// What is wrong, the worst first; a single good finding where nothing is.
[[nodiscard]] GASKET_COLD inline std::vector<HealthFinding> health_findings(const DashboardData& data) {
    std::vector<HealthFinding> out;
    const auto find = [&](bool wrong, Health health, const std::string& says) {
        if (wrong) out.push_back({health, says});
    };
    find(!data.served, Health::serious, "No version is live: every request is answered with 503.");
    std::uint64_t answered = 0;
    std::uint64_t refused = 0;
    std::uint64_t failed = 0;
    const std::size_t recent = std::min<std::size_t>(15, data.minutes.size());
    for (std::size_t i = data.minutes.size() - recent; i < data.minutes.size(); ++i) {
        answered += data.minutes[i].answered;
        refused += data.minutes[i].refused;
        failed += data.minutes[i].failed;
    }
    const auto share = [&](std::uint64_t n) {
        return answered == 0 ? 0.0 : static_cast<double>(n) / static_cast<double>(answered);
    };
    find(failed > 0, share(failed) > 0.01 ? Health::serious : Health::warning,
         text::grouped(static_cast<std::size_t>(failed)) + " requests failed in the last 15 minutes (" +
             text::percent(share(failed)) + ").");
    find(share(refused) > 0.1, Health::warning,
         text::percent(share(refused)) +
             " of the requests of the last 15 minutes were refused for what they held.");
    if (data.log) {
        const std::uint64_t lost = data.log->dropped + data.log->failed;
        find(lost > 0, Health::warning,
             text::grouped(static_cast<std::size_t>(lost)) + " answers are not in the log" +
                 (data.log_error.empty() ? "." : ": " + data.log_error));
    }
    if (data.served && data.served->drift() != nullptr) {
        const DriftReport drift = data.served->drift()->report();
        const DriftStatus status = drift.status();
        find(status == DriftStatus::drift, Health::serious, "The world has moved: " + drift.summary() + ".");
        find(status == DriftStatus::moderate, Health::warning, "The world moves: " + drift.summary() + ".");
    }
    if (data.served && data.served->model().target().task != Task::regression) {
        const RealisedRates rates = RealisedRates::of(data.labelled, data.served->model().target());
        const DriftStatus shift = rates.shift ? rates.shift->status : DriftStatus::stable;
        find(shift == DriftStatus::drift || shift == DriftStatus::moderate,
             shift == DriftStatus::drift ? Health::serious : Health::warning,
             "Labels say otherwise than the scores, " + (rates.shift ? rates.shift->summary() : "") + ".");
        find(!rates.shift && rates.differs(0.02), rates.differs(0.1) ? Health::serious : Health::warning,
             "Labels say otherwise than the scores: predicted " + text::percent(rates.all.predicted) +
                 ", observed " + text::percent(rates.all.observed) + ".");
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const HealthFinding& a, const HealthFinding& b) { return a.health > b.health; });
    if (out.empty()) out.push_back({Health::good, "Answers go out, and nothing that is watched has moved."});
    return out;
}

}  // namespace gasket
