#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/evaluate/metric.hpp"
#include "gasket/split/target.hpp"

namespace gasket {

/// What a model answered for labelled rows. A view: keep what it looks at alive.
struct ScoredRows {
    Target target;
    /// class indices, or numbers; one a row
    std::span<const double> truth;
    /// as Predictions::values: as many a row as Target::outputs
    std::span<const double> scores;
    /// one a row, or none
    std::span<const double> weights = {};

    [[nodiscard]] std::size_t rows() const noexcept { return truth.size(); }

    /// throws DataError unless there are as many scores and weights as the rows need
    void check(const char* what) const {
        const std::size_t wanted = rows() * target.outputs();
        if (rows() > 0 && scores.size() == wanted && (weights.empty() || weights.size() == rows())) return;
        detail::throw_metric(
            what, "rows, with " + std::to_string(target.outputs()) + " scores (and one weight) each",
            std::to_string(rows()) + " labels, " + std::to_string(scores.size()) + " scores, " +
                std::to_string(weights.size()) + " weights",
            "give labels and predictions of one table");
    }
};

namespace detail {

/// Some rows of others, in memory of its own that is used again and again.
class TakenRows {
  public:
    /// The rows at these places, some perhaps several times.
    void take(const ScoredRows& from, std::span<const std::size_t> places) {
        const std::size_t width = from.target.outputs();
        truth_.clear();
        scores_.clear();
        weights_.clear();
        for (const std::size_t r : places) {
            truth_.push_back(from.truth[r]);
            for (std::size_t k = 0; k < width; ++k) scores_.push_back(from.scores[r * width + k]);
            if (!from.weights.empty()) weights_.push_back(from.weights[r]);
        }
    }
    /// The metric of them; missing where it has no value on these rows, such as an AUC of one class.
    [[nodiscard]] double measure(const Metric& metric, const Target& target, double threshold) const {
        try {
            return metric(target, truth_, scores_, weights_, threshold);
        } catch (const DataError&) {
            return missing;
        }
    }

  private:
    std::vector<double> truth_;
    std::vector<double> scores_;
    std::vector<double> weights_;
};

}  // namespace detail
}  // namespace gasket
