// The code of docs/workflow.md, as it stands there: run on made-up customers, in a folder of its own.
#include <httplib.h>

#include <cmath>
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
#include "support/transactions.hpp"

using namespace gasket;
using testing_support::InFolder;
using testing_support::OutputCaught;

namespace {

Table bank(std::size_t rows, std::uint64_t seed = 5) {
    return examples::bank_customers(rows, seed, 0.0);
}
Table without_id(std::size_t rows, std::uint64_t seed = 5) {
    return bank(rows, seed).without({"customer_id"});
}
Model boosted(const Training& train) {
    return (GradientBoosting{.trees = 30} | PsiMonitor{.folds = 3}).fit(train);
}

}  // namespace

TEST_CASE("docs/workflow.md: read and understand") {
    const InFolder folder("workflow_read");
    const OutputCaught said;
    write_csv(bank(2000), "customers.csv");
    std::ofstream("x.csv") << "zip;spent\n01067;3,5\n80331;4\n";
    // clang-format off
    const Table customers = read_csv("customers.csv");                          // types inferred from all values
    const Table other = read_csv("x.csv", {.delimiter = ';', .types = {{"zip", LogicalType::category}}});
    std::cout << Profiler{.target = "churn"}.observe(customers);                // alerts last, each with advice
    // clang-format on
    CHECK(other.cell(0, 0) == "01067");
    CHECK(said.text().find("2,000 rows") != std::string::npos);

    const Table later = bank(1000, 6).without({"gender"});
    std::ofstream bad("march.csv");
    std::ostringstream good;
    write_csv(bank(300, 7), "good.csv");
    bad << std::ifstream("good.csv").rdbuf() << "15009999,many,France,Male,35,5,0,2,1,1,10424.17,0,4,0\n";
    bad.close();
    const Table accounts = customers.select({"customer_id"}).with("limit", customers["credit_score"]);
    // clang-format off
    infer_schema(customers).save("customers.json");                             // the contract: edit it, keep it
    std::cout << diff(Schema::load("customers.json"), infer_schema(later));     // renamed, new, missing, retyped, other date format, new labels, ...
    const Ingestion in = ingest("march.csv", Schema::load("customers.json"));   // in.accepted, in.quarantine, in.anomalies
    const Table both = join(customers, accounts, {"customer_id"});              // a key that stands twice on the right is an error
    // clang-format on
    CHECK(said.text().find("gender") != std::string::npos);
    CHECK(in.read == 301);
    CHECK(in.accepted.rows() + in.quarantine.size() == 301);
    CHECK(in.quarantine.size() >= 1);
    CHECK(both.columns() == customers.columns() + 1);
}

TEST_CASE("docs/workflow.md: from a database and back") {
    const InFolder folder("workflow_database");
    Sqlite("bank.sqlite", SqliteAccess::create).create("customers", bank(2000));
    const Model model = boosted(StratifiedSplitter{.target = "churn"}.split(without_id(1000)).training);
    const Table live = bank(50, 8);
    // clang-format off
    Sqlite bank("bank.sqlite");                                                 // or Postgres bank("dbname=bank"); optional headers
    const Table customers = bank.query("SELECT * FROM customers WHERE age > $1", {60});
    bank.append("scores", model.predict(live).beside(live.select({"customer_id"})));
    // clang-format on
    CHECK(customers.rows() > 50);
    CHECK(bank.query("SELECT * FROM scores").rows() == 50);
}

TEST_CASE("docs/workflow.md: a profile as a page") {
    const InFolder folder("workflow_profile");
    const Profile profile = Profiler{.target = "churn"}.observe(bank(1000));
    // clang-format off
    profile_page(profile, "customers.csv").write("customers.html");             // one file: nothing is fetched, nothing is run
    // clang-format on
    CHECK(std::filesystem::file_size("customers.html") > 10000);
}

TEST_CASE("docs/workflow.md: split in two") {
    Table customers = without_id(1500);
    std::vector<std::int64_t> times(customers.rows());
    for (std::size_t r = 0; r < times.size(); ++r)
        times[r] = 86400 * (19000 + static_cast<std::int64_t>(r * 97 % 900));
    customers = customers.with("signed_up", Column::datetime(times));
    // clang-format off
    auto [train, test] = StratifiedSplitter{.target = "churn", .test_fraction = 0.2, .seed = 42}.split(customers);
    auto [past, future] = TimeSplitter{.target = "churn", .time = "signed_up", .cutoff = "2024-01-01"}.split(customers);
    // clang-format on
    CHECK(test.rows() == 300);
    CHECK(past.rows() + future.rows() == 1500);
    CHECK(future.rows() > 50);
}

