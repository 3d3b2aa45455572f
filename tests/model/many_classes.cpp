#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "support/tree_models.hpp"

using namespace gasket;
using namespace testing_support;

namespace {

/// Four kinds of rows in a plane, with a label and gaps that help, and a tenth of wrong answers.
Table four_kinds(std::size_t rows) {
    Random random(11);
    std::vector<double> a, b;
    std::vector<std::string> colour, y;
    std::vector<bool> gaps, none(rows, false);
    for (std::size_t r = 0; r < rows; ++r) {
        a.push_back(random.below(15) == 0 ? missing : random.uniform());
        b.push_back(random.uniform());
        const std::uint64_t kind = random.below(10) == 0 ? random.below(4)
                                   : is_missing(a.back())
                                       ? 3
                                       : (a.back() > 0.5 ? 2U : 0U) + (b.back() > 0.4 ? 1U : 0U);
        colour.push_back(kind < 2 ? (random.below(2) == 0 ? "red" : "rose")
                                  : "blue" + std::to_string(random.below(5)));
        gaps.push_back(random.below(10) == 0);
        y.push_back(std::string("kind ") + std::to_string(kind));
    }
    return Table{{"a", Column::numeric(a)},
                 {"b", Column::numeric(b)},
                 {"colour", Column::category(colour, gaps)},
                 {"y", Column::category(y, none)}};
}

/// Share of the rows whose likeliest class is the true one; checks that the answers are probabilities.
double share_right(const std::vector<double>& answers, const Training& training) {
    const std::size_t classes = training.target().classes.size();
    double right = 0;
    for (std::size_t r = 0; r < training.rows(); ++r) {
        double sum = 0;
        std::size_t best = 0;
        for (std::size_t k = 0; k < classes; ++k) {
            const double p = answers[r * classes + k];
            CHECK((p >= 0 && p <= 1 + 1e-12));
            sum += p;
            best = p > answers[r * classes + best] ? k : best;
        }
        CHECK(sum == Approx(1));
        right += static_cast<double>(best) == training.labels()[r] ? 1 : 0;
    }
    return right / static_cast<double>(training.rows());
}

template <class S>
void learns_four_kinds(const S& stage) {
    const Training training = learn_y(four_kinds(2000), Task::multiclass);
    CHECK(stage.fit(training).outputs() == 4);
    CHECK(share_right(keeps_the_laws(stage, training), training) > 0.88);
}

}  // namespace

TEST_CASE("trees, forests and boosting tell four classes apart") {
    learns_four_kinds(DecisionTree{});
    learns_four_kinds(RandomForest{.trees = 40});
    learns_four_kinds(GradientBoosting{.trees = 30});
    learns_four_kinds(GradientBoosting{.trees = 100, .early_stopping_rounds = 5, .class_weight = balanced});
}

TEST_CASE("a tree of many classes is the tree of two where there are two") {
    const Table table = four_kinds(3000);
    std::vector<std::string> two;
    for (std::size_t r = 0; r < table.rows(); ++r)
        two.push_back(table.cell(r, 3) < std::string("kind 2") ? "low" : "top");
    const Table halves = table.with("y", Column::category(two, std::vector<bool>(table.rows(), false)));
    const Training binary = learn_y(halves, Task::binary);
    const Training many = learn_y(halves, Task::multiclass);
    const TrainingRows rows(binary);
    for (const bool weighted : {false, true}) {
        const DecisionTree stage{
            .max_depth = 6, .max_leaves = 20, .class_weight = weighted ? balanced : ClassWeight::none};
        const auto expected = answers(stage.fit(binary), rows.features());
        const auto found = answers(stage.fit(many), rows.features());
        for (std::size_t r = 0; r < expected.size(); ++r) {
            CHECK(found[2 * r + 1] == Approx(expected[r]).margin(1e-9));
            CHECK(found[2 * r] == Approx(1 - expected[r]).margin(1e-9));
        }
    }
    // Nearly so for forests: draws and samples are alike, but splits that gain the same are told apart by
    // rounding.
    const RandomForest forest{.trees = 10, .max_depth = 5, .min_rows_leaf = 5};
    const auto expected = forest.fit(binary);
    const auto found = forest.fit(many);
    double apart = 0;
    for (std::size_t r = 0; r < rows.rows(); ++r) {
        CHECK(is_missing(found.out_of_bag()[2 * r]) == is_missing(expected.out_of_bag()[r]));
        if (is_missing(expected.out_of_bag()[r])) continue;
        apart += std::abs(found.out_of_bag()[2 * r + 1] - expected.out_of_bag()[r]);
    }
    CHECK(apart / static_cast<double>(rows.rows()) < 0.01);
}

TEST_CASE("rules of many classes name the likeliest class of each leaf") {
    const Training training = learn_y(four_kinds(2000), Task::multiclass);
    const auto fitted = DecisionTree{.max_depth = 4, .max_leaves = 6}.fit(training);
    const std::string rules = fitted.rules();
    CHECK(rules.find("-> kind 1 0.") != std::string::npos);
    CHECK(rules.find("colour is ") != std::string::npos);
    const auto again = Fitted<DecisionTree>::from_json(detail::Fields(fitted.to_json(), "tree"),
                                                       TrainingRows(training).layout());
    CHECK(again.rules() == rules);
}

TEST_CASE("boosting goes on from an earlier fit") {
    const Training training = learn_y(four_kinds(2000), Task::multiclass);
    const TrainingRows rows(training);
    const GradientBoosting first{.trees = 10};
    const auto earlier = first.fit(rows);
    const auto later = first.fit(rows, earlier);
    CHECK(later.trees_used() == 20);
    CHECK(share_right(answers(later, rows.features()), training) >=
          share_right(answers(earlier, rows.features()), training));
    // Without chance, going on is the same as not having stopped.
    const GradientBoosting plain{.trees = 10, .min_gain = 0, .row_fraction = 1, .column_fraction = 1};
    GradientBoosting twice = plain;
    twice.trees = 20;
    const auto resumed = answers(plain.fit(rows, plain.fit(rows)), rows.features());
    const auto whole = answers(twice.fit(rows), rows.features());
    for (std::size_t i = 0; i < whole.size(); ++i) CHECK(resumed[i] == Approx(whole[i]).epsilon(1e-9));
    // Other features are refused.
    const Training other = learn_y(four_kinds(500).without({"b"}), Task::multiclass);
    CHECK_THROWS_AS(first.fit(other, earlier), DataError);
}
