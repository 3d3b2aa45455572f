#pragma once

/// GASKET_CLONES before a function makes GCC compile it a second time for AVX2 and pick at load time: for a
/// few inner loops over small whole numbers, where wider registers pay and the result cannot depend on them.
/// Nothing for other compilers, or where the whole program is built for AVX2 anyway.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__) && \
    !defined(__AVX2__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define GASKET_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define GASKET_CLONES
#endif

/// GASKET_INLINE before a small function that loops are to be vectorised with, however often it is called.
#if defined(__GNUC__)
#define GASKET_INLINE __attribute__((always_inline)) inline
#else
#define GASKET_INLINE inline
#endif

/// GASKET_COLD before a function that runs a few times a program: optimised for size, kept out of the
/// functions that call it. For code that is the same at very many places, where a copy at each of them would
/// cost compile time.
#if defined(__GNUC__)
#define GASKET_COLD __attribute__((cold, noinline))
#else
#define GASKET_COLD
#endif

namespace gasket::detail {

/// Asks for the line of the cache that holds `at`, without waiting for it. Nothing where the compiler has no
/// way.
inline void prefetch([[maybe_unused]] const void* at) noexcept {
#if defined(__GNUC__)
    __builtin_prefetch(at);
#endif
}

}  // namespace gasket::detail
