// threshold_optimism DATA.csv [TARGET]: does a threshold keep on the holdout what it promised in training?
//
// For each of 20 seeds a chain is split, fitted, given the threshold with the best F1 over out-of-fold
// scores, and judged once. Promised is the F1 on the scores that the threshold was chosen on, kept the F1 of
// the same threshold on the sealed rows. A choice made on the holdout, or on the model's own training scores,
// would promise too much.
#include <cmath>
#include <gasket/gasket.hpp>
#include <iostream>
#include <string>

int main(int argc, char** argv) try {
    using namespace gasket;
    if (argc < 2) {
        std::cerr << "usage: threshold_optimism DATA.csv [TARGET]\n";
        return 2;
    }
    const Table table = read_csv(argv[1]);
    const std::string target = argc > 2 ? argv[2] : "Exited";
    Drop names;
    for (const char* name : {"RowNumber", "id", "CustomerId", "Surname"})
        if (table.has(name)) names.columns.emplace_back(name);
    std::vector<double> lost;
    text::Grid grid({"seed", "threshold", "promised F1", "kept F1", "lost"});
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto run = (names | StratifiedSplitter{.target = target, .seed = seed} |
                          GradientBoosting{.seed = seed} | ThresholdTuner{.maximise = f1, .seed = seed} |
                          Evaluator{.seed = seed, .importance_repeats = 0, .resamples = 0})
                             .run(table);
        const double promised = run.model().section("threshold")->at("value").get<double>();
        const double kept = run.evaluation().metric("f1");
        lost.push_back(promised - kept);
        grid.add({std::to_string(seed), text::fixed(run.model().threshold(), 4), text::fixed(promised, 4),
                  text::fixed(kept, 4), text::fixed(promised - kept, 4)});
    }
    double sum = 0;
    for (const double x : lost) sum += x;
    const double mean = sum / 20;
    double squares = 0;
    for (const double x : lost) squares += (x - mean) * (x - mean);
    std::cout << grid.str() << "  lost on the mean: " << text::fixed(mean, 5) << ", standard error "
              << text::fixed(std::sqrt(squares / 19 / 20), 5) << "\n";
    return 0;
} catch (const std::exception& e) {
    std::cerr << "error: " << e.what() << "\n";
    return 1;
}
