#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/core/progress.hpp"
#include "gasket/pipeline/model.hpp"
#include "gasket/split/folds.hpp"

namespace gasket {

/// Scores of every training row by a chain that was fitted without it: what thresholds and calibrations are
/// chosen on.
struct OutOfFold {
    Target target;
    /// one per training row, in the order of the Training
    std::vector<double> scores;
    /// as Training::labels()
    std::vector<double> labels;
    /// one per row, or empty
    std::vector<double> weights;
    /// the fold that judged each row
    std::vector<int> fold_of;
    std::size_t folds = 0;
    /// seconds that fitting took in each fold
    std::vector<double> fit_seconds;
};

/// Fits one and the same chain on any training rows.
using Refit = std::function<Model(const Training&)>;

/// Refits the chain once for each fold and scores the rows that it has not seen. Small folds run side by
/// side.
///
/// `first_model`, where given, receives the model of the first fold.
/// O(folds x fit)   throws whatever fitting throws; reports "cross-validation" to `progress`
/// reference: Stone, Cross-validatory choice and assessment of statistical predictions, 1974
[[nodiscard]] inline OutOfFold score_out_of_fold(const Folds& folds, const Refit& refit,
                                                 const Progress& progress = {},
                                                 std::optional<Model>* first_model = nullptr) {
    const Training& whole = folds.whole();
    OutOfFold out{.target = whole.target(),
                  .scores = std::vector<double>(whole.rows(), missing),
                  .labels = {whole.labels().begin(), whole.labels().end()},
                  .weights = {whole.weights().begin(), whole.weights().end()},
                  .fold_of = folds.fold_of(),
                  .folds = folds.size(),
                  .fit_seconds = std::vector<double>(folds.size(), 0.0)};
    detail::PartsDone done(progress, "cross-validation", folds.size());
    const auto run = [&](std::size_t f) {
        const Fold fold = folds[f];
        const auto start = std::chrono::steady_clock::now();
        const Model model = refit(fold.training);
        out.fit_seconds[f] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        const Predictions predictions = model.predict(fold.validation.table);
        for (std::size_t i = 0; i < predictions.size(); ++i)
            out.scores[fold.validation_rows[i]] = predictions[i];
        if (f == 0 && first_model != nullptr) *first_model = model;
        done.one_more();
    };
    // A fold on one thread each beats threads within a fold until the rows are many; memory decides above
    // that.
    constexpr std::size_t few_rows = 50000;
    if (whole.rows() <= few_rows) {
        parallel_for(folds.size(), run);
    } else {
        for (std::size_t f = 0; f < folds.size(); ++f) run(f);
    }
    return out;
}

}  // namespace gasket
