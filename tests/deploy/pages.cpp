// The code of the shorter pages and of README.md, as it stands there; docs/workflow.md has a file of its own.
#include <httplib.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "gasket/data/sqlite.hpp"
#include "gasket/deploy/prediction_log.hpp"
#include "gasket/deploy/service.hpp"
#include "gasket/gasket.hpp"
#include "support/bank_customers.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/in_folder.hpp"

using namespace gasket;
using testing_support::InFolder;
using testing_support::OutputCaught;

namespace {

Table bank(std::size_t rows, std::uint64_t seed = 5) {
    return examples::bank_customers(rows, seed, 0.0);
}
auto run_of(std::size_t trees) {
    return (Drop{{"customer_id"}} | StratifiedSplitter{.target = "churn"} | GradientBoosting{.trees = trees} |
            Evaluator{.folds = 2})
        .run(bank(1500));
}

}  // namespace

TEST_CASE("README.md: candidates, a verdict, one record at a time") {
    const OutputCaught said;
    const Table customers = bank(2000).without({"customer_id"});
    // clang-format off
    auto [train, test] = StratifiedSplitter{.target = "churn", .seed = 42}.split(customers);

    const auto prepare = Imputer{} | OneHotEncoder{} | StandardScaler{};
    const auto contest = compare(train, StratifiedKFold{.folds = 5, .seed = 42},
        candidate("logistic regression", prepare | LogisticRegression{}),        // the first one is the baseline
        candidate("random forest",       prepare | RandomForest{.trees = 200, .max_depth = 10}),
        candidate("gradient boosting",   GradientBoosting{.trees = 200}));       // eats NaN and categories raw
    std::cout << contest;    // AUC mean +- std, gain, fit time, one-row latency, artifact size, and a word of advice

    auto model = (prepare | LogisticRegression{.class_weight = balanced}).fit(train);
    const Evaluation verdict = evaluate(model, std::move(test));                 // the holdout is spent here

    Scorer scorer = model.scorer();                                              // one raw record at a time, no allocation
    scorer.set(scorer.column("age"), 42.0);
    scorer.set(scorer.column("country"), "France");
    const double p = scorer.predict();
    // clang-format on
    CHECK(said.text().find("gradient boosting") != std::string::npos);
    CHECK(verdict.metric("auc") > 0.7);
    CHECK((p > 0 && p < 1));
}

TEST_CASE("docs/artifact.md: an earlier file in the present form") {
    const InFolder folder("pages_artifact");
    run_of(10).save("churn-1.0.0.gasket");
    // clang-format off
    save(load("churn-1.0.0.gasket"), "churn-1.0.0-now.gasket");   // the same answers, the present form
    // clang-format on
    CHECK(load("churn-1.0.0-now.gasket").predict(bank(50)).values ==
          load("churn-1.0.0.gasket").predict(bank(50)).values);
}

TEST_CASE("docs/batch.md: a file and a query are scored") {
    const InFolder folder("pages_batch");
    const Model model = run_of(10).model();
    write_csv(bank(300), "customers.csv");
    Sqlite("bank.sqlite", SqliteAccess::create).create("customers", bank(300));
    // clang-format off
    const BatchReport report = score_csv(model, "customers.csv", "scored.csv", {.carry = {{"customer_id"}}});
    Sqlite bank("bank.sqlite");
    score_sql(model, bank, {"SELECT * FROM customers", "customer_id"}, bank, "scores");
    // clang-format on
    CHECK(report.scored == 300);
    CHECK(read_csv("scored.csv").rows() == 300);
    CHECK(bank.query("SELECT * FROM scores").rows() == 300);
}

