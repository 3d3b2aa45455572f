#include "gasket/monitor/frozen_bins.hpp"

#include <numeric>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;

namespace {
std::vector<double> zero_inflated(std::size_t n) {
    Random random(3);
    std::vector<double> out;
    for (std::size_t i = 0; i < n; ++i)
        out.push_back(random.uniform() < 0.36 ? 0.0 : 1000 + 100 * random.normal());
    return out;
}
std::uint64_t total(const std::vector<std::uint64_t>& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}
std::size_t bin_named(const FrozenBins& bins, const std::string& words) {
    for (std::size_t b = 0; b < bins.size(); ++b) {
        if (bins.describe(b) == words) return b;
    }
    FAIL("no bin " << words);
    return 0;
}
}  // namespace

TEST_CASE("a value that holds a third of the rows has a bin of its own") {
    const std::vector<double> values = zero_inflated(5000);
    const FrozenBins bins = FrozenBins::of(values);
    const auto counts = bins.count(values);
    CHECK(total(counts) == 5000);
    CHECK(bins.size() == 3 + 1 + 10);
    const std::size_t zero = bin_named(bins, "exactly 0");
    CHECK(counts[zero] == static_cast<std::uint64_t>(std::count(values.begin(), values.end(), 0.0)));
    for (std::size_t b = 4; b < bins.size(); ++b) {
        CHECK(static_cast<double>(counts[b]) == Approx(320).epsilon(0.1));  // equal counts elsewhere
    }
}

TEST_CASE("missing, below and above the range have bins") {
    const std::vector<double> values = zero_inflated(1000);
    const FrozenBins bins = FrozenBins::of(values);
    const auto counts = bins.count(std::vector<double>{missing, -5, 1e9, HUGE_VAL, -HUGE_VAL});
    CHECK(counts[bin_named(bins, "missing")] == 1);
    CHECK(counts[1] == 2);
    CHECK(counts[2] == 2);
}

TEST_CASE("a constant has one bin, and any other value falls out of it") {
    const FrozenBins bins = FrozenBins::of(std::vector<double>(200, 7.0));
    const auto counts = bins.count(std::vector<double>{7, 6.9, 7.1, 7});
    CHECK(counts[bin_named(bins, "exactly 7")] == 2);
    CHECK(counts[1] + counts[2] == 2);
}

TEST_CASE("a column without values counts everything that comes later as new") {
    const FrozenBins bins = FrozenBins::of(std::vector<double>(50, missing));
    const auto counts = bins.count(std::vector<double>{missing, 1, 2});
    CHECK(counts[0] == 1);
    CHECK(counts[1] == 2);
}

TEST_CASE("labels have a bin each, with bins for rare, missing and unseen ones") {
    std::vector<std::string> labels;
    for (int i = 0; i < 80; ++i) {
        for (int k = 0; k < 100 - i; ++k) labels.push_back("label " + std::to_string(i));
    }
    const FrozenBins bins = FrozenBins::of(Column::category(labels));
    CHECK(bins.size() == FrozenBins::most_labels + 3);
    const Column live =
        Column::category({"label 0", "label 79", "new", ""}, std::vector<bool>{false, false, false, true});
    const auto counts = bins.count(live);
    CHECK(counts[bin_named(bins, "'label 0'")] == 1);
    CHECK(counts[bin_named(bins, "rare labels")] == 1);
    CHECK(counts[bin_named(bins, "labels never seen")] == 1);
    CHECK(counts[bin_named(bins, "missing")] == 1);
}

TEST_CASE("every number falls into the bin whose words fit it, with few bins and with many") {
    const std::vector<double> values = zero_inflated(4000);
    std::vector<double> sorted;
    for (const double x : values) {
        if (x != 0) sorted.push_back(x);
    }
    std::sort(sorted.begin(), sorted.end());
    for (const std::size_t quantiles : {2U, 10U, 33U, 34U, 200U}) {
        INFO(quantiles);
        const FrozenBins bins = FrozenBins::of(values, quantiles);
        REQUIRE(bins.size() == 4 + quantiles);
        const auto counts = bins.count(values);
        for (std::size_t q = 0; q < quantiles; ++q) {
            // Closed on the left; the last one on both sides.
            const double low =
                quantile_of_sorted(sorted, static_cast<double>(q) / static_cast<double>(quantiles));
            const double high =
                quantile_of_sorted(sorted, static_cast<double>(q + 1) / static_cast<double>(quantiles));
            const auto expected = std::count_if(sorted.begin(), sorted.end(), [&](double x) {
                return x >= low && (x < high || q + 1 == quantiles);
            });
            CHECK(counts[4 + q] == static_cast<std::uint64_t>(expected));
        }
    }
}

