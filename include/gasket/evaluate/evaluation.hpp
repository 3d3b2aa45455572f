#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
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

/// The verdict on a holdout: what a model achieved on rows that nothing has learned from. A value.
struct Evaluation {
    Target target;
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
        if (target.task == Task::binary) {
            out["tn"] = confusion.tn;
            out["fp"] = confusion.fp;
            out["fn"] = confusion.fn;
            out["tp"] = confusion.tp;
        }
        return out;
    }

    [[nodiscard]] Json business_json() const { return business ? business->to_json() : Json(nullptr); }

    [[nodiscard]] Json to_json() const {
        Json out{{"holdout", holdout.to_json()}, {"threshold", threshold}, {"test", test_json()}};
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

    friend std::ostream& operator<<(std::ostream& out, const Evaluation& e) {
        out << "Evaluation on " << text::grouped(e.holdout.rows) << " sealed rows";
        if (e.target.task == Task::binary) {
            out << ", " << text::percent(e.holdout.positive_rate) << " " << e.target.column << " = "
                << e.target.positive() << ", decided at " << text::fixed(e.threshold, 4);
        }
        out << "\n";
        for (const FoldedMetric& m : e.cross_validation) {
            out << "  cross-validated " << m.name << " on the training rows: " << text::fixed(m.mean(), 4)
                << " +- " << text::fixed(m.std(), 4) << " (" << m.by_fold.size() << " folds)\n";
        }
        text::Grid grid({"metric", "value"});
        for (const auto& [name, value] : e.metrics) grid.add({name, text::fixed(value, 4)});
        out << grid.str();
        if (e.report) out << *e.report << e.confusion;
        if (e.business) out << *e.business;
        if (e.importances) out << *e.importances;
        return out;
    }
};

}  // namespace gasket
