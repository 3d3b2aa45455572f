#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"

namespace gasket {

/// Writes Prometheus' text format, version 0.0.4: families one after the other, each with help and type.
class MetricsText {
  public:
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    void family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        out_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " + std::string(type) +
                "\n";
    }
    void value(Labels labels, double x) { value("", labels, x); }
    void value(std::string_view suffix, Labels labels, double x) {
        out_ += name_;
        out_ += suffix;
        bool first = true;
        for (const auto& [key, text] : labels) {
            out_ += first ? '{' : ',';
            first = false;
            out_ += key;
            out_ += "=\"";
            for (const char c : text) {
                if (c == '\\' || c == '"') out_ += '\\';
                if (c == '\n') {
                    out_ += "\\n";
                } else {
                    out_ += c;
                }
            }
            out_ += '"';
        }
        if (!first) out_ += '}';
        out_ += ' ';
        out_ += is_missing(x) ? "NaN" : text::shortest(x);
        out_ += '\n';
    }
    [[nodiscard]] const std::string& str() const noexcept { return out_; }

  private:
    std::string name_;
    std::string out_;
};

/// Times in fixed buckets from 5 us to 5 s.
class TimeHistogram {
  public:
    void add(double seconds) noexcept {
        std::size_t b = 0;
        while (b < edges.size() && seconds > edges[b]) ++b;
        ++counts_[b];
        sum_ += seconds;
    }
    /// The time within which the share `q` of all was done, between the edges of its bucket; missing where
    /// nothing was.
    [[nodiscard]] double quantile(double q) const {
        std::uint64_t all = 0;
        for (const std::uint64_t n : counts_) all += n;
        if (all == 0) return missing;
        const double wanted = q * static_cast<double>(all);
        double below = 0;
        for (std::size_t b = 0; b < edges.size(); ++b) {
            const auto n = static_cast<double>(counts_[b]);
            if (n > 0 && below + n >= wanted) {
                const double low = b == 0 ? 0 : edges[b - 1];
                return low + (edges[b] - low) * std::max(0.0, wanted - below) / n;
            }
            below += n;
        }
        return edges.back();
    }
    TimeHistogram& operator+=(const TimeHistogram& more) noexcept {
        for (std::size_t b = 0; b < counts_.size(); ++b) counts_[b] += more.counts_[b];
        sum_ += more.sum_;
        return *this;
    }
    void write(MetricsText& to, std::string_view stage) const {
        std::uint64_t below = 0;
        for (std::size_t b = 0; b < edges.size(); ++b) {
            below += counts_[b];
            to.value("_bucket", {{"stage", stage}, {"le", text::shortest(edges[b])}},
                     static_cast<double>(below));
        }
        below += counts_.back();
        to.value("_bucket", {{"stage", stage}, {"le", "+Inf"}}, static_cast<double>(below));
        to.value("_sum", {{"stage", stage}}, sum_);
        to.value("_count", {{"stage", stage}}, static_cast<double>(below));
    }

  private:
    static constexpr std::array<double, 16> edges = {5e-6,   1e-5, 2.5e-5, 5e-5,   1e-4, 2.5e-4, 5e-4, 1e-3,
                                                     2.5e-3, 5e-3, 1e-2,   2.5e-2, 0.1,  0.5,    1,    5};
    std::array<std::uint64_t, edges.size() + 1> counts_{};
    double sum_ = 0;
};

/// What was asked for scores within one minute.
struct ServiceMinute {
    std::int64_t minute = 0;  ///< since 1970-01-01 UTC
    std::uint64_t answered = 0;
    std::uint64_t refused = 0;  ///< of these by 4xx
    std::uint64_t failed = 0;   ///< by 5xx
    TimeHistogram times = {};
};

/// What a service counts about itself. thread-safe.
class ServiceMetrics {
  public:
    struct Scored {
        std::size_t rows = 0;
        std::size_t refused = 0;
        std::size_t unseen = 0;
        double parse = 0;  ///< seconds, as the others
        double score = 0;
        double answer = 0;
    };

    void answered(const std::string& route, int status, double seconds) {
        const std::lock_guard lock(mutex_);
        ++requests_[{route, status}];
        total_.add(seconds);
        if (route != "/predict" && !route.ends_with("/infer")) return;
        ServiceMinute& now = minutes_[static_cast<std::size_t>(this_minute()) % minutes_.size()];
        if (now.minute != this_minute()) now = {.minute = this_minute()};
        ++now.answered;
        now.refused += status >= 400 && status < 500 ? 1 : 0;
        now.failed += status >= 500 ? 1 : 0;
        now.times.add(seconds);
    }
    /// The last hour, the earliest minute first; minutes in which nothing was asked are there too.
    [[nodiscard]] std::vector<ServiceMinute> last_hour() const {
        const std::lock_guard lock(mutex_);
        std::vector<ServiceMinute> out;
        const std::int64_t now = this_minute();
        for (std::int64_t m = now - static_cast<std::int64_t>(minutes_.size()) + 1; m <= now; ++m) {
            const ServiceMinute& one = minutes_[static_cast<std::size_t>(m) % minutes_.size()];
            out.push_back(one.minute == m ? one : ServiceMinute{.minute = m});
        }
        return out;
    }
    /// Rows scored by all versions, and records refused, since the start.
    [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> rows() const {
        const std::lock_guard lock(mutex_);
        std::uint64_t scored_rows = 0;
        for (const auto& [name, n] : rows_) scored_rows += n;
        return {scored_rows, refused_};
    }
    void scored(const std::string& version_name, const Scored& what) {
        const std::lock_guard lock(mutex_);
        rows_[version_name] += what.rows;
        refused_ += what.refused;
        unseen_ += what.unseen;
        parse_.add(what.parse);
        score_.add(what.score);
        answer_.add(what.answer);
    }
    void swapped() {
        const std::lock_guard lock(mutex_);
        ++swaps_;
    }

    void write(MetricsText& to) const {
        const std::lock_guard lock(mutex_);
        to.family("gasket_http_requests_total", "counter", "Answers by path and HTTP status.");
        for (const auto& [key, n] : requests_)
            to.value({{"path", key.first}, {"status", std::to_string(key.second)}}, static_cast<double>(n));
        to.family("gasket_request_duration_seconds", "histogram",
                  "Time of a request by stage: parse and check, score, write the answer, and total.");
        parse_.write(to, "parse");
        score_.write(to, "score");
        answer_.write(to, "answer");
        total_.write(to, "total");
        to.family("gasket_rows_scored_total", "counter", "Records scored, by version.");
        for (const auto& [name, n] : rows_) to.value({{"version", name}}, static_cast<double>(n));
        to.family("gasket_rows_refused_total", "counter", "Records refused for what they held.");
        to.value({}, static_cast<double>(refused_));
        to.family("gasket_unseen_labels_total", "counter", "Labels in scored records that training had not.");
        to.value({}, static_cast<double>(unseen_));
        to.family("gasket_model_swaps_total", "counter", "Changes of the live version since the start.");
        to.value({}, static_cast<double>(swaps_));
    }

  private:
    [[nodiscard]] static std::int64_t this_minute() {
        return std::chrono::duration_cast<std::chrono::minutes>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    }

    mutable std::mutex mutex_;
    std::array<ServiceMinute, 60> minutes_ = {};
    std::map<std::pair<std::string, int>, std::uint64_t> requests_;
    std::map<std::string, std::uint64_t> rows_;
    std::uint64_t refused_ = 0;
    std::uint64_t unseen_ = 0;
    std::uint64_t swaps_ = 0;
    TimeHistogram parse_, score_, answer_, total_;
};

}  // namespace gasket
