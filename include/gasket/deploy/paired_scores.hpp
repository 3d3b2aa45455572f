#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/table.hpp"
#include "gasket/monitor/live_labels.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

/// What a champion and a challenger answered for the same rows, row after row, and what turned out to be
/// true.
struct PairedScores {
    Target target = {};
    /// how each takes its decisions, as in Predictions
    double champion_threshold = 0.5;
    double challenger_threshold = 0.5;
    std::vector<double> champion_weights = {};
    std::vector<double> challenger_weights = {};
    /// as Predictions::values: as many a row as Target::outputs
    std::vector<double> champion = {};
    std::vector<double> challenger = {};
    /// class index or number; missing where it is not known (yet)
    std::vector<double> truth = {};
    /// rows that the champion answered and the challenger did not take
    std::size_t refused = 0;

    [[nodiscard]] std::size_t rows() const noexcept { return truth.size(); }
    [[nodiscard]] std::span<const double> row(const std::vector<double>& values, std::size_t r) const {
        return std::span(values).subspan(r * target.outputs(), target.outputs());
    }
    [[nodiscard]] std::size_t champion_decides(std::size_t r) const {
        return decided(row(champion, r), champion_threshold, champion_weights);
    }
    [[nodiscard]] std::size_t challenger_decides(std::size_t r) const {
        return decided(row(challenger, r), challenger_threshold, challenger_weights);
    }

  private:
    [[nodiscard]] static std::size_t decided(std::span<const double> answer, double threshold,
                                             std::span<const double> weights) {
        return answer.size() == 1 ? (answer[0] >= threshold ? 1 : 0)
                                  : Predictions::likeliest(answer, weights);
    }
};

/// The pairs that two models make of one table. `labels` names its column with the truth, where there is one:
/// rows without a label count as not known. throws as Model::predict; DataError for models of different
/// targets or a label that is none of the target's
[[nodiscard]] inline PairedScores paired_scores(const Model& champion, const Model& challenger,
                                                const Table& rows, const std::string& labels = {}) {
    if (!(champion.target() == challenger.target())) {
        throw DataError(ErrorCode::bad_metric_input, {.expected = "two models of one target",
                                                      .found = champion.target().to_json().dump() + " and " +
                                                               challenger.target().to_json().dump(),
                                                      .where = "shadow",
                                                      .advice = "compare models of the same answer"});
    }
    const Predictions first = champion.predict(rows);
    const Predictions second = challenger.predict(rows);
    PairedScores out{.target = champion.target(),
                     .champion_threshold = first.threshold,
                     .challenger_threshold = second.threshold,
                     .champion_weights = first.class_weights,
                     .challenger_weights = second.class_weights,
                     .champion = first.values,
                     .challenger = second.values,
                     .truth = std::vector<double>(rows.rows(), missing)};
    if (labels.empty()) return out;
    const std::size_t at = rows.index_of(labels);
    const std::vector<std::string>& classes = out.target.classes;
    for (std::size_t r = 0; r < rows.rows(); ++r) {
        if (rows.column(at).is_missing(r)) continue;
        if (out.target.task == Task::regression) {
            out.truth[r] = rows.column(at).numbers()[r];
            continue;
        }
        const auto label = std::find(classes.begin(), classes.end(), rows.cell(r, at));
        if (label == classes.end()) {
            throw DataError(ErrorCode::unknown_label,
                            {.expected = "a label of the target: " + text::list(classes, 12),
                             .found = text::quoted(rows.cell(r, at)),
                             .where = "column " + text::quoted(labels) + ", row " + std::to_string(r),
                             .advice = "correct it"});
        }
        out.truth[r] = static_cast<double>(label - classes.begin());
    }
    return out;
}

}  // namespace gasket
