#include "gasket/prepare/aggregate.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gasket/core/duration.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/training.hpp"

using namespace gasket;
using testing_support::bits_of;
using testing_support::words;

namespace {

/// All kinds of aggregates over events of columns amount and shop.
Aggregates everything() {
    const double month = days(30);
    return {.entity = "who",
            .moment = "as_of",
            .time = "at",
            .columns = {{"count_30d", Aggregate::count, "", month},
                        {"known_30d", Aggregate::count, "amount", month},
                        {"sum_30d", Aggregate::sum, "amount", month},
                        {"sum_all", Aggregate::sum, "amount"},
                        {"mean_30d", Aggregate::mean, "amount", month},
                        {"min_30d", Aggregate::min, "amount", month},
                        {"max_30d", Aggregate::max, "amount", month},
                        {"last_amount", Aggregate::last, "amount"},
                        {"last_shop_30d", Aggregate::last, "shop", month},
                        {"shops_30d", Aggregate::distinct, "shop", month},
                        {"amounts_all", Aggregate::distinct, "amount"},
                        {"days_since", Aggregate::days_since_last},
                        {"days_since_30d", Aggregate::days_since_last, "", month},
                        {"to_own", Aggregate::ratio, "amount", month},
                        {"rate", Aggregate::ratio, "", month},
                        {"large_30d", Aggregate::count, "", month, col("amount") > 20},
                        {"large_sum_30d", Aggregate::sum, "amount", month, col("amount") > 20}}};
}

std::vector<double> numbers_of(const nlohmann::json& values) {
    std::vector<double> out;
    for (const auto& v : values) out.push_back(v.is_null() ? missing : v.get<double>());
    return out;
}

Column labels_of(const nlohmann::json& values) {
    std::vector<std::string> texts;
    std::vector<bool> gaps;
    for (const auto& v : values) {
        texts.push_back(v.is_null() ? "" : v.get<std::string>());
        gaps.push_back(v.is_null());
    }
    return Column::category(texts, gaps);
}

struct World {
    Table rows;
    Table events;
};

/// Random events of `entities` on a coarse grid of times, so that moments and times coincide often; amounts
/// of all magnitudes.
World random_world(std::uint64_t seed, std::size_t rows, std::size_t events, std::uint64_t entities = 8) {
    Random random(seed);
    const auto time = [&] { return static_cast<std::int64_t>(random.below(100)) * 86400; };
    std::vector<double> who, event_who, amount;
    std::vector<std::int64_t> as_of, at;
    std::vector<std::string> shop;
    for (std::size_t r = 0; r < rows; ++r) {
        who.push_back(static_cast<double>(random.below(entities + 1)));
        as_of.push_back(time());
    }
    for (std::size_t e = 0; e < events; ++e) {
        event_who.push_back(static_cast<double>(random.below(entities)));
        at.push_back(time());
        amount.push_back(random.uniform() < 0.1 ? missing
                                                : random.normal() * std::pow(10, 6 * random.normal()));
        shop.push_back("shop " + std::to_string(random.below(6)));
    }
    return {{{"who", Column::numeric(who)}, {"as_of", Column::datetime(as_of)}},
            {{"who", Column::numeric(event_who)},
             {"at", Column::datetime(at)},
             {"amount", Column::numeric(amount)},
             {"shop", Column::category(shop)}}};
}

/// All made columns of a row, numbers by their bits.
std::vector<std::string> row_of(const Table& table, std::size_t row) {
    std::vector<std::string> cells;
    for (std::size_t c = 2; c < table.columns(); ++c) {
        const Column& column = table.column(c);
        cells.push_back(column.kind() == Kind::numeric
                            ? std::to_string(bits_of(std::vector<double>{column.numbers()[row]})[0])
                            : table.cell(row, c));
    }
    return cells;
}

ErrorCode code_of(const World& world, const Aggregates& declaration) {
    try {
        (void)aggregate(world.rows, world.events, declaration);
    } catch (const Error& e) {
        return e.code();
    }
    FAIL("no error");
    return ErrorCode::bad_value;
}

}  // namespace

TEST_CASE("aggregates are those that pandas gives, sums to the last bit") {
    const auto reference = testing_support::reference("aggregate");
    const auto times = [](const nlohmann::json& values) {
        return Column::datetime(values.get<std::vector<std::int64_t>>());
    };
    const auto& r = reference["rows"];
    const auto& e = reference["events"];
    const Table rows{{"who", Column::numeric(numbers_of(r["who"]))}, {"as_of", times(r["as_of"])}};
    const Table events{{"who", Column::numeric(numbers_of(e["who"]))},
                       {"at", times(e["at"])},
                       {"amount", Column::numeric(numbers_of(e["amount"]))},
                       {"shop", labels_of(e["shop"])}};
    const Table made = aggregate(rows, events, everything());
    CHECK(made.columns() == 2 + everything().columns.size());
    for (const auto& [name, expected] : reference["expected"].items()) {
        INFO(name);
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            INFO(i);
            const Column& column = made[name];
            if (expected[i].is_null()) {
                CHECK(column.is_missing(i));
            } else if (expected[i].is_string()) {
                CHECK(made.cell(i, made.index_of(name)) == expected[i].get<std::string>());
            } else {
                CHECK(column.numbers()[i] == expected[i].get<double>());
            }
        }
    }
}

