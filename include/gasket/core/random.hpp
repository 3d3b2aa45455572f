#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace gasket {

/// Mixes 64 bits so that every output bit depends on every input bit (the finaliser of SplitMix64,
/// Steele, Lea & Flood, 2014). A bijection.
[[nodiscard]] constexpr std::uint64_t mix64(std::uint64_t x) noexcept {
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

/// A seed for part `stream` of the work begun with `seed`: independent streams without a shared state.
[[nodiscard]] constexpr std::uint64_t derive_seed(std::uint64_t seed, std::uint64_t stream) noexcept {
    return mix64(mix64(seed) ^ (stream * 0xD1342543DE82EF95ULL + 1));
}

/// xoshiro256** (Blackman & Vigna, 2018): the same numbers with every compiler and standard library, which
/// `std::` distributions and `std::shuffle` do not promise. Not for cryptography. Not thread-safe: give each
/// thread its own, by `derive_seed`.
class Random {
  public:
    explicit constexpr Random(std::uint64_t seed) noexcept {
        for (std::size_t i = 0; i < 4; ++i) state_[i] = mix64(seed + i * 0x9E3779B97F4A7C15ULL);
    }

    /// 64 uniform bits.
    constexpr std::uint64_t bits() noexcept {
        const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
        const std::uint64_t t = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = rotate(state_[3], 45);
        return result;
    }

    /// Uniform in [0, 1), 53 bits.
    constexpr double uniform() noexcept { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

    /// Uniform in {0, ..., n - 1}, without bias; n must be at least 1.
    constexpr std::uint64_t below(std::uint64_t n) noexcept {
        const std::uint64_t reject = (0 - n) % n;
        std::uint64_t x = bits();
        while (x < reject) x = bits();
        return x % n;
    }

    /// Normal with mean 0 and standard deviation 1 (polar method, Marsaglia & Bray, 1964).
    double normal() noexcept {
        for (;;) {
            const double u = 2 * uniform() - 1;
            const double v = 2 * uniform() - 1;
            const double s = u * u + v * v;
            if (s > 0 && s < 1) return u * std::sqrt(-2 * std::log(s) / s);
        }
    }

    /// Random order (Fisher & Yates, 1938).
    template <class T>
    constexpr void shuffle(std::span<T> items) noexcept {
        for (std::size_t i = items.size(); i > 1; --i) {
            std::swap(items[i - 1], items[static_cast<std::size_t>(below(i))]);
        }
    }

  private:
    static constexpr std::uint64_t rotate(std::uint64_t x, int k) noexcept {
        return (x << k) | (x >> (64 - k));
    }

    std::array<std::uint64_t, 4> state_{};
};

/// `take` of the numbers 0 to count - 1, all if there are no more, each set with the same chance; ascending.
/// O(count).
[[nodiscard]] inline std::vector<std::size_t> sample_of(std::size_t count, std::size_t take, Random& random) {
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (take >= count) return all;
    for (std::size_t i = 0; i < take; ++i) {
        std::swap(all[i], all[i + static_cast<std::size_t>(random.below(count - i))]);
    }
    all.resize(take);
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace gasket
