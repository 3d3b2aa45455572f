#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/cross_validate.hpp"
#include "gasket/evaluate/paired_difference.hpp"
#include "gasket/pipeline/artifact.hpp"

namespace gasket {

/// A chain that takes part in a contest.
struct Candidate {
    std::string name;
    Refit refit;
};

/// Names a chain (or a single estimator) for `compare`.
template <detail::Link T>
[[nodiscard]] Candidate candidate(std::string name, const T& link) {
    return {std::move(name), refit(link)};
}

/// What a candidate achieved and what it costs.
struct CandidateResult {
    std::string name;
    /// the metric over the folds
    FoldedMetric score;
    /// over the first candidate, fold by fold; positive is better, whichever way the metric points
    PairedDifference gain;
    /// mean over the folds
    double fit_seconds = 0;
    /// median time from one raw record to its score, on one thread
    double row_microseconds = 0;
    std::size_t artifact_bytes = 0;
};

/// The outcome of `compare`. Candidates stand in the order in which they were given; the first is the
/// baseline.
struct Comparison {
    std::string metric;
    /// of the intervals
    double confidence = 0.95;
    std::vector<CandidateResult> candidates;
    /// place of the chosen candidate
    std::size_t chosen = 0;
    /// why it was chosen, and what its gain costs
    std::string advice;

    /// training rows that no fold judged, as in folds in time
    std::size_t never_judged = 0;

    [[nodiscard]] const CandidateResult& winner() const { return candidates.at(chosen); }

    [[nodiscard]] Json to_json() const {
        Json rows = Json::array();
        for (const CandidateResult& c : candidates) {
            rows.push_back(json_object({{"name", c.name},
                                        {"score", c.score.to_json()},
                                        {"gain", c.gain.to_json()},
                                        {"fit_seconds", c.fit_seconds},
                                        {"row_microseconds", c.row_microseconds},
                                        {"artifact_bytes", c.artifact_bytes}}));
        }
        return json_object({{"metric", metric},
                            {"confidence", confidence},
                            {"candidates", std::move(rows)},
                            {"chosen", winner().name},
                            {"advice", advice},
                            {"never_judged", never_judged}});
    }

    friend std::ostream& operator<<(std::ostream& out, const Comparison& comparison) {
        const auto signed_text = [](double x) { return (x >= 0 ? "+" : "") + text::fixed(x, 4); };
        const std::string sure = text::percent(comparison.confidence, 0);
        text::Grid grid(
            {"candidate", comparison.metric, "+-", "gain", sure + " of it", "fit", "one row", "artifact"});
        for (const CandidateResult& c : comparison.candidates) {
            const bool first = &c == &comparison.candidates.front();
            const bool interval = !first && !is_missing(c.gain.low);
            grid.add({c.name, text::fixed(c.score.mean(), 4), text::fixed(c.score.std(), 4),
                      first ? "-" : signed_text(c.gain.mean),
                      interval ? signed_text(c.gain.low) + " to " + signed_text(c.gain.high) : "-",
                      text::fixed(c.fit_seconds, 3) + " s", text::fixed(c.row_microseconds, 1) + " us",
                      text::bytes(c.artifact_bytes)});
        }
        out << grid.str() << "  " << comparison.metric
            << ": mean over the folds and its standard deviation; gain: over the first, on the same folds,\n "
               " with the "
               "interval that holds it with "
            << sure
            << " confidence; fit: mean time of a fold; one row: from raw record to score,\n  one thread; "
               "artifact: size "
               "of the saved file\n\n  "
            << comparison.advice << "\n";
        if (comparison.never_judged > 0) {
            out << "  " << text::grouped(comparison.never_judged)
                << " training rows were learned from only and never judged\n";
        }
        return out;
    }
};

/// What `compare` is told besides the candidates.
struct CompareOptions {
    Metric metric = auc;
    /// of the intervals; above 0, below 1
    double confidence = 0.95;
    /// in the metric's unit: a lead of no more than that is none
    double least_gain = 0.001;
    Progress progress = {};
};

namespace detail {

/// Median seconds to score one raw record of `table`, door to score.
inline double time_one_row(const Model& model, const Table& table) {
    using Clock = std::chrono::steady_clock;
    const BoundTable bound(model.parts().door, table);
    auto memory = bound.memory(1);
    ChainMemory chain_memory;
    std::size_t unseen = 0;
    std::vector<double> score(model.target().outputs());
    std::vector<double> seconds;
    for (std::size_t k = 0; k < 600; ++k) {
        const std::size_t r = k % table.rows();
        const auto start = Clock::now();
        model.parts().chain.predict(bound.load(r, r + 1, memory, unseen), score.data(), chain_memory);
        const double taken = std::chrono::duration<double>(Clock::now() - start).count();
        if (k >= 100) seconds.push_back(taken);  // the first ones warm the caches
    }
    std::nth_element(seconds.begin(), seconds.begin() + 250, seconds.end());
    return seconds[250];
}

/// What one candidate costs in times what another does, where that is most.
struct CostRatio {
    double times = 0;
    std::string_view of;

