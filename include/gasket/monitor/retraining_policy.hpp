#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/monitor/concept_drift.hpp"
#include "gasket/monitor/drift_report.hpp"
#include "gasket/monitor/performance.hpp"

namespace gasket {

/// What is known when it is asked whether a model should be trained again. What is not known is left empty,
/// and fires no trigger.
struct RetrainingEvidence {
    /// seconds UTC
    std::int64_t now = 0;
    /// when the live model was trained, and, where it is another moment, when it was last decided to train
    /// again, whatever came of it
    std::int64_t trained_at = 0;
    std::optional<std::int64_t> last_decided = {};
    /// what the live model is called, such as its version
    std::string model = {};
    /// rows with labels that are younger than the model
    std::size_t new_labels = 0;
    std::optional<DriftReport> drift = {};
    std::optional<RateShift> concept_drift = {};
    /// whether Adwin or PageHinkley found a change in the errors since the model was trained
    std::optional<bool> errors_changed = {};
    /// figures of recent rows with labels, how many these are, and the same figures of the holdout
    std::optional<Performance> realised = {};
    std::size_t judged = 0;
    std::optional<Performance> holdout = {};
};

/// Whether to train again, and why. A value; its JSON is the record for the archive.
struct RetrainingDecision {
    struct Trigger {
        std::string name;
        bool fired = false;
        std::string asked = {};  ///< when it fires
        std::string found = {};
    };

    bool retrain = false;
    std::int64_t at = 0;
    std::string model = {};
    std::vector<Trigger> triggers = {};
    /// why nothing is done although a trigger has fired; empty otherwise
    std::vector<std::string> held_back = {};

    /// The triggers that fired, in words.
    [[nodiscard]] std::vector<std::string> reasons() const {
        std::vector<std::string> out;
        for (const Trigger& t : triggers) {
            if (t.fired) out.push_back(t.name + ": " + t.found);
        }
        return out;
    }
    /// One line for people.
    [[nodiscard]] std::string summary() const {
        const std::vector<std::string> fired = reasons();
        if (fired.empty()) return "keep: no trigger fired";
        std::string out = retrain ? "retrain" : "wait";
        for (std::size_t i = 0; i < fired.size(); ++i) out += (i == 0 ? ": " : "; ") + fired[i];
        for (const std::string& held : held_back) out += "; but " + held;
        return out;
    }
    /// For a job: 0 keep or wait, 3 retrain.
    [[nodiscard]] int exit_code() const noexcept { return retrain ? 3 : 0; }

    [[nodiscard]] Json to_json() const {
        Json list = Json::array();
        for (const Trigger& t : triggers) {
            list.push_back(json_object(
                {{"trigger", t.name}, {"fired", t.fired}, {"asked", t.asked}, {"found", t.found}}));
        }
        return json_object({{"retrain", retrain},
                            {"at", detail::format_datetime(at)},
                            {"model", model},
                            {"summary", summary()},
                            {"triggers", std::move(list)},
                            {"held_back", held_back}});
    }
    friend std::ostream& operator<<(std::ostream& out, const RetrainingDecision& d) {
        text::Grid grid({"trigger", "", "fires", "found"});
        for (const Trigger& t : d.triggers) grid.add({t.name, t.fired ? "FIRED" : "", t.asked, t.found});
        out << "  " << (d.retrain ? "retrain" : d.held_back.empty() ? "keep" : "wait") << "\n" << grid.str();
        for (const std::string& held : d.held_back) out << "  held back: " << held << "\n";
        return out;
    }
};

/// When a model is trained again. Any trigger is enough; but never before enough labels have come that a new
/// model could learn from, nor within the cool-down after the last one: drift that a new model has just
/// learned, or that training does not cure, must not train for ever.
///
///     const RetrainingDecision decision = RetrainingPolicy{}.decide(evidence);
///     if (decision.retrain) ...   // then compare_training, a shadow, the gates
///
/// decide  O(1)   throws OptionError; DataError for evidence from the future or an unknown figure
struct RetrainingPolicy {
    /// status of the drift report from which on it is a trigger; insufficient: never
    DriftStatus drift = DriftStatus::drift;
    /// predicted against observed rate, and a change in the errors
    bool concept_drift = true;
    /// a figure of Performance, and how much worse than on the holdout it may be; empty: no such trigger
    std::string metric = "auc";
    double most_fall = 0.03;
    /// labels behind the figure for it to count; at least 1
    std::size_t least_judged = 500;
    /// the most days a model may be old; 0: any age
    double most_age_days = 180;
    /// new rows with labels that are a reason by themselves; 0: never
    std::size_t new_labels = 0;
    /// fewer new rows with labels than this never train a model
    std::size_t least_labels = 1000;
    /// days after training, or after the last decision, in which nothing is decided; at least 0
    double cool_down_days = 7;

