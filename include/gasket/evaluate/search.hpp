#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/digest.hpp"
#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/progress.hpp"
#include "gasket/core/text.hpp"
#include "gasket/evaluate/cross_validate.hpp"
#include "gasket/evaluate/search_journal.hpp"
#include "gasket/evaluate/search_space.hpp"
#include "gasket/evaluate/search_strategy.hpp"
#include "gasket/evaluate/subsample.hpp"
#include "gasket/evaluate/trial.hpp"

namespace gasket {

/// What a search is told besides where and how to look.
struct SearchOptions {
    /// what the best chain is best in
    Metric metric = auc;
    /// measured too, and shown
    std::vector<Metric> also = {};
    /// path of a file that every finished trial is written to; a search that was interrupted goes on from it.
    /// Empty: none
    std::string journal = {};
    Progress progress = {};
};

/// What a search found, best first. A value.
struct SearchReport {
    std::string strategy;
    std::string metric;
    /// best first: those with the most of the resource, by the metric; ties by number
    std::vector<Trial> trials;
    std::size_t folds = 0;
    /// what halving spends: "rows", or the most of an option and its name
    std::string resource;
    /// settings measured, those of earlier rungs and those of the journal among them
    std::size_t measured = 0;
    /// how many of them stood in the journal
    std::size_t resumed = 0;
    /// of all fits, those in the journal too
    double seconds = 0;

    [[nodiscard]] const Trial& best_trial() const { return trials.front(); }

    [[nodiscard]] Json to_json() const {
        Json list = Json::array();
        for (const Trial& trial : trials) list.push_back(trial.to_json());
        return json_object({{"strategy", strategy},
                            {"metric", metric},
                            {"folds", folds},
                            {"resource", resource},
                            {"measured", measured},
                            {"resumed", resumed},
                            {"seconds", seconds},
                            {"trials", std::move(list)}});
    }

    friend std::ostream& operator<<(std::ostream& out, const SearchReport& report) {
        report.print(out);
        return out;
    }

  private:
    void print(std::ostream& out) const {
        constexpr std::size_t most = 10;
        out << "  " << strategy << ": " << text::grouped(trials.size()) << " candidates, " << folds
            << " folds, " << text::grouped(measured) << " trials";
        if (resumed > 0) out << " (" << text::grouped(resumed) << " from the journal)";
        out << ", " << text::fixed(seconds, 1) << " s of fitting\n";
        const bool halved = trials.back().share < 1;
        std::vector<std::string> head{"rank"};
        for (const auto& [name, value] : best_trial().settings.items()) head.push_back(short_name(name));
        for (const FoldedMetric& m : best_trial().metrics) head.insert(head.end(), {m.name, "+-"});
        head.emplace_back("fit");
        if (halved) head.push_back(resource == "rows" ? "of the rows" : "of " + resource);
        text::Grid grid(std::move(head));
        for (std::size_t i = 0; i < trials.size() && i < most; ++i) {
            const Trial& trial = trials[i];
            std::vector<std::string> row{std::to_string(i + 1)};
            for (const auto& [name, value] : trial.settings.items())
                row.push_back(detail::setting_text(value));
            for (std::size_t m = 0; m < best_trial().metrics.size(); ++m) {
                const bool failed = m >= trial.metrics.size();
                row.push_back(failed ? "-" : text::fixed(trial.metrics[m].mean(), 4));
                row.push_back(failed ? "-" : text::fixed(trial.metrics[m].std(), 4));
            }
            row.push_back(text::fixed(trial.seconds, 2) + " s");
            if (halved) row.push_back(text::percent(trial.share));
            grid.add(std::move(row));
        }
        out << grid.str();
        if (trials.size() > most) out << "  and " << text::grouped(trials.size() - most) << " more\n";
        for (const Trial& trial : trials) {
            if (trial.failure.empty()) continue;
            out << "  some could not be fitted, such as " << trial.settings.dump() << ": " << trial.failure
                << "\n";
            break;
        }
        if (trials.size() > 1)
            out << "  the best of many looks better than it is: nested_cross_validate tells by how much\n";
    }

    /// Without the stage where no other option has that name.
    [[nodiscard]] std::string short_name(const std::string& name) const {
        const auto last = [](const std::string& full) { return full.substr(full.rfind('.') + 1); };
        std::size_t alike = 0;
        for (const auto& [other, value] : best_trial().settings.items())
            alike += last(other) == last(name) ? 1 : 0;
        return alike == 1 ? last(name) : name;
    }
};

/// What a search found, and the best chain ready to fit. A value.
template <class Chain>
class SearchResult : public SearchReport {
  public:
    SearchResult(SearchReport report, std::function<Chain(const detail::Point&)> at)
        : SearchReport(std::move(report)), at_(std::move(at)) {}

    /// The chain as given, with the options of the best trial: `result.best().fit(training)`.
    [[nodiscard]] Chain best() const { return at_(best_trial().point); }
    /// The chain with the options of any trial.
    [[nodiscard]] Chain chain(const Trial& trial) const { return at_(trial.point); }

