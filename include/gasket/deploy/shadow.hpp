#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/deploy/answer_log.hpp"
#include "gasket/deploy/inference_protocol.hpp"
#include "gasket/deploy/live_model.hpp"
#include "gasket/deploy/record_reader.hpp"
#include "gasket/deploy/shadow_report.hpp"

namespace gasket {

/// How challengers are tried beside the model that answers.
struct ShadowOptions {
    /// Records that may wait to be scored, and bytes of their requests; more are dropped and counted.
    std::size_t most_waiting = 10'000;
    std::size_t most_waiting_bytes = std::size_t{64} << 20;
    /// The latest rows that a report is of.
    std::size_t kept_rows = 50'000;
    ShadowRules rules = {};
};

/// A request that was answered, as challengers get it.
struct ShadowedRequest {
    std::shared_ptr<ServedModel> champion = nullptr;
    std::string id = {};                 ///< of the request; its record i has the id "ID-i"
    std::int64_t at = 0;                 ///< seconds since 1970-01-01 UTC
    std::string body = {};               ///< as it came
    bool tensors = false;                ///< the body speaks the Open Inference Protocol
    std::vector<std::size_t> good = {};  ///< records that the champion answered
    std::vector<double> answers = {};    ///< to them, row after row
};

/// What became of the records that were shadowed.
struct ShadowCounts {
    std::uint64_t scored = 0;   ///< by all challengers
    std::uint64_t dropped = 0;  ///< turned away at a full queue
    std::size_t waiting = 0;
};

/// Scores what a champion has answered by challengers too, on a thread of its own, and keeps the pairs. What
/// answers never waits: `add` puts the request in a queue of bounded length. Every challenger reads the
/// request by its own contract, so it may read columns that the champion does not know.
///
/// With a log, each challenger's answers go there in the role "shadow", under the champion's id, "@" and the
/// challenger's version. Pairs are kept in memory, the latest `kept_rows` of each challenger; they begin anew
/// when another champion answers. thread-safe.
class Shadow {
  public:
    /// throws OptionError
    explicit Shadow(ShadowOptions options = {}, AnswerLog* log = nullptr) : options_(options), log_(log) {
        detail::require_option(options.most_waiting > 0, "ShadowOptions.most_waiting", "0", "1 and more");
        detail::require_option(options.kept_rows >= options.rules.least_rows, "ShadowOptions.kept_rows",
                               std::to_string(options.kept_rows),
                               std::to_string(options.rules.least_rows) + " and more, as its rules say");
        worker_ = std::thread([this] { work(); });
    }
    Shadow(const Shadow&) = delete;
    Shadow& operator=(const Shadow&) = delete;
    ~Shadow() {
        {
            const std::lock_guard lock(queue_mutex_);
            stopping_ = true;
            queue_.clear();
        }
        wake_.notify_all();
        worker_.join();
    }

    /// Who is tried from now on; a version that was tried before goes on with its pairs.
    void set_challengers(const std::vector<std::shared_ptr<ServedModel>>& models) {
        const std::lock_guard lock(mutex_);
        std::vector<std::unique_ptr<Challenger>> next;
        for (const std::shared_ptr<ServedModel>& model : models) {
            const auto was = std::find_if(challengers_.begin(), challengers_.end(), [&](const auto& one) {
                return one && one->model->version() == model->version();
            });
            if (was != challengers_.end()) {
                next.push_back(std::move(*was));
            } else {
                next.push_back(std::make_unique<Challenger>());
                next.back()->model = model;
            }
        }
        challengers_ = std::move(next);
        any_ = !challengers_.empty();
    }
    [[nodiscard]] std::vector<std::string> challengers() const {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> out;
        for (const auto& one : challengers_) out.push_back(one->model->version());
        return out;
    }
    /// Whether there is anybody to be tried.
    [[nodiscard]] bool any() const noexcept { return any_; }

