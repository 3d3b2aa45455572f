#include "gasket/pipeline/declared.hpp"

#include "gasket/gasket.hpp"
#include "support/catch.hpp"
#include "support/tables.hpp"

using namespace gasket;

namespace {

const Aggregates history{.entity = "customer_id",
                         .moment = "as_of",
                         .time = "at",
                         .columns = {{"payments_30d", Aggregate::count, "", days(30)},
                                     {"since", Aggregate::days_since_last},
                                     {"usual", Aggregate::mean, "amount"}},
                         .events = "payments"};

/// Customers with a moment each, and payments around it.
Table customers(std::size_t rows) {
    std::vector<std::int64_t> as_of;
    for (std::size_t i = 0; i < rows; ++i) as_of.push_back(static_cast<std::int64_t>(1000 + i % 7) * 86400);
    return testing_support::small_bank(rows).with("as_of", Column::datetime(as_of));
}
Table payments(std::size_t rows) {
    Random random(3);
    std::vector<double> who, amount;
    std::vector<std::int64_t> at;
    for (std::size_t i = 0; i < 20 * rows; ++i) {
        who.push_back(1000 + static_cast<double>(random.below(rows)));
        at.push_back(static_cast<std::int64_t>(900 * 86400 + random.below(120 * 86400)));
        amount.push_back(random.uniform());
    }
    return {{"customer_id", Column::numeric(who)},
            {"at", Column::datetime(at)},
            {"amount", Column::numeric(amount)}};
}

}  // namespace

TEST_CASE("a model carries the declaration of its aggregates, and live rows are made by it") {
    const Table table = customers(500);
    const Table events = payments(500);
    const auto chain =
        history | Drop{{"customer_id", "as_of"}} | Imputer{} | OneHotEncoder{} | LogisticRegression{};
    const Split split = StratifiedSplitter{.target = "churn"}.split(aggregate(table, events, history));
    const auto fitted = chain.fit(split.training);
    const Model model = from_bytes(to_bytes(fitted.model()));
    const std::vector<Aggregates> declarations = declared<Aggregates>(model);
    REQUIRE(declarations.size() == 1);
    CHECK(declarations[0].to_json() == history.to_json());
    CHECK(declarations[0].events == "payments");
    const std::vector<double> batch = model.predict(aggregate(table, events, history)).values;
    for (const std::size_t r : {0U, 17U, 499U}) {  // one customer at a time, as a service does
        const Table live = aggregate(table.slice(r, r + 1), events, declarations[0]);
        CHECK(model.predict(live).values[0] == batch[r]);
    }
    CHECK_THROWS_AS(model.predict(table), SchemaError);
}

TEST_CASE("a run records it too, and several declarations keep their order") {
    const Aggregates more{.entity = "customer_id",
                          .moment = "as_of",
                          .time = "at",
                          .columns = {{"ever", Aggregate::count}},
                          .events = "payments, all"};
    const Table events = payments(300);
    const Table table = aggregate(aggregate(customers(300), events, history), events, more);
    const auto run = (history | more | StratifiedSplitter{.target = "churn"} |
                      Drop{{"customer_id", "as_of"}} | DecisionTree{.max_depth = 3})
                         .run(table);
    const auto declarations = declared<Aggregates>(run.model());
    REQUIRE(declarations.size() == 2);
    CHECK(declarations[1].to_json() == more.to_json());
    CHECK(
        declared<Aggregates>(
            (DecisionTree{} | PsiMonitor{}).fit(StratifiedSplitter{.target = "churn"}.split(table).training))
            .empty());
}

TEST_CASE("a declaration whose columns are not there is an error at fit, a damaged one when it is read") {
    const Training training = StratifiedSplitter{.target = "churn"}.split(customers(100)).training;
    CHECK_THROWS_AS((history | DecisionTree{}).fit(training), SchemaError);
    const Table table = aggregate(customers(100), payments(100), history);
    const Model model =
        (history | DecisionTree{}).fit(StratifiedSplitter{.target = "churn"}.split(table).training);
    detail::ModelParts parts = model.parts();
    parts.sections["aggregates"] = 5;
    CHECK_THROWS_AS(declared<Aggregates>(Model(parts)), ArtifactError);
    parts.sections["aggregates"] = Json::array({5});
    CHECK_THROWS_AS(declared<Aggregates>(Model(parts)), ArtifactError);
}
