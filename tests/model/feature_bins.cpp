#include "gasket/model/feature_bins.hpp"

#include <numeric>

#include "gasket/core/numeric.hpp"
#include "gasket/data/layout.hpp"
#include "support/catch.hpp"

using namespace gasket;
using namespace gasket::detail;

namespace {
FeatureBins learn_all(const std::vector<double>& values, std::size_t most) {
    return learn_number_bins(values, sample_rows(values.size()), most);
}
}  // namespace

TEST_CASE("few distinct values get a bin each, with edges between them") {
    const FeatureBins bins = learn_all(std::vector<double>{3, 1, 1, 2, missing, 3}, 254);
    CHECK(bins.edges == std::vector<double>{1.5, 2.5});
    CHECK(bins.bin(missing) == 0);
    CHECK(bins.bin(1) == 1);
    CHECK(bins.bin(2) == 2);
    CHECK(bins.bin(3) == 3);
    CHECK(bins.bin(1.5) == 1);
    CHECK(bins.bin(-1e300) == 1);
    CHECK(bins.bin(HUGE_VAL) == 3);
    CHECK(bins.size() == 4);
}

TEST_CASE("bins agree with a plain count of the edges below") {
    Random random(1);
    std::vector<double> values(5000);
    for (double& x : values) x = random.normal();
    const FeatureBins bins = learn_all(values, 100);
    CHECK(bins.edges.size() <= 99);
    CHECK(bins.edges.size() > 90);
    for (int i = 0; i < 2000; ++i) {
        const double x = i % 10 == 0 ? bins.edges[random.below(bins.edges.size())] : 2 * random.normal();
        std::size_t below = 0;
        for (const double e : bins.edges) below += e < x ? 1 : 0;
        CHECK(bins.bin(x) == below + 1);
    }
}

TEST_CASE("a heavy value has a bin of its own and the rest is cut evenly") {
    Random random(1);
    std::vector<double> values;
    for (int i = 0; i < 10000; ++i) values.push_back(i % 3 == 0 ? 0.0 : 1 + random.uniform());
    const FeatureBins bins = learn_all(values, 20);
    std::vector<std::size_t> count(bins.size(), 0);
    for (const double x : values) ++count[bins.bin(x)];
    CHECK(count[1] == 3334);
    for (std::size_t b = 2; b < count.size(); ++b) CHECK(count[b] == Approx(351).epsilon(0.15));
}

TEST_CASE("values that fill their bins exactly leave none over") {
    std::vector<double> values(1000);
    std::iota(values.begin(), values.end(), 0.0);
    const FeatureBins bins = learn_all(values, 10);
    CHECK(bins.edges == std::vector<double>{99.5, 199.5, 299.5, 399.5, 499.5, 599.5, 699.5, 799.5, 899.5});
}

TEST_CASE("edges are finite and part neighbours, infinities too") {
    const FeatureBins bins = learn_all(std::vector<double>{-HUGE_VAL, 0, HUGE_VAL, 1e308, -1e308}, 254);
    for (const double e : bins.edges) CHECK(std::isfinite(e));
    CHECK(bins.bin(-HUGE_VAL) == 1);
    CHECK(bins.bin(-1e308) == 2);
    CHECK(bins.bin(0) == 3);
    CHECK(bins.bin(1e308) == 4);
    CHECK(bins.bin(HUGE_VAL) == 5);
    const double tight = std::nextafter(1.0, 2.0);
    const FeatureBins neighbours = learn_all(std::vector<double>{1, tight}, 254);
    CHECK(neighbours.bin(1) != neighbours.bin(tight));
}

TEST_CASE("no value at all is one bin besides that for missing ones") {
    const FeatureBins bins = learn_all(std::vector<double>{missing, missing}, 254);
    CHECK(bins.edges.empty());
    CHECK(bins.bin(7) == 1);
    CHECK(bins.bin(missing) == 0);
}

TEST_CASE("of too many labels the commonest keep their own bin") {
    std::vector<double> codes;
    for (int c = 0; c < 400; ++c) {
        for (int k = 0; k < 400 - c; ++k) codes.push_back(c);
    }
    const FeatureBins bins = learn_category_bins(codes, 400, 254);
    CHECK(bins.size() == 255);
    CHECK(bins.bin(0) == 2);
    CHECK(bins.bin(252) == 254);
    CHECK(bins.bin(253) == 1);
    CHECK(bins.bin(unseen_code) == 1);
    CHECK(bins.bin(missing) == 0);
}