    /// False where the queue is full and the request was dropped. Does not wait.
    bool add(ShadowedRequest request) {
        const std::size_t rows = request.good.size();
        {
            const std::lock_guard lock(queue_mutex_);
            if (waiting_rows_ + rows > options_.most_waiting ||
                waiting_bytes_ + request.body.size() > options_.most_waiting_bytes) {
                dropped_ += rows;
                return false;
            }
            waiting_rows_ += rows;
            waiting_bytes_ += request.body.size();
            queue_.push_back(std::move(request));
            ++taken_;
        }
        wake_.notify_all();
        return true;
    }
    /// Returns when all that was added before is scored.
    void flush() {
        std::unique_lock lock(queue_mutex_);
        const std::uint64_t wanted = taken_;
        wake_.wait(lock, [&] { return done_ >= wanted || stopping_; });
    }

    /// What a record turned out to be, by the id of the champion's answer. Waits for what was added before.
    void label(const std::string& id, const std::string& label) {
        flush();
        const std::lock_guard lock(mutex_);
        for (const auto& one : challengers_) {
            const auto at = one->place_of.find(id);
            if (at == one->place_of.end()) continue;
            const Target& target = one->pairs.target;
            const auto known = std::find(target.classes.begin(), target.classes.end(), label);
            double truth = missing;
            if (known != target.classes.end()) truth = static_cast<double>(known - target.classes.begin());
            if (target.task == Task::regression && !detail::parse_whole_number(label, truth)) truth = missing;
            one->pairs.truth[at->second] = truth;
        }
    }

    /// A report of each challenger. O(kept rows)
    [[nodiscard]] std::vector<ShadowReport> reports() const {
        std::vector<PairedScores> pairs;
        std::vector<std::pair<std::string, std::string>> names;
        {
            const std::lock_guard lock(mutex_);
            for (const auto& one : challengers_) {
                pairs.push_back(one->pairs);
                names.emplace_back(one->champion ? one->champion->version() : "", one->model->version());
            }
        }
        std::vector<ShadowReport> out;
        for (std::size_t i = 0; i < pairs.size(); ++i)
            out.push_back(shadow_report(pairs[i], names[i].first, names[i].second, options_.rules));
        return out;
    }
    [[nodiscard]] ShadowCounts counts() const {
        const std::lock_guard lock(queue_mutex_);
        return {scored_, dropped_, waiting_rows_};
    }

  private:
    struct Challenger {
        std::shared_ptr<ServedModel> model = nullptr;
        std::shared_ptr<ServedModel> champion = nullptr;  // whose pairs these are
        PairedScores pairs = {};
        std::vector<std::string> ids = {};
        std::unordered_map<std::string, std::size_t> place_of = {};
        std::size_t next = 0;  // where the oldest row is, once all places are taken
    };

    void work() {
        std::unique_lock lock(queue_mutex_);
        for (;;) {
            wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
            if (stopping_) return;
            const ShadowedRequest request = std::move(queue_.front());
            queue_.pop_front();
            lock.unlock();
            try {
                score(request);
            } catch (const std::exception&) {  // want of memory; the next request may do
            }
            lock.lock();
            waiting_rows_ -= request.good.size();
            waiting_bytes_ -= request.body.size();
            scored_ += request.good.size();
            ++done_;
            wake_.notify_all();
        }
    }

    void score(const ShadowedRequest& request) {
        std::vector<std::shared_ptr<ServedModel>> models;
        {
            const std::lock_guard lock(mutex_);
            for (const auto& one : challengers_) models.push_back(one->model);
        }
        for (const std::shared_ptr<ServedModel>& model : models) {
            std::unique_ptr<ServedModel::Workspace> space = model->take();
            if (read(request, space->records)) {
                model->score(*space);
                log(request, *model, *space);
            }
            {
                const std::lock_guard lock(mutex_);
                const auto one = std::find_if(challengers_.begin(), challengers_.end(),
                                              [&](const auto& c) { return c->model == model; });
                if (one != challengers_.end()) keep(request, *space, **one);
            }
            model->give_back(std::move(space));
        }
    }