  private:
    std::function<Chain(const detail::Point&)> at_;
};

namespace detail {

/// Runs a search over folds, whatever the chain, the space and the strategy.
class SearchRun {
  public:
    SearchRun(const Folds& folds, const Searched& searched, const SearchOptions& options)
        : folds_(folds), searched_(searched), options_(options), metrics_(options.also) {
        metrics_.insert(metrics_.begin(), options.metric);
        for (const Metric& metric : metrics_) metric.require(folds.whole().target().task);
        if (!options.journal.empty()) journal_.emplace(options.journal, folds, searched, metrics_);
    }

    [[nodiscard]] SearchReport run(std::string_view strategy, const std::vector<Point>& points,
                                   const std::vector<Rung>& rungs) {
        SearchReport report{.strategy = std::string(strategy),
                            .metric = std::string(metrics_.front().name),
                            .trials = {},
                            .folds = folds_.size(),
                            .resource = searched_.resource.empty() ? "rows" : searched_.resource};
        std::vector<Trial> trials;
        for (const Point& point : points)
            trials.push_back(
                {.number = trials.size(), .settings = searched_.settings(point), .point = point});
        std::size_t parts = 0;
        double work = 0;
        for (const Rung& rung : rungs) {
            parts += rung.candidates;
            work += static_cast<double>(rung.candidates) * rung.share;
        }
        PartsDone done(options_.progress, "search", parts, work);
        std::size_t left = trials.size();
        for (const Rung& rung : rungs) {
            left = std::min(left, rung.candidates);
            measure(trials, left, rung.share, done, report);
            std::stable_sort(trials.begin(), trials.begin() + static_cast<std::ptrdiff_t>(left),
                             [&](const Trial& a, const Trial& b) { return better(a, b); });
        }
        if (!trials.front().failure.empty()) {
            throw OptionError(ErrorCode::bad_option,
                              {.expected = "a setting with which the chain can be fitted",
                               .found = trials.front().failure,
                               .where = "search",
                               .advice = "correct the chain or the values to choose from"});
        }
        report.trials = std::move(trials);
        for (const Trial& trial : report.trials) report.seconds += trial.seconds;
        return report;
    }

  private:
    [[nodiscard]] double score(const Trial& trial) const {
        const double mean = trial.metrics.empty() ? missing : trial.metrics.front().mean();
        if (is_missing(mean)) return -HUGE_VAL;
        return metrics_.front().greater_is_better ? mean : -mean;
    }
    [[nodiscard]] bool better(const Trial& a, const Trial& b) const {
        if (score(a) != score(b)) return score(a) > score(b);
        return a.number < b.number;
    }

    /// The first `count` trials with a share of the resource: what the journal does not know is fitted,
    /// trials and folds side by side.
    void measure(std::vector<Trial>& trials, std::size_t count, double share, PartsDone& done,
                 SearchReport& report) {
        const std::size_t folds = folds_.size();
        std::vector<Measured> found(count);
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < count; ++i) {
            const Measured* known = journal_ ? journal_->find(trials[i].settings, share) : nullptr;
            if (known == nullptr) {
                open.push_back(i);
                found[i] = {std::vector<std::vector<double>>(metrics_.size(), std::vector<double>(folds)),
                            std::vector<double>(folds),
                            {}};
                continue;
            }
            found[i] = *known;
            if (!checked_ && known->failure.empty()) {
                checked_ = true;
                journal_->require_same_scores(trials[i].settings, known->print,
                                              fit(trials[i], 0, share).print);
            }
            ++report.resumed;
            done.one_less(share, note(trials[i], found[i]));
        }
        std::vector<std::atomic<std::size_t>> folds_left(open.size());
        for (auto& n : folds_left) n = folds;
        std::vector<std::vector<std::string>> failures(open.size(), std::vector<std::string>(folds));
        std::atomic<bool> stop = false;
        const auto rows = static_cast<std::size_t>(share * static_cast<double>(folds_.whole().rows()));
        run_fits(rows, open.size() * folds, [&](std::size_t t) {
            if (stop) return;
            try {
                const std::size_t k = t / folds;
                const std::size_t f = t % folds;
                const Trial& trial = trials[open[k]];
                Measured& measured = found[open[k]];
                const OneFold fold = fit(trial, f, share);
                failures[k][f] = fold.failure;
                measured.fit_seconds[f] = fold.seconds;
                if (f == 0) measured.print = fold.print;
                for (std::size_t m = 0; m < metrics_.size(); ++m) measured.metrics[m][f] = fold.values[m];
                if (folds_left[k].fetch_sub(1) > 1) return;
                for (const std::string& failure : failures[k]) {
                    if (measured.failure.empty()) measured.failure = failure;
                }
                if (!measured.failure.empty()) measured.metrics.clear();
                if (journal_) journal_->add(trial.settings, share, measured);
                done.one_more(share, note(trial, measured));
            } catch (...) {
                stop = true;  // the rest of a long search is not worth waiting for
                throw;
            }
        });
        report.measured += count;
        for (std::size_t i = 0; i < count; ++i) take(trials[i], std::move(found[i]), share);
    }

