#include "support/tree_models.hpp"

using namespace gasket;
using namespace testing_support;

namespace {
Column filled(std::size_t n, double value) {
    return Column::numeric(std::vector<double>(n, value));
}

/// 300 rows: "wild" is infinite one way for the zeros, the other way for the ones.
Training pure() {
    std::vector<double> wild, y;
    for (int i = 0; i < 300; ++i) {
        y.push_back(i % 3 == 0 ? 1 : 0);
        wild.push_back(y.back() == 1 ? HUGE_VAL : -HUGE_VAL);
    }
    return learn_y(Table{{"wild", Column::numeric(wild)}, {"y", Column::numeric(y)}});
}

double furthest(const std::vector<double>& p, const Training& training) {
    double worst = 0;
    for (std::size_t r = 0; r < p.size(); ++r) worst = std::max(worst, std::abs(p[r] - training.labels()[r]));
    return worst;
}

/// Rows of weight 0 say the contrary of all others.
Training contradicted() {
    std::vector<double> x, y, w;
    for (int i = 0; i < 400; ++i) {
        x.push_back(i % 2);
        w.push_back(i % 4 < 2 ? 1 : 0);
        y.push_back(w.back() > 0 ? i % 2 : 1 - i % 2);
    }
    return RandomSplitter{.target = "y", .weight = "w", .keep_duplicates_together = false}
        .split(Table{{"x", Column::numeric(x)}, {"y", Column::numeric(y)}, {"w", Column::numeric(w)}})
        .training;
}

template <class S>
void answers_right(const S& stage, double near) {
    CHECK(furthest(answers(stage.fit(pure()), TrainingRows(pure()).features()), pure()) <= near);

    const Training odd = contradicted();
    const TrainingRows rows(odd);
    const auto p = answers(stage.fit(rows), rows.features());
    for (std::size_t r = 0; r < p.size(); ++r) CHECK(std::abs(p[r] - rows.features()[0][r]) <= near);

    std::vector<double> y(100, 0.0);
    for (std::size_t i = 0; i < 25; ++i) y[4 * i] = 1;
    const Training empty = learn_y(Table{{"nothing", filled(100, missing)}, {"y", Column::numeric(y)}});
    for (const double q : answers(stage.fit(empty), TrainingRows(empty).features()))
        CHECK(q == Approx(empty.record().positive_rate).margin(0.06));
}
}  // namespace

TEST_CASE(
    "leaves of one class, infinities, rows without weight and empty columns: a tree's answers are right") {
    answers_right(DecisionTree{.min_rows_leaf = 1}, 0);
}
TEST_CASE(
    "leaves of one class, infinities, rows without weight and empty columns: a forest's answers are right") {
    answers_right(RandomForest{.trees = 20}, 0);
}
TEST_CASE(
    "leaves of one class, infinities, rows without weight and empty columns: boosting's answers are right") {
    answers_right(GradientBoosting{.trees = 100}, 0.05);
}
