#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <limits>
#include <vector>

namespace benchmarks {

/// Seconds on the wall clock.
[[nodiscard]] inline double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Seconds that this thread has spent on a processor: neighbours on a shared machine do not count.
[[nodiscard]] inline double thread_seconds() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// The least of many runs: what disturbs a run only ever makes it longer. Runs until `budget` seconds are
/// over, at least 5 times. `reset()` comes before each run and is not timed.
template <class Reset, class Body>
[[nodiscard]] double least_seconds(double budget, const Reset& reset, const Body& body) {
    double least = std::numeric_limits<double>::infinity();
    const double end = now() + budget;
    for (std::size_t run = 0; run < 5 || now() < end; ++run) {
        reset();
        const double start = thread_seconds();
        body();
        least = std::min(least, thread_seconds() - start);
    }
    return least;
}

/// The value that a share `q` of the values does not exceed.
[[nodiscard]] inline double quantile(std::vector<double> values, double q) {
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

/// Keeps the compiler from dropping what nobody looks at.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

}  // namespace benchmarks
