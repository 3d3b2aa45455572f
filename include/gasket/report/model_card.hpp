#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/cpu.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/evaluate/evaluation.hpp"
#include "gasket/evaluate/slices.hpp"
#include "gasket/monitor/baseline.hpp"
#include "gasket/pipeline/artifact.hpp"
#include "gasket/pipeline/model.hpp"
#include "gasket/report/document.hpp"

namespace gasket {

/// What a model's file cannot know. What is left empty is said to be unknown.
struct ModelCardText {
    /// what the model is called, and its version
    std::string name = {};
    std::string version = {};
    /// who answers for it
    std::string owner = {};
    std::string licence = {};
    /// what it is for, who uses it how
    std::string intended_use = {};
    /// what it must not be used for
    std::string out_of_scope = {};
    /// where the training rows come from, and whom they are about
    std::string data_source = {};
    std::string ethical_considerations = {};
    /// what else is known to be wrong with it
    std::vector<std::string> limitations = {};
    /// where it is weak
    std::optional<Slices> slices = std::nullopt;
};

namespace detail {

/// Makes a card out of a model, what is known of its evaluation (null for nothing), and text.
class ModelCard {
  public:
    ModelCard(const Model& model, const Json& evaluation, const ModelCardText& text)
        : model_(model), text_(text), document_(to_document(model.parts())) {
        if (!evaluation.is_null()) read_evaluation(Fields(evaluation, "artifact.sections.evaluation"));
        if (const Json* const section = model.section("baseline"))
            baseline_ = Baseline::from_json({*section, "artifact.sections.baseline"});
    }

    [[nodiscard]] GASKET_COLD Document document() const {
        const Target& target = model_.target();
        const std::string name = text_.name.empty() ? "the model of " + target.column : text_.name;
        return {.title = "Model card: " + name + (text_.version.empty() ? "" : " " + text_.version),
                .lead = "Predicts " + target.column + ": " + what_is_predicted() + ". " + "Identity " +
                        Sha256::hex(cbor_of(document_)).substr(0, 12) + ".",
                .chapters = {details(), uses(), data(), inputs(), evaluation(), decisions(), monitoring(),
                             limitations(), ethics()}};
    }

  private:
    struct Figure {
        std::string name;
        double value = missing;
        double low = missing;
        double high = missing;
        double without = missing;
    };

    GASKET_COLD void read_evaluation(const Fields& fields) {
        judged_ = SplitRecord::from_json(fields.object("holdout"));
        for (const auto& [name, value] : fields.object("test").items()) {
            const bool cell =
                name == "tn" || name == "fp" || name == "fn" || name == "tp" || name == "matrix";
            if (!cell)
                figures_.push_back({.name = name, .value = fields.object("test").number(name.c_str(), true)});
        }
        for (Figure& figure : figures_) {
            const char* const name = figure.name.c_str();
            if (fields.has("intervals") && fields.object("intervals").has(name)) {
                const Fields interval = fields.object("intervals").object(name);
                figure.low = interval.number("low");
                figure.high = interval.number("high");
            }
            if (fields.has("without_skill") && fields.object("without_skill").has(name))
                figure.without = fields.object("without_skill").number(name, true);
        }
        if (fields.has("calibration")) {
            const Fields c = fields.object("calibration");
            CalibrationCurve curve{c.numbers("mean_predicted"), c.numbers("observed_rate"),
                                   c.numbers("rows")};
            if (curve.mean_predicted.size() != curve.rows.size() ||
                curve.observed_rate.size() != curve.rows.size())
                throw_content(c.path(), "lists of one length", "others");
            if (!curve.rows.empty()) calibration_error_ = curve.error();
        }
        for (const Json& fold :
             fields.has("cross_validation") ? fields.array("cross_validation") : Json::array()) {
            const Fields at(fold, fields.path() + ".cross_validation");
            folds_.push_back({at.string("metric"), at.number("mean", true), at.number("std", true)});
        }
    }

    [[nodiscard]] std::string what_is_predicted() const {
        const Target& target = model_.target();
        if (target.task == Task::regression) return "a number";
        if (target.task == Task::multiclass)
            return "one of " + text::grouped(target.classes.size()) +
                   " classes: " + text::list(target.classes, 12);
        return "the probability of " + positive() + " against " + target.classes[0];
    }
    [[nodiscard]] std::string positive() const {
        return model_.target().column + " = " + model_.target().positive();
    }
    [[nodiscard]] static std::string or_unknown(const std::string& text) {
        return text.empty() ? "Unknown: nobody has said." : text;
    }

