#include "gasket/model/small_node.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using namespace gasket::detail;

namespace {
/// Features of few bins, which share columns, wide ones, and some with gaps.
BinnedRows some_rows(std::size_t rows) {
    Random random(5);
    Features features(rows);
    for (std::size_t f = 0; f < 12; ++f) {
        std::vector<double> values(rows);
        for (double& x : values) x = static_cast<double>(random.below(f % 4 == 3 ? 5000 : 2 + f));
        for (std::size_t r = f; f % 3 == 0 && r < rows; r += 17) values[r] = missing;
        features.add({.name = "f" + std::to_string(f), .labels = nullptr, .sources = {}}, values);
    }
    return bin_rows(features, 254);
}
}  // namespace

TEST_CASE("a small node has the bins and sums of its rows, node after node, and so has its histogram") {
    const BinnedRows data = some_rows(20000);
    REQUIRE(data.columns() < data.features());
    SmallNode node(data);
    UsedBins found;
    UsedBins from_histogram;
    std::vector<std::uint32_t> columns(data.columns());
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c] = static_cast<std::uint32_t>(c);
    Random random(6);
    for (const std::size_t count : {1U, 2U, 3U, 40U, 200U, 256U, 5U}) {
        std::vector<RowEntry> rows;
        for (std::size_t i = 0; i < count; ++i)
            rows.push_back({static_cast<std::int16_t>(static_cast<int>(random.below(9)) - 4),
                            static_cast<std::uint16_t>(1 + random.below(9)),
                            static_cast<std::uint32_t>(random.below(data.rows))});
        std::vector<PackedSum> histogram;
        HistogramBuilder(data, true).build(rows, columns, histogram);
        node.take(rows);
        for (std::size_t f = 0; f < data.features(); ++f) {
            std::array<PackedSum, 256> expected{};
            for (const RowEntry& e : rows)
                expected[data.bin_of[f * 256 + data.column(data.place[f].column)[e.row]]] += pack(e);
            std::size_t used = 0;
            for (const PackedSum sum : expected) used += sum != 0 ? 1 : 0;
            node.used_of(f, found);
            from_histogram.take(data, f, histogram.data());
            REQUIRE(found.count == used);
            REQUIRE(from_histogram.count == used);
            std::size_t k = 0;
            for (std::size_t b = 0; b < 256; ++b) {
                REQUIRE(found.has(b) == (expected[b] != 0));
                if (expected[b] == 0) continue;
                REQUIRE(found.bin[k] == b);
                REQUIRE(found.sum[k] == expected[b]);
                REQUIRE(from_histogram.bin[k] == b);
                REQUIRE(from_histogram.sum[k] == expected[b]);
                ++k;
            }
        }
    }
}
