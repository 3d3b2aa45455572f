#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/search.hpp"

namespace gasket {

/// What a whole search is worth: each outer fold is judged by the chain that a search among its learning rows
/// has chosen. A value.
struct NestedCrossValidation {
    std::string metric;
    bool greater_is_better = true;
    /// on the outer folds' rows, which no part of the search has seen: the honest estimate
    FoldedMetric outer;
    /// what the search said of its best, fold by fold
    FoldedMetric inner;
    /// settings chosen in each outer fold
    std::vector<Json> settings;

    /// How much better the search says its best is than it is: mean over the folds of inner less outer, the
    /// other way round where less is better.
    [[nodiscard]] double optimism() const {
        Sum sum;
        std::size_t known = 0;
        for (std::size_t f = 0; f < outer.by_fold.size(); ++f) {
            const double gap = inner.by_fold[f] - outer.by_fold[f];
            if (is_missing(gap)) continue;
            sum.add(greater_is_better ? gap : -gap);
            ++known;
        }
        return known == 0 ? missing : sum.value() / static_cast<double>(known);
    }

    [[nodiscard]] Json to_json() const {
        return json_object({{"metric", metric},
                            {"outer", outer.to_json()},
                            {"inner", inner.to_json()},
                            {"optimism", detail::json_number(optimism())},
                            {"settings", settings}});
    }

    friend std::ostream& operator<<(std::ostream& out, const NestedCrossValidation& nested) {
        text::Grid grid({"fold", "search's best", "unseen rows", "chosen"});
        for (std::size_t f = 0; f < nested.settings.size(); ++f) {
            std::string chosen;
            for (const auto& [name, value] : nested.settings[f].items()) {
                chosen += (chosen.empty() ? "" : ", ") + name.substr(name.rfind('.') + 1) + " " +
                          detail::setting_text(value);
            }
            grid.add({std::to_string(f + 1), text::fixed(nested.inner.by_fold[f], 4),
                      text::fixed(nested.outer.by_fold[f], 4), chosen});
        }
        const double optimism = nested.optimism();
        out << grid.str() << "  " << nested.metric
            << " of what the search chooses, on rows it has not seen: " << text::fixed(nested.outer.mean(), 4)
            << " +- " << text::fixed(nested.outer.std(), 4) << "\n  the search says "
            << text::fixed(nested.inner.mean(), 4) << ": "
            << (optimism > 0 ? "too good by " + text::fixed(optimism, 4) : "no better than it is") << "\n";
        return out;
    }
};

/// An honest estimate of a search: the search is repeated within the learning rows of every outer fold, and
/// the chain that it chooses there is judged on the fold's other rows. Says nothing of one setting, but of
/// what searching brings; choose the setting by `search` on all training rows.
///
///     nested_cross_validate(chain, training, StratifiedKFold{.folds = 5}, StratifiedKFold{.folds = 3},
///     space,
///                           RandomSearch{.trials = 20}, {.metric = auc})
///
/// With a journal, outer fold 2 has its own: the path with ".2" at its end. Progress counts the outer folds.
/// O(outer folds x search)   throws as `search`
/// reference: Varma & Simon, Bias in error estimation when using cross-validation for model selection, 2006
template <detail::Link T, class Outer, class Inner, class... Axes, class Strategy>
[[nodiscard]] NestedCrossValidation nested_cross_validate(const T& link, const Training& training,
                                                          const Outer& outer, const Inner& inner,
                                                          const Space<Axes...>& space,
                                                          const Strategy& strategy,
                                                          const SearchOptions& options = {}) {
    const Folds folds = outer.split(training);
    const std::string name(options.metric.name);
    NestedCrossValidation out{.metric = name,
                              .greater_is_better = options.metric.greater_is_better,
                              .outer = {name, {}, folds.repeats()},
                              .inner = {name, {}, folds.repeats()},
                              .settings = {}};
    detail::PartsDone done(options.progress, "nested cross-validation", folds.size());
    for (std::size_t f = 0; f < folds.size(); ++f) {
        const Fold fold = folds[f];
        SearchOptions within = options;
        within.progress = {};
        if (!options.journal.empty()) within.journal += "." + std::to_string(f + 1);
        const auto found = search(link, fold.training, inner, space, strategy, within);
        const Model model = refit(found.best())(fold.training);
        const LabelledRows& unseen = fold.validation;
        out.outer.by_fold.push_back(detail::metric_of(options.metric, unseen.target, unseen.labels,
                                                      model.predict(unseen.table).values, unseen.weights));
        out.inner.by_fold.push_back(found.best_trial().metrics.front().mean());
        out.settings.push_back(found.best_trial().settings);
        done.one_more(1, name + " " + text::fixed(out.outer.mean(), 4));
    }
    return out;
}

}  // namespace gasket
