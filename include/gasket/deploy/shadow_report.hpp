#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/detail/correlate.hpp"
#include "gasket/deploy/paired_scores.hpp"
#include "gasket/evaluate/delong.hpp"
#include "gasket/evaluate/paired_difference.hpp"
#include "gasket/evaluate/scored_rows.hpp"
#include "gasket/monitor/psi.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

/// What a comparison says should be done with a challenger.
enum class ShadowAdvice {
    wait,     ///< there are too few rows or labels to say
    keep,     ///< the champion: the challenger is worse, or refuses records
    either,   ///< no difference that these labels can show
    promote,  ///< the challenger: better in the first figure, and worse in none
};

[[nodiscard]] constexpr std::string_view name_of(ShadowAdvice advice) noexcept {
    switch (advice) {
        case ShadowAdvice::wait:
            return "wait";
        case ShadowAdvice::keep:
            return "keep";
        case ShadowAdvice::either:
            return "either";
        case ShadowAdvice::promote:
            return "promote";
    }
    return "";
}

/// A figure of both models on the labelled rows, and the interval of challenger less champion.
struct ShadowMetric {
    std::string name;
    bool greater_is_better = false;
    double champion = missing;
    double challenger = missing;
    double difference = missing;
    double low = missing;
    double high = missing;
    double p = missing;

    [[nodiscard]] bool better() const noexcept { return greater_is_better ? low > 0 : high < 0; }
    [[nodiscard]] bool worse() const noexcept { return greater_is_better ? high < 0 : low > 0; }
    [[nodiscard]] Json to_json() const {
        using detail::json_number;
        return json_object({{"metric", name},
                            {"champion", json_number(champion)},
                            {"challenger", json_number(challenger)},
                            {"difference", json_number(difference)},
                            {"low", json_number(low)},
                            {"high", json_number(high)},
                            {"p", json_number(p)},
                            {"verdict", better()  ? "better"
                                        : worse() ? "worse"
                                                  : "no difference seen"}});
    }
};

/// When a comparison is held for sufficient.
struct ShadowRules {
    /// fewer rows than this say nothing
    std::size_t least_rows = 200;
    /// fewer labelled rows, or labelled rows of a class, say nothing of which is better
    std::size_t least_labels = 100;
    std::size_t least_of_class = 10;
    /// the share of records that a challenger may refuse
    double most_refused = 0;
    /// of the intervals
    double confidence = 0.95;
};

/// A challenger beside a champion on the same rows. A value.
struct ShadowReport {
    std::string champion;
    std::string challenger;
    std::size_t rows = 0;
    std::size_t refused = 0;  ///< records that the challenger did not take
    std::size_t labelled = 0;
    /// share of rows decided alike; missing for regression
    double agreement = missing;
    /// of a binary target: share of rows decided positive
    double champion_positive = missing;
    double challenger_positive = missing;
    /// challenger less champion, of the probability of the positive class, of the class that the champion
    /// decides for, or of the number
    double mean_difference = missing;
    double greatest_difference = missing;  ///< without sign
    /// the 5, 25, 50, 75 and 95 % quantiles of the differences
    std::vector<double> quantiles = {};
    double correlation = missing;
    /// of the challenger's scores, in the tenths of the champion's
    Psi psi = {};
    /// the first decides
    std::vector<ShadowMetric> metrics = {};
    ShadowAdvice advice = ShadowAdvice::wait;
    std::string why = {};

    [[nodiscard]] Json to_json() const {
        using detail::json_number;
        Json figures = Json::array();
        for (const ShadowMetric& m : metrics) figures.push_back(m.to_json());
        return json_object({{"champion", champion},
                            {"challenger", challenger},
                            {"rows", rows},
                            {"refused", refused},
                            {"labelled", labelled},
                            {"agreement", json_number(agreement)},
                            {"positive", json_object({{"champion", json_number(champion_positive)},
                                                      {"challenger", json_number(challenger_positive)}})},
                            {"difference", json_object({{"mean", json_number(mean_difference)},
                                                        {"greatest", json_number(greatest_difference)},
                                                        {"quantiles", quantiles}})},
                            {"correlation", json_number(correlation)},
                            {"psi", json_object({{"value", json_number(psi.value)},
                                                 {"critical", json_number(psi.critical)},
                                                 {"status", name_of(psi.status)}})},
                            {"metrics", std::move(figures)},
                            {"advice", name_of(advice)},
                            {"why", why}});
    }

