#include "gasket/model/split_search.hpp"

#include <numeric>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using namespace gasket::detail;

namespace {

/// One feature with a few bins, as a histogram over rows of hessian 1.
struct Node {
    BinnedRows data;
    std::vector<PackedSum> histogram;
    PackedSum total = 0;
    std::size_t rows = 0;
};

Node make(std::size_t bins, bool category, bool gaps, Random& random) {
    Node node;
    node.data.bins.resize(1);
    node.data.bins[0].category = category;
    if (category) {
        node.data.bins[0].bin_of_code.resize(bins);
        for (std::size_t b = 0; b < bins; ++b)
            node.data.bins[0].bin_of_code[b] = static_cast<std::uint8_t>(b);
    } else {
        node.data.bins[0].edges.resize(bins - 2);
    }
    node.data.place = {{.column = 0, .scale = 1, .first = 0, .count = static_cast<std::uint32_t>(bins)}};
    node.data.width = {bins};
    node.histogram.assign(bins, 0);
    for (std::size_t b = gaps ? 0 : 1; b < bins; ++b) {
        for (std::uint64_t k = random.below(6); k > 0; --k) {
            node.histogram[b] +=
                pack({static_cast<std::int16_t>(static_cast<int>(random.below(9)) - 4), 1, 0});
            ++node.rows;
        }
        node.total += node.histogram[b];
    }
    return node;
}

double score(PackedSum sum, double l2) {
    const auto g = static_cast<double>(gradient_of(sum));
    return g * g / (static_cast<double>(hessian_of(sum)) + l2);
}

/// The best gain over all sides in `allowed`, by hand.
template <class Allowed>
double by_hand(const Node& node, double l2, double min_rows, const Allowed& allowed) {
    double best = 0;
    for (unsigned sides = 0; sides < (1U << node.histogram.size()); ++sides) {
        if (!allowed(sides)) continue;
        PackedSum left = 0;
        for (std::size_t b = 0; b < node.histogram.size(); ++b)
            left += (sides >> b & 1U) != 0 ? node.histogram[b] : 0;
        const PackedSum right = node.total - left;
        if (static_cast<double>(hessian_of(left)) < min_rows ||
            static_cast<double>(hessian_of(right)) < min_rows)
            continue;
        best = std::max(best, score(left, l2) + score(right, l2) - score(node.total, l2));
    }
    return best;
}

PackedSum sum_left(const Node& node, const BinSplit& split) {
    PackedSum left = 0;
    for (std::size_t b = 0; b < node.histogram.size(); ++b) left += split.bin_left(b) ? node.histogram[b] : 0;
    return left;
}

}  // namespace

TEST_CASE("the split of a number is the best of all thresholds and both sides for missing values") {
    Random random(1);
    for (int round = 0; round < 300; ++round) {
        const std::size_t bins = 3 + random.below(8);
        const Node node = make(bins, false, round % 2 == 0, random);
        GrowthLimits limits;
        limits.l2 = static_cast<double>(random.below(3));
        limits.min_rows_leaf = static_cast<double>(1 + random.below(4));
        limits.min_hessian = 0;
        const double best = by_hand(node, limits.l2, limits.min_rows_leaf, [&](unsigned sides) {
            const unsigned values = sides >> 1;  // bit 0 is for missing values
            return (values & (values + 1)) == 0 && values != 0;
        });
        const BinSplit found =
            SplitSearch(node.data, limits, {}, 0).best(0, node.histogram.data(), node.total, node.rows, {});
        CHECK(found.gain == Approx(best).margin(1e-9));
        if (found.gain > 0) CHECK(found.left == sum_left(node, found));
        CHECK(SplitSearch(node.data, limits, {}, best + 1e-6)
                  .best(0, node.histogram.data(), node.total, node.rows, {})
                  .gain == 0);
    }
}

TEST_CASE("without smoothing the split of categories is the best of all subsets") {
    Random random(2);
    for (int round = 0; round < 300; ++round) {
        const std::size_t bins = 3 + random.below(7);
        const Node node = make(bins, true, round % 2 == 0, random);
        GrowthLimits limits;
        limits.l2 = 0;
        limits.min_hessian = 0;
        limits.min_rows_leaf = 1;
        limits.category_l2 = 0;
        limits.category_smoothing = 0;
        const double best = by_hand(node, 0, 1, [](unsigned) { return true; });
        const BinSplit found =
            SplitSearch(node.data, limits, {}, 0).best(0, node.histogram.data(), node.total, node.rows, {});
        CHECK(found.gain == Approx(best).margin(1e-9));
        if (found.gain > 0) CHECK(found.left == sum_left(node, found));
    }
}

TEST_CASE("penalties and bounds go the long way and agree with the short one where they do not bind") {
    Random random(3);
    for (int round = 0; round < 100; ++round) {
        const Node node = make(12, round % 3 == 0, true, random);
        GrowthLimits limits;
        limits.min_rows_leaf = 1;
        const auto gain = [&](Bounds bounds) {
            return SplitSearch(node.data, limits, {}, 0)
                .best(0, node.histogram.data(), node.total, node.rows, bounds)
                .gain;
        };
        CHECK(gain({-1e6, 1e6}) == Approx(gain({})).margin(1e-9));
        CHECK(gain({0, 0}) == 0);
    }
}

TEST_CASE("a leaf's value minimises its penalised loss within the bounds") {
    for (const double g : {-5.0, -0.5, 0.0, 3.0}) {
        for (const double l1 : {0.0, 1.0}) {
            for (const Bounds bounds : {Bounds{}, Bounds{-0.1, 0.2}}) {
                const NodeSums sums{g, 2};
                const auto loss = [&](double v) { return g * v + (2 + 0.5) * v * v / 2 + l1 * std::abs(v); };
                const double v = leaf_value(sums, l1, 0.5, bounds);
                for (double other = -3; other <= 3; other += 0.01) {
                    if (other >= bounds.low && other <= bounds.high) CHECK(loss(v) <= loss(other) + 1e-12);
                }
                CHECK(leaf_gain(sums, l1, 0.5, v) == Approx(-2 * loss(v)));
            }
        }
    }
}
