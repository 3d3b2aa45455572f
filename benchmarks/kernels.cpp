// kernels [NAME]: ns per item of the inner loops on one thread, the least of many runs by processor time of
// the thread. Trust the ratios within a table rather than the numbers; docs/benchmarks.md has them beside
// their limits.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <gasket/gasket.hpp>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "timing.hpp"

namespace {

using namespace gasket;
using namespace gasket::detail;
using benchmarks::keep;
using benchmarks::least_seconds;

constexpr double budget = 0.5;  // seconds for each line
constexpr std::size_t feature_count = 28;

void line(const char* what, double seconds, double items, const char* unit) {
    std::printf("  %-58s %8.2f ns per %s\n", what, seconds / items * 1e9, unit);
    std::fflush(stdout);
}

/// Even numbers in [0, 1), a column for each seed.
std::vector<double> even(std::size_t rows, std::uint64_t seed) {
    std::vector<double> out(rows);
    Random random(seed);
    for (double& x : out) x = random.uniform();
    return out;
}

const BinnedRows& binned() {
    static const BinnedRows data = [] {
        Features features(1000000);
        for (std::size_t f = 0; f < feature_count; ++f)
            features.add({.name = std::to_string(f), .labels = nullptr, .sources = {}}, even(1000000, f));
        return bin_rows(features, 254);
    }();
    return data;
}

std::vector<RowEntry> every(std::size_t step) {
    std::vector<RowEntry> entries;
    Random random(7);
    for (std::size_t r = 0; r < binned().rows; r += step)
        entries.push_back({static_cast<std::int16_t>(random.below(2000)),
                           static_cast<std::uint16_t>(random.below(1000)), static_cast<std::uint32_t>(r)});
    return entries;
}

void histograms() {
    std::vector<std::uint32_t> features(feature_count);
    std::iota(features.begin(), features.end(), 0U);
    std::vector<PackedSum> histogram(binned().histogram_size());
    std::vector<ColumnGroup> groups;
    group_columns(features, groups);
    for (const std::size_t step : {1U, 2U, 8U, 32U}) {
        const std::vector<RowEntry> rows = every(step);
        const double s = least_seconds(
            budget, [] {},
            [&] {
                add_rows(binned(), rows, groups, histogram.data());
                keep(histogram);
            });
        line(step == 1   ? "histogram, all rows"
             : step == 2 ? "histogram, every second row"
             : step == 8 ? "histogram, every 8th row"
                         : "histogram, every 32nd row",
             s, static_cast<double>(rows.size() * feature_count), "row and feature");
    }
}

/// A forest's nodes: four columns of many rows, read in place; and what a node of few rows costs, row by row
/// and by a histogram.
void few() {
    const std::vector<std::uint32_t> columns = {2, 9, 13, 25};
    std::vector<PackedSum> histogram(binned().histogram_size());
    std::vector<ColumnGroup> groups;
    group_columns(columns, groups);
    for (const bool in_place : {false, true}) {
        const std::vector<RowEntry> rows = every(8);
        const double s = least_seconds(
            budget, [] {},
            [&] {
                if (in_place) {
                    add_few(binned(), rows, columns, histogram.data());
                } else {
                    add_rows(binned(), rows, groups, histogram.data());
                }
                keep(histogram);
            });
        line(in_place ? "four columns, every 8th row, in place" : "four columns, every 8th row, copied", s,
             static_cast<double>(rows.size() * columns.size()), "row and feature");
    }
    UsedBins used;
    SmallNode small(binned());
    HistogramBuilder builder(binned(), false);
    for (const std::size_t count : {10U, 30U, 100U, 250U}) {
        const std::vector<RowEntry> all = every(4000);
        const auto some = std::span(all).first(count);
        const double by_row = least_seconds(
            budget, [] {},
            [&] {
                for (int i = 0; i < 100; ++i) {
                    small.take(some);
                    for (const std::uint32_t f : columns) small.used_of(f, used);
                    keep(used);
                }
            });
        const double by_bin = least_seconds(
            budget, [] {},
            [&] {
                for (int i = 0; i < 100; ++i) {
                    builder.build(some, columns, histogram);
                    for (const std::uint32_t f : columns) used.take(binned(), f, histogram.data());
                    keep(used);
                }
            });
        const std::string name = "used bins of " + std::to_string(count) + " rows, ";
        line((name + "row by row").c_str(), by_row, 400, "feature");
        line((name + "by a histogram").c_str(), by_bin, 400, "feature");
    }
}

void partition() {
    BinSides sides{};
    for (std::size_t b = 0; b < 128; ++b) sides[b] = 1;
    for (const std::size_t step : {1U, 8U}) {
        const std::vector<RowEntry> rows = every(step);
        std::vector<RowEntry> list;
        RowPartition part(false);
        const double s = least_seconds(
            budget, [&] { list = rows; }, [&] { keep(part(list, binned().column(3), sides)); });
        line(step == 1 ? "partition, all rows" : "partition, every 8th row", s,
             static_cast<double>(rows.size()), "row");
    }
}

void bins() {
    const std::vector<double> values = even(1000000, 5);
    const FeatureBins bins = learn_number_bins(values, sample_rows(values.size()), 254);
    std::vector<std::uint8_t> out(values.size());
    const double s = least_seconds(
        budget, [] {},
        [&] {
            bins.bin(values, out.data());
            keep(out);
        });
    line("value to bin, 254 bins", s, static_cast<double>(values.size()), "value");
    const double learn = least_seconds(
        budget, [] {}, [&] { keep(learn_number_bins(values, sample_rows(values.size()), 254)); });
    line("bins learned from a sample of 200,000", learn, 1e6, "feature (ms)");
}

void split_scan() {
    std::vector<std::uint32_t> features(feature_count);
    std::iota(features.begin(), features.end(), 0U);
    std::vector<PackedSum> histogram(binned().histogram_size());
    std::vector<ColumnGroup> groups;
    group_columns(features, groups);
    const std::vector<RowEntry> rows = every(8);
    add_rows(binned(), rows, groups, histogram.data());
    PackedSum total = 0;
    for (const RowEntry& e : rows) total += pack(e);
    const GrowthLimits limits;
    const SplitSearch search(binned(), limits, {1e-3, 1e-3}, 0);
    const double s = least_seconds(
        budget, [] {},
        [&] {
            for (const std::uint32_t f : features)
                keep(search.best(f, histogram.data(), total, rows.size(), {}));
        });
    line("split search, 28 features of 254 bins", s, 1e3, "leaf (us)");
}

/// Trees of 31 leaves, fitted to made-up rows, and the rows.
struct Scored {
    Trees trees;
    Features features{20000};
    TreeScorer scorer;
};
const Scored& scored() {
    static const Scored made = [] {
        Scored out;
        for (std::size_t f = 0; f < feature_count; ++f)
            out.features.add({.name = std::to_string(f), .labels = nullptr, .sources = {}}, even(20000, f));
        const BinnedRows data = bin_rows(out.features, 254);
        GrowthLimits limits;
        TreeGrower grower(data, limits);
        std::vector<std::uint32_t> features(feature_count);
        std::iota(features.begin(), features.end(), 0U);
        Gradients noise{std::vector<double>(20000), std::vector<double>(20000, 1.0), {}};
        Random random(1);
        for (std::size_t t = 0; t < 100; ++t) {
            for (std::size_t r = 0; r < 20000; ++r)
                noise.gradient[r] = random.normal() + out.features[t % 7][r];
            noise.extent = noise.extent_of(0, 20000);
            const GrownTree tree = grower.grow(noise, features, t);
            out.trees.append(tree.nodes, tree.bits);
        }
        out.scorer = TreeScorer(out.trees, out.features.layout());
        return out;
    }();
    return made;
}

void scoring() {
    const Scored& s = scored();
    std::vector<double> out(s.features.rows(), 0.0);
    Scratch scratch;
    const double plain = least_seconds(
        budget, [] {}, [&] { s.trees.add_to(s.features.block(), 1, out.data()); });
    line("100 trees, the plain walk of the trees", plain, static_cast<double>(out.size()), "row");
    const double batch = least_seconds(
        budget, [] {}, [&] { s.scorer.add_to(s.trees, s.features.block(), 1, out.data(), scratch); });
    line("100 trees, rows in tiles", batch, static_cast<double>(out.size()), "row");
    const double single = least_seconds(
        budget, [] {},
        [&] {
            for (std::size_t r = 0; r < 1000; ++r)
                s.scorer.add_to(s.trees, s.features.block(r, r + 1), 1, out.data() + r, scratch);
        });
    line("100 trees, one row at a time", single, 1000, "row");
}

void gradients() {
    const std::vector<double> scores = even(100000, 1);
    std::vector<double> out(scores.size());
    const double s = least_seconds(
        budget, [] {},
        [&] {
            for (std::size_t r = 0; r < scores.size(); ++r) out[r] = sigmoid(scores[r]);
            keep(out);
        });
    line("probability from log odds", s, static_cast<double>(scores.size()), "value");
}

const std::map<std::string, std::function<void()>>& tables() {
    static const std::map<std::string, std::function<void()>> all = {{"histograms", histograms},
                                                                     {"partition", partition},
                                                                     {"bins", bins},
                                                                     {"split_scan", split_scan},
                                                                     {"few", few},
                                                                     {"scoring", scoring},
                                                                     {"gradients", gradients}};
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    set_threads(1);
    for (const auto& [name, table] : tables()) {
        if (argc > 1 && name != argv[1]) continue;
        std::printf("%s\n", name.c_str());
        table();
    }
}
