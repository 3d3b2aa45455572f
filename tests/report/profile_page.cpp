#include "gasket/report/profile_page.hpp"

#include "gasket/data/csv.hpp"
#include "gasket/data/profiler.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/markup.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::faults_of_page;

namespace {
const std::vector<std::string> none;

std::size_t count(const std::string& page, const std::string& part) {
    std::size_t n = 0;
    for (std::size_t at = page.find(part); at != std::string::npos; at = page.find(part, at + 1)) ++n;
    return n;
}
bool has(const std::string& page, const std::string& part) {
    return count(page, part) > 0;
}

std::string page_of(const Table& table, const std::string& target = "") {
    return profile_page(Profiler{.target = target, .now = 0}.observe(table), "customers.csv").str();
}
}  // namespace

TEST_CASE("the page of a profile has every part, each under its heading") {
    const std::string page = page_of(testing_support::small_bank(500), "churn");
    CHECK(faults_of_page(page) == none);
    CHECK(has(page, "<h1>Profile of customers.csv</h1>"));
    for (const char* const id : {"overview", "alerts", "target", "missing", "columns", "together"})
        CHECK(has(page, "<h2 id=\"" + std::string(id) + "-title\">"));
    CHECK(has(page, "500 rows, 8 columns, target <a href=\"#column-8\">churn</a>"));
    CHECK(count(page, "<article class=\"card\"") == 8);
    CHECK(has(page, "(positive)"));
    CHECK(has(page, "Pearson&#39;s correlation"));
    CHECK_FALSE(has(page, "nan"));
    CHECK(page == page_of(testing_support::small_bank(500), "churn"));
    CHECK_FALSE(has(page_of(testing_support::small_bank(50)), "target-title"));
}

TEST_CASE("what is serious comes first") {
    REQUIRE_DATA(path, "bank_churn_records_leaky/data.csv");
    const std::string page = page_of(read_csv(path), "Exited");
    CHECK(faults_of_page(page) == none);
    const std::size_t leak = page.find("leak suspect</span>");
    const std::size_t warning = page.find("Warnings: look into these");
    const std::size_t note = page.find("identifier</span>");
    CHECK(leak < warning);
    CHECK(warning < note);
    CHECK(note != std::string::npos);
    CHECK(has(page, "<span class=\"pill serious\">1 serious alert</span>"));
    CHECK(has(page, "<dt>AUC alone</dt><dd>0.998</dd>"));
}

TEST_CASE("names and labels from data are shown, never run") {
    const std::string evil = "<script>alert('1')</script>\"><img src=x onerror=y>&\x01\xFF";
    const std::string other = "</style></table>--><svg onload=z>";
    std::vector<std::string> labels(60, evil);
    for (std::size_t i = 0; i < 20; ++i) labels[i] = other;
    std::vector<double> numbers;
    for (int i = 0; i < 60; ++i) numbers.push_back(i % 7);
    const Table table{{evil, Column::category(labels)},
                      {other, Column::category(labels)},
                      {"' onmouseover='x", Column::numeric(numbers)},
                      {"javascript:x", Column::numeric(numbers)}};
    Profile profile = Profiler{.target = evil}.observe(table);
    profile.alerts.push_back({other, evil, evil});
    profile.alerts.push_back({"no such column" + evil, "skew", other});
    const std::string page = profile_page(profile, evil).str();
    CHECK(faults_of_page(page) == none);
    CHECK(has(page, "&lt;script&gt;alert(&#39;1&#39;)&lt;"));
    CHECK_FALSE(has(page, "<script"));
    CHECK_FALSE(has(page, "<img"));
}

TEST_CASE("all kinds of columns have a card, with and without values") {
    const Table table{{"when", Column::datetime({0, 86400, 86400, missing_time})},
                      {"never", Column::datetime(std::vector<std::int64_t>(4, missing_time))},
                      {"flag", Column::numeric({0, 1, 1, missing})},
                      {"one", Column::numeric({7, 7, 7, 7})},
                      {"hole", Column::numeric(std::vector<double>(4, missing))},
                      {"far", Column::numeric({1, -2, 1e300, HUGE_VAL})},
                      {"label", Column::category({"a", "b", "b", ""})},
                      {"no label", Column::nothing(Kind::category, 4)}};
    const std::string page = page_of(table);
    CHECK(faults_of_page(page) == none);
    CHECK(has(page, "<span>1970-01-01</span>"));
    CHECK(has(page, "<dt>In the future</dt><dd>2 (66.7\xC2\xA0%)</dd>"));
    CHECK(has(page, "<dt>Infinite</dt>"));
    CHECK(has(page, "(empty text)"));
    CHECK(count(page, "<p class=\"muted\">No value.</p>") == 3);
    CHECK_FALSE(has(page, "nan"));
    CHECK_FALSE(has(page, "inf<"));
}

TEST_CASE("where far values hide the shape, the middle is shown too") {
    std::vector<double> x;
    for (int i = 0; i < 1000; ++i) x.push_back(i % 100);
    CHECK_FALSE(has(page_of({{"x", Column::numeric(x)}}), "A few far values"));
    x[17] = 1e6;
    const std::string page = page_of({{"x", Column::numeric(x)}});
    CHECK(has(page, "A few far values"));
    CHECK(has(page, "histogram of x from 4.95 to 95"));
}

TEST_CASE("a table of many columns stays usable: folded cards that links open, folded lists") {
    Table table;
    std::vector<double> numbers;
    for (int i = 0; i < 60; ++i) numbers.push_back(i * i % 17);
    for (int c = 0; c < 500; ++c) {
        numbers[static_cast<std::size_t>(c % 60)] = c % 3 == 0 ? missing : c;
        table = table.with("column " + std::to_string(c), Column::numeric(numbers));
    }
    const std::string page = page_of(table);
    CHECK(faults_of_page(page) == none);
    CHECK(page.size() < 2'500'000);
    CHECK(count(page, "<details class=\"card\">") == 500);
    CHECK(has(page, "</summary><div id=\"column-500\">"));
    CHECK(has(page, "class=\"scroll tall\""));
    CHECK(has(page, "more: correlated</summary>"));
    CHECK(has(page, "The 20 of 100 features"));
    CHECK(has(page, "400 features were not compared"));
    CHECK(count(page, "<article") == 0);
}

TEST_CASE("an empty profile has a page too") {
    CHECK(faults_of_page(profile_page(Profile{}).str()) == none);
    CHECK(has(profile_page(Profile{}).str(), "no alerts"));
    const std::string page = page_of(Table{{"x", Column::numeric({})}, {"c", Column::category({})}});
    CHECK(faults_of_page(page) == none);
    CHECK_FALSE(has(page, "nan"));
}
