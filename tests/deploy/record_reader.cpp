#include "gasket/deploy/record_reader.hpp"

#include "deploy/bank_models.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::bank_model;

namespace {

const std::string good =
    R"({"age": 42, "balance": 12.5, "tenure": null, "active": true, "country": "Spain", "gender": "Female"})";

/// A good record with a field of another value.
std::string with(const std::string& field, const std::string& value) {
    Json record = Json::parse(good);
    std::string out = "{";
    for (const auto& [name, old] : record.items())
        out += (out.size() > 1 ? "," : "") + Json(name).dump() + ":" + (name == field ? value : old.dump());
    return out + "}";
}

/// What is said of a record: "field: reason", joined; empty where it is good.
std::string said(const std::string& body, const RecordRules& rules = {}) {
    static const Model model = bank_model();
    RecordBuilder builder(model, rules);
    const ReadRecords read = read_records(body, builder);
    if (read.refusal.status != 0) return std::to_string(read.refusal.status) + " " + read.refusal.reason;
    std::string out;
    for (const FieldError& e : builder.errors())
        out += (out.empty() ? "" : " | ") + std::to_string(e.record) + " " + e.field + ": " + e.reason;
    CHECK(builder.good().size() <= builder.records());
    for (const std::vector<double>& column : builder.columns()) CHECK(column.size() == builder.good().size());
    return out;
}

}  // namespace

TEST_CASE("a record is read into the very numbers that a table of it would give") {
    const Model model = bank_model();
    RecordBuilder builder(model, {});
    const ReadRecords read = read_records("[" + good + "," + with("tenure", "3") + "]", builder);
    CHECK(read.refusal.status == 0);
    CHECK(read.many);
    REQUIRE(builder.good() == std::vector<std::size_t>{0, 1});
    const auto value = [&](const char* name, std::size_t row) {
        return builder.columns()[model.parts().chain.input.index_of(name, "test")][row];
    };
    CHECK(value("age", 0) == 42);
    CHECK(is_missing(value("tenure", 0)));
    CHECK(value("tenure", 1) == 3);
    CHECK(value("active", 0) == 1);
    CHECK(model.schema()["country"].labels[static_cast<std::size_t>(value("country", 0))] == "Spain");
    CHECK(builder.record_json(1) ==
          R"({"age":42.0,"balance":12.5,"tenure":3.0,"active":1.0,"country":"Spain","gender":"Female"})");
    CHECK_FALSE(read_records(good, builder).many);
    CHECK(builder.good().size() == 1);
}

TEST_CASE("whatever is wrong with a field is said with its record, its name and what was expected") {
    CHECK(said(good) == "");
    CHECK(said(with("age", "\"42\"")) == "0 age: expected a whole number, found the text '42'");
    CHECK(said(with("age", "\"NaN\"")) == "0 age: expected a whole number, found the text 'NaN'");
    CHECK(said(with("age", "42.5")) == "0 age: expected a whole number, found the number 42.5");
    CHECK(said(with("age", "true")) == "0 age: expected a whole number, found true");
    CHECK(said(with("age", "null")) == "0 age: is null, and training had no gaps there");
    CHECK(said(with("age", "null"), {.refuse_gaps = false}) == "");
    CHECK(said(with("balance", "\"12,5\"")) == "0 balance: expected a number, found the text '12,5'");
    CHECK(said(with("balance", "[1]")) == "0 balance: expected a number, found an array");
    CHECK(said(with("balance", "{\"age\": 1}")) == "0 balance: expected a number, found an object");
    CHECK(said(with("active", "2")) == "0 active: expected true or false, 1 or 0, found the number 2");
    CHECK(said(with("active", "\"yes\"")) == "");
    CHECK(said(with("country", "7")) ==
          "0 country: expected a label: France, Germany and Spain, found the number 7");
    CHECK(said(with("country", "false")) ==
          "0 country: expected a label: France, Germany and Spain, found false");
    CHECK(said(with("age", "1000")) == "");
    CHECK(said(with("age", "1000"), {.refuse_outside = true})
              .starts_with("0 age: outside the range of training, 18 to"));
    CHECK(said(R"({"agee": 42})")
              .starts_with("0 age: is missing; the record has 'agee' | 0 balance: is missing"));
    CHECK(said(good.substr(0, good.size() - 1) + R"(, "age": 43})") == "0 age: stands twice");
    CHECK(said(with("age", "\"x\"").insert(1, R"("other": [1, {"age": 2}], )")) ==
          "0 age: expected a whole number, found the text 'x'");
}

TEST_CASE("a label that training had not is scored and named, or refused, as the rules say") {
    CHECK(said(with("country", "\"Atlantis\"")) == "");
    CHECK(said(with("country", "\"Atlantis\""), {.refuse_unseen = true}) ==
          "0 country: a label that training had not: 'Atlantis', expected France, Germany and Spain");
    const Model model = bank_model();
    RecordBuilder builder(model, {});
    (void)read_records("[" + good + "," + with("country", "\"Atlantis\"") + "]", builder);
    REQUIRE(builder.warnings().size() == 1);
    CHECK(builder.warnings()[0].record == 1);
    CHECK(builder.warnings()[0].field == "country");
    CHECK(builder.unseen_labels() == 1);
    CHECK(builder.record_json(1).find(R"("country":"?")") != std::string::npos);
}

TEST_CASE("bad records are set aside and the good ones beside them keep their numbers") {
    const std::string body = "[" + good + ",1," + with("age", "\"x\"") + ",[2]," + with("age", "50") + "]";
    CHECK(said(body) ==
          "1 : expected an object, found a number | 2 age: expected a whole number, found the text 'x' | 3 : "
          "expected an object, found an array");
    const Model model = bank_model();
    RecordBuilder builder(model, {});
    (void)read_records(body, builder);
    CHECK(builder.good() == std::vector<std::size_t>{0, 4});
    CHECK(builder.records() == 5);
    CHECK(builder.columns()[0][1] == 50);
}

TEST_CASE("a request that is no list of records is refused as a whole, with a status and a place") {
    CHECK(said("").starts_with("400 not JSON"));
    CHECK(said("{\"age\": 4").starts_with("400 not JSON, at byte 10"));
    CHECK(said(good + "x").starts_with("400 not JSON"));
    CHECK(said("{\"age\": NaN}").starts_with("400 not JSON"));
    CHECK(said("{\"age\": 1e999}").starts_with("400 not JSON"));
    CHECK(said("{\"country\": \"\xff\"}").starts_with("400 not JSON"));
    CHECK(said("42") == "400 expected a record or a list of records, found a number");
    CHECK(said("[]") == "400 no records");
    CHECK(said(std::string(100'000, '[')) == "400 nested deeper than 8 levels");
    std::string deep;
    for (int i = 0; i < 1000; ++i) deep += "{\"age\":";
    CHECK(said(deep) == "400 nested deeper than 8 levels");
    CHECK(said("[" + good + "," + good + "," + good + "]", {.most_rows = 2}) == "413 more than 2 records");
    CHECK(said("[1,1,1]", {.most_rows = 2}) == "413 more than 2 records");
}
