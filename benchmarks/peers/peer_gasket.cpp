// peer_gasket TASK --data DIR [--repeat N]: gasket's side of the peer benchmarks. Prints one line of JSON.
//
// Seconds are those of the work of the row and of nothing else: data are loaded before, answers are judged
// after.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gasket/gasket.hpp>
#include <iostream>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "memory.hpp"
#include "timing.hpp"

namespace {
std::atomic<std::size_t> allocations = 0;  // by the whole program

void* counted(std::size_t bytes) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* p = std::malloc(bytes == 0 ? 1 : bytes)) return p;
    throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t bytes) {
    return counted(bytes);
}
void* operator new[](std::size_t bytes) {
    return counted(bytes);
}
void operator delete(void* p) noexcept {
    std::free(p);
}
void operator delete[](void* p) noexcept {
    std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
    std::free(p);
}
void operator delete[](void* p, std::size_t) noexcept {
    std::free(p);
}

namespace {

using namespace gasket;
using benchmarks::MemoryWatch;
using benchmarks::now;

struct Arguments {
    std::filesystem::path data;
    std::size_t repeat = 1;
};

struct Result {
    double seconds = missing;
    double metric = missing;
    std::string metric_name = "none";
    long peak_kib = 0;
    long base_kib = 0;
    Json extra = Json::object();
};

/// Runs the work and measures time and memory: the median of the repeats.
template <class Work>
Result measure(std::size_t repeat, const Work& work) {
    const MemoryWatch memory;
    std::vector<double> seconds;
    for (std::size_t i = 0; i < std::max<std::size_t>(repeat, 1); ++i) {
        const double start = now();
        work();
        seconds.push_back(now() - start);
    }
    Result result;
    result.peak_kib = MemoryWatch::peak_kib();
    result.base_kib = memory.base_kib();
    result.seconds = benchmarks::quantile(seconds, 0.5);
    return result;
}

// --- data
// --------------------------------------------------------------------------------------------------------

std::vector<double> read_doubles(const std::filesystem::path& path) {
    std::vector<double> values(std::filesystem::file_size(path) / sizeof(double));
    std::ifstream in(path, std::ios::binary);
    in.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(double)));
    if (!in) throw std::runtime_error("cannot read " + path.string());
    return values;
}

struct Rows {
    Table features;
    std::vector<double> labels;
};

/// Feature after feature, as make_data.py writes them; at most `most` rows.
Rows read_rows(const std::filesystem::path& folder, const std::string& name,
               std::size_t most = std::numeric_limits<std::size_t>::max()) {
    Rows rows;
    rows.labels = read_doubles(folder / (name + "_y.f64"));
    const std::size_t n = rows.labels.size();
    const std::size_t kept = std::min(n, most);
    const std::vector<double> values = read_doubles(folder / (name + ".f64"));
    std::vector<std::string> names;
    std::vector<Column> columns;
    for (std::size_t f = 0; f < values.size() / n; ++f) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(f * n);
        names.push_back("f" + std::to_string(f));
        columns.push_back(Column::numeric({begin, begin + static_cast<std::ptrdiff_t>(kept)}));
    }
    rows.features = Table::of(std::move(names), std::move(columns));
    rows.labels.resize(kept);
    return rows;
}

/// All rows as training rows. A splitter would take a share of them, so the first row is given once more, to
/// be sealed.
Training all_for_learning(Rows rows) {
    const std::size_t n = rows.labels.size();
    SplitPlan plan;
    plan.train.resize(n);
    std::iota(plan.train.begin(), plan.train.end(), std::size_t{0});
    std::vector<std::size_t> order = plan.train;
    order.push_back(0);
    plan.test = {n};
    plan.labels = rows.labels;
    plan.labels.push_back(rows.labels[0]);
    plan.target =
        detail::read_target(Table{{"target", Column::numeric(rows.labels)}}, "target", Task::binary, "")
            .target;
    plan.reserved = {"target"};
    return detail::Wall::seal(rows.features.take(order), plan).training;
}

Training read_training(const Arguments& a, const std::string& name,
                       std::size_t most = std::numeric_limits<std::size_t>::max()) {
    return all_for_learning(read_rows(a.data, name, most));
}

// --- training
// ----------------------------------------------------------------------------------------------------

/// The estimator alone, fitted on the rows of `train`, judged on those of `test`.
template <class Stage>
Result fit_and_judge(const Arguments& a, const Stage& stage, const std::string& train,
                     const std::string& test) {
    const TrainingRows rows(read_training(a, train));
    std::optional<Fitted<Stage>> fitted;
    Result result = measure(a.repeat, [&] { fitted.emplace(stage.fit(rows)); });
    const Rows unseen = read_rows(a.data, test);
    const Features features = detail::to_features(unseen.features);
    std::vector<double> scores(unseen.labels.size());
    Scratch scratch;
    fitted->predict(features.block(), scores.data(), scratch);
    result.metric = roc_auc(unseen.labels, scores, {});
    result.metric_name = "auc";
    return result;
}

