#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "gasket/model/leaf_bits.hpp"
#include "gasket/model/row_bits.hpp"
#include "gasket/model/scratch.hpp"
#include "gasket/model/tree_walk.hpp"

namespace gasket::detail {

/// Trees made ready for scoring: blocks of rows by leaf bits, single rows by bits of all trees at once, trees
/// of many leaves by walks side by side. The sums are, bit for bit, those of Trees::add_to. Immutable;
/// thread-safe.
class TreeScorer {
  public:
    TreeScorer() = default;
    TreeScorer(const Trees& trees, const Layout& layout) : features_(CodedFeatures::of(trees, layout)) {
        if (!features_) return;
        std::size_t small_trees = 0;
        for (std::size_t t = 0; t < trees.size(); ++t) {
            const bool small = trees.leaf_count(t) <= LeafBits::most_leaves;
            in_bits_.push_back(small ? small_trees++ : none);
            if (small) bits_.append(trees, t, *features_);
        }
        if (small_trees == trees.size()) {
            row_bits_.emplace(trees, *features_);
        } else {
            walk_ = TreeWalk(trees, *features_);
        }
    }

    /// Adds every tree's leaf to `out`, in the order of the trees; `outputs`: see Trees::add_to. `trees`:
    /// those that it was made of. No allocation once `scratch` has grown.
    void add_to(const Trees& trees, const Block& in, std::size_t outputs, double* out,
                Scratch& scratch) const noexcept {
        if (!features_) {
            trees.add_to(in, outputs, out);
            return;
        }
        const std::size_t each = trees.size() / outputs;
        const std::size_t columns = features_->columns();
        std::uint8_t* const codes = scratch.need_bytes((columns + 1) * tile_rows);
        if (in.rows() < few_rows) {
            std::uint64_t* const words = row_bits_ ? scratch.need_words(row_bits_->words()) : nullptr;
            codes[columns] = 0;
            for (std::size_t r = 0; r < in.rows(); ++r) {
                features_->encode(in, r, 1, codes, 1);
                if (row_bits_) row_bits_->strike(codes, words);
                for (std::size_t k = 0; k < outputs; ++k) {
                    double& sum = out[k * in.rows() + r];
                    sum = row_bits_ ? row_bits_->add_leaves(k * each, (k + 1) * each, words, sum)
                                    : walk_.add_row(k * each, (k + 1) * each, features_->sets(), codes, sum);
                }
            }
            return;
        }
        std::fill_n(codes + columns * tile_rows, tile_rows, std::uint8_t{0});
        for (std::size_t begin = 0; begin < in.rows(); begin += tile_rows) {
            const std::size_t rows = std::min(tile_rows, in.rows() - begin);
            features_->encode(in, begin, rows, codes, tile_rows);
            for (std::size_t t = 0; t < in_bits_.size(); ++t) {
                double* const column = out + t / each * in.rows() + begin;
                if (in_bits_[t] != none) {
                    bits_.add_tree(in_bits_[t], features_->sets(), codes, rows, column);
                } else {
                    walk_.add_tree(t, features_->sets(), codes, tile_rows, rows, column);
                }
            }
        }
    }

  private:
    static constexpr std::size_t none = ~std::size_t{0};
    static_assert(LeafBits::most_leaves == RowBits::most_leaves);
    static constexpr std::size_t few_rows = 16;

    std::optional<CodedFeatures> features_;
    LeafBits bits_;
    std::vector<std::size_t> in_bits_;  // by tree: its place in bits_, or none
    std::optional<RowBits> row_bits_;   // where all trees are small
    TreeWalk walk_;                     // where some are not
};

}  // namespace gasket::detail
