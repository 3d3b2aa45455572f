#include <cmath>
#include <sstream>

#include "evaluate/stubborn.hpp"
#include "gasket/gasket.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/real_data.hpp"

using namespace gasket;
using testing_support::data_file;
using testing_support::Stubborn;

namespace {
bool absent(const char* file) {
    if (!data_file(file).empty()) return false;
    WARN("skipped: no " << file << "; set GASKET_DATA to the folder of the real data sets");
    return true;
}
constexpr const char* forest_file = "covtype_20k/data.csv";
constexpr const char* bike_file = "bike_sharing/data.csv";

/// Every fifth row of the forests.
Table forests() {
    const Table all = read_csv(data_file(forest_file));
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < all.rows(); r += 5) rows.push_back(r);
    return all.take(rows);
}
auto many_classes() {
    return StratifiedSplitter{.target = "Cover_Type", .seed = 3, .task = Task::multiclass};
}
}  // namespace

TEST_CASE("many classes run through the whole chain: threshold, verdict, artifact, scorer, drift") {
    if (absent(forest_file)) return;
    const Table table = forests();
    const auto run = (many_classes() | GradientBoosting{.trees = 30} |
                      ThresholdTuner{.maximise = balanced_accuracy, .folds = 3} |
                      Evaluator{.folds = 3, .importance_repeats = 1} | PsiMonitor{.folds = 3})
                         .run(table);
    const Evaluation& e = run.evaluation();
    CHECK(e.metric("auc") > 0.96);
    CHECK(e.metric("balanced_accuracy") > 0.75);
    CHECK(e.metric("recall") == Approx(e.metric("balanced_accuracy")));
    CHECK(e.matrix->total() == Approx(static_cast<double>(e.holdout.rows)));
    CHECK(e.matrix->accuracy() == Approx(e.metric("accuracy")));
    CHECK(e.report->classes.size() == 7);
    CHECK(e.cross_validation.at(0).mean() == Approx(e.metric("auc")).margin(0.02));
    std::ostringstream text;
    text << e;
    CHECK(text.str().find("7 classes of Cover_Type") != std::string::npos);
    CHECK(text.str().find("decided 7") != std::string::npos);

    // What the weights of the classes are for: the chosen metric is better than with the likeliest class.
    const auto plain = (many_classes() | GradientBoosting{.trees = 30} | Evaluator{.folds = 3}).run(table);
    CHECK(e.metric("auc") == plain.evaluation().metric("auc"));
    CHECK(e.metric("balanced_accuracy") > plain.evaluation().metric("balanced_accuracy"));

    // The artifact answers with the same bits, row by row too.
    const Model model = from_bytes(to_bytes(run.model()));
    const Predictions expected = run.model().predict(table);
    const Predictions found = model.predict(table);
    CHECK(found.values == expected.values);
    CHECK(found.size() == table.rows());
    CHECK(found.class_weights == expected.class_weights);
    Scorer scorer(model);
    for (std::size_t r = 0; r < 40; ++r) {
        for (std::size_t c = 0; c + 1 < table.columns(); ++c)
            scorer.set(scorer.column(table.name(c)), table.column(c).numbers()[r]);
        const auto answers = scorer.answers();
        REQUIRE(answers.size() == 7);
        for (std::size_t k = 0; k < 7; ++k) CHECK(answers[k] == found.row(r)[k]);
        CHECK(scorer.predict() == found[r]);
    }
    const Table scored = model.score(table.head(50));
    CHECK(scored.columns() == 8);
    CHECK(scored.name(0) == "probability_1");
    CHECK(scored.cell(3, 7) == found.target.classes[found.decided_class(3)]);
    CHECK_THROWS_AS(model.decide(table), DataError);
    CHECK_THROWS_AS(scorer.decide(), DataError);

    // Another sample of the same forests has not drifted; forests of few kinds have.
    CHECK(drift(model, table).decisions->psi.status == DriftStatus::stable);
    std::vector<std::size_t> some;
    for (std::size_t r = 0; r < table.rows(); ++r)
        if (found.decided_class(r) < 2) some.push_back(r);
    const DriftReport moved = drift(model, table.take(some));
    CHECK(moved.decisions->psi.status == DriftStatus::drift);
    CHECK(is_missing(moved.decided_rate_live));
}

TEST_CASE("numbers run through the whole chain") {
    if (absent(bike_file)) return;
    const Table table = read_csv(data_file(bike_file)).head(6000);
    const auto run = (Drop{{"instant", "dteday", "casual", "registered"}} |
                      RandomSplitter{.target = "cnt", .seed = 3, .task = Task::regression} |
                      GradientBoosting{.trees = 60, .loss = poisson_loss} |
                      Evaluator{.folds = 3, .importance_repeats = 1} | PsiMonitor{.folds = 3})
                         .run(table);
    const Evaluation& e = run.evaluation();
    CHECK(e.metric("r2") > 0.88);
    CHECK(e.without_skill.at(0) > 3 * e.metric("rmse"));
    CHECK(e.importances->features.front().feature == "hr");
    std::ostringstream text;
    text << e;
    CHECK(text.str().find("rise of rmse") != std::string::npos);
    CHECK(from_bytes(to_bytes(run.model())).predict(table).values == run.model().predict(table).values);
    CHECK(drift(run.model(), table).score.psi.status == DriftStatus::stable);
    CHECK_THROWS_AS(
        (RandomSplitter{.target = "cnt", .task = Task::regression} | DecisionTree{} | ThresholdTuner{})
            .run(table),
        DataError);
}

TEST_CASE("a verdict on rows without some class has no value where the metric asks for it") {
    if (absent(forest_file)) return;
    Table table = forests();
    std::vector<double> kind(table["Cover_Type"].numbers().begin(), table["Cover_Type"].numbers().end());
    for (std::size_t r = 0; r < kind.size(); ++r) kind[r] = r < 3 ? 9 : kind[r] <= 2 ? kind[r] : 3;
    table = table.with("Cover_Type", Column::numeric(kind));
    // Three rows of one class: with one split in two all of them stay in training.
    std::size_t lacking = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Split split =
            RandomSplitter{.target = "Cover_Type", .seed = seed, .task = Task::multiclass}.split(table);
        const Evaluation e =
            evaluate((Imputer{} | DecisionTree{}).fit(split.training), std::move(split.holdout));
        lacking += is_missing(e.metric("auc")) ? 1 : 0;
        CHECK(e.metric("accuracy") > 0.6);
    }
    CHECK(lacking > 0);
    CHECK(lacking < 10);
}

TEST_CASE("an estimator that answers with too few numbers is refused when it is fitted") {
    if (absent(forest_file)) return;
    CHECK_THROWS_AS((many_classes() | Stubborn{} | Evaluator{}).run(forests().head(500)), DataError);
}
