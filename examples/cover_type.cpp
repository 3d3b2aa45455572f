// cover_type DATA.csv: seven kinds of forest told apart by maps alone.
//
// Many classes run through the same chain as two: candidates compared, thresholds chosen for a metric that
// counts rare kinds as much as common ones, one verdict on the sealed rows, and a reason for a single answer.
// Data: UCI "Covertype" (any rows of it, with its header).
#include <CLI/CLI.hpp>
#include <gasket/gasket.hpp>
#include <iostream>
#include <string>

#include "support/run_main.hpp"

namespace {

using namespace gasket;

void tell_forests_apart(const std::string& path) {
    const Table forests = read_csv(path);
    const StratifiedSplitter splitter{.target = "Cover_Type", .seed = 42, .task = Task::multiclass};
    std::cout << text::grouped(forests.rows()) << " places, " << forests.columns() - 1
              << " columns of maps\n\n";

    // On a part that no verdict is made of: which kind of model is worth its cost?
    const auto contest_rows = splitter.split(forests).training;
    std::cout << compare(contest_rows, StratifiedKFold{.folds = 3, .seed = 42},
                         candidate("the commonest kind", Dummy{.strategy = Guess::most_frequent}),
                         candidate("one tree", DecisionTree{.max_depth = 8, .max_leaves = 64}),
                         candidate("random forest", RandomForest{.trees = 100, .max_depth = 14}),
                         candidate("gradient boosting", GradientBoosting{.trees = 100}))
              << "\n";

    const auto run =
        (splitter | GradientBoosting{.trees = 150} | ThresholdTuner{.maximise = balanced_accuracy} |
         Evaluator{.importance_repeats = 2} | PsiMonitor{})
            .run(forests);
    std::cout << run.evaluation() << "\n";

    const Model& model = run.model();
    std::cout << "What a kind's probability counts, so that each kind is found as often as can be:\n";
    const Predictions first = model.predict(forests.head(5));
    for (std::size_t k = 0; k < first.target.classes.size(); ++k)
        std::cout << "  kind " << first.target.classes[k] << ": " << text::fixed(first.class_weights[k], 2)
                  << "\n";
    std::cout << "\nFive places:\n" << first << "\nWhy the first one is what it is:\n";
    const Explanations reasons = explain(model, forests.head(1), contest_rows.table().head(300));
    std::cout << reasons.text(0, first.decided_class(0), 8);
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run_main([&] {
        CLI::App app{"Tells seven kinds of forest apart: many classes from split to explanation."};
        std::string path;
        app.add_option("DATA", path, "CSV with the columns of UCI Covertype")->required();
        if (const auto code = examples::parse(app, argc, argv)) return *code;
        tell_forests_apart(path);
        return 0;
    });
}
