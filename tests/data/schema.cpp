#include "gasket/data/schema.hpp"

#include <sstream>

#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

namespace {

Table sample() {
    std::vector<std::string> names;
    for (int i = 0; i < 60; ++i) names.push_back("name " + std::to_string(i));
    const std::size_t n = names.size();
    std::vector<double> whole(n), real(n), flag(n), ones(n, 1.0), none(n, missing), infinite(n, 2.5);
    std::vector<std::string> city(n, "Rome");
    std::vector<bool> city_missing(n, false);
    std::vector<std::int64_t> when(n);
    for (std::size_t i = 0; i < n; ++i) {
        whole[i] = static_cast<double>(i) - 3;
        real[i] = static_cast<double>(i) / 4;
        flag[i] = i % 2 == 0 ? 0 : 1;
        when[i] = static_cast<std::int64_t>(i) * 86400;
        if (i % 3 == 0) city[i] = "Oslo";
    }
    city_missing[5] = true;
    flag[7] = missing;
    infinite[3] = HUGE_VAL;
    infinite[4] = 4;
    return {{"whole", Column::numeric(whole)},
            {"real", Column::numeric(real)},
            {"flag", Column::numeric(flag)},
            {"ones", Column::numeric(ones)},
            {"none", Column::numeric(none)},
            {"infinite", Column::numeric(infinite)},
            {"city", Column::category(city, city_missing)},
            {"name", Column::category(names)},
            {"when", Column::datetime(when)}};
}

}  // namespace

TEST_CASE("a schema shows types, ranges, labels and missing values of a table") {
    const Schema schema = infer_schema(sample());
    REQUIRE(schema.size() == 9);
    CHECK(schema["whole"] ==
          ColumnSchema{.name = "whole", .type = LogicalType::integer, .min = -3, .max = 56});
    CHECK(schema["real"].type == LogicalType::real);
    CHECK(schema["flag"] ==
          ColumnSchema{.name = "flag", .type = LogicalType::boolean, .nullable = true, .min = 0, .max = 1});
    CHECK(schema["ones"].type == LogicalType::integer);
    CHECK(schema["none"] == ColumnSchema{.name = "none", .type = LogicalType::real, .nullable = true});
    CHECK(schema["infinite"].type == LogicalType::real);
    CHECK(schema["infinite"].max == 4.0);
    CHECK(schema["city"] ==
          ColumnSchema{
              .name = "city", .type = LogicalType::category, .nullable = true, .labels = {"Oslo", "Rome"}});
    CHECK(schema["name"].type == LogicalType::text);
    CHECK(schema["name"].labels.size() == 60);
    CHECK(std::is_sorted(schema["name"].labels.begin(), schema["name"].labels.end()));
    CHECK(schema["when"].type == LogicalType::datetime);
    CHECK(schema["when"].max == 59.0 * 86400);
    for (const ColumnSchema& column : schema) CHECK(column.role == Role::feature);
}

TEST_CASE("a dictionary's labels that no row has are not part of the schema") {
    const Table table{{"c", Column::category({"b", "a", "unused"}, std::vector<std::int32_t>{0, 1, 0})}};
    CHECK(infer_schema(table)["c"].labels == Labels{"a", "b"});
}

TEST_CASE("a table without rows has a schema without ranges") {
    const Schema schema = infer_schema(
        Table{{"x", Column::numeric({})}, {"c", Column::category(Labels{}, std::vector<std::int32_t>{})}});
    CHECK(schema["x"].type == LogicalType::real);
    CHECK_FALSE(schema["x"].min);
    CHECK(schema["c"].type == LogicalType::category);
    CHECK(infer_schema(Table{}).empty());
}

TEST_CASE("a schema can be edited, saved and read back") {
    Schema schema = infer_schema(sample());
    schema.set_role("flag", Role::target);
    schema.ignore("name");
    CHECK(schema["name"].role == Role::ignored);
    const Json json = schema.to_json();
    CHECK(json.dump().find("Infinity") == std::string::npos);
    CHECK(Schema::from_json(Json::parse(json.dump())) == schema);
    ColumnSchema real = schema["real"];
    real.max = 100;
    schema.set(real);
    CHECK(schema["real"].max == 100.0);
    CHECK_FALSE(Schema::from_json(json) == schema);
}

TEST_CASE("a damaged schema is an artifact error that names the place") {
    const Json good = infer_schema(sample()).to_json();
    const auto message = [&](auto change) {
        Json bad = good;
        change(bad);
        try {
            (void)Schema::from_json(bad, "artifact.schema");
        } catch (const ArtifactError& e) {
            CHECK(e.code() == ErrorCode::artifact_content);
            return e.parts().where;
        }
        return std::string("nothing thrown");
    };
    CHECK(message([](Json& j) { j = 3; }) == "artifact.schema");
    CHECK(message([](Json& j) { j[0] = 3; }) == "artifact.schema[0]");
    CHECK(message([](Json& j) { j[1].erase("name"); }) == "artifact.schema[1].name");
    CHECK(message([](Json& j) { j[1]["type"] = "colour"; }) == "artifact.schema[1].type");
    CHECK(message([](Json& j) { j[1]["role"] = "hero"; }) == "artifact.schema[1].role");
    CHECK(message([](Json& j) { j[1]["min"] = "low"; }) == "artifact.schema[1].min");
    CHECK(message([](Json& j) { j[1]["nullable"] = 1; }) == "artifact.schema[1].nullable");
    CHECK(message([](Json& j) { j[6].erase("labels"); }) == "artifact.schema[6].labels");
    CHECK(message([](Json& j) { j[6]["labels"] = {"b", "a"}; }) == "artifact.schema[6].labels");
    CHECK(message([](Json& j) { j[6]["labels"] = {"a", "a"}; }) == "artifact.schema[6].labels");
    CHECK(message([](Json& j) { j[2]["name"] = "whole"; }) == "artifact.schema[2].name");
}

