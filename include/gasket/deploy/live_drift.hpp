#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/monitor/baseline.hpp"
#include "gasket/monitor/drift_report.hpp"
#include "gasket/monitor/wasserstein.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

/// The bins of a column (or of the scores) that some row fell into, in words, with the shares of the rows.
struct DriftBins {
    std::string feature;
    std::vector<std::string> bins = {};
    std::vector<double> training = {};
    std::vector<double> live = {};
};

/// Counts what a model is fed and what it answers in the bins that training froze, row by row, in memory that
/// does not grow: so a service knows at any moment how far the world has moved.
///
/// What is told is of the latest rows: counts are kept in two spans of `span_rows`, and when the later is
/// full the earlier is forgotten, so a report covers the last span_rows to 2 x span_rows. thread-safe.
class LiveDrift {
  public:
    /// throws DataError where the model has no baseline; OptionError
    LiveDrift(const Model& model, std::uint64_t span_rows)
        : model_(model), span_rows_(span_rows), baseline_(baseline_of(model)) {
        detail::require_option(span_rows >= psi_least_rows, "LiveDrift.span_rows", std::to_string(span_rows),
                               std::to_string(psi_least_rows) + " and more");
        const detail::Door& door = model.parts().door;
        for (const Baseline::Entry& entry : baseline_.columns) {
            Source source{door.layout().index_of(entry.name, "baseline"), {}};
            const Feature& feature = door.feature(source.column);
            if (feature.is_category()) {
                for (const std::string& label : *feature.labels)
                    source.bins.push_back(entry.bins.bin_of(label));
                source.bins.push_back(entry.bins.bin_of_unseen());
            }
            sources_.push_back(std::move(source));
        }
        for (std::vector<Counts>& span : spans_) clear(span);
        for (std::vector<Beyond>& beyond : beyond_) beyond.resize(baseline_.columns.size() + 1);
    }

    /// `columns` as a RecordBuilder has them, one number a row; `answers` as a chain gives them, row after
    /// row. O(rows x columns)
    void add(const std::vector<std::vector<double>>& columns, std::span<const double> answers,
             std::size_t rows) {
        count_rows([&](std::size_t c) { return columns[c].data(); }, answers, rows);
    }
    /// The same of a block as the chain reads it.
    void add(const Block& columns, std::span<const double> answers) {
        count_rows([&](std::size_t c) { return columns[c]; }, answers, columns.rows());
    }

    /// As `drift` of the rows counted. O(columns x cells)
    [[nodiscard]] DriftReport report() const {
        DriftReport out;
        std::vector<Counts> sums;
        std::vector<Beyond> beyond;
        std::uint64_t decided = 0;
        {
            const std::lock_guard lock(mutex_);
            sums = spans_[0];
            beyond = beyond_[0];
            for (std::size_t i = 0; i < beyond.size(); ++i) beyond[i].merge(beyond_[1][i]);
            for (std::size_t i = 0; i < sums.size(); ++i) {
                for (std::size_t b = 0; b < sums[i].size(); ++b) sums[i][b] += spans_[1][i][b];
            }
            out.live_rows = static_cast<std::size_t>(rows_[0] + rows_[1]);
            decided = decided_[0] + decided_[1];
        }
        const auto drifted = [&](const Baseline::Entry& entry, const Counts& counts, double noise,
                                 const Beyond& outside) {
            return entry.cells.empty() ? detail::drift_of_counts(entry, counts, {}, noise)
                                       : detail::drift_of_counts(entry, entry.bins.count_of_cells(counts),
                                                                 counts, noise, outside);
        };
        for (std::size_t i = 0; i < sources_.size(); ++i)
            out.features.push_back(drifted(baseline_.columns[i], sums[i], 0, beyond[i]));
        out.score = drifted(baseline_.scores, sums[sources_.size()], baseline_.refit_noise, beyond.back());
        if (baseline_.decisions) out.decisions = drifted(*baseline_.decisions, sums.back(), 0, {});
        detail::conclude(out);
        out.decided_rate_training = baseline_.decided_rate;
        if (model_.target().task == Task::binary && out.live_rows > 0)
            out.decided_rate_live = static_cast<double>(decided) / static_cast<double>(out.live_rows);
        return out;
    }

