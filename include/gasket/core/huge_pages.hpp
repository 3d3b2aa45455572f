#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace gasket::detail {

/// Asks the system to back `bytes` at `at`, not written to yet, by huge pages: large buffers are then had
/// with hundreds of times fewer page faults, and random access to them misses fewer addresses. Advice only:
/// where it is not taken, nothing changes.
inline void prefer_huge_pages([[maybe_unused]] void* at, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    constexpr std::size_t huge = std::size_t{1} << 21;
    constexpr std::size_t page = 4096;
    if (bytes < huge) return;
    // from the page in which the buffer begins: huge pages are only given where all of one may be
    const std::size_t before = reinterpret_cast<std::uintptr_t>(at) % page;
    (void)::madvise(static_cast<char*>(at) - before, bytes + before, MADV_HUGEPAGE);
#endif
}

/// `size` values of 0 in huge pages where there are many.
template <class T>
[[nodiscard]] std::vector<T> large_vector(std::size_t size) {
    std::vector<T> out;
    out.reserve(size);
    prefer_huge_pages(out.data(), size * sizeof(T));
    out.resize(size);
    return out;
}

}  // namespace gasket::detail
