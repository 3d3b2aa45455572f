#include "gasket/report/evaluation_page.hpp"

#include <cmath>

#include "gasket/evaluate/evaluate.hpp"
#include "gasket/prepare/imputer.hpp"
#include "gasket/split/random_splitter.hpp"
#include "report/judged.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::evil;
using testing_support::faults_of_page;
using testing_support::has;

namespace {
const std::vector<std::string> none;

/// Rows of three classes, or numbers, that "x" tells something of.
Table made_up(std::size_t rows, bool classes) {
    std::vector<double> x, y;
    std::vector<std::string> label;
    for (std::size_t i = 0; i < rows; ++i) {
        x.push_back(static_cast<double>(i % 97));
        y.push_back(x.back() * 3 + static_cast<double>(i % 11));
        label.push_back(i % 13 == 0 ? evil : i % 97 < 40 ? "low" : "high");
    }
    return {{evil, Column::numeric(x)}, {"y", classes ? Column::category(label) : Column::numeric(y)}};
}
}  // namespace

TEST_CASE("the page of two classes has every part that there is something to show of") {
    const auto run = testing_support::judged_bank();
    const std::string page = evaluation_page(run.evaluation(), run.model(), {.name = "churn 1.0.0"}).str();
    CHECK(faults_of_page(page) == none);
    CHECK(has(page, "<h1>Evaluation of churn 1.0.0</h1>"));
    for (const char* const id :
         {"verdict", "curves", "calibration", "decisions", "worth", "importances", "folds", "rows"})
        CHECK(has(page, "<h2 id=\"" + std::string(id) + "-title\">"));
    CHECK_FALSE(has(page, "slices-title"));
    CHECK_FALSE(has(page, "errors-title"));
    CHECK(has(page, "better than no skill"));
    CHECK(has(page, ">" + text::fixed(run.evaluation().metric("auc"), 4) + "</td>"));
    const Interval& range = *run.evaluation().interval("auc");
    CHECK(has(page, text::fixed(range.low, 4) + " to " + text::fixed(range.high, 4)));
    CHECK(has(page, BusinessValue::money(run.evaluation().business->value)));
    CHECK_FALSE(has(page, "nan"));
    CHECK_FALSE(has(page, "inf<"));
    CHECK(page == evaluation_page(run.evaluation(), run.model(), {.name = "churn 1.0.0"}).str());
    CHECK(page.size() < 200'000);

    Evaluation bare = run.evaluation();
    bare.business.reset();
    bare.importances.reset();
    bare.cross_validation.clear();
    bare.intervals.clear();
    bare.holdout.seen_before = "opened on Monday";
    const std::string less = evaluation_page(bare, run.model()).str();
    CHECK(faults_of_page(less) == none);
    for (const char* const id : {"worth", "folds"}) CHECK_FALSE(has(less, std::string(id) + "-title"));
    CHECK(has(less, "no intervals"));
    CHECK(has(less, "not the first look"));
    bare.intervals = {{"auc", {.value = 0.55, .low = 0.45, .high = 0.65}}};
    CHECK(has(evaluation_page(bare, run.model()).str(), "cannot be told from no skill"));
}

TEST_CASE("weak segments are shown, and whatever is called strangely is not run") {
    const auto run = testing_support::judged_bank();
    Evaluation e = run.evaluation();
    e.target = {.column = evil, .task = Task::binary, .classes = {evil, "</style>" + evil}};
    e.report = classification_report(e.confusion, evil, evil);
    e.importances->features[0].feature = evil;
    Slices slices{.metric = "auc",
                  .overall = 0.8,
                  .slices = {{.name = evil, .rows = 70, .weak = true}},
                  .too_small = 3};
    const std::string page =
        evaluation_page(e, run.model(), {.name = evil, .slices = slices, .slices_of = evil}).str();
    CHECK(faults_of_page(page) == none);
    CHECK(has(page, "<span class=\"pill serious\">weak</span>"));
    CHECK(has(page, "Not judged: 3 too small"));
    CHECK_FALSE(has(page, "<script"));
    CHECK_FALSE(has(page, "<img"));
}

TEST_CASE("the page of many classes is a heat map, class by class") {
    auto [train, test] =
        StratifiedSplitter{.target = "y", .task = Task::multiclass}.split(made_up(600, true));
    const Model model = (Imputer{} | DecisionTree{.max_depth = 3}).fit(train);
    const Evaluation e = evaluate(model, std::move(test));
    const std::string page = evaluation_page(e, model).str();
    CHECK(faults_of_page(page) == none);
    CHECK(has(page, "classes-title"));
    CHECK(has(page, "Taken for each other most"));
    CHECK(has(page, "class=\"above\" style=\"--strength:"));
    CHECK(has(page, "macro mean"));
    for (const char* const id : {"curves", "calibration", "worth", "errors"})
        CHECK_FALSE(has(page, std::string(id) + "-title"));
    CHECK_FALSE(has(page, "<script"));
}

TEST_CASE("the page of numbers shows errors where rows are handed in") {
    auto [train, test] = RandomSplitter{.target = "y", .task = Task::regression}.split(made_up(600, false));
    const Model model = (Imputer{} | DecisionTree{.max_depth = 3}).fit(train);
    const Evaluation e = evaluate(model, std::move(test));
    CHECK_FALSE(has(evaluation_page(e, model).str(), "errors-title"));
    std::vector<double> truth(train.labels().begin(), train.labels().end());
    const std::vector<double> answers = model.predict(train.table()).values;
    const std::string page =
        evaluation_page(e, model, {.truth = truth, .answers = answers, .rows_of = "training rows"}).str();
    CHECK(faults_of_page(page) == none);
    CHECK(has(page, "errors-title"));
    CHECK(has(page, "Of training rows."));
    CHECK(has(page, "rmse"));
    CHECK_FALSE(has(page, "nan"));
    truth.pop_back();
    CHECK_THROWS_AS(evaluation_page(e, model, {.truth = truth, .answers = answers}), DataError);
    // all alike: there is no range
    CHECK(faults_of_page(evaluation_page(e, model, {.truth = {1, 1}, .answers = {1, 1}}).str()) == none);
}
