// Ways of leaking that the literature knows, tried on pure noise. Each is first done by hand, outside the
// wall, to show that it would have worked: the AUC of a coin comes out far above 0.5. Then the same chain is
// run as it is meant to be.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "gasket/gasket.hpp"
#include "support/catch.hpp"
#include "support/training.hpp"

using namespace gasket;

namespace {

constexpr std::size_t rows = 400;

/// Columns of noise and a coin.
Table noise(std::size_t columns, std::uint64_t seed) {
    Random random(seed);
    const auto draw = [&](auto one) {
        std::vector<double> out(rows);
        for (double& x : out) x = one();
        return Column::numeric(out);
    };
    Table table;
    for (std::size_t c = 0; c < columns; ++c)
        table = table.with("x" + std::to_string(c), draw([&] { return random.normal(); }));
    return table.with("y", draw([&] { return random.below(2) == 0 ? 0.0 : 1.0; }));
}

Training training_of(const Table& table) {
    return RandomSplitter{.target = "y", .test_fraction = 0.02}.split(table).training;
}

template <class Chain>
double auc_in_folds(const Chain& chain, const Table& table) {
    return cross_validate(chain, training_of(table), StratifiedKFold{.folds = 5}, {auc}).metrics[0].mean();
}

constexpr double chance = 0.58;  // five folds of 80 coins come out below it
constexpr double leaked = 0.65;

}  // namespace

