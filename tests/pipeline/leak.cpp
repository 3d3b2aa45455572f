// Whatever happens to the rows of the holdout, not one bit of what was learned may change.
#include "support/bank.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::preparation;
using testing_support::small_bank;

namespace {

constexpr std::size_t rows = 900;

auto linear() {
    return Drop{{"customer_id"}} | Derive{{{"senior", col("age") >= 60}}} | preparation() |
           LogisticRegression{.class_weight = balanced} | ThresholdTuner{} | PsiMonitor{};
}
auto boosted() {
    return Drop{{"customer_id"}} | GradientBoosting{.trees = 30, .early_stopping_rounds = 5} |
           ThresholdTuner{} | PsiMonitor{};
}

Table with_cell(const Table& table, const std::string& name, const std::vector<std::size_t>& where,
                std::uint64_t seed) {
    Random random(seed);
    const Column& column = table[name];
    if (column.kind() == Kind::category) {
        std::vector<std::string> labels;
        for (std::size_t r = 0; r < table.rows(); ++r) labels.push_back(table.cell(r, table.index_of(name)));
        for (const std::size_t r : where) labels[r] = "poison " + std::to_string(random.below(50));
        return table.with(name, Column::category(labels));
    }
    std::vector<double> values(column.numbers().begin(), column.numbers().end());
    for (const std::size_t r : where) values[r] = 1e12 * random.normal();
    return table.with(name, Column::numeric(values));
}

}  // namespace

TEMPLATE_TEST_CASE_SIG("poisoned, shuffled or absent holdout rows leave the artifact as it is", "",
                       ((bool Boosted), Boosted), false, true) {
    const StratifiedSplitter splitter{.target = "churn", .seed = 11};
    const Table table = small_bank(rows);
    const SplitPlan plan = splitter.plan(table);
    const auto learned = [&](const Table& from) {
        const Training training = splitter.split(from).training;
        if constexpr (Boosted) {
            return identity(boosted().fit(training));
        } else {
            return identity(linear().fit(training));
        }
    };
    const std::string before = learned(table);

    SECTION("poisoned") {
        Table poisoned = table;
        for (const char* name : {"age", "balance", "tenure", "active", "country", "gender"}) {
            poisoned = with_cell(poisoned, name, plan.test, 5);
        }
        CHECK(splitter.plan(poisoned).test == plan.test);
        CHECK(learned(poisoned) == before);
    }
    SECTION("shuffled among themselves") {
        std::vector<std::size_t> order(rows);
        std::iota(order.begin(), order.end(), std::size_t{0});
        // Rows of one class change places, so that the strata stay as they are.
        for (const double side : {0.0, 1.0}) {
            std::vector<std::size_t> members;
            for (const std::size_t r : plan.test) {
                if (plan.labels[r] == side) members.push_back(r);
            }
            for (std::size_t i = 0; i < members.size(); ++i)
                order[members[i]] = members[(i + 1) % members.size()];
        }
        CHECK(learned(table.take(order)) == before);
    }
    SECTION("a changed training row does change it") {
        CHECK(learned(with_cell(table, "age", {plan.train[3]}, 5)) != before);
    }
}

TEST_CASE("the whole workflow learns the same whatever the holdout says") {
    const Table table = small_bank(rows);
    const auto workflow = Drop{{"customer_id"}} | StratifiedSplitter{.target = "churn", .seed = 11} |
                          preparation() | LogisticRegression{} | ThresholdTuner{} | Evaluator{} |
                          PsiMonitor{};
    const SplitPlan plan =
        StratifiedSplitter{.target = "churn", .seed = 11}.plan(table.without({"customer_id"}));
    const auto before = workflow.run(table);
    const auto after = workflow.run(with_cell(table, "age", plan.test, 8));
    CHECK(before.model().threshold() == after.model().threshold());
    CHECK(*before.model().section("baseline") == *after.model().section("baseline"));
    CHECK(*before.model().section("evaluation") != *after.model().section("evaluation"));
    CHECK(before.model().predict(table).values == after.model().predict(table).values);
}

TEST_CASE("a chain is refitted in every fold: noise stays noise") {
    // 40 columns of noise with many labels: a chain that saw the judged rows while encoding or fitting would
    // score far above 0.5.
    Random random(1);
    std::vector<double> y;
    Table table;
    for (int i = 0; i < 600; ++i) y.push_back(random.below(2) == 0 ? 0.0 : 1.0);
    for (int c = 0; c < 10; ++c) {
        std::vector<std::string> labels;
        for (int i = 0; i < 600; ++i) labels.push_back("v" + std::to_string(random.below(40)));
        table = table.with("c" + std::to_string(c), Column::category(labels));
    }
    table = table.with("y", Column::numeric(y));
    const Training training = StratifiedSplitter{.target = "y"}.split(table).training;
    const CrossValidation cv =
        cross_validate(OneHotEncoder{} | LogisticRegression{}, training, StratifiedKFold{.folds = 5}, {auc});
    CHECK(cv.metrics[0].mean() == Approx(0.5).margin(0.06));
}
