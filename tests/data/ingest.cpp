#include "gasket/data/ingest.hpp"

#include <set>
#include <sstream>

#include "gasket/core/random.hpp"
#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/csv.hpp"
#include "support/files.hpp"
#include "support/months.hpp"

using namespace gasket;
using testing_support::cells;
using testing_support::failure;
using testing_support::write_text;
using Cells = std::vector<std::string>;

namespace {

Schema customers() {
    return Schema({{.name = "id", .type = LogicalType::text, .role = Role::id},
                   {.name = "age", .type = LogicalType::integer, .min = 18, .max = 92},
                   {.name = "plan", .type = LogicalType::category, .labels = {"basic", "family"}},
                   {.name = "since", .type = LogicalType::datetime, .nullable = true}});
}

/// Every rule that a row breaks, as "type age, gap plan".
std::string rules(const QuarantinedRow& row) {
    std::string out;
    for (const Violation& v : row.violations)
        out += (out.empty() ? "" : ", ") + std::string(name_of(v.rule)) +
               (v.column.empty() ? "" : " " + v.column);
    return out;
}

constexpr auto good_rows = "id,age,plan,since\nA,30,basic,2024-01-01\n";

Ingestion taken(const std::string& text, IngestOptions options = {}) {
    options.most_share = 1;
    return ingest(write_text("in.csv", text), customers(), options);
}

}  // namespace

TEST_CASE(
    "rows that keep the schema are accepted, others set aside with line, key, raw text and every broken "
    "rule") {
    const Ingestion in = taken(
        "since,id,plan,extra,age\n"
        "2024-01-01,A,basic,1,30\n"
        ",B,family,2,17\n"
        "soon,C,gold,3,\"93\"\n"
        "\n"
        "2024-01-01,D,,4,thirty\n"
        "2024-01-01,E,basic,5\n"
        "2024-01-01,\"F\nG\",basic,6,\n"
        "2024-01-01,H,family,7,92\n");
    CHECK(in.read == 7);
    CHECK(in.accepted_rows == 2);
    CHECK(in.accepted.names() == Cells{"id", "age", "plan", "since"});
    CHECK(cells(in.accepted, "id") == Cells{"A", "H"});
    CHECK(in.accepted["plan"].labels().size() == 2);
    const auto& bad = in.quarantine.rows;
    REQUIRE(bad.size() == 5);
    CHECK(rules(bad[0]) == "range age");
    CHECK(bad[0].line == 3);
    CHECK(bad[0].key == "B");
    CHECK(bad[0].raw == ",B,family,2,17");
    CHECK(bad[0].violations[0].text() == "age: expected 18 to 92, found '17'");
    CHECK(rules(bad[1]) == "type since, range age, label plan");
    CHECK(bad[1].violations[2].text() == "plan: expected 2 labels: basic and family, found 'gold'");
    CHECK(bad[1].raw == "soon,C,gold,3,\"93\"");
    CHECK(rules(bad[2]) == "type age, gap plan");
    CHECK(bad[2].line == 6);
    CHECK(bad[2].violations[0].text() == "age: expected a whole number, found 'thirty'");
    CHECK(rules(bad[3]) == "fields");
    CHECK(bad[3].key.empty());  // the first field is no key
    CHECK(bad[3].violations[0].text() == "expected 5 fields, found 4");
    CHECK(rules(bad[4]) == "gap age");
    CHECK(bad[4].key == "F\nG");
    CHECK(bad[4].line == 8);
    CHECK(bad[4].raw == "2024-01-01,\"F\nG\",basic,6,");

    CHECK(in.find(Change::added, "extra")->rows == 6);
    CHECK(in.find(Change::widened, "age")->what.is == "17 to 93");
    CHECK(in.find(Change::new_labels, "plan")->what.is == "'gold' (1)");
    CHECK(in.find(Change::gaps, "plan")->rows == 1);
    CHECK(in.find(Change::retyped, "since") != nullptr);
    CHECK(in.find(Change::retyped, "age")->what.note == "1 of 1 different values is no number: 'thirty'");
}

