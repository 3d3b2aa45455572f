// The code of docs/databases.md; tests/docs/check_passages compares the two.
#include <filesystem>

#include "gasket/data/sqlite.hpp"
#include "gasket/gasket.hpp"
#include "support/catch.hpp"
#include "support/sql.hpp"
#include "support/tables.hpp"

using namespace gasket;

namespace {

/// A bank whose customers stand in a database.
std::string bank_file() {
    const std::string path = testing_support::scratch_file("bank.sqlite");
    std::filesystem::remove(path);
    const Table customers = testing_support::small_bank(3000);
    Sqlite bank(path, SqliteAccess::create);
    bank.create("customers", customers.slice(0, 2000));
    bank.create("new_customers", customers.slice(2000, 3000).without({"churn"}));
    return path;
}

}  // namespace

TEST_CASE("a model learns from a query, and its predictions go back beside the key") {
    const std::string path = bank_file();
    // clang-format off
    Sqlite bank(path);
    const Table customers = bank.query("SELECT * FROM customers WHERE age >= $1", {20});

    const auto workflow = Drop{{"customer_id"}}
        | StratifiedSplitter{.target = "churn", .seed = 42}
        | GradientBoosting{.trees = 20};
    const auto run = workflow.run(customers);
    const Model& model = run.model();
    // clang-format on
    CHECK(customers.rows() > 1000);

    const Table live = bank.query("SELECT * FROM new_customers");
    bank.append("scores", model.predict(live).beside(live.select({"customer_id"})));

    const Table scores = bank.query("SELECT * FROM scores");
    testing_support::check_same(scores.without({"customer_id"}), model.score(live));
    testing_support::check_same(scores.select({"customer_id"}), live.select({"customer_id"}));
    bank.execute("DELETE FROM scores");

    Schema wanted = model.schema();            // what the model reads, and as what
    wanted.set_role("customer_id", Role::id);  // which it ignores
    auto all = bank.transaction();
    auto blocks = bank.blocks("SELECT * FROM new_customers", wanted, 300);
    while (const auto block = blocks.next())
        bank.append("scores", model.predict(*block).beside(block->select({"customer_id"})));
    all.commit();
    testing_support::check_same(bank.query("SELECT * FROM scores"), scores);
}

TEST_CASE("predictions stand beside the columns that are given, row by row") {
    const Predictions p{.target = {.column = "churn", .classes = {"stays", "leaves"}},
                        .values = {0.2, 0.7},
                        .threshold = 0.5};
    const Table out = p.beside(Table{{"id", Column::numeric({5, 6})}});
    CHECK(out.names() == std::vector<std::string>{"id", "probability", "decision"});
    CHECK(testing_support::cells(out, "decision") == std::vector<std::string>{"stays", "leaves"});
    CHECK_THROWS_AS(p.beside(Table{{"id", Column::numeric({5})}}), SchemaError);
    CHECK_THROWS_AS(p.beside(Table{{"decision", Column::numeric({5, 6})}}), SchemaError);
    const Predictions number{.target = {.column = "spend", .task = Task::regression, .classes = {}},
                             .values = {3, 4}};
    CHECK(number.table().names() == std::vector<std::string>{"prediction"});
}
