// churn_registry FOLDER COMMAND ...: versions of a model, which is live, and what was live when.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <gasket/deploy/registry.hpp>
#include <gasket/gasket.hpp>
#include <iostream>
#include <optional>
#include <string>

#include "support/run_main.hpp"

namespace {

using namespace gasket;

void list(const Registry& registry) {
    const RegistryState now = registry.state();
    if (now.versions().empty()) {
        std::cout << "no version is there yet: churn_registry " << registry.folder() << " add MODEL\n";
        return;
    }
    text::Grid grid({"version", "is", "added", "by", "identity", "note"});
    for (const RegistryEvent& one : now.versions()) {
        std::string is;
        if (now.production() == one.version) is = "production";
        if (now.previous() == one.version) is += is.empty() ? "previous" : ", previous";
        if (now.is_shadow(one.version)) is += is.empty() ? "shadow" : ", shadow";
        grid.add({one.version.str(), is, detail::format_datetime(one.at), one.by, one.identity.substr(0, 12),
                  one.note});
    }
    std::cout << grid.str();
}

void show_history(const Registry& registry) {
    text::Grid grid({"at", "event", "version", "by", "note"});
    for (const RegistryEvent& one : registry.history().events)
        grid.add({detail::format_datetime(one.at), std::string(name_of(one.action)), one.version.str(),
                  one.by, one.note});
    std::cout << grid.str();
}

void show_live_at(const Registry& registry, const std::string& moment) {
    const auto at = detail::parse_datetime(moment);
    detail::require_option(at.has_value(), "at", text::quoted(moment),
                           "a date or time of ISO 8601, such as 2024-03-05T10:20:30Z");
    const auto live = registry.live_at(*at);
    std::cout << (live ? live->str() + " was live" : "nothing was live") << " on "
              << detail::format_datetime(*at) << "\n";
}

void say_live(const Registry& registry) {
    const RegistryState now = registry.state();
    std::cout << "live: " << now.production()->str();
    if (now.previous()) std::cout << "; a rollback brings back " << now.previous()->str();
    std::cout << "\n";
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run_main([&] {
        CLI::App app{"A registry of model versions in a folder: which is live, and what was live when."};
        std::string folder, model, name, moment;
        const char* const user = std::getenv("USER");
        Registry::Remark remark{.by = user != nullptr ? user : "unnamed"};
        Gates gates;
        bool anyway = false;
        app.add_option("FOLDER", folder, "made where it is absent")->required();
        app.require_subcommand(1);
        const auto command = [&](const char* word, const char* what) {
            CLI::App* const sub = app.add_subcommand(word, what);
            return sub;
        };
        const auto says_why = [&](CLI::App* sub) {
            sub->add_option("--by", remark.by, "who does it (default: $USER)");
            sub->add_option("--note", remark.note, "why");
        };
        const auto asks_gates = [&](CLI::App* sub) {
            sub->add_option("--metric", gates.metric, "holdout figure to compare; '' for none")
                ->capture_default_str();
            sub->add_option("--most-loss", gates.most_loss, "how much worse it may be")
                ->capture_default_str();
            sub->add_option("--most-latency", gates.most_latency_us, "median of a row, us; 0: no limit")
                ->capture_default_str();
            sub->add_flag("!--any-contract", gates.contract,
                          "it need not take every record that the live version takes");
        };
        const char* const version_text = "a version, or latest, production, previous";

        CLI::App* const list_it = command("list", "versions and what they are");
        CLI::App* const add = command("add", "register a saved model as a new version");
        add->add_option("MODEL", model, "an artifact written by save")->required();
        add->add_option("VERSION", name, "default: the next minor version");
        says_why(add);
        CLI::App* const check = command("check", "what the gates say of a version");
        check->add_option("VERSION", name, version_text)->required();
        asks_gates(check);
        CLI::App* const promote = command("promote", "make a version live, if it passes the gates");
        promote->add_option("VERSION", name, version_text)->required();
        asks_gates(promote);
        promote->add_flag("--anyway", anyway, "without gates, on your own account; wants a --note");
        says_why(promote);
        CLI::App* const rollback = command("rollback", "make live what was live before");
        says_why(rollback);
        CLI::App* const shadow = command("shadow", "let a version score beside the live one");
        shadow->add_option("VERSION", name, version_text)->required();
        says_why(shadow);
        CLI::App* const unshadow = command("unshadow", "let it cease to");
        unshadow->add_option("VERSION", name, version_text)->required();
        says_why(unshadow);
        CLI::App* const history = command("history", "everything that happened");
        CLI::App* const at = command("at", "what was live at a moment");
        at->add_option("MOMENT", moment, "such as 2024-03-05T10:20:30Z")->required();
        CLI::App* const path = command("path", "the file of a version");
        path->add_option("VERSION", name, version_text)->required();
        if (const auto code = examples::parse(app, argc, argv)) return *code;

        const Registry registry(folder);
        if (*list_it) list(registry);
        if (*history) show_history(registry);
        if (*at) show_live_at(registry, moment);
        if (*path) std::cout << registry.path_of(registry.resolve(name)) << "\n";
        if (*add) {
            const SemanticVersion number =
                name.empty() ? registry.next_version() : SemanticVersion::parse(name);
            registry.add(load(model), number, remark);
            std::cout << "added " << number.str() << "\n";
        }
        if (*check) {
            const GateReport report = registry.check(registry.resolve(name), gates);
            std::cout << report;
            return report.passed() ? 0 : 1;
        }
        if (*promote) {
            detail::require_option(!anyway || !remark.note.empty(), "--note", "none",
                                   "a reason, where a version goes live without gates");
            const SemanticVersion number = registry.resolve(name);
            if (anyway) {
                registry.promote_anyway(number, remark);
            } else {
                std::cout << registry.promote(number, gates, remark);
            }
            say_live(registry);
        }
        if (*rollback) {
            (void)registry.roll_back(remark);
            say_live(registry);
        }
        if (*shadow) registry.shadow(registry.resolve(name), remark);
        if (*unshadow) registry.unshadow(registry.resolve(name), remark);
        return 0;
    });
}