    /// The bins behind the report: every column in the order of the baseline, then the scores, then the
    /// decisions for one of many classes. O(columns x cells)
    [[nodiscard]] std::vector<DriftBins> bins() const {
        std::vector<Counts> sums;
        {
            const std::lock_guard lock(mutex_);
            sums = spans_[0];
            for (std::size_t i = 0; i < sums.size(); ++i) {
                for (std::size_t b = 0; b < sums[i].size(); ++b) sums[i][b] += spans_[1][i][b];
            }
        }
        std::vector<DriftBins> out;
        const auto add = [&](const Baseline::Entry& entry, const Counts& cells, bool labels) {
            const Counts live = entry.cells.empty() ? cells : entry.bins.count_of_cells(cells);
            const auto total = [](const Counts& counts) {
                double sum = 0;
                for (const std::uint64_t n : counts) sum += static_cast<double>(n);
                return std::max(1.0, sum);
            };
            const double before = total(entry.counts);
            const double now = total(live);
            DriftBins one{.feature = entry.name};
            // below, the bins, above; what is no value comes last
            std::vector<std::size_t> order;
            if (!labels) order.push_back(1);
            for (std::size_t b = 3; b < live.size(); ++b) order.push_back(b);
            order.push_back(2);
            if (labels) order.push_back(1);
            order.push_back(0);
            for (const std::size_t b : order) {
                if (entry.counts[b] + live[b] == 0) continue;
                one.bins.push_back(entry.bins.describe(b));
                one.training.push_back(static_cast<double>(entry.counts[b]) / before);
                one.live.push_back(static_cast<double>(live[b]) / now);
            }
            out.push_back(std::move(one));
        };
        for (std::size_t i = 0; i < sources_.size(); ++i)
            add(baseline_.columns[i], sums[i], !sources_[i].bins.empty());
        add(baseline_.scores, sums[sources_.size()], false);
        if (baseline_.decisions) add(*baseline_.decisions, sums.back(), true);
        return out;
    }

    /// The counts, so that another object for the same model can go on from them.
    [[nodiscard]] Json state() const {
        const std::lock_guard lock(mutex_);
        Json out = Json::array();
        for (std::size_t s = 0; s < 2; ++s) {
            Json counts = Json::array();
            for (const Counts& one : spans_[s]) counts.push_back(one);
            Json beyond = Json::array();
            for (const Beyond& one : beyond_[s]) beyond.push_back(one.value());
            out.push_back(json_object({{"rows", rows_[s]},
                                       {"decided", decided_[s]},
                                       {"counts", std::move(counts)},
                                       {"beyond", std::move(beyond)}}));
        }
        return out;
    }
    /// throws ArtifactError where it is not the state of such counts
    void restore(const Json& state) {
        const auto refuse = [] {
            detail::throw_content("drift counts", "those of the same baseline", "others");
        };
        if (!state.is_array() || state.size() != 2) refuse();
        const std::lock_guard lock(mutex_);
        for (std::size_t s = 0; s < 2; ++s) {
            const detail::Fields span(state[s], "drift counts");
            const Json& counts = span.array("counts");
            if (counts.size() != spans_[s].size()) refuse();
            for (std::size_t i = 0; i < counts.size(); ++i) {
                if (!counts[i].is_array() || counts[i].size() != spans_[s][i].size()) refuse();
                for (std::size_t b = 0; b < counts[i].size(); ++b) {
                    if (!counts[i][b].is_number_unsigned()) refuse();
                    spans_[s][i][b] = counts[i][b].get<std::uint64_t>();
                }
            }
            const std::vector<double> beyond = span.numbers("beyond");
            if (beyond.size() != beyond_[s].size()) refuse();
            for (std::size_t i = 0; i < beyond.size(); ++i) beyond_[s][i] = Beyond(beyond[i]);
            rows_[s] = span.count("rows", static_cast<std::size_t>(-1));
            decided_[s] = span.count("decided", static_cast<std::size_t>(-1));
        }
    }

