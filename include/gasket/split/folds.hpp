#pragma once

#include <cstddef>
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

/// How a Training is cut into folds. Every row is judged in exactly one fold. Folds are made when they are
/// asked for, so that only one need be in memory. A value.
class Folds {
  public:
    /// `fold_of[i]` in [0, count) is the fold that judges row i. throws SplitError when a fold would be empty
    Folds(Training whole, std::vector<int> fold_of, std::size_t count, std::string method)
        : whole_(std::move(whole)), fold_of_(std::move(fold_of)), count_(count), method_(std::move(method)) {
        std::vector<std::size_t> rows(count_, 0);
        for (const int f : fold_of_) ++rows.at(static_cast<std::size_t>(f));
        for (std::size_t f = 0; f < count_; ++f) {
            if (rows[f] == 0) {
                throw SplitError(
                    ErrorCode::too_few_rows,
                    {.expected = "at least one row in each of " + std::to_string(count_) + " folds",
                     .found = std::to_string(whole_.rows()) + " rows",
                     .where = method_,
                     .advice =
                         "exact copies of a row stay in one fold: ask for fewer folds, give more rows, or "
                         "set .keep_duplicates_together = false"});
            }
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] const Training& whole() const noexcept { return whole_; }
    /// The fold that judges each row.
    [[nodiscard]] const std::vector<int>& fold_of() const noexcept { return fold_of_; }
    [[nodiscard]] const std::string& method() const noexcept { return method_; }

    /// Fold `f` in [0, size()). O(rows x columns)
    [[nodiscard]] Fold operator[](std::size_t f) const {
        std::vector<std::size_t> learn;
        std::vector<std::size_t> judge;
        for (std::size_t r = 0; r < fold_of_.size(); ++r) {
            (static_cast<std::size_t>(fold_of_[r]) == f ? judge : learn).push_back(r);
        }
        const std::string method = method_ + " " + std::to_string(f + 1) + " of " + std::to_string(count_);
        return {detail::Wall::part(whole_, learn, method), detail::Wall::labelled(whole_, judge), judge};
    }

  private:
    Training whole_;
    std::vector<int> fold_of_;
    std::size_t count_;
    std::string method_;
};

}  // namespace gasket
