#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/random.hpp"
#include "gasket/data/row_digest.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// What identifies the rows of a holdout without telling them: enough to know them again in another process,
/// in another order, with columns added or taken away, and to estimate how many rows two holdouts share. A
/// few kilobytes, whatever the number of rows.
struct HoldoutPrint {
    /// SHA-256 over the fingerprints of the rows, whatever their order
    std::string digest;
    /// the column that is predicted: a look at one target spends nothing of another
    std::string target;
    std::size_t rows = 0;
    /// the 256 least fingerprints of different rows, ascending (bottom-k sketch: Broder, On the resemblance
    /// and containment of documents, 1997)
    std::vector<std::uint64_t> sketch = {};
    /// of each column the sum of the mixed fingerprints of its values, whatever the order of the rows
    std::map<std::string, std::uint64_t> columns = {};
    /// columns with at least 32 different values: that two samples agree in one of them, and in all else, is
    /// no chance. Not kept in the ledger.
    std::vector<std::string> telling = {};

    static constexpr std::size_t sketch_size = 256;

    /// Of some rows of a table whose fingerprints are known. O(rows x columns)
    [[nodiscard]] static HoldoutPrint of(const Table& table, std::span<const std::size_t> rows,
                                         std::span<const std::uint64_t> digests, std::string digest,
                                         std::string target) {
        HoldoutPrint print{.digest = std::move(digest), .target = std::move(target), .rows = rows.size()};
        std::vector<std::uint64_t>& sketch = print.sketch;
        for (const std::size_t r : rows) sketch.push_back(digests[r]);
        std::sort(sketch.begin(), sketch.end());
        sketch.erase(std::unique(sketch.begin(), sketch.end()), sketch.end());
        if (sketch.size() > sketch_size) sketch.resize(sketch_size);
        for (std::size_t c = 0; c < table.columns(); ++c) {
            const auto values = row_digests(Table{{table.name(c), table.column(c)}});
            std::uint64_t sum = 0;
            std::unordered_set<std::uint64_t> different;
            for (const std::size_t r : rows) {
                sum += mix64(values[r]);
                if (different.size() < 32) different.insert(values[r]);
            }
            print.columns.emplace(table.name(c), sum);
            if (different.size() >= 32) print.telling.push_back(table.name(c));
        }
        return print;
    }

    /// Whether `earlier` was of these very rows, though columns may have been added or taken away since.
    [[nodiscard]] bool same_rows(const HoldoutPrint& earlier) const {
        if (target != earlier.target || rows != earlier.rows) return false;
        if (digest == earlier.digest) return true;
        bool telling_agree = false;
        for (const auto& [name, sum] : columns) {
            const auto there = earlier.columns.find(name);
            if (there == earlier.columns.end()) continue;
            if (there->second != sum) return false;
            telling_agree = telling_agree || std::find(telling.begin(), telling.end(), name) != telling.end();
        }
        return telling_agree;
    }

    /// Share of these rows that were among those of `earlier`, estimated; exact for up to 256 rows. 0 for
    /// another target or other columns, where rows cannot be compared.
    [[nodiscard]] double shared_with(const HoldoutPrint& earlier) const {
        if (target != earlier.target || rows == 0) return 0;
        std::vector<std::uint64_t> all;
        std::vector<std::uint64_t> both;
        std::set_union(sketch.begin(), sketch.end(), earlier.sketch.begin(), earlier.sketch.end(),
                       std::back_inserter(all));
        std::set_intersection(sketch.begin(), sketch.end(), earlier.sketch.begin(), earlier.sketch.end(),
                              std::back_inserter(both));
        if (all.size() > sketch_size) all.resize(sketch_size);
        if (all.empty()) return 0;
        const auto common = std::count_if(both.begin(), both.end(), [&](auto d) { return d <= all.back(); });
        const double resemblance = static_cast<double>(common) / static_cast<double>(all.size());
        const double rows_in_both =
            resemblance / (1 + resemblance) * static_cast<double>(rows + earlier.rows);
        return std::min(1.0, rows_in_both / static_cast<double>(rows));
    }

    [[nodiscard]] Json to_json() const {
        return {
            {"digest", digest}, {"target", target}, {"rows", rows}, {"sketch", sketch}, {"columns", columns}};
    }

    /// throws ArtifactError
    [[nodiscard]] static HoldoutPrint from_json(const detail::Fields& fields) {
        HoldoutPrint print{.digest = fields.string("digest"),
                           .target = fields.string("target"),
                           .rows = fields.count("rows")};
        for (const Json& d : fields.array("sketch")) print.sketch.push_back(fingerprint(d, fields, "sketch"));
        if (!std::is_sorted(print.sketch.begin(), print.sketch.end()) || print.sketch.size() > sketch_size)
            detail::throw_content(fields.path() + ".sketch", "at most 256 ascending numbers", "others");
        for (const auto& [name, sum] : fields.object("columns").items())
            print.columns.emplace(name, fingerprint(sum, fields, "columns"));
        return print;
    }

  private:
    static std::uint64_t fingerprint(const Json& value, const detail::Fields& fields, const char* key) {
        if (!value.is_number_unsigned())
            detail::throw_content(fields.path() + "." + key, "a whole number of at least 0",
                                  detail::shown(value));
        return value.get<std::uint64_t>();
    }
};

}  // namespace gasket