  private:
    using Counts = std::vector<std::uint64_t>;
    struct Source {
        std::size_t column = 0;
        std::vector<std::size_t> bins;  // of the labels' codes, and of a label never seen; none for numbers
    };

    template <class ColumnOf>
    void count_rows(const ColumnOf& column_of, std::span<const double> answers, std::size_t rows) {
        const std::lock_guard lock(mutex_);
        if (rows_[1] >= span_rows_) {
            std::swap(spans_[0], spans_[1]);
            rows_[0] = rows_[1];
            decided_[0] = decided_[1];
            beyond_[0] = beyond_[1];
            clear(spans_[1]);
            beyond_[1].assign(baseline_.columns.size() + 1, {});
            rows_[1] = decided_[1] = 0;
        }
        std::vector<Counts>& now = spans_[1];
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            const double* const values = column_of(sources_[i].column);
            for (std::size_t r = 0; r < rows; ++r)
                count(baseline_.columns[i], sources_[i], values[r], now[i], beyond_[1][i]);
        }
        const std::size_t width = model_.target().outputs();
        for (std::size_t r = 0; r < rows; ++r) {
            const std::span<const double> answer = answers.subspan(r * width, width);
            const std::size_t decided =
                width == 1 ? 0 : Predictions::likeliest(answer, model_.parts().class_weights);
            count(baseline_.scores, {}, answer[decided], now[sources_.size()], beyond_[1].back());
            if (width > 1 && baseline_.decisions)
                ++now.back()[baseline_.decisions->bins.bin_of(model_.target().classes[decided])];
            decided_[1] += answer[0] >= model_.threshold() ? 1 : 0;
        }
        rows_[1] += rows;
    }

    static Baseline baseline_of(const Model& model) {
        const Json* const section = model.section("baseline");
        if (section == nullptr) {
            throw DataError(ErrorCode::no_baseline,
                            {.expected = "a model with a baseline",
                             .found = "none",
                             .where = "live drift",
                             .advice = "end the chain with a PsiMonitor and fit it again"});
        }
        return Baseline::from_json(detail::Fields(*section, "baseline"));
    }

    static void count(const Baseline::Entry& entry, const Source& source, double x, Counts& counts,
                      Beyond& beyond) {
        if (!source.bins.empty()) {
            ++counts[is_missing(x)      ? entry.bins.bin_of(missing)
                     : x == unseen_code ? source.bins.back()
                                        : source.bins[static_cast<std::size_t>(x)]];
        } else if (entry.cells.empty()) {
            ++counts[entry.bins.bin_of(x)];
        } else {
            const std::size_t cell = entry.bins.cell_of(x);
            ++counts[cell];
            if (cell == 1 || cell + 1 == counts.size())
                beyond.add(x, entry.bins.grid().front(), entry.bins.grid().back());
        }
    }

    void clear(std::vector<Counts>& span) const {
        span.clear();
        const auto room = [](const Baseline::Entry& entry) {
            return Counts(entry.cells.empty() ? entry.bins.size() : entry.bins.cells(), 0);
        };
        for (const Baseline::Entry& entry : baseline_.columns) span.push_back(room(entry));
        span.push_back(room(baseline_.scores));
        if (baseline_.decisions) span.push_back(room(*baseline_.decisions));
    }

    Model model_;
    std::uint64_t span_rows_;
    Baseline baseline_;
    std::vector<Source> sources_;
    mutable std::mutex mutex_;
    std::vector<Counts> spans_[2];   // earlier, now: columns, the score, the decision of many classes
    std::vector<Beyond> beyond_[2];  // of columns and of the score, how far outside the range they were
    std::uint64_t rows_[2] = {0, 0};
    std::uint64_t decided_[2] = {0, 0};
};

}  // namespace gasket