TEST_CASE("an unknown or repeated column of a schema is named") {
    Schema schema = infer_schema(sample());
    CHECK_THROWS_AS(schema["hole"], SchemaError);
    try {
        schema.ignore("hole");
    } catch (const SchemaError& e) {
        CHECK(e.code() == ErrorCode::missing_column);
        CHECK(e.parts().advice == "did you mean 'whole'?");
    }
    CHECK_THROWS_AS(schema.add({.name = "real"}), SchemaError);
}

TEST_CASE("a schema is saved as a file that people can edit, and damage is named with its place") {
    Schema schema = infer_schema(sample());
    schema.change("whole", [](ColumnSchema& c) {
        c.name = "number";
        c.required = false;
        c.reading = {.nulls = {"-1"}, .decimal = ','};
    });
    schema.remove("none");
    CHECK(schema.has("number"));
    CHECK_FALSE(schema.has("whole"));
    CHECK_THROWS_AS(schema.change("real", [](ColumnSchema& c) { c.name = "flag"; }), SchemaError);
    CHECK_THROWS_AS(schema.remove("none"), SchemaError);
    const std::string path = testing_support::scratch_file("schema.json");
    schema.save(path);
    CHECK(Schema::load(path) == schema);

    const auto where = [](const std::string& text) {
        try {
            (void)Schema::load(testing_support::write_text("bad.json", text));
        } catch (const ArtifactError& e) {
            const std::string place = e.parts().where;
            return place.substr(place.rfind('/') + 1);
        }
        return std::string("nothing thrown");
    };
    CHECK(where("") == "bad.json");
    CHECK(where("{\"gasket_schema\": 1") == "bad.json");
    CHECK(where("[]") == "bad.json");
    CHECK(where("{\"columns\": []}") == "bad.json.gasket_schema");
    CHECK(where("{\"gasket_schema\": 2, \"columns\": []}") == "bad.json.gasket_schema");
    CHECK(where("{\"gasket_schema\": 1, \"columns\": [{\"name\": 3}]}") == "bad.json.columns[0].name");
    CHECK_THROWS_AS(Schema::load("nowhere.json"), FileError);
    // what people edit: a rule that is misspelt must not be left out in silence
    const auto column = [&](const std::string& rest) {
        return "{\"gasket_schema\": 1, \"columns\": [{\"name\": \"x\", \"type\": \"integer\", \"role\": "
               "\"feature\", \"nullable\": false, " +
               rest + "}]}";
    };
    CHECK(where(column("\"min\": 0, \"max\": 9")) == "nothing thrown");
    CHECK(where(column("\"min\": 0, \"maxx\": 9")) == "bad.json.columns[0]");
    CHECK(where(column("\"min\": 10, \"max\": 9")) == "bad.json.columns[0].max");
    CHECK(where(column("\"reading\": {\"format\": [\"iso\"]}")) == "bad.json.columns[0].reading");
}

TEST_CASE("labels and ranges of a schema may be written as they come") {
    const std::vector<std::string> sorted = {"high", "low", "medium"};
    const ColumnSchema size{
        .name = "size", .type = LogicalType::category, .labels = {"low", "medium", "high", "low"}};
    Schema schema({size});
    CHECK(schema["size"].labels == sorted);
    schema.change("size", [](ColumnSchema& c) { c.labels = {"medium", "low", "high"}; });
    CHECK(schema["size"].labels == sorted);
    schema.set(size);
    CHECK(schema["size"].labels == sorted);
    const std::string path = testing_support::write_text(
        "edited.json",
        "{\"gasket_schema\": 1, \"columns\": [{\"name\": \"size\", \"type\": \"category\", \"role\": "
        "\"feature\", "
        "\"nullable\": false, \"labels\": [\"low\", \"medium\", \"high\", \"low\"]}]}");
    CHECK(Schema::load(path) == schema);
    CHECK_THROWS_AS(Schema({{.name = "x", .min = 2, .max = 1}}), OptionError);
}

TEST_CASE("names of types and roles lead back to them") {
    for (const LogicalType type : {LogicalType::integer, LogicalType::real, LogicalType::boolean,
                                   LogicalType::category, LogicalType::datetime, LogicalType::text}) {
        CHECK(logical_type_of(name_of(type)) == type);
    }
    for (const Role role :
         {Role::feature, Role::target, Role::id, Role::group, Role::time, Role::weight, Role::ignored}) {
        CHECK(role_of(name_of(role)) == role);
    }
    CHECK_FALSE(logical_type_of("colour"));
    CHECK_FALSE(role_of(""));
}

TEST_CASE("a schema prints a line for each column") {
    std::ostringstream out;
    out << infer_schema(sample());
    CHECK(out.str().find("city      category  feature  allowed  2 labels: Oslo and Rome\n") !=
          std::string::npos);
    CHECK(out.str().find("1970-01-01 to 1970-03-01\n") != std::string::npos);
}

TEST_CASE("the schema of the bank's customers is what its documentation says") {
    REQUIRE_DATA(path, "bank_churn_kaggle/data.csv");
    const Schema schema = infer_schema(read_csv(path));
    CHECK(schema["Surname"].type == LogicalType::category);
    CHECK(schema["CreditScore"].type == LogicalType::integer);
    CHECK(schema["Balance"].type == LogicalType::real);
    CHECK(schema["Exited"].type == LogicalType::boolean);
    CHECK(schema["Geography"].labels == Labels{"France", "Germany", "Spain"});
    CHECK(schema["Age"].min == 18.0);
    CHECK(schema["Age"].max == 92.0);
}
