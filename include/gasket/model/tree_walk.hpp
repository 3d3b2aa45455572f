#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gasket/model/coded_features.hpp"

namespace gasket::detail {

/// Trees as eight bytes a node, walked several at once: a step of one walk does not wait for the memory of
/// another. A leaf leads to itself, so that walks of different lengths keep step. Immutable; thread-safe.
class TreeWalk {
  public:
    TreeWalk() = default;
    TreeWalk(const Trees& trees, const CodedFeatures& features) {
        for (const TreeNode& node : trees.nodes()) {
            Step step;
            if (node.child == 0) {
                step.child = static_cast<std::uint32_t>(steps_.size());
                // A column behind the last one holds only zeros: always left.
                step.test = {.column = static_cast<std::uint16_t>(features.columns()), .limit = 1};
            } else {
                step.child = node.child;
                step.test = features.test(node);
                categories_ = categories_ || step.test.is_category();
            }
            steps_.push_back(step);
            values_.push_back(node.child == 0 ? node.value : 0.0);
        }
        for (std::size_t t = 0; t < trees.size(); ++t) {
            roots_.push_back(trees.root_at(t));
            depths_.push_back(trees.depth(t));
        }
    }

    /// Adds the leaves of trees `first` to before `last` to `sum`, in the order of the trees. `codes`: one
    /// row, one byte a column, and a zero behind the last.
    [[nodiscard]] double add_row(std::size_t first, std::size_t last,
                                 std::span<const CodedFeatures::Set> sets, const std::uint8_t* codes,
                                 double sum) const noexcept {
        return categories_ ? add_row<true>(first, last, sets, codes, sum)
                           : add_row<false>(first, last, sets, codes, sum);
    }

    /// Adds the leaf of one tree to `out` for each of `rows` rows, whose codes stand side by side in columns
    /// `stride` long, with a column of zeros behind the last.
    void add_tree(std::size_t tree, std::span<const CodedFeatures::Set> sets, const std::uint8_t* codes,
                  std::size_t stride, std::size_t rows, double* out) const noexcept {
        if (categories_) {
            add_tree<true>(tree, sets, codes, stride, rows, out);
        } else {
            add_tree<false>(tree, sets, codes, stride, rows, out);
        }
    }

  private:
    struct Step {
        std::uint32_t child;  // the left one; the right one behind it
        CodedTest test;
    };
    static constexpr std::size_t together = 12;

    template <bool Categories>
    static std::uint32_t next(Step step, std::span<const CodedFeatures::Set> sets, const std::uint8_t* codes,
                              std::size_t stride) noexcept {
        if constexpr (Categories) {
            if (step.test.is_category()) {
                const CodedFeatures::Set& set = sets[step.test.column];
                return step.child + (set.has(codes[set.column * stride]) ? 0U : 1U);
            }
        }
        return step.child + static_cast<std::uint32_t>(codes[step.test.column * stride] >= step.test.limit);
    }

    template <bool Categories>
    [[nodiscard]] double add_row(std::size_t first, std::size_t last,
                                 std::span<const CodedFeatures::Set> sets, const std::uint8_t* codes,
                                 double sum) const noexcept {
        const Step* const steps = steps_.data();
        for (std::size_t t = first; t < last; t += together) {
            const std::size_t n = std::min(together, last - t);
            std::array<std::uint32_t, together> at;
            std::uint32_t depth = 0;
            for (std::size_t k = 0; k < together; ++k) {
                at[k] = roots_[t + std::min(k, n - 1)];
                depth = std::max(depth, depths_[t + std::min(k, n - 1)]);
            }
            for (std::uint32_t d = 0; d < depth; ++d) {
                for (std::size_t k = 0; k < together; ++k)
                    at[k] = next<Categories>(steps[at[k]], sets, codes, 1);
            }
            for (std::size_t k = 0; k < n; ++k) sum += values_[at[k]];
        }
        return sum;
    }

    template <bool Categories>
    void add_tree(std::size_t tree, std::span<const CodedFeatures::Set> sets, const std::uint8_t* codes,
                  std::size_t stride, std::size_t rows, double* out) const noexcept {
        const Step* const steps = steps_.data();
        for (std::size_t r = 0; r < rows; r += together) {
            const std::size_t n = std::min(together, rows - r);
            std::array<std::uint32_t, together> at;
            at.fill(roots_[tree]);
            for (std::uint32_t d = 0; d < depths_[tree]; ++d) {
                for (std::size_t k = 0; k < together; ++k)
                    at[k] = next<Categories>(steps[at[k]], sets, codes + r + std::min(k, n - 1), stride);
            }
            for (std::size_t k = 0; k < n; ++k) out[r + k] += values_[at[k]];
        }
    }

    std::vector<Step> steps_;
    std::vector<double> values_;
    std::vector<std::uint32_t> roots_;
    std::vector<std::uint32_t> depths_;
    bool categories_ = false;
};

}  // namespace gasket::detail
