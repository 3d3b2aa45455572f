#include "gasket/split/ledger.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <utility>
#include <vector>

#include "gasket/split/group_splitter.hpp"
#include "gasket/split/random_splitter.hpp"
#include "gasket/split/stratified_group_splitter.hpp"
#include "gasket/split/stratified_splitter.hpp"
#include "gasket/split/three_way.hpp"
#include "gasket/split/time_splitter.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/tables.hpp"
#include "support/visits.hpp"

using namespace gasket;
using detail::Wall;
using testing_support::scratch_file;
using testing_support::small_bank;

namespace {

Holdout holdout_of(const Table& table, const std::string& ledger, std::uint64_t seed = 42) {
    return StratifiedSplitter{.target = "churn", .seed = seed, .ledger = ledger}.split(table).holdout;
}

std::string refusal(Holdout&& holdout) {
    try {
        (void)Wall::open(std::move(holdout));
    } catch (const SplitError& e) {
        CHECK(e.code() == ErrorCode::holdout_spent);
        return e.what();
    }
    return "";
}

/// Runs `work` in a process of its own and gives its exit code, which is 99 for an exception.
int wait_for(pid_t child) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
pid_t in_another_process(const std::function<int()>& work) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int code = 99;
        try {
            code = work();
        } catch (...) {
        }
        _exit(code);  // without the tests' own exit
    }
    return child;
}

/// 0 where the holdout opens, 1 where it is spent.
int open_once(Holdout& holdout, const std::string& by) {
    try {
        (void)Wall::open(std::move(holdout), [&] { return by; });
        return 0;
    } catch (const SplitError& e) {
        return e.code() == ErrorCode::holdout_spent ? 1 : 2;
    }
}

}  // namespace

TEST_CASE("a holdout that another process opened is spent, and the error says when and by what") {
    const std::string path = scratch_file("across.jsonl");
    const Table table = small_bank(400);
    Holdout test = holdout_of(table, path);
    CHECK(wait_for(in_another_process([&] { return open_once(test, "the first model"); })) == 0);
    CHECK(wait_for(in_another_process([&] { return open_once(test, "the second model"); })) == 1);
    CHECK(test.sealed());  // here nobody has opened it
    CHECK_THROWS_AS(Wall::require_unspent(test), SplitError);
    const std::string message = refusal(std::move(test));
    const std::vector<LedgerEntry> entries = Ledger(path).entries();
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].by == "the first model");
    CHECK(entries[0].method == "stratified");
    CHECK(message.find("first opened on " + detail::format_datetime(entries[0].opened) +
                       " by the first model") != std::string::npos);
    CHECK(test.sealed());
}

TEST_CASE("of processes that open one holdout at the same time exactly one succeeds") {
    const std::string path = scratch_file("race.jsonl");
    const Table table = small_bank(400);
    for (std::uint64_t round = 0; round < 5; ++round) {
        Holdout test = holdout_of(table, path, round);
        std::vector<pid_t> children;
        for (int i = 0; i < 6; ++i) {
            children.push_back(
                in_another_process([&, i] { return open_once(test, "process " + std::to_string(i)); }));
        }
        std::vector<int> codes;
        for (const pid_t child : children) codes.push_back(wait_for(child));
        CHECK(std::count(codes.begin(), codes.end(), 0) == 1);
        CHECK(std::count(codes.begin(), codes.end(), 1) == 5);
        CHECK(Ledger(path).entries().size() == round + 1);
    }
}

TEST_CASE("other rows in another order or with other columns do not evade the ledger") {
    const std::string path = scratch_file("evade.jsonl");
    const Table table = small_bank(400);
    const StratifiedSplitter splitter{.target = "churn", .ledger = path};
    SplitPlan plan = splitter.plan(table);
    CHECK(refusal(Wall::seal(table, plan).holdout).empty());
    std::reverse(plan.test.begin(), plan.test.end());
    CHECK(refusal(Wall::seal(table, plan).holdout).find("holdout") != std::string::npos);
    const Table richer = table.with("noise", Column::numeric(std::vector<double>(400, 1.0)));
    CHECK(refusal(Wall::seal(richer, plan).holdout).find("the rows, with other columns") !=
          std::string::npos);
    CHECK(refusal(Wall::seal(table.without({"tenure"}), plan).holdout) != "");
    CHECK(Ledger(path).entries().size() == 1);
}