TEST_CASE("a value on an edge belongs to the bin above it, with few bins and with many") {
    std::vector<double> values;  // each whole number five times, so that edges are values
    for (int i = 0; i < 2005; ++i) values.push_back(i % 401);
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    for (const std::size_t quantiles : {10U, 100U}) {
        INFO(quantiles);
        const FrozenBins bins = FrozenBins::of(values, quantiles);
        REQUIRE(bins.size() == 3 + quantiles);
        const auto counts = bins.count(values);
        std::size_t on_edges = 0;
        for (std::size_t q = 1; q < quantiles; ++q) {
            const double edge =
                quantile_of_sorted(sorted, static_cast<double>(q) / static_cast<double>(quantiles));
            if (edge != std::floor(edge)) continue;
            ++on_edges;
            CHECK(bins.count(std::vector<double>{edge})[3 + q] == 1);
        }
        CHECK(on_edges > quantiles / 2);
        CHECK(total(counts) == 2005);
    }
}

TEST_CASE("counts of parts add up to the counts of the whole") {
    const std::vector<double> values = zero_inflated(999);
    const FrozenBins bins = FrozenBins::of(values);
    const auto whole = bins.count(values);
    auto sum = bins.count(std::span(values).first(400));
    const auto rest = bins.count(std::span(values).subspan(400));
    for (std::size_t b = 0; b < sum.size(); ++b) sum[b] += rest[b];
    CHECK(sum == whole);
}

TEST_CASE("counts by cell tell the counts by bin, for live values of any kind") {
    Random random(8);
    std::vector<std::vector<double>> samples = {
        zero_inflated(3000), std::vector<double>(200, 7.0), {1, 2, 3}, {-1e308, 1e308}};
    std::vector<double> whole;
    for (int i = 0; i < 2000; ++i) whole.push_back(static_cast<double>(random.below(600)));
    samples.push_back(whole);
    for (const std::vector<double>& values : samples) {
        for (const std::size_t quantiles : {2U, 10U, 500U}) {
            const FrozenBins bins = FrozenBins::of(values, quantiles);
            std::vector<double> live = values;
            for (int i = 0; i < 500; ++i)
                live.push_back(values[random.below(values.size())] + random.normal());
            live.insert(live.end(), {missing, HUGE_VAL, -HUGE_VAL, -0.0, 0.0, 1e300, 5e-324});
            const auto cells = bins.count_cells(live);
            REQUIRE(cells.size() == bins.cells());
            CHECK(total(cells) == live.size());
            CHECK(bins.count_of_cells(cells) == bins.count(live));
        }
    }
    const FrozenBins bins = FrozenBins::of(Column::datetime({0, 86400, 200000, missing_time}));
    const Column later = Column::datetime({86400, 90000, missing_time, -5, 300000});
    CHECK(bins.count_of_cells(bins.count_cells(later)) == bins.count(later));
    const Column text = Column::category({"a", ""}, std::vector<bool>{false, true});
    CHECK(bins.count_of_cells(bins.count_cells(text)) == bins.count(text));
    CHECK(FrozenBins::of(text).cells() == 0);
    CHECK(FrozenBins::of(std::vector<double>(5, missing)).cells() == 0);
}

