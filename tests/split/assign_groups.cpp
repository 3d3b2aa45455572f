#include "gasket/split/assign_groups.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using detail::deal_groups;
using detail::make_groups;

namespace {

std::vector<std::size_t> all_rows(std::size_t n) {
    std::vector<std::size_t> rows(n);
    for (std::size_t r = 0; r < n; ++r) rows[r] = r;
    return rows;
}

/// The rows in the order of their groups, so that the groups come in that order too.
std::vector<std::size_t> by_group(const std::vector<std::uint64_t>& groups) {
    std::vector<std::size_t> rows = all_rows(groups.size());
    std::stable_sort(rows.begin(), rows.end(), [&](auto a, auto b) { return groups[a] < groups[b]; });
    return rows;
}

std::vector<std::size_t> sizes(const std::vector<int>& part, std::size_t parts) {
    std::vector<std::size_t> out(parts, 0);
    for (const int p : part) ++out[static_cast<std::size_t>(p)];
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace

TEST_CASE("groups are dealt to folds as scikit-learn deals them") {
    const auto stored = testing_support::reference("split");
    for (const auto& c : stored["groups"]) {
        const std::vector<std::uint64_t> groups = c["groups"];
        const std::vector<int> y = c["y"];
        const std::size_t folds = c["folds"];
        const std::vector<double> shares(folds, 1.0 / static_cast<double>(folds));
        const auto rows = by_group(groups);
        CHECK(deal_groups(make_groups(rows, groups, y), shares, y.size()) ==
              c["stratified"].get<std::vector<int>>());
        CHECK(sizes(deal_groups(make_groups(rows, groups, {}), shares, y.size()), folds) ==
              c["sizes"].get<std::vector<std::size_t>>());
    }
}

TEST_CASE("parts of different shares are filled alike") {
    Random random(5);
    std::vector<std::uint64_t> groups;
    std::vector<int> strata;
    for (std::size_t r = 0; r < 20000; ++r) {
        groups.push_back(random.below(2000));
        strata.push_back(random.uniform() < 0.1 ? 1 : 0);
    }
    const std::vector<double> shares{0.7, 0.2, 0.1};
    const auto part =
        deal_groups(make_groups(all_rows(groups.size()), groups, strata), shares, groups.size(), 1);
    std::map<std::pair<int, int>, double> held;
    std::map<int, double> of_stratum;
    for (std::size_t r = 0; r < part.size(); ++r) {
        ++held[{part[r], strata[r]}];
        ++of_stratum[strata[r]];
    }
    for (int p = 0; p < 3; ++p) {
        for (int s = 0; s < 2; ++s) {
            CHECK(held[{p, s}] / of_stratum[s] == Approx(shares[static_cast<std::size_t>(p)]).margin(0.006));
        }
    }
}

TEST_CASE("which of equal groups goes where is left to the seed") {
    const auto rows = all_rows(100);
    const std::vector<std::uint64_t> groups(rows.begin(), rows.end());
    const std::vector<double> shares{0.5, 0.5};
    const auto part = [&](std::uint64_t seed) {
        return deal_groups(make_groups(rows, groups, {}), shares, 100, seed);
    };
    CHECK(part(1) == part(1));
    CHECK(part(1) != part(2));
    CHECK(sizes(part(1), 2) == std::vector<std::size_t>{50, 50});
}

TEST_CASE("rows that were not given get no part") {
    const std::vector<std::uint64_t> groups{1, 1, 2, 2};
    const std::vector<std::size_t> rows{0, 2};
    const std::vector<double> shares{0.5, 0.5};
    const auto part = deal_groups(make_groups(rows, groups, {}), shares, 4);
    CHECK(part[1] == -1);
    CHECK(part[3] == -1);
    CHECK(part[0] != part[2]);
    CHECK(deal_groups(make_groups({}, groups, {}), shares, 4) == std::vector<int>(4, -1));
}
