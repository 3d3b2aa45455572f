#include "gasket/core/prefetch.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("what is asked for ahead of its use may end early or not exist") {
    const std::vector<double> values(100, 1.5);
    const std::span<const double> all(values);
    detail::prefetch(all, 0, 100);
    detail::prefetch(all, 90, 1000);
    detail::prefetch(all, 100, 1000);
    detail::prefetch(std::span<const double>(), 0, 8);
    CHECK(values == std::vector<double>(100, 1.5));
}