TEST_CASE("a holdout that shares rows with an opened one may be opened, and the record says so") {
    const std::string path = scratch_file("overlap.jsonl");
    const Table table = small_bank(400);
    CHECK(Wall::open(holdout_of(table, path, 1)).record.seen_before.empty());
    const OpenedHoldout second = Wall::open(holdout_of(table, path, 2), [] { return "another seed"; });
    CHECK(second.record.seen_before.find("of these rows were in a holdout opened on ") != std::string::npos);
    CHECK(second.record.to_json().contains("seen_before"));
    SplitPlan plan = StratifiedSplitter{.target = "churn", .seed = 2, .ledger = path}.plan(table);
    plan.test.pop_back();
    const auto nearly = Wall::open(Wall::seal(table, plan).holdout);
    CHECK(nearly.record.seen_before.find("about 100 % of these rows") == 0);
    CHECK(nearly.record.seen_before.find("by another seed") != std::string::npos);
    // no row in common, or another target: nothing to say
    CHECK(Wall::open(holdout_of(small_bank(400, 99), path)).record.seen_before.empty());
    const auto active = StratifiedSplitter{.target = "active", .seed = 1, .ledger = path};
    CHECK(Wall::open(active.split(table).holdout).record.seen_before.empty());
}

TEST_CASE("every splitter takes a ledger, and a three-way split too") {
    const Table table = testing_support::visits(300);
    const auto check = [&](const std::string& name, const auto& splitter) {
        const std::string path = scratch_file(name + ".jsonl");
        auto with = splitter;
        with.ledger = path;
        CHECK(refusal(with.split(table).holdout).empty());
        CHECK(Ledger(path).entries().at(0).method == name);
        CHECK_FALSE(refusal(three_way(with, table, 0.2).holdout).empty());
        CHECK(refusal(splitter.split(table).holdout).empty());
    };
    check("random", RandomSplitter{.target = "churn"});
    check("stratified", StratifiedSplitter{.target = "churn"});
    check("group", GroupSplitter{.target = "churn", .group = "customer"});
    check("stratified_group", StratifiedGroupSplitter{.target = "churn", .group = "customer"});
    check("time", TimeSplitter{.target = "churn", .time = "day"});
}

TEST_CASE("a line that was cut off by a crash is no opening, any other damage is refused") {
    const std::string path = scratch_file("cut.jsonl");
    const Table table = small_bank(400);
    CHECK(refusal(holdout_of(table, path, 1)).empty());
    const std::string whole = detail::read_file(path);
    std::ofstream(path, std::ios::app) << whole.substr(0, 100);
    CHECK(Ledger(path).entries().size() == 1);
    CHECK(refusal(holdout_of(table, path, 2)).empty());
    CHECK(Ledger(path).entries().size() == 2);
    CHECK(detail::read_file(path).substr(0, whole.size()) == whole);
    CHECK_FALSE(refusal(holdout_of(table, path, 1)).empty());

    for (const std::string& line : {std::string("hello\n"), std::string("\n"), std::string("{}\n"),
                                    whole.substr(0, 100) + "\n", std::string("[1,2]\n")}) {
        std::ofstream(path) << whole << line;
        Holdout test = holdout_of(table, path, 3);
        try {
            (void)Wall::open(std::move(test));
            FAIL("opened although the ledger is damaged");
        } catch (const SplitError& e) {
            CHECK(e.code() == ErrorCode::ledger_damaged);
            CHECK(std::string(e.what()).find("line 2") != std::string::npos);
        }
        CHECK(test.sealed());
    }
}

TEST_CASE("a ledger that cannot be written leaves the holdout sealed") {
    Holdout test = holdout_of(small_bank(100), "/no/such/folder/ledger.jsonl");
    CHECK_THROWS_AS(Wall::open(std::move(test)), FileError);
    CHECK(test.sealed());
}
