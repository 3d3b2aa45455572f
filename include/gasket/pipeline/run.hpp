#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "gasket/core/progress.hpp"
#include "gasket/pipeline/calibrator.hpp"
#include "gasket/pipeline/chain_builder.hpp"
#include "gasket/pipeline/fitted_pipeline.hpp"
#include "gasket/pipeline/out_of_fold.hpp"
#include "gasket/pipeline/stage_list.hpp"
#include "gasket/split/matching_folds.hpp"

namespace gasket {

/// What the whole workflow brought: the fitted pipeline, what the profiler saw before the split, and the
/// verdict on the holdout, which is spent. A value.
template <class FittedType, class ProfileType, class EvaluationType>
class Run {
  public:
    Run(FittedType fitted, ProfileType profile, EvaluationType evaluation, SplitRecord holdout)
        : fitted_(std::move(fitted)),
          profile_(std::move(profile)),
          evaluation_(std::move(evaluation)),
          holdout_(std::move(holdout)) {}

    [[nodiscard]] const FittedType& fitted() const noexcept { return fitted_; }
    [[nodiscard]] const Model& model() const noexcept { return fitted_.model(); }

    /// What the Profiler found; the chain must have one.
    [[nodiscard]] const ProfileType& profile() const noexcept {
        static_assert(!std::is_same_v<ProfileType, std::monostate>, "the chain has no Profiler");
        return profile_;
    }
    /// The verdict on the holdout; the chain must have an Evaluator.
    [[nodiscard]] const EvaluationType& evaluation() const noexcept {
        static_assert(!std::is_same_v<EvaluationType, std::monostate>, "the chain has no Evaluator");
        return evaluation_;
    }
    /// How the training rows were cut off, and how the holdout.
    [[nodiscard]] const SplitRecord& training_record() const noexcept { return model().split(); }
    [[nodiscard]] const SplitRecord& holdout_record() const noexcept { return holdout_; }

    /// As gasket::save.
    void save(const std::string& path) const { fitted_.save(path); }

  private:
    FittedType fitted_;
    ProfileType profile_;
    EvaluationType evaluation_;
    SplitRecord holdout_;
};

namespace detail {

/// What the builder has fitted, as a model.
inline ModelParts finish_core(ChainBuilder& builder, const Training& training) {
    ModelParts parts;
    parts.chain = builder.finish();
    parts.target = training.target();
    parts.split = training.record();
    parts.sections = builder.sections();
    Schema schema = infer_schema(training.table());
    for (const std::string& name : training.table().names()) {
        if (builder.required().contains(name)) continue;
        // Nothing of a column that no stage reads goes into the artifact but its name and type.
        schema.set({.name = name, .type = schema[name].type, .role = Role::ignored, .nullable = true});
    }
    parts.door = Door(schema);
    parts.schema = std::move(schema);
    parts.chain.input = parts.door.layout();
    parts.created = seconds_now();
    parts.golden = make_golden(parts, training.table());
    return parts;
}

/// Transforms and estimator of a chain, fitted on training rows.
template <class List>
ModelParts fit_core(const List& stages, const Training& training) {
    ChainBuilder builder(training);
    stages.each([&](const auto& stage) { builder.add(stage); });
    return finish_core(builder, training);
}

/// Out-of-fold scores, made once and shared by the stages that ask for the same folds; rows that the splitter
/// kept apart are kept apart by the folds.
class SharedScores {
  public:
    /// `refit`: the chain without what stands behind its estimator
    SharedScores(const Training& training, Refit refit, const Progress& progress)
        : training_(training), refit_(std::move(refit)), progress_(progress) {}

