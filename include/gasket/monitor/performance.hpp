#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/random.hpp"
#include "gasket/core/text.hpp"

namespace gasket {

/// Figures of a model with a binary target on some rows.
struct Performance {
    double accuracy = missing;
    double precision = missing;
    double recall = missing;
    double f1 = missing;
    /// area under the ROC curve; missing where all rows are of one class
    double auc = missing;
    double log_loss = missing;
    double brier = missing;
    /// share of positive rows
    double positive_rate = missing;

    struct Figure {
        std::string_view name;
        double Performance::*value;
    };
    /// All of them, by name.
    [[nodiscard]] static const std::vector<Figure>& figures() {
        static const std::vector<Figure> all = {
            {"accuracy", &Performance::accuracy}, {"precision", &Performance::precision},
            {"recall", &Performance::recall},     {"f1", &Performance::f1},
            {"auc", &Performance::auc},           {"log_loss", &Performance::log_loss},
            {"brier", &Performance::brier},       {"positive_rate", &Performance::positive_rate}};
        return all;
    }
    /// throws DataError for a name that is none of these
    [[nodiscard]] double figure(std::string_view name) const {
        std::vector<std::string> names;
        for (const Figure& f : figures()) {
            if (f.name == name) return this->*f.value;
            names.emplace_back(f.name);
        }
        throw DataError(ErrorCode::bad_metric_input, {.expected = "one of " + text::list(names, names.size()),
                                                      .found = text::quoted(name),
                                                      .where = "Performance.figure",
                                                      .advice = "correct the name"});
    }
    [[nodiscard]] Json to_json() const {
        Json out = Json::object();
        for (const Figure& f : figures()) out[std::string(f.name)] = detail::json_number(this->*f.value);
        return out;
    }
};

namespace detail {

/// Scores of rows sorted once, so that many labellings of them can be judged, each in O(n).
class RankedScores {
  public:
    /// throws DataError where a score is no probability, for no rows, and for a threshold that is NaN
    RankedScores(std::span<const double> scores, double threshold) : threshold_(threshold) {
        const auto fail = [](const std::string& expected, const std::string& found) {
            throw DataError(ErrorCode::bad_metric_input,
                            {.expected = expected,
                             .found = found,
                             .where = "performance",
                             .advice = "give what Model::predict answers for a binary target"});
        };
        if (scores.empty()) fail("at least one row", "none");
        if (std::isnan(threshold)) fail("a threshold", "NaN");
        for (std::size_t i = 0; i < scores.size(); ++i) {
            if (!(scores[i] >= 0 && scores[i] <= 1))
                fail("probabilities from 0 to 1", text::shortest(scores[i]) + " in row " + std::to_string(i));
            ranked_.push_back({scores[i], i});
        }
        std::sort(ranked_.begin(), ranked_.end(), [](const Ranked& a, const Ranked& b) {
            return a.score != b.score ? a.score < b.score : a.row < b.row;
        });
    }

    /// What the figures are where row i counts as positive(i) of a positive row and as the rest of a negative
    /// one: 0 and 1 are labels, probabilities give what is expected. `own` is the sum of p (1 - p), the part
    /// in which a row would be compared with itself; 0 for labels.
    template <class Positive>
    [[nodiscard]] Performance judge(const Positive& positive, double own = 0) const {
        constexpr double eps = 2.220446049250313e-16;
        double tp = 0;
        double fp = 0;
        double fn = 0;
        double area = 0;
        double negatives = 0;
        double positives = 0;
        Sum loss;
        Sum square;
        for (std::size_t i = 0; i < ranked_.size();) {
            const double score = ranked_[i].score;
            double yes = 0;
            double no = 0;
            for (; i < ranked_.size() && ranked_[i].score == score; ++i) {
                const double p = positive(ranked_[i].row);
                yes += p;
                no += 1 - p;
            }
            area += yes * (negatives + no / 2);
            positives += yes;
            negatives += no;
            (score >= threshold_ ? tp : fn) += yes;
            if (score >= threshold_) fp += no;
            const double cut = std::clamp(score, eps, 1 - eps);
            loss.add(-yes * std::log(cut) - no * std::log1p(-cut));
            square.add(yes * (1 - score) * (1 - score) + no * score * score);
        }
        const auto n = static_cast<double>(ranked_.size());
        const auto share = [](double a, double b) { return b == 0 ? 0 : a / b; };
        Performance out;
        out.accuracy = (tp + negatives - fp) / n;
        out.precision = share(tp, tp + fp);
        out.recall = share(tp, tp + fn);
        out.f1 = share(2 * tp, 2 * tp + fp + fn);
        const double pairs = positives * negatives - own;
        if (pairs > 0) out.auc = (area - own / 2) / pairs;
        out.log_loss = loss.value() / n;
        out.brier = square.value() / n;
        out.positive_rate = positives / n;
        return out;
    }

