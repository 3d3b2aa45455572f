#pragma once

#include <array>
#include <ostream>
#include <string>
#include <utility>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/confusion.hpp"

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

/// Figures of both classes of a binary decision, their plain mean and their mean weighted by support.
struct ClassificationReport {
    std::array<ClassFigures, 2> classes = {};
    ClassFigures macro = {};
    ClassFigures weighted = {};
    double accuracy = 0;

    [[nodiscard]] Json to_json() const {
        return json_object({{"classes", std::vector{classes[0].to_json(), classes[1].to_json()}},
                            {"macro", macro.to_json()},
                            {"weighted", weighted.to_json()},
                            {"accuracy", accuracy}});
    }

    friend std::ostream& operator<<(std::ostream& out, const ClassificationReport& report) {
        text::Grid grid({"class", "precision", "recall", "f1", "rows"});
        for (const ClassFigures* f :
             {&report.classes[0], &report.classes[1], &report.macro, &report.weighted}) {
            grid.add({f->label, text::fixed(f->precision, 4), text::fixed(f->recall, 4),
                      text::fixed(f->f1, 4), text::compact(f->support, 9)});
        }
        return out << grid.str();
    }
};

/// The report of a decision between two labels, `negative` being class 0.
[[nodiscard]] inline ClassificationReport classification_report(const Confusion& c, std::string negative,
                                                                std::string positive) {
    // The negative class seen as the positive one of the mirrored decision.
    const Confusion mirrored{.tn = c.tp, .fp = c.fn, .fn = c.fp, .tp = c.tn};
    const auto figures = [](std::string label, const Confusion& of) {
        return ClassFigures{std::move(label), of.precision(), of.recall(), of.f_beta(1), of.tp + of.fn};
    };
    ClassificationReport report{
        .classes = {figures(std::move(negative), mirrored), figures(std::move(positive), c)}};
    const auto& [a, b] = report.classes;
    const auto mean = [&](std::string label, double wa, double wb) {
        return ClassFigures{std::move(label), wa * a.precision + wb * b.precision,
                            wa * a.recall + wb * b.recall, wa * a.f1 + wb * b.f1, a.support + b.support};
    };
    const double share = c.total() == 0 ? 0 : b.support / c.total();
    report.macro = mean("macro mean", 0.5, 0.5);
    report.weighted = mean("weighted mean", 1 - share, share);
    report.accuracy = c.accuracy();
    return report;
}

}  // namespace gasket
