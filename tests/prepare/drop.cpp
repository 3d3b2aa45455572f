#include "gasket/prepare/drop.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/tables.hpp"
#include "support/training.hpp"

using namespace gasket;

namespace {
const Features bank = detail::to_features(testing_support::small_bank(50));
}

TEST_CASE("drop takes one name, two names or more") {
    // {{"a", "b"}} must not be read as a string from a pair of iterators
    CHECK(Drop{{"customer_id"}}.columns == std::vector<std::string>{"customer_id"});
    CHECK(Drop{{"age", "balance"}}.columns == std::vector<std::string>{"age", "balance"});
    CHECK(Drop{{"age", "balance", "tenure"}}.columns.size() == 3);
    CHECK(Drop{.columns = {"age", "balance"}}.columns.size() == 2);
}

TEST_CASE("drop leaves out the named columns and computes nothing") {
    const auto fitted = Drop{{"customer_id", "gender"}}.bind(bank.layout());
    CHECK(fitted.outputs().layout().names() ==
          std::vector<std::string>{"age", "balance", "tenure", "active", "country", "churn"});
    CHECK(fitted.outputs().computed_count() == 0);
    CHECK(testing_support::keeps_the_laws(fitted, bank));
}

TEST_CASE("drop of a name that is not there names the nearest") {
    CHECK_THROWS_AS(Drop{{"customerid"}}.bind(bank.layout()), SchemaError);
    const std::string text =
        testing_support::message_of([] { (void)Drop{{"customerid"}}.bind(bank.layout()); });
    CHECK(testing_support::unless_in(text, "did you mean 'customer_id'") == "");
}

TEST_CASE("a damaged drop is refused") {
    for (const char* text :
         {"{}", R"({"columns":"age"})", R"({"columns":[1]})", R"({"columns":["nobody"]})"}) {
        const Json json = Json::parse(text);
        CHECK_THROWS_AS(Fitted<Drop>::from_json(detail::Fields(json, "stage"), bank.layout()), Error);
    }
}
