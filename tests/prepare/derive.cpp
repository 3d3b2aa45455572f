#include "gasket/prepare/derive.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/tables.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::message_of;
using testing_support::transform;
using testing_support::unless_in;
using testing_support::values_of;

namespace {
const Features bank = detail::to_features(testing_support::small_bank(300));
}

TEST_CASE("derive takes its columns as README writes them") {
    const auto derive =
        Derive{{{"balance_to_age", col("balance") / (col("age") + 1)}, {"is_senior", col("age") >= 60}}};
    REQUIRE(derive.columns.size() == 2);
    const Derive one{{{"is_senior", col("age") >= 60}}};
    REQUIRE(one.columns.size() == 1);
    CHECK(one.columns[0].first == "is_senior");
    const Derive texts{{{"a", "b"}, {"c", "d"}}};
    REQUIRE(texts.columns.size() == 2);
    CHECK(to_string(texts.columns[1].second) == "\"d\"");
}

TEST_CASE("derived columns stand at the end with the raw columns that they came from") {
    const auto fitted = Derive{
        {{"ratio", col("balance") / (col("age") + 1)},
         {"twice", col("ratio") * 2 + col("tenure")},
         {"one", 1}}}.bind(bank.layout());
    const Layout& layout = fitted.outputs().layout();
    REQUIRE(layout.size() == bank.columns() + 3);
    CHECK(layout[bank.columns()].name == "ratio");
    CHECK(layout[bank.columns()].sources == std::vector<std::string>{"age", "balance"});
    CHECK(layout[bank.columns() + 1].sources == std::vector<std::string>{"tenure", "age", "balance"});
    CHECK(layout[bank.columns() + 2].sources.empty());
    const Features out = transform(fitted, bank);
    for (std::size_t r = 0; r < out.rows(); ++r) {
        CHECK(values_of(out, "ratio")[r] == values_of(bank, "balance")[r] / (values_of(bank, "age")[r] + 1));
        if (r > 3) break;
    }
    CHECK(testing_support::keeps_the_laws(fitted, bank));
}

TEST_CASE("a name that exists is replaced in its place, and its expression reads the old values") {
    const auto fitted =
        Derive{{{"later", col("active") + 1}, {"age", col("age") * 2}, {"after", col("age") + 0}}}.bind(
            bank.layout());
    const Layout& layout = fitted.outputs().layout();
    CHECK(layout[1].name == "age");
    CHECK(layout.size() == bank.columns() + 2);
    const Features out = transform(fitted, bank);
    CHECK(values_of(out, "age")[0] == 2 * values_of(bank, "age")[0]);
    CHECK(values_of(out, "after")[0] == 2 * values_of(bank, "age")[0]);
    CHECK(values_of(out, "later")[0] == values_of(bank, "active")[0] + 1);
    CHECK(testing_support::keeps_the_laws(fitted, bank));
}

TEST_CASE("a category can replace a number") {
    const auto fitted = Derive{{{"age", if_else(col("age") < 40, "young", "old")}}}.bind(bank.layout());
    REQUIRE(fitted.outputs().layout()[1].is_category());
    CHECK(*fitted.outputs().layout()[1].labels == Labels{"old", "young"});
    CHECK(testing_support::keeps_the_laws(fitted, bank));
}

TEST_CASE("a name given twice or not at all is an error") {
    CHECK_THROWS_AS((Derive{{{"x", col("age")}, {"x", col("age")}}}.bind(bank.layout())), SchemaError);
    CHECK_THROWS_AS((Derive{{{"", col("age")}}}.bind(bank.layout())), SchemaError);
    const std::string text = message_of([] { (void)Derive{{{"x", col("agee")}}}.bind(bank.layout()); });
    CHECK(unless_in(text, "derived column 'x'") == "");
    CHECK(unless_in(text, "did you mean 'age'") == "");
}

TEST_CASE("deriving nothing hands everything on") {
    const auto fitted = Derive{}.bind(bank.layout());
    CHECK(fitted.outputs().layout().names() == bank.layout().names());
    CHECK(fitted.outputs().computed_count() == 0);
}

TEST_CASE("no rows give no rows") {
    const Features none = detail::to_features(testing_support::small_bank(5).head(0));
    CHECK(transform(Derive{{{"x", col("age") + 1}}}.bind(none.layout()), none).rows() == 0);
}

TEST_CASE("a damaged derive is refused") {
    const auto read = [](const std::string& text) {
        const Json json = Json::parse(text);
        return Fitted<Derive>::from_json(detail::Fields(json, "stage"), bank.layout());
    };
    CHECK_THROWS_AS(read("{}"), ArtifactError);
    CHECK_THROWS_AS(read(R"({"columns":[1]})"), ArtifactError);
    CHECK_THROWS_AS(read(R"({"columns":[{"name":"x"}]})"), ArtifactError);
    CHECK_THROWS_AS(read(R"({"columns":[{"name":"x","expression":["col"]}]})"), ArtifactError);
    CHECK_THROWS_AS(read(R"({"columns":[{"name":"x","expression":["col","nobody"]}]})"), SchemaError);
    CHECK_THROWS_AS(read(R"({"columns":[{"name":"x","expression":["+",["col","country"],1]}]})"),
                    SchemaError);
}