    [[nodiscard]] GASKET_COLD Chapter details() const {
        Chapter out{.id = "details", .title = "Model details", .head = {"What", "Value"}};
        const auto fact = [&](const char* what, const std::string& value) {
            if (!value.empty()) out.rows.push_back({what, value});
        };
        fact("Name", text_.name);
        fact("Version", text_.version);
        fact("Owner", or_unknown(text_.owner));
        fact("Licence", or_unknown(text_.licence));
        fact("Fitted", model_.created() == 0 ? "unknown" : format_datetime(model_.created()));
        fact("Identity (SHA-256)", Sha256::hex(cbor_of(document_)));
        std::size_t place = 0;
        for (const Json& step : document_["transforms"]) fact_of_stage(out, ++place, step);
        if (document_.contains("estimator")) fact_of_stage(out, ++place, document_["estimator"]);
        fact("Features behind the preparation", text::grouped(model_.features().size()));
        return out;
    }

    /// What the file tells of a stage without what it learned of each feature: single values.
    static void fact_of_stage(Chapter& out, std::size_t place, const Json& step) {
        std::string told;
        for (const auto& [key, value] : step["fitted"].items()) {
            if (value.is_structured()) continue;
            told += (told.empty() ? ": " : ", ") + html::spaced(key) + " " +
                    (value.is_string()         ? value.get<std::string>()
                     : value.is_number_float() ? text::compact(value.get<double>())
                                               : value.dump());
        }
        out.rows.push_back({"Stage " + std::to_string(place), step["stage"].get<std::string>() + told});
    }

    [[nodiscard]] Chapter uses() const {
        return {.id = "use",
                .title = "Intended use",
                .paragraphs = {"For: " + or_unknown(text_.intended_use),
                               "Not for: " + or_unknown(text_.out_of_scope)}};
    }

    [[nodiscard]] GASKET_COLD Chapter data() const {
        const SplitRecord& s = model_.split();
        Chapter out{.id = "data",
                    .title = "Training data",
                    .paragraphs = {"Source: " + or_unknown(text_.data_source)},
                    .head = {"What", "Training rows", judged_ ? "Rows judged" : "Rows judged: unknown"}};
        const auto row = [&](const char* what, const auto& told) {
            out.rows.push_back({what, told(s), judged_ ? told(*judged_) : "-"});
        };
        row("Rows", [](const SplitRecord& r) { return text::grouped(r.rows); });
        row("Side", [](const SplitRecord& r) { return r.side; });
        row("Split", [](const SplitRecord& r) { return r.method + ", seed " + std::to_string(r.seed); });
        if (!s.cutoff.empty()) row("Cut at", [](const SplitRecord& r) { return r.cutoff; });
        if (!s.group.empty()) row("Groups kept whole", [](const SplitRecord& r) { return r.group; });
        if (model_.target().task == Task::binary)
            row("Positive", [](const SplitRecord& r) { return text::percent(r.positive_rate); });
        row("Copies of other rows", [](const SplitRecord& r) { return text::grouped(r.duplicates); });
        row("Digest of the rows", [](const SplitRecord& r) { return r.digest.empty() ? "-" : r.digest; });
        return out;
    }

    [[nodiscard]] GASKET_COLD Chapter inputs() const {
        Chapter out{.id = "inputs",
                    .title = "What it reads",
                    .head = {"Column", "Type", "Range or labels in training", "May be missing"}};
        for (const ColumnSchema& c : model_.schema()) {
            if (c.role != Role::feature) continue;
            std::string range = "-";
            if (c.kind() == Kind::category) {
                range = text::list(c.labels, 12);
            } else if (c.min && c.max) {
                const auto end = [&](double x) {
                    return c.kind() == Kind::datetime ? format_moment(x) : text::compact(x, 8);
                };
                range = end(*c.min) + " to " + end(*c.max);
            }
            out.rows.push_back({c.name, std::string(name_of(c.type)), range, c.nullable ? "yes" : "no"});
        }
        if (out.rows.empty()) out.paragraphs = {"No column."};
        return out;
    }

