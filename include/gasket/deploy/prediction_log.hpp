// Needs libsqlite3-dev: link gasket::sqlite. Not part of gasket.hpp.
#pragma once

#if !__has_include(<sqlite3.h>)
#error "gasket/deploy/prediction_log.hpp needs SQLite 3: install libsqlite3-dev and link gasket::sqlite"
#endif

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/sqlite.hpp"
#include "gasket/data/table.hpp"
#include "gasket/deploy/answer_log.hpp"

namespace gasket {

/// How a prediction log goes about its work.
struct PredictionLogOptions {
    /// Predictions that may wait to be written; more are dropped and counted.
    std::size_t most_waiting = 100'000;
    /// Predictions that are written in one transaction.
    std::size_t batch = 1'000;
    /// The longest that a prediction waits for others to be written with.
    std::chrono::milliseconds most_delay{200};
};

/// Every answer of a service in a database, and the labels that come back for them, joined by the answer's
/// id.
///
///     PredictionLog log(Sqlite("predictions.sqlite", SqliteAccess::create));
///     log.add({.id = "a1", .at = now, .version = "1.0.0", .score = 0.7, .decision = "1"});
///     log.feedback("a1", "0");
///     const Table judged = log.labelled();
///
/// `add` never waits for the database: it puts the answer in a queue, which a thread writes in batches, each
/// a transaction. Where the queue is full the answer is dropped and counted. A process that is killed loses
/// what was waiting, at most `most_delay` and the batch being written; whatever `counts().written` says is in
/// the database. (SQLite is set to write-ahead logging with `synchronous = NORMAL`: a power cut may in
/// addition take the last transactions, and never leaves the file broken.)
///
/// Tables: `predictions` (id, at, version, role, score, decision, record) and `labels` (id, at, label). Any
/// SqlDatabase will do: `BasicPredictionLog<Postgres>` is the same on PostgreSQL.
///
/// thread-safe.
template <class Database>
class BasicPredictionLog : public AnswerLog {
  public:
    /// Takes over the connection; makes the tables where they are absent. throws SqlError, OptionError
    template <class... Arguments>
    explicit BasicPredictionLog(PredictionLogOptions options, Arguments&&... connection)
        : options_(options), database_(std::forward<Arguments>(connection)...) {
        detail::require_option(options_.batch > 0, "PredictionLogOptions.batch", "0", "1 and more");
        detail::require_option(options_.most_waiting > 0, "PredictionLogOptions.most_waiting", "0",
                               "1 and more");
        if constexpr (std::is_same_v<Database, Sqlite>) {
            database_.execute("PRAGMA journal_mode = WAL");
            database_.execute("PRAGMA synchronous = NORMAL");
        }
        database_.execute(
            "CREATE TABLE IF NOT EXISTS predictions (id TEXT PRIMARY KEY, at TIMESTAMP NOT NULL, version "
            "TEXT NOT NULL, role TEXT NOT NULL, score DOUBLE PRECISION, decision TEXT, record TEXT)");
        database_.execute(
            "CREATE TABLE IF NOT EXISTS labels (id TEXT PRIMARY KEY, at TIMESTAMP NOT NULL, label TEXT NOT "
            "NULL)");
        writer_ = std::thread([this] { write_batches(); });
    }
    BasicPredictionLog(const BasicPredictionLog&) = delete;
    BasicPredictionLog& operator=(const BasicPredictionLog&) = delete;
    /// Writes what waits.
    ~BasicPredictionLog() override {
        {
            const std::lock_guard lock(queue_mutex_);
            stopping_ = true;
        }
        wake_writer_.notify_one();
        writer_.join();
    }

    /// False where the queue is full and the prediction was dropped. Does not wait, does not throw but for
    /// want of memory.
    bool add(LoggedPrediction prediction) override {
        {
            const std::lock_guard lock(queue_mutex_);
            if (waiting_.size() + in_hand_ >= options_.most_waiting) {
                ++counts_.dropped;
                return false;
            }
            waiting_.push_back(std::move(prediction));
            ++counts_.taken;
            if (waiting_.size() != 1 && waiting_.size() != options_.batch) return true;
        }
        wake_writer_.notify_one();
        return true;
    }

