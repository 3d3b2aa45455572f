#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/model/counted_leaves.hpp"

namespace gasket::detail {

/// Rows that are scored together, and their bytes in registers of the size that every x86-64 and ARM has.
inline constexpr std::size_t tile_rows = 128;
using SixteenBytes = std::uint8_t __attribute__((vector_size(16)));
using TileBytes = std::array<SixteenBytes, tile_rows / 16>;

/// A decision as one plane of eight leaves sees it: rows that go right keep the leaves of `others` only.
struct PlaneDecision {
    CodedTest test;
    std::uint8_t others;
};

/// For each row of a tile the leaves of one plane that no decision has struck.
inline TileBytes leaves_left(std::span<const PlaneDecision> decisions, const CodedFeatures::Set* sets,
                             const std::uint8_t* codes) noexcept {
    TileBytes bits;
    bits.fill(~SixteenBytes{});
    for (const PlaneDecision& decision : decisions) {
        std::array<std::uint8_t, tile_rows> in_set;
        const std::uint8_t* code = codes + decision.test.column * tile_rows;
        auto last = static_cast<std::uint8_t>(decision.test.limit - 1);
        if (decision.test.is_category()) {
            const CodedFeatures::Set& set = sets[decision.test.column];
            const std::uint8_t* const label = codes + set.column * tile_rows;
            for (std::size_t r = 0; r < tile_rows; ++r) in_set[r] = set.has(label[r]) ? 0 : 1;
            code = in_set.data();
            last = 0;
        }
#pragma GCC unroll 8  // so that `bits` stays in registers
        for (std::size_t k = 0; k < bits.size(); ++k) {
            SixteenBytes x;
            std::memcpy(&x, code + 16 * k, sizeof x);
            bits[k] &= reinterpret_cast<SixteenBytes>(x <= last) | decision.others;
        }
    }
    return bits;
}

/// The place of the lowest bit of each row over some planes.
inline void lowest_bits(const TileBytes* planes, std::size_t count, std::uint8_t* place) noexcept {
    for (std::size_t k = 0; k < tile_rows / 16; ++k) {
        SixteenBytes byte{};
        SixteenBytes base{};
        for (std::size_t p = count; p-- > 0;) {
            const SixteenBytes here = planes[p][k];
            const auto none = reinterpret_cast<SixteenBytes>(here == 0);
            byte = here | (byte & none);
            base = (base & none) | (static_cast<std::uint8_t>(8 * p) & ~none);
        }
        const SixteenBytes low = byte & -byte;
        base += reinterpret_cast<SixteenBytes>((low & 0xAA) != 0) & 1;
        base += reinterpret_cast<SixteenBytes>((low & 0xCC) != 0) & 2;
        base += reinterpret_cast<SixteenBytes>((low & 0xF0) != 0) & 4;
        std::memcpy(place + 16 * k, &base, sizeof base);
    }
}

/// Leaves as bits, for many rows: all decisions of a tree are made for a tile of rows at once, with no branch
/// and no search, bit planes of eight leaves for wide registers. For trees of at most 64 leaves. Immutable;
/// thread-safe. reference: Lucchese et al., QuickScorer, 2015
class LeafBits {
  public:
    static constexpr std::size_t most_leaves = 64;

    /// Adds a tree. `tree` below the number of trees, with at most `most_leaves` leaves.
    void append(const Trees& trees, std::size_t tree, const CodedFeatures& features) {
        const CountedLeaves counted = CountedLeaves::of(trees, tree, features);
        Tree one{.first_leaf = leaves_.size(), .planes = (counted.values.size() + 7) / 8, .first = {}};
        leaves_.insert(leaves_.end(), counted.values.begin(), counted.values.end());
        for (std::size_t p = 0; p < one.planes; ++p) {
            one.first[p] = decisions_.size();
            for (const CountedLeaves::Decision& d : counted.decisions) {
                const std::size_t low = std::clamp<std::size_t>(d.begin, 8 * p, 8 * p + 8) - 8 * p;
                const std::size_t high = std::clamp<std::size_t>(d.end, 8 * p, 8 * p + 8) - 8 * p;
                if (low == high) continue;
                decisions_.push_back({d.test, static_cast<std::uint8_t>(~((1U << high) - (1U << low)))});
            }
        }
        one.first[one.planes] = decisions_.size();
        trees_.push_back(one);
    }

    /// Adds the leaf of a tree to `out` for each of `rows` rows, at most tile_rows. `codes`: columns
    /// tile_rows long.
    void add_tree(std::size_t tree, std::span<const CodedFeatures::Set> sets, const std::uint8_t* codes,
                  std::size_t rows, double* out) const noexcept {
        const Tree& one = trees_[tree];
        std::array<TileBytes, most_planes> planes;
        std::array<std::uint8_t, tile_rows> place;
        for (std::size_t p = 0; p < one.planes; ++p) {
            planes[p] = leaves_left({decisions_.data() + one.first[p], one.first[p + 1] - one.first[p]},
                                    sets.data(), codes);
        }
        lowest_bits(planes.data(), one.planes, place.data());
        const double* const leaves = leaves_.data() + one.first_leaf;
        for (std::size_t r = 0; r < rows; ++r) out[r] += leaves[place[r]];
    }

  private:
    static constexpr std::size_t most_planes = most_leaves / 8;

    struct Tree {
        std::size_t first_leaf;
        std::size_t planes;
        std::array<std::size_t, most_planes + 1> first;  // where the decisions of each plane begin
    };

    std::vector<Tree> trees_;
    std::vector<PlaneDecision> decisions_;
    std::vector<double> leaves_;
};

}  // namespace gasket::detail
