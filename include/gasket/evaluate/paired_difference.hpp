#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/student_t.hpp"
#include "gasket/evaluate/cross_validate.hpp"

namespace gasket {

/// How much better one model is than another over the same folds, and how sure that is.
struct PairedDifference {
    double mean = 0;
    /// standard error of the mean, corrected for folds that share their learning rows; missing for a single
    /// fold
    double error = missing;
    /// interval that holds the true difference with the confidence asked for; missing for a single fold
    double low = missing;
    double high = missing;
    /// the chance of a mean so far from 0, on either side, of models that are equal; missing for a single
    /// fold
    double p = missing;

    [[nodiscard]] Json to_json() const {
        return json_object({{"mean", detail::json_number(mean)},
                            {"error", detail::json_number(error)},
                            {"low", detail::json_number(low)},
                            {"high", detail::json_number(high)},
                            {"p", detail::json_number(p)}});
    }
};

/// The differences a - b of the folds in which both have a value. Folds of a cross-validation learn from
/// largely the same rows, so that their differences vary less than those of fresh data would: the variance is
/// raised by `judged_to_learned`, the rows judged in a fold over those learned from, which for k folds is 1 /
/// (k - 1). Repeats of the folds count as more folds. O(folds)
///
/// reference: Nadeau & Bengio, Inference for the generalization error, 2003
[[nodiscard]] inline PairedDifference paired_difference(const FoldedMetric& a, const FoldedMetric& b,
                                                        double judged_to_learned, double confidence = 0.95) {
    FoldedMetric difference{.name = "", .by_fold = {}};
    for (std::size_t f = 0; f < a.by_fold.size(); ++f)
        difference.by_fold.push_back(a.by_fold[f] - b.by_fold.at(f));
    PairedDifference out{.mean = difference.mean()};
    const auto n = static_cast<double>(difference.known());
    if (n < 2) return out;
    out.error = difference.std() * std::sqrt(1 / n + judged_to_learned);
    const double reach = student_t_reach(confidence, n - 1) * out.error;
    out.low = out.mean - reach;
    out.high = out.mean + reach;
    out.p = out.error > 0 ? student_t_two_sided(out.mean / out.error, n - 1) : out.mean == 0 ? 1 : 0;
    return out;
}

namespace detail {
/// Mean over the folds of rows judged over rows learned from.
inline double judged_to_learned(const Folds& folds) {
    double sum = 0;
    for (std::size_t f = 0; f < folds.size(); ++f) {
        const FoldRows rows = folds.rows(f);
        sum += static_cast<double>(rows.judge.size()) / static_cast<double>(rows.learn.size());
    }
    return sum / static_cast<double>(folds.size());
}
}  // namespace detail

}  // namespace gasket
