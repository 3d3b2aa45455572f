#include "gasket/deploy/shadow.hpp"

#include <chrono>
#include <map>

#include "deploy/bank_models.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::bank_model;
using testing_support::records_of;
using testing_support::small_bank;

namespace {

std::shared_ptr<ServedModel> served(std::uint64_t seed, const std::string& version_name) {
    return std::make_shared<ServedModel>(bank_model(seed), version_name, RecordRules{}, 10'000);
}

/// A request as a service answers it.
ShadowedRequest answered(const std::shared_ptr<ServedModel>& by, const std::string& id, std::string body) {
    const auto work = by->take();
    (void)read_records(body, work->records);
    by->score(*work);
    return {.champion = by,
            .id = id,
            .at = 1'700'000'000,
            .body = std::move(body),
            .good = work->records.good(),
            .answers = work->answers};
}

struct KeptLog : AnswerLog {
    bool add(LoggedPrediction prediction) override {
        kept.push_back(std::move(prediction));
        return true;
    }
    FeedbackStatus feedback(const std::string&, const std::string&, std::int64_t) override {
        return FeedbackStatus::accepted;
    }
    [[nodiscard]] PredictionLogCounts counts() const override { return {}; }
    [[nodiscard]] std::string last_error() const override { return ""; }
    std::vector<LoggedPrediction> kept;
};

}  // namespace

TEST_CASE("challengers score the records that the champion answered, and labels find their pairs") {
    const auto champion = served(7, "1.0.0");
    const auto second = served(8, "2.0.0");
    const auto third = served(9, "3.0.0");
    KeptLog log;
    Shadow shadow({}, &log);
    CHECK_FALSE(shadow.any());
    shadow.set_challengers({second, third});
    CHECK(shadow.any());
    const Table rows = small_bank(600, 31);
    for (std::size_t r = 0; r < 600; r += 50)
        REQUIRE(shadow.add(answered(champion, "q" + std::to_string(r), records_of(rows, r, r + 50))));
    for (std::size_t r = 0; r < 600; ++r)
        shadow.label("q" + std::to_string(r / 50 * 50) + "-" + std::to_string(r % 50),
                     rows.cell(r, rows.index_of("churn")));
    shadow.label("unknown-1", "1");
    const std::vector<ShadowReport> reports = shadow.reports();
    REQUIRE(reports.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        const Model& challenger = (i == 0 ? second : third)->model();
        const ShadowReport expected = shadow_report(
            paired_scores(champion->model(), challenger, rows, "churn"), "1.0.0", i == 0 ? "2.0.0" : "3.0.0");
        CHECK(reports[i].to_json().dump() == expected.to_json().dump());
    }
    CHECK(shadow.counts().scored == 600);
    CHECK(shadow.counts().dropped == 0);
    REQUIRE(log.kept.size() == 1200);
    CHECK(log.kept.front().id == "q0-0@2.0.0");
    CHECK(log.kept.front().role == "shadow");
    CHECK(log.kept.front().score == second->model().predict(rows)[0]);
    CHECK(log.kept.front().decision == (second->model().predict(rows).decided(0) ? "1" : "0"));
}

TEST_CASE("records that only one of the two takes are told apart") {
    const auto champion = served(7, "1.0.0");
    const Table odd = small_bank(600, 3).with("age", Column::numeric(std::vector<double>(600, 50)));
    const auto strict =
        std::make_shared<ServedModel>(bank_model(8), "2.0.0", RecordRules{.refuse_outside = true}, 10'000);
    Shadow shadow;
    shadow.set_challengers({strict});
    const std::string body =
        R"([{"age":500,"balance":1,"tenure":1,"active":1,"country":"Spain","gender":"Male"},)"
        R"({"age":"x"},)"
        R"({"age":30,"balance":1,"tenure":1,"active":1,"country":"Spain","gender":"Male"}])";
    REQUIRE(shadow.add(answered(champion, "q", body)));
    shadow.flush();
    const ShadowReport report = shadow.reports().at(0);
    CHECK(report.rows == 1);
    CHECK(report.refused == 1);
    shadow.label("q-2", "1");
    shadow.label("q-0", "1");
    CHECK(shadow.reports().at(0).labelled == 1);
}

TEST_CASE("a full queue drops, counts, and makes nobody wait") {
    const auto champion = served(7, "1.0.0");
    Shadow shadow({.most_waiting = 1000});
    shadow.set_challengers({served(8, "2.0.0"), served(9, "3.0.0")});
    const Table rows = small_bank(400, 31);
    const ShadowedRequest one = answered(champion, "q", records_of(rows, 0, 400));
    double longest = 0;
    std::uint64_t refused = 0;
    for (int i = 0; i < 50; ++i) {
        ShadowedRequest copy = one;
        const auto begin = std::chrono::steady_clock::now();
        refused += shadow.add(std::move(copy)) ? 0 : 400;
        longest = std::max(longest,
                           std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    CHECK(refused > 0);
    CHECK(longest < 0.05);
    shadow.flush();
    CHECK(shadow.counts().dropped == refused);
    CHECK(shadow.counts().scored + shadow.counts().dropped == 50 * 400);
    CHECK(shadow.counts().waiting == 0);
    Shadow bytes({.most_waiting_bytes = 100});
    CHECK_FALSE(bytes.add(one));
    CHECK_THROWS_AS(Shadow({.most_waiting = 0}), OptionError);
    CHECK_THROWS_AS(Shadow({.kept_rows = 10}), OptionError);
}

TEST_CASE("the latest rows are kept, and another champion begins anew") {
    const auto champion = served(7, "1.0.0");
    const auto second = served(8, "2.0.0");
    Shadow shadow({.kept_rows = 250});
    shadow.set_challengers({second});
    const Table rows = small_bank(600, 31);
    for (std::size_t r = 0; r < 600; r += 50)
        REQUIRE(shadow.add(answered(champion, "q" + std::to_string(r), records_of(rows, r, r + 50))));
    shadow.label("q100-3", "1");  // forgotten
    shadow.label("q550-3", "1");
    const ShadowReport report = shadow.reports().at(0);
    CHECK(report.rows == 250);
    CHECK(report.labelled == 1);
    std::vector<std::size_t> last(250);
    for (std::size_t i = 0; i < 250; ++i) last[i] = 350 + i;
    const PairedScores expected = paired_scores(champion->model(), second->model(), rows.take(last));
    CHECK(report.mean_difference == Approx(shadow_report(expected, "", "").mean_difference).epsilon(1e-12));

    const auto fourth = served(10, "4.0.0");
    shadow.set_challengers({second, fourth});  // the first goes on
    REQUIRE(shadow.add(answered(champion, "r", records_of(rows, 0, 10))));
    shadow.flush();
    CHECK(shadow.reports().at(0).rows == 250);
    CHECK(shadow.reports().at(1).rows == 10);
    REQUIRE(shadow.add(answered(served(11, "5.0.0"), "s", records_of(rows, 0, 20))));
    shadow.flush();
    CHECK(shadow.reports().at(0).rows == 20);
    CHECK(shadow.reports().at(0).champion == "5.0.0");
    shadow.set_challengers({});
    CHECK(shadow.reports().empty());
}
