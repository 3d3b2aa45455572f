#include "gasket/evaluate/explain.hpp"

#include <sstream>

#include "support/bank.hpp"
#include "support/catch.hpp"

using namespace gasket;

namespace {

const Table bank = testing_support::small_bank(300).without({"customer_id"});

template <class Chain>
Model fitted(const Chain& chain, const std::string& target = "churn", Task task = Task::binary) {
    return chain.fit(StratifiedSplitter{.target = target, .task = task}.split(bank).training);
}

/// The sums are what the model answers, once the link has turned them into it.
template <class Unlink>
void adds_up(const Model& model, const Explanations& e, const Unlink& unlink) {
    const Predictions p = model.predict(bank);
    REQUIRE(e.rows() == bank.rows());
    for (std::size_t r = 0; r < e.rows(); ++r) CHECK(e.margin(r) == Approx(unlink(p[r])).margin(1e-9));
}

}  // namespace

TEST_CASE("contributions of boosting and of logistic regression sum to the log odds") {
    const auto log_odds = [](double p) { return logit(p); };
    const Model boosting = fitted(Pipeline<>{} | GradientBoosting{.trees = 30});
    const Explanations e = explain(boosting, bank);
    CHECK(e.scale == "log odds");
    adds_up(boosting, e, log_odds);
    const Model linear = fitted(testing_support::preparation() | LogisticRegression{});
    const Explanations l = explain(linear, bank, bank.head(100));
    adds_up(linear, l, log_odds);
    CHECK(l.names.size() > bank.columns() - 1);
    const Explanations columns = l.by_column();
    CHECK(columns.names.size() == bank.columns() - 1);
    for (const std::size_t r : {0U, 7U, 299U}) CHECK(columns.margin(r) == Approx(l.margin(r)).margin(1e-12));
    set_threads(1);
    const Json alone = explain(boosting, bank).to_json();
    set_threads(3);
    CHECK(explain(boosting, bank).to_json() == alone);
    set_threads(0);
}

TEST_CASE("contributions of a forest sum to its share, those of a number to the number") {
    const auto same = [](double p) { return p; };
    const Model forest = fitted(Pipeline<>{} | RandomForest{.trees = 12, .max_depth = 6});
    const Explanations f = explain(forest, bank);
    CHECK(f.scale == "probability");
    adds_up(forest, f, same);
    const Model number = fitted(Pipeline<>{} | GradientBoosting{.trees = 20}, "balance", Task::regression);
    const Explanations n = explain(number, bank, bank.head(50));
    CHECK(n.scale == "number");
    adds_up(number, n, same);
}

TEST_CASE("contributions to the scores of many classes become the probabilities") {
    const Model model = fitted(Pipeline<>{} | GradientBoosting{.trees = 10}, "country", Task::multiclass);
    const Explanations e = explain(model, bank);
    CHECK(e.scale == "score");
    CHECK(e.base.size() == 3);
    const Predictions p = model.predict(bank);
    for (std::size_t r = 0; r < e.rows(); r += 11) {
        double total = 0;
        for (std::size_t k = 0; k < 3; ++k) total += std::exp(e.margin(r, k));
        for (std::size_t k = 0; k < 3; ++k)
            CHECK(std::exp(e.margin(r, k)) / total == Approx(p.row(r)[k]).margin(1e-9));
    }
    CHECK_THROWS_AS(e.of(0, 3), SchemaError);
    CHECK_THROWS_AS(e.of(300), SchemaError);
}

TEST_CASE("contributions of a linear model of many classes, and of a support vector machine, sum up too") {
    for (const double l1 : {0.0, 2.0}) {
        const Model model =
            fitted(Imputer{} | OneHotEncoder{} | StandardScaler{} | LogisticRegression{.l1 = l1}, "country",
                   Task::multiclass);
        const Explanations e = explain(model, bank, bank.head(100));
        CHECK(e.scale == "score");
        REQUIRE(e.base.size() == 3);
        const Predictions p = model.predict(bank);
        for (std::size_t r = 0; r < e.rows(); ++r) {
            double total = 0;
            for (std::size_t k = 0; k < 3; ++k) total += std::exp(e.margin(r, k));
            for (std::size_t k = 0; k < 3; ++k)
                CHECK(std::exp(e.margin(r, k)) / total == Approx(p.row(r)[k]).epsilon(1e-9));
        }
    }
    const Model machine = fitted(testing_support::preparation() | LinearSvm{});
    const Explanations e = explain(machine, bank, bank.head(100));
    CHECK(e.scale == "log odds");
    adds_up(machine, e, [](double p) { return logit(p); });
}

TEST_CASE("an explanation is read as text") {
    Explanations e{{"churn", Task::binary, {"no", "yes"}},
                   "log odds",
                   {"age", "country", "tenure"},
                   {-1.5},
                   {0.8, -0.4, 0.1},
                   {},
                   {62, 1, missing}};
    e.layout.add({.name = "age", .labels = nullptr, .sources = {"age"}});
    e.layout.add({.name = "country",
                  .labels = std::make_shared<const Labels>(Labels{"France", "Spain"}),
                  .sources = {"country"}});
    e.layout.add({.name = "tenure", .labels = nullptr, .sources = {"age", "tenure"}});
    CHECK(e.text(0) ==
          "                     log odds\n"
          "  base                -1.5000\n"
          "  age = 62            +0.8000                  │████████████████\n"
          "  country = Spain     -0.4000          ████████│\n"
          "  tenure is missing   +0.1000                  │██\n"
          "  sum                 -1.0000\n");
    CHECK(e.text(0, 0, 1).find("2 others") != std::string::npos);
    CHECK(e.by_column().names == std::vector<std::string>{"age", "country", "age, tenure"});
    std::ostringstream out;
    out << e;
    CHECK(out.str().find("age         0.8000") != std::string::npos);
    CHECK(e.to_json()["contributions"].dump() == "[[[0.8,-0.4,0.1]]]");
}

TEST_CASE("what cannot be explained is an error") {
    const Model dummy = fitted(Pipeline<>{} | Dummy{});
    CHECK_THROWS_AS(explain(dummy, bank), DataError);
    CHECK_THROWS_AS(explain(dummy, bank.head(0)), DataError);
    CHECK_THROWS_AS(explain(dummy, bank, bank.head(0)), DataError);
}

TEST_CASE("linear models of numbers are explained: contributions sum to the number") {
    const Table table = testing_support::small_bank(400).without({"customer_id", "country", "gender"});
    const auto split = RandomSplitter{.target = "balance", .task = Task::regression}.split(table);
    const auto check = [&](const Model& model) {
        const Table rows = table.head(30);
        const Explanations why = explain(model, rows, split.training.table());
        CHECK(why.scale == "number");
        const Predictions predictions = model.predict(rows);
        for (std::size_t r = 0; r < rows.rows(); ++r)
            CHECK(why.margin(r) == Approx(predictions.values[r]).epsilon(1e-9));
    };
    const auto prepare = Imputer{} | StandardScaler{};
    check((prepare | LinearRegression{}).fit(split.training));
    check((prepare | Ridge{}).fit(split.training));
    check((prepare | Lasso{}).fit(split.training));
    check((prepare | ElasticNet{}).fit(split.training));
}
