// docs/messy_data.md, as it stands there.
#include "gasket/gasket.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

TEST_CASE("the messy bank becomes clean by a schema and an expression, and is learned from") {
    REQUIRE_DATA(customer_info, "bank_churn_maven_messy/customer_info.csv");
    REQUIRE_DATA(account_info, "bank_churn_maven_messy/account_info.csv");
    // clang-format off
    const Schema customer_schema({
        {.name = "CustomerId", .type = LogicalType::integer, .role = Role::id},
        {.name = "CreditScore", .type = LogicalType::integer, .min = 300, .max = 850},
        {.name = "Geography", .type = LogicalType::category, .labels = {"FRA", "France", "French", "Germany", "Spain"}},
        {.name = "Gender", .type = LogicalType::category, .labels = {"Female", "Male"}},
        {.name = "Age", .type = LogicalType::integer, .nullable = true, .min = 18, .max = 110},
        {.name = "Tenure", .type = LogicalType::integer, .min = 0, .max = 10},
        {.name = "EstimatedSalary", .type = LogicalType::real, .nullable = true, .min = 0,
         .reading = {.nulls = {"-€999999"}, .remove = {"€"}}}});
    const Schema account_schema({
        {.name = "CustomerId", .type = LogicalType::integer, .role = Role::id},
        {.name = "Balance", .type = LogicalType::real, .min = 0, .reading = {.remove = {"€"}}},
        {.name = "NumOfProducts", .type = LogicalType::integer, .min = 1, .max = 4},
        {.name = "HasCrCard", .type = LogicalType::boolean},
        {.name = "IsActiveMember", .type = LogicalType::boolean},
        {.name = "Exited", .type = LogicalType::boolean}});

    const Ingestion customers = ingest(customer_info, customer_schema, {.bad_rows = BadRows::strict});
    const Ingestion accounts = ingest(account_info, account_schema, {.bad_rows = BadRows::strict});
    const Table table = join(drop_duplicates(customers.accepted), drop_duplicates(accounts.accepted), {"CustomerId"});
    // clang-format on

    CHECK(customers.read == 10001);
    CHECK(table.rows() == 10000);
    CHECK(table["EstimatedSalary"].missing_count() == 3);
    CHECK(table["Age"].missing_count() == 3);
    CHECK(table["Balance"].kind() == Kind::numeric);
    CHECK(customers.find(Change::added, "Surname") != nullptr);

    // clang-format off
    const auto chain = Drop{{"CustomerId"}}
        | Derive{{{"Geography", if_else(col("Geography").in({"FRA", "French"}), "France", col("Geography"))}}}
        | GradientBoosting{.trees = 200, .learning_rate = 0.1, .max_depth = 5};
    // clang-format on
    auto [train, test] = StratifiedSplitter{.target = "Exited", .seed = 42}.split(table);
    const auto scores = cross_validate(chain, train, StratifiedKFold{.folds = 5, .seed = 42}, {auc});
    INFO(scores.metrics[0].mean());
    CHECK(scores.metrics[0].mean() >= 0.86);
    const auto model = chain.fit(train);
    CHECK(model.transform(table)["Geography"].with_sorted_labels().labels() ==
          Labels{"France", "Germany", "Spain"});
    const Evaluation verdict = evaluate(model, std::move(test));
    CHECK(verdict.metric("auc") >= 0.85);

    // live text is read as the training file was: by the model's own schema, from the artifact
    const std::string path = testing_support::scratch_file("messy.gasket");
    model.save(path);
    const Model loaded = load(path);
    CHECK(loaded.schema()["Balance"].reading.remove == std::vector<std::string>{"€"});
    const Table clean = table.head(20);
    const auto expected = loaded.predict(clean).values;
    // a table whose columns came as text
    Table raw = clean;
    for (const char* const name : {"Balance", "EstimatedSalary"}) {
        std::vector<std::string> texts;
        for (std::size_t r = 0; r < clean.rows(); ++r) {
            const std::size_t c = clean.index_of(name);
            texts.push_back(clean.column(c).is_missing(r) ? "-€999999" : "€" + clean.cell(r, c));
        }
        raw = raw.with(name, Column::category(texts));
    }
    CHECK(loaded.predict(raw).values == expected);
    // one record of texts
    Scorer scorer(loaded);
    for (std::size_t r = 0; r < clean.rows(); ++r) {
        scorer.clear();
        for (const std::string& name : loaded.inputs()) {
            const std::size_t at = scorer.column(name);
            const std::size_t c = raw.index_of(name);
            if (raw.column(c).kind() == Kind::category) {
                scorer.set(at, raw.cell(r, c));
            } else if (name == "HasCrCard" || name == "IsActiveMember") {
                scorer.set(at, raw.column(c).numbers()[r] == 1 ? "Yes" : "No");
            } else {
                scorer.set(at, raw.column(c).numbers()[r]);
            }
        }
        CHECK(scorer.predict() == expected[r]);
    }
    CHECK_THROWS_AS(scorer.set(scorer.column("Balance"), "$5"), SchemaError);
    CHECK_THROWS_AS(loaded.predict(raw.with("Balance", Column::category(std::vector<std::string>(20, "$5")))),
                    SchemaError);
}
