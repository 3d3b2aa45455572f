#include "gasket/model/gradient_boosting.hpp"

#include "support/tree_models.hpp"

using namespace gasket;
using namespace testing_support;

namespace {
Training bank(std::size_t rows) {
    const Table table = small_bank(rows);
    return learn_y(table.without({"customer_id", "churn"}).with("y", table["churn"]));
}
double loss(const Fitted<GradientBoosting>& fitted, const Training& training) {
    const auto p = answers(fitted, TrainingRows(training).features());
    double sum = 0;
    for (std::size_t r = 0; r < p.size(); ++r) sum -= std::log(training.labels()[r] == 1 ? p[r] : 1 - p[r]);
    return sum / static_cast<double>(p.size());
}
}  // namespace

TEST_CASE("boosting keeps the laws of tree models") {
    SECTION("defaults") {
        keeps_the_laws(GradientBoosting{.trees = 30}, bank(800));
    }
    SECTION("every option at work") {
        keeps_the_laws(GradientBoosting{.trees = 30,
                                        .max_leaves = 8,
                                        .l1 = 0.5,
                                        .row_fraction = 0.5,
                                        .column_fraction = 0.5,
                                        .max_bins = 16,
                                        .thresholds_per_split = 4,
                                        .growth = Growth::depth_wise,
                                        .early_stopping_rounds = 5,
                                        .monotone = {{"age", 1}},
                                        .class_weight = balanced},
                       bank(800));
    }
    SECTION("many rows, so that histograms are built by several threads") {
        keeps_the_laws(GradientBoosting{.trees = 3}, bank(100000));
    }
}

TEST_CASE("boosting survives the edges") {
    survives_edges(GradientBoosting{.trees = 20});
}

TEST_CASE("boosting begins with the best constant: the share of a class, or the mean") {
    const auto first = [](const Training& training, Loss how) {
        const auto fitted = GradientBoosting{.trees = 1, .learning_rate = 1e-9, .loss = how}.fit(training);
        return answers(fitted, TrainingRows(training).features())[0];
    };
    const auto mean = [](const Training& training) {
        double sum = 0;
        for (const double y : training.labels()) sum += y;
        return sum / static_cast<double>(training.rows());
    };
    const Training churn = bank(500);
    CHECK(first(churn, automatic_loss) == Approx(mean(churn)).epsilon(1e-6));
    const Table table = small_bank(500);
    const Training ages = learn_y(table.without({"age", "churn"}).with("y", table["age"]), Task::regression);
    CHECK(first(ages, squared_loss) == Approx(mean(ages)).epsilon(1e-6));
    CHECK(first(ages, poisson_loss) == Approx(mean(ages)).epsilon(1e-6));
}

TEST_CASE("more trees fit the training rows better") {
    const Training training = bank(2000);
    const auto of = [&](std::size_t trees) {
        return loss(GradientBoosting{.trees = trees}.fit(training), training);
    };
    CHECK(of(1) > of(10));
    CHECK(of(10) > of(100));
}

TEST_CASE("early stopping ends when the rows it watches gain no more") {
    const Training training = bank(2000);
    const auto fitted =
        GradientBoosting{.trees = 400, .learning_rate = 0.3, .early_stopping_rounds = 10}.fit(training);
    CHECK(fitted.trees_used() < 200);
    CHECK(fitted.trees_used() > 0);
    CHECK(GradientBoosting{.trees = 50}.fit(training).trees_used() == 50);
}

TEST_CASE("a monotone feature moves the answer in its direction only") {
    Random random(2);
    std::vector<double> x, z, y;
    for (int i = 0; i < 3000; ++i) {
        x.push_back(random.uniform());
        z.push_back(random.uniform());
        // falls in the middle: an unconstrained model would follow
        y.push_back(random.uniform() < (x.back() < 0.4   ? 0.3
                                        : x.back() < 0.6 ? 0.1
                                                         : 0.8) +
                                           0.1 * z.back()
                        ? 1
                        : 0);
    }
    const Training training =
        learn_y(Table{{"x", Column::numeric(x)}, {"z", Column::numeric(z)}, {"y", Column::numeric(y)}});
    const auto against = [&](const GradientBoosting& stage, double direction) {
        const auto fitted = stage.fit(training);
        std::size_t count = 0;
        for (const double other : {0.1, 0.5, 0.9}) {
            std::vector<double> grid;
            for (int i = 0; i <= 200; ++i) grid.push_back(i / 200.0);
            Features rows(grid.size());
            rows.add({.name = "x", .labels = nullptr, .sources = {"x"}}, grid);
            rows.add({.name = "z", .labels = nullptr, .sources = {"z"}},
                     std::vector<double>(grid.size(), other));
            const auto p = answers(fitted, rows);
            for (std::size_t i = 1; i < p.size(); ++i) count += direction * (p[i] - p[i - 1]) < 0 ? 1 : 0;
        }
        return count;
    };
    const GradientBoosting free{.trees = 60, .monotone = {{"x", 0}}};  // as if nothing were said of it
    CHECK(against(free, 1) > 0);
    CHECK(against(GradientBoosting{.trees = 60, .monotone = {{"x", 1}}}, 1) == 0);
    CHECK(against(free, -1) > 0);
    CHECK(against(GradientBoosting{.trees = 60, .monotone = {{"x", -1}}}, -1) == 0);
}

