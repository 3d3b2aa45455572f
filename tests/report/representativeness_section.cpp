#include "gasket/report/representativeness_section.hpp"

#include "support/catch.hpp"
#include "support/markup.hpp"
#include "support/tables.hpp"

using namespace gasket;

namespace {
std::string page_of(const Table& reference, const Table& other) {
    const Representativeness r =
        representativeness(reference, other, {.classifier = {.model = {.trees = 10}, .repeats = 1}});
    return Page{
        .title = "Two tables", .lead = {}, .sections = {representativeness_section(r, "Against <january>")}}
        .str();
}
bool has(const std::string& page, const std::string& part) {
    return page.find(part) != std::string::npos;
}
}  // namespace

TEST_CASE("two tables are a section: verdict, advice, a line for each column") {
    const Table bank = testing_support::small_bank(300);
    const std::string evil = "<script>alert(1)</script>";
    std::vector<double> age(bank["age"].numbers().begin(), bank["age"].numbers().end());
    for (double& x : age) x += 40;
    const Table live = bank.without({"tenure"})
                           .with("age", Column::numeric(age))
                           .with("gender", Column::category(std::vector<std::string>(300, evil)))
                           .with(evil, bank["balance"]);
    const std::string page = page_of(bank, live);
    CHECK(testing_support::faults_of_page(page) == std::vector<std::string>{});
    CHECK(has(page, "<h2 id=\"representativeness-title\">Against &lt;january&gt;</h2>"));
    CHECK(has(page, "<span class=\"pill serious\">different</span> a model tells the rows of the two apart"));
    CHECK(has(page, "missing: &#39;tenure&#39;"));
    CHECK(has(page, "<th scope=\"row\">tenure</th><td>missing</td><td class=\"n\">-</td>"));
    CHECK(has(page, "<td>apart</td>"));  // customer_id
    CHECK(has(page, "&lt;script&gt;"));
    CHECK_FALSE(has(page, "nan"));

    const std::string same = page_of(bank, bank);
    CHECK(has(same, "<span class=\"pill good\">alike</span>"));
    CHECK_FALSE(has(same, "-0.000"));
    CHECK(has(page_of(bank, bank.head(50)), "<span class=\"pill note\">insufficient</span> 300 and 50 rows"));
}
