// Needs libcpp-httplib-dev and libssl-dev: link gasket::service. Not part of gasket.hpp.
#pragma once

#if !__has_include(<httplib.h>)
#error "gasket/deploy/service.hpp needs cpp-httplib: install libcpp-httplib-dev and link gasket::service"
#endif

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "gasket/deploy/answer_log.hpp"
#include "gasket/deploy/answer_text.hpp"
#include "gasket/deploy/dashboard.hpp"
#include "gasket/deploy/http_server.hpp"
#include "gasket/deploy/inference_protocol.hpp"
#include "gasket/deploy/live_model.hpp"
#include "gasket/deploy/openapi.hpp"
#include "gasket/deploy/record_reader.hpp"
#include "gasket/deploy/registry.hpp"
#include "gasket/deploy/service_changes.hpp"
#include "gasket/deploy/service_log.hpp"
#include "gasket/deploy/service_metrics.hpp"
#include "gasket/deploy/shadow.hpp"
#include "gasket/version.hpp"

namespace gasket {

/// How a service goes about its work.
struct ServiceOptions {
    HttpOptions http = {};
    /// What the model is called in the Open Inference Protocol and in OpenAPI.
    std::string name = "model";
    /// What a caller must show to promote or roll back; empty: nobody may.
    std::string token = {};
    RecordRules rules = {};
    /// What a version must pass that is promoted through the service.
    Gates gates = {};
    /// How often to look whether the registry has another live version; 0: never, only when told to.
    std::chrono::milliseconds follow{1'000};
    /// Whether records go into the log beside what was answered.
    bool log_records = true;
    /// See LiveDrift.
    std::uint64_t drift_rows = 50'000;
    /// How versions are tried beside the live one: those that the registry calls shadows, and these.
    ShadowOptions shadow = {};
    std::vector<std::string> challengers = {};
    /// Whether "/" is the dashboard, and after how many seconds it asks for itself again; 0: never.
    bool dashboard = true;
    int dashboard_seconds = 15;
};

/// Serves the live version of a registry over HTTP: scores, labels, state, metrics, promotion and rollback.
/// docs/serving.md has every path.
///
///     PredictionLog log("predictions.sqlite");
///     Service service(Registry("models"), {.http = {.port = 8080}, .token = "secret"}, &log);
///     service.start();
///     ...
///     service.stop();                 // answers everything that was sent
///
/// A request is answered, from its first field to its last, by the version that was live when it came; every
/// answer names that version and has an id. thread-safe.
class Service {
  public:
    /// `log` must outlive the service; null: answers are not logged. throws as Registry::load and
    /// ServedModel; where nothing is live yet the service starts, and is not ready.
    explicit Service(Registry registry, ServiceOptions options = {}, AnswerLog* log = nullptr)
        : registry_(std::move(registry)),
          options_(std::move(options)),
          shadow_(options_.shadow, log),
          answers_(log, shadow_, options_.log_records),
          changes_(registry_, options_.token, options_.gates, [this] { reload(); }),
          http_(options_.http) {
        std::random_device device;
        char salt[9];
        std::snprintf(salt, sizeof salt, "%08x", device());
        salt_ = salt;
        reload();
        http_.observe([this](const std::string& route, int status, double seconds) {
            metrics_.answered(route, status, seconds);
        });
        add_routes();
    }
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    ~Service() { stop(); }

    /// Another page, such as a dashboard: "/". Before `start`.
    void page(const std::string& path, HttpServer::Handler handler) {
        http_.on("GET", path, std::move(handler));
    }

    /// throws OptionError where the address is taken
    void start() {
        http_.start();
        if (options_.follow.count() > 0) follower_ = std::thread([this] { follow(); });
    }
    /// Answers what comes for the drain time, then what was sent, and returns.
    void stop() {
        {
            const std::lock_guard lock(follow_mutex_);
            stopped_ = true;
        }
        stop_following_.notify_all();
        if (follower_.joinable()) follower_.join();
        http_.stop();
    }
    [[nodiscard]] int port() const noexcept { return http_.port(); }

    /// Takes up the live version of the registry; false where it is the one that answers already, or there is
    /// none. throws as Registry::load
    bool reload() {
        const std::lock_guard lock(reload_mutex_);
        const RegistryState state = registry_.state();
        const auto production = state.production();
        if (!production) return false;
        follow_shadows(state);
        const std::shared_ptr<ServedModel> now = live_.get();
        if (now && now->version() == production->str()) return false;
        live_.set(std::make_shared<ServedModel>(registry_.load(*production), production->str(),
                                                options_.rules, options_.drift_rows));
        if (now) metrics_.swapped();
        return true;
    }
    /// The versions that are tried beside it.
    [[nodiscard]] std::vector<std::string> challengers() const { return shadow_.challengers(); }
    /// Waits until they have scored what was answered so far, and compares.
    [[nodiscard]] std::vector<ShadowReport> compare_challengers() {
        shadow_.flush();
        return shadow_.reports();
    }
    /// What answers now; null before anything is live.
    [[nodiscard]] std::shared_ptr<ServedModel> live() const { return live_.get(); }
    [[nodiscard]] const Registry& registry() const noexcept { return registry_; }

