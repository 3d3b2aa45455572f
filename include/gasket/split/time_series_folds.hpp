#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/split/k_fold.hpp"
#include "gasket/split/row_keys.hpp"

namespace gasket {

/// Folds in the order of time: each is judged by a model that has learned only from earlier rows. The judged
/// parts follow one another and end with the last row; the first rows are learned from in every fold and
/// judged in none.
///
/// Without `max_train_rows` or `window` each fold learns from all the past (expanding); with one of them from
/// the latest part of it (sliding). A gap between what is learned and what is judged keeps answers that were
/// not known yet out of the learning: give it the length of time that a target looks ahead. Rows of one
/// moment, and so the copies of a row, are judged together: borders move to the nearest change of the moment.
///
/// split   O(rows log rows + folds x rows)   throws OptionError, SplitError (too few rows), SchemaError,
/// DataError (a row without a time)
/// reference: for rows of different moments, and sizes in rows, the same cuts as scikit-learn's
/// TimeSeriesSplit; Bergmeir & Benítez, On the use of cross-validation for time series predictor evaluation,
/// 2012
struct TimeSeriesFolds {
    static constexpr std::string_view name = "time_series";

    /// at least 2
    std::size_t folds = 5;
    /// a datetime or numeric column of the training rows; empty: the time that the splitter cut by
    std::string time = "";
    /// rows that each fold judges; 0: rows / (folds + 1)
    std::size_t test_rows = 0;
    /// how many of the latest earlier rows are left out
    std::size_t gap_rows = 0;
    /// learn from so many rows at most; 0: from all
    std::size_t max_train_rows = 0;
    /// leave out rows less than this before the first judged moment: days(30), or in the unit of a numeric
    /// time column
    double gap = 0;
    /// learn only from rows of this length of time before the gap; 0: from all
    double window = 0;

    [[nodiscard]] Folds split(const Training& training) const {
        std::vector<std::size_t> order(training.rows());
        std::iota(order.begin(), order.end(), std::size_t{0});
        const std::vector<double> at = moments_of(training, order);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return at[a] < at[b]; });
        std::vector<double> moments;
        moments.reserve(order.size());
        for (const std::size_t r : order) moments.push_back(at[r]);

        const std::size_t judged = test_rows > 0 ? test_rows : training.rows() / (folds + 1);
        check(training.rows(), judged);
        return {training, folds,
                [*this, judged, order = std::move(order), moments = std::move(moments)](std::size_t f) {
                    return cut(order, moments, judged, f);
                },
                std::string(name)};
    }

  private:
    [[nodiscard]] std::vector<double> moments_of(const Training& training,
                                                 const std::vector<std::size_t>& rows) const {
        if (!time.empty()) return detail::read_moments(training.table(), time, rows);
        detail::require_option(!training.moments().empty(), "time_series.time", "nothing",
                               "the name of a column, or training rows that were cut by time");
        return {training.moments().begin(), training.moments().end()};
    }

    void check(std::size_t rows, std::size_t judged) const {
        detail::require_folds(name, folds, rows, "rows");
        for (const auto& [field, value] : {std::pair{"gap", gap}, std::pair{"window", window}}) {
            detail::require_option(value >= 0 && std::isfinite(value), std::string("time_series.") + field,
                                   text::shortest(value), "a length of time of at least 0");
        }
        if (judged > 0 && folds <= rows / judged && rows - folds * judged > gap_rows) return;
        throw SplitError(ErrorCode::too_few_rows,
                         {.expected = "more than " + std::to_string(folds * judged + gap_rows) + " rows",
                          .found = std::to_string(rows),
                          .where = "time_series",
                          .advice = "ask for fewer folds, fewer test_rows or a smaller gap"});
    }

    /// The change of the moment nearest to place `at`: the first place of a moment.
    static std::size_t border(const std::vector<double>& moments, std::size_t at) {
        if (at == 0 || at >= moments.size()) return at;
        const auto begin = moments.begin();
        const auto [low, high] = std::equal_range(begin, moments.end(), moments[at]);
        const auto before = static_cast<std::size_t>(low - begin);
        const auto after = static_cast<std::size_t>(high - begin);
        if (before == at) return at;
        return before > 0 && at - before <= after - at ? before : after;
    }

    [[nodiscard]] FoldRows cut(const std::vector<std::size_t>& order, const std::vector<double>& moments,
                               std::size_t judged, std::size_t f) const {
        const std::size_t rows = order.size();
        const std::size_t first = border(moments, rows - (folds - f) * judged);
        const std::size_t last = border(moments, rows - (folds - f - 1) * judged);
        FoldRows out;
        if (first >= last) return out;  // one moment has more rows than a fold: Folds says so
        const auto place = [&](auto at) { return static_cast<std::size_t>(at - moments.begin()); };
        const double until = moments[first] - gap;
        std::size_t end = first - std::min(first, gap_rows);
        if (gap > 0) end = std::min(end, place(std::upper_bound(moments.begin(), moments.end(), until)));
        std::size_t begin = max_train_rows > 0 && max_train_rows < end ? end - max_train_rows : 0;
        if (window > 0) {
            begin = std::max(begin, place(std::lower_bound(moments.begin(), moments.end(), until - window)));
        }
        const auto take = [&](std::size_t from, std::size_t to) {
            std::vector<std::size_t> some;
            for (std::size_t i = from; i < to; ++i) some.push_back(order[i]);
            std::sort(some.begin(), some.end());
            return some;
        };
        out.learn = take(begin, end);
        out.judge = take(first, last);
        return out;
    }
};

}  // namespace gasket
