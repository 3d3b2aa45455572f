#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <utility>

#include "gasket/core/numeric.hpp"

namespace gasket {

/// One step of a long task: `done` of `total` parts of `task`.
struct ProgressEvent {
    std::string task;
    std::size_t done = 0;
    std::size_t total = 0;
    /// what the task has found so far, such as "best auc 0.8641"; often empty
    std::string note = {};
    /// estimated from the parts done so far; missing where there is nothing to estimate it from
    double seconds_left = missing;

    /// One line for people, without its end: "search: 12 of 60, best auc 0.8641, 1 min 20 s left".
    friend std::ostream& operator<<(std::ostream& out, const ProgressEvent& e) {
        out << e.task << ": " << e.done << " of " << e.total;
        if (!e.note.empty()) out << ", " << e.note;
        if (is_missing(e.seconds_left) || e.done == e.total) return out;
        const auto seconds = static_cast<long long>(std::ceil(e.seconds_left));
        out << ", ";
        if (seconds >= 3600) out << seconds / 3600 << " h ";
        if (seconds >= 60) out << seconds / 60 % 60 << " min ";
        if (seconds < 3600) out << seconds % 60 << " s ";
        return out << "left";
    }
};

/// Where long tasks report to: at the beginning (0 done), then after each part. Empty by default: the library
/// prints nothing unless handed a sink. Called by one thread at a time, not always the same; what it throws
/// ends the task.
using Progress = std::function<void(const ProgressEvent&)>;

namespace detail {

/// Counts the parts of a task that threads finish in any order, and estimates how long the rest will take.
class PartsDone {
  public:
    /// `work` is what all parts together cost, in any unit; 0: each part costs 1
    PartsDone(const Progress& progress, std::string task, std::size_t total, double work = 0)
        : progress_(progress),
          event_{std::move(task), 0, total},
          left_(work > 0 ? work : static_cast<double>(total)) {
        if (progress_) progress_(event_);
    }

    void one_more() { one_more(1, {}); }

    /// One part is done, which cost `work` in the constructor's unit; an empty note leaves the last one.
    void one_more(double work, const std::string& note) {
        if (!progress_) return;
        const std::lock_guard guard(mutex_);
        worked_ += work;
        left_ = std::max(0.0, left_ - work);
        const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
        event_.seconds_left = seconds * left_ / worked_;
        report(note);
    }

    /// One part needs not be done: it says nothing of the time that others take.
    void one_less(double work, const std::string& note) {
        if (!progress_) return;
        const std::lock_guard guard(mutex_);
        left_ = std::max(0.0, left_ - work);
        report(note);
    }

  private:
    using Clock = std::chrono::steady_clock;

    void report(const std::string& note) {
        ++event_.done;
        if (!note.empty()) event_.note = note;
        progress_(event_);
    }

    const Progress& progress_;
    std::mutex mutex_;
    ProgressEvent event_;
    Clock::time_point start_ = Clock::now();
    double left_;
    double worked_ = 0;
};

inline void report(const Progress& progress, const std::string& task, std::size_t done, std::size_t total) {
    if (progress) progress({task, done, total});
}
}  // namespace detail

}  // namespace gasket
