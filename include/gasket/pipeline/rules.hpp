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
    resampler,
    estimator,
    calibrator,
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
    } else if constexpr (Resampler<S>) {
        return Place::resampler;
    } else if constexpr (RowTransform<S>) {
        return Place::row_transform;
    } else if constexpr (Splitter<S>) {
        return Place::splitter;
    } else if constexpr (Declaration<S>) {
        return Place::declaration;
    } else if constexpr (ScoreCalibrator<S>) {
        return Place::calibrator;
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

/// True where a stage that cross-fits stands after a resampler.
template <class... S>
consteval bool cross_fits_copies() {
    bool resampled = false;
    bool out = false;
    ((out = out || (resampled && CrossFitter<S>), resampled = resampled || Resampler<S>), ...);
    return out;
}

/// The rules of the chain. Each is one sentence that the compiler prints when it is broken.
template <class... S>
constexpr void check_order() {
    using enum Place;
    static_assert(!has_before<S...>(transformer, splitter) && !has_before<S...>(estimator, splitter),
                  "split before you fit: a splitter stands before every stage that learns");
    static_assert(!has_before<S...>(resampler, splitter),
                  "split before you resample: no row may be judged by a model that learned from its copy");
    static_assert(!has_before<S...>(estimator, resampler),
                  "resampling is for learning: a resampler stands before the estimator");
    static_assert(
        !cross_fits_copies<S...>(),
        "encode the target before you resample: a copy in another fold would tell a row its own answer");
    static_assert(!has_before<S...>(splitter, splitter),
                  "one splitter is enough: the holdout is cut off once");
    static_assert(!has_before<S...>(estimator, estimator),
                  "an estimator ends the chain: it cannot be followed by another");
    static_assert(!has_before<S...>(estimator, transformer) && !has_before<S...>(estimator, row_transform),
                  "an estimator ends the chain: transforms stand before it");
    static_assert(
        !has_before<S...>(splitter, observer) && !has_before<S...>(transformer, observer) &&
            !has_before<S...>(resampler, observer) && !has_before<S...>(estimator, observer),
        "a profiler looks at the table as it came: it stands before the splitter and all that learns");
    static_assert(!has_before<S...>(transformer, declaration) && !has_before<S...>(estimator, declaration),
                  "what is declared was made before the chain: a declaration stands before all that learns");
    static_assert(!has_before<S...>(tuner, estimator) && !has_before<S...>(judge, estimator) &&
                      !has_before<S...>(monitor, estimator) && !has_before<S...>(tuner, transformer) &&
                      !has_before<S...>(judge, transformer) && !has_before<S...>(monitor, transformer) &&
                      !has_before<S...>(tuner, resampler) && !has_before<S...>(judge, resampler) &&
                      !has_before<S...>(monitor, resampler),
                  "thresholds, evaluation and monitoring need scores: they stand after the estimator");
    static_assert(count_of<S...>(estimator) > 0 ||
                      (!has_before<S...>(splitter, tuner) && !has_before<S...>(splitter, judge) &&
                       !has_before<S...>(splitter, monitor) && !has_before<S...>(transformer, tuner) &&
                       !has_before<S...>(transformer, judge) && !has_before<S...>(transformer, monitor) &&
                       !has_before<S...>(resampler, tuner) && !has_before<S...>(resampler, judge) &&
                       !has_before<S...>(resampler, monitor)),
                  "thresholds, evaluation and monitoring need scores: they stand after the estimator");
    static_assert(!has_before<S...>(calibrator, estimator) && !has_before<S...>(calibrator, transformer) &&
                      !has_before<S...>(calibrator, resampler) &&
                      (count_of<S...>(estimator) > 0 || (!has_before<S...>(splitter, calibrator) &&
                                                         !has_before<S...>(transformer, calibrator) &&
                                                         !has_before<S...>(resampler, calibrator))),
                  "calibration corrects scores: a Calibrator stands after the estimator");
    static_assert(
        !has_before<S...>(tuner, calibrator) && !has_before<S...>(judge, calibrator) &&
            !has_before<S...>(monitor, calibrator),
        "calibrate before you choose: a Calibrator stands before threshold, evaluation and monitor");
    static_assert(!has_before<S...>(judge, tuner),
                  "the threshold is chosen before the verdict: a ThresholdTuner stands before the Evaluator");
    static_assert(!(PredictsNumbers<S> || ...) || count_of<S...>(tuner) == 0,
                  "a threshold parts classes: leave the ThresholdTuner out of a chain that predicts numbers");
    static_assert(
        !(PredictsNumbers<S> || ...) || count_of<S...>(calibrator) == 0,
        "calibration is of probabilities: leave the Calibrator out of a chain that predicts numbers");
    static_assert(count_of<S...>(calibrator) <= 1, "one calibrator is enough for a chain");
    static_assert(count_of<S...>(tuner) <= 1 && count_of<S...>(judge) <= 1 && count_of<S...>(monitor) <= 1,
                  "one threshold tuner, one evaluator and one monitor are enough for a chain");
}

}  // namespace gasket::detail
