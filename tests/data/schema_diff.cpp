#include "gasket/data/schema_diff.hpp"

#include <sstream>

#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/months.hpp"

using namespace gasket;

namespace {

SchemaChange only(const SchemaDiff& diff) {
    INFO(diff);
    REQUIRE(diff.changes.size() == 1);
    return diff.changes.front();
}

Schema one(ColumnSchema column) {
    return Schema({std::move(column)});
}

}  // namespace

TEST_CASE("a schema made in January names what changed in March") {
    const std::string path = testing_support::scratch_file("january.json");
    infer_schema(parse_csv(testing_support::january())).save(path);
    const Schema january = Schema::load(path);
    const SchemaDiff changes = diff(january, infer_schema(parse_csv(testing_support::march())));
    INFO(changes);
    REQUIRE(changes.find(Change::renamed, "plan") != nullptr);
    CHECK(changes.find(Change::renamed, "plan")->is == "tariff");
    CHECK(changes.find(Change::added, "complaints") != nullptr);
    CHECK(changes.find(Change::gone, "tenure") != nullptr);
    REQUIRE(changes.find(Change::new_labels, "country") != nullptr);
    CHECK(changes.find(Change::new_labels, "country")->is == "'Portugal'");
    REQUIRE(changes.find(Change::date_format, "signup") != nullptr);
    CHECK(changes.find(Change::date_format, "signup")->was == "YYYY-MM-DD (ISO 8601)");
    CHECK(changes.find(Change::date_format, "signup")->is == "DD/MM/YYYY");
    REQUIRE(changes.find(Change::retyped, "balance") != nullptr);
    CHECK(changes.find(Change::retyped, "balance")->note == "numbers with '€': declare it, Reading.remove");
    CHECK(changes.changes.size() == 6);

    std::ostringstream out;
    out << changes;
    CHECK(out.str().find("plan        renamed       plan") != std::string::npos);
    CHECK(changes.to_json().size() == 6);
}

TEST_CASE("a table against itself, or against fewer rows of it, shows nothing but gaps that are gone") {
    const Table t = parse_csv("a,b,c\n1,x,2024-01-01\n2,y,\n3,x,2024-01-03\n");
    CHECK(diff(infer_schema(t), infer_schema(t)).empty());
    const SchemaChange change = only(diff(infer_schema(t), infer_schema(t.head(1))));
    CHECK(change.change == Change::no_gaps);
    CHECK(change.column == "c");
}

TEST_CASE("ranges, gaps and roles that changed are named") {
    const auto number = [](double low, double high) {
        return one({.name = "age", .type = LogicalType::integer, .min = low, .max = high});
    };
    CHECK(only(diff(number(18, 92), number(18, 131))).change == Change::widened);
    CHECK(only(diff(number(18, 92), number(-1, 50))).is == "-1 to 50");
    CHECK(diff(number(18, 92), number(30, 40)).empty());
    Schema gaps = number(18, 92);
    gaps.change("age", [](ColumnSchema& c) { c.nullable = true; });
    CHECK(only(diff(number(18, 92), gaps)).change == Change::gaps);
    Schema role = number(18, 92);
    role.set_role("age", Role::target);
    CHECK(only(diff(number(18, 92), role)).is == "target");
}

TEST_CASE("numbers with fractions where whole ones were, and text, are another type") {
    const auto of = [](const std::string& text) { return infer_schema(parse_csv("x\n" + text)); };
    CHECK(only(diff(of("1\n2\n"), of("1.5\n2\n"))).change == Change::retyped);
    CHECK(only(diff(of("0\n1\n"), of("0\n2\n"))).change == Change::retyped);
    CHECK(diff(of("0\n2\n"), of("0\n1\n")).empty());
}

