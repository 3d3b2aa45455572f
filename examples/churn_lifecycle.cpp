// churn_lifecycle FOLDER: the life of a model, with numbers: trained, served over HTTP, watched week by week
// while the world moves, trained again when the policy says so, tried in the shadow of the live one, promoted
// through the gates, and taken back in one step.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <gasket/deploy/prediction_log.hpp>
#include <gasket/deploy/service.hpp>
#include <gasket/gasket.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "support/bank_customers.hpp"
#include "support/run_main.hpp"

namespace {

using namespace gasket;

constexpr std::int64_t week = 7 * 86400;
constexpr std::int64_t first_day = 1'767'225'600;  // 2026-01-01
constexpr std::size_t customers_a_week = 4000;

/// The chain; what it learns from changes, it does not.
auto train(const Table& customers) {
    return (Drop{{"customer_id"}} | StratifiedSplitter{.target = "churn", .seed = 42} |
            GradientBoosting{.trees = 150, .learning_rate = 0.05} | ThresholdTuner{.maximise = f1} |
            Evaluator{.folds = 5} | PsiMonitor{})
        .run(customers);
}

/// The customers of a week, with the answers and labels that belong to them.
struct Week {
    std::size_t number = 0;
    Table customers;
    Predictions answers = {};
    std::vector<double> labels = {};

    [[nodiscard]] std::int64_t at() const { return first_day + static_cast<std::int64_t>(number) * week; }
    [[nodiscard]] Performance realised() const {
        return realised_performance(labels, answers.values, answers.threshold);
    }
};

/// The bank's side: a program that asks the service, and later tells it what came true.
class Bank {
  public:
    explicit Bank(Service& service) : service_(service), client_("127.0.0.1", service.port()) {
        client_.set_keep_alive(true);
        client_.set_tcp_nodelay(true);
    }

    /// Scores the customers of a week over HTTP, and sends the labels, which are known at its end.
    Week live_through(std::size_t number, double drift) {
        Week out{.number = number,
                 .customers = examples::bank_customers(customers_a_week, 100 + number, drift)};
        const Model& model = service_.live()->model();
        out.answers = model.predict(out.customers);
        out.labels = live_labels(model.target(), out.customers);
        constexpr std::size_t at_once = 250;
        for (std::size_t begin = 0; begin < out.customers.rows(); begin += at_once) {
            const Json answer = post("/predict", records(out.customers, begin, at_once));
            Json labels = Json::array();
            for (std::size_t i = 0; i < at_once; ++i) {
                const Json& one = answer["predictions"][i];
                if (answer["version"] != service_.live()->version() ||
                    one["probability"].get<double>() != out.answers[begin + i])
                    throw std::runtime_error("an answer is not that of the version it names");
                labels.push_back({{"id", one["id"]}, {"label", out.labels[begin + i]}});
            }
            post("/feedback", labels);
        }
        return out;
    }
    Json post(const std::string& path, const Json& body) {
        const auto got =
            client_.Post(path.c_str(), {{"Authorization", "Bearer secret"}}, body.dump(), "application/json");
        if (!got || got->status >= 300)
            throw std::runtime_error(path + ": " + (got ? got->body : "no answer"));
        return Json::parse(got->body);
    }
    [[nodiscard]] std::string live_version() {
        return Json::parse(client_.Get("/version")->body)["version"].get<std::string>();
    }

  private:
    static Json records(const Table& table, std::size_t begin, std::size_t count) {
        Json out = Json::array();
        for (std::size_t r = begin; r < begin + count; ++r) {
            Json one = Json::object();
            for (std::size_t c = 0; c < table.columns(); ++c) {
                const Column& column = table.column(c);
                if (table.name(c) == "churn") continue;
                one[table.name(c)] = column.is_missing(r)              ? Json(nullptr)
                                     : column.kind() == Kind::category ? Json(table.cell(r, c))
                                                                       : Json(column.numbers()[r]);
            }
            out.push_back(std::move(one));
        }
        return out;
    }

    Service& service_;
    httplib::Client client_;
};

std::string padded(std::string_view word) {
    std::string out(word);
    out.resize(std::max<std::size_t>(out.size(), 8), ' ');
    return out;
}

std::string fired(const RetrainingDecision& decision) {
    std::vector<std::string> names;
    for (const RetrainingDecision::Trigger& t : decision.triggers) {
        if (t.fired) names.push_back(t.name);
    }
    return "fired: " + text::list(names, names.size());
}

/// What the weekly job sees and decides.
class Watch {
  public:
    Watch(const Model& model, std::string version, Performance holdout)
        : model_(model), version_(std::move(version)), holdout_(holdout) {}

    RetrainingDecision look(const Week& now) {
        for (std::size_t r = 0; r < now.labels.size(); ++r)
            concept_.add(now.at(), now.answers[r], now.labels[r]);
        labels_ += now.labels.size();
        const DriftReport report = drift(model_, now.customers);
        const RateShift rates = concept_.verdict();
        const Performance realised = now.realised();
        std::cout << "  week " << now.number << "  drift " << padded(name_of(report.status()))
                  << "  churn promised " << text::percent(rates.predicted_rate) << ", seen "
                  << text::percent(rates.observed_rate) << "  AUC " << text::fixed(realised.auc, 3) << "\n";
        return RetrainingPolicy{}.decide({.now = now.at(),
                                          .trained_at = first_day,
                                          .model = version_,
                                          .new_labels = labels_,
                                          .drift = report,
                                          .concept_drift = rates,
                                          .realised = realised,
                                          .judged = now.labels.size(),
                                          .holdout = holdout_});
    }

