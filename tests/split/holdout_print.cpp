#include "gasket/split/holdout_print.hpp"

#include <algorithm>
#include <numeric>

#include "support/catch.hpp"
#include "support/tables.hpp"

using namespace gasket;
using testing_support::small_bank;

namespace {

HoldoutPrint print_of(const Table& table, const std::vector<std::size_t>& rows,
                      const std::string& target = "churn") {
    const auto digests = row_digests(table);
    std::vector<std::uint64_t> own;
    for (const std::size_t r : rows) own.push_back(digests[r]);
    std::sort(own.begin(), own.end());
    std::string bytes;
    for (const std::uint64_t d : own) bytes += std::to_string(d) + " ";
    return HoldoutPrint::of(table, rows, digests, Sha256::hex(bytes), target);
}

std::vector<std::size_t> range(std::size_t begin, std::size_t end) {
    std::vector<std::size_t> rows(end - begin);
    std::iota(rows.begin(), rows.end(), begin);
    return rows;
}

}  // namespace

TEST_CASE("rows are known again in any order, with more columns or fewer, in columns of another order") {
    const Table table = small_bank(500);
    const auto rows = range(100, 400);
    const HoldoutPrint print = print_of(table, rows);
    CHECK(print.same_rows(print));
    std::vector<std::size_t> backwards(rows.rbegin(), rows.rend());
    CHECK(print_of(table, backwards).digest == print.digest);
    CHECK(print_of(table, backwards).same_rows(print));
    CHECK(print_of(table.without({"gender"}), rows).same_rows(print));
    CHECK(print.same_rows(print_of(table.without({"gender"}), rows)));
    CHECK(print_of(table.with("new", Column::numeric(std::vector<double>(500, 1))), backwards)
              .same_rows(print));
    CHECK(print_of(table.without({"customer_id", "country"}), rows).same_rows(print));
    CHECK(print_of(table.select(
                       {"churn", "gender", "country", "age", "balance", "tenure", "active", "customer_id"}),
                   rows)
              .same_rows(print));
}

TEST_CASE("other rows, another target or mere agreement of few values are not the same rows") {
    const Table table = small_bank(500);
    const HoldoutPrint print = print_of(table, range(100, 400));
    CHECK_FALSE(print_of(table, range(100, 399)).same_rows(print));
    CHECK_FALSE(print_of(table, range(101, 401)).same_rows(print));
    CHECK_FALSE(print_of(table, range(100, 400), "active").same_rows(print));
    CHECK_FALSE(print_of(small_bank(500, 8), range(100, 400)).same_rows(print));
    // the same rows, but nothing left by which to tell
    CHECK_FALSE(print_of(table.select({"churn", "gender", "active"}), range(100, 400)).same_rows(print));
    // one cell differs
    std::vector<double> age(table["age"].numbers().begin(), table["age"].numbers().end());
    age[100] += 1;
    CHECK_FALSE(print_of(table.with("age", Column::numeric(age)), range(100, 400)).same_rows(print));
}

TEST_CASE("the share of rows in common is exact for few rows and near for many") {
    const Table table = small_bank(8000);
    const auto share = [&](std::size_t a, std::size_t b, std::size_t c, std::size_t d) {
        return print_of(table, range(a, b)).shared_with(print_of(table, range(c, d)));
    };
    CHECK(share(0, 100, 50, 150) == 0.5);
    CHECK(share(0, 100, 0, 100) == 1);
    CHECK(share(0, 100, 100, 200) == 0);
    CHECK(share(0, 20, 0, 120) == Approx(1).epsilon(1e-12));
    CHECK(share(0, 120, 0, 20) == Approx(20.0 / 120).epsilon(1e-12));
    CHECK(share(0, 4000, 2000, 6000) == Approx(0.5).margin(0.08));
    CHECK(share(0, 4000, 4000, 8000) == 0);
    CHECK(share(0, 4000, 40, 4040) == Approx(0.99).margin(0.02));
    CHECK(share(0, 1000, 0, 8000) == Approx(1).margin(0.15));
}

TEST_CASE("a fingerprint is kept as JSON, and a damaged one is refused") {
    const HoldoutPrint print = print_of(small_bank(900), range(0, 900));
    CHECK(print.sketch.size() == 256);
    const Json json = Json::parse(print.to_json().dump());
    const HoldoutPrint again = HoldoutPrint::from_json({json, "print"});
    CHECK(again.to_json() == json);
    CHECK(again.sketch == print.sketch);
    CHECK(again.columns == print.columns);
    for (const char* key : {"digest", "target", "rows", "sketch", "columns"}) {
        Json bad = json;
        bad[key] = -1;
        CHECK_THROWS_AS(HoldoutPrint::from_json({bad, "print"}), ArtifactError);
        bad.erase(key);
        CHECK_THROWS_AS(HoldoutPrint::from_json({bad, "print"}), ArtifactError);
    }
    Json bad = json;
    bad["sketch"] = {5, 3};
    CHECK_THROWS_AS(HoldoutPrint::from_json({bad, "print"}), ArtifactError);
    bad = json;
    bad["columns"]["age"] = "many";
    CHECK_THROWS_AS(HoldoutPrint::from_json({bad, "print"}), ArtifactError);
}
