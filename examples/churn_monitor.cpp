// churn_monitor MODEL LIVE.csv: has the world moved away from what the model learned?
//
// Exit code 0: stable; 1: moderate drift; 2: drift. An error is one line on stderr and exit code 1 as well:
// use --json to tell them apart, or look at stdout, which is empty then.
#include <CLI/CLI.hpp>
#include <gasket/gasket.hpp>
#include <iostream>
#include <string>

#include "support/run_main.hpp"

int main(int argc, char** argv) {
    return examples::run_main([&] {
        CLI::App app{"Compares live rows with the baseline that a model carries."};
        std::string model_path, live_path;
        bool as_json = false;
        app.add_option("MODEL", model_path, "an artifact of a chain with a PsiMonitor")->required();
        app.add_option("LIVE", live_path, "CSV with the columns that the model reads")->required();
        app.add_flag("--json", as_json, "print the report as JSON");
        if (const auto code = examples::parse(app, argc, argv)) return *code;

        const gasket::Model model = gasket::load(model_path);
        const gasket::DriftReport report = gasket::drift(model, gasket::read_csv(live_path));
        if (as_json) {
            std::cout << report.to_json().dump(2, ' ', false, gasket::Json::error_handler_t::replace) << "\n";
        } else {
            std::cout << report;
        }
        return report.exit_code();
    });
}
