#pragma once

namespace gasket {

/// What a stage becomes by learning. Each stage that learns specialises it beside its options:
///
///     struct Imputer { ...options...; Fitted<Imputer> fit(const TrainingRows&) const; };
///     template <> class Fitted<Imputer> { ... };
///
/// A fitted type is another type than its stage on purpose: to predict before fitting, or to fit what is
/// fitted already, cannot be written.
///
/// What a fitted transform offers (concept FittedTransform in pipeline/stage.hpp):
///     const Outputs& outputs() const                    what it makes of the features before it
///     void compute(const Block& in, std::span<double* const> out) const
///                                                       fills the computed features, in the order of
///                                                       Outputs; no allocation; thread-safe; one row is a
///                                                       block of one
///     Json to_json() const                              all that it learned, as data
///     static Fitted from_json(const detail::Fields&, const Layout& in)
///                                                       the same object again; throws ArtifactError
/// What a fitted estimator offers (concept FittedEstimator):
///     void predict(const Block& in, double* out, Scratch&) const
///                                                       one probability of the positive class (or one
///                                                       number) per row; for a target of many classes all
///                                                       its probabilities, row after row
///     std::size_t outputs() const noexcept              numbers per row; may be left out where always 1
///     Json to_json() const, static Fitted from_json(const detail::Fields&, const Layout& in)
template <class Stage>
class Fitted;

}  // namespace gasket
