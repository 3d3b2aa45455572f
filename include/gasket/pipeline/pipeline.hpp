#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "gasket/core/progress.hpp"
#include "gasket/pipeline/fitted_pipeline.hpp"
#include "gasket/pipeline/rules.hpp"
#include "gasket/pipeline/run.hpp"
#include "gasket/pipeline/stage_list.hpp"

namespace gasket {

/// Stages in a chain, not yet fitted: `Imputer{} | StandardScaler{} | LogisticRegression{}`. The order is
/// checked when it is compiled; see rules.hpp. A value; thread-safe to use.
template <AnyStage... Stages>
class Pipeline {
  public:
    explicit constexpr Pipeline(Stages... stages) : stages_{{std::move(stages)}...} {}
    explicit constexpr Pipeline(detail::StageList<Stages...> stages) : stages_(std::move(stages)) {}

    [[nodiscard]] constexpr const detail::StageList<Stages...>& stages() const noexcept { return stages_; }

    /// Fits every stage on the training rows; a Calibrator then learns, and a ThresholdTuner chooses, from
    /// out-of-fold scores of the same rows, and a PsiMonitor freezes its baseline. Observers, splitters and
    /// judges have their turn in `run`.
    ///
    /// throws OptionError, SchemaError, DataError as the stages do
    template <class Data>
    [[nodiscard]] FittedPipeline<Stages...> fit(const Data& training, const Progress& progress = {}) const {
        static_assert(std::is_same_v<Data, Training>,
                      "a pipeline learns only from Training rows: split the table first");
        if constexpr (std::is_same_v<Data, Training>) {
            detail::SharedScores scores(training, detail::refit_core(stages_), progress);
            return FittedPipeline<Stages...>(Model(detail::fit_all(stages_, training, scores, progress)));
        }
    }

    /// The whole workflow on one table: observers look, the splitter cuts, the chain is fitted on the
    /// training rows alone, and the judge opens the holdout once.
    ///
    /// throws as `fit`, and what the splitter and the judge throw
    template <class Data>
    [[nodiscard]] auto run(const Data& data, const Progress& progress = {}) const {
        static_assert((Splitter<Stages> || ...),
                      "run needs a splitter in the chain: or split yourself and call fit");
        static_assert(std::is_same_v<Data, Table>, "run takes the whole table and splits it itself");
        if constexpr (std::is_same_v<Data, Table> && (Splitter<Stages> || ...)) {
            return detail::run_all<FittedPipeline<Stages...>>(stages_, data, progress);
        }
    }

    /// Reads what this chain saved, with its stages' types. throws FileError, ArtifactError (another chain)
    [[nodiscard]] FittedPipeline<Stages...> load(const std::string& path) const {
        return FittedPipeline<Stages...>(gasket::load(path));
    }

  private:
    detail::StageList<Stages...> stages_;
};

namespace detail {
template <class T>
inline constexpr bool is_pipeline = false;
template <class... S>
inline constexpr bool is_pipeline<Pipeline<S...>> = true;

template <class T>
concept Link = AnyStage<T> || is_pipeline<T>;

template <class T>
constexpr decltype(auto) stages_of(const T& link) {
    if constexpr (is_pipeline<T>) {
        return link.stages();
    } else {
        return StageList<T>{link};
    }
}

template <class Places, class... S>
constexpr auto chain_of(StageSlots<Places, S...> stages) {
    check_order<S...>();
    return Pipeline<S...>(std::move(stages));
}
}  // namespace detail

/// Joins stages and chains of stages. An order that would leak or make no sense does not compile; the
/// sentence says why.
template <detail::Link Left, detail::Link Right>
[[nodiscard]] constexpr auto operator|(const Left& left, const Right& right) {
    return detail::chain_of(detail::join(detail::stages_of(left), detail::stages_of(right)));
}

/// Fits a single stage or a whole chain: `fit(LogisticRegression{}, training)`.
template <detail::Link T, class Data>
[[nodiscard]] auto fit(const T& link, const Data& training, const Progress& progress = {}) {
    if constexpr (detail::is_pipeline<T>) {
        return link.fit(training, progress);
    } else {
        return Pipeline<T>(detail::StageList<T>{link}).fit(training, progress);
    }
}

/// The chain of `link` as something that can be fitted again and again on other rows, its type forgotten.
template <detail::Link T>
[[nodiscard]] Refit refit(const T& link) {
    return [stages = detail::stages_of(link)](const Training& training) {
        return detail::fit_chain(stages, training);
    };
}

}  // namespace gasket
