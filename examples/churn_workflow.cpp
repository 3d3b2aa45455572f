// churn_workflow: the six stages of a model's life, told step by step on one CSV file with a binary target.
//
//     churn_workflow                                         made-up bank customers
//     churn_workflow --data FILE.csv --target NAME           any file
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <gasket/gasket.hpp>
#include <iostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/bank_customers.hpp"
#include "support/checklist.hpp"
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
    bool checklist = false;
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
    [[nodiscard]] double total() const { return std::chrono::duration<double>(last_ - start_).count(); }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point last_ = start_;
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
    std::cout << "\n" << number << ". " << title << "\n\n";
}

/// Whatever can be told to be wrong with the arguments is told before the work, not after it.
void check(const Options& options) {
    detail::require_option(!options.target.empty(), "--target", "nothing", "the name of the target column");
    detail::require_option(options.folds >= 2, "--folds", std::to_string(options.folds), "at least 2 folds");
    detail::require_option(std::ranges::find(options.drop, options.target) == options.drop.end(), "--drop",
                           "the target " + text::quoted(options.target), "columns other than the target");
    for (const std::string& path : {options.save, options.json}) {
        const auto folder = std::filesystem::path(path).parent_path();
        const bool good =
            (folder.empty() || std::filesystem::is_directory(folder)) && !std::filesystem::is_directory(path);
        if (good) continue;
        throw FileError(
            ErrorCode::file_not_writable,
            {.expected = "the path of a file in a folder that exists",
             .found = std::filesystem::is_directory(path) ? "a folder" : "no folder " + folder.string(),
             .where = path,
             .advice = "make the folder, or name another file"});
    }
}

/// A column that no model learns from, and why.
struct LeftOut {
    std::string column;
    std::string reason;
};

/// Those the user named, and those from which nothing can be learned as they stand: text and dates.
std::vector<LeftOut> left_out(const Table& table, const Options& options) {
    std::vector<LeftOut> out;
    for (const std::string& name : options.drop) {
        (void)table.index_of(name);  // a wrong name is an error
        if (std::ranges::find(out, name, &LeftOut::column) == out.end()) out.push_back({name, "as asked"});
    }
    for (const ColumnSchema& column : infer_schema(table)) {
        if (column.name == options.target ||
            std::ranges::find(out, column.name, &LeftOut::column) != out.end()) {
            continue;
        }
        if (column.type == LogicalType::text) {
            out.push_back({column.name, "text: most of its values differ from row to row"});
        } else if (column.type == LogicalType::datetime) {
            out.push_back({column.name, "a date: derive from it what matters, such as days since"});
        }
    }
    return out;
}

Split split(const Table& rows, const Options& options) {
    return StratifiedSplitter{.target = options.target,
                              .seed = options.seed,
                              .positive = options.positive,
                              .drop_missing_target = true}
        .split(rows);
}

void tell_split(const Training& train, const Holdout& test, const std::vector<LeftOut>& without,
                Json& report) {
    const SplitRecord& cut = train.record();
    const SplitRecord& sealed = test.record();
    const std::string positive = train.target().column + " = " + train.target().positive();
    if (!without.empty()) {
        text::Grid grid({"column left out", "why"});
        for (const LeftOut& column : without) grid.add({column.column, column.reason});
        std::cout << grid.str();
    }
    if (cut.rows_without_target > 0) {
        std::cout << "  " << text::grouped(cut.rows_without_target) << " rows left out: they have no "
                  << train.target().column << "\n";
    }
    std::cout << "  " << text::grouped(cut.rows) << " rows and " << train.table().columns()
              << " columns to learn from (" << text::percent(cut.positive_rate) << " " << positive << "), "
              << text::grouped(sealed.rows) << " rows sealed (" << text::percent(sealed.positive_rate)
              << ")\n";
    if (cut.duplicates > 0) {
        std::cout << "  " << text::grouped(cut.duplicates)
                  << " exact copies of rows were kept on the side of their twin\n";
    }
    Json columns = Json::array();
    for (const LeftOut& column : without)
        columns.push_back({{"column", column.column}, {"reason", column.reason}});
    report["split"] = {{"train", cut.rows},
                       {"test", sealed.rows},
                       {"train_rate", cut.positive_rate},
                       {"test_rate", sealed.positive_rate},
                       {"rows_without_target", cut.rows_without_target},
                       {"columns_left_out", std::move(columns)}};
}

/// The chosen candidate, fitted for use on all training rows, and once more without the first fold, for rows
/// that it can be questioned on.
struct Chosen {
    std::string name;
    Model model;
    Model without_first;
    Fold first;
    PairedDifference gain;        // over the first candidate
    bool repeated_alike = false;  // trained twice, the same bytes; only where the checklist asks
};

