#include "gasket/data/block.hpp"

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("features hand out blocks of their rows without a copy") {
    Features features(4);
    features.add({.name = "a", .labels = nullptr, .sources = {}}, std::vector<double>{1, 2, 3, 4});
    features.add({.name = "b", .labels = nullptr, .sources = {}}, std::vector<double>{5, 6, 7, 8});
    CHECK(features.rows() == 4);
    CHECK(features.columns() == 2);
    const Block all = features.block();
    CHECK(all.rows() == 4);
    CHECK(all[1] == features[1].data());
    const Block part = features.block(1, 3);
    CHECK(part.rows() == 2);
    CHECK(part.columns() == 2);
    CHECK(part[0][0] == 2);
    CHECK(part[1][1] == 7);
    const Features copy = features;
    CHECK(copy.share(0) == features.share(0));
    CHECK(Features{}.block().rows() == 0);
}
