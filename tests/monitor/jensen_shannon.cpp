#include "gasket/monitor/jensen_shannon.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Counts = std::vector<std::uint64_t>;

TEST_CASE("the distance is that of SciPy with base 2") {
    const nlohmann::json stored = testing_support::reference("distances");
    for (const auto& c : stored["counts"]) {
        const auto first = c["first"].get<Counts>();
        const auto second = c["second"].get<Counts>();
        INFO(first.size() << " bins");
        CHECK(jensen_shannon(first, second) ==
              Approx(c["jensen_shannon"].get<double>()).epsilon(1e-10).margin(1e-9));
        CHECK(jensen_shannon(second, first) == Approx(jensen_shannon(first, second)).epsilon(1e-12));
    }
}

TEST_CASE("the distance goes from 0 to 1") {
    CHECK(jensen_shannon(Counts{10, 20, 0}, Counts{1, 2, 0}) == Approx(0).margin(1e-7));
    CHECK(jensen_shannon(Counts{10, 20, 0}, Counts{0, 0, 5}) == 1);
    CHECK(is_missing(jensen_shannon(Counts{0, 0}, Counts{1, 2})));
    CHECK_THROWS_AS(jensen_shannon(Counts{1, 2}, Counts{1}), DataError);
}
