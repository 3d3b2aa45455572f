#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/split/wall.hpp"

namespace gasket {

/// One round of a cross-validation: rows to learn from, and rows to judge by. Both come out of one Training;
/// the holdout is not among them.
struct Fold {
    Training training;
    LabelledRows validation;
    /// places of the validation rows in the whole Training
    std::vector<std::size_t> validation_rows;
};

/// Which rows of a Training learn and which judge in one fold: places in the Training, none on both sides.
struct FoldRows {
    std::vector<std::size_t> learn;
    std::vector<std::size_t> judge;
};

/// How a Training is cut into folds. A row may be judged in one fold, in several (repeated folds) or in none
/// (the first rows of a time series). Folds are made when they are asked for, so that only one need be in
/// memory. A value.
class Folds {
  public:
    using Cut = std::function<FoldRows(std::size_t)>;

    /// `cut(f)` gives the rows of fold f in [0, count), the same at every call. `repeats` is how often a row
    /// is judged at most. O(count x rows)   throws SplitError when a side of a fold is empty, or a row
    /// stands on both or twice
    Folds(Training whole, std::size_t count, Cut cut, std::string method, std::size_t repeats = 1)
        : whole_(std::move(whole)),
          cut_(std::move(cut)),
          count_(count),
          method_(std::move(method)),
          repeats_(repeats) {
        for (std::size_t f = 0; f < count_; ++f) check(f);
    }

    /// Every row is judged once: `fold_of[i]` in [0, count) is the fold that judges row i. throws SplitError
    [[nodiscard]] static Folds dealt(Training whole, std::vector<int> fold_of, std::size_t count,
                                     std::string method) {
        return repeated(std::move(whole), {std::move(fold_of)}, count, std::move(method));
    }

    /// Every row is judged once in every repeat: `fold_of[k][i]` in [0, count) is the fold of repeat k that
    /// judges row i. Folds are numbered repeat by repeat. throws SplitError
    [[nodiscard]] static Folds repeated(Training whole, std::vector<std::vector<int>> fold_of,
                                        std::size_t count, std::string method) {
        const std::size_t repeats = fold_of.size();
        return {std::move(whole), repeats * count,
                [fold_of = std::move(fold_of), count](std::size_t f) {
                    FoldRows rows;
                    const std::vector<int>& judged_in = fold_of[f / count];
                    for (std::size_t r = 0; r < judged_in.size(); ++r) {
                        const bool judges = judged_in[r] == static_cast<int>(f % count);
                        (judges ? rows.judge : rows.learn).push_back(r);
                    }
                    return rows;
                },
                std::move(method), repeats};
    }

    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] const Training& whole() const noexcept { return whole_; }
    [[nodiscard]] const std::string& method() const noexcept { return method_; }
    /// How often a row is judged at most: more than 1 for repeated folds, whose scores are then no
    /// independent evidence.
    [[nodiscard]] std::size_t repeats() const noexcept { return repeats_; }

    /// The rows of fold `f` in [0, size()). O(rows)
    [[nodiscard]] FoldRows rows(std::size_t f) const { return cut_(f); }

    /// Fold `f` in [0, size()). O(rows x columns)
    [[nodiscard]] Fold operator[](std::size_t f) const {
        FoldRows fold = cut_(f);
        return {detail::Wall::part(whole_, fold.learn, name(f)), detail::Wall::labelled(whole_, fold.judge),
                std::move(fold.judge)};
    }

    /// "k_fold 2 of 5"
    [[nodiscard]] std::string name(std::size_t f) const {
        return method_ + " " + std::to_string(f + 1) + " of " + std::to_string(count_);
    }

  private:
    void check(std::size_t f) const {
        const FoldRows fold = cut_(f);
        if (fold.learn.empty() || fold.judge.empty()) {
            throw SplitError(
                ErrorCode::too_few_rows,
                {.expected = "rows to learn from and rows to judge by in every fold",
                 .found = std::to_string(fold.learn.size()) + " and " + std::to_string(fold.judge.size()) +
                          " of " + std::to_string(whole_.rows()) + " rows",
                 .where = name(f),
                 .advice = "exact copies of a row stay in one fold: ask for fewer folds or give more rows"});
        }
        std::vector<char> seen(whole_.rows(), 0);
        for (const auto* side : {&fold.learn, &fold.judge}) {
            for (const std::size_t r : *side) {
                if (r < seen.size() && std::exchange(seen[r], 1) == 0) continue;
                throw SplitError(ErrorCode::row_out_of_range,
                                 {.expected = "each training row at most once, on one side",
                                  .found = "row " + std::to_string(r) +
                                           (r < seen.size() ? " twice" : ", which does not exist"),
                                  .where = name(f),
                                  .advice = "correct the folds"});
            }
        }
    }

    Training whole_;
    Cut cut_;
    std::size_t count_;
    std::string method_;
    std::size_t repeats_;
};

}  // namespace gasket
