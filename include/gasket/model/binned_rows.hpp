#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gasket/core/parallel.hpp"
#include "gasket/data/block.hpp"
#include "gasket/model/feature_bins.hpp"

namespace gasket::detail {

/// Training rows as one byte per value, twice: row by row for building histograms, column by column for
/// partitioning.
struct BinnedRows {
    std::vector<FeatureBins> bins;
    /// where the bins of each feature begin in a histogram; one more than there are features
    std::vector<std::size_t> offset;
    std::size_t rows = 0;
    std::size_t stride = 0;
    std::vector<std::uint8_t> by_row;
    std::vector<std::uint8_t> by_column;

    [[nodiscard]] std::size_t features() const noexcept { return bins.size(); }
    [[nodiscard]] std::size_t total_bins() const noexcept { return offset.back(); }
    [[nodiscard]] const std::uint8_t* row(std::size_t r) const noexcept { return by_row.data() + r * stride; }
    [[nodiscard]] const std::uint8_t* column(std::size_t f) const noexcept {
        return by_column.data() + f * rows;
    }
};

/// Learns bins from the rows and bins them. O(features x rows log sample), parallel over features, then over
/// rows.
inline BinnedRows bin_rows(const Features& features, std::size_t max_bins) {
    BinnedRows out;
    const std::size_t count = features.columns();
    out.rows = features.rows();
    out.stride = (count + 7) / 8 * 8;
    out.bins.resize(count);
    out.by_column.resize(count * out.rows);
    out.by_row.assign(out.stride * out.rows, 0);
    parallel_for(count, [&](std::size_t f) {
        const Feature& feature = features.layout()[f];
        out.bins[f] = feature.is_category()
                          ? learn_category_bins(features[f], feature.labels->size(), max_bins)
                          : learn_number_bins(features[f], max_bins);
        std::uint8_t* column = out.by_column.data() + f * out.rows;
        out.bins[f].bin(features[f], column);
    });
    out.offset.push_back(0);
    for (const FeatureBins& bins : out.bins) out.offset.push_back(out.offset.back() + bins.size());
    parallel_blocks(out.rows, 4096, [&](std::size_t begin, std::size_t end) {
        for (std::size_t f = 0; f < count; ++f) {
            const std::uint8_t* column = out.column(f);
            for (std::size_t r = begin; r < end; ++r) out.by_row[r * out.stride + f] = column[r];
        }
    });
    return out;
}

}  // namespace gasket::detail
