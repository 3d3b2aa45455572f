#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace gasket::detail {

/// Asks the system for the pages of [at, at + bytes), which nothing has been written to yet, at once: page by
/// page, as each is first written to, they cost twice as much. Changes nothing but time; where the system
/// cannot, not even that.
inline void prefault([[maybe_unused]] void* at, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__)
    constexpr int populate_write = 23;  // MADV_POPULATE_WRITE, of Linux 5.14 and newer headers
    constexpr std::uintptr_t page = 4096;
    if (bytes < 16 * page) return;
    const auto address = reinterpret_cast<std::uintptr_t>(at);
    const std::uintptr_t begin = address / page * page;
    const std::uintptr_t end = (address + bytes) / page * page;
    (void)::madvise(static_cast<char*>(at) - (address - begin), end - begin, populate_write);
#endif
}

}  // namespace gasket::detail