Chosen hold_contest(const Training& train, const Options& options, const Progress& progress, Stopwatch& watch,
                    Json& report) {
    const auto prepare = Imputer{.strategy = Impute::median, .indicators = true} |
                         OneHotEncoder{.drop_first = true} | StandardScaler{};
    const auto linear = prepare | LogisticRegression{};
    const auto forest = prepare | RandomForest{.trees = 200, .max_depth = 10, .seed = options.seed};
    const auto boosting = GradientBoosting{
        .trees = 200, .learning_rate = 0.05, .max_depth = 5, .column_fraction = 0.6, .seed = options.seed};
    const StratifiedKFold folds{.folds = options.folds, .seed = options.seed};
    const Comparison contest =
        compare(train, folds,
                {candidate("logistic regression", linear), candidate("random forest", forest),
                 candidate("gradient boosting", boosting)},
                progress);
    std::cout << contest;
    report["candidates"] = contest.to_json()["candidates"];
    report["chosen"] = contest.winner().name;
    report["advice"] = contest.advice;
    watch.lap("compare");

    // With what it needs to go live: a threshold from out-of-fold scores, a baseline for monitoring.
    const ThresholdTuner tuner{.maximise = f1, .folds = options.folds, .seed = options.seed};
    const auto finish = [&](const auto& chain) {
        Fold first = folds.split(train)[0];
        Model without_first = fit(chain, first.training).model();
        const auto whole = chain | tuner | PsiMonitor{};
        Model model = whole.fit(train, progress).model();
        const bool alike =
            options.checklist && identity(whole.fit(train, progress).model()) == identity(model);
        return Chosen{contest.winner().name, std::move(model),      std::move(without_first),
                      std::move(first),      contest.winner().gain, alike};
    };
    Chosen chosen = contest.chosen == 0   ? finish(linear)
                    : contest.chosen == 1 ? finish(forest)
                                          : finish(boosting);
    watch.lap("fit");
    return chosen;
}

/// What the decisions rest on; said before the seal is broken.
void tell_decisions(const Model& model, const Offer& offer) {
    const detail::Fields choice(*model.section("threshold"), "threshold");
    const std::string positive = model.target().column + " = " + model.target().positive();
    std::cout << "  Threshold " << text::fixed(model.threshold(), 4) << ": best "
              << choice.string("criterion") << " (" << text::fixed(choice.number("value"), 4)
              << ") on training rows scored by models that had not seen\n"
              << "  them; " << text::percent(choice.number("decided_rate")) << " of those are decided "
              << positive << ".\n"
              << "  Offer: " << BusinessValue::money(offer.price) << " for everybody who gets one; "
              << text::percent(offer.acceptance, 0) << " of those with " << positive << " accept and bring "
              << BusinessValue::money(offer.revenue) << ";\n"
              << "  each of them who gets none costs " << BusinessValue::money(offer.missed_loss) << ".\n\n";
}

/// The column to move for the drift check: of those that matter most, the first with many values.
std::string column_to_move(const Table& table, const Importances& importances) {
    for (const FeatureImportance& f : importances.features) {
        const Column& column = table[f.feature];
        if (column.kind() != Kind::numeric) continue;
        std::set<double> distinct;
        for (const double x : column.numbers()) {
            if (!is_missing(x) && distinct.size() <= 20) distinct.insert(x);
        }
        if (distinct.size() > 20) return f.feature;
    }
    return importances.features.front().feature;
}

/// Rows as they might come in next year, and what has happened to them.
struct Shifted {
    Table rows;
    std::string words;
};

/// The column has moved by half a standard deviation or, where it holds labels, every third row has taken the
/// commonest one.
Shifted shift(const Table& table, const std::string& name) {
    const Column& column = table[name];
    if (column.kind() == Kind::category) {
        std::vector<std::size_t> count(column.labels().size(), 0);
        std::vector<std::int32_t> codes(column.codes().begin(), column.codes().end());
        for (const std::int32_t code : codes) {
            if (code >= 0) ++count[static_cast<std::size_t>(code)];
        }
        const auto top = static_cast<std::int32_t>(std::ranges::max_element(count) - count.begin());
        for (std::size_t r = 0; r < codes.size(); r += 3) codes[r] = top;
        return {table.with(name, Column::category(column.labels(), std::move(codes))),
                "a third of which took " + name + " = " + column.labels()[static_cast<std::size_t>(top)]};
    }
    std::vector<double> values(column.numbers().begin(), column.numbers().end());
    const double half = Profiler{}.observe(table.select({name})).columns[0].numeric->std / 2;
    const bool whole =
        std::ranges::all_of(values, [](double x) { return is_missing(x) || x == std::floor(x); });
    const double step = whole ? std::ceil(half) : half;
    for (double& x : values) x += step;
    return {table.with(name, Column::numeric(std::move(values))),
            "whose " + name + " rose by half a standard deviation (" + text::compact(step) + ")"};
}

