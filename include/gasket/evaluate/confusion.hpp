#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/metrics.hpp"

namespace gasket {

namespace detail {

/// a / b, and 0 where there is nothing to divide by.
inline double ratio(double a, double b) noexcept {
    return b == 0 ? 0 : a / b;
}

/// Counts as whole numbers, sums of weights as what they are.
inline Json count_json(double x) {
    return x == std::floor(x) && x < 0x1.0p53 ? Json(static_cast<std::uint64_t>(x)) : Json(x);
}
inline std::string count_text(double x) {
    return x == std::floor(x) ? text::grouped(static_cast<long long>(x)) : text::fixed(x, 2);
}

}  // namespace detail

/// The four outcomes of a yes-or-no decision, as sums of row weights (counts where rows weigh 1). Ratios
/// whose denominator is 0 are 0, as in scikit-learn.
struct Confusion {
    double tn = 0;
    double fp = 0;
    double fn = 0;
    double tp = 0;

    [[nodiscard]] double total() const noexcept { return tn + fp + fn + tp; }
    [[nodiscard]] double accuracy() const noexcept { return detail::ratio(tp + tn, total()); }
    [[nodiscard]] double precision() const noexcept { return detail::ratio(tp, tp + fp); }
    /// Share of the positives that were found.
    [[nodiscard]] double recall() const noexcept { return detail::ratio(tp, tp + fn); }
    /// Share of the negatives that were left alone.
    [[nodiscard]] double specificity() const noexcept { return detail::ratio(tn, tn + fp); }
    /// Mean of the shares found of both classes; of the one class where all rows are of one.
    [[nodiscard]] double balanced_accuracy() const noexcept {
        if (tp + fn == 0) return specificity();
        return tn + fp == 0 ? recall() : 0.5 * (recall() + specificity());
    }
    /// Harmonic mean of precision and recall, recall weighing beta times as much. reference: van Rijsbergen,
    /// 1979
    [[nodiscard]] double f_beta(double beta) const noexcept {
        const double b = beta * beta;
        return detail::ratio((1 + b) * tp, (1 + b) * tp + b * fn + fp);
    }
    /// Correlation of decision and truth. reference: Matthews, 1975
    [[nodiscard]] double mcc() const noexcept {
        const double denominator =
            std::sqrt(tp + fp) * std::sqrt(tp + fn) * std::sqrt(tn + fp) * std::sqrt(tn + fn);
        return detail::ratio(tp * tn - fp * fn, denominator);
    }
    /// Agreement beyond that of chance; 0 where chance alone agrees fully. reference: Cohen, 1960
    [[nodiscard]] double kappa() const noexcept {
        const double by_chance = (tp + fp) * (fn + tp) + (tn + fn) * (tn + fp);
        const double rows = total();
        return detail::ratio(rows * (tp + tn) - by_chance, rows * rows - by_chance);
    }
    /// Share of the rows that were decided positive.
    [[nodiscard]] double decided_rate() const noexcept { return detail::ratio(tp + fp, total()); }

    /// Counts as whole numbers, sums of weights as what they are.
    [[nodiscard]] Json to_json() const {
        using detail::count_json;
        return json_object(
            {{"tn", count_json(tn)}, {"fp", count_json(fp)}, {"fn", count_json(fn)}, {"tp", count_json(tp)}});
    }

    friend bool operator==(const Confusion&, const Confusion&) = default;

    /// The four outcomes as a table, under the labels of both classes.
    [[nodiscard]] std::string table(const std::string& negative, const std::string& positive) const {
        text::Grid grid({"", "decided " + negative, "decided " + positive});
        grid.add({"truly " + negative, detail::count_text(tn), detail::count_text(fp)});
        grid.add({"truly " + positive, detail::count_text(fn), detail::count_text(tp)});
        return grid.str();
    }

    friend std::ostream& operator<<(std::ostream& out, const Confusion& c) {
        return out << c.table("0", "1");
    }
};

/// Decides positive where the score is at least `threshold` and counts the outcomes. O(n). throws DataError
[[nodiscard]] inline Confusion confusion_at(std::span<const double> truth, std::span<const double> score,
                                            double threshold, std::span<const double> weights = {}) {
    detail::check_metric("confusion", truth, score, weights, true);
    Confusion c;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        double& cell = score[i] >= threshold ? (truth[i] == 1 ? c.tp : c.fp) : (truth[i] == 1 ? c.fn : c.tn);
        cell += detail::weight_of(weights, i);
    }
    return c;
}

}  // namespace gasket