    /// Returns when all that was added before is written, or could not be.
    void flush() {
        std::unique_lock lock(queue_mutex_);
        const std::uint64_t wanted = counts_.taken;
        flush_to_ = std::max(flush_to_, wanted);
        wake_writer_.notify_one();
        wake_flushers_.wait(lock, [&] { return counts_.written + counts_.failed >= wanted; });
    }

    [[nodiscard]] PredictionLogCounts counts() const override {
        const std::lock_guard lock(queue_mutex_);
        PredictionLogCounts out = counts_;
        out.waiting = waiting_.size() + in_hand_;
        return out;
    }
    /// What the database said when it last refused a batch; empty where it never did.
    [[nodiscard]] std::string last_error() const override {
        const std::lock_guard lock(queue_mutex_);
        return last_error_;
    }

    /// Keeps the label that a prediction turned out to have. The first one stays. Waits until predictions
    /// that were added before are written. throws SqlError
    FeedbackStatus feedback(const std::string& id, const std::string& label, std::int64_t at) override {
        flush();
        const std::lock_guard lock(database_mutex_);
        auto all = database_.transaction();
        const Table known = database_.query(
            "SELECT p.id AS id, l.label AS label FROM predictions p LEFT JOIN labels l ON l.id = p.id WHERE "
            "p.id = $1",
            {id});
        FeedbackStatus out = FeedbackStatus::accepted;
        if (known.rows() == 0) {
            out = FeedbackStatus::unknown;
        } else if (!known["label"].is_missing(0)) {
            out = known.cell(0, 1) == label ? FeedbackStatus::repeated : FeedbackStatus::conflicting;
        } else {
            database_.append("labels", Table{{"id", Column::category({id})},
                                             {"at", Column::datetime({at})},
                                             {"label", Column::category({label})}});
        }
        all.commit();
        return out;
    }

    /// Predictions whose labels are known: id, at, version, role, score, decision, label, in the order of
    /// their time. throws SqlError
    [[nodiscard]] Table labelled() {
        return read(
            "SELECT p.id, p.at, p.version, p.role, p.score, p.decision, l.label FROM predictions p JOIN "
            "labels l ON l.id = p.id ORDER BY p.at, p.id",
            {"label", LogicalType::category});
    }
    [[nodiscard]] Table latest_labelled(const std::string& which, std::size_t most) override {
        Schema schema;
        schema.add({.name = "at", .type = LogicalType::datetime});
        schema.add({.name = "score", .type = LogicalType::real, .nullable = true});
        schema.add({.name = "decision", .type = LogicalType::category, .nullable = true});
        schema.add({.name = "label", .type = LogicalType::category});
        const std::lock_guard lock(database_mutex_);
        const Table latest_first = database_.query(
            "SELECT p.at, p.score, p.decision, l.label FROM labels l JOIN predictions p ON p.id = l.id WHERE "
            "p.role = 'production' AND p.version = $1 ORDER BY p.at DESC, p.id DESC LIMIT " +
                std::to_string(most),
            schema, {which});
        std::vector<std::size_t> order(latest_first.rows());
        for (std::size_t r = 0; r < order.size(); ++r) order[r] = order.size() - 1 - r;
        return latest_first.take(order);
    }
    /// All predictions: id, at, version, role, score, decision, record, in the order of their time. throws
    /// SqlError
    [[nodiscard]] Table predictions() {
        return read("SELECT id, at, version, role, score, decision, record FROM predictions ORDER BY at, id",
                    {"record", LogicalType::text});
    }

  private:
    struct ExtraColumn {
        std::string name;
        LogicalType type;
    };