/// The score of one row by the one-row scorer.
double score_alone(Scorer& scorer, const Table& table, std::size_t r) {
    scorer.clear();
    for (const std::string& name : scorer.model().inputs()) {
        const Column& column = table[name];
        if (column.is_missing(r)) continue;
        if (column.kind() == Kind::category) {
            scorer.set(scorer.column(name), column.labels()[static_cast<std::size_t>(column.codes()[r])]);
        } else {
            scorer.set(scorer.column(name), column.numbers()[r]);
        }
    }
    return scorer.predict();
}

/// What of the ML Test Score this run has shown; each by looking at it now, or by what was printed above.
examples::Checklist checklist(const Profile& profile, const std::vector<LeftOut>& without,
                              const Chosen& chosen, const Importances& importances, const Evaluation& verdict,
                              const Table& rows, const DriftReport& as_it_was, const DriftReport& moved) {
    examples::Checklist out;
    const Model& model = chosen.model;
    const Table probe = rows.head(1000);
    const Predictions scores = model.predict(probe);

    out.add("Data 1", true,
            "the artifact's contract: " + std::to_string(model.inputs().size()) +
                " columns, each with type, range and gaps");
    std::vector<std::string> idle;
    for (const FeatureImportance& f : importances.features) {
        if (f.mean <= f.std) idle.push_back(f.feature);
    }
    out.add("Data 2", idle.empty(),
            idle.empty() ? "the AUC falls whichever is shuffled"
                         : "shuffling " + text::list(idle, 3) + " costs no AUC: try without");
    const auto suspects = std::ranges::count(profile.alerts, "leak_suspect", &Alert::kind);
    out.add("Data 4", suspects == 0,
            std::to_string(suspects) +
                " suspects of leaking; left out with a reason: " + std::to_string(without.size()));
    out.add("Data 7", true, "16 golden rows, scored again to the bit when the artifact was loaded");
    out.add("Model 5", chosen.gain.low > 0,
            is_missing(chosen.gain.low) || chosen.gain.mean == 0
                ? "the first candidate was chosen"
                : "AUC " + text::fixed(chosen.gain.mean, 4) + " above the first candidate, at least " +
                      text::fixed(chosen.gain.low, 4));
    const Predictions judged = chosen.without_first.predict(chosen.first.validation.table);
    const Slices parts =
        slices(ScoredRows::of(judged, chosen.first.validation), chosen.first.validation.table);
    out.add("Model 6", parts.weak() == 0,
            "weak: " + std::to_string(parts.weak()) + " of " + std::to_string(parts.slices.size()) +
                " segments" + (parts.weak() == 0 ? "" : ", first " + parts.slices.front().name));
    out.add("Infra 1", chosen.repeated_alike,
            chosen.repeated_alike ? "trained twice: the same SHA-256" : "trained twice: two models");
    out.add("Infra 3", true, "this run: from the file to the artifact, and back from it");
    out.add("Infra 4", true,
            "AUC " + text::fixed(verdict.metric("auc"), 4) + " on " + text::grouped(verdict.holdout.rows) +
                " sealed rows, opened once");
    const Explanations why = explain(chosen.without_first, probe.head(1), chosen.first.validation.table);
    const double margin = std::log(chosen.without_first.predict(probe.head(1))[0] /
                                   (1 - chosen.without_first.predict(probe.head(1))[0]));
    const double told = why.scale == "log odds" ? margin : chosen.without_first.predict(probe.head(1))[0];
    out.add("Infra 5", std::abs(why.margin(0) - told) < 1e-9,
            "the first row explained: " + std::to_string(why.names.size()) +
                " contributions add up to its score");
    bool refused = false;
    try {
        (void)model.predict(probe.without({model.inputs().front()}));
    } catch (const SchemaError&) {
        refused = true;
    }
    out.add("Monitor 2", refused,
            "rows without " + model.inputs().front() + (refused ? " are refused" : " pass"));
    Scorer scorer(model);
    std::size_t alike = 0;
    bool sound = true;
    for (std::size_t r = 0; r < probe.rows(); ++r) {
        alike += score_alone(scorer, probe, r) == scores[r] ? 1 : 0;
        sound = sound && scores[r] >= 0 && scores[r] <= 1;
    }
    out.add("Monitor 3", alike == probe.rows(),
            text::grouped(alike) + " of " + text::grouped(probe.rows()) +
                " rows scored one by one as in the batch, bit for bit");
    out.add("Monitor 5", sound, sound ? "all of them from 0 to 1" : "a score that is no probability");
    out.add("Monitor 7", as_it_was.exit_code() == 0 && moved.exit_code() != 0,
            "rows as they were: " + std::string(name_of(as_it_was.status())) +
                "; moved: " + std::string(name_of(moved.status())));
    return out;
}

