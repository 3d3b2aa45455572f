#pragma once

#include <array>
#include <cstddef>

#include "gasket/pipeline/stage.hpp"

namespace gasket::detail {

/// Where a stage may stand: the order of the kinds along a chain.
enum class Place {
    observer,
    declaration,
    row_transform,
    splitter,
    transformer,
    estimator,
    tuner,
    judge,
    monitor
};

template <class S>
consteval Place place_of() {
    if constexpr (Estimator<S>) {
        return Place::estimator;
    } else if constexpr (Transformer<S>) {
        return Place::transformer;
    } else if constexpr (RowTransform<S>) {
        return Place::row_transform;
    } else if constexpr (Splitter<S>) {
        return Place::splitter;
    } else if constexpr (Declaration<S>) {
        return Place::declaration;
    } else if constexpr (Tuner<S>) {
        return Place::tuner;
    } else if constexpr (Judge<S>) {
        return Place::judge;
    } else if constexpr (Monitor<S>) {
        return Place::monitor;
    } else {
        return Place::observer;
    }
}

/// True where some stage of kind `first` stands before some stage of kind `then`.
template <class... S>
consteval bool has_before(Place first, Place then) {
    const std::array<Place, sizeof...(S)> places{place_of<S>()...};
    bool seen = false;
    for (const Place p : places) {
        if (seen && p == then) return true;
        seen = seen || p == first;
    }
    return false;
}

template <class... S>
consteval std::size_t count_of(Place place) {
    return (std::size_t{place_of<S>() == place} + ... + 0);
}

/// The rules of the chain. Each is one sentence that the compiler prints when it is broken.
template <class... S>
constexpr void check_order() {
    using enum Place;
    static_assert(!has_before<S...>(transformer, splitter) && !has_before<S...>(estimator, splitter),
                  "split before you fit: a splitter stands before every stage that learns");
    static_assert(!has_before<S...>(splitter, splitter),
                  "one splitter is enough: the holdout is cut off once");
    static_assert(!has_before<S...>(estimator, estimator),
                  "an estimator ends the chain: it cannot be followed by another");
    static_assert(!has_before<S...>(estimator, transformer) && !has_before<S...>(estimator, row_transform),
                  "an estimator ends the chain: transforms stand before it");
    static_assert(
        !has_before<S...>(splitter, observer) && !has_before<S...>(transformer, observer) &&
            !has_before<S...>(estimator, observer),
        "a profiler looks at the table as it came: it stands before the splitter and all that learns");
    static_assert(!has_before<S...>(transformer, declaration) && !has_before<S...>(estimator, declaration),
                  "what is declared was made before the chain: a declaration stands before all that learns");
    static_assert(!has_before<S...>(tuner, estimator) && !has_before<S...>(judge, estimator) &&
                      !has_before<S...>(monitor, estimator) && !has_before<S...>(tuner, transformer) &&
                      !has_before<S...>(judge, transformer) && !has_before<S...>(monitor, transformer),
                  "thresholds, evaluation and monitoring need scores: they stand after the estimator");
    static_assert(count_of<S...>(estimator) > 0 ||
                      (!has_before<S...>(splitter, tuner) && !has_before<S...>(splitter, judge) &&
                       !has_before<S...>(splitter, monitor) && !has_before<S...>(transformer, tuner) &&
                       !has_before<S...>(transformer, judge) && !has_before<S...>(transformer, monitor)),
                  "thresholds, evaluation and monitoring need scores: they stand after the estimator");
    static_assert(!has_before<S...>(judge, tuner),
                  "the threshold is chosen before the verdict: a ThresholdTuner stands before the Evaluator");
    static_assert(count_of<S...>(tuner) <= 1 && count_of<S...>(judge) <= 1 && count_of<S...>(monitor) <= 1,
                  "one threshold tuner, one evaluator and one monitor are enough for a chain");
}

}  // namespace gasket::detail