TEST_CASE("an event of the future, or of the very moment, never changes a feature") {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        const World world = random_world(seed, 60, 300);
        const Table made = aggregate(world.rows, world.events, everything());
        const auto who = world.events["who"].numbers();
        const auto at = world.events["at"].seconds();
        for (std::size_t r = 0; r < world.rows.rows(); ++r) {
            // What was known before the moment of row r; and a world in which its future is another one.
            const std::int64_t moment = world.rows["as_of"].seconds()[r];
            std::vector<std::size_t> known;
            for (std::size_t e = 0; e < at.size(); ++e) {
                if (at[e] < moment) known.push_back(e);
            }
            const std::vector<std::size_t> this_row{r};
            const Table row = world.rows.take(this_row);
            const Table past = world.events.take(known);
            CHECK(row_of(aggregate(row, past, everything()), 0) == row_of(made, r));

            const World other = random_world(seed + 1000 + r, 1, 40);
            std::vector<std::int64_t> later;
            for (std::size_t e = 0; e < 40; ++e)
                later.push_back(moment + static_cast<std::int64_t>(e % 4 == 0 ? 0 : e * 1000));
            const auto join = [&](const std::string& name) {
                std::vector<double> all(past[name].numbers().begin(), past[name].numbers().end());
                all.insert(all.begin(), other.events[name].numbers().begin(),
                           other.events[name].numbers().end());
                return Column::numeric(all);
            };
            std::vector<std::int64_t> times = later;
            std::vector<std::string> shops;
            for (std::size_t e = 0; e < 40; ++e) shops.push_back("a future shop");
            for (const std::size_t e : known) {
                times.push_back(at[e]);
                shops.push_back(world.events.cell(e, 3));
            }
            const Table changed{{"who", join("who")},
                                {"at", Column::datetime(times)},
                                {"amount", join("amount")},
                                {"shop", Column::category(shops)}};
            CHECK(row_of(aggregate(row, changed, everything()), 0) == row_of(made, r));
        }
        CHECK(std::set<double>(who.begin(), who.end()).size() == 8);
    }
}

TEST_CASE("events of others, their order and the number of threads change no bit") {
    const World world = random_world(3, 200, 2000);
    const Table made = aggregate(world.rows, world.events, everything());
    std::vector<std::size_t> order(world.events.rows());
    for (std::size_t e = 0; e < order.size(); ++e) order[e] = e;
    Random(9).shuffle(std::span<std::size_t>(order));
    // `last` of two events of one moment goes by their order in the table: leave it out here
    Aggregates unordered = everything();
    std::erase_if(unordered.columns, [](const AggregateColumn& c) { return c.of == Aggregate::last; });
    const Table mixed = aggregate(world.rows, world.events.take(order), unordered);
    const Table plain = aggregate(world.rows, world.events, unordered);
    set_threads(1);
    const Table alone = aggregate(world.rows, world.events, everything());
    set_threads(0);
    std::map<double, Table> own_events;
    for (std::size_t r = 0; r < world.rows.rows(); ++r) {
        CHECK(row_of(mixed, r) == row_of(plain, r));
        CHECK(row_of(alone, r) == row_of(made, r));
        const double who = world.rows["who"].numbers()[r];
        if (own_events.count(who) == 0) {
            std::vector<std::size_t> own;
            for (std::size_t e = 0; e < world.events.rows(); ++e) {
                if (world.events["who"].numbers()[e] == who) own.push_back(e);
            }
            own_events.emplace(who, world.events.take(own));
        }
        const std::vector<std::size_t> this_row{r};
        CHECK(row_of(aggregate(world.rows.take(this_row), own_events.at(who), everything()), 0) ==
              row_of(made, r));
    }
}

