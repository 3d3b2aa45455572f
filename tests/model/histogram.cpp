#include "gasket/model/histogram.hpp"

#include <numeric>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using namespace gasket::detail;

namespace {

/// Rows of made-up bins.
BinnedRows made_up(std::size_t rows, std::size_t features, std::uint64_t seed) {
    Random random(seed);
    BinnedRows out;
    out.rows = rows;
    out.stride = (features + 7) / 8 * 8;
    out.by_row.assign(out.stride * rows, 0);
    out.by_column.assign(features * rows, 0);
    for (std::size_t f = 0; f < features; ++f) {
        const std::size_t bins = 2 + random.below(254);
        for (std::size_t r = 0; r < rows; ++r) {
            out.by_column[f * rows + r] = static_cast<std::uint8_t>(random.below(bins));
            out.by_row[r * out.stride + f] = out.by_column[f * rows + r];
        }
        out.width.push_back(bins);
    }
    return out;
}

std::vector<RowEntry> some_rows(std::size_t rows, std::uint64_t seed) {
    Random random(seed);
    std::vector<RowEntry> out;
    for (std::size_t r = 0; r < rows; ++r) {
        if (random.below(3) == 0) continue;
        out.push_back({static_cast<std::int16_t>(static_cast<int>(random.below(65535)) - 32767),
                       static_cast<std::uint16_t>(random.below(32768)), static_cast<std::uint32_t>(r)});
    }
    return out;
}

}  // namespace

TEST_CASE("gradients and hessians come back out of their packed sum") {
    PackedSum sum = 0;
    std::int64_t gradient = 0;
    std::int64_t hessian = 0;
    for (const RowEntry& e : some_rows(50000, 4)) {
        sum += pack(e);
        gradient += e.gradient;
        hessian += e.hessian;
        REQUIRE(gradient_of(sum) == gradient);
        REQUIRE(hessian_of(sum) == hessian);
    }
    CHECK(gradient_of(pack({-32767, 0, 0})) == -32767);
    CHECK(hessian_of(pack({-1, 65535, 0})) == 65535);
}

TEST_CASE("a histogram is what adding row by row gives, for any features and threads") {
    for (const std::size_t features : {1U, 5U, 8U, 13U, 28U, 150U}) {
        const BinnedRows data = made_up(3001, features, features);
        const std::vector<RowEntry> rows = some_rows(3001, 9);
        for (const std::size_t step : {1U, 2U, 3U, 11U}) {
            std::vector<std::uint32_t> chosen;
            for (std::size_t f = 0; f < features; f += step) chosen.push_back(static_cast<std::uint32_t>(f));
            std::vector<PackedSum> expected(data.histogram_size(), 0);
            for (const RowEntry& e : rows) {
                for (const std::uint32_t f : chosen)
                    expected[f * column_room + data.row(e.row)[f]] += pack(e);
            }
            std::vector<PackedSum> found(data.histogram_size(), 77);  // what was there before does not count
            HistogramBuilder(data, true).build(rows, chosen, found);
            for (const std::uint32_t f : chosen) {
                for (std::size_t b = f * column_room; b < f * column_room + data.width[f]; ++b)
                    REQUIRE(found[b] == expected[b]);
            }
        }
    }
}

TEST_CASE("few columns of many rows, wherever they are read from, give the same histogram") {
    constexpr std::size_t many = 300000;  // more than the near cache holds a column of
    const BinnedRows data = made_up(many, 9, 5);
    const std::vector<RowEntry> all = some_rows(many, 2);
    for (const std::size_t every : {1U, 2U, 40U}) {  // close to each other, and far apart
        std::vector<RowEntry> rows;
        for (std::size_t i = 0; i < all.size(); i += every) rows.push_back(all[i]);
        const std::vector<std::uint32_t> chosen{0, 2, 3, 7, 8};
        std::vector<PackedSum> expected(data.histogram_size(), 0);
        for (const RowEntry& e : rows) {
            for (const std::uint32_t f : chosen) expected[f * column_room + data.row(e.row)[f]] += pack(e);
        }
        std::vector<PackedSum> found;
        HistogramBuilder(data, false).build(rows, chosen, found);
        for (const std::uint32_t f : chosen) {
            for (std::size_t b = f * column_room; b < f * column_room + data.width[f]; ++b)
                REQUIRE(found[b] == expected[b]);
        }
    }
}

TEST_CASE("several threads build the same histogram as one, and the sibling is what remains") {
    const BinnedRows data = made_up(120000, 28, 3);
    const std::vector<RowEntry> rows = some_rows(120000, 1);
    std::vector<std::uint32_t> features(28);
    std::iota(features.begin(), features.end(), 0U);
    const auto build = [&](std::span<const RowEntry> part, int count) {
        set_threads(count);
        std::vector<PackedSum> out;
        HistogramBuilder(data, true).build(part, features, out);
        set_threads(0);
        return out;
    };
    std::vector<PackedSum> whole = build(rows, 1);
    CHECK(whole == build(rows, 2));
    CHECK(whole == build(rows, 3));
    const std::size_t cut = rows.size() / 3;
    HistogramBuilder(data, true).subtract(features, whole, build(std::span(rows).subspan(cut), 1));
    CHECK(whole == build(std::span(rows).first(cut), 1));
}

TEST_CASE("rows that are taken out of a histogram leave what the others give") {
    const BinnedRows data = made_up(3000, 13, 4);
    const std::vector<RowEntry> rows = some_rows(3000, 2);
    std::vector<std::uint32_t> columns(13);
    std::iota(columns.begin(), columns.end(), 0U);
    const auto build = [&](std::span<const RowEntry> part) {
        std::vector<PackedSum> out;
        HistogramBuilder(data, true).build(part, columns, out);
        return out;
    };
    std::vector<PackedSum> whole = build(rows);
    HistogramBuilder(data, true).remove(std::span(rows).first(100), columns, whole);
    CHECK(whole == build(std::span(rows).subspan(100)));
}
