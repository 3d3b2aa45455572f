#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "gasket/monitor/baseline.hpp"

namespace gasket {

/// Freezes what live data will be compared with by `drift`: bins, cells and counts of the training rows' raw
/// columns, of the scores and the decided rate. Stands after the estimator.
///
/// The scores are those that rows got from models that had not seen them, as live rows will be: a model is
/// too sure of the rows that it learned from.
///
/// O(columns x rows log rows), and folds x fit where no ThresholdTuner has made out-of-fold scores (an
/// Evaluator of the same `folds` and `seed` shares them)   throws OptionError, SplitError (too few rows for
/// the folds)
struct PsiMonitor {
    static constexpr std::string_view name = "psi_monitor";

    /// bins of equal counts for numbers, from 2 to 1000
    std::size_t bins = 10;
    /// at least 2; 0: the model's own scores of the rows that it learned from, for chains that are slow to
    /// fit
    std::size_t folds = 5;
    std::uint64_t seed = 42;

    [[nodiscard]] Baseline baseline(const Table& table, const Predictions& predictions,
                                    const OutOfFold* out_of_fold = nullptr) const {
        return Baseline::of(table, predictions, bins, out_of_fold);
    }
    /// The same for probabilities of a binary target.
    [[nodiscard]] Baseline baseline(const Table& table, std::span<const double> scores, double threshold,
                                    const OutOfFold* out_of_fold = nullptr) const {
        return baseline(table, Baseline::binary(scores, threshold), out_of_fold);
    }
};

}  // namespace gasket
