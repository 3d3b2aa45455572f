// churn_evaluation FOLDER: how good a model is, as a page to look at and as a card to keep beside it.
//
//     churn_evaluation out                                   made-up bank customers
//     churn_evaluation out --data march.csv --target churn   any file with a target of two classes
//
// Writes evaluation.html, model_card.html and model_card.md into the folder.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <gasket/gasket.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "support/bank_customers.hpp"
#include "support/run_main.hpp"

namespace {

using namespace gasket;

struct Options {
    std::string folder, data, target = "churn";
    std::vector<std::string> drop;
};

void judge(const Options& options) {
    const Table all = options.data.empty() ? examples::bank_customers(10000, 42, 0) : read_csv(options.data);
    const Table customers =
        all.without(options.drop.empty() && options.data.empty() ? std::vector<std::string>{"customer_id"}
                                                                 : options.drop);
    const StratifiedSplitter splitter{.target = options.target, .seed = 42};
    const GradientBoosting boosting{.trees = 150};
    const Offer offer{.price = 50'00, .revenue = 600'00, .acceptance = 0.4, .missed_loss = 200'00};

    const auto run = (splitter | boosting | ThresholdTuner{.offer = offer} |
                      Evaluator{.folds = 5, .offer = offer} | PsiMonitor{})
                         .run(customers);

    // Where it is weak is asked of training rows, each scored by a chain that had not seen it.
    const Training training = splitter.split(customers).training;
    const OutOfFold scored =
        cross_validate(boosting, training, StratifiedKFold{.folds = 5, .seed = 42}, {auc}).out_of_fold;
    const Slices weak =
        slices(ScoredRows{scored.target, scored.labels, scored.scores, scored.weights}, training.table());

    std::filesystem::create_directories(options.folder);
    const auto in_folder = [&](const char* name) {
        return (std::filesystem::path(options.folder) / name).string();
    };
    const Evaluation& verdict = run.evaluation();
    evaluation_page(verdict, run.model(),
                    {.name = "churn 1.0.0",
                     .slices = weak,
                     .slices_of = "training rows, each scored by a chain that had not seen it"})
        .write(in_folder("evaluation.html"));
    const Document card = model_card(
        run.model(), verdict,
        {.name = "churn",
         .version = "1.0.0",
         .owner = "the retention team",
         .intended_use =
             "Whom to make a retention offer in the coming month; a person decides on each offer.",
         .out_of_scope = "Prices, credit, or whether somebody may stay a customer.",
         .data_source = options.data.empty() ? "Made-up bank customers: about nobody."
                                             : std::filesystem::path(options.data).filename().string(),
         .slices = weak});
    card.write(in_folder("model_card.html"));
    card.write(in_folder("model_card.md"));

    for (const char* const name : {"auc", "average_precision", "f1"}) {
        std::cout << name << " " << text::fixed(verdict.metric(name), 3);
        if (const Interval* const range = verdict.interval(name))
            std::cout << ", 95 % interval " << text::fixed(range->low, 3) << " to "
                      << text::fixed(range->high, 3);
        std::cout << "\n";
    }
    std::cout << weak.weak() << " of " << weak.slices.size() << " segments are weaker than the rest\n";
    for (const char* const name : {"evaluation.html", "model_card.html", "model_card.md"})
        std::cout << "wrote " << in_folder(name) << "\n";
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run_main([&] {
        Options options;
        CLI::App app{"Judges a model once and writes what was found as a page and as a model card."};
        app.add_option("FOLDER", options.folder, "where the pages go")->required();
        app.add_option("--data", options.data, "CSV file; made-up bank customers where none is given");
        app.add_option("--target", options.target, "column with two classes to be predicted");
        app.add_option("--drop", options.drop, "columns to leave out")->delimiter(',');
        if (const auto code = examples::parse(app, argc, argv)) return *code;
        judge(options);
        return 0;
    });
}
