#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>

#include "gasket/core/function_ref.hpp"
#include "gasket/core/worker_pool.hpp"

namespace gasket {

namespace detail {
inline std::atomic<int>& thread_setting() {
    static std::atomic<int> setting{0};
    return setting;
}

/// OMP_NUM_THREADS, which people set for all their numeric programs, or as many as there are processors.
inline int default_threads() {
    static const int count = [] {
        const char* const asked = std::getenv("OMP_NUM_THREADS");  // NOLINT(concurrency-mt-unsafe): read once
        const int number = asked != nullptr ? std::atoi(asked) : 0;
        return number > 0 ? number : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    }();
    return count;
}
}  // namespace detail

/// How many threads gasket's own loops use; 0: OMP_NUM_THREADS where it is set, otherwise one a processor.
/// Results never depend on it. thread-safe.
inline void set_threads(int count) {
    detail::thread_setting() = std::max(count, 0);
}

/// The number of threads that gasket's own loops use. thread-safe.
[[nodiscard]] inline int threads() {
    const int set = detail::thread_setting();
    return set > 0 ? set : detail::default_threads();
}

/// Calls `body(i)` for every i in [0, count), on several threads. The calls must not depend on one another.
/// An exception leaves by the call with the lowest i that threw, whatever the number of threads. A loop
/// within a loop, or beside one of another thread, runs on its own thread alone.
inline void parallel_for(std::size_t count, detail::FunctionRef<void(std::size_t)> body) {
    if (count == 0) return;
    const std::size_t team = std::min(count, static_cast<std::size_t>(threads()));
    if (team > 1 && !detail::WorkerPool::inside_loop()) {
        struct Guarded {
            detail::FunctionRef<void(std::size_t)> body;
            std::mutex mutex;
            std::size_t failed_at;
            std::exception_ptr failure;
        } guarded{body, {}, count, nullptr};
        const bool done =
            detail::WorkerPool::shared().run(count, team, &guarded, [](void* at, std::size_t i) {
                auto& shared = *static_cast<Guarded*>(at);
                try {
                    shared.body(i);
                } catch (...) {
                    const std::lock_guard lock(shared.mutex);
                    if (i < shared.failed_at) {
                        shared.failed_at = i;
                        shared.failure = std::current_exception();
                    }
                }
            });
        if (guarded.failure) std::rethrow_exception(guarded.failure);
        if (done) return;
    }
    for (std::size_t i = 0; i < count; ++i) body(i);
}

/// Cuts [0, count) into blocks of `block` (the last one shorter) and calls `body(begin, end)` for each.
/// The cuts depend on `count` and `block` alone, so sums kept per block and added in order are the same bits
/// for any number of threads.
template <class Body>
void parallel_blocks(std::size_t count, std::size_t block, const Body& body) {
    const std::size_t blocks = (count + block - 1) / block;
    parallel_for(blocks, [&](std::size_t b) { body(b * block, std::min(count, (b + 1) * block)); });
}

}  // namespace gasket
