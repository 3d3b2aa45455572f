#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <vector>

#if defined(_OPENMP)
#include <omp.h>
#endif

namespace gasket {

namespace detail {
inline std::atomic<int>& thread_setting() {
    static std::atomic<int> setting{0};
    return setting;
}
}  // namespace detail

/// How many threads gasket's own loops use; 0 gives the choice back to OpenMP. Results never depend on it.
inline void set_threads(int count) {
    detail::thread_setting() = std::max(count, 0);
}

/// The number of threads that gasket's own loops use; 1 where the compiler has no OpenMP.
[[nodiscard]] inline int threads() {
#if defined(_OPENMP)
    const int set = detail::thread_setting();
    return set > 0 ? set : omp_get_max_threads();
#else
    return 1;
#endif
}

/// Calls `body(i)` for every i in [0, count), on several threads. The calls must not depend on one another.
/// An exception leaves by the call with the lowest i that threw, whatever the number of threads.
template <class Body>
void parallel_for(std::size_t count, const Body& body) {
    if (count == 0) return;
#if defined(_OPENMP)
    const int team = static_cast<int>(std::min(count, static_cast<std::size_t>(threads())));
    if (team > 1 && !omp_in_parallel()) {
        std::exception_ptr failure;
        std::size_t failed_at = count;
#pragma omp parallel for schedule(dynamic) num_threads(team)
        for (std::size_t i = 0; i < count; ++i) {
            try {
                body(i);
            } catch (...) {
#pragma omp critical(gasket_parallel_for)
                if (i < failed_at) {
                    failed_at = i;
                    failure = std::current_exception();
                }
            }
        }
        if (failure) std::rethrow_exception(failure);
        return;
    }
#endif
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