TEST_CASE("docs/csv.md: blocks, readings, a contract") {
    const InFolder folder("pages_csv");
    const OutputCaught said;
    const Model model = run_of(10).model();
    write_csv(bank(120), "transactions.csv");
    infer_schema(bank(1000)).save("transactions.json");
    std::ostringstream scores;
    const auto write = [&](const Table& table) { write_csv(table, scores); };
    // clang-format off
    CsvBlocks blocks("transactions.csv", Schema::load("transactions.json"), 50'000);
    while (const auto block = blocks.next()) write(model.score(*block));
    // clang-format on
    std::ostringstream expected;
    write_csv(model.score(bank(120)), expected);
    CHECK(scores.str() == expected.str());

    std::ofstream("events.csv")
        << "at,price\n24/12/2025 18:30,€12\n2025-07-01 09:00:00,-€999999\n,\"€1,250\"\n";
    // clang-format off
    const Table events = read_csv("events.csv", {.readings = {
        {"at",    {.formats = {"iso", "%d/%m/%Y %H:%M"}, .zone = "Europe/Berlin"}},
        {"price", {.nulls = {"-€999999"}, .remove = {"€"}, .thousands = ','}}}});
    // clang-format on
    CHECK(events["at"].seconds()[0] == 1766597400);
    CHECK(events["price"].numbers()[2] == 1250);
    CHECK(events["price"].is_missing(1));

    write_csv(bank(1000), "january.csv");
    write_csv(bank(500, 6).with("lounge", Column::numeric(std::vector<double>(500, 1))), "march.csv");
    // clang-format off
    infer_schema(read_csv("january.csv")).save("customers.json");      // look at it, edit it, keep it
    const Schema contract = Schema::load("customers.json");
    std::cout << diff(contract, infer_schema(read_csv("march.csv")));  // what changed

    const Ingestion in = ingest("march.csv", contract, {.most_share = 0.05});
    std::cout << in;                                                    // counts, anomalies, the first bad rows
    in.quarantine.write("march-quarantine.csv");                        // line, key, rules, problems, raw
    // clang-format on
    CHECK(said.text().find("lounge") != std::string::npos);
    CHECK(in.accepted.rows() + in.quarantine.size() == 500);
    CHECK(std::filesystem::exists("march-quarantine.csv"));
}

TEST_CASE("docs/registry.md: a version goes live and comes back") {
    const InFolder folder("pages_registry");
    {
        const Registry before("models");
        before.add(run_of(20).model(), SemanticVersion::parse("1.0.0"));
        before.promote(SemanticVersion::parse("1.0.0"));
    }
    const Model model = run_of(30).model();
    const std::int64_t seconds = detail::seconds_now();
    // clang-format off
    Registry registry("models");
    registry.add(model, SemanticVersion::parse("1.1.0"), {.by = "weekly job"});
    registry.promote(SemanticVersion::parse("1.1.0"), {.metric = "auc", .most_loss = 0.05});
    const Model live = registry.load("production");
    registry.roll_back();
    const auto then = registry.live_at(seconds);                       // what was live at that moment; nothing where none was
    // clang-format on
    CHECK(identity(live) == identity(model));
    REQUIRE(then);
    CHECK(*then == SemanticVersion::parse("1.0.0"));
}

TEST_CASE("docs/serving.md: a shadow beside what it shadows, from the log") {
    const InFolder folder("pages_shadow");
    PredictionLog log("answers.sqlite");
    log.add({.id = "a1", .at = 1'800'000'000, .version = "1.0.0", .score = 0.25, .decision = "0"});
    log.add({.id = "a1@1.1.0", .at = 1'800'000'000, .version = "1.1.0", .role = "shadow", .score = 0.5});
    log.feedback("a1", "0", 1'800'000'100);
    Sqlite answers("answers.sqlite");
    // clang-format off
    const Table pairs = answers.query(R"(
SELECT s.version, s.score AS challenger, p.score AS champion, l.label FROM predictions s JOIN predictions p ON s.id = p.id || '@' || s.version
LEFT JOIN labels l ON l.id = p.id WHERE s.role = 'shadow';
    )");
    // clang-format on
    REQUIRE(pairs.rows() == 1);
    CHECK(pairs.cell(0, 0) == "1.1.0");
    CHECK(pairs.cell(0, 3) == "0");
}

TEST_CASE("docs/serving.md: a service in a program") {
    const InFolder folder("pages_serving");
    {
        const Registry models("models");
        models.add(run_of(20).model(), SemanticVersion::parse("1.0.0"));
        models.promote(SemanticVersion::parse("1.0.0"));
        models.add(run_of(30).model(), SemanticVersion::parse("1.1.0"));
    }
    const std::string secret = "secret";
    const auto about = [](const HttpQuestion&) { return HttpAnswer{.body = R"({"team":"retention"})"}; };
    // clang-format off
    PredictionLog log("answers.sqlite");
    Service service(Registry("models"), {.http = {.port = 0}, .token = secret}, &log);      // 0: any free port
    service.page("/about", about);                     // one more page: a function from question to answer
    service.start();
    // clang-format on
    httplib::Client client("127.0.0.1", service.port());
    const auto said = client.Get("/about");
    REQUIRE(said);
    CHECK(said->body == R"({"team":"retention"})");
    // clang-format off
    service.stop();
    // clang-format on
}
