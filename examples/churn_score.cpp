// churn_score MODEL IN.csv OUT.csv: scores every row of a file of any length with a saved model; or the rows
// of a query: churn_score MODEL BANK.sqlite TABLE --select "SELECT * FROM customers" --key customer_id.
//
// The output holds the input's columns and the scores beside them, so that no join is needed. Rows that break
// the model's contract go to OUT.rejects.csv (or TABLE_rejects) with every reason. A run that was killed goes
// on where it was when it is started again.
#include <CLI/CLI.hpp>
#include <chrono>
#include <gasket/gasket.hpp>
#include <iostream>
#include <optional>
#include <string>
#ifdef EXAMPLES_SQLITE
#include <gasket/data/sqlite.hpp>
#endif

#include "support/run_main.hpp"

namespace {

/// A line on stderr every few seconds: what takes less says nothing.
gasket::Progress every_few_seconds() {
    using Clock = std::chrono::steady_clock;
    return [last = Clock::now()](const gasket::ProgressEvent& event) mutable {
        if (Clock::now() - last < std::chrono::seconds(5)) return;
        last = Clock::now();
        std::cerr << event << "\n";
    };
}

gasket::BatchReport score_query([[maybe_unused]] const gasket::Model& model,
                                [[maybe_unused]] const std::string& bank,
                                [[maybe_unused]] const gasket::BatchQuery& query,
                                [[maybe_unused]] const std::string& into,
                                [[maybe_unused]] const std::string& table,
                                [[maybe_unused]] const gasket::BatchOptions& options) {
#ifdef EXAMPLES_SQLITE
    using namespace gasket;
    Sqlite from(bank);
    if (into.empty()) return score_sql(model, from, query, from, table, options);
    Sqlite to(into, SqliteAccess::create);
    return score_sql(model, from, query, to, table, options);
#else
    throw std::runtime_error("this churn_score was built without SQLite (libsqlite3-dev)");
#endif
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run_main([&] {
        using namespace gasket;
        CLI::App app{
            "Scores every row of a CSV file, or of a query, with a saved gasket model.\n"
            "Exit code 0: all rows were scored; 2: some were rejected; 3: with --drift-fails, the rows have\n"
            "drifted away from training; 1: nothing was written, stderr says why."};
        std::string model_path, in, out, into, json;
        BatchQuery query;
        BatchOptions options;
        std::vector<std::string> carry;
        bool accept_gaps = false;
        bool anew = false;
        bool drift_fails = false;
        app.add_option("MODEL", model_path, "an artifact written by save")->required();
        app.add_option("IN", in, "CSV with the columns that the model reads, in any order; or an SQLite file")
            ->required();
        app.add_option("OUT", out, "CSV to be written; or a table")->required();
        const auto* const select =
            app.add_option("--select", query.select, "the rows of an SQLite file to be scored");
        app.add_option("--key", query.key, "the column that names a row of them")->needs("--select");
        app.add_option("--into", into, "another SQLite file for the table")->needs("--select");
        const auto* const carries =
            app.add_option("--carry", carry, "columns that go into the output (of a file: all)")
                ->delimiter(',');
        app.add_flag("--strict", options.rules.refuse_unseen, "reject labels that training had not");
        app.add_flag("--refuse-outside", options.rules.refuse_outside,
                     "reject numbers outside the range of training");
        app.add_flag("--accept-gaps", accept_gaps, "score rows with gaps where training had none");
        app.add_option("--most-rejected", options.most_rejected,
                       "share of rows above which nothing is written")
            ->capture_default_str();
        app.add_option("--block", options.block_rows, "rows at a time")
            ->check(examples::not_negative)
            ->capture_default_str();
        app.add_flag("--anew", anew, "do not go on where a run was interrupted");
        app.add_flag("--drift-fails", drift_fails, "exit code 3 where the rows have drifted");
        app.add_option("--json", json, "file for the report as JSON");
        if (const auto code = examples::parse(app, argc, argv)) return *code;
        if (*select && query.key.empty()) {
            std::cerr << "error: --select needs --key; --help lists the arguments\n";
            return 1;
        }
        options.rules.refuse_gaps = !accept_gaps;
        options.resume = !anew;
        options.progress = every_few_seconds();
        if (*carries) options.carry = carry;

        const Model model = load(model_path);
        const BatchReport report =
            *select ? score_query(model, in, query, into, out, options) : score_csv(model, in, out, options);
        std::cout << report;
        if (model.target().task == Task::binary) {
            std::cout << text::grouped(report.positive) << " decided " << model.target().column << " = "
                      << model.target().positive() << " (threshold " << text::fixed(model.threshold(), 4)
                      << ")\n";
        }
        std::cout << "written to " << out << "\n";
        if (report.rejected > 0)
            std::cout << "rejected rows in " << out << (*select ? "_rejects" : ".rejects.csv") << "\n";
        if (!json.empty()) detail::write_file_atomically(json, report.to_json().dump(1) + "\n");
        if (report.exit_code() == 0 && drift_fails && report.drift &&
            report.drift->status() == DriftStatus::drift)
            return 3;
        return report.exit_code();
    });
}
