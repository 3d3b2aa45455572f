#include "gasket/monitor/detail/chi_square.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket::detail;

TEST_CASE("chi-square quantiles equal SciPy's") {
    const nlohmann::json stored = testing_support::reference("psi")["chi_square"];
    const std::vector<std::size_t> degrees = stored["degrees"];
    const std::vector<double> expected = stored["quantile_95"];
    for (std::size_t i = 0; i < degrees.size(); ++i) {
        INFO(degrees[i]);
        CHECK(chi_square_95(degrees[i]) == Approx(expected[i]).epsilon(degrees[i] > 1000 ? 1e-6 : 1e-12));
    }
}

TEST_CASE("chi-square tail chances equal SciPy's") {
    const nlohmann::json stored = testing_support::reference("psi");
    for (const nlohmann::json& c : stored["chi_square"]["survival"]) {
        INFO(c.dump());
        CHECK(chi_square_survival(c[0].get<double>(), c[1].get<std::size_t>()) ==
              Approx(c[2].get<double>()).epsilon(1e-11));
    }
    CHECK(chi_square_survival(0, 3) == 1);
    CHECK(chi_square_survival(-1, 3) == 1);
}