  private:
    using Clock = std::chrono::steady_clock;
    static double seconds(Clock::duration d) { return std::chrono::duration<double>(d).count(); }
    static HttpAnswer json(const Json& body, int status = 200) {
        return {.status = status, .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
    }
    static HttpAnswer not_ready() { return HttpServer::error(503, "no version is live yet"); }

    /// Gives its workspace back, whatever happens.
    struct Work {
        explicit Work(std::shared_ptr<ServedModel> by) : served(std::move(by)), space(served->take()) {}
        ~Work() { served->give_back(std::move(space)); }
        Work(const Work&) = delete;
        Work& operator=(const Work&) = delete;
        std::shared_ptr<ServedModel> served;
        std::unique_ptr<ServedModel::Workspace> space;
    };

    void add_routes() {
        const auto on = [this](const char* method, const std::string& path, auto answer) {
            http_.on(method, path, [this, answer](const HttpQuestion& q) { return (this->*answer)(q); });
        };
        on("POST", "/predict", &Service::predict);
        on("POST", "/feedback", &Service::feedback);
        on("POST", "/promote", &Service::promote);
        on("POST", "/rollback", &Service::roll_back);
        on("GET", "/health", &Service::health);
        on("GET", "/ready", &Service::ready);
        on("GET", "/version", &Service::what_is_live);
        on("GET", "/schema", &Service::schema);
        on("GET", "/drift", &Service::drift_now);
        on("GET", "/shadow", &Service::shadow_now);
        if (options_.dashboard) on("GET", "/", &Service::dashboard);
        on("GET", "/metrics", &Service::metrics);
        on("GET", "/openapi.json", &Service::description);
        on("GET", "/v2", &Service::v2_server);
        on("GET", "/v2/health/live", &Service::health);
        on("GET", "/v2/health/ready", &Service::ready);
        on("GET", "/v2/models/" + options_.name, &Service::v2_model);
        on("GET", "/v2/models/" + options_.name + "/ready", &Service::ready);
        on("POST", "/v2/models/" + options_.name + "/infer", &Service::v2_infer);
    }

    [[nodiscard]] std::string next_id() { return salt_ + "-" + std::to_string(++requests_); }

    HttpAnswer predict(const HttpQuestion& asked) {
        const std::shared_ptr<ServedModel> served = live_.get();
        if (!served) return not_ready();
        const Work work(served);
        RecordBuilder& records = work.space->records;
        const std::string request = next_id();
        const auto begin = Clock::now();
        const ReadRecords read = read_records(asked.body, records);
        const auto parsed = Clock::now();
        HttpAnswer out;
        if (read.refusal.status != 0) {
            out = HttpServer::error(read.refusal.status, read.refusal.reason);
            metrics_.scored(served->version(), {.parse = seconds(parsed - begin)});
        } else {
            served->score(*work.space);
            const auto scored = Clock::now();
            out.status = records.good().empty() ? 422 : 200;
            out.body = detail::answer_text(*served, *work.space, request, read.many);
            answers_.keep(served, *work.space, request, asked.body, false);
            metrics_.scored(served->version(), {.rows = records.good().size(),
                                                .refused = records.records() - records.good().size(),
                                                .unseen = records.unseen_labels(),
                                                .parse = seconds(parsed - begin),
                                                .score = seconds(scored - parsed),
                                                .answer = seconds(Clock::now() - scored)});
        }
        out.headers = {{"X-Request-Id", request}, {"X-Model-Version", served->version()}};
        return out;
    }

    HttpAnswer feedback(const HttpQuestion& asked) {
        const std::shared_ptr<ServedModel> served = live_.get();
        return served ? answers_.feedback(asked, served->model().target()) : not_ready();
    }
    HttpAnswer promote(const HttpQuestion& asked) { return changes_.promote(asked); }
    HttpAnswer roll_back(const HttpQuestion& asked) { return changes_.roll_back(asked); }

    HttpAnswer health(const HttpQuestion&) { return json(json_object({{"status", "up"}, {"live", true}})); }
    HttpAnswer ready(const HttpQuestion&) {
        if (http_.stopping()) return HttpServer::error(503, "the service is stopping");
        return live_.get() ? json(json_object({{"status", "ready"}, {"ready", true}})) : not_ready();
    }
    HttpAnswer what_is_live(const HttpQuestion&) {
        const auto served = live_.get();
        if (!served) return not_ready();
        return json(json_object({{"name", options_.name},
                                 {"version", served->version()},
                                 {"identity", served->identity()},
                                 {"fitted", detail::format_datetime(served->model().created())},
                                 {"stages", served->model().stages()},
                                 {"threshold", served->model().threshold()},
                                 {"gasket", gasket::version}}));
    }
    HttpAnswer schema(const HttpQuestion&) {
        const auto served = live_.get();
        if (!served) return not_ready();
        return json(json_object({{"version", served->version()},
                                 {"target", served->model().target().to_json()},
                                 {"columns", detail::inputs_schema(served->model()).to_json()}}));
    }
    HttpAnswer description(const HttpQuestion&) {
        const auto served = live_.get();
        return served ? json(openapi(served->model(), options_.name, served->version())) : not_ready();
    }
    HttpAnswer drift_now(const HttpQuestion&) {
        const auto served = live_.get();
        if (!served) return not_ready();
        if (served->drift() == nullptr) return HttpServer::error(404, "the live version has no baseline");
        Json out = served->drift()->report().to_json();
        out["version"] = served->version();
        return json(out);
    }
    HttpAnswer shadow_now(const HttpQuestion&) {
        const auto served = live_.get();
        if (!served) return not_ready();
        Json reports = Json::array();
        for (const ShadowReport& one : shadow_.reports()) reports.push_back(one.to_json());
        const ShadowCounts counts = shadow_.counts();
        return json(json_object({{"version", served->version()},
                                 {"scored", counts.scored},
                                 {"dropped", counts.dropped},
                                 {"waiting", counts.waiting},
                                 {"challengers", std::move(reports)}}));
    }
    HttpAnswer dashboard(const HttpQuestion&) {
        DashboardData data{.name = options_.name,
                           .now = detail::seconds_now(),
                           .started = started_,
                           .refresh_seconds = options_.dashboard_seconds,
                           .minutes = metrics_.last_hour(),
                           .waiting_connections = http_.waiting()};
        std::tie(data.rows_scored, data.rows_refused) = metrics_.rows();
        data.events = registry_.history().events;
        data.served = live_.get();
        if (AnswerLog* const log = answers_.log(); log != nullptr) {
            data.log = log->counts();
            data.log_error = log->last_error();
            if (data.served) data.labelled = log->latest_labelled(data.served->version(), 5'000);
        }
        data.shadows = shadow_.reports();
        data.shadow_counts = shadow_.counts();
        return {.body = dashboard_page(data).str(), .type = "text/html; charset=utf-8"};
    }
    HttpAnswer metrics(const HttpQuestion&) {
        MetricsText out;
        metrics_.write(out);
        out.family("gasket_waiting_connections", "gauge", "Connections that wait for a thread.");
        out.value({}, static_cast<double>(http_.waiting()));
        if (answers_.log() != nullptr) {
            const PredictionLogCounts log = answers_.log()->counts();
            out.family("gasket_log_waiting_rows", "gauge", "Answers that wait to be written to the log.");
            out.value({}, static_cast<double>(log.waiting));
            out.family("gasket_log_rows_total", "counter", "Answers by what became of them in the log.");
            out.value({{"outcome", "written"}}, static_cast<double>(log.written));
            out.value({{"outcome", "dropped"}}, static_cast<double>(log.dropped));
            out.value({{"outcome", "failed"}}, static_cast<double>(log.failed));
        }
        const std::shared_ptr<ServedModel> served = live_.get();
        if (served) {
            out.family("gasket_model_info", "gauge", "The version that answers.");
            out.value(
                {{"name", options_.name}, {"version", served->version()}, {"identity", served->identity()}},
                1);
        }
        if (served && served->drift() != nullptr) {
            const DriftReport report = served->drift()->report();
            out.family("gasket_drift_rows", "gauge", "Latest live rows that the drift figures are of.");
            out.value({}, static_cast<double>(report.live_rows));
            out.family("gasket_feature_psi", "gauge", "Population stability index against training.");
            for (const FeatureDrift& f : report.features) out.value({{"feature", f.feature}}, f.psi.value);
            out.family("gasket_score_psi", "gauge", "Population stability index of the scores.");
            out.value({}, report.score.psi.value);
            out.family("gasket_decided_ratio", "gauge", "Share of rows decided positive.");
            out.value({{"rows", "training"}}, report.decided_rate_training);
            out.value({{"rows", "live"}}, report.decided_rate_live);
        }
        if (shadow_.any()) write_shadow_metrics(out);
        return {.body = out.str(), .type = "text/plain; version=0.0.4"};
    }
    void write_shadow_metrics(MetricsText& out) const {
        const ShadowCounts counts = shadow_.counts();
        out.family("gasket_shadow_rows_total", "counter", "Records for challengers by what became of them.");
        out.value({{"outcome", "scored"}}, static_cast<double>(counts.scored));
        out.value({{"outcome", "dropped"}}, static_cast<double>(counts.dropped));
        out.family("gasket_shadow_waiting_rows", "gauge", "Records that wait for the challengers.");
        out.value({}, static_cast<double>(counts.waiting));
        const std::vector<ShadowReport> reports = shadow_.reports();
        const auto gauge = [&](const char* name, const char* help, const auto& of) {
            out.family(name, "gauge", help);
            for (const ShadowReport& one : reports) out.value({{"challenger", one.challenger}}, of(one));
        };
        gauge("gasket_shadow_agreement_ratio", "Share of rows that a challenger decides as the live version.",
              [](const ShadowReport& r) { return r.agreement; });
        gauge("gasket_shadow_score_psi", "PSI of a challenger's scores against those of the live version.",
              [](const ShadowReport& r) { return r.psi.value; });
    }

    HttpAnswer v2_server(const HttpQuestion&) {
        return json(json_object(
            {{"name", "gasket"}, {"version", gasket::version}, {"extensions", std::vector<std::string>{}}}));
    }
    HttpAnswer v2_model(const HttpQuestion&) {
        const auto served = live_.get();
        if (!served) return not_ready();
        return json(detail::InferenceProtocol::metadata(served->model(), options_.name, served->version()));
    }
    HttpAnswer v2_infer(const HttpQuestion& asked) {
        const std::shared_ptr<ServedModel> served = live_.get();
        if (!served) return json(json_object({{"error", "no version is live yet"}}), 503);
        const Work work(served);
        const std::string request = next_id();
        std::string id = request;
        const auto begin = Clock::now();
        const RequestRefusal refusal = detail::InferenceProtocol::read(asked.body, work.space->records, id);
        const auto parsed = Clock::now();
        if (refusal.status != 0) {
            metrics_.scored(served->version(),
                            {.refused = work.space->records.records(), .parse = seconds(parsed - begin)});
            return json(json_object({{"error", refusal.reason}}), refusal.status);
        }
        served->score(*work.space);
        const auto scored = Clock::now();
        HttpAnswer out = json(detail::InferenceProtocol::answer(served->model(), work.space->answers,
                                                                options_.name, served->version(), id));
        answers_.keep(served, *work.space, request, asked.body, true);
        out.headers = {{"X-Request-Id", request}, {"X-Model-Version", served->version()}};
        metrics_.scored(served->version(), {.rows = work.space->records.good().size(),
                                            .unseen = work.space->records.unseen_labels(),
                                            .parse = seconds(parsed - begin),
                                            .score = seconds(scored - parsed),
                                            .answer = seconds(Clock::now() - scored)});
        return out;
    }

    void follow() {
        std::unique_lock lock(follow_mutex_);
        while (!stop_following_.wait_for(lock, options_.follow, [&] { return stopped_; })) {
            lock.unlock();
            try {
                reload();
            } catch (const Error&) {  // what answers goes on answering; the next look may find it mended
            }
            lock.lock();
        }
    }

    /// Loads the versions that are to be tried and are not yet; one that cannot be loaded is left out.
    void follow_shadows(const RegistryState& state) {
        std::vector<std::string> wanted = options_.challengers;
        for (const SemanticVersion& one : state.shadows()) wanted.push_back(one.str());
        std::map<std::string, std::shared_ptr<ServedModel>> models;
        for (const std::string& one : wanted) {
            if (one == state.production()->str() || models.count(one) > 0) continue;
            const auto known = challengers_.find(one);
            try {
                models[one] = known != challengers_.end()
                                  ? known->second
                                  : std::make_shared<ServedModel>(registry_.load(one), one, options_.rules,
                                                                  options_.drift_rows);
            } catch (const Error&) {  // what answers does not suffer from it
            }
        }
        if (models == challengers_) return;
        challengers_ = std::move(models);
        std::vector<std::shared_ptr<ServedModel>> list;
        for (const auto& [name, model] : challengers_) list.push_back(model);
        shadow_.set_challengers(list);
    }

    Registry registry_;
    ServiceOptions options_;
    std::int64_t started_ = detail::seconds_now();
    LiveModel live_;
    std::map<std::string, std::shared_ptr<ServedModel>> challengers_;
    Shadow shadow_;
    detail::ServiceLog answers_;
    detail::ServiceChanges changes_;
    ServiceMetrics metrics_;
    std::string salt_;
    std::atomic<std::uint64_t> requests_ = 0;
    std::mutex reload_mutex_;
    std::mutex follow_mutex_;
    std::condition_variable stop_following_;
    bool stopped_ = false;
    std::thread follower_;
    HttpServer http_;
};

}  // namespace gasket