TEST_CASE("a contract made in January names on the file of March what changed") {
    Schema january = infer_schema(parse_csv(testing_support::january()));
    january.set_role("customer", Role::id);
    const std::string path = write_text("march.csv", testing_support::march());
    const auto check = [](const Ingestion& in) {
        CHECK(in.find(Change::renamed, "plan")->what.is == "tariff");
        CHECK(in.find(Change::gone, "tenure") != nullptr);
        CHECK(in.find(Change::added, "complaints") != nullptr);
        CHECK(in.find(Change::new_labels, "country")->what.is.substr(0, 11) == "'Portugal' ");
        CHECK(in.find(Change::date_format, "signup")->what.is == "DD/MM/YYYY");
        CHECK(in.find(Change::date_format, "signup")->rows == 400);
        CHECK(in.find(Change::retyped, "balance")->what.note ==
              "numbers with '€': declare it, Reading.remove");
        CHECK(in.anomalies.size() == 6);
    };
    const Ingestion in = ingest(path, january, {.most_share = 1});
    CHECK(in.read == 400);
    CHECK(in.quarantine.size() == 400);
    CHECK(in.accepted.rows() == 0);
    CHECK(rules(in.quarantine.rows[0]).find("column plan") != std::string::npos);
    CHECK(rules(in.quarantine.rows[0]).find("type signup") != std::string::npos);
    CHECK(in.quarantine.rows[0].key == "C2000");
    check(in);
    // too much to go on: the error says what is wrong with the file
    const auto f = failure([&] { (void)ingest(path, january); });
    CHECK(f.code == ErrorCode::too_many_bad_rows);
    CHECK(f.parts.found.find("plan: renamed, tariff") != std::string::npos);
    CHECK(f.parts.found.find("signup: date format, DD/MM/YYYY") != std::string::npos);
    // a contract that allows for it takes the file in
    Schema may = january;
    may.change("signup", [](ColumnSchema& c) { c.reading.formats = {"iso", "%d/%m/%Y"}, c.max.reset(); });
    may.change("balance", [](ColumnSchema& c) { c.reading.remove = {"€"}, c.min = 0; });
    may.change("tenure", [](ColumnSchema& c) { c.required = false; });
    may.change("plan", [](ColumnSchema& c) { c.required = false; });
    may.change("country", [](ColumnSchema& c) { c.labels = {"France", "Germany", "Portugal", "Spain"}; });
    const Ingestion fine = ingest(path, may);
    INFO(fine);
    CHECK(fine.accepted.rows() == 400);
    CHECK(fine.accepted["signup"].kind() == Kind::datetime);
    CHECK(fine.find(Change::renamed, "plan") != nullptr);
}

TEST_CASE("strict mode throws the first bad row with everything that is wrong with it") {
    const auto strict = [](const std::string& text) {
        const std::string path = write_text("in.csv", text);
        return failure([&] { (void)ingest(path, customers(), {.bad_rows = BadRows::strict}); });
    };
    const auto f = strict(std::string(good_rows) + "B,7,gold,\nC,8,basic,\n");
    CHECK(f.code == ErrorCode::against_schema);
    CHECK(f.parts.where.find("in.csv, line 3, column 'age', key 'B'") != std::string::npos);
    CHECK(f.parts.expected == "18 to 92");
    CHECK(f.parts.found == "'7'; plan: expected 2 labels: basic and family, found 'gold'");
    CHECK(strict(std::string(good_rows) + "B,x,basic,\n").code == ErrorCode::bad_value);
    CHECK(strict(std::string(good_rows) + "B,30\n").code == ErrorCode::ragged_row);
    CHECK(strict(std::string(good_rows) + "\"B,30,basic,\n").code == ErrorCode::unclosed_quote);
    CHECK(strict(std::string(good_rows) + "B\xFF,30,basic,\n").code == ErrorCode::bad_encoding);
    CHECK(strict("id,age\nA,30\n").code == ErrorCode::missing_column);
    CHECK_NOTHROW(ingest(write_text("in.csv", good_rows), customers(), {.bad_rows = BadRows::strict}));
}

TEST_CASE("rules that are tolerated are counted and the rows accepted") {
    const std::string text = std::string(good_rows) + "B,7,gold,\nC,x,basic,\nD,,basic,\n";
    const Ingestion in = taken(text, {.tolerate = {Rule::range, Rule::label, Rule::type, Rule::gap}});
    CHECK(in.accepted.rows() == 4);
    CHECK(cells(in.accepted, "age") == Cells{"30", "7", "<missing>", "<missing>"});
    CHECK(cells(in.accepted, "plan") == Cells{"basic", "gold", "basic", "basic"});
    CHECK(in.find(Change::widened, "age")->rows == 1);
    CHECK(in.find(Change::gaps, "age")->rows == 1);
    const Ingestion some = taken(text, {.tolerate = {Rule::range}});
    CHECK(rules(some.quarantine.rows[0]) == "label plan");
    CHECK(failure([&] { (void)taken(text, {.tolerate = {Rule::fields}}); }).code == ErrorCode::bad_option);
}

