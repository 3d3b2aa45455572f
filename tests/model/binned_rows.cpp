#include "gasket/model/binned_rows.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using namespace gasket::detail;

namespace {
/// Columns of 1, 2, ... distinct values, some with gaps, and a wide one.
Features some_features(std::size_t rows) {
    Random random(3);
    Features features(rows);
    for (std::size_t f = 0; f < 12; ++f) {
        std::vector<double> values(rows);
        const std::uint64_t distinct = f == 7 ? 5000 : 1 + f;
        for (double& x : values) x = static_cast<double>(random.below(distinct));
        for (std::size_t r = f; f % 3 == 0 && r < rows; r += 17) values[r] = missing;
        features.add({.name = "f" + std::to_string(f), .labels = nullptr, .sources = {}}, values);
    }
    return features;
}
}  // namespace

TEST_CASE("features of few bins share a column, and every one's bin comes back out of it") {
    for (const std::size_t rows : {50U, 3000U, 40000U}) {
        const Features features = some_features(rows);
        const BinnedRows data = bin_rows(features, 254);
        CHECK(data.columns() <= features.columns());
        if (rows == 40000) CHECK(data.columns() <= 6);
        for (std::size_t f = 0; f < features.columns(); ++f) {
            const BinPlace& at = data.place[f];
            std::vector<std::size_t> bin_of;
            at.each_byte(data.width[at.column], [&](std::size_t byte, std::size_t bin) {
                CHECK(byte == bin_of.size());
                CHECK(data.bin_of[f * 256 + byte] == bin);
                bin_of.push_back(bin);
            });
            bool same = bin_of.size() == data.width[at.column];
            for (std::size_t r = 0; r < rows; ++r) {
                const std::uint8_t byte = data.column(at.column)[r];
                same = same && byte < data.width[at.column] && data.row(r)[at.column] == byte &&
                       bin_of[byte] == data.bins[f].bin(features[f][r]);
            }
            CHECK(same);
        }
    }
}

TEST_CASE("sums by bin are taken out of the joint histogram of a column") {
    const std::size_t rows = 40000;
    const Features features = some_features(rows);
    const BinnedRows data = bin_rows(features, 254);
    std::vector<PackedSum> histogram(data.histogram_size(), 0);
    for (std::size_t c = 0; c < data.columns(); ++c) {
        for (std::size_t r = 0; r < rows; ++r)
            histogram[c * column_room + data.column(c)[r]] += static_cast<PackedSum>(r);
    }
    for (std::size_t f = 0; f < features.columns(); ++f) {
        std::array<PackedSum, 256> expected{};
        for (std::size_t r = 0; r < rows; ++r)
            expected[data.bins[f].bin(features[f][r])] += static_cast<PackedSum>(r);
        std::array<PackedSum, 256> found;
        found.fill(77);
        data.sums_of(f, histogram.data(), found);
        for (std::size_t b = 0; b < data.bins[f].size(); ++b) CHECK(found[b] == expected[b]);
    }
}
