#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/model/counted_leaves.hpp"

namespace gasket::detail {

/// words[w] &= a[w] & b[w] & c[w] & d[w], for `n` words, a multiple of 4.
GASKET_CLONES inline void keep_common(const std::uint64_t* a, const std::uint64_t* b, const std::uint64_t* c,
                                      const std::uint64_t* d, std::size_t n, std::uint64_t* words) noexcept {
    for (std::size_t w = 0; w < n; ++w) words[w] &= a[w] & b[w] & c[w] & d[w];
}

/// All leaves of all trees as the bits of a few hundred words, for one row at a time: what the value of one
/// feature strikes, in every tree at once, is looked up. There is a row of words for every so many decisions
/// of a feature in the order of their thresholds; the few decisions behind it follow one by one. For trees of
/// at most 64 leaves. Immutable; thread-safe. reference: Lucchese et al., QuickScorer, 2015
class RowBits {
  public:
    static constexpr std::size_t most_leaves = 64;

    RowBits() = default;
    /// O(decisions x words)
    RowBits(const Trees& trees, const CodedFeatures& features) {
        std::vector<std::vector<Struck>> by_column(features.columns());
        const std::vector<std::size_t> low = features.low_columns();
        std::size_t decisions = 0;
        for (std::size_t t = 0; t < trees.size(); ++t) {
            for (const Struck& s : place(CountedLeaves::of(trees, t, features))) {
                const CodedTest test = s.test;
                by_column[test.is_category() ? features.sets()[test.column].column : low[test.column]]
                    .push_back(s);
                ++decisions;
            }
        }
        words_ = (words_ + 3) / 4 * 4;
        while (step_ * most_table < decisions * words_) step_ *= 2;
        std::vector<Column> without_rows;
        for (std::size_t c = 0; c < by_column.size(); ++c) {
            if (by_column[c].empty()) continue;
            const bool labels = by_column[c].front().test.is_category();
            const bool few = !labels && by_column[c].size() < step_;
            (few ? without_rows : columns_).push_back({.code = c, .first_spot = spots_.size()});
            if (labels) {
                add_labels(by_column[c], features.sets());
            } else {
                add_numbers(c, by_column[c]);
            }
        }
        with_rows_ = columns_.size();
        columns_.insert(columns_.end(), without_rows.begin(), without_rows.end());
        kept_.resize(kept_.size() + together);
    }

    /// Words that a row's leaves take.
    [[nodiscard]] std::size_t words() const noexcept { return words_; }

    /// Leaves the bits of those leaves that no decision strikes. `codes`: one row, one byte a column.
    void strike(const std::uint8_t* codes, std::uint64_t* words) const noexcept {
        std::fill_n(words, words_, ~std::uint64_t{0});
        const auto spot_of = [&](const Column& column) -> const Spot& {
            return spots_[column.first_spot + codes[column.code]];
        };
        const auto row = [&](std::size_t k) {
            const Spot& spot = spot_of(columns_[std::min(k, with_rows_ - 1)]);
            prefetch(kept_.data() + spot.first_kept);
            return rows_.data() + spot.row * words_;
        };
        for (std::size_t k = 0; k < with_rows_; k += 4)
            keep_common(row(k), row(k + 1), row(k + 2), row(k + 3), words_, words);
        for (const Column& column : columns_) {
            const Spot& spot = spot_of(column);
            const Kept* const kept = kept_.data() + spot.first_kept;
            // So many at a time, whether they count or not: no branch to mispredict.
            for (std::size_t begin = 0; begin == 0 || begin < spot.kept; begin += together) {
#pragma GCC unroll 4
                for (std::size_t i = begin; i < begin + together; ++i)
                    words[kept[i].word] &= kept[i].leaves | (std::uint64_t{i < spot.kept} - 1);
            }
        }
    }

    /// Adds the leaves of trees `first` to before `last` to `sum`, in the order of the trees.
    [[nodiscard]] double add_leaves(std::size_t first, std::size_t last, const std::uint64_t* words,
                                    double sum) const noexcept {
        for (std::size_t t = first; t < last; ++t) {
            const Place& at = places_[t];
            sum += values_[at.first_value +
                           static_cast<std::size_t>(std::countr_zero(words[at.word] >> at.bit))];
        }
        return sum;
    }

  private:
    /// Words of the table, about: what the second cache holds beside other things.
    static constexpr std::size_t most_table = std::size_t{1} << 16;
    static constexpr std::size_t together = 4;

