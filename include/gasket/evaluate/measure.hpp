#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "gasket/evaluate/metric.hpp"
#include "gasket/pipeline/predictions.hpp"
#include "gasket/split/holdout.hpp"

namespace gasket::detail {

/// What was decided for each class, by the class weights that the model carries. Many classes only.
[[nodiscard]] inline ConfusionMatrix decisions_of(const Predictions& predictions, const LabelledRows& rows) {
    ConfusionMatrix out(predictions.target.classes.size());
    for (std::size_t r = 0; r < predictions.size(); ++r) {
        out.add(static_cast<std::size_t>(rows.labels[r]), predictions.decided_class(r),
                weight_of(rows.weights, r));
    }
    return out;
}

/// Whether some class of a target of classes has no rows among these: a metric such as the AUC has no value
/// there.
[[nodiscard]] inline bool lacks_class(const Target& target, std::span<const double> labels) {
    for (std::size_t k = 0; k < target.classes.size(); ++k) {
        if (std::find(labels.begin(), labels.end(), static_cast<double>(k)) == labels.end()) return true;
    }
    return false;
}

/// Probabilities whose greatest is the class decided for: those of the model times its class weights.
[[nodiscard]] inline std::vector<double> weighted_probabilities(const Predictions& predictions) {
    std::vector<double> out = predictions.values;
    if (predictions.class_weights.empty()) return out;
    for (std::size_t r = 0, i = 0; r < predictions.size(); ++r) {
        double sum = 0;
        for (std::size_t k = 0; k < predictions.class_weights.size(); ++k)
            sum += out[i + k] *= predictions.class_weights[k];
        for (std::size_t k = 0; k < predictions.class_weights.size(); ++k, ++i) out[i] /= sum;
    }
    return out;
}

/// A metric of what a model answers for labelled rows, decided as the model decides. throws OptionError for a
/// metric that is not for the target; DataError
[[nodiscard]] inline double measure(const Metric& metric, const Predictions& predictions,
                                    const LabelledRows& rows) {
    if (rows.target.task == Task::multiclass && metric.of_probabilities == nullptr) {
        metric.require(Task::multiclass);
        return metric.of_classes(decisions_of(predictions, rows));
    }
    return metric(rows.target, rows.labels, predictions.values, rows.weights, predictions.threshold);
}

}  // namespace gasket::detail
