// churn_serve REGISTRY: serves the live version of a registry over HTTP until SIGTERM or SIGINT.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <gasket/deploy/prediction_log.hpp>
#include <gasket/deploy/service.hpp>
#include <gasket/gasket.hpp>
#include <iostream>
#include <optional>
#include <string>

#include "support/run_main.hpp"

int main(int argc, char** argv) {
    // Before any thread is there, so that all of them leave the signals to the one that waits for them.
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGTERM);
    sigaddset(&stops, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stops, nullptr);

    return examples::run_main([&] {
        using namespace gasket;
        CLI::App app{
            "Serves the live version of a registry over HTTP; docs/serving.md has every path.\n"
            "SIGTERM or SIGINT: everything that was sent is answered first."};
        std::string folder, log_path;
        ServiceOptions options;
        options.http.port = 8080;
        if (const char* const token = std::getenv("GASKET_TOKEN")) options.token = token;
        int drain = 300;
        bool accept_gaps = false;
        bool no_records = false;
        app.add_option("REGISTRY", folder, "a folder made by churn_registry")->required();
        app.add_option("--host", options.http.host, "address to listen at")->capture_default_str();
        app.add_option("--port", options.http.port, "0: any that is free")
            ->check(CLI::Range(0, 65535))
            ->capture_default_str();
        app.add_option("--name", options.name, "what the model is called")->capture_default_str();
        app.add_option("--log", log_path, "SQLite file for answers and labels; none: nothing is kept");
        app.add_flag("--no-records", no_records, "do not keep what was asked, only what was answered");
        app.add_option("--token", options.token,
                       "what a caller must show to promote or roll back (better: the variable "
                       "GASKET_TOKEN); none: nobody may");
        app.add_option("--threads", options.http.threads, "connections served at once")
            ->check(CLI::Range(1, 4096))
            ->capture_default_str();
        app.add_option("--most-body", options.http.most_body_bytes, "bytes of a request")
            ->check(examples::not_negative)
            ->capture_default_str();
        app.add_option("--most-rows", options.rules.most_rows, "records of a request")
            ->check(examples::not_negative)
            ->capture_default_str();
        app.add_flag("--refuse-unseen", options.rules.refuse_unseen, "refuse labels that training had not");
        app.add_flag("--refuse-outside", options.rules.refuse_outside,
                     "refuse numbers outside the range of training");
        app.add_flag("--accept-gaps", accept_gaps, "take a null where training had no gaps");
        app.add_option("--metric", options.gates.metric, "gate of POST /promote; '' for none")
            ->capture_default_str();
        app.add_option("--most-loss", options.gates.most_loss, "how much worse the metric may be")
            ->capture_default_str();
        app.add_option("--challenger", options.challengers,
                       "a version to try beside the live one (also: what the registry calls a shadow)");
        app.add_option("--refresh", options.dashboard_seconds,
                       "s between two looks of the dashboard; 0: never")
            ->check(CLI::Range(0, 86'400))
            ->capture_default_str();
        app.add_option("--drain", drain, "ms in which a stop goes on answering")
            ->check(CLI::Range(0, 600'000))
            ->capture_default_str();
        if (const auto code = examples::parse(app, argc, argv)) return *code;
        options.rules.refuse_gaps = !accept_gaps;
        options.log_records = !no_records;
        options.http.drain_time = std::chrono::milliseconds(drain);

        std::optional<PredictionLog> log;
        if (!log_path.empty()) log.emplace(log_path);
        Service service(Registry(folder), options, log ? &*log : nullptr);
        service.start();
        std::cout << "serving "
                  << (service.live() ? "version " + service.live()->version()
                                     : "nothing yet: no version is live")
                  << " at http://" << options.http.host << ":" << service.port() << std::endl;
        for (const std::string& challenger : service.challengers())
            std::cout << "beside it, unheard: version " << challenger << std::endl;
        int signal = 0;
        sigwait(&stops, &signal);
        service.stop();
        std::cout << "stopped" << std::endl;
        return 0;
    });
}