TEST_CASE("docs/workflow.md: split in three") {
    const OutputCaught said;
    const Table customers = without_id(1500);
    const Model model = boosted(StratifiedSplitter{.target = "churn"}.split(without_id(800, 9)).training);
    // clang-format off
    auto [train, validation, test] = three_way(StratifiedSplitter{.target = "churn"}, customers, 0.2);
    std::cout << evaluate(model, validation);         // as often as you like; fit does not take it
    // clang-format on
    CHECK(train.rows() + validation.rows.table.rows() + test.rows() == 1500);
    CHECK(said.text().find("auc") != std::string::npos);
}

TEST_CASE("docs/workflow.md: a ledger") {
    const InFolder folder("workflow_ledger");
    const Table customers = without_id(1500);
    // clang-format off
    auto [train, test] = StratifiedSplitter{.target = "churn", .ledger = "holdouts.jsonl"}.split(customers);
    // clang-format on
    const auto model = (Pipeline<>{} | GradientBoosting{.trees = 5}).fit(train);
    (void)evaluate(model, std::move(test));
    auto again = StratifiedSplitter{.target = "churn", .ledger = "holdouts.jsonl"}.split(customers);
    CHECK_THROWS_AS(evaluate(model, std::move(again.holdout)), SplitError);
}

TEST_CASE("docs/workflow.md: from events to columns") {
    const auto made = examples::bank_with_transactions(400, 3);
    const auto fresh = examples::bank_with_transactions(50, 4);
    const Table &customers = made.customers, &transactions = made.transactions;
    const Table &live_customers = fresh.customers, &live_transactions = fresh.transactions;
    // clang-format off
    const Aggregates history{.entity = "customer_id", .moment = "as_of", .time = "at", .columns = {
        {"transactions_30d", Aggregate::count, "", days(30)},                        // the last 30 days
        {"by_card_30d",      Aggregate::count, "", days(30), col("channel") == "card"},
        {"days_since_last",  Aggregate::days_since_last},                            // all the past
        {"to_own_average",   Aggregate::ratio, "amount", days(30)}},                 // against the customer's own past
        .events = "transactions"};
    const Table rows = aggregate(customers, transactions, history);                  // before the split
    auto [train, test] = StratifiedSplitter{.target = "churn"}.split(rows);
    const auto model = (history | Drop{{"customer_id", "as_of"}} | GradientBoosting{}).fit(train);
    const Model loaded = from_bytes(to_bytes(model));                                // elsewhere, later
    const Table live = aggregate(live_customers, live_transactions, declared<Aggregates>(loaded)[0]);
    // clang-format on
    CHECK(loaded.predict(live).size() == 50);
    CHECK(rows.columns() == customers.columns() + 4);
}

TEST_CASE("docs/workflow.md: learn") {
    const auto [train, test] =
        StratifiedSplitter{.target = "country", .task = Task::multiclass}.split(without_id(1500));
    const auto preparation = Imputer{} | OneHotEncoder{} | StandardScaler{};
    // clang-format off
    const LogisticRegression small{.l2 = 1};                   // the default: small coefficients
    const LogisticRegression few{.l2 = 0, .l1 = 10};           // few coefficients: those that matter little are 0 exactly
    const LogisticRegression alike{.l2 = 5, .l1 = 10};         // an elastic net: few, and alike for features that go together
    const auto fitted = (preparation | small).fit(train);
    const auto& first = fitted.stage<LogisticRegression>().coefficients(0);        // of many classes: those of the first; sums over the classes are 0 where l1 is
    const auto beside_spain = fitted.stage<LogisticRegression>().against("Spain"); // every other class compared with one: log odds, standard errors, odds ratios
    // clang-format on
    CHECK(first.size() > 10);
    CHECK(beside_spain.size() == 2);
    const auto zeros = [&](const LogisticRegression& how) {
        const std::vector<double> shares = Model((preparation | how).fit(train)).importances();
        return std::count(shares.begin(), shares.end(), 0.0);
    };
    CHECK(zeros(few) > 0);
    CHECK(zeros(alike) > 0);
    CHECK(zeros(small) == 0);

    const auto numbers = [](std::uint64_t seed) {
        return RandomSplitter{.target = "complaints_12m", .task = Task::regression}
            .split(without_id(1200, seed))
            .training;
    };
    const Training counts = numbers(5), latest_month = numbers(6);
    // clang-format off
    const GradientBoosting of_counts{.trees = 50, .loss = poisson_loss};         // also squared_loss, absolute_loss, quantile_loss(0.9)
    const GradientBoosting own{.loss = {.name = "fourth power",                  // functions of label, score and parameter
        .value = [](double y, double s, double) { return std::pow(s - y, 4); },
        .slope = [](double y, double s, double) { return Slope{4 * std::pow(s - y, 3), 12 * std::pow(s - y, 2)}; }}};
    const Model model = (Imputer{} | of_counts).fit(counts);
    const Model later = continue_fit(model, GradientBoosting{.trees = 50, .loss = poisson_loss}, latest_month);   // the chain goes on learning, its transforms as they are
    // clang-format on
    CHECK((Imputer{} | own).fit(counts).predict(counts.table()).size() == counts.rows());
    CHECK(later.predict(counts.table()).values != model.predict(counts.table()).values);
}