/// The options that all peers have: no sampling, no pruning by noise, no limit but the leaves.
GradientBoosting plain_boosting(std::size_t trees, std::size_t leaves) {
    return {.trees = trees,
            .learning_rate = 0.1,
            .max_depth = 64,
            .max_leaves = leaves,
            .min_rows_leaf = 20,
            .l2 = 1,
            .min_gain = 0,
            .row_fraction = 1,
            .column_fraction = 1};
}

GradientBoosting depth_5() {
    GradientBoosting stage = plain_boosting(200, 32);
    stage.max_depth = 5;
    return stage;
}

Result logistic(const Arguments& a) {
    const Training training = read_training(a, "physics_train");
    std::optional<detail::Chain> chain;
    Result result = measure(a.repeat, [&] {
        detail::ChainBuilder builder(training);
        builder.add(StandardScaler{});
        builder.add(LogisticRegression{.l2 = 1.0});
        chain.emplace(builder.finish());
    });
    // The mean of the loss that was minimised, by the chain's own probabilities.
    std::vector<double> scores(training.rows());
    detail::ChainMemory memory;
    chain->predict(detail::to_features(training.table()).block(), scores.data(), memory);
    Sum loss;
    for (std::size_t r = 0; r < scores.size(); ++r)
        loss.add(-std::log(training.labels()[r] == 1 ? scores[r] : 1 - scores[r]));
    const auto& fitted =
        dynamic_cast<const detail::EstimatorOf<LogisticRegression>&>(*chain->estimator).fitted();
    for (const Coefficient& c : fitted.coefficients()) loss.add(c.value * c.value / 2);
    result.metric = loss.value() / static_cast<double>(training.rows());
    result.metric_name = "loss";
    result.extra["iterations"] = fitted.iterations();
    return result;
}

// --- scoring
// -----------------------------------------------------------------------------------------------------

std::string model_file(const Arguments& a, const std::string& name) {
    return (a.data / ("gasket_" + name + ".gasket")).string();
}

/// Fits and saves what the scoring tasks load.
Result prepare(const Arguments& a) {
    return measure(1, [&] {
        const Training physics = read_training(a, "physics_train", 200000);
        for (const std::size_t trees : {100U, 500U})
            save(fit(plain_boosting(trees, 31), physics).model(), model_file(a, std::to_string(trees)));
        const auto [train, test] = StratifiedSplitter{.target = "churn", .test_fraction = 0.01}.split(
            read_csv((a.data / "bank_raw.csv").string()));
        const auto chain = Imputer{.strategy = Impute::median} | OneHotEncoder{} | StandardScaler{} |
                           plain_boosting(500, 31);
        save(chain.fit(train).model(), model_file(a, "chain"));
    });
}

Result batch(const Arguments& a, const std::string& trees) {
    const Model model = load(model_file(a, trees));
    const Rows rows = read_rows(a.data, "physics_test");
    (void)model.predict(rows.features.head(1000));
    std::vector<double> scores;
    Result result = measure(a.repeat, [&] { scores = model.predict(rows.features).values; });
    result.metric = roc_auc(rows.labels, scores, {});
    result.metric_name = "auc";
    return result;
}

/// Median and 99th percentile of single calls, and what they allocate.
template <class Call>
Result one_by_one(std::size_t calls, std::size_t rows, const Call& call) {
    for (std::size_t i = 0; i < calls / 10; ++i) call(i % rows);
    const MemoryWatch memory;
    std::vector<double> seconds(calls);
    const std::size_t before = allocations;
    for (std::size_t i = 0; i < calls; ++i) {
        const double start = now();
        call(i % rows);
        seconds[i] = now() - start;
    }
    const std::size_t made = allocations - before;
    Result result;
    result.extra["allocations_per_call"] = static_cast<double>(made) / static_cast<double>(calls);
    result.peak_kib = MemoryWatch::peak_kib();
    result.base_kib = memory.base_kib();
    result.seconds = benchmarks::quantile(seconds, 0.5);
    result.extra["p99"] = benchmarks::quantile(seconds, 0.99);
    return result;
}

Result row_model(const Arguments& a) {
    set_threads(1);
    const Model model = load(model_file(a, "100"));
    // Row after row, as they would come from somewhere else.
    constexpr std::size_t rows = 2000;
    const Features features = detail::to_features(read_rows(a.data, "physics_test", rows).features);
    const auto& estimator = *model.parts().chain.estimator;
    const std::size_t d = features.columns();
    std::vector<double> by_row(rows * d);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t f = 0; f < d; ++f) by_row[r * d + f] = features[f][r];
    std::vector<double> row(d);
    std::vector<const double*> pointers;
    for (const double& x : row) pointers.push_back(&x);
    Scratch scratch;
    double sum = 0;
    Result result = one_by_one(100000, rows, [&](std::size_t r) {
        std::copy_n(by_row.data() + r * d, d, row.data());
        double p = 0;
        estimator.predict(Block(pointers, 1), &p, scratch);
        sum += p;
    });
    result.metric = sum / 110000;
    result.metric_name = "mean probability";
    return result;
}

