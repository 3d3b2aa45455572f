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
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "gasket/deploy/answer_log.hpp"
#include "gasket/deploy/http_server.hpp"
#include "gasket/deploy/inference_protocol.hpp"
#include "gasket/deploy/live_model.hpp"
#include "gasket/deploy/openapi.hpp"
#include "gasket/deploy/record_reader.hpp"
#include "gasket/deploy/registry.hpp"
#include "gasket/deploy/service_metrics.hpp"
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
        : registry_(std::move(registry)), options_(std::move(options)), log_(log), http_(options_.http) {
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
        const auto production = registry_.state().production();
        if (!production) return false;
        const std::shared_ptr<ServedModel> now = live_.get();
        if (now && now->version() == production->str()) return false;
        live_.set(std::make_shared<ServedModel>(registry_.load(*production), production->str(),
                                                options_.rules, options_.drift_rows));
        if (now) metrics_.swapped();
        return true;
    }
    /// What answers now; null before anything is live.
    [[nodiscard]] std::shared_ptr<ServedModel> live() const { return live_.get(); }
    [[nodiscard]] const Registry& registry() const noexcept { return registry_; }

  private:
    using Clock = std::chrono::steady_clock;
    static double seconds(Clock::duration d) { return std::chrono::duration<double>(d).count(); }
    static std::int64_t now_utc() {
        return std::chrono::duration_cast<std::chrono::seconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    }
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
            out.body = written(*served, *work.space, request, read.many);
            keep(*served, *work.space, request);
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

    /// The answer's text, put together by hand: the same doubles to the last bit when read back.
    static std::string written(const ServedModel& served, const ServedModel::Workspace& work,
                               const std::string& request, bool many) {
        const RecordBuilder& records = work.records;
        const Target& target = served.model().target();
        const std::size_t width = target.outputs();
        std::string out = R"({"request_id":")" + request + R"(","version":")" + served.version() + "\"";
        if (many)
            out += R"(,"scored":)" + std::to_string(records.good().size()) + R"(,"refused":)" +
                   std::to_string(records.records() - records.good().size()) + R"(,"predictions":[)";
        std::size_t error = 0;
        std::size_t warning = 0;
        std::size_t row = 0;
        const auto fields = [&](const char* key, const std::vector<FieldError>& list, std::size_t& at,
                                std::size_t record) {
            out += std::string("\"") + key + "\":[";
            for (bool first = true; at < list.size() && list[at].record == record; ++at, first = false) {
                out += first ? "" : ",";
                out += R"({"field":)" + HttpServer::quoted(list[at].field) + R"(,"reason":)" +
                       HttpServer::quoted(list[at].reason) + "}";
            }
            out += "]";
        };
        for (std::size_t record = 0; record < records.records(); ++record) {
            if (many) out += record == 0 ? "{" : ",{";
            if (!many) out += ",";
            if (row == records.good().size() || records.good()[row] != record) {
                fields("errors", records.errors(), error, record);
                if (many) out += "}";
                continue;
            }
            const std::span<const double> answer = std::span(work.answers).subspan(row * width, width);
            out += R"("id":")" + request + "-" + std::to_string(record) + "\"";
            const auto number = [](double x) { return std::isfinite(x) ? text::shortest(x) : "null"; };
            if (target.task == Task::regression) {
                out += ",\"prediction\":" + number(answer[0]);
            } else {
                const std::size_t decided = decided_class(served, answer);
                out += ",\"probability\":" + number(width == 1 ? answer[0] : answer[decided]) +
                       ",\"decision\":" + HttpServer::quoted(target.classes[decided]);
                if (width > 1) {
                    out += ",\"probabilities\":{";
                    for (std::size_t k = 0; k < width; ++k)
                        out += (k == 0 ? "" : ",") + HttpServer::quoted(target.classes[k]) + ":" +
                               number(answer[k]);
                    out += "}";
                }
            }
            if (warning < records.warnings().size() && records.warnings()[warning].record == record) {
                out += ",";
                fields("warnings", records.warnings(), warning, record);
            }
            if (many) out += "}";
            ++row;
        }
        return out + (many ? "]}" : "}");
    }

    static std::size_t decided_class(const ServedModel& served, std::span<const double> answer) {
        return answer.size() == 1 ? (answer[0] >= served.model().threshold() ? 1 : 0)
                                  : Predictions::likeliest(answer);
    }

    /// Into the log, which does not make anybody wait.
    void keep(const ServedModel& served, const ServedModel::Workspace& work, const std::string& request) {
        if (log_ == nullptr) return;
        const Target& target = served.model().target();
        const std::size_t width = target.outputs();
        const std::int64_t at = now_utc();
        for (std::size_t row = 0; row < work.records.good().size(); ++row) {
            const std::span<const double> answer = std::span(work.answers).subspan(row * width, width);
            LoggedPrediction one{.id = request + "-" + std::to_string(work.records.good()[row]),
                                 .at = at,
                                 .version = served.version(),
                                 .score = answer[0]};
            if (target.task != Task::regression) {
                const std::size_t decided = decided_class(served, answer);
                if (width > 1) one.score = answer[decided];
                one.decision = target.classes[decided];
            }
            if (options_.log_records) one.record = work.records.record_json(row);
            (void)log_->add(std::move(one));
        }
    }

    HttpAnswer feedback(const HttpQuestion& asked) {
        if (log_ == nullptr)
            return HttpServer::error(503, "answers are not logged here, so labels have no place");
        const std::shared_ptr<ServedModel> served = live_.get();
        if (!served) return not_ready();
        const Json body = detail::json_from_text(asked.body, detail::document_keys_limit);
        if (!body.is_object() && !body.is_array())
            return HttpServer::error(400, "expected an object with id and label, or a list of them");
        Json results = Json::array();
        FeedbackStatus status = FeedbackStatus::accepted;
        for (const Json& one : body.is_array() ? body : Json::array({body})) {
            const auto wrong = [&](const char* reason) {
                return HttpServer::error(422, "item " + std::to_string(results.size()) + ": " + reason);
            };
            if (!one.is_object() || !one.contains("id") || !one["id"].is_string() ||
                one["id"].get_ref<const std::string&>().find('\0') != std::string::npos)
                return wrong("expected an id, a text");
            if (!one.contains("label")) return wrong("expected a label");
            const Json& given = one["label"];
            std::string label;
            if (given.is_string()) label = given;
            if (given.is_number()) label = text::shortest(given.get<double>());
            if (given.is_boolean()) label = given.get<bool>() ? "1" : "0";
            const std::vector<std::string>& classes = served->model().target().classes;
            if (label.empty() ||
                (!classes.empty() && std::find(classes.begin(), classes.end(), label) == classes.end()))
                return wrong(classes.empty() ? "expected a number as label"
                                             : "expected a label of the target");
            status = log_->feedback(one["id"], label, now_utc());
            results.push_back(
                json_object({{"id", one["id"].get<std::string>()}, {"status", name_of(status)}}));
        }
        if (body.is_array()) return json(json_object({{"results", std::move(results)}}));
        const int code = status == FeedbackStatus::unknown       ? 404
                         : status == FeedbackStatus::conflicting ? 409
                                                                 : 200;
        if (code == 200) return json(results[0]);
        return HttpServer::error(
            code, code == 404 ? "no answer has that id" : "another label is there already, and stays");
    }

    /// Compares in a time that tells nothing of where the two differ. 0 where the caller may change things.
    [[nodiscard]] int refused_change(const HttpQuestion& asked) const {
        if (options_.token.empty()) return 403;
        const std::string wanted = "Bearer " + options_.token;
        unsigned differ = asked.authorization.size() == wanted.size() ? 0 : 1;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const char given = i < asked.authorization.size() ? asked.authorization[i] : '\0';
            differ |= static_cast<unsigned char>(given ^ wanted[i]);
        }
        return differ == 0 ? 0 : 401;
    }

    template <class Change>
    HttpAnswer change(const HttpQuestion& asked, const Change& make) {
        if (const int refused = refused_change(asked); refused != 0) {
            HttpAnswer out =
                HttpServer::error(refused, refused == 403 ? "this service takes no changes: it has no token"
                                                          : "a bearer token is wanted");
            if (refused == 401) out.headers.emplace_back("WWW-Authenticate", "Bearer");
            return out;
        }
        const Json body = detail::json_from_text(asked.body, detail::document_keys_limit);
        if (!body.is_object()) return HttpServer::error(400, "expected a JSON object");
        try {
            Registry::Remark remark{.by = "service"};
            if (body.contains("note") && body["note"].is_string()) remark.note = body["note"];
            Json report = make(body, remark);
            reload();
            const RegistryState now = registry_.state();
            Json out = json_object({{"version", now.production()->str()}});
            if (now.previous()) out["previous"] = now.previous()->str();
            if (!report.is_null()) out["gates"] = std::move(report);
            return json(out);
        } catch (const RegistryError& e) {
            return HttpServer::error(e.code() == ErrorCode::unknown_version ? 404 : 409, e.what());
        } catch (const ArtifactError& e) {
            return HttpServer::error(409, e.what());
        }
    }
    HttpAnswer promote(const HttpQuestion& asked) {
        return change(asked, [&](const Json& body, const Registry::Remark& remark) {
            if (!body.contains("version") || !body["version"].is_string())
                throw RegistryError(ErrorCode::unknown_version, {.expected = "a version", .found = "none"});
            const SemanticVersion which = registry_.resolve(body["version"].get_ref<const std::string&>());
            return registry_.promote(which, options_.gates, remark).to_json();
        });
    }
    HttpAnswer roll_back(const HttpQuestion& asked) {
        return change(asked, [&](const Json&, const Registry::Remark& remark) {
            (void)registry_.roll_back(remark);
            return Json(nullptr);
        });
    }

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
    HttpAnswer metrics(const HttpQuestion&) {
        MetricsText out;
        metrics_.write(out);
        out.family("gasket_waiting_connections", "gauge", "Connections that wait for a thread.");
        out.value({}, static_cast<double>(http_.waiting()));
        if (log_ != nullptr) {
            const PredictionLogCounts log = log_->counts();
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
        return {.body = out.str(), .type = "text/plain; version=0.0.4"};
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
        keep(*served, *work.space, request);
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

    Registry registry_;
    ServiceOptions options_;
    AnswerLog* log_;
    LiveModel live_;
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