int tell(const Options& options) {
    check(options);
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
    const std::vector<LeftOut> without = left_out(customers, options);
    std::vector<std::string> names;
    for (const LeftOut& column : without) names.push_back(column.column);
    const Table rows = customers.without(names);
    auto [train, test] = split(rows, options);
    tell_split(train, test, without, report);
    watch.lap("split");

    heading(3,
            "Candidates: " + std::to_string(options.folds) + "-fold cross-validation on the training rows");
    const Chosen chosen = hold_contest(train, options, progress, watch, report);
    const std::string& name = chosen.name;
    const Model& model = chosen.model;

    heading(4, "Importance: what the " + name + " leans on");
    std::cout
        << "  How far its AUC falls when a column is shuffled, on training rows that it has not seen:\n";
    const Importances importances = permutation_importance(chosen.without_first, chosen.first.validation, auc,
                                                           10, options.seed, progress);
    std::cout << importances;
    report["importance"] = importances.to_json();
    watch.lap("importance");

    heading(5, "The sealed test, opened once");
    const Offer offer;
    tell_decisions(model, offer);
    const Evaluation verdict = evaluate(model, std::move(test), offer);
    std::cout << verdict;
    const BusinessValue& business = *verdict.business;
    if (business.value < std::max(business.treat_nobody, business.treat_everybody)) {
        std::cout << "  A threshold chosen for F1 is not the best for this offer: ThresholdTuner{.offer = "
                     "...} chooses "
                     "by worth\n";
    }
    report["threshold"] = model.threshold();
    report["test"] = verdict.test_json();
    report["business"] = verdict.business_json();
    watch.lap("evaluate");

    heading(6, "Save, load again, and watch");
    save(model, options.save);
    const Model loaded = load(options.save);
    const Table probe = rows.head(1000);
    const bool same = loaded.predict(probe).values == model.predict(probe).values;
    std::cout << "  saved to " << options.save << " ("
              << text::bytes(std::filesystem::file_size(options.save)) << ", SHA-256 "
              << identity(model).substr(0, 12)
              << "...); loaded again: " << (same ? "the same scores, bit for bit" : "OTHER SCORES") << "\n";
    report["artifact"] = options.save;
    watch.lap("save");

    const Table known = rows.without({options.target});
    const Shifted live = shift(known, column_to_move(known, importances));
    const DriftReport drifted = drift(loaded, live.rows);
    const DriftReport as_it_was = drift(loaded, known);
    std::cout << "  the rows as they were: " << as_it_was.summary() << "\n\n  the same rows, " << live.words
              << ":\n"
              << drifted;
    report["drift"] = drifted.to_json()["features"];
    watch.lap("monitor");
    report["seconds"] = watch.seconds();

    if (options.checklist) {
        heading(7, "Ready for production? What of the ML Test Score this run shows");
        std::cout << checklist(profile, without, chosen, importances, verdict, known, as_it_was, drifted);
    }
    const std::string positive = model.target().column + " = " + model.target().positive();
    std::cout << "\nIn short: on " << text::grouped(verdict.holdout.rows)
              << " rows that nothing had learned from, the " << name << " scores a row with " << positive
              << "\nabove one without in " << text::percent(verdict.metric("auc"))
              << " of all pairs. Decided by it they are worth " << BusinessValue::money(business.value)
              << "; with nobody\ntreated " << BusinessValue::money(business.treat_nobody)
              << ", with everybody " << BusinessValue::money(business.treat_everybody) << ". All of it took "
              << text::fixed(watch.total(), 1) << " s.\n";
    if (!options.json.empty()) {
        const std::string json = report.dump(2, ' ', false, Json::error_handler_t::replace);
        detail::write_file_atomically(options.json, json + "\n");
        std::cout << "The report in numbers: " << options.json << "\n";
    }
    std::cout << "Next: churn_score " << options.save << " IN.csv OUT.csv, churn_monitor " << options.save
              << " LIVE.csv\n";
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
        app.add_option("--seed", options.seed, "seed of split, folds and models")
            ->check(examples::not_negative)
            ->capture_default_str();
        app.add_option("--folds", options.folds, "folds of the cross-validation")->capture_default_str();
        app.add_option("--save", options.save, "where the artifact goes")->take_last()->capture_default_str();
        app.add_option("--json", options.json, "also write everything in numbers to this file")->take_last();
        app.add_flag("--checklist", options.checklist,
                     "also say what of the ML Test Score the run shows, with the evidence");
        if (const auto code = examples::parse(app, argc, argv)) return *code;
        if (data->empty() && options.drop.empty()) options.drop = {"customer_id"};
        return tell(options);
    });
}