    [[nodiscard]] Table read(const std::string& sql, const ExtraColumn& last) {
        flush();
        Schema schema;
        schema.add({.name = "id", .type = LogicalType::text});
        schema.add({.name = "at", .type = LogicalType::datetime});
        for (const char* const name : {"version", "role"})
            schema.add({.name = name, .type = LogicalType::category});
        schema.add({.name = "score", .type = LogicalType::real, .nullable = true});
        schema.add({.name = "decision", .type = LogicalType::category, .nullable = true});
        schema.add({.name = last.name, .type = last.type, .nullable = true});
        const std::lock_guard lock(database_mutex_);
        return database_.query(sql, schema);
    }

    void write_batches() {
        std::vector<LoggedPrediction> batch;
        std::unique_lock lock(queue_mutex_);
        for (;;) {
            const auto enough = [&] {
                return stopping_ || waiting_.size() >= options_.batch ||
                       counts_.written + counts_.failed < flush_to_;
            };
            wake_writer_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
            if (!enough()) wake_writer_.wait_for(lock, options_.most_delay, enough);
            if (waiting_.empty()) {
                if (stopping_) return;
                continue;
            }
            const auto end =
                waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), options_.batch));
            batch.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
            waiting_.erase(waiting_.begin(), end);
            in_hand_ = batch.size();
            lock.unlock();
            std::string error;
            const std::size_t written = write_what_can_be(batch, error);
            lock.lock();
            counts_.written += written;
            counts_.failed += batch.size() - written;
            if (!error.empty()) last_error_ = error;
            in_hand_ = 0;
            wake_flushers_.notify_all();
        }
    }

    /// All at once; where that is refused one by one, so that one bad answer does not take others with it.
    std::size_t write_what_can_be(const std::vector<LoggedPrediction>& batch, std::string& error) {
        const auto refused = [&](std::span<const LoggedPrediction> some) {
            try {
                write(some);
                return false;
            } catch (const std::exception& e) {
                error = e.what();
                return true;
            }
        };
        if (!refused(batch)) return batch.size();
        std::size_t written = 0;
        for (std::size_t i = 0; i < batch.size(); ++i)
            written += refused(std::span(batch).subspan(i, 1)) ? 0 : 1;
        return written;
    }

    void write(std::span<const LoggedPrediction> batch) {
        std::vector<std::int64_t> at;
        std::vector<double> scores;
        std::vector<std::string> ids, versions, roles, decisions, records;
        for (const LoggedPrediction& one : batch) {
            at.push_back(one.at);
            scores.push_back(one.score);
            ids.push_back(one.id);
            versions.push_back(one.version);
            roles.push_back(one.role);
            decisions.push_back(one.decision);
            records.push_back(one.record);
        }
        const std::lock_guard lock(database_mutex_);
        database_.append("predictions", Table{{"id", Column::category(ids)},
                                              {"at", Column::datetime(std::move(at))},
                                              {"version", Column::category(versions)},
                                              {"role", Column::category(roles)},
                                              {"score", Column::numeric(std::move(scores))},
                                              {"decision", Column::category(decisions)},
                                              {"record", Column::category(records)}});
    }

    PredictionLogOptions options_;
    Database database_;
    std::mutex database_mutex_;

    mutable std::mutex queue_mutex_;
    std::condition_variable wake_writer_;
    std::condition_variable wake_flushers_;
    std::deque<LoggedPrediction> waiting_;
    std::size_t in_hand_ = 0;  // being written
    std::uint64_t flush_to_ = 0;
    PredictionLogCounts counts_;
    std::string last_error_;
    bool stopping_ = false;
    std::thread writer_;
};

/// A prediction log in an SQLite file.
class PredictionLog : public BasicPredictionLog<Sqlite> {
  public:
    /// Makes the file where it is absent. throws SqlError, OptionError
    explicit PredictionLog(const std::string& path, PredictionLogOptions options = {})
        : BasicPredictionLog(options, path, SqliteAccess::create) {}
};

}  // namespace gasket
