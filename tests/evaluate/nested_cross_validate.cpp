#include "gasket/evaluate/nested_cross_validate.hpp"

#include <filesystem>
#include <sstream>

#include "support/bank.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::bank_training;

namespace {
const StratifiedKFold outer{.folds = 3, .seed = 1};
const StratifiedKFold inner{.folds = 3, .seed = 2};
const Space space{option<&DecisionTree::max_depth>({1, 3, 12})};
}  // namespace

TEST_CASE("each outer fold is judged by what a search in its learning rows chose") {
    const Training training = bank_training(600);
    std::vector<std::size_t> done;
    const auto nested =
        nested_cross_validate(DecisionTree{}, training, outer, inner, space, GridSearch{},
                              {.progress = [&](const ProgressEvent& e) { done.push_back(e.done); }});
    CHECK(done == std::vector<std::size_t>{0, 1, 2, 3});
    const Folds folds = outer.split(training);
    for (std::size_t f = 0; f < 3; ++f) {
        const Fold fold = folds[f];
        const auto found = search(DecisionTree{}, fold.training, inner, space, GridSearch{});
        CHECK(nested.settings[f] == found.best_trial().settings);
        CHECK(nested.inner.by_fold[f] == found.best_trial().metrics[0].mean());
        const auto p = found.best().fit(fold.training).predict(fold.validation.table).values;
        CHECK(nested.outer.by_fold[f] == roc_auc(fold.validation.labels, p));
    }
    CHECK(nested.optimism() == Approx(nested.inner.mean() - nested.outer.mean()));
    CHECK(nested.to_json()["settings"].size() == 3);
    std::ostringstream out;
    out << nested;
    CHECK(out.str().find("max_depth 3") != std::string::npos);
}

TEST_CASE("a search among models of noise is found to be too sure of itself") {
    // no column says anything of the target: the best of many is luck, and unseen rows show it
    Random random(3);
    std::vector<double> a, b, c, y;
    for (int i = 0; i < 150; ++i) {
        a.push_back(random.normal()), b.push_back(random.normal()), c.push_back(random.normal());
        y.push_back(static_cast<double>(i % 2));
    }
    const Table table{{"a", Column::numeric(a)},
                      {"b", Column::numeric(b)},
                      {"c", Column::numeric(c)},
                      {"y", Column::numeric(y)}};
    const Training training = StratifiedSplitter{.target = "y", .test_fraction = 0.1}.split(table).training;
    const auto nested = nested_cross_validate(RandomForest{.trees = 3}, training, outer, inner,
                                              Space{option<&RandomForest::seed>({1, 2, 3, 4, 5, 6, 7, 8}),
                                                    option<&RandomForest::max_depth>({2, 4, 8})},
                                              GridSearch{}, {.metric = log_loss_metric});
    CHECK(nested.optimism() > 0);
    std::ostringstream out;
    out << nested;
    CHECK(out.str().find("too good by") != std::string::npos);
}

TEST_CASE("every outer fold has a journal of its own") {
    const Training training = bank_training(300);
    const std::string path = testing_support::scratch_file("nested.jsonl");
    const auto run = [&] {
        return nested_cross_validate(DecisionTree{}, training, outer, inner, space, GridSearch{},
                                     {.journal = path});
    };
    const auto first = run();
    for (const char* end : {".1", ".2", ".3"}) CHECK(std::filesystem::file_size(path + end) > 500);
    CHECK(run().to_json() == first.to_json());
}
