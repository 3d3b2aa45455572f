#include "gasket/prepare/moments.hpp"

#include <vector>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"

using namespace gasket;
using detail::Moments;

TEST_CASE("moments merged from parts are those of the whole") {
    Random random(3);
    std::vector<double> values;
    for (int i = 0; i < 1000; ++i) values.push_back(random.uniform() < 0.1 ? missing : 1e6 + random.normal());
    Moments whole, parts, later;
    whole.add(values);
    const std::span<const double> all(values);
    parts.add(all.first(10));
    parts.add(all.subspan(10, 0));
    later.add(all.subspan(10));
    parts.merge(later);
    parts.merge(Moments{});
    CHECK(parts.count() == whole.count());
    CHECK(parts.mean() == Approx(whole.mean()).epsilon(1e-14));
    CHECK(parts.variance() == Approx(whole.variance()).epsilon(1e-9));
    CHECK(whole.variance() == Approx(1).epsilon(0.2));
    CHECK_FALSE(whole.constant());
}

TEST_CASE("moments of nothing are missing, of equal values constant") {
    Moments none;
    CHECK(is_missing(none.mean()));
    CHECK(is_missing(none.variance()));
    CHECK_FALSE(none.constant());
    CHECK(detail::moments_of(std::vector<double>(10000, 0.1)).constant());
    CHECK(detail::moments_of(std::vector<double>(10000, 0.0)).constant());
    std::vector<double> tiny(100, 1e9);
    tiny[3] += 1e-3;
    CHECK_FALSE(detail::moments_of(tiny).constant());
}
