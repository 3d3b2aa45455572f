// churn_monitor MODEL LIVE.csv: has the world moved away from what the model learned? For a weekly job.
//
// Exit code 0: stable, or too few rows to tell; 1: moderate drift; 2: drift; 3: an error, one line on stderr.
//
// Where LIVE.csv has the target's column, rows whose cell is filled are labels that have come: predicted
// rates are held against observed ones over the latest 14 days (--time names the column that tells when a row
// was scored; without it all rows are of today), and what the scores promised against what came true. --state
// FILE keeps the days of earlier weeks.
#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <gasket/gasket.hpp>
#include <iostream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "support/run_main.hpp"

namespace {

using namespace gasket;

struct Options {
    std::string model;
    std::string live;
    std::string time;
    std::string state;
    std::string html;
    bool json = false;
};

ConceptDrift watch_from(const std::string& path) {
    if (path.empty() || !std::filesystem::exists(path)) return ConceptDrift{};
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return ConceptDrift::from_json(detail::json_from_text(text));
}

/// Rows whose label is known: their scores and labels, and the same told to the watch.
struct Judged {
    std::vector<double> scores;
    std::vector<double> labels;
};
Judged judge(const Options& options, const Table& live, const Predictions& scored, ConceptDrift& watch) {
    Judged out;
    if (!live.has(scored.target.column)) return out;
    const std::vector<double> labels = live_labels(scored.target, live);
    const std::int64_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    for (std::size_t r = 0; r < labels.size(); ++r) {
        if (is_missing(labels[r])) continue;
        const std::int64_t at = options.time.empty() ? now : live[options.time].seconds()[r];
        if (at == missing_time) continue;
        out.scores.push_back(scored[r]);
        out.labels.push_back(labels[r]);
        watch.add(at, scored[r], labels[r]);
    }
    return out;
}

int monitor(const Options& options) {
    const Model model = load(options.model);
    const Table live = read_csv(options.live);
    DriftReport report = drift(model, live);
    DriftPageOptions page{.name = std::filesystem::path(options.model).stem().string(),
                          .source = std::filesystem::path(options.live).filename().string()};
    if (model.target().task == Task::binary && live.rows() > 0) {
        const Predictions scored = model.predict(live);
        ConceptDrift watch = watch_from(options.state);
        const Judged judged = judge(options, live, scored, watch);
        const std::span<const double> promised = judged.scores.empty() ? scored.values : judged.scores;
        page.expected = expected_performance(promised, scored.threshold);
        if (!judged.scores.empty())
            page.realised = realised_performance(judged.labels, judged.scores, scored.threshold);
        if (watch.verdict().labels > 0) {
            report.concept_drift = watch.verdict();
            page.concept_drift = watch;
        }
        if (!options.state.empty())
            detail::write_file_atomically(options.state, watch.to_json().dump(2) + "\n");
    }
    if (!options.html.empty()) drift_page(report, page).write(options.html);
    const Performance* const realised = page.realised ? &*page.realised : nullptr;
    if (options.json) {
        Json out = report.to_json();
        if (page.expected) out["expected"] = page.expected->to_json();
        if (realised != nullptr) out["realised"] = realised->to_json();
        std::cout << out.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
    } else {
        std::cout << report;
        if (page.expected) std::cout << page.expected->described(realised);
    }
    return report.exit_code();
}

}  // namespace

int main(int argc, char** argv) {
    constexpr int code_of_error = 3;
    const auto body = [&] {
        CLI::App app{"Compares live rows with the baseline that a model carries."};
        Options options;
        app.add_option("MODEL", options.model, "an artifact of a chain with a PsiMonitor")->required();
        app.add_option("LIVE", options.live, "CSV with the columns that the model reads")->required();
        app.add_option("--time", options.time, "the column of LIVE that tells when a row was scored");
        app.add_option("--state", options.state, "a file that keeps the days of earlier runs");
        app.add_option("--html", options.html, "write the report as a page, too");
        app.add_flag("--json", options.json, "print the report as JSON");
        if (const auto code = examples::parse(app, argc, argv, code_of_error)) return *code;
        return monitor(options);
    };
    return examples::run_main(body, code_of_error);
}
