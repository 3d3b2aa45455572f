#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace gasket::detail {

/// Says how many edges lie below a value, by halvings without a branch: the same number of steps for every
/// value. Immutable; thread-safe.
class EdgeSearch {
  public:
    /// So that codes end at 254; 255 is free for the caller.
    static constexpr std::size_t most_edges = 253;

    EdgeSearch() = default;
    /// `edges`: ascending, finite, at most `most_edges`.
    explicit EdgeSearch(std::span<const double> edges)
        : table_(std::bit_ceil(edges.size() + 1), std::numeric_limits<double>::infinity()) {
        std::copy(edges.begin(), edges.end(), table_.begin());
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
        std::size_t below = 0;
        for (std::size_t half = table_.size() / 2; half > 0; half /= 2)
            below += half * static_cast<std::size_t>(table_[below + half - 1] < x);
        return static_cast<std::uint8_t>(std::isnan(x) ? 0 : below + 1);
    }

  private:
    /// Values that take turns, so that no step waits for the one before.
    static constexpr std::size_t together = 16;

    void some_codes(const double* x, std::uint8_t* out) const noexcept {
        std::array<std::uint32_t, together> below{};
        for (std::size_t half = table_.size() / 2; half > 0; half /= 2) {
            const double* const middle = table_.data() + half - 1;
            for (std::size_t i = 0; i < together; ++i)
                below[i] +=
                    static_cast<std::uint32_t>(half) * static_cast<std::uint32_t>(middle[below[i]] < x[i]);
        }
        for (std::size_t i = 0; i < together; ++i)
            out[i] = static_cast<std::uint8_t>(std::isnan(x[i]) ? 0 : below[i] + 1);
    }

    std::vector<double> table_ = {std::numeric_limits<double>::infinity()};  // a power of two of them
};

}  // namespace gasket::detail
