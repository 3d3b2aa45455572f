#include "gasket/deploy/service.hpp"

#include <atomic>
#include <map>
#include <set>

#include "deploy/bank_models.hpp"
#include "gasket/deploy/prediction_log.hpp"
#include "gasket/evaluate/threshold_tuner.hpp"
#include "gasket/model/gradient_boosting.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Catch::Matchers::Contains;
using testing_support::bank_model;
using testing_support::scratch_file;
using testing_support::small_bank;

namespace {

const Gates wide{.metric = "", .most_latency_us = 0};

const Model& model_of(int which) {
    static const Model one = bank_model(7);
    static const Model two = bank_model(8);
    return which == 1 ? one : two;
}

/// A registry with 1.0.0 live and 2.0.0 beside it.
Registry two_versions(const std::string& name) {
    Registry registry(scratch_file(name));
    registry.add(model_of(1), {1, 0, 0});
    registry.add(model_of(2), {2, 0, 0});
    registry.promote({1, 0, 0}, wide);
    return registry;
}

ServiceOptions options() {
    ServiceOptions out;
    out.http.drain_time = std::chrono::milliseconds(100);
    out.token = "secret";
    out.gates = wide;
    out.follow = std::chrono::milliseconds(0);
    out.name = "bank";
    return out;
}

std::string record(const Table& table, std::size_t r) {
    return testing_support::record_of(table, r).dump();
}

const Table& live() {
    static const Table table = small_bank(200, 77).without({"customer_id", "churn"});
    return table;
}

struct Caller {
    explicit Caller(int port) : client("127.0.0.1", port) {
        client.set_keep_alive(true);
        client.set_tcp_nodelay(true);
    }
    Json get(const std::string& path, int status = 200) { return body(client.Get(path.c_str()), status); }
    Json post(const std::string& path, const std::string& text, int status = 200,
              const httplib::Headers& headers = {}) {
        return body(client.Post(path.c_str(), headers, text, "application/json"), status);
    }
    static Json body(const httplib::Result& got, int status) {
        REQUIRE(got);
        INFO(got->body);
        CHECK(got->status == status);
        return Json::parse(got->body, nullptr, false);
    }
    httplib::Client client;
};

const httplib::Headers allowed{{"Authorization", "Bearer secret"}};

}  // namespace

TEST_CASE("a service answers a record and a list with the model's own probabilities, to the bit") {
    Service service(two_versions("answers"), options());
    service.start();
    Caller caller(service.port());
    const Predictions expected = model_of(1).predict(live());
    std::string list = "[";
    std::set<std::string> ids;
    for (std::size_t r = 0; r < 50; ++r) {
        const Json one = caller.post("/predict", record(live(), r));
        CHECK(one["probability"].get<double>() == expected[r]);
        CHECK(one["decision"] == (expected.decided(r) ? "1" : "0"));
        CHECK(one["version"] == "1.0.0");
        ids.insert(one["id"].get<std::string>());
        list += (r == 0 ? "" : ",") + record(live(), r);
    }
    CHECK(ids.size() == 50);
    const Json many = caller.post("/predict", list + "]");
    CHECK(many["scored"] == 50);
    REQUIRE(many["predictions"].size() == 50);
    for (std::size_t r = 0; r < 50; ++r)
        CHECK(many["predictions"][r]["probability"].get<double>() == expected[r]);
}

TEST_CASE("of many classes a service decides as the model does, by the weights of the classes") {
    Random random(11);
    std::vector<double> x(600);
    std::vector<std::string> kinds(600);
    for (std::size_t r = 0; r < x.size(); ++r) {
        x[r] = random.uniform();
        const double drawn = random.uniform();
        kinds[r] = drawn < 0.3 * x[r] ? "rare" : drawn < 0.5 * x[r] ? "seldom" : "common";
    }
    const Table table = Table{}.with("x", Column::numeric(x)).with("kind", Column::category(kinds));
    const auto training =
        StratifiedSplitter{.target = "kind", .task = Task::multiclass}.split(table).training;
    const Model model = (GradientBoosting{.trees = 5} | ThresholdTuner{.maximise = balanced_accuracy} |
                         PsiMonitor{.folds = 0})
                            .fit(training);
    Registry registry(scratch_file("classes"));
    registry.add(model, {1, 0, 0});
    registry.promote({1, 0, 0}, wide);
    Service service(std::move(registry), options());
    service.start();
    Caller caller(service.port());
    const Table rows = table.without({"kind"}).head(100);
    const Predictions expected = model.predict(rows);
    std::size_t against_the_likeliest = 0;
    for (std::size_t r = 0; r < rows.rows(); ++r) {
        const Json one = caller.post("/predict", record(rows, r));
        const std::string& decided = expected.target.classes[expected.decided_class(r)];
        CHECK(one["decision"] == decided);
        CHECK(one["probability"].get<double>() == expected[r]);
        CHECK(one["probabilities"][decided] == one["probability"]);
        against_the_likeliest += decided != expected.target.classes[Predictions::likeliest(expected.row(r))];
    }
    CHECK(against_the_likeliest > 0);
}

