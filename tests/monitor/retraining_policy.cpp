#include "gasket/monitor/retraining_policy.hpp"

#include <sstream>

#include "support/catch.hpp"

using namespace gasket;

namespace {
constexpr std::int64_t day = 86400;
constexpr std::int64_t trained = 1700006400;

/// A month after training, labels enough, nothing wrong.
RetrainingEvidence quiet() {
    RetrainingEvidence out{
        .now = trained + 30 * day, .trained_at = trained, .model = "1.0.0", .new_labels = 5000};
    DriftReport report;
    report.live_rows = 500;
    report.features.resize(1);
    report.features[0].feature = "age";
    report.has_scores = false;
    out.drift = report;
    return out;
}
DriftReport drifted(DriftStatus status) {
    DriftReport report = *quiet().drift;
    report.features[0].status = status;
    report.features[0].psi.value = 0.3;
    return report;
}
RateShift shifted(DriftStatus status) {
    return {.status = status,
            .labels = 900,
            .predicted_rate = 0.2,
            .observed_rate = 0.25,
            .relative = 0.25,
            .chance = 0.1};
}
bool fired(const RetrainingDecision& decision, const std::string& name) {
    for (const RetrainingDecision::Trigger& t : decision.triggers) {
        if (t.name == name) return t.fired;
    }
    FAIL("no trigger " << name);
    return false;
}
}  // namespace

TEST_CASE("where nothing has happened the model is kept") {
    const RetrainingDecision decision = RetrainingPolicy{}.decide(quiet());
    CHECK_FALSE(decision.retrain);
    CHECK(decision.exit_code() == 0);
    CHECK(decision.reasons().empty());
    CHECK(decision.held_back.empty());
    CHECK(decision.summary() == "keep: no trigger fired");
    // nothing known at all is no reason either
    CHECK_FALSE(RetrainingPolicy{}.decide({.now = trained + day, .trained_at = trained}).retrain);
}

TEST_CASE("each trigger fires by itself, and says why") {
    const RetrainingPolicy policy;
    RetrainingEvidence e = quiet();
    e.drift = drifted(DriftStatus::drift);
    RetrainingDecision decision = policy.decide(e);
    CHECK(decision.retrain);
    CHECK(decision.exit_code() == 3);
    CHECK(decision.summary() == "retrain: drift: drift on 500 rows: age (PSI 0.30)");
    e.drift = drifted(DriftStatus::moderate);
    CHECK_FALSE(policy.decide(e).retrain);
    CHECK(RetrainingPolicy{.drift = DriftStatus::moderate}.decide(e).retrain);
    e.drift = drifted(DriftStatus::insufficient);
    CHECK_FALSE(RetrainingPolicy{.drift = DriftStatus::moderate}.decide(e).retrain);
    e.drift = drifted(DriftStatus::drift);
    CHECK_FALSE(RetrainingPolicy{.drift = DriftStatus::insufficient}.decide(e).retrain);

    e = quiet();
    e.concept_drift = shifted(DriftStatus::drift);
    CHECK(fired(policy.decide(e), "concept drift"));
    CHECK(policy.decide(e).retrain);
    CHECK_FALSE(RetrainingPolicy{.concept_drift = false}.decide(e).retrain);
    e.concept_drift = shifted(DriftStatus::moderate);
    CHECK_FALSE(policy.decide(e).retrain);
    e.concept_drift = shifted(DriftStatus::insufficient);
    CHECK_FALSE(policy.decide(e).retrain);
    e.errors_changed = false;
    CHECK_FALSE(policy.decide(e).retrain);
    e.errors_changed = true;
    CHECK(policy.decide(e).retrain);
    CHECK(policy.decide(e).reasons() == std::vector<std::string>{"errors: changed"});

    e = quiet();
    e.now = trained + 181 * day;
    CHECK(policy.decide(e).reasons() == std::vector<std::string>{"age: 181.0 days"});
    CHECK_FALSE(RetrainingPolicy{.most_age_days = 0}.decide(e).retrain);

    e = quiet();
    CHECK(RetrainingPolicy{.new_labels = 5000}.decide(e).retrain);
    CHECK_FALSE(RetrainingPolicy{.new_labels = 5001}.decide(e).retrain);
}

