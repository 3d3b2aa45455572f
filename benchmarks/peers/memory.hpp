#pragma once

#include <malloc.h>

#include <fstream>
#include <string>

namespace benchmarks {

/// A line of /proc/self/status in KiB; 0 where the system has none.
[[nodiscard]] inline long status_kib(const std::string& field) {
    std::ifstream in("/proc/self/status");
    for (std::string word; in >> word;) {
        long kib = 0;
        if (word == field + ":" && in >> kib) return kib;
    }
    return 0;
}

/// The memory of this process while it works: what was there before, and the most there was from then on.
/// What loading the data took is given back first and does not count.
class MemoryWatch {
  public:
    MemoryWatch() {
        malloc_trim(0);
        std::ofstream("/proc/self/clear_refs") << "5";  // the peak starts anew
        base_ = status_kib("VmRSS");
    }
    [[nodiscard]] long base_kib() const noexcept { return base_; }
    [[nodiscard]] static long peak_kib() { return status_kib("VmHWM"); }

  private:
    long base_ = 0;
};

}  // namespace benchmarks