TEST_CASE("a bad request is answered by what is wrong with it, and a bad record by an error of its own") {
    Service service(two_versions("bad"), options());
    service.start();
    Caller caller(service.port());
    const Json missing_field = caller.post("/predict", R"({"age": 42})", 422);
    CHECK(missing_field["errors"][0]["field"] == "balance");
    CHECK(missing_field["errors"][0]["reason"] == "is missing");
    const Json mixed =
        caller.post("/predict", "[" + record(live(), 0) + R"(,{"age":"x"},)" + record(live(), 1) + "]");
    CHECK(mixed["scored"] == 2);
    CHECK(mixed["refused"] == 1);
    CHECK(mixed["predictions"][1]["errors"][0]["field"] == "age");
    CHECK(mixed["predictions"][2]["probability"].is_number());
    std::string unseen = record(live(), 0);
    unseen.replace(unseen.find("\"country\":\"") + 11, 0, "New ");
    CHECK(caller.post("/predict", unseen)["warnings"][0]["field"] == "country");
    CHECK(caller.post("/predict", "{\"age\":", 400)["error"]["status"] == 400);
    caller.post("/predict", "[]", 400);
    caller.post("/predict", std::string(5000, '['), 400);
    caller.post("/nowhere", "{}", 404);
    caller.get("/predict", 405);
    caller.post("/health", "{}", 405);
    // too long, by its length and in chunks, and the connection is good for another
    const std::string huge(2 << 20, ' ');
    caller.post("/predict", huge, 413);
    const auto chunked = caller.client.Post(
        "/predict",
        [&](std::size_t, httplib::DataSink& sink) {
            for (std::size_t i = 0; i < 64; ++i) {
                if (!sink.write(huge.data(), 1 << 16)) break;
            }
            sink.done();
            return true;
        },
        "application/json");
    if (chunked) CHECK(chunked->status == 413);  // or the connection was ended while it sent
    Caller next(service.port());
    next.post("/predict", record(live(), 0));
}

TEST_CASE("pieces of HTTP that make no sense are refused and hold nobody up") {
    ServiceOptions quick = options();
    quick.http.request_time = std::chrono::milliseconds(200);
    Service service(two_versions("pieces"), quick);
    service.start();
    const auto say = [&](const std::string& bytes) {
        const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(service.port()));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
        (void)!::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        std::string out;
        char buffer[4096];
        for (ssize_t n = 0; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
            out.append(buffer, static_cast<std::size_t>(n));
        ::close(fd);
        return out;
    };
    CHECK_THAT(say("nonsense\r\n\r\n"), Contains("400"));
    CHECK_THAT(say("POST /predict HTTP/1.1\r\nHost: x\r\n\r\n"), Contains("411"));
    CHECK_THAT(say("GET /health HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"), Contains("400"));
    // half a request: its time runs out, and it is not kept
    const auto begin = std::chrono::steady_clock::now();
    (void)say("POST /predict HTTP/1.1\r\nContent-Length: 500\r\n\r\n{\"age\"");
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
    Caller(service.port()).post("/predict", record(live(), 0));
}

