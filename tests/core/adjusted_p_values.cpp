#include "gasket/core/adjusted_p_values.hpp"

#include "gasket/core/random.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Numbers = std::vector<double>;

TEST_CASE("p-values are adjusted as by hand") {
    const Numbers found = detail::adjusted_p_values({0.01, 0.04, 0.03, 0.005, 0.9});
    const Numbers expected{0.025, 0.05, 0.05, 0.025, 0.9};
    for (std::size_t i = 0; i < 5; ++i) CHECK(found[i] == Approx(expected[i]));
    CHECK(detail::adjusted_p_values({}).empty());
}

TEST_CASE("p-values are adjusted as statsmodels does") {
    const nlohmann::json stored = testing_support::reference("distances");
    for (const auto& c : stored["p_values"]) {
        const Numbers found = detail::adjusted_p_values(c["p"].get<Numbers>());
        REQUIRE(found.size() == c["adjusted"].size());
        for (std::size_t i = 0; i < found.size(); ++i)
            CHECK(found[i] == Approx(c["adjusted"][i].get<double>()).epsilon(1e-14));
    }
}

TEST_CASE("where nothing is to be found, something is called in about one of twenty cases") {
    Random random(2);
    int called = 0;
    for (int round = 0; round < 4000; ++round) {
        Numbers p(12);
        for (double& x : p) x = random.uniform();
        const Numbers adjusted = detail::adjusted_p_values(p);
        called += *std::min_element(adjusted.begin(), adjusted.end()) <= 0.05 ? 1 : 0;
    }
    CHECK(called > 140);  // 200 are expected, give or take 14
    CHECK(called < 260);
}
