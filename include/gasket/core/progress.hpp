#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

namespace gasket {

/// One step of a long task: `done` of `total` parts of `task`.
struct ProgressEvent {
    std::string task;
    std::size_t done = 0;
    std::size_t total = 0;
};

/// Where long tasks report to: at the beginning (0 done), then after each part. Empty by default: the library
/// prints nothing unless handed a sink. Called by one thread at a time, not always the same; what it throws
/// ends the task.
using Progress = std::function<void(const ProgressEvent&)>;

namespace detail {

/// Counts the parts of a task that threads finish in any order.
class PartsDone {
  public:
    PartsDone(const Progress& progress, std::string task, std::size_t total)
        : progress_(progress), event_{std::move(task), 0, total} {
        if (progress_) progress_(event_);
    }
    void one_more() {
        if (!progress_) return;
        const std::lock_guard guard(mutex_);
        ++event_.done;
        progress_(event_);
    }

  private:
    const Progress& progress_;
    std::mutex mutex_;
    ProgressEvent event_;
};

inline void report(const Progress& progress, const std::string& task, std::size_t done, std::size_t total) {
    if (progress) progress({task, done, total});
}
}  // namespace detail

}  // namespace gasket