    [[nodiscard]] RetrainingDecision decide(const RetrainingEvidence& evidence) const {
        check(evidence);
        RetrainingDecision out{.at = evidence.now, .model = evidence.model};
        const auto add = [&](std::string name, bool fired, std::string asked, std::string found) {
            out.triggers.push_back({std::move(name), fired, std::move(asked), std::move(found)});
        };
        const auto at_least = [](DriftStatus found, DriftStatus asked) {
            return found != DriftStatus::insufficient && found >= asked;
        };
        if (drift != DriftStatus::insufficient) {
            add("drift", evidence.drift && at_least(evidence.drift->status(), drift),
                "from " + std::string(name_of(drift)) + " on",
                evidence.drift ? evidence.drift->summary() : "no report");
        }
        if (concept_drift) {
            add("concept drift",
                evidence.concept_drift && at_least(evidence.concept_drift->status, DriftStatus::drift),
                "beyond chance and the critical difference",
                evidence.concept_drift ? evidence.concept_drift->summary() : "no labels");
            add("errors", evidence.errors_changed.value_or(false), "a change in the stream of errors",
                !evidence.errors_changed   ? "not watched"
                : *evidence.errors_changed ? "changed"
                                           : "no change");
        }
        if (!metric.empty()) add_metric(evidence, out);
        if (most_age_days > 0) {
            const double age = days_between(evidence.trained_at, evidence.now);
            add("age", age > most_age_days, "over " + text::compact(most_age_days) + " days",
                text::fixed(age, 1) + " days");
        }
        if (new_labels > 0) {
            add("new rows", evidence.new_labels >= new_labels,
                "from " + text::grouped(new_labels) + " rows with labels on",
                text::grouped(evidence.new_labels));
        }
        const bool fired = std::any_of(out.triggers.begin(), out.triggers.end(),
                                       [](const RetrainingDecision::Trigger& t) { return t.fired; });
        if (!fired) return out;
        const std::int64_t last =
            std::max(evidence.trained_at, evidence.last_decided.value_or(evidence.trained_at));
        const double since = days_between(last, evidence.now);
        if (since < cool_down_days) {
            out.held_back.push_back("cool-down: " + text::fixed(since, 1) + " of " +
                                    text::compact(cool_down_days) + " days");
        }
        if (evidence.new_labels < least_labels) {
            out.held_back.push_back("too few new rows with labels: " + text::grouped(evidence.new_labels) +
                                    " of " + text::grouped(least_labels));
        }
        out.retrain = out.held_back.empty();
        return out;
    }

    [[nodiscard]] Json to_json() const {
        return json_object({{"drift", name_of(drift)},
                            {"concept_drift", concept_drift},
                            {"metric", metric},
                            {"most_fall", most_fall},
                            {"least_judged", least_judged},
                            {"most_age_days", most_age_days},
                            {"new_labels", new_labels},
                            {"least_labels", least_labels},
                            {"cool_down_days", cool_down_days}});
    }

  private:
    static double days_between(std::int64_t from, std::int64_t to) {
        return static_cast<double>(to - from) / 86400;
    }

    void check(const RetrainingEvidence& evidence) const {
        const auto require = [](bool ok, const char* field, double found, const char* range) {
            detail::require_option(ok, std::string("RetrainingPolicy.") + field, text::shortest(found),
                                   range);
        };
        require(drift != DriftStatus::stable, "drift", 0, "moderate, drift or insufficient (never)");
        require(most_fall >= 0 && std::isfinite(most_fall), "most_fall", most_fall, "at least 0");
        require(least_judged >= 1, "least_judged", static_cast<double>(least_judged), "at least 1");
        require(most_age_days >= 0, "most_age_days", most_age_days, "at least 0");
        require(cool_down_days >= 0, "cool_down_days", cool_down_days, "at least 0");
        if (!metric.empty()) (void)Performance{}.figure(metric);  // throws, naming those that there are
        const std::int64_t latest =
            std::max(evidence.trained_at, evidence.last_decided.value_or(evidence.trained_at));
        if (latest > evidence.now) {
            throw DataError(
                ErrorCode::bad_metric_input,
                {.expected = "a model that was trained before " + detail::format_datetime(evidence.now),
                 .found = detail::format_datetime(latest),
                 .where = "RetrainingPolicy.decide",
                 .advice = "give `now` and `trained_at` in seconds since 1970, UTC"});
        }
    }

    void add_metric(const RetrainingEvidence& evidence, RetrainingDecision& out) const {
        RetrainingDecision::Trigger trigger{
            .name = metric, .asked = "worse than the holdout by more than " + text::shortest(most_fall)};
        if (!evidence.realised || !evidence.holdout) {
            trigger.found = evidence.realised ? "no figure of the holdout" : "no labels";
        } else {
            const double before = evidence.holdout->figure(metric);
            const double now = evidence.realised->figure(metric);
            const bool less_is_better = metric == "log_loss" || metric == "brier";
            const double fall = less_is_better ? now - before : before - now;
            trigger.found = text::fixed(before, 4) + " on the holdout, " + text::fixed(now, 4) + " on " +
                            text::grouped(evidence.judged) + " recent rows";
            trigger.fired = fall > most_fall && evidence.judged >= least_judged;
            if (fall > most_fall && !trigger.fired)
                trigger.found += ", fewer than the " + text::grouped(least_judged) + " that count";
        }
        out.triggers.push_back(std::move(trigger));
    }
};

}  // namespace gasket
