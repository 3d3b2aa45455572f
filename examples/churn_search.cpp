// churn_search: which options are best, how good the search's answer truly is, whether more rows would help,
// and whether the gain over simpler models pays for what it costs.
//
//     churn_search                                           made-up bank customers
//     churn_search --data FILE.csv --target NAME             any file with a binary target
//     churn_search --journal search.jsonl                    may be interrupted, and goes on
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <gasket/gasket.hpp>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "support/bank_customers.hpp"
#include "support/run_main.hpp"

namespace {

using namespace gasket;

struct Options {
    std::string data;
    std::string target = "churn";
    std::vector<std::string> drop;
    std::size_t trials = 27;
    std::string journal;
};

/// One line that is overwritten, on a terminal; nothing in a pipe.
Progress terminal_progress() {
    if (isatty(STDERR_FILENO) == 0) return {};
    return [](const ProgressEvent& e) {
        std::cerr << "\r\033[K  " << e << std::flush;
        if (e.done == e.total) std::cerr << "\r\033[K" << std::flush;
    };
}

int tell(const Options& options) {
    const bool made_up = options.data.empty();
    const Table rows =
        (made_up ? examples::bank_customers(4000, 42, 0).without({"customer_id"}) : read_csv(options.data))
            .without(options.drop);
    auto [train, test] = StratifiedSplitter{.target = options.target, .seed = 42}.split(rows);
    const Progress progress = terminal_progress();
    const StratifiedKFold folds{.folds = 5, .seed = 42};

    std::cout << "1. Search: which options are best in five folds of " << text::grouped(train.rows())
              << " training rows\n\n";
    const auto chain = Imputer{} | OneHotEncoder{.drop_first = true} | GradientBoosting{.trees = 120};
    const Space space{option<&Imputer::indicators>({false, true}),
                      option<&GradientBoosting::learning_rate>(log_uniform(0.02, 0.3)),
                      option<&GradientBoosting::max_leaves>({3, 6, 12, 31}),
                      option<&GradientBoosting::column_fraction>(uniform(0.3, 1))};
    const SuccessiveHalving halving{.trials = options.trials, .rounds = 3, .factor = 3};
    const auto found =
        search(chain, train, folds, space, halving,
               {.metric = auc, .also = {log_loss_metric}, .journal = options.journal, .progress = progress});
    std::cout << found;

    std::cout << "\n2. How good is what such a search finds? Three outer folds, a search in each\n\n";
    const SuccessiveHalving quick{.trials = 9, .rounds = 2, .factor = 3};
    std::cout << nested_cross_validate(chain, train, StratifiedKFold{.folds = 3, .seed = 1},
                                       StratifiedKFold{.folds = 3, .seed = 2}, space, quick,
                                       {.progress = progress});

    std::cout << "\n3. Would more rows help?\n\n";
    std::cout << learning_curve(found.best(), train, folds, {400, 800, 1600, 3200}, auc,
                                {.progress = progress});

    std::cout << "\n4. Does it pay?\n\n";
    const auto linear =
        Imputer{} | OneHotEncoder{.drop_first = true} | StandardScaler{} | LogisticRegression{};
    const Comparison contest = compare(
        train, folds,
        {candidate("logistic regression", linear), candidate("boosting, as it comes", GradientBoosting{}),
         candidate("boosting, searched", found.best())},
        {.metric = auc, .progress = progress});
    std::cout << contest;

    const auto model = found.best().fit(train);
    const Evaluation verdict = evaluate(model, std::move(test));
    std::cout << "\nOn " << text::grouped(verdict.holdout.rows)
              << " sealed rows the chain that was found has an AUC of "
              << text::fixed(verdict.metric("auc"), 4) << ".\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Searches options, estimates honestly, asks for more rows, weighs the cost"};
    app.add_option("--data", options.data, "CSV file; made-up bank customers where none is named");
    app.add_option("--target", options.target, "the column to predict")->capture_default_str();
    app.add_option("--drop", options.drop, "columns to leave out")->delimiter(',');
    app.add_option("--trials", options.trials, "settings to draw")->capture_default_str();
    app.add_option("--journal", options.journal, "file that finished trials are written to");
    if (const auto code = examples::parse(app, argc, argv)) return *code;
    return examples::run_main([&] { return tell(options); });
}
