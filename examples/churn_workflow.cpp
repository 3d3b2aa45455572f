// churn_workflow: the six stages of a model's life, told step by step on one CSV file with a binary target.
//
//     churn_workflow                                         made-up bank customers
//     churn_workflow --data FILE.csv --target NAME           any file
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <gasket/gasket.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "support/bank_customers.hpp"
#include "support/run_main.hpp"

namespace {

using namespace gasket;

struct Options {
    std::string data;
    std::string target = "churn";
    std::string positive;
    std::vector<std::string> drop;
    std::uint64_t seed = 42;
    std::size_t folds = 5;
    std::string save = "churn.gasket";
    std::string json;
};

/// Seconds of each stage, by name.
class Stopwatch {
  public:
    void lap(const std::string& stage) {
        const auto now = std::chrono::steady_clock::now();
        seconds_[stage] = std::chrono::duration<double>(now - last_).count();
        last_ = now;
    }
    [[nodiscard]] const Json& seconds() const { return seconds_; }

  private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
    Json seconds_ = Json::object();
};

/// One line that is overwritten, on a terminal; nothing in a pipe.
Progress terminal_progress() {
    if (isatty(STDERR_FILENO) == 0) return {};
    return [](const ProgressEvent& e) {
        std::cerr << "\r\033[K  " << e.task << " " << e.done << "/" << e.total << std::flush;
        if (e.done == e.total) std::cerr << "\r\033[K" << std::flush;
    };
}

void heading(int number, const std::string& title) {
    std::cout << "\n" << number << ". " << title << "\n";
}

/// Columns that no model should learn from: those the user named, those that are all distinct, and dates.
std::vector<std::string> left_out(const Table& table, const Options& options) {
    std::vector<std::string> names = options.drop;
    for (const std::string& name : options.drop) (void)table.index_of(name);  // a wrong name is an error
    for (const ColumnSchema& column : infer_schema(table)) {
        if (column.name == options.target || std::ranges::find(names, column.name) != names.end()) continue;
        if (column.type == LogicalType::text || column.type == LogicalType::datetime) {
            std::cout << "  left out: " << column.name << " ("
                      << (column.type == LogicalType::text ? "nearly every value differs"
                                                           : "a date: derive what you need from it")
                      << ")\n";
            names.push_back(column.name);
        }
    }
    if (!options.drop.empty()) std::cout << "  left out as asked: " << text::list(options.drop, 20) << "\n";
    return names;
}

/// The column to move for the drift check: of those that matter most, the first with many values.
std::string column_to_move(const Table& table, const Importances& importances) {
    for (const FeatureImportance& f : importances.features) {
        const Column& column = table[f.feature];
        if (column.kind() != Kind::numeric) continue;
        std::vector<double> values(column.numbers().begin(), column.numbers().end());
        std::ranges::sort(values);
        if (std::ranges::unique(values).begin() - values.begin() > 20) return f.feature;
    }
    return importances.features.front().feature;
}

/// The rows as they might come in next year: the column that the model leans on most has moved by half a
/// standard deviation, or, where it holds labels, a third of its rows have taken the commonest one.
Table shifted(const Table& table, const std::string& name) {
    const Column& column = table[name];
    if (column.kind() == Kind::category) {
        std::vector<std::size_t> count(column.labels().size(), 0);
        std::vector<std::int32_t> codes(column.codes().begin(), column.codes().end());
        for (const std::int32_t code : codes) {
            if (code >= 0) ++count[static_cast<std::size_t>(code)];
        }
        const auto top = static_cast<std::int32_t>(std::ranges::max_element(count) - count.begin());
        for (std::size_t r = 0; r < codes.size(); r += 3) codes[r] = top;
        return table.with(name, Column::category(column.labels(), std::move(codes)));
    }
    std::vector<double> values(column.numbers().begin(), column.numbers().end());
    Sum sum, squares;
    double n = 0;
    for (const double x : values) {
        if (!std::isfinite(x)) continue;
        sum.add(x);
        squares.add(x * x);
        n += 1;
    }
    const double mean = sum.value() / n;
    const double half = 0.5 * std::sqrt(std::max(0.0, squares.value() / n - mean * mean));
    const bool whole =
        std::ranges::all_of(values, [](double x) { return is_missing(x) || x == std::floor(x); });
    for (double& x : values) x += whole ? std::ceil(half) : half;
    return table.with(name, Column::numeric(std::move(values)));
}

int tell(const Options& options) {
    Stopwatch watch;
    const Progress progress = terminal_progress();
    Json report;

    const bool made_up = options.data.empty();
    const Table customers =
        made_up ? examples::bank_customers(10000, options.seed, 0) : read_csv(options.data);
    std::cout << "gasket " << version << ": " << (made_up ? "10,000 made-up bank customers" : options.data)
              << ", seed " << options.seed << "\n";
    watch.lap("read");

    heading(1, "Profile: what is in the data");
    const Profile profile =
        Profiler{.target = options.target, .positive = options.positive}.observe(customers);
    std::cout << profile;
    report["profile"] = profile.to_json();
    watch.lap("profile");

    heading(2, "Split: seal the test rows before anything is learned");
    const Table rows = customers.without(left_out(customers, options));
    auto [train, test] =
        StratifiedSplitter{.target = options.target, .seed = options.seed, .positive = options.positive}
            .split(rows);
    const SplitRecord cut = train.record();
    const SplitRecord sealed = test.record();
    const std::string positive = options.target + " = " + train.target().positive();
    std::cout << "  " << text::grouped(cut.rows) << " rows to learn from ("
              << text::percent(cut.positive_rate) << " " << positive << "), " << text::grouped(sealed.rows)
              << " sealed (" << text::percent(sealed.positive_rate) << ")\n";
    if (cut.duplicates > 0) {
        std::cout << "  " << text::grouped(cut.duplicates)
                  << " exact copies of rows were kept on the side of their twin\n";
    }
    report["split"] = {{"train", cut.rows},
                       {"test", sealed.rows},
                       {"train_rate", cut.positive_rate},
                       {"test_rate", sealed.positive_rate}};
    watch.lap("split");

    heading(3,
            "Candidates: " + std::to_string(options.folds) + "-fold cross-validation on the training rows");
    const auto prepare =
        Imputer{.strategy = Impute::median} | OneHotEncoder{.drop_first = true} | StandardScaler{};
    const auto linear = prepare | LogisticRegression{};
    const auto forest = prepare | RandomForest{.trees = 200, .max_depth = 10, .seed = options.seed};
    const auto boosting =
        GradientBoosting{.trees = 200, .learning_rate = 0.1, .max_depth = 5, .seed = options.seed};
    const Comparison contest =
        compare(train, StratifiedKFold{.folds = options.folds, .seed = options.seed},
                {candidate("logistic regression", linear), candidate("random forest", forest),
                 candidate("gradient boosting", boosting)},
                progress);
    std::cout << contest;
    report["candidates"] = contest.to_json()["candidates"];
    report["chosen"] = contest.winner().name;
    watch.lap("compare");

    // The chosen chain, with what it needs to go live: a threshold from out-of-fold scores, a baseline for
    // monitoring.
    const ThresholdTuner tuner{.maximise = f1, .folds = options.folds, .seed = options.seed};
    const Fold first = StratifiedKFold{.folds = options.folds, .seed = options.seed}.split(train)[0];
    const auto finish = [&](const auto& chain) {
        return std::pair{(chain | tuner | PsiMonitor{}).fit(train, progress).model(),
                         fit(chain, first.training).model()};
    };
    const auto [model, without_first] = contest.chosen == 0   ? finish(linear)
                                        : contest.chosen == 1 ? finish(forest)
                                                              : finish(boosting);
    watch.lap("fit");

    heading(4, "Importance: what the " + contest.winner().name +
                   " leans on (rows of the first fold, each column shuffled 10 times)");
    const Importances importances =
        permutation_importance(without_first, first.validation, auc, 10, options.seed);
    std::cout << importances;
    report["importance"] = importances.to_json();
    watch.lap("importance");

    heading(5, "The sealed test, opened once");
    const Evaluation verdict = evaluate(model, std::move(test), Offer{});
    std::cout << verdict;
    report["threshold"] = model.threshold();
    report["test"] = verdict.test_json();
    report["business"] = verdict.business_json();
    watch.lap("evaluate");

    heading(6, "Save, load again, and watch");
    save(model, options.save);
    const Model loaded = load(options.save);
    const Table probe = rows.head(1000);
    const bool same = loaded.predict(probe).values == model.predict(probe).values;
    std::cout << "  saved to " << options.save << " (" << text::bytes(to_bytes(model).size()) << ", "
              << identity(model).substr(0, 12)
              << "); loaded again: " << (same ? "the same scores, bit for bit" : "OTHER SCORES") << "\n";
    report["artifact"] = options.save;
    watch.lap("save");

    const std::string moved = column_to_move(rows, importances);
    const DriftReport stable = drift(loaded, rows);
    const DriftReport drifted = drift(loaded, shifted(rows, moved));
    std::cout << "  rows as they were: " << stable.summary() << "\n\n  rows whose " << moved
              << " has moved by half a standard deviation:\n"
              << drifted;
    report["drift"] = drifted.to_json()["features"];
    watch.lap("monitor");
    report["seconds"] = watch.seconds();

    if (!options.json.empty()) {
        detail::write_file_atomically(options.json, report.dump(2) + "\n");
        std::cout << "\n  the report in numbers: " << options.json << "\n";
    }
    return same ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run_main([&] {
        Options options;
        CLI::App app{"The whole workflow of a churn model, from a CSV file to a monitored artifact."};
        auto* data =
            app.add_option("--data", options.data, "CSV file; made-up bank customers where none is given");
        app.add_option("--target", options.target, "column to be predicted, two classes")
            ->capture_default_str();
        app.add_option("--positive", options.positive,
                       "label that counts as positive (default: the later of the two)");
        app.add_option("--drop", options.drop, "columns to leave out, separated by commas")->delimiter(',');
        app.add_option("--seed", options.seed, "seed of split, folds and models")->capture_default_str();
        app.add_option("--folds", options.folds, "folds of the cross-validation")->capture_default_str();
        app.add_option("--save", options.save, "where the artifact goes")->take_last()->capture_default_str();
        app.add_option("--json", options.json, "also write everything in numbers to this file")->take_last();
        CLI11_PARSE(app, argc, argv);
        if (data->empty() && options.drop.empty()) options.drop = {"customer_id"};
        return tell(options);
    });
}
