#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/data/detail/profile_numeric.hpp"
#include "gasket/prepare/moments.hpp"
#include "gasket/prepare/relevance.hpp"
#include "gasket/prepare/selection.hpp"

namespace gasket {

/// How SelectKBest scores a feature.
enum class Relevance {
    f,                   ///< analysis of variance for classes, the F of a line for numbers: what is linear
    chi_square,          ///< for counts and 0/1 features, and a target of classes
    mutual_information,  ///< of bins: any dependence; missing is a bin of its own
};

/// Keeps the `k` numbers that have most to do with the target, each looked at by itself.
///
/// Category columns do not compete: encode them before, if they are to. Rows count alike whatever their
/// weights. Of features of equal score the first are kept; one without a score, such as a constant one, comes
/// last. Mutual information is that of some ten bins of about equally many rows: a value that fills a bin has
/// it to itself, and so has each of values that are no more than ten.
///
/// fit       O(rows x columns), mutual information too
///           throws SchemaError, OptionError (columns, k), DataError (no rows, infinite values; missing
///           ones but for mutual information; chi-square: values below 0, a numeric target)
/// transform nothing to compute; thread-safe
/// reference: Guyon & Elisseeff, An Introduction to Variable and Feature Selection, 2003; numbers are those
/// of scikit-learn's f_classif, f_regression, chi2 and mutual_info_score
struct SelectKBest {
    static constexpr std::string_view name = "select_k_best";

    /// the columns that compete; empty: all numbers
    std::vector<std::string> columns = {};
    /// at least 1; more than there are keeps all
    std::size_t k = 10;
    Relevance score = Relevance::f;

    [[nodiscard]] Fitted<SelectKBest> fit(const TrainingRows& rows) const;
};

/// Which features a SelectKBest keeps.
template <>
class Fitted<SelectKBest> : public detail::Selection<SelectKBest, detail::Takes::numbers> {
    using Selection::Selection;
};

inline Fitted<SelectKBest> SelectKBest::fit(const TrainingRows& rows) const {
    detail::require_option(k >= 1, "SelectKBest.k", std::to_string(k), "at least 1");
    const bool numeric = rows.target().task == Task::regression;
    if (score == Relevance::chi_square) detail::require_classes(rows, "SelectKBest of chi-square");
    for (const std::size_t i :
         detail::chosen_columns(columns, rows.layout(), detail::Takes::numbers, "SelectKBest")) {
        if (score == Relevance::mutual_information) break;
        detail::require_finite(rows, i, "SelectKBest");
        const auto values = rows.features()[i];
        for (std::size_t r = 0; r < values.size() && score == Relevance::chi_square; ++r) {
            detail::require_domain(values[r] >= 0, "numbers of at least 0", values[r], r,
                                   rows.layout()[i].name, "SelectKBest of chi-square");
        }
    }
    constexpr std::size_t bins = 10;
    const auto labels = rows.labels();
    const std::size_t classes = rows.target().classes.size();
    detail::Coded target;
    if (score == Relevance::mutual_information)
        target = detail::code_values(labels, numeric ? bins : classes);
    std::vector<Selected> judged =
        detail::judge_columns(rows, columns, "SelectKBest", [&](std::span<const double> values) {
            if (detail::all_equal(values) && score != Relevance::mutual_information) return missing;
            switch (score) {
                case Relevance::chi_square:
                    return detail::chi_square_score(values, labels, classes);
                case Relevance::mutual_information:
                    return detail::mutual_information(detail::code_values(values, bins), target);
                case Relevance::f:
                    break;
            }
            return numeric ? detail::regression_f(detail::correlation_of(values, labels), values.size())
                           : detail::anova_f(values, labels, classes);
        });
    detail::keep_best(judged, k);
    return {std::move(judged), rows.layout()};
}

}  // namespace gasket