    [[nodiscard]] GASKET_COLD Chapter evaluation() const {
        Chapter out{.id = "evaluation",
                    .title = "Evaluation",
                    .head = {"Metric", "Value", "95 % interval", "No skill"}};
        if (!judged_) {
            out.paragraphs = {"Unknown: the model holds no evaluation."};
            return out;
        }
        out.paragraphs = {"On " + text::grouped(judged_->rows) +
                          (judged_->side == "validation"
                               ? " validation rows, by which it may have been chosen."
                               : " rows that nothing was learned or chosen from, looked at once.")};
        for (const Figure& f : figures_) {
            out.rows.push_back(
                {html::spaced(f.name), text::fixed(f.value, 4),
                 is_missing(f.low) ? "-" : text::fixed(f.low, 4) + " to " + text::fixed(f.high, 4),
                 text::fixed(f.without, 4)});
        }
        for (const Figure& f : folds_)
            out.points.push_back("Cross-validated on the training rows: " + html::spaced(f.name) + " " +
                                 text::fixed(f.value, 4) + ", standard deviation " + text::fixed(f.low, 4));
        return out;
    }

    [[nodiscard]] GASKET_COLD Chapter decisions() const {
        Chapter out{.id = "decisions", .title = "Decisions and probabilities"};
        if (model_.target().task == Task::regression) {
            out.paragraphs = {"It answers numbers and decides nothing."};
            return out;
        }
        if (model_.target().task == Task::binary)
            out.points.push_back("A row is decided " + positive() + " from a probability of " +
                                 text::fixed(model_.threshold(), 4) + " on.");
        if (const Json* const section = model_.section("threshold")) {
            const Fields fields(*section, "artifact.sections.threshold");
            const std::string criterion = fields.string("criterion");
            const double value = fields.number("value");
            out.points.push_back("Chosen for " + html::spaced(criterion) + ", which was " +
                                 (criterion == "business value" && std::abs(value) < 1e15
                                      ? BusinessValue::money(std::llround(value))
                                      : text::compact(value)) +
                                 " on out-of-fold scores of training rows.");
        } else {
            out.points.push_back(model_.target().task == Task::binary
                                     ? "Nobody has chosen this threshold: it is as set."
                                     : "The likeliest class is decided for.");
        }
        out.points.push_back(document_.contains("calibration")
                                 ? "Probabilities are calibrated (" +
                                       document_["calibration"]["method"].get<std::string>() +
                                       ") on out-of-fold scores."
                                 : "Probabilities are as the estimator gives them: no calibrator.");
        if (!is_missing(calibration_error_))
            out.points.push_back(
                "Expected calibration error on the rows judged: " + text::fixed(calibration_error_, 4) + ".");
        return out;
    }

    [[nodiscard]] GASKET_COLD Chapter monitoring() const {
        Chapter out{.id = "monitoring", .title = "Monitoring"};
        if (!baseline_) {
            out.paragraphs = {"No baseline: drift of live rows cannot be told by this file."};
            return out;
        }
        out.paragraphs = {"Live rows can be compared with frozen bins and counts of " +
                          text::grouped(baseline_->columns.size()) + " columns and of the scores."};
        if (!is_missing(baseline_->decided_rate))
            out.points.push_back("Decided positive at training: " + text::percent(baseline_->decided_rate) +
                                 ".");
        return out;
    }

    [[nodiscard]] GASKET_COLD Chapter limitations() const {
        Chapter out{.id = "limitations", .title = "Limitations", .points = text_.limitations};
        const auto say = [&](const std::string& words) { out.points.push_back(words); };
        if (judged_) {
            of_evaluation(say);
        } else {
            say("How good it is is unknown: the model holds no evaluation.");
        }
        if (!text_.slices) {
            say("Nobody has looked for groups of rows in which it is weak.");
        } else {
            std::vector<std::string> weak;
            for (const Slice& s : text_.slices->slices) {
                if (s.weak)
                    weak.push_back(s.name + " (" + text_.slices->metric + " " +
                                   text::fixed(s.metric.value, 3) + ", elsewhere " + text::fixed(s.rest, 3) +
                                   ")");
            }
            say(weak.empty() ? "No segment of " + text::grouped(text_.slices->slices.size()) +
                                   " is weaker than the rest beyond chance."
                             : "It is weaker where " + text::list(weak, 10) + ".");
        }
        if (model_.split().method != "time")
            say("Training rows and rows judged were not parted by time: how it fares on later rows is not "
                "measured.");
        of_inputs(say);
        if (model_.target().task == Task::binary && !document_.contains("calibration") &&
            calibration_error_ > 0.05)
            say("Its probabilities are off by " + text::percent(calibration_error_) +
                " on the mean: take them for a ranking, or add a Calibrator.");
        if (model_.split().rows_without_target > 0)
            say(text::grouped(model_.split().rows_without_target) +
                " rows without a target were left out: it says nothing of why they had none.");
        return out;
    }