TEST_CASE("docs/workflow.md: a chain") {
    const InFolder folder("workflow_chain");
    const auto [train, test] = StratifiedSplitter{.target = "churn"}.split(without_id(1500));
    // clang-format off
    const auto chain = Imputer{} | OneHotEncoder{} | StandardScaler{} | LogisticRegression{} | ThresholdTuner{} | PsiMonitor{};
    const auto fitted = chain.fit(train);           // fitted.stage<LogisticRegression>().coefficients()
    fitted.save("model.gasket");
    const Model model = load("model.gasket");
    // clang-format on
    CHECK(model.predict(train.table()).values == fitted.predict(train.table()).values);
    CHECK(model.threshold() == fitted.threshold());
    CHECK_FALSE(fitted.stage<LogisticRegression>().coefficients().empty());
}

TEST_CASE("docs/workflow.md: judge") {
    const InFolder folder("workflow_judge");
    const OutputCaught said;
    const Table customers = without_id(3000);
    auto [train, validation, test] = three_way(StratifiedSplitter{.target = "churn"}, customers, 0.3);
    const Training& training = train;
    const auto chain = Pipeline<>{} | GradientBoosting{.trees = 20};
    const StratifiedKFold folds{.folds = 3}, outer{.folds = 3};
    // clang-format off
    const Space space{option<&GradientBoosting::trees>({10, 20})};
    const auto found = search(chain, train, folds, space, GridSearch{}, {.journal = "search.jsonl"});
    const auto best = found.best().fit(train);           // also RandomSearch, SuccessiveHalving; options of any stage; goes on where it was interrupted
    std::cout << nested_cross_validate(chain, train, outer, folds, space, RandomSearch{});     // what a search's choice is worth on rows it has not seen
    std::cout << learning_curve(chain, train, folds, {500, 1000, 1500}, auc);                  // would more rows help; is it overfitted
    // clang-format on
    CHECK(std::filesystem::exists("search.jsonl"));
    CHECK(said.text().find("overfit") != std::string::npos);

    const Model model = boosted(train);
    const Model simple = (Imputer{} | OneHotEncoder{} | StandardScaler{} | LogisticRegression{}).fit(train);
    const std::vector<double> other_scores = simple.predict(validation.rows.table).values;
    const std::vector<double>& labels = validation.rows.labels;
    // clang-format off
    const Predictions predictions = model.predict(validation.rows.table);         // of rows with labels that the model has not learned from
    const ScoredRows rows = ScoredRows::of(predictions, validation.rows);         // a view: truth, scores, weights, how decisions are taken
    std::cout << bootstrap_interval(auc, rows, {.interval = BootstrapInterval::bca});
    std::cout << bootstrap_difference(log_loss_metric, rows, other_scores);       // paired: what both models share cancels
    std::cout << delong(labels, predictions.values, other_scores);                // two AUCs on the same rows, with a p-value; nothing is drawn
    // clang-format on
    CHECK(said.text().find("at 95 %") != std::string::npos);

    // clang-format off
    const Explanations why = explain(model, customers, training.table().head(500));      // the second table: what a row is compared with
    std::cout << why.text(3);                                                    // one row: base, contributions with bars, sum
    std::cout << why.by_column();                                                // all rows: mean sizes, added up by raw column
    const Slices weak = slices(model, validation.rows, {.metric = auc, .pairs = true});
    std::cout << weak;
    // clang-format on
    const std::vector<double> p = model.predict(customers).values;
    for (std::size_t r = 0; r < p.size(); r += 100) CHECK(std::abs(why.margin(r) - logit(p[r])) < 1e-9);

    const auto run =
        (StratifiedSplitter{.target = "churn"} | GradientBoosting{.trees = 20} | Evaluator{.folds = 3})
            .run(customers);
    run.save("churn.gasket");
    // clang-format off
    evaluation_page(run.evaluation(), run.model(), {.name = "churn 1.0.0", .slices = weak}).write("evaluation.html");
    model_card(load("churn.gasket"), {.name = "churn", .intended_use = "whom to call"}).write("model_card.html");        // or .md
    // clang-format on
    CHECK(std::filesystem::file_size("evaluation.html") > 10000);
    CHECK(std::filesystem::file_size("model_card.html") > 3000);
}

