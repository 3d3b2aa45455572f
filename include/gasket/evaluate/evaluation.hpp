#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/bootstrap.hpp"
#include "gasket/evaluate/business_value.hpp"
#include "gasket/evaluate/classification_report.hpp"
#include "gasket/evaluate/confusion.hpp"
#include "gasket/evaluate/confusion_matrix.hpp"
#include "gasket/evaluate/cross_validate.hpp"
#include "gasket/evaluate/curves.hpp"
#include "gasket/evaluate/metrics.hpp"
#include "gasket/evaluate/permutation_importance.hpp"
#include "gasket/split/split_record.hpp"
#include "gasket/split/target.hpp"

namespace gasket {

/// The verdict on a holdout, or figures on validation rows: what a model achieved on rows that nothing has
/// learned from. A value.
struct Evaluation {
    Target target;
    /// of the rows judged; its `side` says which they are
    SplitRecord holdout;
    /// decisions were positive from here on; chosen before the holdout was opened
    double threshold = 0.5;
    /// binary: auc, average_precision, log_loss, brier, accuracy, balanced_accuracy, mcc, precision, recall,
    /// f1; many classes: the same, averaged over the classes where they are of one; regression: rmse, mae,
    /// median_absolute_error, mape, r2
    std::vector<std::pair<std::string, double>> metrics;
    /// 95 % intervals of metrics, by the bootstrap over these rows; empty where none were made
    std::vector<std::pair<std::string, Interval>> intervals;
    /// the metrics, in the same order, without skill: every row is answered with what the truth is on
    /// average, and as many rows are decided for each class at random
    std::vector<double> without_skill;
    /// of decisions between classes
    std::optional<ClassificationReport> report;
    /// many classes only
    std::optional<ConfusionMatrix> matrix;
    // binary only
    Confusion confusion;
    RocCurve roc;
    PrecisionRecallCurve precision_recall;
    CalibrationCurve calibration;
    /// the chain over the folds of the training rows; empty where no Evaluator asked for it
    std::vector<FoldedMetric> cross_validation;
    std::optional<Importances> importances;
    std::optional<BusinessValue> business;

    /// One metric by name; missing where there is none of that name.
    [[nodiscard]] double metric(std::string_view name) const {
        for (const auto& [key, value] : metrics) {
            if (key == name) return value;
        }
        return missing;
    }

    /// The interval of a metric; null where there is none.
    [[nodiscard]] const Interval* interval(std::string_view name) const {
        for (const auto& [key, value] : intervals) {
            if (key == name) return &value;
        }
        return nullptr;
    }

    /// The figures alone: every metric and the cells of the confusion matrix.
    [[nodiscard]] Json test_json() const {
        Json out = Json::object();
        for (const auto& [key, value] : metrics) out[key] = detail::json_number(value);
        if (target.task == Task::binary) out.update(confusion.to_json());
        if (matrix) out["matrix"] = matrix->to_json();
        return out;
    }

    [[nodiscard]] Json business_json() const { return business ? business->to_json() : Json(nullptr); }

    [[nodiscard]] Json to_json() const {
        Json out =
            json_object({{"holdout", holdout.to_json()}, {"threshold", threshold}, {"test", test_json()}});
        for (const auto& [key, value] : intervals) out["intervals"][key] = value.to_json();
        if (report) out["report"] = report->to_json();
        if (target.task == Task::binary) {
            out["calibration"] = calibration.to_json();
        }
        Json folds = Json::array();
        for (const FoldedMetric& m : cross_validation) folds.push_back(m.to_json());
        out["cross_validation"] = std::move(folds);
        if (importances) out["importance"] = importances->to_json();
        if (business) out["business"] = business->to_json();
        return out;
    }

