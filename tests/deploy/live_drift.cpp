#include "gasket/deploy/live_drift.hpp"

#include "deploy/bank_models.hpp"
#include "gasket/deploy/live_model.hpp"
#include "gasket/deploy/record_reader.hpp"
#include "support/catch.hpp"

using namespace gasket;
using testing_support::bank_model;
using testing_support::records_of;
using testing_support::small_bank;

TEST_CASE("what a service counts row by row tells the same drift as the rows in one table") {
    const Model model = bank_model();
    Table live = small_bank(1500, 99);
    std::vector<double> older(live["age"].numbers().begin(), live["age"].numbers().end());
    for (double& x : older) x += 7;
    live = live.with("age", Column::numeric(older));
    std::vector<std::string> countries;
    for (std::size_t r = 0; r < live.rows(); ++r)
        countries.push_back(r % 9 == 0 ? "Atlantis" : live.cell(r, live.index_of("country")));
    live = live.with("country", Column::category(countries));

    ServedModel served(model, "1.0.0", {}, 10'000);
    const auto work = served.take();
    for (std::size_t begin = 0; begin < live.rows(); begin += 70) {
        const auto read =
            read_records(records_of(live, begin, std::min(live.rows(), begin + 70)), work->records);
        REQUIRE(read.refusal.status == 0);
        REQUIRE(work->records.errors().empty());
        served.score(*work);
    }
    const DriftReport whole = drift(model, live);
    Json expected = whole.to_json();
    expected["extra_columns"] = 0;  // which a service counts apart
    CHECK(served.drift()->report().to_json().dump(1) == expected.dump(1));
    CHECK(whole.status() == DriftStatus::drift);
}

TEST_CASE("a service scores records to the very bits of the table's predictions") {
    const Model model = bank_model();
    const Table live = small_bank(1300, 5);
    ServedModel served(model, "1.0.0", {}, 10'000);
    const auto work = served.take();
    (void)read_records(records_of(live, 0, live.rows()), work->records);
    served.score(*work);
    CHECK(work->answers == model.predict(live).values);
}

TEST_CASE("only the latest rows count: a shift that is over is forgotten") {
    const Model model = bank_model();
    ServedModel served(model, "1.0.0", {}, 500);
    Table shifted = small_bank(500, 3);
    shifted = shifted.with("age", Column::numeric(std::vector<double>(500, 77)));
    const auto work = served.take();
    const auto feed = [&](const Table& table) {
        (void)read_records(records_of(table, 0, table.rows()), work->records);
        served.score(*work);
        return served.drift()->report();
    };
    CHECK(feed(shifted).status() == DriftStatus::drift);
    CHECK(feed(small_bank(500, 4)).live_rows == 1000);
    const DriftReport after = feed(small_bank(500, 5));
    CHECK(after.live_rows == 1000);
    CHECK(after.status() == DriftStatus::stable);
}