TEST_CASE("docs/workflow.md: watch") {
    const InFolder folder("workflow_watch");
    const OutputCaught said;
    const Table train_table = without_id(1500), live = without_id(600, 9);
    const Model model = boosted(StratifiedSplitter{.target = "churn"}.split(train_table).training);
    const DriftReport report = drift(model, live);
    const Predictions answers = model.predict(live);
    const std::vector<double>& scores = answers.values;
    const double threshold = answers.threshold;
    const Table old_rows = train_table, new_rows = without_id(1500, 10), january = train_table,
                february = live;
    const std::int64_t now = 1'800'000'000;
    const RetrainingEvidence evidence{.now = now, .trained_at = now - 40 * 86400, .drift = report};
    ConceptDrift watch;
    Adwin adwin;
    PageHinkley page_hinkley;
    for (std::size_t r = 0; r < live.rows(); ++r) {
        const std::int64_t seconds = now - 86400 * 13 + 1000 * static_cast<std::int64_t>(r);
        const double probability = scores[r], label = live["churn"].numbers()[r];
        const double error = (probability >= threshold) != (label > 0.5) ? 1 : 0;
        // clang-format off
        watch.add(seconds, probability, label);                                 // ConceptDrift: predicted against observed rate, 14 days
        adwin.add(error), page_hinkley.add(error);                              // a change in the stream of errors
        // clang-format on
    }
    // clang-format off
    std::cout << watch.verdict();
    std::cout << expected_performance(scores, threshold);                       // what the scores promise, with the assumptions
    const RetrainingDecision decision = RetrainingPolicy{}.decide(evidence);    // train again? with reasons
    const TrainingChange change = compare_training(old_rows, new_rows, "churn");   // before what was trained again goes live
    drift_page(report).write("drift.html");                                     // all of it as a page
    std::cout << representativeness(train_table, live);                         // does one table stand for the other?
    const int code = representativeness(january, february, {.ignore = {"country"}}).exit_code();   // 0 alike, 1 somewhat different, 2 different
    // clang-format on
    CHECK(watch.verdict().status != DriftStatus::drift);
    CHECK(std::filesystem::exists("drift.html"));
    CHECK(code == 0);
    CHECK_FALSE(decision.retrain);
    CHECK(change.findings.empty());
}

TEST_CASE("docs/workflow.md: deploy") {
    const InFolder folder("workflow_deploy");
    const Table customers = without_id(1500);
    const auto version = [&](std::size_t trees) {
        return (StratifiedSplitter{.target = "churn"} | GradientBoosting{.trees = trees} |
                Evaluator{.folds = 2})
            .run(customers)
            .model();
    };
    {
        Registry before("models");
        before.add(version(30), SemanticVersion::parse("1.0.0"));
        before.promote(SemanticVersion::parse("1.0.0"));
    }
    const Model model = version(40);
    // clang-format off
    Registry registry("models");                                                // a folder: versions, aliases, history
    registry.add(model, SemanticVersion::parse("1.1.0"));
    registry.promote(SemanticVersion::parse("1.1.0"), {.metric = "auc", .most_loss = 0.01});
    const Model live = registry.load("production");
    registry.roll_back();                                                       // one step
    // clang-format on
    CHECK(live.predict(customers).values == model.predict(customers).values);
    CHECK(registry.load("production").predict(customers).values != live.predict(customers).values);

    const double p = live.predict(customers)[0];
    const std::int64_t now = 1'800'000'000, later = now + 86400;
    // clang-format off
    PredictionLog log("predictions.sqlite");                                    // optional header; BasicPredictionLog<Postgres> for PostgreSQL
    log.add({.id = "a1", .at = now, .version = "1.0.0", .score = p, .decision = "1"});
    log.feedback("a1", "0", later);                                             // accepted, repeated, conflicting or unknown
    const Table judged = log.labelled();                                        // answers whose labels are known
    // clang-format on
    REQUIRE(judged.rows() == 1);
    CHECK(judged["score"].numbers()[0] == p);

    const std::string secret = "secret";
    // clang-format off
    Service service(Registry("models"), {.http = {.port = 0}, .token = secret}, &log);      // optional header, gasket::service; 0: any free port
    service.start();                                                            // POST /predict, /feedback, /promote, ...; GET /metrics, ...
    // clang-format on
    httplib::Client client("127.0.0.1", service.port());
    const auto alive = client.Get("/health");
    REQUIRE(alive);
    CHECK(alive->status == 200);
    // clang-format off
    service.stop();                                                             // answers all that was sent
    // clang-format on
}