    template <class Say>
    void of_evaluation(const Say& say) const {
        constexpr double few_rows = 1000;
        constexpr double few_positives = 100;
        const auto rows = static_cast<double>(judged_->rows);
        if (rows < few_rows)
            say("Judged on " + text::grouped(judged_->rows) + " rows only: its figures are rough.");
        const double rarer = rows * std::min(judged_->positive_rate, 1 - judged_->positive_rate);
        if (model_.target().task == Task::binary && rarer < few_positives)
            say("Only " + text::grouped(std::llround(rarer)) +
                " of the rows judged are of the rarer class: recall and precision are rough.");
        if (std::none_of(figures_.begin(), figures_.end(),
                         [](const Figure& f) { return !is_missing(f.low); }))
            say("Its figures have no intervals: how sure they are is not measured.");
        if (judged_->side == "validation") say("The figures are of validation rows, and may flatter it.");
        if (!judged_->seen_before.empty())
            say("The rows judged had been looked at before: " + judged_->seen_before);
        for (const Figure& f : figures_) {
            if (f.low <= f.without && f.without <= f.high)
                say(html::spaced(f.name) + " cannot be told from that without skill (" +
                    text::fixed(f.without, 4) + ").");
            for (const Figure& fold : folds_) {
                if (fold.name == f.name && (fold.value < f.low || fold.value > f.high))
                    say("Its cross-validated " + html::spaced(f.name) + " (" + text::fixed(fold.value, 4) +
                        ") is outside of the interval of the rows judged: the rows may differ.");
            }
        }
    }

    template <class Say>
    void of_inputs(const Say& say) const {
        std::vector<std::string> labelled;
        std::vector<std::string> whole;
        for (const ColumnSchema& c : model_.schema()) {
            if (c.role != Role::feature) continue;
            if (c.kind() == Kind::category) labelled.push_back(c.name);
            if (!c.nullable) whole.push_back(c.name);
        }
        if (!labelled.empty())
            say("A label that no training row had (columns " + text::list(labelled) +
                ") is scored as none of the known ones, and counted.");
        if (!whole.empty())
            say("No training row lacked a value of " + text::list(whole) +
                ": how it fares without one is not measured.");
        say("Values outside of the ranges above are answered, though no training row was like that.");
    }

    [[nodiscard]] Chapter ethics() const {
        return {.id = "ethics",
                .title = "Ethical considerations",
                .paragraphs = {or_unknown(text_.ethical_considerations)}};
    }

    const Model& model_;
    const ModelCardText& text_;
    Json document_;
    std::optional<SplitRecord> judged_;
    std::vector<Figure> figures_;
    std::vector<Figure> folds_;  // mean, and the standard deviation as `low`
    double calibration_error_ = missing;
    std::optional<Baseline> baseline_;
};

}  // namespace detail

/// A card that says what a model is, what it was made of, how good it is, and what is not known of it; from
/// the model's file as far as that tells, limitations found in it among them.
///
///     model_card(load("churn.gasket"), {.name = "churn", .intended_use = "..."}).write("model_card.html");
///     model_card(model, evaluation, {...}).write("model_card.md");
///
/// O(size of the model), for its identity. The same model and text are always the same card.
/// throws ArtifactError where what the file holds of an evaluation, threshold or baseline is malformed
/// reference: Mitchell et al., Model Cards for Model Reporting, 2019
[[nodiscard]] inline Document model_card(const Model& model, const ModelCardText& text = {}) {
    const Json* const evaluation = model.section("evaluation");
    return detail::ModelCard(model, evaluation == nullptr ? Json() : *evaluation, text).document();
}

/// The same for a model whose evaluation is not in its file.
[[nodiscard]] inline Document model_card(const Model& model, const Evaluation& evaluation,
                                         const ModelCardText& text = {}) {
    Json told = evaluation.to_json();
    for (std::size_t i = 0; i < evaluation.metrics.size() && i < evaluation.without_skill.size(); ++i)
        told["without_skill"][evaluation.metrics[i].first] = detail::json_number(evaluation.without_skill[i]);
    return detail::ModelCard(model, told, text).document();
}

}  // namespace gasket