    friend std::ostream& operator<<(std::ostream& out, const ShadowReport& s) {
        out << "  " << s.challenger << " beside " << s.champion << ": " << name_of(s.advice) << ", " << s.why
            << "\n  " << text::grouped(s.rows) << " rows";
        if (s.refused > 0) out << ", " << text::grouped(s.refused) << " more refused by the challenger";
        out << ", " << text::grouped(s.labelled) << " labelled\n";
        if (s.rows == 0) return out;
        if (!is_missing(s.agreement)) out << "  decided alike: " << text::percent(s.agreement) << "\n";
        if (!is_missing(s.champion_positive))
            out << "  decided positive: champion " << text::percent(s.champion_positive) << ", challenger "
                << text::percent(s.challenger_positive) << "\n";
        out << "  scores, challenger less champion: mean " << text::fixed(s.mean_difference, 4)
            << ", quantiles 5 to 95 %";
        for (const double q : s.quantiles) out << " " << text::fixed(q, 4);
        out << ", greatest " << text::fixed(s.greatest_difference, 4) << "\n  correlation "
            << text::fixed(s.correlation, 4) << ", PSI " << text::fixed(s.psi.value, 4) << " ("
            << name_of(s.psi.status) << ")\n";
        if (s.metrics.empty()) return out;
        text::Grid grid({"on labelled rows", "champion", "challenger", "difference", "from", "to", ""});
        for (const ShadowMetric& m : s.metrics)
            grid.add({m.name, text::fixed(m.champion, 4), text::fixed(m.challenger, 4),
                      text::fixed(m.difference, 4), text::fixed(m.low, 4), text::fixed(m.high, 4),
                      m.better()  ? "better"
                      : m.worse() ? "worse"
                                  : "no difference seen"});
        return out << grid.str();
    }
};

namespace detail {

/// Makes the report of paired rows.
class ShadowJudge {
  public:
    ShadowJudge(const PairedScores& pairs, const ShadowRules& rules) : pairs_(pairs), rules_(rules) {
        require_option(rules.confidence > 0 && rules.confidence < 1, "ShadowRules.confidence",
                       text::compact(rules.confidence), "above 0, below 1");
        const std::size_t wanted = pairs.rows() * pairs.target.outputs();
        if (pairs.champion.size() != wanted || pairs.challenger.size() != wanted) {
            throw_metric(
                "shadow report", std::to_string(wanted) + " scores of each model",
                std::to_string(pairs.champion.size()) + " and " + std::to_string(pairs.challenger.size()),
                "give the scores of the same rows");
        }
    }

    [[nodiscard]] ShadowReport judge(std::string champion, std::string challenger) const {
        ShadowReport out{.champion = std::move(champion), .challenger = std::move(challenger)};
        out.rows = pairs_.rows();
        out.refused = pairs_.refused;
        if (out.rows > 0) {
            compare_decisions(out);
            compare_scores(out);
        }
        compare_with_truth(out);
        advise(out);
        return out;
    }

  private:
    void compare_decisions(ShadowReport& out) const {
        if (pairs_.target.task == Task::regression) return;
        std::size_t alike = 0;
        std::size_t first = 0;
        std::size_t second = 0;
        for (std::size_t r = 0; r < out.rows; ++r) {
            const std::size_t a = pairs_.champion_decides(r);
            const std::size_t b = pairs_.challenger_decides(r);
            alike += a == b ? 1 : 0;
            first += a == 1 ? 1 : 0;
            second += b == 1 ? 1 : 0;
        }
        const auto n = static_cast<double>(out.rows);
        out.agreement = static_cast<double>(alike) / n;
        if (pairs_.target.task != Task::binary) return;
        out.champion_positive = static_cast<double>(first) / n;
        out.challenger_positive = static_cast<double>(second) / n;
    }