TEST_CASE("state, schema, description and metrics tell what is live") {
    PredictionLog log(scratch_file("state.sqlite"));
    Service service(two_versions("state"), options(), &log);
    service.start();
    Caller caller(service.port());
    for (std::size_t r = 0; r < 200; ++r) caller.post("/predict", record(live(), r));
    caller.post("/predict", "{}", 422);
    CHECK(caller.get("/health")["status"] == "up");
    CHECK(caller.get("/ready")["status"] == "ready");
    CHECK(caller.get("/version")["version"] == "1.0.0");
    CHECK(caller.get("/version")["identity"] == identity(model_of(1)));
    CHECK(caller.get("/schema")["columns"].size() == model_of(1).inputs().size());
    CHECK(caller.get("/drift")["live_rows"] == 200);
    const Json api = caller.get("/openapi.json");
    CHECK(api["openapi"] == "3.1.0");
    CHECK(api["components"]["schemas"]["Record"]["required"].size() == model_of(1).inputs().size());
    CHECK(api["components"]["schemas"]["Record"]["properties"]["tenure"]["type"].dump() ==
          R"(["integer","null"])");
    for (const auto& [path, methods] : api["paths"].items()) {
        for (const auto& [method, what] : methods.items()) {
            INFO(method << " " << path);
            const auto got = method == "get" ? caller.client.Get(path.c_str())
                                             : caller.client.Post(path.c_str(), "{}", "application/json");
            REQUIRE(got);
            CHECK(what["responses"].contains(std::to_string(got->status)));
        }
    }
    log.feedback("none", "1", 0);  // after which all is written
    const auto metrics = caller.client.Get("/metrics");
    REQUIRE(metrics);
    CHECK(metrics->get_header_value("Content-Type").starts_with("text/plain"));
    for (const char* const line : {"gasket_http_requests_total{path=\"/predict\",status=\"200\"} 200\n",
                                   "gasket_rows_scored_total{version=\"1.0.0\"} 200\n",
                                   "gasket_request_duration_seconds_count{stage=\"score\"} 202\n",
                                   "gasket_log_rows_total{outcome=\"written\"} 200\n",
                                   "gasket_log_rows_total{outcome=\"dropped\"} 0\n",
                                   "gasket_drift_rows 200\n", "gasket_feature_psi{feature=\"age\"} "})
        CHECK_THAT(metrics->body, Contains(line));
}

TEST_CASE("labels come back under the id of the answer") {
    PredictionLog log(scratch_file("labels.sqlite"));
    Service service(two_versions("labels"), options(), &log);
    service.start();
    Caller caller(service.port());
    const Json one = caller.post("/predict", record(live(), 3));
    const auto label = [&](const std::string& id, const std::string& is) {
        return R"({"id":")" + id + R"(","label":)" + is + "}";
    };
    CHECK(caller.post("/feedback", label(one["id"], "1"))["status"] == "accepted");
    CHECK(caller.post("/feedback", label(one["id"], "\"1\""))["status"] == "repeated");
    caller.post("/feedback", label(one["id"], "0"), 409);
    caller.post("/feedback", label("who", "0"), 404);
    caller.post("/feedback", label(one["id"], "\"maybe\""), 422);
    caller.post("/feedback", "7", 400);
    const Json list = caller.post("/feedback", "[" + label(one["id"], "1") + "," + label("who", "1") + "]");
    CHECK(list["results"][1]["status"] == "unknown");
    const Table judged = log.labelled();
    REQUIRE(judged.rows() == 1);
    CHECK(judged["score"].numbers()[0] == model_of(1).predict(live())[3]);
    const Table all = log.predictions();
    CHECK(Json::parse(all.cell(0, all.index_of("record")))["age"].get<double>() ==
          live()["age"].numbers()[3]);
    Service without(two_versions("no log"), options());
    without.start();
    Caller(without.port()).post("/feedback", label("who", "1"), 503);
}

TEST_CASE("promotion and rollback over HTTP want the token, pass the gates and change what answers") {
    Service service(two_versions("changes"), options());
    service.start();
    Caller caller(service.port());
    const std::string two = R"({"version":"2.0.0","note":"better"})";
    caller.post("/promote", two, 401);
    caller.post("/promote", two, 401, {{"Authorization", "Bearer secreT"}});
    caller.post("/promote", two, 401, {{"Authorization", "Bearer secret2"}});
    caller.post("/promote", two, 401, {{"Authorization", "Bearer "}});
    CHECK(caller.post("/promote", two, 200, allowed)["version"] == "2.0.0");
    CHECK(caller.post("/predict", record(live(), 0))["probability"].get<double>() ==
          model_of(2).predict(live())[0]);
    caller.post("/promote", two, 409, allowed);
    caller.post("/promote", R"({"version":"9.0.0"})", 404, allowed);
    caller.post("/promote", "{}", 404, allowed);
    caller.post("/promote", "x", 400, allowed);
    CHECK(caller.post("/rollback", "{}", 200, allowed)["version"] == "1.0.0");
    caller.post("/rollback", "{}", 409, allowed);
    CHECK(service.registry().history().events.back().by == "service");
    ServiceOptions closed = options();
    closed.token = "";
    Service shut(two_versions("closed"), closed);
    shut.start();
    Caller(shut.port()).post("/promote", two, 403, {{"Authorization", "Bearer "}});
}