    /// A decision, and what stays of one word where a row goes right.
    struct Struck {
        CodedTest test;
        std::uint32_t word;
        std::uint64_t leaves;
    };
    struct Kept {
        std::uint64_t leaves = ~std::uint64_t{0};
        std::uint32_t word = 0;
    };
    /// What a code strikes: what a row of the table does, and some decisions by themselves.
    struct Spot {
        std::uint32_t row;
        std::uint32_t first_kept;
        std::uint32_t kept;
    };
    /// Where the leaves of a tree are: `bit` and on, in one word.
    struct Place {
        std::uint32_t word;
        std::uint32_t bit;
        std::size_t first_value;
    };
    /// A column of codes that decisions ask for.
    struct Column {
        std::size_t code;
        std::size_t first_spot;  // 256 of them
    };

    /// The decisions of a tree, whose leaves get the next bits that are free.
    std::vector<Struck> place(const CountedLeaves& tree) {
        if (words_ == 0 || used_ + tree.values.size() > 64) {
            ++words_;
            used_ = 0;
        }
        const auto word = static_cast<std::uint32_t>(words_ - 1);
        std::vector<Struck> out;
        for (const CountedLeaves::Decision& d : tree.decisions) {
            const std::size_t width = d.end - d.begin;  // below 64: there is a leaf on its right
            const std::uint64_t left = ((std::uint64_t{1} << width) - 1) << (used_ + d.begin);
            out.push_back({d.test, word, ~left});
        }
        places_.push_back({word, static_cast<std::uint32_t>(used_), values_.size()});
        values_.insert(values_.end(), tree.values.begin(), tree.values.end());
        used_ += tree.values.size();
        return out;
    }

    [[nodiscard]] std::uint32_t here() const noexcept {
        return static_cast<std::uint32_t>(kept_.size());
    }
    std::uint32_t add_row(const std::vector<std::uint64_t>& row) {
        const std::size_t at = rows_.size() / words_;
        rows_.insert(rows_.end(), row.begin(), row.end());
        return static_cast<std::uint32_t>(at);
    }

    /// A row goes right where its code is at least the limit: so a code strikes the first so many decisions.
    void add_numbers(std::size_t low, std::vector<Struck>& decisions) {
        std::stable_sort(decisions.begin(), decisions.end(),
                         [](const Struck& a, const Struck& b) { return a.test.limit < b.test.limit; });
        const bool few = decisions.size() < step_;  // no rows then
        std::vector<std::uint64_t> row(words_, ~std::uint64_t{0});
        // A missing value goes right at the decisions of the other column alone.
        Spot gap{.row = 0, .first_kept = here(), .kept = 0};
        for (const Struck& s : decisions) {
            if (s.test.column == low) continue;
            row[s.word] &= s.leaves;
            if (few) kept_.push_back({s.leaves, s.word});
        }
        gap.kept = here() - gap.first_kept;
        if (!few) gap.row = add_row(row);
        spots_.push_back(gap);
        std::fill(row.begin(), row.end(), ~std::uint64_t{0});
        Spot spot{.row = few ? 0 : add_row(row), .first_kept = here(), .kept = 0};
        auto next = decisions.begin();
        for (std::size_t c = 1; c < 256; ++c) {
            for (; next != decisions.end() && next->test.limit <= c; ++next) {
                row[next->word] &= next->leaves;
                kept_.push_back({next->leaves, next->word});
                if (++spot.kept == step_) spot = {.row = add_row(row), .first_kept = here(), .kept = 0};
            }
            spots_.push_back(spot);
        }
    }

    /// Every code has a row of its own; those that strike the same share it.
    void add_labels(const std::vector<Struck>& decisions, const std::vector<CodedFeatures::Set>& sets) {
        std::map<std::vector<std::uint64_t>, std::uint32_t> known;
        for (std::size_t c = 0; c < 256; ++c) {
            std::vector<std::uint64_t> row(words_, ~std::uint64_t{0});
            for (const Struck& s : decisions) {
                if (!sets[s.test.column].has(static_cast<std::uint8_t>(c))) row[s.word] &= s.leaves;
            }
            const auto at = known.find(row);
            const std::uint32_t place = at != known.end() ? at->second : add_row(row);
            known.emplace(std::move(row), place);
            spots_.push_back({.row = place, .first_kept = 0, .kept = 0});
        }
    }

    std::size_t step_ = together;  // decisions of a feature for each row of the table
    std::vector<Column> columns_;  // first those whose decisions have rows
    std::size_t with_rows_ = 0;
    std::vector<Spot> spots_;  // by column and code
    std::vector<std::uint64_t> rows_;
    std::vector<Kept> kept_;
    std::vector<Place> places_;  // by tree
    std::vector<double> values_;
    std::size_t words_ = 0;
    std::size_t used_ = 0;  // bits of the last word
};

}  // namespace gasket::detail