    void compare_scores(ShadowReport& out) const {
        std::vector<double> first;
        std::vector<double> second;
        std::vector<double> differences;
        Sum sum;
        out.greatest_difference = 0;
        for (std::size_t r = 0; r < out.rows; ++r) {
            const std::span<const double> a = pairs_.row(pairs_.champion, r);
            const std::span<const double> b = pairs_.row(pairs_.challenger, r);
            const std::size_t k = a.size() == 1 ? 0 : pairs_.champion_decides(r);
            first.push_back(a[k]);
            second.push_back(b[k]);
            differences.push_back(b[k] - a[k]);
            sum.add(differences.back());
            out.greatest_difference = std::max(out.greatest_difference, std::abs(differences.back()));
        }
        out.mean_difference = sum.value() / static_cast<double>(out.rows);
        out.correlation = correlation_of(first, second);
        out.psi = psi_in_tenths(first, second);
        std::sort(differences.begin(), differences.end());
        for (const double q : {0.05, 0.25, 0.5, 0.75, 0.95})
            out.quantiles.push_back(quantile_of_sorted(differences, q));
    }

    /// Bins between the tenths of the first sample.
    [[nodiscard]] static Psi psi_in_tenths(std::vector<double> first, const std::vector<double>& second) {
        std::vector<double> edges;
        std::vector<double> sorted = first;
        std::sort(sorted.begin(), sorted.end());
        for (int i = 1; i < 10; ++i) {
            const double edge = quantile_of_sorted(sorted, i / 10.0);
            if (edges.empty() || edge > edges.back()) edges.push_back(edge);
        }
        const auto counts = [&](const std::vector<double>& values) {
            std::vector<std::uint64_t> n(edges.size() + 1, 0);
            for (const double x : values)
                ++n[static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), x) -
                                             edges.begin())];
            return n;
        };
        return gasket::psi(counts(first), counts(second));
    }

    void compare_with_truth(ShadowReport& out) const {
        std::vector<std::size_t> known;
        std::vector<double> truth;
        for (std::size_t r = 0; r < out.rows; ++r) {
            if (is_missing(pairs_.truth[r])) continue;
            known.push_back(r);
            truth.push_back(pairs_.truth[r]);
        }
        out.labelled = known.size();
        if (known.size() < 2) return;
        const auto at = [&](const std::vector<double>& values, std::size_t i, double k) {
            return values[known[i] * pairs_.target.outputs() + static_cast<std::size_t>(k)];
        };
        // a figure that is the mean of something of each row
        const auto add_mean = [&](const char* name, bool greater, const auto& of_champion,
                                  const auto& of_challenger) {
            FoldedMetric first{.name = name, .by_fold = {}};
            FoldedMetric second = first;
            for (std::size_t i = 0; i < known.size(); ++i) {
                first.by_fold.push_back(of_champion(i));
                second.by_fold.push_back(of_challenger(i));
            }
            const PairedDifference d = paired_difference(second, first, 0, rules_.confidence);
            out.metrics.push_back({name, greater, first.mean(), second.mean(), d.mean, d.low, d.high, d.p});
        };
        if (pairs_.target.task == Task::regression) {
            const auto squared = [&](const std::vector<double>& v) {
                return [&](std::size_t i) { return (at(v, i, 0) - truth[i]) * (at(v, i, 0) - truth[i]); };
            };
            const auto absolute = [&](const std::vector<double>& v) {
                return [&](std::size_t i) { return std::abs(at(v, i, 0) - truth[i]); };
            };
            add_mean("mse", false, squared(pairs_.champion), squared(pairs_.challenger));
            add_mean("mae", false, absolute(pairs_.champion), absolute(pairs_.challenger));
            return;
        }
        const bool binary = pairs_.target.task == Task::binary;
        if (binary) add_auc(known, truth, out);
        const auto log_loss_of = [&](const std::vector<double>& v) {
            return [&, binary](std::size_t i) {
                const double p =
                    binary ? (truth[i] == 1 ? at(v, i, 0) : 1 - at(v, i, 0)) : at(v, i, truth[i]);
                return -std::log(std::max(p, 1e-15));
            };
        };
        add_mean("log_loss", false, log_loss_of(pairs_.champion), log_loss_of(pairs_.challenger));
        if (binary) {
            const auto brier_of = [&](const std::vector<double>& v) {
                return [&](std::size_t i) { return (at(v, i, 0) - truth[i]) * (at(v, i, 0) - truth[i]); };
            };
            add_mean("brier", false, brier_of(pairs_.champion), brier_of(pairs_.challenger));
        }
        add_mean(
            "accuracy", true,
            [&](std::size_t i) { return static_cast<double>(pairs_.champion_decides(known[i])) == truth[i]; },
            [&](std::size_t i) {
                return static_cast<double>(pairs_.challenger_decides(known[i])) == truth[i];
            });
    }

    void add_auc(const std::vector<std::size_t>& known, const std::vector<double>& truth,
                 ShadowReport& out) const {
        const auto positives = std::count(truth.begin(), truth.end(), 1.0);
        if (positives < 2 || static_cast<std::size_t>(positives) + 2 > truth.size()) return;
        std::vector<double> first;
        std::vector<double> second;
        for (const std::size_t r : known) {
            first.push_back(pairs_.champion[r]);
            second.push_back(pairs_.challenger[r]);
        }
        const AucComparison c = delong(truth, second, first, rules_.confidence);
        out.metrics.push_back(
            {"auc", true, c.second.auc, c.first.auc, c.difference, c.low, c.high, c.p_value});
    }

    [[nodiscard]] bool too_few_of_a_class() const {
        if (pairs_.target.task == Task::regression) return false;
        for (std::size_t k = 0; k < pairs_.target.classes.size(); ++k) {
            const auto n = std::count(pairs_.truth.begin(), pairs_.truth.end(), static_cast<double>(k));
            if (static_cast<std::size_t>(n) < rules_.least_of_class) return true;
        }
        return false;
    }

    void advise(ShadowReport& out) const {
        const auto say = [&](ShadowAdvice advice, std::string why) {
            out.advice = advice;
            out.why = std::move(why);
        };
        const double seen = static_cast<double>(out.rows + out.refused);
        if (out.rows + out.refused < rules_.least_rows)
            return say(ShadowAdvice::wait, "there are " + text::grouped(out.rows) + " rows, and " +
                                               text::grouped(rules_.least_rows) + " are needed");
        if (static_cast<double>(out.refused) > rules_.most_refused * seen)
            return say(ShadowAdvice::keep, "the challenger refuses " +
                                               text::percent(static_cast<double>(out.refused) / seen) +
                                               " of the records that the champion answers");
        if (out.labelled < rules_.least_labels || too_few_of_a_class() || out.metrics.empty())
            return say(ShadowAdvice::wait,
                       (is_missing(out.agreement)
                            ? "the scores correlate to " + text::fixed(out.correlation, 3)
                            : "they decide " + text::percent(out.agreement) + " of the rows alike") +
                           ", and labels must tell who is right: " + text::grouped(out.labelled) +
                           " are there, " + text::grouped(rules_.least_labels) + " are needed" +
                           (pairs_.target.task == Task::regression
                                ? ""
                                : ", " + std::to_string(rules_.least_of_class) + " of each class"));
        const auto told = [](const ShadowMetric& m) {
            return m.name + " " + text::fixed(m.challenger, 4) + " against " + text::fixed(m.champion, 4) +
                   " (difference " + text::fixed(m.low, 4) + " to " + text::fixed(m.high, 4) + ")";
        };
        for (const ShadowMetric& m : out.metrics) {
            if (m.worse()) return say(ShadowAdvice::keep, "the challenger is worse: " + told(m));
        }
        if (out.metrics.front().better())
            return say(ShadowAdvice::promote, "the challenger is better: " + told(out.metrics.front()));
        say(ShadowAdvice::either,
            text::grouped(out.labelled) + " labels show no difference: " + told(out.metrics.front()));
    }

    const PairedScores& pairs_;
    const ShadowRules& rules_;
};

}  // namespace detail

/// Compares two models by what they answered for the same rows: how often they decide alike, how their scores
/// differ, and, of the rows whose truth is known, which is better: AUC (DeLong's interval), log loss, Brier
/// score and accuracy (each at its own threshold), or squared and absolute error, with intervals of the
/// paired differences. The advice follows the first of these, and the others where they are worse. Looking
/// again and again until something differs finds differences that are none: decide beforehand how many labels
/// to wait for.
///
/// O(rows log rows)   throws DataError for scores of other rows, OptionError
/// reference: DeLong, DeLong & Clarke-Pearson, 1988; Student's t for the means of paired differences
[[nodiscard]] inline ShadowReport shadow_report(const PairedScores& pairs, std::string champion,
                                                std::string challenger, const ShadowRules& rules = {}) {
    return detail::ShadowJudge(pairs, rules).judge(std::move(champion), std::move(challenger));
}

}  // namespace gasket