TEST_CASE("bins come back from JSON and count alike") {
    const std::vector<double> values = zero_inflated(999);
    const Column labels = Column::category({"a", "b", "a", "c"});
    const Column times = Column::datetime({0, 86400, 200000, missing_time});
    for (const Column& column : {Column::numeric(values), labels, times}) {
        const FrozenBins bins = FrozenBins::of(column);
        const Json json = bins.to_json();
        const FrozenBins again = FrozenBins::from_json(detail::Fields(json, "bins"));
        CHECK(again.size() == bins.size());
        CHECK(again.count(column) == bins.count(column));
        CHECK(again.count_cells(column) == bins.count_cells(column));
        CHECK(again.to_json() == json);
        if (column.kind() == Kind::category) continue;
        Json old = json;  // as saved before there was a grid
        old.erase("grid");
        const FrozenBins without = FrozenBins::from_json(detail::Fields(old, "bins"));
        CHECK(without.count(column) == bins.count(column));
        CHECK(without.cells() == 0);
        CHECK(without.count_cells(column).empty());
    }
}

TEST_CASE("hostile JSON is an error") {
    const auto load = [](const Json& json) { return FrozenBins::from_json(detail::Fields(json, "bins")); };
    CHECK_THROWS_AS(load({{"kind", "stars"}}), ArtifactError);
    CHECK_THROWS_AS(load({{"kind", "numbers"}, {"heavy", {2, 1}}, {"edges", Json::array()}}), ArtifactError);
    CHECK_THROWS_AS(load({{"kind", "numbers"}, {"heavy", Json::array()}, {"edges", {1}}}), ArtifactError);
    CHECK_THROWS_AS(load({{"kind", "numbers"}, {"heavy", Json::array()}, {"edges", {3, 3}}}), ArtifactError);
    const auto grid = [](const Json& points) {
        return Json{{"kind", "numbers"},
                    {"heavy", Json::array()},
                    {"edges", {1, 2}},
                    {"range", {1, 2}},
                    {"grid", points}};
    };
    CHECK(load(grid({1, 1.5, 2})).cells() == 8);
    CHECK(load(grid({-7})).cells() == 8);  // the ends of bins are points of the grid in any case
    CHECK_THROWS_AS(load(grid({2, 1})), ArtifactError);
    CHECK_THROWS_AS(load(grid(Json::array())), ArtifactError);
    CHECK_THROWS_AS(load(grid("all")), ArtifactError);
    CHECK_THROWS_AS(load({{"kind", "labels"}, {"labels", {1}}, {"rare", Json::array()}}), ArtifactError);
}

TEST_CASE("the number of bins is an option with a range") {
    CHECK_THROWS_AS(FrozenBins::of(std::vector<double>{1, 2, 3}, 1), OptionError);
}

TEST_CASE("bins stand in the order in which people look for them") {
    std::vector<double> values;
    for (int i = 0; i < 100; ++i) values.push_back(i < 30 ? 50 : i);
    const FrozenBins numbers = FrozenBins::of(std::span<const double>(values), 2);
    std::vector<std::string> said;
    for (const std::size_t b : numbers.in_order()) said.push_back(numbers.describe(b));
    REQUIRE(said.size() == 6);
    CHECK(said.front() == "below 30");
    CHECK(said[1].find("30 to ") == 0);
    CHECK(said[2] == "exactly 50");  // within the first interval, and after its start
    CHECK(said[4] == "above 99");
    CHECK(said.back() == "missing");
    const FrozenBins labels = FrozenBins::of(Column::category(std::vector<std::string>{"b", "a", "b"}));
    said.clear();
    for (const std::size_t b : labels.in_order()) said.push_back(labels.describe(b));
    CHECK(said == std::vector<std::string>{"'a'", "'b'", "rare labels", "labels never seen", "missing"});
}

TEST_CASE("no gap of the grid is wider than a part of the range, and cells still tell the bins") {
    Random random(21);
    std::vector<double> values(5000);
    for (double& x : values) x = std::exp(2 * random.normal());  // a long tail
    const FrozenBins bins = FrozenBins::of(std::span<const double>(values));
    const auto grid = bins.grid();
    CHECK(grid.front() == *std::min_element(values.begin(), values.end()));
    CHECK(grid.back() == *std::max_element(values.begin(), values.end()));
    double widest = 0;
    for (std::size_t i = 1; i < grid.size(); ++i) widest = std::max(widest, grid[i] - grid[i - 1]);
    CHECK(widest <= 1.001 * (grid.back() - grid.front()) / 128);
    CHECK(grid.size() < 256 + 128 + 20);
    CHECK(bins.count_of_cells(bins.count_cells(std::span<const double>(values))) ==
          bins.count(std::span<const double>(values)));
}
