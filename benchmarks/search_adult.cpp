// search_adult FILE: the whole grid against successive halving on the adult census data, with one and the
// same grid, chain and folds. Exit code 1 unless halving's best has an AUC, over the same folds, no more than
// 0.001 below that of the grid's and took at most a third of the time. Processor time of all threads counts,
// so that a busy machine does not change the ratio.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <gasket/gasket.hpp>
#include <iostream>
#include <string>

using namespace gasket;

namespace {

struct Taken {
    double wall;
    double processor;
};
template <class Work>
Taken time(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t before = std::clock();
    work();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
            static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "search_adult adult/data.csv\n";
        return 2;
    }
    const Training training =
        StratifiedSplitter{.target = "income", .seed = 42}.split(read_csv(argv[1])).training;
    const auto chain = Imputer{} | GradientBoosting{.trees = 100};
    const Space space{option<&Imputer::indicators>({false, true}),
                      option<&GradientBoosting::learning_rate>({0.02, 0.05, 0.1, 0.2}),
                      option<&GradientBoosting::max_leaves>({8, 16, 31}),
                      option<&GradientBoosting::min_rows_leaf>({5, 20, 80}),
                      option<&GradientBoosting::column_fraction>({0.5, 1.0})};
    const StratifiedKFold folds{.folds = 3, .seed = 42};
    const Progress progress = [](const ProgressEvent& e) { std::cerr << "\r\033[K" << e << std::flush; };

    SearchReport grid;
    SearchReport halved;
    const Taken by_grid =
        time([&] { grid = search(chain, training, folds, space, GridSearch{}, {.progress = progress}); });
    const Taken by_halving = time([&] {
        halved = search(chain, training, folds, space, SuccessiveHalving{.rounds = 3, .factor = 4},
                        {.progress = progress});
    });
    std::cerr << "\n";
    std::cout << text::grouped(training.rows()) << " training rows, " << threads() << " threads\n\n"
              << grid << "\n"
              << halved << "\n";
    const double lost = grid.best_trial().metrics[0].mean() - halved.best_trial().metrics[0].mean();
    const double share = by_halving.processor / by_grid.processor;
    std::printf("grid     AUC %.5f  %7.1f s  %7.1f s of processors\n", grid.best_trial().metrics[0].mean(),
                by_grid.wall, by_grid.processor);
    std::printf("halving  AUC %.5f  %7.1f s  %7.1f s of processors\n", halved.best_trial().metrics[0].mean(),
                by_halving.wall, by_halving.processor);
    std::printf("halving loses %.5f AUC and takes %.1f %% of the time\n", lost, 100 * share);
    return lost <= 0.001 && share <= 1.0 / 3 ? 0 : 1;
}