TEST_CASE("the Open Inference Protocol asks in columns and gets the same answers") {
    Service service(two_versions("v2"), options());
    service.start();
    Caller caller(service.port());
    CHECK(caller.get("/v2")["name"] == "gasket");
    CHECK(caller.get("/v2/health/live")["live"] == true);
    CHECK(caller.get("/v2/health/ready")["ready"] == true);
    const Json model = caller.get("/v2/models/bank");
    CHECK(model["versions"].dump() == R"(["1.0.0"])");
    caller.get("/v2/models/other", 404);
    Json inputs = Json::array();
    for (const Json& input : model["inputs"]) {
        Json data = Json::array();
        for (std::size_t r = 0; r < 3; ++r)
            data.push_back(Json::parse(record(live(), r))[input["name"].get<std::string>()]);
        inputs.push_back(json_object({{"name", Json(input["name"])},
                                      {"datatype", Json(input["datatype"])},
                                      {"shape", std::vector<int>{3, 1}},
                                      {"data", std::move(data)}}));
    }
    const Json answer =
        caller.post("/v2/models/bank/infer", json_object({{"id", "mine"}, {"inputs", inputs}}).dump());
    CHECK(answer["id"] == "mine");
    CHECK(answer["model_version"] == "1.0.0");
    for (std::size_t r = 0; r < 3; ++r)
        CHECK(answer["outputs"][0]["data"][r].get<double>() == model_of(1).predict(live())[r]);
    CHECK(answer["outputs"][1]["datatype"] == "BYTES");
    inputs[0]["shape"][0] = 4;
    CHECK_THAT(
        caller.post("/v2/models/bank/infer", json_object({{"inputs", inputs}}).dump(), 400)["error"].dump(),
        Contains("shape [3]"));
    inputs[0]["shape"][0] = 3;
    inputs[0]["data"][1] = "x";
    CHECK_THAT(
        caller.post("/v2/models/bank/infer", json_object({{"inputs", inputs}}).dump(), 400)["error"].dump(),
        Contains("row 1, age"));
    caller.post("/v2/models/bank/infer", "{}", 400);
}

