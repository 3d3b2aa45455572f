#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/split/assign.hpp"
#include "gasket/split/folds.hpp"

namespace gasket {

namespace detail {

/// Checks the number of folds against the number of what is dealt out. throws OptionError, SplitError
inline void require_folds(std::string_view name, std::size_t folds, std::size_t units,
                          const std::string& what) {
    const std::string stage(name);
    require_option(folds >= 2, stage + ".folds", std::to_string(folds), "at least 2 folds");
    if (units < folds) {
        throw SplitError(ErrorCode::too_few_rows,
                         {.expected = "at least " + std::to_string(folds) + " " + what,
                          .found = std::to_string(units),
                          .where = stage,
                          .advice = "ask for fewer folds or give more rows"});
    }
}

/// Rows may be enough for the folds and folds stay empty all the same: where copies are kept together. throws
/// SplitError that says so
inline void require_rows_in_folds(const std::string& stage, std::size_t count,
                                  const std::vector<int>& fold_of, bool copies) {
    std::vector<char> used(count, 0);
    for (const int f : fold_of) used[static_cast<std::size_t>(f)] = 1;
    if (std::find(used.begin(), used.end(), 0) == used.end()) return;
    throw SplitError(
        ErrorCode::too_few_rows,
        {.expected = "at least one row in each of " + std::to_string(count) + " folds",
         .found = std::to_string(fold_of.size()) + " rows",
         .where = stage,
         .advice =
             copies ? "exact copies of a row stay in one fold: ask for fewer folds, give more rows, or set "
                      ".keep_duplicates_together = false"
                    : "ask for fewer folds or give more rows"});
}

/// Deals training rows out to folds, once for every repeat.
inline Folds deal_folds(const Training& training, std::string_view name, std::size_t count,
                        std::size_t repeats, std::uint64_t seed, bool stratified, bool together) {
    const std::string stage(name);
    require_folds(name, count, training.rows(), "rows");
    require_option(repeats >= 1, stage + ".repeats", std::to_string(repeats), "at least 1");
    const auto labels = training.labels();
    const std::vector<int> strata = stratified ? strata_of(training.target(), labels) : std::vector<int>{};
    if (stratified && training.target().task != Task::regression) {
        std::vector<std::size_t> rows(training.target().classes.size(), 0);
        for (const int s : strata) ++rows[static_cast<std::size_t>(s)];
        for (std::size_t c = 0; c < rows.size(); ++c) {
            if (rows[c] < count) {
                throw SplitError(
                    ErrorCode::too_few_rows,
                    {.expected = "at least " + std::to_string(count) + " training rows of every class",
                     .found = std::to_string(rows[c]) + " of " + text::quoted(training.target().classes[c]),
                     .where = stage,
                     .advice = "ask for fewer folds or give more rows"});
            }
        }
    }
    std::vector<std::size_t> rows(training.rows());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    std::vector<std::uint64_t> digests;
    if (together && training.table().columns() > 0) {
        digests = row_digests(training.table());
        // A copy is a copy of the answer too: rows alike in features but not in the target are not one unit.
        for (std::size_t r = 0; r < digests.size(); ++r)
            digests[r] = mix64(digests[r] ^ mix64(std::bit_cast<std::uint64_t>(labels[r])));
    }
    std::size_t copies = 0;
    const std::vector<Unit> units = make_units(rows, strata, digests, copies);
    const std::vector<double> shares(count, 1.0 / static_cast<double>(count));
    std::vector<std::vector<int>> fold_of;
    for (std::size_t k = 0; k < repeats; ++k) {
        fold_of.push_back(deal(units, shares, training.rows(), k == 0 ? seed : derive_seed(seed, k)));
        require_rows_in_folds(stage, count, fold_of.back(), copies > 0);
    }
    return Folds::repeated(training, std::move(fold_of), count, stage);
}

}  // namespace detail

/// Cuts training rows into `folds` parts of equal size at random; each part judges once, the others learn.
/// Copies of a row stay together.
///
/// split   O(rows x columns)   throws OptionError, SplitError (fewer rows than folds)
struct KFold {
    static constexpr std::string_view name = "k_fold";

    /// at least 2
    std::size_t folds = 5;
    std::uint64_t seed = 42;
    bool keep_duplicates_together = true;

    [[nodiscard]] Folds split(const Training& training) const {
        return detail::deal_folds(training, name, folds, 1, seed, false, keep_duplicates_together);
    }
};

/// As KFold, with the same share of every class (for regression: of every tenth of the target) in every part.
///
/// split   O(rows x columns)   throws OptionError, SplitError (a class with fewer rows than folds)
/// reference: Kohavi, A study of cross-validation and bootstrap, 1995
struct StratifiedKFold {
    static constexpr std::string_view name = "stratified_k_fold";

    /// at least 2
    std::size_t folds = 5;
    std::uint64_t seed = 42;
    bool keep_duplicates_together = true;

    [[nodiscard]] Folds split(const Training& training) const {
        return detail::deal_folds(training, name, folds, 1, seed, true, keep_duplicates_together);
    }
};

/// KFold again and again with other seeds: the mean over all folds hangs less on how rows were dealt. The
/// rows stay the same, so it is no less uncertain as an estimate for new ones. The first repeat is KFold with
/// this seed.
///
/// split   O(repeats x folds x rows + rows x columns)   throws as KFold
struct RepeatedKFold {
    static constexpr std::string_view name = "repeated_k_fold";

    /// at least 2
    std::size_t folds = 5;
    /// at least 1
    std::size_t repeats = 10;
    std::uint64_t seed = 42;
    bool keep_duplicates_together = true;

    [[nodiscard]] Folds split(const Training& training) const {
        return detail::deal_folds(training, name, folds, repeats, seed, false, keep_duplicates_together);
    }
};

/// StratifiedKFold again and again with other seeds; see RepeatedKFold.
///
/// split   O(repeats x folds x rows + rows x columns)   throws as StratifiedKFold
struct RepeatedStratifiedKFold {
    static constexpr std::string_view name = "repeated_stratified_k_fold";

    /// at least 2
    std::size_t folds = 5;
    /// at least 1
    std::size_t repeats = 10;
    std::uint64_t seed = 42;
    bool keep_duplicates_together = true;

    [[nodiscard]] Folds split(const Training& training) const {
        return detail::deal_folds(training, name, folds, repeats, seed, true, keep_duplicates_together);
    }
};

}  // namespace gasket
