#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/parallel.hpp"
#include "gasket/data/table.hpp"
#include "gasket/monitor/frozen_bins.hpp"

namespace gasket {

/// What live data will be compared with: bins and training counts of every raw column that the model reads
/// and of its scores, and the share of rows that it decides positive. Holds no row. A value; thread-safe to
/// read.
struct Baseline {
    struct Entry {
        std::string name;
        FrozenBins bins;
        std::vector<std::uint64_t> counts;

        [[nodiscard]] Json to_json() const {
            return {{"name", name}, {"bins", bins.to_json()}, {"counts", counts}};
        }
        [[nodiscard]] static Entry from_json(const detail::Fields& fields) {
            Entry entry{fields.string("name"), FrozenBins::from_json(fields.object("bins")),
                        fields.integers<std::uint64_t>("counts", 0, std::int64_t{1} << 50)};
            if (entry.counts.size() != entry.bins.size()) {
                detail::throw_content(fields.path() + ".counts",
                                      std::to_string(entry.bins.size()) + " counts",
                                      std::to_string(entry.counts.size()));
            }
            return entry;
        }
    };

    std::vector<Entry> columns;
    Entry scores;
    double decided_rate = 0;

    /// O(columns x rows log rows), all threads.
    [[nodiscard]] static Baseline of(const Table& table, std::span<const double> scores, double threshold,
                                     std::size_t bins) {
        Baseline out;
        out.columns.resize(table.columns());
        parallel_for(table.columns(), [&](std::size_t i) {
            FrozenBins frozen = FrozenBins::of(table.column(i), bins);
            std::vector<std::uint64_t> counts = frozen.count(table.column(i));
            out.columns[i] = {table.name(i), std::move(frozen), std::move(counts)};
        });
        FrozenBins frozen = FrozenBins::of(scores, bins);
        std::vector<std::uint64_t> counts = frozen.count(scores);
        out.scores = {"score", std::move(frozen), std::move(counts)};
        std::size_t decided = 0;
        for (const double s : scores) decided += s >= threshold ? 1 : 0;
        out.decided_rate =
            scores.empty() ? 0 : static_cast<double>(decided) / static_cast<double>(scores.size());
        return out;
    }

    [[nodiscard]] Json to_json() const {
        Json list = Json::array();
        for (const Entry& entry : columns) list.push_back(entry.to_json());
        return {{"columns", std::move(list)}, {"scores", scores.to_json()}, {"decided_rate", decided_rate}};
    }

    /// throws ArtifactError
    [[nodiscard]] static Baseline from_json(const detail::Fields& fields) {
        Baseline out;
        for (const Json& entry : fields.array("columns")) {
            out.columns.push_back(Entry::from_json(
                {entry, fields.path() + ".columns[" + std::to_string(out.columns.size()) + "]"}));
        }
        out.scores = Entry::from_json(fields.object("scores"));
        out.decided_rate = fields.number("decided_rate");
        return out;
    }
};

}  // namespace gasket