  private:
    const Model& model_;
    std::string version_;
    Performance holdout_;
    ConceptDrift concept_;
    std::size_t labels_ = 0;
};

void live(const std::string& folder, double drift) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const Registry registry(folder + "/models");

    std::cout << "1. A first model\n";
    const Table past = examples::bank_customers(8000, 1, 0);
    const auto first = train(past);
    const double promised = first.evaluation().metric("auc");
    registry.add(first.model(), {1, 0, 0}, {.by = "analyst", .note = "first"});
    std::cout << registry.promote({1, 0, 0}, Gates{}, {.by = "analyst"});
    std::cout << "  1.0.0 is live: AUC " << text::fixed(promised, 3) << " on a holdout of "
              << text::grouped(past.rows() / 5) << " customers\n\n";

    PredictionLog log(folder + "/answers.sqlite");
    const Gates gates{.metric = "auc", .most_loss = 0.05};
    Service service(registry, {.token = "secret", .gates = gates, .follow = std::chrono::milliseconds(0)},
                    &log);
    service.start();
    Bank bank(service);

    std::cout << "2. Weeks of " << text::grouped(customers_a_week) << " customers, answered over HTTP by "
              << bank.live_version() << "\n";
    Watch watch(service.live()->model(), "1.0.0", {.auc = promised});
    // Four quiet weeks, one in which the world begins to move, then it has moved.
    const auto moved = [&](std::size_t number) { return number <= 4 ? 0 : number == 5 ? drift / 2 : drift; };
    std::vector<Week> weeks;
    RetrainingDecision decision;
    const auto next_week = [&] {
        const std::size_t number = weeks.size() + 1;
        weeks.push_back(bank.live_through(number, moved(number)));
    };
    while (!decision.retrain) {
        if (weeks.size() == 12) throw std::runtime_error("twelve weeks, and no reason to train again");
        next_week();
        decision = watch.look(weeks.back());
    }
    std::cout << "\n3. The policy\n" << decision;

    std::cout << "\n4. A second model, from three weeks of the new world\n";
    std::vector<Table> latest;
    while (latest.size() < 3) {
        next_week();
        watch.look(weeks.back());
        latest.push_back(weeks.back().customers);
    }
    const Table recent = stack(latest);
    const TrainingChange change =
        compare_training(past.without({"customer_id"}), recent.without({"customer_id"}), "churn");
    std::cout << "  the rows that it learns from: " << change.columns.summary() << "\n  churn "
              << text::percent(change.rate_before) << " -> " << text::percent(change.rate_after)
              << (change.passed() ? "; nothing speaks against them\n" : "; look at them first\n");
    for (const std::string& finding : change.findings)
        std::cout << "  " << finding << ": the labels of three weeks say the same, so it is the world\n";
    const auto second = train(recent);
    registry.add(second.model(), {2, 0, 0}, {.by = "policy", .note = fired(decision)});
    registry.shadow({2, 0, 0}, {.by = "policy"});
    service.reload();
    std::cout << "\n5. A week in the shadow of " << bank.live_version() << "\n";
    next_week();
    for (const ShadowReport& report : service.compare_challengers()) std::cout << report;

    std::cout << "\n6. Through the gates\n" << registry.check({2, 0, 0});
    std::cout
        << "  (holdouts of two worlds: the new one is harder for every model. Both were judged on the same "
           "rows\n  in the shadow, so the service's own gate leaves the holdout's AUC "
        << text::compact(gates.most_loss) << ")\n";
    const Week before = weeks.back();
    bank.post("/promote", {{"version", "2.0.0"}, {"note", "better in the shadow"}});
    next_week();
    const auto told = [&](const Week& one) {
        return "AUC " + text::fixed(one.realised().auc, 3) + ", F1 " + text::fixed(one.realised().f1, 3);
    };
    std::cout << "  week " << before.number << " by 1.0.0: " << told(before) << "\n  week "
              << weeks.back().number << " by " << bank.live_version() << ": " << told(weeks.back()) << "\n";

    std::cout << "\n7. One step back\n";
    bank.post("/rollback", {{"note", "a drill"}});
    std::cout << "  live again: " << bank.live_version() << "\n  what happened:\n";
    for (const RegistryEvent& event : registry.history().events)
        std::cout << "    " << name_of(event.action) << " " << event.version.str() << " by " << event.by
                  << (event.note.empty() ? "" : ": " + event.note) << "\n";
    service.stop();
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run_main([&] {
        CLI::App app{
            "The life of a model, from the first training to the way back, as a story with numbers."};
        std::string folder;
        double drift = 1;
        app.add_option("FOLDER", folder, "where models and answers are kept; made anew")->required();
        app.add_option("--drift", drift, "how far the world moves, 0 to 1")
            ->check(CLI::Range(0.0, 1.0))
            ->capture_default_str();
        if (const auto code = examples::parse(app, argc, argv)) return *code;
        live(folder, drift);
        return 0;
    });
}
