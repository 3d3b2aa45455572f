#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

namespace gasket::detail {

/// Says how many edges lie below a value, without a branch: many values by halvings that take turns, one
/// value by counting, first among every sixteenth edge and then among sixteen. Immutable; thread-safe.
class EdgeSearch {
  public:
    /// So that codes end at 254; 255 is free for the caller.
    static constexpr std::size_t most_edges = 253;

    EdgeSearch() = default;
    /// `edges`: ascending, finite, at most `most_edges`.
    explicit EdgeSearch(std::span<const double> edges)
        : size_(std::bit_ceil(edges.size() + 1)), table_(std::max(size_, in_block), none_above) {
        std::copy(edges.begin(), edges.end(), table_.begin());
        for (std::size_t i = in_block; i <= table_.size(); i += in_block) ends_.push_back(table_[i - 1]);
        ends_.resize((ends_.size() + 3) / 4 * 4, none_above);
    }

    /// The code of each value: 0 for a missing one, otherwise 1 and how many edges are below it. "At most
    /// edge k" is "code at most k + 1".
    void codes(std::span<const double> values, std::uint8_t* out) const noexcept {
        std::size_t begin = 0;
        for (; begin + together <= values.size(); begin += together)
            some_codes(values.data() + begin, out + begin);
        if (begin == values.size()) return;
        std::array<double, together> x{};
        std::array<std::uint8_t, together> code;
        std::copy(values.begin() + static_cast<std::ptrdiff_t>(begin), values.end(), x.begin());
        some_codes(x.data(), code.data());
        std::copy_n(code.begin(), values.size() - begin, out + begin);
    }
    /// The code of one value.
    [[nodiscard]] std::uint8_t code(double x) const noexcept {
        const std::size_t begin = in_block * count_below(ends_.data(), ends_.size(), x);
        const std::size_t below = begin + count_below(table_.data() + begin, in_block, x);
        return static_cast<std::uint8_t>(std::isnan(x) ? 0 : below + 1);
    }

  private:
    /// Values that take turns, so that no step waits for the one before.
    static constexpr std::size_t together = 16;
    static constexpr std::size_t in_block = 16;
    static constexpr double none_above = std::numeric_limits<double>::infinity();

    /// How many of `n` numbers, a multiple of 4, are below x; two a register, as every x86-64 and ARM has it.
    static std::size_t count_below(const double* numbers, std::size_t n, double x) noexcept {
        using Two = double __attribute__((vector_size(16)));
        using Counts = std::int64_t __attribute__((vector_size(16)));
        Counts count{};
        for (std::size_t i = 0; i < n; i += 4) {
            Two a, b;
            std::memcpy(&a, numbers + i, sizeof a);
            std::memcpy(&b, numbers + i + 2, sizeof b);
            count -= reinterpret_cast<Counts>(a < x) + reinterpret_cast<Counts>(b < x);
        }
        return static_cast<std::size_t>(count[0] + count[1]);
    }

    void some_codes(const double* x, std::uint8_t* out) const noexcept {
        std::array<std::uint32_t, together> below{};
        for (std::size_t half = size_ / 2; half > 0; half /= 2) {
            const double* const middle = table_.data() + half - 1;
            for (std::size_t i = 0; i < together; ++i)
                below[i] +=
                    static_cast<std::uint32_t>(half) * static_cast<std::uint32_t>(middle[below[i]] < x[i]);
        }
        for (std::size_t i = 0; i < together; ++i)
            out[i] = static_cast<std::uint8_t>(std::isnan(x[i]) ? 0 : below[i] + 1);
    }

    std::size_t size_ = 1;  // a power of two above the number of edges
    std::vector<double> table_ = std::vector<double>(in_block, none_above);
    std::vector<double> ends_ = std::vector<double>(4, none_above);  // the last of each block of table_
};

}  // namespace gasket::detail
