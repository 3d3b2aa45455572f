#include "gasket/deploy/dashboard.hpp"

#include "deploy/bank_models.hpp"
#include "gasket/deploy/record_reader.hpp"
#include "support/catch.hpp"
#include "support/markup.hpp"

using namespace gasket;
using Catch::Matchers::Contains;
using testing_support::bank_model;

namespace {

constexpr std::int64_t noon = 1'704'110'400;

std::shared_ptr<ServedModel> served() {
    return std::make_shared<ServedModel>(bank_model(7), "1.0.0", RecordRules{}, 10'000);
}

/// A service that has answered for an hour, sixty requests a minute, each within 100 us.
DashboardData quiet(std::shared_ptr<const ServedModel> model) {
    DashboardData data{.name = "bank", .now = noon, .started = noon - 3600, .refresh_seconds = 15};
    data.served = std::move(model);
    for (std::int64_t m = 0; m < 60; ++m) {
        ServiceMinute one{.minute = noon / 60 - 59 + m, .answered = 60};
        for (int i = 0; i < 60; ++i) one.times.add(8e-5);
        data.minutes.push_back(one);
    }
    data.events = {
        {.action = RegistryAction::promote, .version = {1, 0, 0}, .at = noon - 7200, .by = "<b>me</b>"}};
    data.rows_scored = 3600;
    return data;
}

/// `n` labelled answers of probability `p`, of which the share `observed` came true.
Table labelled(std::size_t n, double p, double observed) {
    std::vector<std::int64_t> at;
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < n; ++i) {
        at.push_back(noon - 100'000 + static_cast<std::int64_t>(i));
        labels.emplace_back(static_cast<double>(i * 37 % 100) < 100 * observed ? "1" : "0");
    }
    return Table{{"at", Column::datetime(at)},
                 {"score", Column::numeric(std::vector<double>(n, p))},
                 {"decision", Column::category(std::vector<std::string>(n, "0"))},
                 {"label", Column::category(labels)}};
}

Health worst(const DashboardData& data) {
    return health_findings(data).front().health;
}

}  // namespace

TEST_CASE("health is the worst of what was found, and each finding says why") {
    const DashboardData fine = quiet(served());
    CHECK(health_findings(fine).size() == 1);
    CHECK(worst(fine) == Health::good);
    CHECK(worst(quiet(nullptr)) == Health::serious);

    DashboardData fails = fine;
    fails.minutes.back().failed = 1;
    CHECK(worst(fails) == Health::warning);
    fails.minutes.back().failed = 10;
    CHECK(worst(fails) == Health::serious);
    CHECK_THAT(health_findings(fails).front().says, Contains("10 requests failed"));
    DashboardData long_ago = fine;
    long_ago.minutes.front().failed = 60;
    CHECK(worst(long_ago) == Health::good);
    DashboardData refuses = fine;
    for (ServiceMinute& m : refuses.minutes) m.refused = 7;
    CHECK(worst(refuses) == Health::warning);

    DashboardData loses = fine;
    loses.log = PredictionLogCounts{.taken = 10, .written = 9, .dropped = 1};
    CHECK(worst(loses) == Health::warning);

    DashboardData off = fine;
    off.labelled = labelled(1000, 0.3, 0.3);
    CHECK(worst(off) == Health::good);
    off.labelled = labelled(1000, 0.3, 0.34);  // by an eighth: more than chance, less than critical
    CHECK(worst(off) == Health::warning);
    CHECK_THAT(health_findings(off).front().says, Contains("30.0 % predicted, 34.0 % observed"));
    off.labelled = labelled(1000, 0.3, 0.36);
    CHECK(worst(off) == Health::serious);
    CHECK_THAT(health_findings(off).front().says, Contains("concept drift"));
    off.labelled = labelled(90, 0.3, 0.6);  // too few to say
    CHECK(worst(off) == Health::good);
}

TEST_CASE("live rows that moved are found, and their bins shown") {
    const auto model = served();
    const auto work = model->take();
    std::string body = "[";
    for (int i = 0; i < 300; ++i)
        body += std::string(i == 0 ? "" : ",") +
                R"({"age":77,"balance":1,"tenure":1,"active":1,"country":"Spain","gender":"Male"})";
    (void)read_records(body + "]", work->records);
    model->score(*work);
    const DashboardData data = quiet(model);
    CHECK(worst(data) == Health::serious);
    const std::string page = dashboard_page(data).str();
    CHECK_THAT(
        page, Contains("Not healthy") && Contains("<details class=\"card\" open=\"\">") && Contains("Spain"));
    const std::vector<DriftBins> bins = model->drift()->bins();
    REQUIRE(bins.size() == 7);  // six columns and the scores
    for (const DriftBins& one : bins) {
        double training = 0;
        double live = 0;
        for (std::size_t b = 0; b < one.bins.size(); ++b) {
            training += one.training[b];
            live += one.live[b];
        }
        CHECK(training == Approx(1));
        CHECK(live == Approx(1));
    }
}

TEST_CASE("realised rates are told in the order of time") {
    const Target target = bank_model(7).target();
    const RealisedRates rates = RealisedRates::of(labelled(1000, 0.25, 0.4), target);
    REQUIRE(rates.groups.size() == 10);
    CHECK(rates.all.rows == 1000);
    CHECK(rates.all.predicted == Approx(0.25));
    CHECK(rates.all.observed == Approx(0.4));
    CHECK(rates.all.error == Approx(std::sqrt(0.4 * 0.6 / 999)));
    CHECK(rates.groups[0].to < rates.groups[1].from);
    CHECK(RealisedRates::of(labelled(40, 0.25, 0.4), target).groups.size() == 1);
    CHECK(RealisedRates::of(Table{}, target).groups.empty());
}

TEST_CASE("the page is sound, fetches nothing and shows names from data as text") {
    DashboardData data = quiet(served());
    data.labelled = labelled(500, 0.3, 0.3);
    data.log = PredictionLogCounts{.taken = 3600, .written = 3600};
    PairedScores pairs;
    pairs.target = data.served->model().target();
    for (std::size_t r = 0; r < 400; ++r) {
        pairs.champion.push_back(static_cast<double>(r % 89) / 89);
        pairs.challenger.push_back(static_cast<double>(r % 97) / 97);
        pairs.truth.push_back(r % 3 == 0 ? 1 : 0);
    }
    data.shadows = {shadow_report(pairs, "1.0.0", "2.0.0")};
    const Page page = dashboard_page(data);
    CHECK(page.sections.size() == 6);
    std::string text = page.str();
    CHECK_THAT(text,
               Contains("Healthy") && Contains("2.0.0 beside 1.0.0") && Contains("&lt;b&gt;me&lt;/b&gt;"));
    CHECK_THAT(text, Contains("60 / min") && Contains("3,600 in the last hour"));
    CHECK(text.find("<script") == std::string::npos);
    CHECK(text.find("https:") == std::string::npos);
    for (const std::string& fault : testing_support::faults_of_page(text)) FAIL_CHECK(fault);
    for (const std::string& fault : testing_support::faults_of_page(dashboard_page(quiet(nullptr)).str()))
        FAIL_CHECK(fault);
}