    [[nodiscard]] std::string str() const {
        return text::fixed(times, times < 9.95 ? 1 : 0) + "x the " + std::string(of);
    }
};
inline std::array<CostRatio, 3> costs(const CandidateResult& a, const CandidateResult& b) {
    const auto ratio = [](double x, double y) { return y > 0 ? x / y : 1; };
    return {CostRatio{ratio(a.fit_seconds, b.fit_seconds), "fit time"},
            CostRatio{ratio(a.row_microseconds, b.row_microseconds), "latency"},
            CostRatio{ratio(static_cast<double>(a.artifact_bytes), static_cast<double>(b.artifact_bytes)),
                      "size"}};
}
inline CostRatio dearest(const CandidateResult& a, const CandidateResult& b) {
    const auto all = costs(a, b);
    return *std::ranges::max_element(all, {}, &CostRatio::times);
}

/// What to say of a choice.
inline std::string advice_on(const Comparison& comparison, std::size_t best, double least_gain) {
    const auto& all = comparison.candidates;
    const CandidateResult& winner = all[comparison.chosen];
    const CandidateResult& first = all.front();
    if (all.size() == 1) return winner.name + " is the only candidate.";
    if (comparison.chosen == 0) {
        if (best == 0) return "Keep " + winner.name + ": no other candidate is better.";
        std::string advice = "Keep " + winner.name + ": " + all[best].name + " gains only " +
                             text::fixed(all[best].gain.mean, 4) +
                             ", which is within the noise of the folds and does not pay for ";
        const CostRatio cost = dearest(all[best], winner);
        return advice + (cost.times > 1.5 ? cost.str() : "a change") + ".";
    }
    const auto cost = costs(winner, first);
    std::string advice = "Choose " + winner.name + ": +" + text::fixed(winner.gain.mean, 4) + " " +
                         comparison.metric + " over " + first.name + " (+- " +
                         text::fixed(winner.gain.error, 4) + ") for " + cost[0].str() + ", " + cost[1].str() +
                         " and " + cost[2].str() + ".";
    if (winner.gain.low <= 0) {
        advice +=
            " Whether it gains at all is not certain at " + text::percent(comparison.confidence, 0) + ".";
    }
    if (const CostRatio most = dearest(winner, first);
        winner.gain.mean < 5 * least_gain && most.times >= 10) {
        advice += " So small a gain hardly justifies " + most.str() + ": keep " + first.name +
                  " where that counts.";
    }
    if (comparison.chosen != best) advice += " " + all[best].name + " is no better beyond the noise.";
    return advice;
}

/// Fills in gains, choice and advice. The one-standard-error rule: the earliest candidate that is within one
/// (corrected) standard error, or `least_gain`, of the best.
inline void choose(Comparison& comparison, const CompareOptions& options, double ratio) {
    auto& all = comparison.candidates;
    const double sign = options.metric.greater_is_better ? 1 : -1;
    const auto lead = [&](const CandidateResult& a, const CandidateResult& b) {
        return options.metric.greater_is_better
                   ? paired_difference(a.score, b.score, ratio, options.confidence)
                   : paired_difference(b.score, a.score, ratio, options.confidence);
    };
    std::size_t best = 0;
    for (std::size_t i = 1; i < all.size(); ++i) {
        all[i].gain = lead(all[i], all.front());
        if (sign * all[i].score.mean() > sign * all[best].score.mean()) best = i;
    }
    comparison.chosen = best;
    for (std::size_t i = 0; i < best; ++i) {
        const PairedDifference ahead = lead(all[best], all[i]);
        if (ahead.mean <= std::max(is_missing(ahead.error) ? 0 : ahead.error, options.least_gain)) {
            comparison.chosen = i;
            break;
        }
    }
    comparison.advice = advice_on(comparison, best, options.least_gain);
}

inline Comparison compare(const Folds& folds, const std::vector<Candidate>& candidates,
                          const CompareOptions& options) {
    require_option(options.confidence > 0 && options.confidence < 1, "compare.confidence",
                   std::to_string(options.confidence), "above 0, below 1");
    require_option(!candidates.empty(), "compare", "no candidate", "at least one candidate");
    Comparison out{.metric = std::string(options.metric.name),
                   .confidence = options.confidence,
                   .candidates = {},
                   .advice = {}};
    const Table probe = folds.whole().table().head(64);
    for (const Candidate& candidate : candidates) {
        const Progress named = !options.progress ? Progress{} : [&](ProgressEvent e) {
            e.task = candidate.name;
            options.progress(e);
        };
        std::optional<Model> first;
        const OutOfFold scores = score_out_of_fold(folds, candidate.refit, named,
                                                   [&](std::size_t f, const Fold&, const Model& model) {
                                                       if (f == 0) first = model;
                                                   });
        out.never_judged = scores.never_judged;
        CandidateResult result{.name = candidate.name, .score = by_fold(scores, options.metric), .gain = {}};
        for (const double s : scores.fit_seconds) result.fit_seconds += s / static_cast<double>(folds.size());
        result.row_microseconds = time_one_row(*first, probe) * 1e6;
        result.artifact_bytes = to_bytes(*first).size();
        out.candidates.push_back(std::move(result));
    }
    choose(out, options, judged_to_learned(folds));
    return out;
}

}  // namespace detail

/// Cross-validates candidates on the same folds of the training rows and weighs gain against cost: a metric,
/// fit time, one-row latency, artifact size. The first candidate is the baseline; order the others from
/// simple to complex, since the earliest one within one standard error of the best is chosen. Gains are
/// paired, fold by fold, with intervals that allow for folds sharing their learning rows
/// (paired_difference.hpp).
///
/// O(candidates x folds x fit)   throws what fitting throws
/// reference: Breiman et al., Classification and Regression Trees, 1984 (the one-standard-error rule)
template <class Folder, class... Candidates>
[[nodiscard]] Comparison compare(const Training& training, const Folder& folder,
                                 const Candidates&... candidates) {
    static_assert(sizeof...(Candidates) > 0 && (std::is_same_v<Candidates, Candidate> && ...),
                  "compare takes candidates: candidate(\"name\", chain)");
    return detail::compare(folder.split(training), {candidates...}, {});
}

/// The same with candidates in a vector, for any metric: `compare(training, folds, {candidate(...), ...},
/// {.metric = log_loss_metric})`.
template <class Folder>
[[nodiscard]] Comparison compare(const Training& training, const Folder& folder,
                                 const std::vector<Candidate>& candidates, const CompareOptions& options) {
    return detail::compare(folder.split(training), candidates, options);
}

/// The same with a place to report to.
template <class Folder>
[[nodiscard]] Comparison compare(const Training& training, const Folder& folder,
                                 const std::vector<Candidate>& candidates, const Progress& progress) {
    return detail::compare(folder.split(training), candidates, {.progress = progress});
}

}  // namespace gasket
