#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace gasket {

/// One step of a long task: `done` of `total` parts of `task`.
struct ProgressEvent {
    std::string task;
    std::size_t done = 0;
    std::size_t total = 0;
};

/// Where long tasks report to. Empty by default: the library prints nothing unless handed a sink. Called from
/// one thread at a time, never from inside a parallel loop.
using Progress = std::function<void(const ProgressEvent&)>;

namespace detail {
inline void report(const Progress& progress, const std::string& task, std::size_t done, std::size_t total) {
    if (progress) progress({task, done, total});
}
}  // namespace detail

}  // namespace gasket
