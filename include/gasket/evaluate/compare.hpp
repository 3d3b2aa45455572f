#pragma once

#include <algorithm>
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
    FoldedMetric auc;
    /// mean AUC less that of the first candidate
    double gain = 0;
    /// mean over the folds
    double fit_seconds = 0;
    /// median time from one raw record to its score, on one thread
    double row_microseconds = 0;
    std::size_t artifact_bytes = 0;
};

/// The outcome of `compare`. Candidates stand in the order in which they were given; the first is the
/// baseline.
struct Comparison {
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
                                        {"auc_mean", c.auc.mean()},
                                        {"auc_std", c.auc.std()},
                                        {"gain", c.gain},
                                        {"fit_seconds", c.fit_seconds},
                                        {"row_microseconds", c.row_microseconds},
                                        {"artifact_bytes", c.artifact_bytes}}));
        }
        return json_object({{"candidates", std::move(rows)},
                            {"chosen", winner().name},
                            {"advice", advice},
                            {"never_judged", never_judged}});
    }

    friend std::ostream& operator<<(std::ostream& out, const Comparison& comparison) {
        text::Grid grid({"candidate", "AUC", "+-", "gain", "fit", "one row", "artifact"});
        for (const CandidateResult& c : comparison.candidates) {
            const bool first = &c == &comparison.candidates.front();
            grid.add({c.name, text::fixed(c.auc.mean(), 4), text::fixed(c.auc.std(), 4),
                      first ? "-" : (c.gain >= 0 ? "+" : "") + text::fixed(c.gain, 4),
                      text::fixed(c.fit_seconds, 3) + " s", text::fixed(c.row_microseconds, 1) + " us",
                      text::bytes(c.artifact_bytes)});
        }
        out << grid.str()
            << "  AUC: mean over the folds and its standard deviation; fit: mean time of a fold; one "
               "row: from "
               "raw\n  record to score, one thread; artifact: size of the saved file\n\n  "
            << comparison.advice << "\n";
        if (comparison.never_judged > 0) {
            out << "  " << text::grouped(comparison.never_judged)
                << " training rows were learned from only and never judged\n";
        }
        return out;
    }
};

namespace detail {

/// Median seconds to score one raw record of `table`, door to score.
inline double time_one_row(const Model& model, const Table& table) {
    using Clock = std::chrono::steady_clock;
    const BoundTable bound(model.parts().door, table);
    auto memory = bound.memory(1);
    ChainMemory chain_memory;
    std::size_t unseen = 0;
    std::vector<double> answers(model.target().outputs());
    std::vector<double> seconds;
    for (std::size_t k = 0; k < 600; ++k) {
        const std::size_t r = k % table.rows();
        const auto start = Clock::now();
        model.parts().chain.predict(bound.load(r, r + 1, memory, unseen), answers.data(), chain_memory);
        const double taken = std::chrono::duration<double>(Clock::now() - start).count();
        if (k >= 100) seconds.push_back(taken);  // the first ones warm the caches
    }
    std::nth_element(seconds.begin(), seconds.begin() + 250, seconds.end());
    return seconds[250];
}

/// Mean and standard error of the paired differences a - b over folds.
struct PairedGain {
    double mean;
    double error;
};
inline PairedGain paired_gain(const FoldedMetric& a, const FoldedMetric& b) {
    FoldedMetric difference{.name = "", .by_fold = {}, .repeats = a.repeats};
    for (std::size_t f = 0; f < a.by_fold.size(); ++f)
        difference.by_fold.push_back(a.by_fold[f] - b.by_fold[f]);
    return {difference.mean(), difference.error()};
}

/// The one-standard-error rule: the earliest candidate that is within one standard error (or 0.001) of the
/// best.
inline void choose(Comparison& comparison) {
    const auto& all = comparison.candidates;
    std::size_t best = 0;
    for (std::size_t i = 1; i < all.size(); ++i) {
        if (all[i].auc.mean() > all[best].auc.mean()) best = i;
    }
    comparison.chosen = best;
    for (std::size_t i = 0; i < best; ++i) {
        const PairedGain lead = paired_gain(all[best].auc, all[i].auc);
        if (lead.mean <= std::max(lead.error, 0.001)) {
            comparison.chosen = i;
            break;
        }
    }
    const CandidateResult& winner = all[comparison.chosen];
    std::string& advice = comparison.advice;
    if (all.size() == 1) {
        advice = winner.name + " is the only candidate.";
        return;
    }
    const auto times = [](double a, double b) {
        const double ratio = b > 0 ? a / b : 1;
        return text::fixed(ratio, ratio < 9.95 ? 1 : 0) + "x";
    };
    if (comparison.chosen == 0) {
        advice = "Keep " + winner.name + ": ";
        advice += best == 0 ? "no other candidate is better."
                            : all[best].name + " gains only " + text::fixed(all[best].gain, 4) +
                                  ", which is within the noise of the folds and does not pay for its cost.";
        return;
    }
    const PairedGain gain = paired_gain(winner.auc, all.front().auc);
    advice = "Choose " + winner.name + ": +" + text::fixed(gain.mean, 4) + " AUC over " + all.front().name +
             " (+- " + text::fixed(gain.error, 4) + ") is worth " +
             times(winner.fit_seconds, all.front().fit_seconds) + " the fit time and " +
             times(winner.row_microseconds, all.front().row_microseconds) + " the latency.";
    if (comparison.chosen != best) {
        advice += " " + all[best].name + " is no better beyond the noise.";
    }
}

inline Comparison compare(const Folds& folds, const std::vector<Candidate>& candidates,
                          const Progress& progress) {
    Comparison out;
    const Table probe = folds.whole().table().head(64);
    for (const Candidate& candidate : candidates) {
        const Progress named = !progress ? Progress{} : [&](const ProgressEvent& e) {
            progress({candidate.name, e.done, e.total});
        };
        std::optional<Model> first;
        const OutOfFold scores = score_out_of_fold(folds, candidate.refit, named,
                                                   [&](std::size_t f, const Fold&, const Model& model) {
                                                       if (f == 0) first = model;
                                                   });
        out.never_judged = scores.never_judged;
        CandidateResult result{.name = candidate.name, .auc = by_fold(scores, auc)};
        for (const double s : scores.fit_seconds) result.fit_seconds += s / static_cast<double>(folds.size());
        result.row_microseconds = time_one_row(*first, probe) * 1e6;
        result.artifact_bytes = to_bytes(*first).size();
        result.gain = out.candidates.empty() ? 0 : result.auc.mean() - out.candidates.front().auc.mean();
        out.candidates.push_back(std::move(result));
    }
    choose(out);
    return out;
}

}  // namespace detail

/// Cross-validates candidates on the same folds of the training rows and weighs gain against cost: AUC, fit
/// time, one-row latency, artifact size. The first candidate is the baseline; order the others from simple to
/// complex, since the earliest one within one standard error of the best is chosen.
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

/// The same with candidates in a vector and a place to report to.
template <class Folder>
[[nodiscard]] Comparison compare(const Training& training, const Folder& folder,
                                 const std::vector<Candidate>& candidates, const Progress& progress) {
    return detail::compare(folder.split(training), candidates, progress);
}

}  // namespace gasket
