#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/data/table.hpp"
#include "gasket/monitor/frozen_bins.hpp"
#include "gasket/monitor/psi.hpp"
#include "gasket/pipeline/out_of_fold.hpp"

namespace gasket {

/// What live data will be compared with: bins, cells and training counts of every raw column that the model
/// reads and of its scores, and what it decides: the share of rows decided positive, or the rows decided for
/// each of many classes. Holds no row. A value; thread-safe to read.
struct Baseline {
    struct Entry {
        std::string name;
        FrozenBins bins;
        std::vector<std::uint64_t> counts;
        std::vector<std::uint64_t> cells;  ///< counts by cell; none for labels, and where there is no grid

        /// Of a Column or of plain numbers. throws OptionError
        template <class Values>
        [[nodiscard]] static Entry of(std::string name, const Values& values, std::size_t bins) {
            Entry entry{std::move(name), FrozenBins::of(values, bins), {}, {}};
            entry.count(values, entry.counts, entry.cells);
            return entry;
        }

        /// Counts values by bin, and by cell where there are cells, in one pass.
        template <class Values>
        void count(const Values& values, std::vector<std::uint64_t>& by_bin,
                   std::vector<std::uint64_t>& by_cell) const {
            by_cell = bins.count_cells(values);
            by_bin = by_cell.empty() ? bins.count(values) : bins.count_of_cells(by_cell);
        }

        [[nodiscard]] Json to_json() const {
            Json out = json_object({{"name", name}, {"bins", bins.to_json()}, {"counts", counts}});
            if (!cells.empty()) out["cells"] = json_value(cells);
            return out;
        }
        [[nodiscard]] static Entry from_json(const detail::Fields& fields) {
            constexpr std::int64_t most = std::int64_t{1} << 50;
            Entry entry{fields.string("name"),
                        FrozenBins::from_json(fields.object("bins")),
                        fields.integers<std::uint64_t>("counts", 0, most),
                        {}};
            if (entry.bins.cells() > 0) entry.cells = fields.integers<std::uint64_t>("cells", 0, most);
            const auto check = [&](const char* field, std::size_t expected, std::size_t found) {
                if (found != expected)
                    detail::throw_content(fields.path() + "." + field, std::to_string(expected) + " counts",
                                          std::to_string(found));
            };
            check("counts", entry.bins.size(), entry.counts.size());
            check("cells", entry.bins.cells(), entry.cells.size());
            return entry;
        }
    };

    std::vector<Entry> columns;
    /// of Predictions::scores
    Entry scores;
    /// share of rows decided positive; missing unless the target is binary
    double decided_rate = missing;
    /// the classes decided for, where there are many
    std::optional<Entry> decisions = {};
    /// The PSI of the scores that another fit of the same chain brings about, beyond chance: near 0 for
    /// scores of many values; large for those of few, such as a small tree's, since every fit has values of
    /// its own. The greatest that a fold's scores reached against those of the other folds, twice over; 0
    /// without folds.
    double refit_noise = 0;

    /// O(columns x rows log rows), all threads.
    [[nodiscard]] static Baseline of(const Table& table, const Predictions& predictions, std::size_t bins,
                                     const OutOfFold* out_of_fold = nullptr) {
        Baseline out;
        out.columns.resize(table.columns());
        parallel_for(table.columns(), [&](std::size_t i) {
            out.columns[i] = Entry::of(table.name(i), table.column(i), bins);
        });
        out.scores = Entry::of("score", std::span<const double>(predictions.scores()), bins);
        out.decided_rate = decided_share(predictions);
        if (predictions.target.task == Task::multiclass)
            out.decisions = Entry::of("decision", predictions.decisions(), bins);
        if (out_of_fold != nullptr) out.refit_noise = noise_of(out.scores.bins, *out_of_fold);
        return out;
    }

    /// Probabilities of a binary target as predictions.
    [[nodiscard]] static Predictions binary(std::span<const double> scores, double threshold) {
        return {.target = {}, .values = {scores.begin(), scores.end()}, .threshold = threshold};
    }
    /// The share of rows decided positive; 0 of no rows, missing unless the target is binary.
    [[nodiscard]] static double decided_share(const Predictions& predictions) {
        if (predictions.target.task != Task::binary) return missing;
        const auto decided = std::count_if(predictions.values.begin(), predictions.values.end(),
                                           [&](double s) { return s >= predictions.threshold; });
        return predictions.size() == 0
                   ? 0
                   : static_cast<double>(decided) / static_cast<double>(predictions.size());
    }

    [[nodiscard]] Json to_json() const {
        Json list = Json::array();
        for (const Entry& entry : columns) list.push_back(entry.to_json());
        Json out = json_object({{"columns", std::move(list)},
                                {"scores", scores.to_json()},
                                {"decided_rate", detail::json_number(decided_rate)},
                                {"refit_noise", refit_noise}});
        if (decisions) out["decisions"] = decisions->to_json();
        return out;
    }

    /// throws ArtifactError
    [[nodiscard]] static Baseline from_json(const detail::Fields& fields) {
        Baseline out;
        for (const Json& entry : fields.array("columns")) {
            out.columns.push_back(Entry::from_json(
                {entry, fields.path() + ".columns[" + std::to_string(out.columns.size()) + "]"}));
        }
        out.scores = Entry::from_json(fields.object("scores"));
        if (!fields.get("decided_rate").is_null()) out.decided_rate = fields.number("decided_rate");
        if (fields.has("decisions")) out.decisions = Entry::from_json(fields.object("decisions"));
        out.refit_noise = fields.number("refit_noise");
        if (out.refit_noise < 0) {
            detail::throw_content(fields.path() + ".refit_noise", "a number of at least 0",
                                  text::shortest(out.refit_noise));
        }
        return out;
    }

  private:
    static double noise_of(const FrozenBins& bins, const OutOfFold& made) {
        std::vector<std::vector<std::uint64_t>> counts;
        std::vector<std::uint64_t> all(bins.size(), 0);
        for (const FoldScores& fold : made.folds) {
            const Predictions seen{.target = made.target, .values = fold.scores};
            counts.push_back(bins.count(std::span<const double>(seen.scores())));
            for (std::size_t b = 0; b < all.size(); ++b) all[b] += counts.back()[b];
        }
        double most = 0;
        for (const std::vector<std::uint64_t>& fold : counts) {
            std::vector<std::uint64_t> others = all;
            for (std::size_t b = 0; b < others.size(); ++b) others[b] -= fold[b];
            const Psi between = psi(others, fold);
            if (between.value > between.critical) most = std::max(most, between.value - between.critical);
        }
        return 2 * most;
    }
};

}  // namespace gasket
