// growth rows|features|trees [FROM [TO]]: how the cost of boosting, and of its answers, grows with one of
// them, with one thread and with two; as a table in Markdown. Seconds are the least of the runs that fit into
// a second, by the wall clock: a machine that does something else beside spoils them. FROM and TO leave out
// smaller and larger steps.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/random.hpp"
#include "gasket/data/to_features.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "gasket/split/wall.hpp"
#include "timing.hpp"

namespace {
using namespace gasket;

struct Size {
    std::size_t rows, features, trees;
};

/// Even numbers; the answer hangs on seven of them, not linearly, and on chance. One row more, to be sealed.
Training made(std::size_t rows, std::size_t features) {
    std::vector<std::vector<double>> values(features, std::vector<double>(rows + 1));
    parallel_for(features, [&](std::size_t f) {
        Random random(derive_seed(1, f));
        for (double& x : values[f]) x = 2 * random.uniform() - 1;
    });
    SplitPlan plan;
    Random random(2);
    for (std::size_t r = 0; r <= rows; ++r) {
        const auto x = [&](std::size_t f) { return values[f][r]; };
        const double score =
            2 * x(0) * x(1) + 3 * x(2) * x(2) - 1 + x(3) + (x(4) > 0.3 ? x(5) : -x(5)) + std::abs(x(6));
        plan.labels.push_back(random.uniform() < sigmoid(score) ? 1 : 0);
        if (r < rows) plan.train.push_back(r);
    }
    plan.test = {rows};
    plan.target =
        detail::read_target(Table{{"answer", Column::numeric({0, 1})}}, "answer", Task::binary, "").target;
    plan.reserved = {"answer"};
    std::vector<std::string> names;
    std::vector<Column> columns;
    for (std::size_t f = 0; f < features; ++f) {
        names.push_back("f" + std::to_string(f));
        columns.push_back(Column::numeric(std::exchange(values[f], {})));
    }
    return detail::Wall::seal(Table::of(std::move(names), std::move(columns)), plan).training;
}

template <class Body>
double least_wall_seconds(const Body& body) {
    double least = std::numeric_limits<double>::infinity();
    const double end = benchmarks::now() + 1;
    do {
        const double start = benchmarks::now();
        body();
        least = std::min(least, benchmarks::now() - start);
    } while (benchmarks::now() < end);
    return least;
}

/// Full trees of 31 leaves over all rows and features: no sampling, no pruning, so that every size does like
/// work.
void measure(const Size& size, const TrainingRows& rows) {
    const GradientBoosting stage{.trees = size.trees,
                                 .max_depth = 64,
                                 .max_leaves = 31,
                                 .min_rows_leaf = 20,
                                 .min_gain = 0,
                                 .row_fraction = 1,
                                 .column_fraction = 1};
    const auto fitted = stage.fit(rows);
    std::vector<double> answers(rows.rows());
    Scratch scratch;
    for (const int threads : {1, 2}) {
        set_threads(threads);
        const double fit = least_wall_seconds([&] { benchmarks::keep(stage.fit(rows).trees_used()); });
        const double predict =
            least_wall_seconds([&] { fitted.predict(rows.features().block(), answers.data(), scratch); });
        const double row_trees = static_cast<double>(size.rows) * static_cast<double>(size.trees);
        std::printf("| %zu | %zu | %zu | %d | %.4g | %.3f | %.4g | %.3f |\n", size.rows, size.features,
                    size.trees, threads, fit, 1e9 * fit / row_trees / static_cast<double>(size.features),
                    predict, 1e9 * predict / row_trees);
        std::fflush(stdout);
    }
    set_threads(0);
}

std::vector<std::pair<std::size_t, Size>> steps(std::string_view what) {
    std::vector<std::pair<std::size_t, Size>> out;
    if (what == "rows") {
        for (const std::size_t n : {10000U, 100000U, 1000000U, 10000000U}) out.push_back({n, {n, 28, 50}});
    } else if (what == "features") {
        for (const std::size_t n : {10U, 30U, 100U, 300U, 1000U}) out.push_back({n, {20000, n, 50}});
    } else if (what == "trees") {
        for (const std::size_t n : {10U, 50U, 100U, 500U, 1000U, 5000U}) out.push_back({n, {10000, 28, n}});
    }
    return out;
}
}  // namespace

int main(int count, char** words) {
    const auto all = steps(count > 1 ? words[1] : "");
    if (all.empty()) {
        std::fputs("growth rows|features|trees [FROM [TO]]\n", stderr);
        return 2;
    }
    const std::size_t from = count > 2 ? std::stoul(words[2]) : 0;
    const std::size_t to = count > 3 ? std::stoul(words[3]) : all.back().first;
    std::puts(
        "| rows | features | trees | threads | fit, s | ns per row x feature x tree | predict, s | ns per "
        "row x tree |");
    std::puts("|---|---|---|---|---|---|---|---|");
    for (const auto& [step, size] : all) {
        if (step >= from && step <= to) measure(size, made(size.rows, size.features));
    }
}