TEST_CASE("more bad rows than allowed are an error") {
    const std::string path =
        write_text("in.csv", std::string(good_rows) + "B,30,basic,\nC,7,basic,\nD,7,basic,\n");
    CHECK(ingest(path, customers(), {.most_share = 0.5}).quarantine.size() == 2);
    const auto f = failure([&] { (void)ingest(path, customers(), {.most_share = 0.49}); });
    CHECK(f.code == ErrorCode::too_many_bad_rows);
    CHECK(f.parts.found == "2 of 4 (age: range, 7 to 7)");
    CHECK(failure([&] { (void)ingest(path, customers(), {.most_share = 1, .most_rows = 1}); }).code ==
          ErrorCode::too_many_bad_rows);
    CHECK(failure([&] { (void)ingest(path, customers(), {.most_share = 1.5}); }).code ==
          ErrorCode::bad_option);
    CHECK(ingest(write_text("in.csv", "id,age,plan,since\n"), customers()).read == 0);
}

TEST_CASE("records that are no rows are set aside and reading goes on with the next") {
    const Ingestion in = taken(std::string(good_rows) +
                               "\"B,30,basic,\n"  // never closed
                               "C,30,basic,\n"
                               "D\xE9,30,basic,\n"  // no UTF-8
                               "\"E\"x\n"           // a quote that goes on
                               "F,\"30\",basic,\n"
                               "\"G,\n30\"x\",basic\n"  // a line break, then such a quote
                               "H,30,family,\n"
                               "I,30,\"fam\nily\",\n"
                               "J,30,basic,2024-01-01,1\n");
    CHECK(cells(in.accepted, "id") == Cells{"A", "C", "F", "H"});
    std::string all;
    for (const auto& row : in.quarantine.rows) all += std::to_string(row.line) + " " + rules(row) + "\n";
    CHECK(all == "3 quotes\n5 encoding id\n6 quotes\n8 quotes\n9 fields\n11 label plan\n13 fields\n");
    CHECK(in.quarantine.rows[0].raw == "\"B,30,basic,");
    CHECK(in.quarantine.rows[1].raw == "D\xE9,30,basic,");
    CHECK(in.quarantine.rows[5].key == "I");
    // a quote that is not closed by the end of the file costs its own line only
    const Ingestion last = taken(std::string(good_rows) + "\"B,30,basic,\nC,30,basic,\nD,30,basic,\n");
    CHECK(cells(last.accepted, "id") == Cells{"A", "C", "D"});
    CHECK(last.quarantine.size() == 1);
}

TEST_CASE("two files put together are noticed: the header comes again") {
    CHECK(rules(taken(std::string(good_rows) + good_rows).quarantine.rows.at(0)) ==
          "type age, type since, label plan");
    const Schema texts({{.name = "a", .type = LogicalType::text}, {.name = "b", .type = LogicalType::text}});
    const Ingestion in = ingest(write_text("in.csv", "a,b\n1,2\na,b\n3,4\n"), texts, {.most_share = 1});
    CHECK(rules(in.quarantine.rows.at(0)) == "header");
    CHECK(in.accepted.rows() == 2);
}

TEST_CASE("the quarantine goes into a file that can be read, whatever the bytes") {
    const Ingestion in =
        taken(std::string(good_rows) + "B,7,gold,\nC\xE9\x01,30,basic,\n\"D\n,\",x,basic,\n");
    const std::string path = testing_support::scratch_file("quarantine.csv");
    in.quarantine.write(path);
    const Table t = read_csv(path);
    CHECK(t.names() == Cells{"line", "key", "rules", "problems", "raw"});
    CHECK(cells(t, "line") == Cells{"3", "4", "5"});
    CHECK(cells(t, "key") == Cells{"B", "<missing>", "D\n,"});
    CHECK(cells(t, "rules") == Cells{"range, label", "encoding", "type"});
    CHECK(cells(t, "raw") == Cells{"B,7,gold,", "C\\xE9\x01,30,basic,", "\"D\n,\",x,basic,"});
    Ingestion none = taken(good_rows);
    none.quarantine.write(path);
    CHECK(read_csv(path).rows() == 0);
    std::ostringstream out;
    out << in;
    CHECK(out.str().find("4 rows read, 1 accepted, 3 in quarantine") != std::string::npos);
    CHECK(out.str().find("range     age: expected 18 to 92, found '7'") != std::string::npos);
}

TEST_CASE("a key may be any column of the file") {
    const std::string path = write_text("in.csv", "row,id,age,plan,since\n5,A,7,basic,\n");
    CHECK(ingest(path, customers(), {.most_share = 1, .key = "row"}).quarantine.rows[0].key == "5");
    CHECK(failure([&] { (void)ingest(path, customers(), {.key = "rows"}); }).code ==
          ErrorCode::missing_column);
}

