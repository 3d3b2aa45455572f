#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace gasket::detail {

/// The nearest of what is offered, at most `most`; memory of fixed size. Of two at the same distance the one
/// that was offered first is nearer. O(k) for one that is taken, O(1) for one that is not.
class Nearest {
  public:
    static constexpr std::size_t most = 64;

    struct Neighbour {
        double distance;
        std::size_t row;
    };

    /// Keeps `k` from 1 to `most`.
    explicit Nearest(std::size_t k) noexcept : k_(k) {}

    /// Only what is nearer than this is taken.
    [[nodiscard]] double limit() const noexcept { return count_ < k_ ? HUGE_VAL : kept_[k_ - 1].distance; }

    /// A distance that is missing or infinite is never taken.
    void offer(double distance, std::size_t row) noexcept {
        if (!(distance < limit())) return;
        std::size_t at = count_ < k_ ? count_++ : k_ - 1;
        for (; at > 0 && kept_[at - 1].distance > distance; --at) kept_[at] = kept_[at - 1];
        kept_[at] = {distance, row};
    }

    /// Nearest first.
    [[nodiscard]] std::span<const Neighbour> found() const noexcept { return {kept_.data(), count_}; }

  private:
    std::size_t k_;
    std::size_t count_ = 0;
    std::array<Neighbour, most> kept_{};
};

}  // namespace gasket::detail
