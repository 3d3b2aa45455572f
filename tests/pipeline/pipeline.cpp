#include "gasket/pipeline/pipeline.hpp"

#include "support/bank.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::bank_training;
using testing_support::preparation;
using testing_support::small_bank;

TEST_CASE("a chain fits and predicts a probability for every row") {
    const auto model = (preparation() | LogisticRegression{}).fit(bank_training());
    const Predictions p = model.predict(small_bank(50, 99));
    REQUIRE(p.size() == 50);
    for (const double x : p.values) CHECK((x > 0 && x < 1));
    CHECK(p.extra_columns == 2);  // customer_id and churn
}

TEST_CASE("the same chain gives the same model, at one thread and at two") {
    const Training training = bank_training();
    const auto chain = preparation() | RandomForest{.trees = 20} | ThresholdTuner{} | PsiMonitor{};
    set_threads(1);
    const std::string one = identity(chain.fit(training));
    set_threads(2);
    const std::string two = identity(chain.fit(training));
    set_threads(0);
    CHECK(one == two);
    CHECK(one == identity(chain.fit(training)));
}

TEST_CASE("joining stages one by one or chain by chain is the same") {
    const Training training = bank_training();
    const auto prepare = Imputer{} | OneHotEncoder{};
    const auto rest = StandardScaler{} | LogisticRegression{};
    const auto a = (prepare | rest).fit(training);
    const auto b = (Imputer{} | OneHotEncoder{} | StandardScaler{} | LogisticRegression{}).fit(training);
    CHECK(identity(a) == identity(b));
}

TEST_CASE("a fitted chain gives each stage by its type") {
    const auto model = (preparation() | LogisticRegression{}).fit(bank_training());
    CHECK(model.stage<StandardScaler>().outputs().layout().size() == model.model().features().size());
    CHECK(model.model().stages() ==
          std::vector<std::string>{"imputer", "one_hot_encoder", "standard_scaler", "logistic_regression"});
}

TEST_CASE("features know the raw columns they came from") {
    const auto model = (preparation() | LogisticRegression{}).fit(bank_training());
    const Layout& features = model.model().features();
    const std::size_t germany = features.index_of("country=Germany", "test");
    CHECK(features[germany].sources == std::vector<std::string>{"country"});
}

TEST_CASE("a chain without an estimator transforms") {
    const auto prepare = preparation().fit(bank_training());
    const Table out = prepare.transform(small_bank(20, 5));
    CHECK(out.rows() == 20);
    CHECK(out.has("country=Germany"));
    CHECK(out["tenure"].missing_count() == 0);
}

TEST_CASE("what a Drop takes away first is not asked of live rows") {
    const Training training = StratifiedSplitter{.target = "churn"}.split(small_bank(500)).training;
    const auto model = (Drop{{"customer_id"}} | preparation() | LogisticRegression{}).fit(training);
    const Table live = small_bank(10, 3).without({"customer_id", "churn"});
    CHECK(model.predict(live).extra_columns == 0);
    const std::vector<std::string> inputs = model.model().inputs();
    CHECK(std::ranges::find(inputs, "customer_id") == inputs.end());
}

TEST_CASE("derived features are made again at scoring") {
    const Training training = bank_training();
    const auto model =
        (Derive{{{"senior", col("age") >= 60}}} | preparation() | LogisticRegression{}).fit(training);
    CHECK(model.model().features().find("senior").has_value());
    CHECK(model.predict(small_bank(10, 3)).size() == 10);
}

TEST_CASE("a derived target is learned and is no feature") {
    const auto workflow = Derive{{{"senior", col("age") >= 60}}} | Drop{{"age", "customer_id"}} |
                          StratifiedSplitter{.target = "senior"} | preparation() | LogisticRegression{};
    const auto run = workflow.run(small_bank(600));
    CHECK(run.model().target().column == "senior");
    CHECK_FALSE(run.model().features().find("senior").has_value());
    CHECK(run.model().predict(small_bank(10, 3).without({"age"})).size() == 10);
}

TEST_CASE("weights change what is learned") {
    std::vector<double> w(1000);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] = i % 2 == 0 ? 1 : 0;
    const Table table = small_bank(1000).without({"customer_id"}).with("w", Column::numeric(w));
    const Training plain = StratifiedSplitter{.target = "churn"}.split(table.without({"w"})).training;
    const Training weighted = StratifiedSplitter{.target = "churn", .weight = "w"}.split(table).training;
    const auto chain = preparation() | LogisticRegression{};
    CHECK(identity(chain.fit(plain)) != identity(chain.fit(weighted)));
}

TEST_CASE("a monitor without folds keeps the scores that the model gives its own rows") {
    const Training training = bank_training();
    const Table& rows = training.table();
    const auto chain = Imputer{} | OneHotEncoder{} | GradientBoosting{.trees = 40};
    const PsiMonitor without{.folds = 0};
    const Model model = (chain | without).fit(training);
    CHECK(*model.section("baseline") ==
          without.baseline(rows.select(model.inputs()), model.predict(rows)).to_json());
    CHECK(*model.section("baseline") != *Model((chain | PsiMonitor{}).fit(training)).section("baseline"));
}