    /// As the estimator gives them.
    const OutOfFold& raw(std::size_t folds, std::uint64_t seed) {
        if (!raw_ || folds != folds_ || seed != seed_) {
            raw_ = score_out_of_fold(MatchingFolds{.folds = folds, .seed = seed}.split(training_), refit_,
                                     progress_);
            calibrated_.reset();
            folds_ = folds;
            seed_ = seed;
        }
        return *raw_;
    }
    /// As the chain gives them: calibrated where it has a Calibrator.
    const OutOfFold& get(std::size_t folds, std::uint64_t seed) {
        const OutOfFold& scores = raw(folds, seed);
        if (!calibrate_) return scores;
        if (!calibrated_) calibrated_ = calibrate_(scores);
        return *calibrated_;
    }
    /// The scores that were made last; null where none were.
    [[nodiscard]] const OutOfFold* latest() { return raw_ ? &get(folds_, seed_) : nullptr; }

    /// From now on scores are calibrated by that stage.
    template <class Stage>
    void calibrate_by(const Stage& stage) {
        calibrate_ = [&stage](const OutOfFold& scores) { return calibrated(scores, stage); };
    }

  private:
    const Training& training_;
    Refit refit_;
    const Progress& progress_;
    std::optional<OutOfFold> raw_;
    std::function<OutOfFold(const OutOfFold&)> calibrate_;
    std::optional<OutOfFold> calibrated_;
    std::size_t folds_ = 0;
    std::uint64_t seed_ = 0;
};

/// Lets the chain's Calibrator learn, where it has one.
template <class List>
void calibrate(const List& stages, const Training& training, SharedScores& scores, ModelParts& parts) {
    stages.each([&](const auto& stage) {
        if constexpr (ScoreCalibrator<std::remove_cvref_t<decltype(stage)>>) {
            parts.chain.calibration = stage.calibrate(scores.raw(stage.folds, stage.seed));
            parts.golden = make_golden(parts, training.table());
            scores.calibrate_by(stage);
        }
    });
}

/// The chain up to its estimator as something that can be fitted again and again.
template <class List>
Refit refit_core(const List& stages) {
    return [&stages](const Training& training) { return Model(fit_core(stages, training)); };
}

/// Transforms, estimator and calibrator of a chain, fitted on training rows.
template <class List>
Model fit_chain(const List& stages, const Training& training) {
    ModelParts parts = fit_core(stages, training);
    const Progress silent;
    SharedScores scores(training, refit_core(stages), silent);
    calibrate(stages, training, scores, parts);
    return Model(std::move(parts));
}

/// Fits the chain, then lets the tuner choose and the monitor freeze its baseline. The stages after the
/// estimator see training rows only.
template <class List>
ModelParts fit_all(const List& stages, const Training& training, SharedScores& scores,
                   const Progress& progress) {
    report(progress, "fit", 0, 1);
    ModelParts parts = fit_core(stages, training);
    report(progress, "fit", 1, 1);
    calibrate(stages, training, scores, parts);
    const auto tune = [&](const auto& stage) {
        if constexpr (Tuner<std::remove_cvref_t<decltype(stage)>>) {
            const auto choice = stage.tune(scores.get(stage.folds, stage.seed));
            parts.threshold = choice.threshold;
            if constexpr (requires { choice.class_weights; }) parts.class_weights = choice.class_weights;
            parts.sections["threshold"] = choice.to_json();
        }
    };
    stages.each(tune);
    const auto watch = [&](const auto& stage) {
        if constexpr (Monitor<std::remove_cvref_t<decltype(stage)>>) {
            // Out-of-fold scores look like those of rows to come; the model's own training scores are too
            // sure.
            const OutOfFold* made = scores.latest();
            if constexpr (requires { stage.folds, stage.seed; }) {
                if (made == nullptr && stage.folds > 0) made = &scores.get(stage.folds, stage.seed);
            }
            const Table read = training.table().select(Model(parts).inputs());
            const Predictions seen = made != nullptr ? Predictions{parts.target, made->scores,
                                                                   parts.threshold, parts.class_weights}
                                                     : Model(parts).predict(training.table());
            parts.sections["baseline"] = stage.baseline(read, seen, made).to_json();
        }
    };
    stages.each(watch);
    return parts;
}

/// A stateless stage on a whole table.
template <RowTransform S>
Table apply_to_table(const S& stage, const Table& table) {
    const Features in = to_features(table);
    const TransformOf<S> step(stage.bind(in.layout()));
    const Features out = apply(step, in);
    const Outputs& outputs = step.outputs();
    Table result;
    for (std::size_t i = 0; i < out.columns(); ++i) {
        const std::size_t from = outputs.from()[i];
        result =
            result.with(out.layout()[i].name,
                        from == Outputs::computed ? to_column(out.layout()[i], out[i]) : table.column(from));
    }
    return result;
}

template <class S>
struct IsSplitter : std::bool_constant<Splitter<S>> {};
template <class S>
struct IsObserver : std::bool_constant<Observer<S>> {};
template <class S>
struct IsJudge : std::bool_constant<Judge<S>> {};

template <class FittedType, class List>
auto run_all(const List& stages, const Table& data, const Progress& progress) {
    const auto& splitter = find_stage<IsSplitter>(stages);
    auto observer = find_stage<IsObserver>(stages);
    const auto& judge = find_stage<IsJudge>(stages);

    // Before the split: look, and apply what changes rows one by one, so that the splitter sees derived
    // columns.
    const auto observe = [&](const Table& table) {
        if constexpr (!std::is_same_v<decltype(observer), std::monostate>) {
            if constexpr (requires { observer.target = splitter.target; }) {
                if (observer.target.empty()) observer.target = splitter.target;
                if (observer.positive.empty()) observer.positive = splitter.positive;
            }
            return observer.observe(table);
        } else {
            return std::monostate{};
        }
    };
    Table view = data;
    std::optional<decltype(observe(view))> profile;
    bool split_reached = false;
    const auto before = [&](const auto& stage) {
        using T = std::remove_cvref_t<decltype(stage)>;
        split_reached = split_reached || Splitter<T>;
        if (split_reached) return;
        if constexpr (Observer<T>) {
            report(progress, "profile", 0, 1);
            profile = observe(view);
            report(progress, "profile", 1, 1);
        } else if constexpr (RowTransform<T>) {
            view = apply_to_table(stage, view);
        }
    };
    stages.each(before);
    if (!profile) profile = observe(view);

    // The chain learns from the raw columns: what stands before the splitter is part of it and is applied
    // again there.
    Split split = Wall::seal(data, splitter.plan(view));
    constexpr bool judged = !std::is_same_v<std::remove_cvref_t<decltype(judge)>, std::monostate>;
    if constexpr (judged) Wall::require_unspent(split.holdout);  // rather now than after the fit
    SharedScores scores(split.training, refit_core(stages), progress);
    ModelParts parts = fit_all(stages, split.training, scores, progress);
    SplitRecord holdout = split.holdout.record();

    const auto verdict = [&] {
        if constexpr (judged) {
            const OutOfFold& out_of_fold = scores.get(judge.folds, judge.seed);
            report(progress, "evaluate", 0, 1);
            const Model model(parts);
            const OpenedHoldout opened = Wall::open(std::move(split.holdout), [&] {
                return "a run of " + text::list(model.stages(), 30) + ", fitted on rows " +
                       parts.split.digest.substr(0, 12);
            });
            holdout = opened.record;
            auto evaluation = judge.judge(model, opened.rows, opened.record, out_of_fold);
            report(progress, "evaluate", 1, 1);
            parts.sections["evaluation"] = evaluation.to_json();
            return evaluation;
        } else {
            return std::monostate{};
        }
    };
    auto evaluation = verdict();
    using Result = Run<FittedType, typename decltype(profile)::value_type, decltype(evaluation)>;
    return Result(FittedType(Model(std::move(parts))), std::move(*profile), std::move(evaluation),
                  std::move(holdout));
}

}  // namespace detail
}  // namespace gasket