TEST_CASE("a figure that has fallen counts where enough labels are behind it") {
    RetrainingEvidence e = quiet();
    e.holdout = Performance{.auc = 0.85, .log_loss = 0.4};
    e.realised = Performance{.auc = 0.8, .log_loss = 0.45};
    e.judged = 500;
    CHECK(RetrainingPolicy{}.decide(e).summary() ==
          "retrain: auc: 0.8500 on the holdout, 0.8000 on 500 recent rows");
    CHECK_FALSE(RetrainingPolicy{.most_fall = 0.06}.decide(e).retrain);
    CHECK(RetrainingPolicy{.metric = "log_loss"}.decide(e).retrain);  // less is better
    CHECK_FALSE(RetrainingPolicy{.metric = "log_loss", .most_fall = 0.06}.decide(e).retrain);
    CHECK_FALSE(RetrainingPolicy{.metric = ""}.decide(e).retrain);
    e.judged = 499;
    const RetrainingDecision few = RetrainingPolicy{}.decide(e);
    CHECK_FALSE(few.retrain);
    CHECK(few.triggers[3].found.find("fewer than the 500 that count") != std::string::npos);
    e.judged = 500;
    std::swap(e.holdout, e.realised);
    CHECK_FALSE(RetrainingPolicy{}.decide(e).retrain);
    e.holdout.reset();
    CHECK_FALSE(RetrainingPolicy{}.decide(e).retrain);
}

TEST_CASE("the cool-down and too few labels hold it back, and are told") {
    RetrainingEvidence e = quiet();
    e.drift = drifted(DriftStatus::drift);
    e.now = trained + 5 * day;
    RetrainingDecision decision = RetrainingPolicy{}.decide(e);
    CHECK_FALSE(decision.retrain);
    CHECK(decision.exit_code() == 0);
    CHECK(decision.held_back == std::vector<std::string>{"cool-down: 5.0 of 7 days"});
    CHECK(decision.summary().find("wait: drift: ") == 0);
    CHECK(RetrainingPolicy{.cool_down_days = 5}.decide(e).retrain);
    e.now = trained + 30 * day;
    e.last_decided = trained + 29 * day;
    CHECK_FALSE(RetrainingPolicy{}.decide(e).retrain);
    e.last_decided = trained + 20 * day;
    CHECK(RetrainingPolicy{}.decide(e).retrain);
    e.new_labels = 999;
    decision = RetrainingPolicy{}.decide(e);
    CHECK_FALSE(decision.retrain);
    CHECK(decision.held_back == std::vector<std::string>{"too few new rows with labels: 999 of 1,000"});
}

TEST_CASE("the decision is a record: text and JSON") {
    RetrainingEvidence e = quiet();
    e.concept_drift = shifted(DriftStatus::drift);
    const RetrainingDecision decision = RetrainingPolicy{}.decide(e);
    const Json json = decision.to_json();
    CHECK(json["retrain"] == true);
    CHECK(json["model"] == "1.0.0");
    CHECK(json["at"].get<std::string>().find("2023-12-15") == 0);
    CHECK(json["triggers"].size() == 5);
    CHECK(json["triggers"][1]["fired"] == true);
    CHECK(json["held_back"].empty());
    std::ostringstream out;
    out << decision;
    CHECK(out.str().find("concept drift  FIRED") != std::string::npos);
    CHECK(RetrainingPolicy{}.to_json()["cool_down_days"] == 7.0);
}

TEST_CASE("bad options and evidence from the future are errors") {
    CHECK_THROWS_AS(RetrainingPolicy{.drift = DriftStatus::stable}.decide(quiet()), OptionError);
    CHECK_THROWS_AS(RetrainingPolicy{.most_fall = -1}.decide(quiet()), OptionError);
    CHECK_THROWS_AS(RetrainingPolicy{.least_judged = 0}.decide(quiet()), OptionError);
    CHECK_THROWS_AS(RetrainingPolicy{.most_age_days = -1}.decide(quiet()), OptionError);
    CHECK_THROWS_AS(RetrainingPolicy{.cool_down_days = -1}.decide(quiet()), OptionError);
    CHECK_THROWS_AS(RetrainingPolicy{.metric = "gini"}.decide(quiet()), DataError);
    CHECK_THROWS_AS(RetrainingPolicy{}.decide({.now = trained - 1, .trained_at = trained}), DataError);
}
