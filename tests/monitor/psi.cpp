#include "gasket/monitor/psi.hpp"

#include <vector>

#include "gasket/monitor/frozen_bins.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Counts = std::vector<std::uint64_t>;

TEST_CASE("the PSI follows its formula, half a row added to every bin") {
    const Counts reference{100, 300, 600};
    const Counts live{50, 100, 50};
    double expected = 0;
    for (std::size_t b = 0; b < 3; ++b) {
        const double p = (static_cast<double>(reference[b]) + 0.5) / 1001.5;
        const double q = (static_cast<double>(live[b]) + 0.5) / 201.5;
        expected += (q - p) * std::log(q / p);
    }
    const Psi found = psi(reference, live);
    CHECK(found.value == Approx(expected).epsilon(1e-14));
    CHECK(found.status == DriftStatus::drift);
    CHECK(found.greatest_bin == 2);
    CHECK(found.live_share == 0.25);
    CHECK(found.reference_share == 0.6);
}

TEST_CASE("equal shares give no PSI and no alarm") {
    const Psi found = psi(Counts{1000, 3000, 6000, 0}, Counts{100, 300, 600, 0});
    CHECK(found.value < 1e-5);
    CHECK(found.status == DriftStatus::stable);
}

TEST_CASE("bins that both samples leave empty change nothing") {
    CHECK(psi(Counts{100, 200, 0, 0}, Counts{300, 200, 0, 0}).value ==
          psi(Counts{100, 200}, Counts{300, 200}).value);
}

TEST_CASE("under 100 live rows there is no verdict") {
    CHECK(psi(Counts{500, 500}, Counts{99, 0}).status == DriftStatus::insufficient);
    CHECK(psi(Counts{500, 500}, Counts{100, 0}).status == DriftStatus::drift);
    CHECK(psi(Counts{500, 500}, Counts{0, 0}).status == DriftStatus::insufficient);
}

TEST_CASE("a PSI within chance is stable whatever the bands say") {
    // Twelve bins, 120 live rows: chance alone reaches more than 0.1 in one of twenty cases.
    const Counts reference(12, 1000);
    Counts live(12, 10);
    live[0] = 15;
    live[1] = 5;
    live[2] = 14;
    live[3] = 6;
    const Psi found = psi(reference, live);
    CHECK(found.critical > 0.1);
    CHECK(found.value < found.critical);
    CHECK(found.status == DriftStatus::stable);
}

TEST_CASE("bins, counts, PSI and critical value equal those of NumPy and SciPy") {
    const nlohmann::json stored = testing_support::reference("psi");
    const auto same = [](const nlohmann::json& c, const FrozenBins& bins, const Counts& counts,
                         const Counts& live) {
        CHECK(counts == c["counts"].get<Counts>());
        CHECK(live == c["live_counts"].get<Counts>());
        CHECK(bins.size() == counts.size());
        const Psi found = psi(counts, live);
        CHECK(found.value == Approx(c["psi"].get<double>()).epsilon(1e-12));
        CHECK(found.critical == Approx(c["critical"].get<double>()).epsilon(1e-12));
    };
    const auto numbers = [](const nlohmann::json& list) {
        std::vector<double> out;
        for (const auto& x : list) out.push_back(x.is_null() ? missing : x.get<double>());
        return out;
    };
    for (const auto& [name, c] : stored["numeric"].items()) {
        INFO(name);
        const Column reference = Column::numeric(numbers(c["reference"]));
        const FrozenBins bins = FrozenBins::of(reference);
        same(c, bins, bins.count(reference), bins.count(Column::numeric(numbers(c["live"]))));
    }
    const auto column = [](const std::vector<std::string>& labels) {
        std::vector<bool> absent;
        for (const std::string& label : labels) absent.push_back(label.empty());
        return Column::category(labels, absent);
    };
    for (const auto& [name, c] : stored["labels"].items()) {
        INFO(name);
        const Column reference = column(c["reference"]);
        const FrozenBins bins = FrozenBins::of(reference);
        same(c, bins, bins.count(reference), bins.count(column(c["live"])));
    }
}

TEST_CASE("counts in other bins are an error") {
    CHECK_THROWS_AS(psi(Counts{1, 2}, Counts{1, 2, 3}), DataError);
}

TEST_CASE("the chance of a value agrees with the critical value, and knows the noise") {
    const std::vector<std::uint64_t> reference{300, 300, 400};
    const auto live = [](std::uint64_t more) { return std::vector<std::uint64_t>{60 + more, 60, 80 - more}; };
    for (const std::uint64_t more : {0, 5, 10, 12, 15, 20, 40}) {
        const Psi found = psi(reference, live(more));
        INFO(found.value << " " << found.critical << " " << found.p_value);
        CHECK((found.p_value < 0.05) == (found.value > found.critical));
        // of two degrees of freedom the chance is an exponential
        CHECK(found.p_value == Approx(std::exp(-found.value / (1.0 / 1000 + 1.0 / 200) / 2)));
        const double noise = found.value / 2;
        CHECK(psi(reference, live(more), noise).p_value ==
              Approx(std::exp(-noise / (1.0 / 1000 + 1.0 / 200) / 2)));
    }
    CHECK(is_missing(psi(reference, std::vector<std::uint64_t>{0, 0, 0}).p_value));
    CHECK(psi(std::vector<std::uint64_t>{500}, std::vector<std::uint64_t>{200}).p_value == 1);
}
