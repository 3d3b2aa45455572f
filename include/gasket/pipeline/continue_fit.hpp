#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/pipeline/chain_builder.hpp"
#include "gasket/pipeline/golden_rows.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

/// Goes on from a fitted model on other training rows, such as those of the latest month: its transforms stay
/// as they are, its estimator learns more by `stage.fit(rows, earlier)`. The result is a model of its own;
/// its split record is that of the new rows. Threshold, calibration, baseline and evaluation are of the
/// earlier estimator and are left out: choose and judge anew.
///
///     const Model newer = continue_fit(model, GradientBoosting{.trees = 50}, latest_month);
///
/// O(rows x chain) + the fit   throws DataError (another target, an estimator of another kind), SchemaError
/// as Model::predict, and what fitting throws
template <Estimator S>
requires requires(const S& stage, const TrainingRows& rows, const Fitted<S>& earlier) {
    { stage.fit(rows, earlier) } -> std::same_as<Fitted<S>>;
}
[[nodiscard]] Model continue_fit(const Model& earlier, const S& stage, const Training& training) {
    const auto* const estimator =
        dynamic_cast<const detail::EstimatorOf<S>*>(earlier.parts().chain.estimator.get());
    if (estimator == nullptr || !(earlier.target() == training.target())) {
        const std::vector<std::string> stages = earlier.stages();
        throw DataError(
            ErrorCode::length_mismatch,
            {.expected = "rows with target " + text::quoted(earlier.target().column) +
                         " for a model that ends in " + (stages.empty() ? "" : stages.back()),
             .found = "target " + text::quoted(training.target().column) + ", stage " + std::string(S::name),
             .where = "continue_fit",
             .advice = "go on with the same kind of stage, target and classes"});
    }
    detail::ModelParts parts = earlier.parts();
    const TrainingRows rows = detail::ChainBuilder::behind(earlier, training);
    parts.chain.estimator = detail::EstimatorOf<S>::share(stage.fit(rows, estimator->fitted()));
    parts.chain.calibration.reset();
    parts.threshold = 0.5;
    parts.class_weights.clear();
    parts.split = training.record();
    for (const char* section : {"threshold", "baseline", "evaluation"}) parts.sections.erase(section);
    parts.created = detail::seconds_now();
    parts.golden = detail::make_golden(parts, training.table());
    return Model(std::move(parts));
}

}  // namespace gasket
