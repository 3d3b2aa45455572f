#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

#include "gasket/core/function_ref.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/core/progress.hpp"
#include "gasket/pipeline/model.hpp"
#include "gasket/split/folds.hpp"

namespace gasket {

/// What one fold judged.
struct FoldScores {
    /// places in the arrays of OutOfFold
    std::vector<std::size_t> rows;
    /// as many per row as Target::outputs, row after row
    std::vector<double> scores;
};

/// Scores of training rows by chains that were fitted without them: what thresholds and calibrations are
/// chosen on. Rows that no fold judges, such as the first ones of a time series, are not among them.
struct OutOfFold {
    Target target;
    /// the mean of the scores that a row got, as many for each judged row as Target::outputs, in the order of
    /// the Training
    std::vector<double> scores;
    /// as Training::labels(), of the judged rows
    std::vector<double> labels;
    /// one per judged row, or empty
    std::vector<double> weights;
    /// places of the judged rows in the Training, ascending
    std::vector<std::size_t> rows;
    /// training rows that no fold judged
    std::size_t never_judged = 0;
    std::vector<FoldScores> folds;
    /// how often a row is judged at most
    std::size_t repeats = 1;
    /// seconds that fitting took in each fold
    std::vector<double> fit_seconds;
};

/// Fits one and the same chain on any training rows.
using Refit = std::function<Model(const Training&)>;

namespace detail {

/// Fills in what concerns the judged rows, once every fold has its scores by places in the Training.
inline void gather(OutOfFold& out, const Training& whole) {
    std::vector<std::size_t> judged(whole.rows(), 0);
    for (const FoldScores& fold : out.folds) {
        for (const std::size_t r : fold.rows) ++judged[r];
    }
    std::vector<std::size_t> place(whole.rows(), 0);
    for (std::size_t r = 0; r < whole.rows(); ++r) {
        if (judged[r] == 0) continue;
        place[r] = out.rows.size();
        out.rows.push_back(r);
        out.labels.push_back(whole.labels()[r]);
        if (!whole.weights().empty()) out.weights.push_back(whole.weights()[r]);
    }
    out.never_judged = whole.rows() - out.rows.size();
    const std::size_t width = out.target.outputs();
    out.scores.assign(out.rows.size() * width, 0.0);
    for (FoldScores& fold : out.folds) {
        for (std::size_t i = 0; i < fold.rows.size(); ++i) {
            const std::size_t r = fold.rows[i];
            fold.rows[i] = place[r];
            for (std::size_t k = 0; k < width; ++k)
                out.scores[place[r] * width + k] +=
                    fold.scores[i * width + k] / static_cast<double>(judged[r]);
        }
    }
}

/// Calls `fit(i)` for every i below `count`, each of which fits a chain to about `rows` rows. A fit on one
/// thread each beats threads within a fit until the rows are many; memory decides above that.
inline void run_fits(std::size_t rows, std::size_t count, FunctionRef<void(std::size_t)> fit) {
    constexpr std::size_t few_rows = 50000;
    if (rows <= few_rows) {
        parallel_for(count, fit);
    } else {
        for (std::size_t i = 0; i < count; ++i) fit(i);
    }
}

/// Gets the number, the rows and the model of each fold, several at a time.
using FoldVisitor = std::function<void(std::size_t, const Fold&, const Model&)>;

}  // namespace detail

/// Refits the chain once for each fold and scores the rows that it has not seen. Small folds run side by
/// side.
///
/// `visit`, where given, sees every fold and its model.
/// O(folds x fit)   throws whatever fitting throws; reports "cross-validation" to `progress`
/// reference: Stone, Cross-validatory choice and assessment of statistical predictions, 1974
[[nodiscard]] inline OutOfFold score_out_of_fold(const Folds& folds, const Refit& refit,
                                                 const Progress& progress = {},
                                                 const detail::FoldVisitor& visit = {}) {
    const Training& whole = folds.whole();
    OutOfFold out;
    out.target = whole.target();
    out.folds.resize(folds.size());
    out.repeats = folds.repeats();
    out.fit_seconds.assign(folds.size(), 0.0);
    detail::PartsDone done(progress, "cross-validation", folds.size());
    detail::run_fits(whole.rows(), folds.size(), [&](std::size_t f) {
        const Fold fold = folds[f];
        const auto start = std::chrono::steady_clock::now();
        const Model model = refit(fold.training);
        out.fit_seconds[f] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        out.folds[f] = {fold.validation_rows, model.predict(fold.validation.table).values};
        if (visit) visit(f, fold, model);
        done.one_more();
    });
    detail::gather(out, whole);
    return out;
}

}  // namespace gasket