  private:
    struct Ranked {
        double score;
        std::size_t row;
    };
    double threshold_;
    std::vector<Ranked> ranked_;  // by score, rising
};

}  // namespace detail

/// What a model is worth on rows whose labels are known: `truth` has 0 and 1, `scores` the probabilities.
/// Ratios without a denominator are 0. O(n log n)   throws DataError
[[nodiscard]] inline Performance realised_performance(std::span<const double> truth,
                                                      std::span<const double> scores,
                                                      double threshold = 0.5) {
    const bool same = truth.size() == scores.size();
    const auto bad = std::find_if(truth.begin(), truth.end(), [](double y) { return y != 0 && y != 1; });
    if (!same || bad != truth.end()) {
        throw DataError(ErrorCode::bad_metric_input,
                        {.expected = same ? "labels 0 and 1" : "one label for each score",
                         .found = same ? text::shortest(*bad)
                                       : std::to_string(truth.size()) + " labels for " +
                                             std::to_string(scores.size()) + " scores",
                         .where = "realised_performance",
                         .advice = "leave out rows whose label is not known yet"});
    }
    return detail::RankedScores(scores, threshold).judge([&](std::size_t row) { return truth[row]; });
}

struct ExpectedPerformanceOptions {
    /// labellings drawn for the intervals; 0: no intervals
    std::size_t draws = 200;
    /// of the intervals: above 0, below 1
    double level = 0.95;
    std::uint64_t seed = 42;
};

/// What a model will be worth on rows whose labels are not known yet, if its probabilities are right. A
/// value.
struct ExpectedPerformance {
    std::size_t rows = 0;
    Performance expected = {};
    /// where the figures of these very rows will lie, with the chance `level`, if the probabilities are
    /// right; missing without draws
    Performance low = {};
    Performance high = {};
    double level = 0.95;

    /// What must hold for the figures to mean anything.
    [[nodiscard]] static std::vector<std::string> assumptions() {
        return {
            "the probabilities are calibrated on these rows: of those given 0.3, three in ten are positive",
            "no concept drift: rows that look alike turn out as they did in training",
            "the rows lie where training had rows; beyond it the probabilities are guesses",
            "labels do not depend on what was decided: an offer that keeps a customer makes a label"};
    }

    /// The figures that are outside their intervals once labels are there: by chance one in twenty is (level
    /// 0.95), not several and not by far.
    [[nodiscard]] std::vector<std::string> outside(const Performance& realised) const {
        std::vector<std::string> out;
        for (const Performance::Figure& f : Performance::figures()) {
            const double found = realised.*f.value;
            if (found < low.*f.value || found > high.*f.value) out.emplace_back(f.name);
        }
        return out;
    }
    /// What a comparison with the labels says, in one line. One or two figures outside may be chance: there
    /// are eight, and they hang together.
    [[nodiscard]] std::string verdict(const Performance& realised) const {
        const std::vector<std::string> names = outside(realised);
        if (names.empty()) return "what came true agrees with what was expected";
        const std::string other = text::list(names, names.size()) + " came out other than expected";
        if (names.size() <= 2) return other + ": by chance, or the calibration is a little off";
        return other +
               ": an assumption does not hold, most likely calibration or the absence of concept drift";
    }