TEST_CASE(
    "features selected on all rows would make noise look like skill, selected in the chain they do not") {
    const Table table = noise(400, 1);
    // By hand: the ten columns that go best with all answers, chosen before any fold is cut.
    const auto y = table["y"].numbers();
    std::vector<std::pair<double, std::string>> ranked;
    for (const std::string& name : table.names()) {
        if (name == "y") continue;
        const auto x = table[name].numbers();
        double sum = 0;
        for (std::size_t r = 0; r < rows; ++r) sum += x[r] * (y[r] - 0.5);
        ranked.emplace_back(-std::abs(sum), name);
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::string> best{"y"};
    for (std::size_t i = 0; i < 10; ++i) best.push_back(ranked[i].second);
    CHECK(auc_in_folds(StandardScaler{} | LogisticRegression{}, table.select(best)) > leaked);
    CHECK(auc_in_folds(SelectKBest{.k = 10} | StandardScaler{} | LogisticRegression{}, table) < chance);
}

TEST_CASE("a target encoded over all rows would tell each row its answer, encoded in the chain it does not") {
    Random random(2);
    const Table coin = noise(1, 2);
    const auto y = coin["y"].numbers();
    std::vector<std::string> label;
    for (std::size_t r = 0; r < rows; ++r) label.push_back("shop " + std::to_string(random.below(150)));
    const Table table =
        coin.with("shop", Column::category(label, std::vector<bool>(rows, false))).without({"x0"});
    std::vector<double> mean(rows);
    for (std::size_t r = 0; r < rows; ++r) {
        double sum = 0, count = 0;
        for (std::size_t s = 0; s < rows; ++s) {
            if (label[s] != label[r]) continue;
            sum += y[s];
            count += 1;
        }
        mean[r] = sum / count;
    }
    CHECK(auc_in_folds(Imputer{} | LogisticRegression{}, coin.with("mean", Column::numeric(mean))) > leaked);
    CHECK(auc_in_folds(TargetEncoder{} | LogisticRegression{}, table) < chance);
}

TEST_CASE("copies made before the cut would be judged by models that learned them, they are kept together") {
    const Table table = noise(5, 3);
    // Over-sampling by hand: the positives stand three times.
    std::vector<std::size_t> which;
    for (std::size_t r = 0; r < rows; ++r) which.insert(which.end(), table["y"].numbers()[r] == 1 ? 3 : 1, r);
    const Training copies =
        RandomSplitter{.target = "y", .test_fraction = 0.02, .keep_duplicates_together = false}
            .split(table.take(which))
            .training;
    const RandomForest forest{.trees = 50, .max_depth = 30};
    const auto judged = [&](bool together) {
        return cross_validate(forest, copies,
                              StratifiedKFold{.folds = 5, .keep_duplicates_together = together}, {auc})
            .metrics[0]
            .mean();
    };
    CHECK(judged(false) > leaked);
    CHECK(judged(true) < chance);
    // And a resampler in the chain copies rows of the learning side of each fold alone.
    CHECK(auc_in_folds(RandomOverSampler{} | forest, table) < chance);
}

TEST_CASE("rows of one customer on both sides would be recognised, groups are kept whole") {
    Random random(4);
    // Forty customers with ten rows each: answers belong to the customer, features are nearly his name.
    std::vector<double> who, a, b, y;
    for (std::size_t r = 0; r < rows; ++r) {
        const std::size_t customer = r % 40;
        Random own(derive_seed(9, customer));
        who.push_back(static_cast<double>(customer));
        y.push_back(own.below(2) == 0 ? 0.0 : 1.0);
        a.push_back(own.normal() + 0.01 * random.normal());
        b.push_back(own.normal() + 0.01 * random.normal());
    }
    const Table table{{"customer", Column::numeric(who)},
                      {"a", Column::numeric(a)},
                      {"b", Column::numeric(b)},
                      {"y", Column::numeric(y)}};
    const RandomForest forest{.trees = 50};
    CHECK(auc_in_folds(forest, table.without({"customer"})) > 0.95);
    const Training grouped =
        GroupSplitter{.target = "y", .group = "customer", .test_fraction = 0.1}.split(table).training;
    CHECK(cross_validate(forest, grouped, MatchingFolds{.folds = 5}, {auc}).metrics[0].mean() < 0.75);
}

TEST_CASE("a model chosen by its score on the holdout would promise too much, the holdout opens once") {
    const Table table = noise(5, 5);
    // By hand: the best of two hundred random answers on the rows that are to judge it.
    const auto y = table["y"].numbers();
    double best = 0;
    Random random(6);
    for (int candidate = 0; candidate < 200; ++candidate) {
        std::vector<double> score(rows);
        for (double& x : score) x = random.uniform();
        best = std::max(best, roc_auc(y.subspan(0, 80), std::span(score).subspan(0, 80)));
    }
    CHECK(best > leaked);
    auto [train, test] = RandomSplitter{.target = "y"}.split(table);
    const auto model = (Imputer{} | LogisticRegression{}).fit(train);
    (void)evaluate(model, std::move(test));
    CHECK_THROWS_AS(evaluate(model, std::move(test)), SplitError);  // NOLINT: a second look is what is tried
}

TEST_CASE("a column that is filled in after the outcome is named by the audit") {
    Table table = noise(3, 7);
    std::vector<double> refund;
    Random random(8);
    for (const double y : table["y"].numbers()) refund.push_back(y == 1 ? 50 + random.normal() : 0);
    table = table.with("refund", Column::numeric(refund));
    const Profile profile = Profiler{.target = "y"}.observe(table);
    const auto named = std::count_if(profile.alerts.begin(), profile.alerts.end(), [](const Alert& alert) {
        return alert.kind == "leak_suspect" && alert.column == "refund";
    });
    CHECK(named == 1);
}

TEST_CASE("early stopping never watches rows that judge: it has some of its own") {
    const Table table = noise(20, 9);
    // Noise has nothing to learn: a model that stops by rows of its own keeps few trees or none, and judges
    // the sealed rows no better than a coin, whatever they hold.
    const GradientBoosting stage{.trees = 300, .min_gain = 0, .early_stopping_rounds = 10};
    CHECK(auc_in_folds(stage, table) < chance);
    const auto split = RandomSplitter{.target = "y", .seed = 1}.split(table);
    CHECK(stage.fit(split.training).trees_used() < 100);
}