TEST_CASE("the window begins at its first second and ends before the moment") {
    const Table rows{{"who", Column::category({"a", "b", "c"})},
                     {"as_of", Column::datetime({1000, 1000, 1000})}};
    const Table events{{"who", Column::category({"a", "a", "a", "a", "b", "z"})},
                       {"at", Column::datetime({899, 900, 999, 1000, 1001, 5})}};
    const Table made = aggregate(rows, events,
                                 {.entity = "who",
                                  .moment = "as_of",
                                  .time = "at",
                                  .columns = {{"n", Aggregate::count, "", 100},
                                              {"all", Aggregate::count},
                                              {"days", Aggregate::days_since_last}}});
    CHECK(made["n"].numbers()[0] == 2);
    CHECK(made["all"].numbers()[0] == 3);
    CHECK(made["days"].numbers()[0] == 1.0 / 86400);
    CHECK(made["n"].numbers()[1] == 0);
    CHECK(is_missing(made["days"].numbers()[1]));
    CHECK(made["all"].numbers()[2] == 0);
}

TEST_CASE("the latest value keeps its kind, and a condition may use any event column") {
    const Table rows{{"who", Column::numeric({1, 2})}, {"as_of", Column::datetime({100, 100})}};
    const Table events{{"who", Column::numeric({1, 1, 1})},
                       {"at", Column::datetime({10, 20, 30})},
                       {"kind", words({"refund", "payment", nullptr})},
                       {"due", Column::datetime({7, missing_time, 9})}};
    const Table made = aggregate(
        rows, events,
        {.entity = "who",
         .moment = "as_of",
         .time = "at",
         .columns = {{"kind", Aggregate::last, "kind"},
                     {"due", Aggregate::last, "due"},
                     {"due of payments", Aggregate::last, "due", all_past, col("kind") == "payment"},
                     {"since refund", Aggregate::days_since_last, "", all_past, col("kind") == "refund"},
                     {"early", Aggregate::count, "", all_past, col("at") < "1970-01-01T00:00:20"}}});
    CHECK(made.cell(0, 2) == "payment");
    CHECK(made["due"].seconds()[0] == 9);
    CHECK(made["due of payments"].is_missing(0));
    CHECK(made["since refund"].numbers()[0] == 90.0 / 86400);
    CHECK(made["early"].numbers()[0] == 1);
    for (std::size_t c = 2; c < 6; ++c) CHECK(made.column(c).is_missing(1));
}

TEST_CASE("no events at all give 0 and missing") {
    const World world = random_world(1, 5, 0);
    const Table made = aggregate(world.rows, world.events, everything());
    for (const AggregateColumn& c : everything().columns) {
        const bool zero = c.of == Aggregate::count || c.of == Aggregate::sum || c.of == Aggregate::distinct;
        INFO(c.name);
        CHECK(made[c.name].is_missing(0) != zero);
        if (zero) CHECK(made[c.name].numbers()[0] == 0);
    }
}

TEST_CASE("tables or columns that do not fit are clear errors") {
    const World world = random_world(1, 5, 20);
    const auto with = [&](const std::vector<AggregateColumn>& columns) {
        Aggregates a = everything();
        a.columns = columns;
        return a;
    };
    CHECK(code_of(world, with({{"x", Aggregate::sum, "amuont"}})) == ErrorCode::missing_column);
    CHECK(code_of(world, with({{"x", Aggregate::sum, "shop"}})) == ErrorCode::wrong_type);
    CHECK(code_of(world, with({{"x", Aggregate::ratio, "shop", 5}})) == ErrorCode::wrong_type);
    CHECK(code_of(world, with({{"as_of", Aggregate::count}})) == ErrorCode::duplicate_column);
    CHECK(code_of(world, with({{"x", Aggregate::count, "", 5, col("shop")}})) == ErrorCode::bad_expression);
    CHECK(code_of(world, with({{"x", Aggregate::count, "", 5, col("at")}})) == ErrorCode::bad_expression);
    CHECK(code_of(world, with({{"x", Aggregate::count, "", 5, col("at") + 1}})) == ErrorCode::bad_expression);
    Aggregates wrong = everything();
    wrong.entity = "nobody";
    CHECK(code_of(world, wrong) == ErrorCode::missing_column);
    wrong = everything();
    wrong.time = "amount";
    CHECK(code_of(world, wrong) == ErrorCode::wrong_type);
    wrong = everything();
    wrong.moment = "who";
    CHECK(code_of(world, wrong) == ErrorCode::wrong_type);

    World bad = world;
    bad.events = world.events.with("who", Column::category(std::vector<std::string>(20, "1")));
    CHECK(code_of(bad, everything()) == ErrorCode::wrong_type);
    bad.events = world.events.with("at", Column::datetime(std::vector<std::int64_t>(20, missing_time)));
    CHECK(code_of(bad, everything()) == ErrorCode::bad_value);
    bad.events = world.events.with("amount", Column::numeric(std::vector<double>(20, HUGE_VAL)));
    CHECK(code_of(bad, everything()) == ErrorCode::not_finite);
    bad = world;
    bad.rows = world.rows.with("who", Column::numeric(std::vector<double>(5, missing)));
    CHECK(code_of(bad, everything()) == ErrorCode::bad_value);
}
