#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gasket/evaluate/evaluation.hpp"
#include "gasket/evaluate/slices.hpp"
#include "gasket/pipeline/model.hpp"
#include "gasket/report/detail/evaluation_sections.hpp"
#include "gasket/report/page.hpp"

namespace gasket {

/// What the page of an evaluation shows beside the evaluation and its model.
struct EvaluationPageOptions {
    /// what the model is called; its target where empty
    std::string name = {};
    /// where the model is weak, and which rows were looked at, such as "validation rows"
    std::optional<Slices> slices = std::nullopt;
    std::string slices_of = {};
    /// of a numeric target: what was true and what was answered, one a row, for the pictures of errors; and
    /// which rows these are
    std::vector<double> truth = {};
    std::vector<double> answers = {};
    std::string rows_of = {};
};

/// An evaluation as a page: the verdict with every metric beside its interval and what it is without skill;
/// curves, calibration, scores, decisions and their worth at every threshold for two classes; the confusion
/// matrix as a heat map for many; errors for numbers; importances, folds, slices. A section is there where
/// there is something to show.
///
///     evaluation_page(run.evaluation(), run.model(), {.name = "churn 1.0.0"}).write("evaluation.html");
///
/// O(rows log rows); some 100 KB. The same evaluation is always the same page.
/// throws DataError where answers are not as many as truths
[[nodiscard]] inline Page evaluation_page(const Evaluation& evaluation, const Model& model,
                                          const EvaluationPageOptions& options = {}) {
    const detail::EvaluationSections sections(evaluation, model);
    Page page{.title = "Evaluation of " +
                       (options.name.empty() ? "the model of " + evaluation.target.column : options.name),
              .lead = sections.lead(),
              .sections = sections.verdict()};
    const auto add = [&](std::vector<Section> more) {
        for (Section& section : more) {
            if (!section.content.empty()) page.sections.push_back(std::move(section));
        }
    };
    if (evaluation.target.task == Task::binary) add(detail::BinarySections(evaluation).all());
    if (evaluation.target.task == Task::multiclass) add({sections.many_classes()});
    if (!options.truth.empty() || !options.answers.empty()) {
        detail::check_metric("evaluation_page", options.truth, options.answers, {}, false);
        add({detail::errors_section(options.truth, options.answers, evaluation.target.column,
                                    options.rows_of)});
    }
    add({sections.importances(), sections.folds()});
    if (options.slices) add({detail::slices_section(*options.slices, options.slices_of)});
    add({sections.rows()});
    return page;
}

}  // namespace gasket