    /// The verdict for people: every metric beside what it would be without any skill, and in words.
    friend std::ostream& operator<<(std::ostream& out, const Evaluation& e) {
        out << "Evaluation on " << text::grouped(e.holdout.rows)
            << (e.holdout.side == "validation" ? " validation rows" : " sealed rows");
        const bool binary = e.target.task == Task::binary;
        if (binary) {
            out << ", " << text::percent(e.holdout.positive_rate) << " " << e.positive() << ", decided from "
                << text::fixed(e.threshold, 4) << " on";
        } else if (e.matrix) {
            out << ", " << e.target.classes.size() << " classes of " << e.target.column;
        }
        out << "\n";
        if (!e.holdout.seen_before.empty()) out << "  not the first look: " << e.holdout.seen_before << "\n";
        for (const FoldedMetric& m : e.cross_validation) {
            out << "  cross-validated " << m.name << " on the training rows: " << text::fixed(m.mean(), 4)
                << " +- " << text::fixed(m.std(), 4) << " (" << m.by_fold.size() << " folds"
                << (m.known() < m.by_fold.size()
                        ? ", of which only " + std::to_string(m.known()) + " have one"
                        : "")
                << ")\n";
        }
        out << "\n";
        text::Grid grid({"metric", "value", "95 % interval", "no skill", "what it says"});
        for (std::size_t i = 0; i < e.metrics.size(); ++i) {
            const auto& [name, value] = e.metrics[i];
            const Interval* const range = e.interval(name);
            grid.add(
                {name, text::fixed(value, 4),
                 range == nullptr ? "-" : text::fixed(range->low, 4) + " to " + text::fixed(range->high, 4),
                 text::fixed(i < e.without_skill.size() ? e.without_skill[i] : missing, 4), e.words(name)});
        }
        out << grid.str() << e.no_skill_words();
        if (e.report) {
            out << "\n"
                << *e.report << "\n"
                << (e.matrix ? e.matrix->table(e.target.classes)
                             : e.confusion.table(e.target.classes[0], e.target.classes[1]));
        }
        if (e.business) out << "\n" << *e.business;
        if (e.importances) out << "\n" << *e.importances;
        return out;
    }

    /// What "no skill" is, in words, as a line.
    [[nodiscard]] std::string no_skill_words() const {
        if (target.task == Task::regression) return "  no skill: every row gets the mean of these rows\n";
        return "  no skill: every row gets the " +
               std::string(target.task == Task::binary
                               ? "base rate, and as many rows are decided at random\n"
                               : "shares of the classes, and as many rows are decided "
                                 "for each at random\n");
    }

    /// What a metric says of these rows, in words; empty for one that is not known.
    [[nodiscard]] std::string words(std::string_view name) const {
        if (target.task == Task::regression) return words_of_numbers(name);
        const bool many = target.task == Task::multiclass;
        if (name == "log_loss") return "mean -log of the probability given to what came true; 0 is best";
        if (name == "accuracy") return "share of the rows decided rightly";
        if (name == "mcc") return "correlation of decision and truth";
        if (name == "brier") {
            return many ? "squared error of the probabilities, summed over the classes; 0 is best"
                        : "mean squared error of the probability; 0 is best";
        }
        if (name == "balanced_accuracy")
            return many ? "mean of the recalls of the classes" : "mean of the recalls of both classes";
        const std::string of_class = "mean over the classes, each against the rest: ";
        if (name == "auc") {
            return many ? of_class + "the chance that a row of it scores above another"
                        : "the chance that a row with " + positive() + " scores above one without";
        }
        if (name == "average_precision") {
            return (many ? of_class : "") + std::string("precision, averaged over the recall from 0 to 1");
        }
        if (name == "precision") {
            return many ? of_class + "share of the rows decided for it that truly are"
                        : "share of the rows decided " + positive() + " that truly are";
        }
        if (name == "recall") {
            return many ? of_class + "share of its rows that are found"
                        : "share of the rows with " + positive() + " that are found";
        }
        if (name == "f1")
            return (many ? of_class : "") + std::string("harmonic mean of precision and recall");
        return "";
    }

  private:
    [[nodiscard]] std::string positive() const { return target.column + " = " + target.positive(); }

    [[nodiscard]] std::string words_of_numbers(std::string_view name) const {
        if (name == "rmse") return "root of the mean squared error, in units of " + target.column;
        if (name == "mae") return "mean error without its sign";
        if (name == "median_absolute_error") return "half of the rows are nearer than this";
        if (name == "mape") return "mean error as a share of the true number; huge where that is near 0";
        if (name == "r2") return "share of the variance explained; 1 is best, below 0 worse than the mean";
        return "";
    }
};

}  // namespace gasket
