#pragma once

#include <cstddef>
#include <vector>

#include "gasket/evaluate/scored_rows.hpp"

namespace gasket::detail {

/// What a metric is without skill: every row is answered with the truth's average (the shares of the classes,
/// the mean), and as many rows as the model decides for each class are decided for it at random.
class NoSkill {
  public:
    NoSkill(const LabelledRows& rows, const Predictions& predictions) : rows_(rows) {
        const Target& target = rows.target;
        const std::size_t n = rows.labels.size();
        if (target.task == Task::regression) {
            const double mean = weighted_mean(n, rows.weights, [&](std::size_t r) { return rows.labels[r]; });
            answers_.assign(n, mean);
            return;
        }
        const std::size_t classes = target.classes.size();
        std::vector<double> share(classes, 0.0);
        std::vector<double> decided(classes, 0.0);
        double total = 0;
        for (std::size_t r = 0; r < n; ++r) {
            const double w = weight_of(rows.weights, r);
            share[static_cast<std::size_t>(rows.labels[r])] += w;
            decided[predictions.decided_class(r)] += w;
            total += w;
        }
        for (std::size_t t = 0; t < classes; ++t) {
            for (std::size_t d = 0; d < classes; ++d) by_chance_.push_back(share[t] * decided[d] / total);
            share[t] /= total;
        }
        for (std::size_t r = 0; r < n; ++r) {
            if (target.task == Task::binary) {
                answers_.push_back(share[1]);
            } else {
                answers_.insert(answers_.end(), share.begin(), share.end());
            }
        }
    }

    [[nodiscard]] double of(const Metric& metric) const {
        const std::size_t classes = rows_.target.classes.size();
        if (rows_.target.task == Task::binary && metric.of_scores == nullptr)
            return metric.of_decisions({by_chance_[0], by_chance_[1], by_chance_[2], by_chance_[3]});
        if (rows_.target.task == Task::multiclass && metric.of_probabilities == nullptr) {
            ConfusionMatrix matrix(classes);
            for (std::size_t i = 0; i < by_chance_.size(); ++i)
                matrix.add(i / classes, i % classes, by_chance_[i]);
            return metric.of_classes(matrix);
        }
        return metric(rows_.target, rows_.labels, answers_, rows_.weights);
    }

  private:
    const LabelledRows& rows_;
    std::vector<double> answers_;
    std::vector<double> by_chance_;  // the expected confusion matrix, row after row
};

}  // namespace gasket::detail