    struct OneFold {
        std::vector<double> values;
        double seconds = 0;
        std::string failure = {};
        /// digest of the scores; made for the first fold only
        std::string print = {};
    };

    /// The trial's chain on (a sample of) the learning rows of a fold.
    [[nodiscard]] OneFold fit(const Trial& trial, std::size_t f, double share) const {
        const Training& whole = folds_.whole();
        FoldRows rows = folds_.rows(f);
        if (share < 1 && searched_.resource.empty()) {
            const double take = std::ceil(share * static_cast<double>(rows.learn.size()));
            rows.learn = subsample(whole, rows.learn, static_cast<std::size_t>(take), derive_seed(42, f));
        }
        OneFold out{std::vector<double>(metrics_.size(), missing)};
        try {
            const Training training = Wall::part(whole, rows.learn, folds_.name(f));
            const auto start = std::chrono::steady_clock::now();
            const Model model = searched_.at(trial.point, share)(training);
            out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            const LabelledRows unseen = Wall::labelled(whole, rows.judge);
            const std::vector<double> scores = model.predict(unseen.table).values;
            if (f == 0) out.print = print_of(scores);
            for (std::size_t m = 0; m < metrics_.size(); ++m)
                out.values[m] = metric_of(metrics_[m], whole.target(), unseen.labels, scores, unseen.weights);
        } catch (const Error& e) {
            out.failure = e.what();
        }
        return out;
    }

    static std::string print_of(const std::vector<double>& scores) {
        std::string bytes(scores.size() * sizeof(double), '\0');
        std::memcpy(bytes.data(), scores.data(), bytes.size());
        return Sha256::hex(bytes).substr(0, 16);
    }

    void take(Trial& trial, Measured measured, double share) const {
        trial.share = share;
        trial.failure = std::move(measured.failure);
        trial.metrics.clear();
        for (std::size_t m = 0; m < measured.metrics.size(); ++m)
            trial.metrics.push_back(
                {std::string(metrics_[m].name), std::move(measured.metrics[m]), folds_.repeats()});
        for (const double s : measured.fit_seconds) trial.seconds += s;
    }

    /// What to say of the best trial so far.
    [[nodiscard]] std::string note(const Trial& trial, const Measured& measured) {
        if (!options_.progress) return {};
        Trial now = trial;
        take(now, measured, 1);
        const std::lock_guard guard(mutex_);
        best_ = std::max(best_, score(now));
        if (best_ == -HUGE_VAL) return {};
        const Metric& metric = metrics_.front();
        return "best " + std::string(metric.name) + " " +
               text::fixed(metric.greater_is_better ? best_ : -best_, 4);
    }

    const Folds& folds_;
    const Searched& searched_;
    const SearchOptions& options_;
    std::vector<Metric> metrics_;
    std::optional<SearchJournal> journal_;
    std::mutex mutex_;
    double best_ = -HUGE_VAL;
    bool checked_ = false;
};

template <class Places, class... S, class... Axes, class Strategy>
SearchResult<Pipeline<S...>> search_chain(const StageSlots<Places, S...>& stages, const Folds& folds,
                                          const Space<Axes...>& space, const Strategy& strategy,
                                          const SearchOptions& options) {
    const Searched searched = forget_types(stages, space);
    const std::vector<Point> points = strategy.candidates(searched.axes);
    SearchReport report =
        SearchRun(folds, searched, options).run(strategy.name, points, strategy.rungs(points.size()));
    return {std::move(report), [stages, space](const Point& point) {
                return Pipeline<S...>(set_options(stages, space, point, 1));
            }};
}

}  // namespace detail

/// Looks for the options with which a chain does best in cross-validation.
///
///     const auto found = search(chain, training, StratifiedKFold{.folds = 5},
///                               Space{option<&GradientBoosting::trees>({100, 200}),
///                                     option<&Imputer::strategy>({Impute::mean, Impute::median})},
///                               GridSearch{}, {.metric = auc});
///     const auto model = found.best().fit(training);
///
/// `strategy` is GridSearch, RandomSearch or SuccessiveHalving. All candidates see the same folds; the whole
/// chain is refitted in each. Trials and folds run side by side, with the same result at any number of
/// threads. A setting with which the chain cannot be fitted is ranked last, with the reason. With a journal,
/// settings measured before are not measured again; one of them is fitted again in one fold, and must come
/// out the same.
///
/// O(trials x folds x fit)   throws OptionError (an empty space, no setting can be fitted), ArtifactError (a
/// journal of another search), FileError, and whatever the sink of progress throws
template <detail::Link T, class Folder, class... Axes, class Strategy>
[[nodiscard]] auto search(const T& link, const Training& training, const Folder& folder,
                          const Space<Axes...>& space, const Strategy& strategy,
                          const SearchOptions& options = {}) {
    return detail::search_chain(detail::stages_of(link), folder.split(training), space, strategy, options);
}

}  // namespace gasket
