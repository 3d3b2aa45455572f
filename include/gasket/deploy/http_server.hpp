// Needs libcpp-httplib-dev and libssl-dev: link gasket::service. Not part of gasket.hpp.
#pragma once

#if !__has_include(<httplib.h>)
#error "gasket/deploy/http_server.hpp needs cpp-httplib: install libcpp-httplib-dev and link gasket::service"
#endif

#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"

namespace gasket {

/// What is asked of a service.
struct HttpQuestion {
    std::string path;
    std::string body;
    std::string authorization;  ///< the header of that name
};

/// What it answers.
struct HttpAnswer {
    int status = 200;
    std::string body = {};
    std::string type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers = {};
};

/// Limits of an HttpServer.
struct HttpOptions {
    std::string host = "127.0.0.1";
    /// 0: any that is free
    int port = 0;
    /// Connections that are served at once; more wait for their turn.
    std::size_t threads = 32;
    /// A longer body is refused (413); compressed ones count as what they unpack to.
    std::size_t most_body_bytes = 1 << 20;
    /// A request must have come, whole, within this time of its first byte.
    std::chrono::milliseconds request_time{5'000};
    /// How long a connection may say nothing between two requests.
    std::chrono::milliseconds idle_time{5'000};
    /// How long `stop` goes on answering, with "Connection: close", before the door is shut.
    std::chrono::milliseconds drain_time{300};
};

namespace detail {

/// One connection: reads and writes through buffers, so that an answer is one packet, and within a deadline
/// for the whole request, so that nobody holds a thread by sending it byte by byte.
class HttpConnection final : public httplib::Stream {
  public:
    using Clock = std::chrono::steady_clock;

    HttpConnection(socket_t socket, const HttpOptions& options) : socket_(socket), options_(options) {}

    /// The connection that this thread serves.
    static HttpConnection*& current() {
        thread_local HttpConnection* now = nullptr;
        return now;
    }
    /// What is left of the request is not read: the connection ends with the answer.
    void close_when_answered() noexcept { close_ = true; }
    [[nodiscard]] bool closing() const noexcept { return close_; }

    /// Waits for the next request; false where none comes, or `shut` and none has.
    bool wait_for_request(const std::atomic<bool>& shut) {
        const auto end = Clock::now() + options_.idle_time;
        while (begin_ == end_) {
            if (wait_for(POLLIN, std::chrono::milliseconds(shut ? 0 : 20))) break;
            if (shut || Clock::now() >= end) return false;
        }
        deadline_ = Clock::now() + options_.request_time;
        return true;
    }

    [[nodiscard]] bool is_readable() const override { return begin_ < end_ || wait_for(POLLIN, left()); }
    [[nodiscard]] bool is_writable() const override { return wait_for(POLLOUT, options_.request_time); }
    ssize_t read(char* to, std::size_t size) override {
        if (begin_ == end_) {
            if (!wait_for(POLLIN, left())) return -1;
            const ssize_t got = ::recv(socket_, buffer_, sizeof buffer_, 0);
            if (got <= 0) return got;
            begin_ = 0;
            end_ = static_cast<std::size_t>(got);
        }
        const std::size_t n = std::min(size, end_ - begin_);
        std::copy_n(buffer_ + begin_, n, to);
        begin_ += n;
        return static_cast<ssize_t>(n);
    }
    ssize_t write(const char* from, std::size_t size) override {
        out_.append(from, size);
        if (out_.size() > 65'536 && !flush()) return -1;
        return static_cast<ssize_t>(size);
    }
    bool flush() {
        std::size_t sent = 0;
        while (sent < out_.size()) {
            if (!is_writable()) return false;
            const ssize_t n = ::send(socket_, out_.data() + sent, out_.size() - sent, MSG_NOSIGNAL);
            if (n <= 0) return false;
            sent += static_cast<std::size_t>(n);
        }
        out_.clear();
        return true;
    }
    /// Ends the connection so that the other side can read the answer, though it is still sending.
    void close() {
        (void)::shutdown(socket_, SHUT_WR);
        if (close_) {
            deadline_ = Clock::now() + std::chrono::milliseconds(500);
            while (wait_for(POLLIN, left()) && ::recv(socket_, buffer_, sizeof buffer_, 0) > 0) {
            }
        }
        (void)::close(socket_);
    }

    void get_remote_ip_and_port(std::string& ip, int& port) const override {
        ip.clear();
        port = 0;
    }
    void get_local_ip_and_port(std::string& ip, int& port) const override {
        ip.clear();
        port = 0;
    }
    [[nodiscard]] socket_t socket() const override { return socket_; }

  private:
    [[nodiscard]] std::chrono::milliseconds left() const {
        const auto now = Clock::now();
        return now >= deadline_ ? std::chrono::milliseconds(0)
                                : std::chrono::ceil<std::chrono::milliseconds>(deadline_ - now);
    }
    [[nodiscard]] bool wait_for(short what, std::chrono::milliseconds most) const {
        pollfd one{socket_, what, 0};
        return ::poll(&one, 1, static_cast<int>(most.count())) > 0;
    }

    socket_t socket_;
    const HttpOptions& options_;
    char buffer_[16'384];
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string out_;
    Clock::time_point deadline_{};
    bool close_ = false;
};

}  // namespace detail

/// Answers HTTP/1.1 by functions, one for each method and path.
///
/// The parts of cpp-httplib that read and write HTTP are used, its way of holding connections is not: bodies
/// are bounded however they are sent, a request has one deadline, and a stop loses no request that was sent.
class HttpServer : private httplib::Server {
  public:
    using Handler = std::function<HttpAnswer(const HttpQuestion&)>;
    /// Told of every answer: its route ("other" where there is none), its status, the seconds it took.
    using Observer = std::function<void(const std::string& route, int status, double seconds)>;

    explicit HttpServer(HttpOptions options) : options_(std::move(options)) {
        detail::require_option(options_.threads > 0, "HttpOptions.threads", "0", "1 and more");
        new_task_queue = [this] { return new Pool(options_.threads, waiting_); };
        set_payload_max_length(static_cast<std::size_t>(-1) / 2);  // bodies are bounded where they are read
        set_tcp_nodelay(true);
        set_pre_routing_handler([this](const httplib::Request& asked, httplib::Response& to) {
            return refused(asked, to) ? HandlerResponse::Handled : HandlerResponse::Unhandled;
        });
        Get(".*", [this](const httplib::Request& asked, httplib::Response& to) { answer(asked, to, ""); });
        Post(".*", [this](const httplib::Request& asked, httplib::Response& to,
                          const httplib::ContentReader& reader) { read_and_answer(asked, to, reader); });
        set_error_handler([this](const httplib::Request&, httplib::Response& to) {
            if (!to.body.empty()) return;  // what could not be read as HTTP
            put(to, error(to.status, "the request cannot be read"));
            if (auto* const now = detail::HttpConnection::current()) now->close_when_answered();
            if (observer_) observer_("other", to.status, 0);
        });
    }
    ~HttpServer() override { stop(); }

    /// `path` may end in a query, which handlers do not see. Not while it runs.
    void on(const std::string& method, const std::string& path, Handler handler) {
        routes_[path][method] = std::move(handler);
    }
    void observe(Observer observer) { observer_ = std::move(observer); }

    /// Binds and begins to answer, on threads of its own. throws OptionError where the address is taken
    void start() {
        if (options_.port == 0) {
            port_ = bind_to_any_port(options_.host);
        } else {
            port_ = bind_to_port(options_.host, options_.port) ? options_.port : -1;
        }
        detail::require_option(port_ > 0, "HttpOptions.port",
                               options_.host + ":" + std::to_string(options_.port),
                               "an address of this machine that is free");
        listener_ = std::thread([this] { (void)listen_after_bind(); });
        while (!is_running()) std::this_thread::yield();
    }
    [[nodiscard]] int port() const noexcept { return port_; }
    /// Connections that wait for a thread.
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
    [[nodiscard]] bool stopping() const noexcept { return stopping_; }

    /// Answers what comes for `drain_time` more, telling everybody to go elsewhere; then shuts the door,
    /// answers what had been sent, and returns.
    void stop() {
        const std::lock_guard lock(stop_mutex_);
        if (!listener_.joinable()) return;
        stopping_ = true;
        std::this_thread::sleep_for(options_.drain_time);
        shut_ = true;
        Server::stop();
        listener_.join();
    }

    /// {"error": {"status": ..., "reason": ...}}
    [[nodiscard]] static HttpAnswer error(int status, const std::string& reason) {
        return {.status = status,
                .body = R"({"error":{"status":)" + std::to_string(status) + R"(,"reason":)" + quoted(reason) +
                        "}}"};
    }
    /// A text as JSON.
    [[nodiscard]] static std::string quoted(const std::string& s) {
        return Json(s).dump(-1, ' ', false, Json::error_handler_t::replace);
    }

  private:
    class Pool final : public httplib::ThreadPool {
      public:
        Pool(std::size_t threads, std::atomic<std::size_t>& waiting)
            : ThreadPool(threads), waiting_(waiting) {}
        void enqueue(std::function<void()> work) override {
            ++waiting_;
            ThreadPool::enqueue([this, work = std::move(work)] {
                --waiting_;
                work();
            });
        }

      private:
        std::atomic<std::size_t>& waiting_;
    };

    bool process_and_close_socket(socket_t socket) override {
        detail::HttpConnection connection(socket, options_);
        detail::HttpConnection::current() = &connection;
        while (connection.wait_for_request(shut_)) {
            const bool last = stopping_;  // it must be told in this very answer
            bool closed = false;
            const bool answered = process_request(connection, last, closed, nullptr);
            if (!connection.flush() || !answered || closed || last || connection.closing()) break;
        }
        detail::HttpConnection::current() = nullptr;
        connection.close();
        return true;
    }

    /// What is refused before a body is read.
    bool refused(const httplib::Request& asked, httplib::Response& to) {
        const auto route = routes_.find(asked.path);
        const std::string method = asked.method == "HEAD" ? "GET" : asked.method;
        const bool body =
            asked.has_header("Transfer-Encoding") ||
            (asked.has_header("Content-Length") && asked.get_header_value("Content-Length") != "0");
        HttpAnswer out;
        if (route == routes_.end()) {
            out = error(404, "there is nothing at this path");
        } else if (route->second.count(method) == 0) {
            out = error(405, "not by this method");
            out.headers.emplace_back("Allow", route->second.begin()->first);
        } else if (method == "GET" && body) {
            out = error(400, "a GET has no body");
        } else if (asked.is_multipart_form_data()) {
            out = error(415, "send JSON");
        } else if (method == "POST" && !body) {
            out = error(411, "a body is wanted, with its length");
        } else {
            return false;
        }
        detail::HttpConnection::current()->close_when_answered();
        put(to, out);
        to.set_header("Connection", "close");
        if (observer_) observer_("other", out.status, 0);
        return true;
    }

    void read_and_answer(const httplib::Request& asked, httplib::Response& to,
                         const httplib::ContentReader& reader) {
        std::string body;
        const bool whole = reader([&](const char* data, std::size_t size) {
            if (body.size() + size > options_.most_body_bytes) return false;
            body.append(data, size);
            return true;
        });
        if (whole) return answer(asked, to, std::move(body));
        detail::HttpConnection::current()->close_when_answered();
        put(to, error(413, "more than " + std::to_string(options_.most_body_bytes) +
                               " bytes, or a body that ends too soon"));
        to.set_header("Connection", "close");
        if (observer_) observer_(asked.path, 413, 0);
    }

    void answer(const httplib::Request& asked, httplib::Response& to, std::string body) {
        const auto begin = std::chrono::steady_clock::now();
        const auto& handlers = routes_.at(asked.path);
        const HttpQuestion question{asked.path, std::move(body), asked.get_header_value("Authorization")};
        HttpAnswer out;
        try {
            out = handlers.at(asked.method == "HEAD" ? "GET" : asked.method)(question);
        } catch (const std::exception&) {  // what it was is no business of the other side
            out = error(500, "the service failed");
        }
        put(to, out);
        if (observer_)
            observer_(asked.path, out.status,
                      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }

    static void put(httplib::Response& to, const HttpAnswer& from) {
        to.status = from.status;
        to.set_content(from.body, from.type.c_str());
        for (const auto& [name, value] : from.headers) to.set_header(name.c_str(), value);
    }

    HttpOptions options_;
    std::map<std::string, std::map<std::string, Handler>> routes_;
    Observer observer_;
    std::atomic<std::size_t> waiting_ = 0;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> shut_ = false;
    std::mutex stop_mutex_;
    std::thread listener_;
    int port_ = 0;
};

}  // namespace gasket
