#pragma once

#include <cmath>
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
#include "gasket/evaluate/business_value.hpp"
#include "gasket/evaluate/classification_report.hpp"
#include "gasket/evaluate/confusion.hpp"
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
    /// f1; regression: rmse, mae, r2
    std::vector<std::pair<std::string, double>> metrics;
    // binary only
    Confusion confusion;
    std::optional<ClassificationReport> report;
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

    /// The figures alone: every metric and, for binary tasks, the cells of the confusion matrix.
    [[nodiscard]] Json test_json() const {
        Json out = Json::object();
        for (const auto& [key, value] : metrics) out[key] = detail::json_number(value);
        if (target.task == Task::binary) out.update(confusion.to_json());
        return out;
    }

    [[nodiscard]] Json business_json() const { return business ? business->to_json() : Json(nullptr); }

    [[nodiscard]] Json to_json() const {
        Json out =
            json_object({{"holdout", holdout.to_json()}, {"threshold", threshold}, {"test", test_json()}});
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
        if (!binary) {
            text::Grid grid({"metric", "value"});
            for (const auto& [name, value] : e.metrics) grid.add({name, text::fixed(value, 4)});
            out << grid.str();
        } else {
            text::Grid grid({"metric", "value", "no skill", "what it says"});
            for (const auto& [name, value] : e.metrics) {
                grid.add({name, text::fixed(value, 4), text::fixed(e.without_skill(name), 4), e.words(name)});
            }
            out << grid.str()
                << "  no skill: every row gets the base rate, and as many rows are decided at random\n";
        }
        if (e.report)
            out << "\n" << *e.report << "\n" << e.confusion.table(e.target.classes[0], e.target.classes[1]);
        if (e.business) out << "\n" << *e.business;
        if (e.importances) out << "\n" << *e.importances;
        return out;
    }

  private:
    [[nodiscard]] std::string positive() const { return target.column + " = " + target.positive(); }

    /// A metric where every row gets the base rate, and as many rows as here are decided at random.
    [[nodiscard]] double without_skill(std::string_view name) const {
        const double rate = (confusion.tp + confusion.fn) / confusion.total();
        const double decided = confusion.decided_rate();
        if (name == "auc" || name == "balanced_accuracy") return 0.5;
        if (name == "average_precision" || name == "precision") return rate;
        if (name == "log_loss") return -rate * std::log(rate) - (1 - rate) * std::log(1 - rate);
        if (name == "brier") return rate * (1 - rate);
        if (name == "accuracy") return rate * decided + (1 - rate) * (1 - decided);
        if (name == "mcc") return 0;
        if (name == "recall") return decided;
        if (name == "f1") return 2 * rate * decided / (rate + decided);
        return missing;
    }

    [[nodiscard]] std::string words(std::string_view name) const {
        if (name == "auc") return "the chance that a row with " + positive() + " scores above one without";
        if (name == "average_precision") return "precision, averaged over the recall from 0 to 1";
        if (name == "log_loss") return "mean -log of the probability given to what came true; 0 is best";
        if (name == "brier") return "mean squared error of the probability; 0 is best";
        if (name == "accuracy") return "share of the rows decided rightly";
        if (name == "balanced_accuracy") return "mean of the recalls of both classes";
        if (name == "mcc") return "correlation of decision and truth";
        if (name == "precision") return "share of the rows decided " + positive() + " that truly are";
        if (name == "recall") return "share of the rows with " + positive() + " that are found";
        if (name == "f1") return "harmonic mean of precision and recall";
        return "";
    }
};

}  // namespace gasket