Result row_chain(const Arguments& a) {
    set_threads(1);
    const Model model = load(model_file(a, "chain"));
    const Table raw = read_csv((a.data / "bank_raw.csv").string()).without({"churn"}).head(2000);
    Scorer scorer(model);
    std::vector<std::size_t> place;
    for (const std::string& name : raw.names()) place.push_back(scorer.column(name));
    double sum = 0;
    Result result = one_by_one(50000, raw.rows(), [&](std::size_t r) {
        scorer.clear();
        for (std::size_t c = 0; c < place.size(); ++c) {
            const Column& column = raw.column(c);
            if (column.is_missing(r)) continue;
            if (column.kind() == Kind::numeric) {
                scorer.set(place[c], column.numbers()[r]);
            } else {
                scorer.set(place[c], column.labels()[static_cast<std::size_t>(column.codes()[r])]);
            }
        }
        sum += scorer.predict();
    });
    result.metric = sum / 55000;
    result.metric_name = "mean probability";
    return result;
}

// --- tables
// ------------------------------------------------------------------------------------------------------

Result csv(const Arguments& a) {
    const std::string path = (a.data / "physics.csv").string();
    Table table;
    Result result = measure(1, [&] { table = read_csv(path); });
    Sum sum;
    for (const double x : table.column(0).numbers()) sum.add(x);
    result.metric = sum.value() / static_cast<double>(table.rows());
    result.metric_name = "mean of the first column";
    result.extra["rows"] = table.rows();
    return result;
}

Result profile(const Arguments& a) {
    const Table table = read_csv((a.data / "physics.csv").string());
    std::optional<Profile> found;
    Result result = measure(a.repeat, [&] { found.emplace(Profiler{.target = "target"}.observe(table)); });
    double distinct = 0;
    for (const ColumnProfile& column : found->columns) distinct += static_cast<double>(column.distinct);
    result.metric = distinct;
    result.metric_name = "sum of distinct values";
    return result;
}

/// A made-up score, the same for all peers: what a model answered does not matter here.
std::vector<double> made_up_scores(const Table& table) {
    std::vector<double> scores(table.rows());
    for (std::size_t r = 0; r < scores.size(); ++r)
        scores[r] = 1 / (1 + std::exp(table.column(21).numbers()[r] - table.column(0).numbers()[r]));
    return scores;
}

Result drift_report(const Arguments& a) {
    const Table reference = read_rows(a.data, "physics_train").features;
    const Table live = read_rows(a.data, "physics_test").features;
    const Baseline baseline = PsiMonitor{.bins = 10}.baseline(reference, made_up_scores(reference), 0.5);
    const std::vector<double> scores = made_up_scores(live);
    std::optional<DriftReport> report;
    Result result = measure(a.repeat, [&] { report.emplace(drift(baseline, live, scores)); });
    result.metric = report->features.front().psi.value;
    result.metric_name = "greatest PSI";
    return result;
}

const std::map<std::string, std::function<Result(const Arguments&)>>& tasks() {
    static const std::map<std::string, std::function<Result(const Arguments&)>> all = {
        {"prepare", prepare},
        {"boost_1m",
         [](const Arguments& a) {
             return fit_and_judge(a, plain_boosting(100, 31), "physics_train", "physics_test");
         }},
        {"boost_10k",
         [](const Arguments& a) { return fit_and_judge(a, depth_5(), "bank_10k", "bank_test"); }},
        {"boost_100k",
         [](const Arguments& a) { return fit_and_judge(a, depth_5(), "bank_100k", "bank_test"); }},
        {"forest",
         [](const Arguments& a) {
             return fit_and_judge(a, RandomForest{.trees = 200, .max_depth = 10}, "bank_100k", "bank_test");
         }},
        {"logistic", logistic},
        {"batch_100", [](const Arguments& a) { return batch(a, "100"); }},
        {"batch_500", [](const Arguments& a) { return batch(a, "500"); }},
        {"row_model", row_model},
        {"row_chain", row_chain},
        {"csv", csv},
        {"profile", profile},
        {"drift", drift_report},
    };
    return all;
}

int usage() {
    std::cerr << "usage: peer_gasket TASK --data DIR [--repeat N]; tasks:";
    for (const auto& [name, task] : tasks()) std::cerr << " " << name;
    std::cerr << "\n";
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) return usage();
    const auto task = tasks().find(argv[1]);
    if (task == tasks().end()) return usage();
    Arguments arguments;
    for (int i = 2; i + 1 < argc; i += 2) {
        const std::string option = argv[i];
        if (option == "--data") arguments.data = argv[i + 1];
        if (option == "--repeat") arguments.repeat = static_cast<std::size_t>(std::atoi(argv[i + 1]));
    }
    try {
        const Result result = task->second(arguments);
        const auto number = [](double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); };
        std::cout << Json{{"task", task->first},
                          {"seconds", number(result.seconds)},
                          {"metric", number(result.metric)},
                          {"metric_name", result.metric_name},
                          {"peak_kib", result.peak_kib},
                          {"base_kib", result.base_kib},
                          {"extra", result.extra}}
                         .dump()
                  << "\n";
    } catch (const std::exception& e) {
        std::cerr << "peer_gasket " << task->first << ": " << e.what() << "\n";
        return 1;
    }
    return 0;
}
