#include "gasket/monitor/ks.hpp"

#include "gasket/core/random.hpp"
#include "gasket/monitor/frozen_bins.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

TEST_CASE("the test is that of SciPy, ties and all, for small samples exactly") {
    const nlohmann::json stored = testing_support::reference("ks");
    for (const auto& t : stored["tests"]) {
        const auto n = t["first"].get<std::uint64_t>();
        const auto m = t["second"].get<std::uint64_t>();
        const double p = t["p"];
        INFO(n << " and " << m << " values, p " << p);
        const double tolerance = std::max(n, m) <= 10000 ? 1e-12 : 1e-9;
        CHECK(std::abs(ks_p_value(t["statistic"], n, m) - p) <= tolerance);
        CHECK(std::abs(ks_p_value(t["statistic"], m, n) - p) <= tolerance);
        if (t["a"].empty()) continue;
        const auto a = t["a"].get<std::vector<double>>();
        const auto b = t["b"].get<std::vector<double>>();
        CHECK(std::abs(ks_test(a, b).statistic - t["statistic"].get<double>()) <= 1e-15);
        CHECK(std::abs(ks_test(a, b).p_value - p) <= 1e-12);
    }
}

TEST_CASE("the distribution of Kolmogorov's statistic is that of SciPy for all sizes") {
    const nlohmann::json stored = testing_support::reference("ks");
    for (const auto& t : stored["asymptotic"]) {
        const double n = t[0];
        const double d = t[1];
        INFO(n << " values, gap " << d << ", sqrt(n) gap " << std::sqrt(n) * d);
        CHECK(std::abs(detail::kolmogorov_survival(n, d) - t[2].get<double>()) <= 1e-9);
    }
}

TEST_CASE("the greatest gap is that of all gaps, and missing values are left out") {
    Random random(6);
    for (int round = 0; round < 200; ++round) {
        std::vector<double> a(1 + random.below(30)), b(1 + random.below(30));
        for (double& x : a) x = static_cast<double>(random.below(20));
        for (double& x : b) x = static_cast<double>(random.below(25));
        double expected = 0;
        for (int x = 0; x < 25; ++x) {
            const auto at_most = [&](const std::vector<double>& values) {
                return static_cast<double>(
                           std::count_if(values.begin(), values.end(), [&](double v) { return v <= x; })) /
                       static_cast<double>(values.size());
            };
            expected = std::max(expected, std::abs(at_most(a) - at_most(b)));
        }
        CHECK(ks_test(a, b).statistic == Approx(expected).margin(1e-15));
        a.push_back(missing);
        CHECK(ks_test(a, b).statistic == ks_test(b, a).statistic);
    }
    CHECK(is_missing(ks_test(std::vector<double>{missing}, std::vector<double>{1}).statistic));
    CHECK(ks_test(std::vector<double>{1, 2}, std::vector<double>{1, 2}).p_value == 1);
    const std::vector<double> infinite = {-HUGE_VAL, HUGE_VAL};
    CHECK(ks_test(infinite, std::vector<double>{0, 0}).statistic == 0.5);
}

TEST_CASE("on the grid the gap is the true one but for what lies between two points") {
    Random random(7);
    for (int round = 0; round < 40; ++round) {
        const bool few = round % 2 == 0;  // different values: all of them are points
        const auto draw = [&](double shift) {
            return few ? static_cast<double>(random.below(200)) + std::floor(4 * shift)
                       : random.normal() + shift;
        };
        std::vector<double> reference(3000), live(700);
        for (double& x : reference) x = draw(0);
        for (double& x : live) x = random.below(20) == 0 ? missing : draw(0.1 * (round % 5));
        const FrozenBins bins = FrozenBins::of(reference);
        const KsTest grid = ks_of_cells(bins.count_cells(reference), bins.count_cells(live));
        const KsTest exact = ks_test(reference, live);
        INFO(round);
        CHECK(grid.statistic <= exact.statistic + 1e-15);
        CHECK(grid.statistic >= exact.statistic - (few ? 1e-15 : 1.0 / 255));
    }
    CHECK(is_missing(ks_of_cells({}, {}).statistic));
    const std::vector<std::uint64_t> none = {3, 0, 0, 0}, some = {0, 1, 2, 0};
    CHECK(is_missing(ks_of_cells(some, none).statistic));
    CHECK(ks_of_cells(some, some).statistic == 0);
}