    [[nodiscard]] Json to_json() const {
        Json said = Json::array();
        for (const std::string& a : assumptions()) said.push_back(a);
        return json_object({{"rows", rows},
                            {"expected", expected.to_json()},
                            {"low", low.to_json()},
                            {"high", high.to_json()},
                            {"level", level},
                            {"assumptions", std::move(said)}});
    }

    /// Figures with intervals, then the assumptions; where `realised` is given, beside it.
    [[nodiscard]] std::string described(const Performance* realised = nullptr) const {
        std::vector<std::string> head = {"figure", "expected", "interval"};
        if (realised != nullptr) head.insert(head.end(), {"realised", ""});
        text::Grid grid(std::move(head));
        for (const Performance::Figure& f : Performance::figures()) {
            std::vector<std::string> cells = {
                std::string(f.name), text::fixed(expected.*f.value, 4),
                text::fixed(low.*f.value, 4) + " to " + text::fixed(high.*f.value, 4)};
            if (realised != nullptr) {
                const double found = realised->*f.value;
                cells.push_back(text::fixed(found, 4));
                cells.emplace_back(found < low.*f.value || found > high.*f.value ? "outside" : "");
            }
            grid.add(std::move(cells));
        }
        std::string out =
            "  expected of " + text::grouped(rows) + " rows, by their scores alone\n" + grid.str();
        if (realised != nullptr) out += "  " + verdict(*realised) + "\n";
        out += "  assumed:\n";
        for (const std::string& a : assumptions()) out += "    " + a + "\n";
        return out;
    }
    friend std::ostream& operator<<(std::ostream& out, const ExpectedPerformance& e) {
        return out << e.described();
    }
};

/// The figures that probabilities promise: a row given 0.3 counts as three tenths of a positive and seven
/// tenths of a negative row. For accuracy and the losses this is the expected value; for ratios such as
/// precision and for the AUC the ratio of expected values, which for hundreds of rows is the same. Intervals
/// come from labels drawn by the probabilities. All hangs on ExpectedPerformance::assumptions(): the estimate
/// cannot see concept drift, and says nothing of it.
///
/// O(n log n + draws x n)   throws DataError (no rows, scores outside [0, 1]), OptionError
/// reference: Guillory et al., Predicting with confidence on unseen distributions, 2021; Kivimäki et al.,
/// Confidence-based estimators for predictive performance in model monitoring, 2024
[[nodiscard]] inline ExpectedPerformance expected_performance(
    std::span<const double> scores, double threshold = 0.5, const ExpectedPerformanceOptions& options = {}) {
    detail::require_option(options.level > 0 && options.level < 1, "ExpectedPerformanceOptions.level",
                           text::shortest(options.level), "above 0, below 1");
    const detail::RankedScores ranked(scores, threshold);
    Sum own;
    for (const double p : scores) own.add(p * (1 - p));
    ExpectedPerformance out{.rows = scores.size(), .level = options.level};
    out.expected = ranked.judge([&](std::size_t row) { return scores[row]; }, own.value());
    std::vector<std::vector<double>> drawn(Performance::figures().size());
    std::vector<double> labels(scores.size());
    for (std::size_t d = 0; d < options.draws; ++d) {
        Random random(derive_seed(options.seed, d));
        for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = random.uniform() < scores[i] ? 1 : 0;
        const Performance one = ranked.judge([&](std::size_t row) { return labels[row]; });
        for (std::size_t f = 0; f < drawn.size(); ++f) {
            const double value = one.*Performance::figures()[f].value;
            if (!is_missing(value)) drawn[f].push_back(value);
        }
    }
    for (std::size_t f = 0; f < drawn.size(); ++f) {
        std::sort(drawn[f].begin(), drawn[f].end());
        const auto value = Performance::figures()[f].value;
        out.low.*value = quantile_of_sorted(drawn[f], (1 - options.level) / 2);
        out.high.*value = quantile_of_sorted(drawn[f], (1 + options.level) / 2);
    }
    return out;
}

}  // namespace gasket
