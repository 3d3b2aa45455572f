#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/prepare/require.hpp"
#include "gasket/prepare/selection.hpp"

namespace gasket {

/// What an importance is compared with.
enum class ImportanceLimit {
    mean,    ///< the mean importance
    median,  ///< the median importance
    value,   ///< 1: `times` is the limit itself
};

namespace detail {

/// "select_from_" and the name of an estimator.
template <class E>
struct SelectionName {
    static constexpr std::string_view prefix = "select_from_";
    static constexpr auto letters = [] {
        std::array<char, prefix.size() + std::string_view(E::name).size()> out{};
        std::copy(std::string_view(E::name).begin(), std::string_view(E::name).end(),
                  std::copy(prefix.begin(), prefix.end(), out.begin()));
        return out;
    }();
};

}  // namespace detail

/// Keeps the features that an estimator finds important: fits it on the training rows, keeps what reaches the
/// limit, and forgets the estimator.
///
///     SelectFromModel<RandomForest>{.estimator = {.trees = 100}, .limit = ImportanceLimit::median}
///
/// The estimator may be any with `importances()`, one for each feature: shares of the loss saved for trees,
/// shares of the absolute coefficients for linear models, where features must be scaled alike. All features
/// compete.
///
/// fit       that of the estimator
///           throws what it throws; OptionError (times), DataError (no features, no feature left)
/// transform nothing to compute; thread-safe
///
/// `load` knows the library's estimators; for one of your own call register_stage<SelectFromModel<Yours>>()
/// before.
template <class E>
struct SelectFromModel {
    static constexpr std::string_view name{detail::SelectionName<E>::letters.data(),
                                           detail::SelectionName<E>::letters.size()};

    E estimator = {};
    ImportanceLimit limit = ImportanceLimit::mean;
    /// a feature is kept whose importance is at least so many times the limit; at least 0
    double times = 1;
    /// the most that are kept, the most important first; 0: no limit
    std::size_t max_features = 0;

    [[nodiscard]] Fitted<SelectFromModel> fit(const TrainingRows& rows) const;
};

/// Which features a SelectFromModel keeps; scores are the importances.
template <class E>
class Fitted<SelectFromModel<E>> : public detail::Selection<SelectFromModel<E>, detail::Takes::both> {
    using detail::Selection<SelectFromModel<E>, detail::Takes::both>::Selection;
};

template <class E>
Fitted<SelectFromModel<E>> SelectFromModel<E>::fit(const TrainingRows& rows) const {
    static_assert(
        requires(const Fitted<E>& fitted) { fitted.importances(); },
        "SelectFromModel needs an estimator that knows the importances of its features");
    detail::require_option(std::isfinite(times) && times >= 0, "SelectFromModel.times", text::shortest(times),
                           "at least 0");
    detail::require_rows(rows, "SelectFromModel");
    const Fitted<E> fitted = estimator.fit(rows);
    const std::vector<double> importances = fitted.importances();
    std::vector<double> sorted = importances;
    std::sort(sorted.begin(), sorted.end());
    Sum sum;
    for (const double x : sorted) sum.add(x);
    const double unit = limit == ImportanceLimit::value    ? 1
                        : limit == ImportanceLimit::median ? quantile_of_sorted(sorted, 0.5)
                                                           : sum.value() / static_cast<double>(sorted.size());
    std::vector<Selected> judged;
    for (std::size_t i = 0; i < importances.size(); ++i)
        judged.push_back({rows.layout()[i].name, importances[i], false});
    detail::keep_best(judged, max_features == 0 ? judged.size() : max_features);
    for (Selected& one : judged) one.kept = one.kept && one.score >= times * unit;
    return {std::move(judged), rows.layout()};
}

}  // namespace gasket