    /// False where the challenger takes the request for none. One bad record does not spoil the others.
    static bool read(const ShadowedRequest& request, RecordBuilder& to) {
        std::string id;
        const RequestRefusal refusal = request.tensors ? detail::InferenceProtocol::read(request.body, to, id)
                                                       : read_records(request.body, to).refusal;
        return refusal.status == 0 || !to.good().empty();
    }

    /// Pairs the champion's answers with the challenger's, which may have refused other records.
    void keep(const ShadowedRequest& request, const ServedModel::Workspace& space, Challenger& to) const {
        const Model& champion = request.champion->model();
        const Model& model = to.model->model();
        if (!to.champion || to.champion->version() != request.champion->version()) {
            to = Challenger{.model = to.model, .champion = request.champion};
            to.pairs = {.target = champion.target(),
                        .champion_threshold = champion.threshold(),
                        .challenger_threshold = model.threshold(),
                        .champion_weights = champion.parts().class_weights,
                        .challenger_weights = model.parts().class_weights};
        }
        if (!(champion.target() == model.target())) {
            to.pairs.refused += request.good.size();
            return;
        }
        const std::size_t width = champion.target().outputs();
        const std::vector<std::size_t>& theirs = space.records.good();
        for (std::size_t row = 0; row < request.good.size(); ++row) {
            const auto at = std::lower_bound(theirs.begin(), theirs.end(), request.good[row]);
            if (at == theirs.end() || *at != request.good[row]) {
                ++to.pairs.refused;
                continue;
            }
            const std::size_t place =
                place_for(request.id + "-" + std::to_string(request.good[row]), width, to);
            const auto from = static_cast<std::size_t>(at - theirs.begin()) * width;
            for (std::size_t k = 0; k < width; ++k) {
                to.pairs.champion[place * width + k] = request.answers[row * width + k];
                to.pairs.challenger[place * width + k] = space.answers[from + k];
            }
        }
    }

    [[nodiscard]] std::size_t place_for(std::string id, std::size_t width, Challenger& in) const {
        std::size_t place = in.ids.size();
        if (place < options_.kept_rows) {
            in.ids.push_back(id);
            in.pairs.truth.push_back(missing);
            in.pairs.champion.resize((place + 1) * width);
            in.pairs.challenger.resize((place + 1) * width);
        } else {
            place = in.next;
            in.next = (in.next + 1) % options_.kept_rows;
            in.place_of.erase(in.ids[place]);
            in.ids[place] = id;
            in.pairs.truth[place] = missing;
        }
        in.place_of.emplace(std::move(id), place);
        return place;
    }

    void log(const ShadowedRequest& request, const ServedModel& model, const ServedModel::Workspace& space) {
        if (log_ == nullptr) return;
        const Target& target = model.model().target();
        const std::size_t width = target.outputs();
        for (std::size_t row = 0; row < space.records.good().size(); ++row) {
            const std::size_t record = space.records.good()[row];
            if (!std::binary_search(request.good.begin(), request.good.end(), record)) continue;
            LoggedPrediction one{.id = request.id + "-" + std::to_string(record) + "@" + model.version(),
                                 .at = request.at,
                                 .version = model.version(),
                                 .role = "shadow"};
            model.decide(std::span(space.answers).subspan(row * width, width), one);
            (void)log_->add(std::move(one));
        }
    }

    ShadowOptions options_;
    AnswerLog* log_;

    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Challenger>> challengers_;
    std::atomic<bool> any_ = false;

    mutable std::mutex queue_mutex_;
    std::condition_variable wake_;
    std::deque<ShadowedRequest> queue_;
    std::size_t waiting_rows_ = 0;
    std::size_t waiting_bytes_ = 0;
    std::uint64_t taken_ = 0;
    std::uint64_t done_ = 0;
    std::uint64_t scored_ = 0;
    std::uint64_t dropped_ = 0;
    bool stopping_ = false;
    std::thread worker_;
};

}  // namespace gasket
