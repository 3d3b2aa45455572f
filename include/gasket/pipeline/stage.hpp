#pragma once

#include <concepts>
#include <span>
#include <string_view>
#include <utility>

#include "gasket/core/json.hpp"
#include "gasket/data/block.hpp"
#include "gasket/model/scratch.hpp"
#include "gasket/prepare/affine.hpp"
#include "gasket/prepare/cross_fit.hpp"
#include "gasket/prepare/fitted.hpp"
#include "gasket/prepare/resampled.hpp"
#include "gasket/split/wall.hpp"

/// The kinds of stages, each told by what it offers and by nothing else: a type of your own that offers the
/// same is a stage like those of the library.
namespace gasket {

/// An aggregate of options with a registered name. The name stands in artifacts; it must never change.
template <class S>
concept Stage = std::copyable<S> && requires {
    { S::name } -> std::convertible_to<std::string_view>;
};

/// Looks at the whole table before it is split and changes nothing (Profiler).
template <class S>
concept Observer = Stage<S> && requires(const S& stage, const Table& table) {
    stage.observe(table);
};

/// Says how columns of the table were made before they came to the chain (Aggregates): checks that they are
/// there, and leaves what it says in the model.
template <class S>
concept Declaration = Stage<S> && requires(const S& stage, const Layout& in, const detail::Fields& fields) {
    { stage.declare(in) } -> std::same_as<Json>;
    { S::from_json(fields) } -> std::same_as<S>;
};

/// Decides which rows are for learning and which are sealed (StratifiedSplitter).
template <class S>
concept Splitter = Stage<S> && requires(const S& stage, const Table& table) {
    { stage.plan(table) } -> std::same_as<SplitPlan>;
};

/// What a transform is after fitting; see prepare/fitted.hpp.
template <class F>
concept FittedTransform = std::copyable<F> &&
    requires(const F& fitted, const Block& in, std::span<double* const> out, const detail::Fields& fields,
             const Layout& layout) {
    { fitted.outputs() } -> std::same_as<const Outputs&>;
    fitted.compute(in, out);
    { fitted.to_json() } -> std::same_as<Json>;
    { F::from_json(fields, layout) } -> std::same_as<F>;
};

/// What an estimator is after fitting; see prepare/fitted.hpp.
template <class F>
concept FittedEstimator = std::copyable<F> &&
    requires(const F& fitted, const Block& in, double* out, Scratch& scratch, const detail::Fields& fields,
             const Layout& layout) {
    fitted.predict(in, out, scratch);
    { fitted.to_json() } -> std::same_as<Json>;
    { F::from_json(fields, layout) } -> std::same_as<F>;
};

/// Changes each row by itself and learns nothing (Drop, Derive); may stand before the splitter.
template <class S>
concept RowTransform = Stage<S> && requires(const S& stage, const Layout& in) {
    { stage.bind(in) } -> std::same_as<Fitted<S>>;
} && FittedTransform<Fitted<S>>;

/// Learns from training rows how to change every row (Imputer, OneHotEncoder, StandardScaler).
template <class S>
concept Transformer = Stage<S> && requires(const S& stage, const TrainingRows& rows) {
    { stage.fit(rows) } -> std::same_as<Fitted<S>>;
} && FittedTransform<Fitted<S>>;

/// A transformer that looks at the target, so that its own training rows must not be transformed by what it
/// learned from all of them (TargetEncoder); see prepare/cross_fit.hpp.
template <class S>
concept CrossFitter = Transformer<S> && requires(const S& stage, const TrainingRows& rows) {
    { stage.fit_transform(rows) } -> std::same_as<CrossFit<S>>;
};

/// Learns from training rows to answer (LogisticRegression, RandomForest, GradientBoosting).
template <class S>
concept Estimator = Stage<S> && requires(const S& stage, const TrainingRows& rows) {
    { stage.fit(rows) } -> std::same_as<Fitted<S>>;
} && FittedEstimator<Fitted<S>>;

/// An estimator of numbers and nothing else (LinearRegression): says so by `predicts_numbers = true`.
template <class S>
concept PredictsNumbers = Estimator<S> && requires {
    requires S::predicts_numbers;
};

/// An estimator that can learn as if each feature were (x - center) / scale, without a scaled copy of the
/// rows (LogisticRegression).
template <class S>
concept LearnsScaled = Estimator<S> &&
    requires(const S& stage, const TrainingRows& rows, std::span<const detail::Affine> scaling) {
    { stage.fit(rows, scaling) } -> std::same_as<Fitted<S>>;
};

/// Changes the rows that the stages after it learn from, in fit only (RandomOverSampler, Smote); see
/// prepare/resampled.hpp.
template <class S>
concept Resampler = Stage<S> && requires(const S& stage, const TrainingRows& rows) {
    { stage.resample(rows) } -> std::same_as<Resampled>;
};

struct OutOfFold;
struct Predictions;
class CalibrationCurves;
class Model;

/// Learns from out-of-fold scores of the training rows how to correct probabilities (Calibrator).
template <class S>
concept ScoreCalibrator = Stage<S> && requires(const S& stage, const OutOfFold& scores) {
    { stage.calibrate(scores) } -> std::same_as<CalibrationCurves>;
};

/// Chooses a threshold from out-of-fold scores of the training rows (ThresholdTuner). `tune` returns a value
/// with a `threshold` and a `to_json()`.
template <class S>
concept Tuner = Stage<S> && requires(const S& stage, const OutOfFold& scores) {
    { stage.tune(scores).threshold } -> std::convertible_to<double>;
    { stage.tune(scores).to_json() } -> std::same_as<Json>;
};

/// Judges the fitted chain on the holdout, once (Evaluator).
template <class S>
concept Judge = Stage<S> && requires(const S& stage, const Model& model, const LabelledRows& rows,
                                     const SplitRecord& record, const OutOfFold& scores) {
    { stage.judge(model, rows, record, scores).to_json() } -> std::same_as<Json>;
};

/// Keeps what live data will be compared with (PsiMonitor). `baseline` takes the raw training columns that
/// the model reads, predictions, and the out-of-fold scores that these are of; null where they are the
/// model's own, of the rows that it learned from. A stage with `folds` above 0 and a
/// `seed` gets out-of-fold scores even where no other stage has asked for any.
template <class S>
concept Monitor = Stage<S> && requires(const S& stage, const Table& table, const Predictions& predictions,
                                       const OutOfFold* out_of_fold) {
    { stage.baseline(table, predictions, out_of_fold).to_json() } -> std::same_as<Json>;
};

/// Anything that may stand in a chain.
template <class S>
concept AnyStage = Observer<S> || Declaration<S> || Splitter<S> || RowTransform<S> || Transformer<S> ||
    Resampler<S> || Estimator<S> || ScoreCalibrator<S> || Tuner<S> || Judge<S> || Monitor<S>;

}  // namespace gasket
