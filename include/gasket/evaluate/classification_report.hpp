#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/confusion_matrix.hpp"

namespace gasket {

/// Precision, recall and F1 of one class, and how many rows it has.
struct ClassFigures {
    std::string label;
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    double support = 0;

    [[nodiscard]] Json to_json() const {
        return {
            {"label", label}, {"precision", precision}, {"recall", recall}, {"f1", f1}, {"support", support}};
    }
};

/// Figures of every class of a decision, their plain mean and their mean weighted by support. (The mean over
/// the rows, the micro mean, is the accuracy.)
struct ClassificationReport {
    std::vector<ClassFigures> classes = {};
    ClassFigures macro = {};
    ClassFigures weighted = {};
    double accuracy = 0;

    [[nodiscard]] Json to_json() const {
        std::vector<Json> each;
        for (const ClassFigures& f : classes) each.push_back(f.to_json());
        return json_object({{"classes", each},
                            {"macro", macro.to_json()},
                            {"weighted", weighted.to_json()},
                            {"accuracy", accuracy}});
    }

    friend std::ostream& operator<<(std::ostream& out, const ClassificationReport& report) {
        text::Grid grid({"class", "precision", "recall", "f1", "rows"});
        const auto line = [&](const ClassFigures& f) {
            grid.add({f.label, text::fixed(f.precision, 4), text::fixed(f.recall, 4), text::fixed(f.f1, 4),
                      text::compact(f.support, 9)});
        };
        for (const ClassFigures& f : report.classes) line(f);
        line(report.macro);
        line(report.weighted);
        return out << grid.str();
    }
};

/// The report of decisions between many classes; `labels`: one a class.
[[nodiscard]] inline ClassificationReport classification_report(const ConfusionMatrix& m,
                                                                const std::vector<std::string>& labels) {
    ClassificationReport report;
    for (std::size_t k = 0; k < m.classes(); ++k)
        report.classes.push_back({labels.at(k), m.precision(k), m.recall(k), m.f_beta(k, 1), m.support(k)});
    const auto mean = [&](std::string label, Average how) {
        return ClassFigures{std::move(label), m.precision(how), m.recall(how), m.f_beta(how, 1), m.total()};
    };
    report.macro = mean("macro mean", Average::macro);
    report.weighted = mean("weighted mean", Average::weighted);
    report.accuracy = m.accuracy();
    return report;
}

/// The report of a decision between two labels, `negative` being class 0.
[[nodiscard]] inline ClassificationReport classification_report(const Confusion& c, std::string negative,
                                                                std::string positive) {
    return classification_report(ConfusionMatrix(c), {std::move(negative), std::move(positive)});
}

}  // namespace gasket