TEST_CASE("importance finds the planted feature") {
    Random random(2);
    std::vector<double> signal, noise, y;
    for (int i = 0; i < 2000; ++i) {
        signal.push_back(random.uniform());
        noise.push_back(random.uniform());
        y.push_back(random.uniform() < signal.back() ? 1 : 0);
    }
    const Training training = learn_y(Table{
        {"noise", Column::numeric(noise)}, {"signal", Column::numeric(signal)}, {"y", Column::numeric(y)}});
    const auto fitted = GradientBoosting{.trees = 20, .column_fraction = 1}.fit(training);
    CHECK(fitted.importances()[1] > 0.7);
    CHECK(fitted.importances()[0] + fitted.importances()[1] == Approx(1));
}

TEST_CASE("a numeric target is met by squared error") {
    std::vector<double> x, y;
    for (int i = 0; i < 2000; ++i) {
        x.push_back(i / 100.0);
        y.push_back(1000 + 50 * std::sin(i / 100.0));
    }
    const Training training =
        learn_y(Table{{"x", Column::numeric(x)}, {"y", Column::numeric(y)}}, Task::regression);
    const auto p = keeps_the_laws(GradientBoosting{.trees = 100, .column_fraction = 1}, training);
    double worst = 0;
    for (std::size_t r = 0; r < p.size(); ++r) worst = std::max(worst, std::abs(p[r] - training.labels()[r]));
    CHECK(worst < 10);
}

TEST_CASE("options out of range are named") {
    const Training training = bank(100);
    const auto refused = [&](const GradientBoosting& stage) {
        try {
            (void)stage.fit(training);
        } catch (const OptionError& e) {
            return std::string(e.what()).find("GradientBoosting.") != std::string::npos;
        }
        return false;
    };
    CHECK(refused({.trees = 0}));
    CHECK(refused({.learning_rate = 0}));
    CHECK(refused({.max_depth = 0}));
    CHECK(refused({.max_leaves = 1}));
    CHECK(refused({.l2 = -1}));
    CHECK(refused({.row_fraction = 0}));
    CHECK(refused({.column_fraction = 1.5}));
    CHECK(refused({.max_bins = 255}));
    CHECK(refused({.validation_fraction = 1}));
    CHECK(refused({.monotone = {{"age", 2}}}));
    CHECK_THROWS_AS((GradientBoosting{.monotone = {{"agee", 1}}}.fit(training)), SchemaError);
}

TEST_CASE("without anything to gain trees end at once, unless the next may differ by chance") {
    const auto used = [](GradientBoosting stage) {
        stage.trees = 30;
        stage.min_gain = 1e9;
        return stage.fit(bank(200)).trees_used();
    };
    CHECK(used({.row_fraction = 1, .column_fraction = 1}) == 0);
    CHECK(used({.row_fraction = 0.5, .column_fraction = 1}) == 30);
    CHECK(used({.row_fraction = 1, .column_fraction = 0.5}) == 30);
    CHECK(used({.row_fraction = 1, .column_fraction = 1, .thresholds_per_split = 3}) == 30);
}

TEST_CASE("early stopping on rows too few to split off learns from all of them") {
    const Table table{{"x", Column::numeric({1, 2, 3, 4, 5, 6, 7, 8})},
                      {"y", Column::numeric({0, 0, 0, 0, 1, 1, 1, 1})}};
    const GradientBoosting stage{
        .trees = 20, .min_rows_leaf = 1, .min_gain = 0, .row_fraction = 1, .early_stopping_rounds = 5};
    const auto fitted = stage.fit(learn_y(table));
    CHECK(fitted.trees_used() == 20);
}

TEST_CASE("a category has no direction to be monotone in") {
    CHECK_THROWS_AS((GradientBoosting{.monotone = {{"country", 1}}}.fit(bank(100))), OptionError);
}

TEST_CASE("noise is left alone, whatever the weights") {
    Random random(8);
    std::vector<double> x, y, w;
    for (int i = 0; i < 2000; ++i) {
        x.push_back(random.uniform());
        y.push_back(random.uniform() < 0.3 ? 1 : 0);
        w.push_back(1000);
    }
    const Table table{{"x", Column::numeric(x)}, {"y", Column::numeric(y)}, {"w", Column::numeric(w)}};
    const auto spread = [&](const GradientBoosting& stage, const char* weight, Task task) {
        const Training training = RandomSplitter{.target = "y",
                                                 .test_fraction = 0.1,
                                                 .task = task,
                                                 .weight = weight,
                                                 .keep_duplicates_together = false}
                                      .split(weight[0] == 0 ? table.without({"w"}) : table)
                                      .training;
        const auto p = answers(stage.fit(training), TrainingRows(training).features());
        return *std::max_element(p.begin(), p.end()) - *std::min_element(p.begin(), p.end());
    };
    for (const Task task : {Task::binary, Task::regression}) {
        const GradientBoosting strict{.trees = 20, .min_gain = 16};
        CHECK(spread(strict, "", task) < 0.02);
        CHECK(spread(strict, "w", task) < 0.02);
        CHECK(spread({.trees = 20, .min_gain = 0}, "", task) > 0.1);
    }
}
