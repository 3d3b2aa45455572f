#include "gasket/report/drift_page.hpp"

#include "gasket/core/random.hpp"
#include "gasket/monitor/psi_monitor.hpp"
#include "support/catch.hpp"
#include "support/markup.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::small_bank;

namespace {
bool has(const std::string& page, const std::string& part) {
    return page.find(part) != std::string::npos;
}
const std::string evil = "<script>alert('1')</script>\"><img src=x onerror=y>";

std::vector<double> scores(std::size_t rows, std::uint64_t seed, double skew) {
    Random random(seed);
    std::vector<double> out(rows);
    for (double& x : out) x = std::pow(random.uniform(), skew);
    return out;
}
/// A column gone up, labels that nobody knows, a column called like an attack.
DriftReport drifted() {
    const Table training = small_bank(2000).without({"customer_id", "churn"});
    const Table live = small_bank(600, 88);
    std::vector<double> age(live["age"].numbers().begin(), live["age"].numbers().end());
    for (double& x : age) x += 30;
    const Baseline baseline =
        PsiMonitor{}.baseline(training.with(evil, training["balance"]), scores(2000, 1, 2), 0.5);
    return drift(baseline,
                 live.with("age", Column::numeric(age))
                     .with("gender", Column::category(std::vector<std::string>(600, evil)))
                     .with(evil, live["balance"]),
                 scores(600, 2, 1), 0.5);
}
}  // namespace

TEST_CASE("a drift report is a page: verdict, figures and bins of every column") {
    const DriftReport report = drifted();
    const Page page = drift_page(report, {.name = "churn <1>", .source = "week 12"});
    const std::string text = page.str();
    CHECK(testing_support::faults_of_page(text) == std::vector<std::string>{});
    CHECK(text == drift_page(report, {.name = "churn <1>", .source = "week 12"}).str());
    CHECK(page.sections.size() == 3);
    CHECK(has(text, "Drift of churn &lt;1&gt;"));
    CHECK(has(text, "600 live rows against training: week 12"));
    CHECK(has(text, "<span class=\"pill serious\">drift</span> drift on 600 rows: "));
    CHECK(has(text, "<dt>Columns that moved</dt><dd>2<small>of 7</small></dd>"));
    CHECK(has(text, "labels never seen"));
    CHECK(has(text, "above 77"));
    CHECK(has(text, "&lt;script&gt;"));
    CHECK_FALSE(has(text, "nan"));
    CHECK_FALSE(has(text, "id=\"labels\""));
    CHECK_FALSE(has(text, "id=\"performance\""));
    // a card for each column and the score, a pair of bars for each bin that holds anything
    std::size_t cards = 0;
    for (std::size_t at = text.find("class=\"card\""); at != std::string::npos;
         at = text.find("class=\"card\"", at + 1))
        ++cards;
    CHECK(cards == 8);
    CHECK(has(text, "0.0 % \xE2\x86\x92 100.0 %"));
}

TEST_CASE("labels, expectations and a decision have sections of their own") {
    DriftPageOptions options;
    ConceptDrift watch;
    const std::vector<double> p = scores(700, 3, 2);
    Random random(4);
    std::vector<double> labels;
    for (std::size_t i = 0; i < p.size(); ++i) {
        labels.push_back(random.uniform() < std::min(1.0, p[i] + 0.3) ? 1 : 0);
        watch.add(1700006400 + 86400 * static_cast<std::int64_t>(i / 50), p[i], labels.back());
    }
    options.concept_drift = watch;
    options.expected = expected_performance(p);
    options.realised = realised_performance(labels, p);
    RetrainingEvidence evidence{.now = 1702000000, .trained_at = 1700006400, .new_labels = 5000};
    evidence.concept_drift = watch.verdict();
    options.decision = RetrainingPolicy{}.decide(evidence);
    DriftReport report;
    report.live_rows = 700;
    report.has_scores = false;
    const Page page = drift_page(report, options);
    const std::string text = page.str();
    CHECK(testing_support::faults_of_page(text) == std::vector<std::string>{});
    CHECK(page.sections.size() == 4);  // no column was compared
    CHECK(has(text, "id=\"labels\""));
    CHECK(has(text, "concept drift: "));
    CHECK(has(text, "Days from 2023-11-15"));
    CHECK(has(text, "<span class=\"pill warning\">outside</span>"));
    CHECK(has(text, "<li>no concept drift: "));
    CHECK(has(text, "<span class=\"pill warning\">fired</span>"));
    CHECK(has(text, "<span class=\"pill serious\">drift</span> "));  // by the labels alone
    CHECK_FALSE(has(text, "nan"));

    options.realised.reset();
    const std::string unknown = drift_page(report, options).str();
    CHECK(has(unknown, "labels are not known yet"));
    CHECK_FALSE(has(unknown, "outside"));
}

TEST_CASE("many labels are shown as the commonest and the others") {
    std::vector<std::string> words;
    for (int i = 0; i < 4000; ++i) words.push_back("w" + std::to_string(i % 49));
    const Table table{{"word", Column::category(words)}};
    const std::string text = drift_page(drift(PsiMonitor{}.baseline(table, {}, 0.5), table)).str();
    CHECK(testing_support::faults_of_page(text) == std::vector<std::string>{});
    CHECK(has(text, "20 others"));
    CHECK(has(text, "<span class=\"pill good\">stable</span>"));
}

TEST_CASE("too few rows, and none, are a page too") {
    const Table training = small_bank(500).without({"customer_id", "churn"});
    const Baseline baseline = PsiMonitor{}.baseline(training, {}, 0.5);
    for (const std::size_t rows : {50, 0}) {
        const std::string text = drift_page(drift(baseline, small_bank(60).head(rows))).str();
        CHECK(testing_support::faults_of_page(text) == std::vector<std::string>{});
        CHECK(has(text, "<span class=\"pill note\">insufficient</span>"));
        CHECK_FALSE(has(text, "nan"));
    }
}