TEST_CASE("a service follows what another process promotes, and is not ready before anything is live") {
    const Registry registry(scratch_file("followed"));
    ServiceOptions following = options();
    following.follow = std::chrono::milliseconds(5);
    Service service(registry, following);
    service.start();
    Caller caller(service.port());
    caller.get("/ready", 503);
    caller.post("/predict", record(live(), 0), 503);
    registry.add(model_of(1), {1, 0, 0});
    registry.promote({1, 0, 0}, wide);
    for (int i = 0; i < 500 && !service.live(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK(caller.post("/predict", record(live(), 0))["version"] == "1.0.0");
}

TEST_CASE("under load, every answer is by one version, and equals what that version scores offline") {
    // GASKET_LOAD=100000 is the long run of docs/serving.md
    const char* const asked = std::getenv("GASKET_LOAD");
    const long requests = asked != nullptr ? std::atol(asked) : 3000;
    Service service(two_versions("swapped"), options());
    service.start();
    std::vector<std::string> bodies;
    for (std::size_t r = 0; r < live().rows(); ++r) bodies.push_back(record(live(), r));
    const std::map<std::string, Predictions> offline{{"1.0.0", model_of(1).predict(live())},
                                                     {"2.0.0", model_of(2).predict(live())}};
    std::atomic<long> sent = 0, wrong = 0, failed = 0, swaps = 0;
    std::map<std::string, std::atomic<long>> by;
    by["1.0.0"], by["2.0.0"];
    std::vector<std::thread> callers;
    for (int t = 0; t < 4; ++t) {
        callers.emplace_back([&] {
            httplib::Client client("127.0.0.1", service.port());
            client.set_keep_alive(true);
            client.set_tcp_nodelay(true);
            for (long n = 0; (n = sent++) < requests;) {
                while (n > (swaps + 1) * requests / 51) std::this_thread::yield();  // a swap is due
                const std::size_t r = static_cast<std::size_t>(n) % bodies.size();
                const auto got = client.Post("/predict", bodies[r], "application/json");
                if (!got || got->status != 200) {
                    ++failed;
                    continue;
                }
                const Json answer = Json::parse(got->body);
                const std::string which = answer["version"];
                if (answer["probability"].get<double>() != offline.at(which)[r]) ++wrong;
                if (got->get_header_value("X-Model-Version") != which) ++wrong;
                ++by.at(which);
            }
        });
    }
    while (swaps < 50) {
        if (swaps % 2 == 0) {
            service.registry().promote({2, 0, 0}, wide);
        } else {
            (void)service.registry().roll_back();
        }
        CHECK(service.reload());
        ++swaps;
    }
    for (std::thread& caller : callers) caller.join();
    CHECK(failed == 0);
    CHECK(wrong == 0);
    CHECK(swaps == 50);
    CHECK(by.at("1.0.0") + by.at("2.0.0") == requests);
    CHECK(by.at("1.0.0") > 0);
    CHECK(by.at("2.0.0") > 0);
}

TEST_CASE("a stop answers every request that was sent") {
    for (int round = 0; round < 5; ++round) {
        auto service = std::make_unique<Service>(two_versions("stopped" + std::to_string(round)), options());
        service->start();
        const int port = service->port();
        std::atomic<long> answered = 0, lost = 0;
        std::vector<std::thread> callers;
        for (int t = 0; t < 4; ++t) {
            callers.emplace_back([&, port] {
                httplib::Client client("127.0.0.1", port);
                client.set_keep_alive(true);
                client.set_tcp_nodelay(true);
                for (;;) {
                    const auto got = client.Post("/predict", record(live(), 0), "application/json");
                    if (!got || got->status != 200) {
                        ++lost;
                        return;
                    }
                    ++answered;
                    if (got->get_header_value("Connection") == "close") return;
                }
            });
        }
        while (answered < 50) std::this_thread::yield();
        service->stop();
        for (std::thread& caller : callers) caller.join();
        CHECK(lost == 0);
        CHECK_FALSE(httplib::Client("127.0.0.1", port).Get("/health"));
    }
}

TEST_CASE("challengers score beside the answers, and a report, metrics and labels tell of them") {
    Registry registry = two_versions("shadows");
    registry.add(model_of(2), {3, 0, 0});
    registry.shadow({2, 0, 0});
    PredictionLog log(scratch_file("shadows.sqlite"));
    ServiceOptions with = options();
    with.challengers = {"3.0.0", "1.0.0", "9.9.9"};  // the live one, and one that is not there, are left out
    Service service(registry, with, &log);
    service.start();
    CHECK(service.challengers() == std::vector<std::string>{"2.0.0", "3.0.0"});
    Caller caller(service.port());
    const Table rows = small_bank(200, 77);
    for (std::size_t r = 0; r < 200; ++r) {
        const Json one = caller.post("/predict", record(live(), r));
        CHECK(one["version"] == "1.0.0");
        caller.post("/feedback", json_object({{"id", one["id"].get<std::string>()},
                                              {"label", rows.cell(r, rows.index_of("churn"))}})
                                     .dump());
    }
    // a request of the other protocol is shadowed as well
    const Json metadata = caller.get("/v2/models/bank");
    Json inputs = Json::array();
    for (const auto& input : metadata["inputs"]) {
        const std::string name = input["name"];
        const Column& column = live()[name];
        inputs.push_back(json_object({{"name", name},
                                      {"shape", std::vector<int>{1}},
                                      {"datatype", input["datatype"].get<std::string>()},
                                      {"data", Json::array({column.kind() == Kind::category
                                                                ? Json(live().cell(0, live().index_of(name)))
                                                                : Json(column.numbers()[0])})}}));
    }
    caller.post("/v2/models/bank/infer", json_object({{"inputs", inputs}}).dump());
    const std::vector<ShadowReport> reports = service.compare_challengers();
    REQUIRE(reports.size() == 2);
    CHECK(reports[0].rows == 201);
    CHECK(reports[0].labelled == 200);
    Json expected =
        shadow_report(paired_scores(model_of(1), model_of(2), rows, "churn"), "1.0.0", "2.0.0").to_json();
    const Json told = caller.get("/shadow");
    CHECK(told["challengers"][0]["metrics"] == expected["metrics"]);
    CHECK(told["challengers"][0]["advice"] == expected["advice"]);
    CHECK(told["scored"] == 201);
    CHECK(told["dropped"] == 0);
    const auto metrics = caller.client.Get("/metrics");
    CHECK_THAT(metrics->body, Contains("gasket_shadow_rows_total{outcome=\"scored\"} 201") &&
                                  Contains("gasket_shadow_agreement_ratio{challenger=\"2.0.0\"} 0.") &&
                                  Contains("gasket_shadow_score_psi{challenger=\"3.0.0\"} 0."));
    log.flush();
    Sqlite kept(scratch_file("shadows.sqlite"));
    CHECK(
        kept.query(
                "SELECT s.id FROM predictions s JOIN predictions p ON s.id = p.id || '@' || s.version WHERE "
                "s.role = 'shadow' AND p.role = 'production'")
            .rows() == 402);

    registry.promote({2, 0, 0}, wide);
    service.reload();
    CHECK(service.challengers() == std::vector<std::string>{"1.0.0", "3.0.0"});  // as asked for
    registry.shadow({1, 0, 0});
    service.reload();
    caller.post("/predict", record(live(), 0));
    CHECK(service.compare_challengers()[0].champion == "2.0.0");
    CHECK(service.compare_challengers()[0].rows == 1);
}

TEST_CASE("the dashboard says whether the model is healthy, and everything it says so of") {
    PredictionLog log(scratch_file("dashboard.sqlite"));
    Registry registry = two_versions("dashboard");
    registry.shadow({2, 0, 0});
    Service service(registry, options(), &log);
    service.start();
    Caller caller(service.port());
    const auto page = [&] {
        const auto got = caller.client.Get("/");
        REQUIRE(got);
        CHECK(got->status == 200);
        CHECK(got->get_header_value("Content-Type").starts_with("text/html"));
        return got->body;
    };
    const std::string before = page();
    CHECK_THAT(before,
               Contains("Healthy") && Contains("too few rows") && Contains("No labels have come back"));
    CHECK_THAT(before, Contains("http-equiv=\"refresh\" content=\"15\""));
    for (const char* const never : {"<script", "http://", "https://", "src="})
        CHECK_THAT(before, !Contains(never));
    for (std::size_t r = 0; r < 200; ++r) {
        Json one = caller.post("/predict", record(live(), r));
        // labels as likely as the scores say
        caller.post(
            "/feedback",
            json_object(
                {{"id", one["id"].get<std::string>()},
                 {"label",
                  std::string(static_cast<double>(r % 100) < 100 * one["probability"].get<double>() ? "1"
                                                                                                    : "0")}})
                .dump());
    }
    (void)service.compare_challengers();
    const std::string answered = page();  // of so few rows a PSI of 0.14 is no evidence
    CHECK_THAT(answered, Contains(">Healthy</p>") && Contains("200 in the last hour"));
    CHECK_THAT(answered, Contains("2.0.0 beside 1.0.0") && Contains("Predicted and observed"));
    CHECK_THAT(answered, Contains("Drift of the columns") && Contains("promote") && Contains("identity"));

    Table moved = live();
    moved = moved.with("age", Column::numeric(std::vector<double>(200, 77)));
    for (std::size_t r = 0; r < 200; ++r) caller.post("/predict", record(moved, r));
    CHECK_THAT(page(), Contains("Not healthy") && Contains("The world has moved") && Contains("age"));
    for (int i = 0; i < 100; ++i) caller.post("/predict", "{}", 422);
    CHECK_THAT(page(), Contains("were refused for what they held"));

    ServiceOptions none = options();
    none.dashboard = false;
    Service without(two_versions("no_dashboard"), none);
    without.start();
    CHECK(Caller(without.port()).get("/", 404)["error"]["status"] == 404);
    Service empty(Registry(scratch_file("nothing_live")), options());
    empty.start();
    CHECK_THAT(Caller(empty.port()).client.Get("/")->body, Contains("No version is live"));
}