TEST_CASE("nothing is lost, whatever happens to a file") {
    // good rows, then random damage; every record is either accepted or set aside, and the good ones that
    // no damage touched are all accepted
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Random random(seed);
        std::vector<std::string> records;
        for (int i = 0; i < 60; ++i) {
            records.push_back("K" + std::to_string(i) + "," + std::to_string(18 + random.below(74)) + "," +
                              (random.below(2) == 0 ? "basic" : "\"family\"") + ",2024-01-0" +
                              std::to_string(1 + random.below(9)));
        }
        std::vector<bool> touched(records.size(), false);
        const std::string letters = "\",\n\r\t x9-\xE9" + std::string(1, '\0');
        for (std::uint64_t n = random.below(12); n > 0; --n) {
            const std::size_t i = random.below(records.size());
            std::string& record = records[i];
            touched[i] = true;
            if (record.empty()) continue;
            const std::size_t at = random.below(record.size());
            if (random.below(3) == 0) {
                record.erase(at, 1);
            } else {
                record.insert(at, 1, letters[random.below(letters.size())]);
            }
        }
        std::string text = "id,age,plan,since\n";
        for (const std::string& record : records) text += record + "\n";
        INFO(seed << "\n" << text);
        const Ingestion in = taken(text);
        REQUIRE(in.read == in.accepted.rows() + in.quarantine.size());
        REQUIRE(in.accepted_rows == in.accepted.rows());
        // all bytes are there: the raw text of the quarantine is in the file, line by line, in order
        std::size_t last = 1;
        std::set<std::string> set_aside;
        for (const QuarantinedRow& row : in.quarantine.rows) {
            REQUIRE(row.line > last);
            last = row.line;
            REQUIRE(!row.violations.empty());
            REQUIRE(text.find(row.raw) != std::string::npos);
            std::istringstream lines(row.raw);
            for (std::string line; std::getline(lines, line);) set_aside.insert(line);
        }
        const auto ids = cells(in.accepted, "id");
        for (std::size_t i = 0; i < records.size(); ++i) {
            if (touched[i]) continue;
            const bool accepted = std::find(ids.begin(), ids.end(), "K" + std::to_string(i)) != ids.end();
            REQUIRE((accepted || set_aside.contains(records[i])));
        }
    }
}

TEST_CASE("blocks and the whole agree, and memory may be kept small") {
    std::string text = "id,age,plan,since\n";
    for (int i = 0; i < 150000; ++i)
        text += "K" + std::to_string(i) + "," + std::to_string(18 + i % 80) + ",basic,\n";
    const std::string path = write_text("long.csv", text);
    const Ingestion whole = ingest(path, customers(), {.most_share = 1});
    std::size_t rows = 0, blocks = 0;
    const Ingestion parts = ingest(path, customers(), {.most_share = 1}, [&](Table block) {
        rows += block.rows();
        ++blocks;
    });
    CHECK(blocks >= 3);
    CHECK(rows == whole.accepted.rows());
    CHECK(parts.accepted.columns() == 0);
    CHECK(parts.quarantine.size() == whole.quarantine.size());
    CHECK(whole.quarantine.rows[7].line == 2 + 80 + 77);
    CHECK(whole.read == 150000);
    CHECK(whole.accepted.cell(whole.accepted.rows() - 1, 0) == "K149994");
}

TEST_CASE("a schema that asks for no column is refused") {
    const std::string path = write_text("in.csv", good_rows);
    CHECK(failure([&] { (void)ingest(path, Schema{}); }).code == ErrorCode::bad_option);
    CHECK(failure([&] { (void)ingest(path, Schema({{.name = "id", .role = Role::ignored}})); }).code ==
          ErrorCode::bad_option);
}

TEST_CASE("labels of a schema are known in whatever order they were written") {
    const Schema sizes(
        {{.name = "size", .type = LogicalType::category, .labels = {"small", "large", "medium"}}});
    const Ingestion in =
        ingest(write_text("in.csv", "size\nsmall\nmedium\nlarge\nhuge\n"), sizes, {.most_share = 1});
    CHECK(in.accepted_rows == 3);
    CHECK(in.quarantine.rows.at(0).raw == "huge");
}

TEST_CASE("files of all kinds keep the schema that is inferred from them") {
    for (const char* const name :
         {"titanic/data.csv", "bank_churn_av/data.csv", "adult/test.csv", "compas/data.csv",
          "hr_attrition/data.csv", "bank_marketing/bank-full.csv"}) {
        REQUIRE_DATA(path, name);
        INFO(name);
        const Table table = read_csv(path);
        const std::string stored = testing_support::scratch_file("schema.json");
        infer_schema(table).save(stored);
        const Ingestion in = ingest(path, Schema::load(stored), {.bad_rows = BadRows::strict});
        CHECK(in.anomalies.empty());
        CHECK(in.accepted_rows == table.rows());
        std::size_t different = 0;
        for (std::size_t c = 0; c < table.columns(); ++c) {
            for (std::size_t r = 0; r < table.rows(); ++r)
                different += table.cell(r, c) == in.accepted.cell(r, c) ? 0 : 1;
        }
        CHECK(different == 0);
    }
}