TEST_CASE("text among numbers is shown") {
    const auto of = [](const std::string& text) { return infer_schema(parse_csv("x\n" + text)); };
    CHECK(only(diff(of("1\n2\n"), of("1\nunknown\n2\n"))).note ==
          "1 of 3 different values is no number: 'unknown'");
    CHECK(only(diff(of("1\n2\n"), of("1\nb\na\n"))).note ==
          "2 of 3 different values are no numbers, such as 'a'");
    CHECK(only(diff(of("1.5\n2\n"), of("\"1,5\"\n\"2\"\n"))).note ==
          "numbers with a comma: declare it, Reading.decimal");
    CHECK(only(diff(of("1.5\n2\n"), of("\"1,234,567\"\n"))).note ==
          "numbers with a comma: declare it, Reading.thousands");
    CHECK(only(diff(of("1.5\n2\n"), of("\"1,234\"\n"))).note ==
          "numbers with a comma: declare it, Reading.decimal or Reading.thousands");
    CHECK(only(diff(of("0\n1\n"), of("Yes\nNo\n"))).note ==
          "yes and no in words, which a boolean column of a schema takes");
}

TEST_CASE("dates that became eight digits, or took another of the usual forms, have another format") {
    const auto of = [](const std::string& text) { return infer_schema(parse_csv("d\n" + text)); };
    const Schema iso = of("2024-01-05\n2024-02-20\n");
    CHECK(only(diff(iso, of("20240305\n20240420\n"))).is == "YYYYMMDD");
    CHECK(only(diff(iso, of("05.03.2024 10:00\n20.04.2024 11:30\n"))).is == "DD.MM.YYYY hh:mm");
    CHECK(only(diff(iso, of("03/04/2024\n05/06/2024\n"))).is == "DD/MM/YYYY or MM/DD/YYYY");
    CHECK(only(diff(iso, of("soon\nlater\n"))).change == Change::retyped);
    Schema declared = iso;
    declared.change("d", [](ColumnSchema& c) { c.reading.formats = {"%d/%m/%Y"}; });
    CHECK(only(diff(iso, declared)).change == Change::date_format);
}

TEST_CASE("a column is renamed when its values look alike, and only then") {
    const auto labels = [](const std::string& name, Labels all) {
        return ColumnSchema{.name = name, .type = LogicalType::category, .labels = std::move(all)};
    };
    const auto number = [](const std::string& name, double low, double high) {
        return ColumnSchema{.name = name, .type = LogicalType::real, .min = low, .max = high};
    };
    // the same labels under a name that is quite another
    CHECK(only(diff(one(labels("plan", {"a", "b", "c"})), one(labels("tariff", {"a", "b", "c"})))).change ==
          Change::renamed);
    CHECK(diff(one(labels("plan", {"a", "b", "c"})), one(labels("tariff", {"x", "y"}))).changes.size() == 2);
    // nearly the same range
    CHECK(diff(one(number("income", 0, 100)), one(number("salary", 0, 98))).find(Change::renamed, "income") !=
          nullptr);
    CHECK(diff(one(number("income", 0, 100)), one(number("distance", 500, 900)))
              .find(Change::renamed, "income") == nullptr);
    // two flags say nothing, unless their names are alike
    const auto flag = [](const std::string& name) {
        return ColumnSchema{.name = name, .type = LogicalType::boolean, .min = 0, .max = 1};
    };
    CHECK(diff(one(flag("active")), one(flag("vip"))).find(Change::renamed, "active") == nullptr);
    CHECK(diff(one(flag("is_active")), one(flag("IsActive"))).find(Change::renamed, "is_active") != nullptr);
    // each is taken once, the likest pair first
    const SchemaDiff pairs = diff(Schema({labels("a1", {"x", "y"}), labels("a2", {"x", "y", "z"})}),
                                  Schema({labels("b1", {"x", "y", "z"}), labels("b2", {"x", "y"})}));
    REQUIRE(pairs.find(Change::renamed, "a1") != nullptr);
    CHECK(pairs.find(Change::renamed, "a1")->is == "b2");
    CHECK(pairs.find(Change::renamed, "a2")->is == "b1");
    // a renamed column is compared further
    CHECK(diff(one(labels("plan", {"a", "b", "c"})), one(labels("tariff", {"a", "b", "c", "d"})))
              .changes.size() == 2);
}
