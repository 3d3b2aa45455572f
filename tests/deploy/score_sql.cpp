#include "gasket/deploy/score_sql.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "deploy/bank_models.hpp"
#include "gasket/data/sqlite.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::bank_model;
using testing_support::scratch_file;
using testing_support::small_bank;

namespace {

const BatchQuery customers{"SELECT * FROM customers", "customer_id"};

/// A bank in an SQLite file; its rows stand in another order than their keys.
std::string bank(const std::string& name, std::size_t rows) {
    const std::string path = scratch_file(name);
    std::filesystem::remove(path);
    Sqlite db(path, SqliteAccess::create);
    std::vector<std::size_t> backwards(rows);
    for (std::size_t r = 0; r < rows; ++r) backwards[r] = rows - 1 - r;
    db.execute(
        "CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, age, balance, tenure, active, "
        "country TEXT, gender TEXT, churn INTEGER)");
    db.append("customers", small_bank(rows, 21).take(backwards));
    return path;
}

}  // namespace

TEST_CASE("the rows of a query are scored as the model does, in the order of their key") {
    const Model model = bank_model();
    Sqlite db(bank("bank.sqlite", 500));
    Sqlite other(":memory:", SqliteAccess::create);
    for (const std::size_t block : {7, 100, 500, 5000}) {
        other.execute("DROP TABLE IF EXISTS scores");
        const BatchReport report = score_sql(model, db, customers, other, "scores",
                                             {.carry = {{"country", "balance"}}, .block_rows = block});
        CHECK(report.rows == 500);
        CHECK(report.rejected == 0);
        CHECK(report.exit_code() == 0);
        const Table scores = other.query("SELECT * FROM scores");
        CHECK(scores.names() ==
              std::vector<std::string>{"customer_id", "country", "balance", "probability", "decision"});
        const Table rows = small_bank(500, 21);
        const Predictions expected = model.predict(rows);
        for (std::size_t r = 0; r < 500; ++r) {
            REQUIRE(scores["customer_id"].numbers()[r] == rows["customer_id"].numbers()[r]);
            REQUIRE(scores["probability"].numbers()[r] == expected.values[r]);
            REQUIRE(scores["balance"].numbers()[r] == rows["balance"].numbers()[r]);
            REQUIRE(scores.cell(r, 1) == rows.cell(r, rows.index_of("country")));
        }
        CHECK(report.drift->to_json().dump() == [&] {
            Json wanted = drift(model, rows).to_json();
            wanted["extra_columns"] = 2;
            return wanted.dump();
        }());
        CHECK(other.query("SELECT * FROM gasket_batches").rows() == 0);
    }
    CHECK(db.query("SELECT * FROM sqlite_master WHERE name = 'customers_rejects'").rows() == 0);
}

TEST_CASE("rows of a database that break the contract are kept with every reason") {
    const Model model = bank_model();
    Sqlite db(bank("dirty.sqlite", 200));
    db.execute("UPDATE customers SET age = 'old', active = NULL WHERE customer_id = 1003");
    db.execute("UPDATE customers SET age = 'old' WHERE customer_id IN (1005, 1199)");
    db.execute("UPDATE customers SET active = NULL WHERE customer_id = 1100");
    db.execute("UPDATE customers SET country = x'FF00' WHERE customer_id = 1101");
    db.execute("UPDATE customers SET country = 'Atlantis' WHERE customer_id = 1102");
    for (const std::size_t block : {3, 5, 64, 1000}) {
        db.execute("DROP TABLE IF EXISTS scores");
        const BatchReport report = score_sql(model, db, customers, db, "scores", {.block_rows = block});
        CHECK(report.rows == 200);
        CHECK(report.rejected == 5);
        CHECK(report.unseen_labels == 1);
        CHECK(report.exit_code() == 2);
        CHECK(db.query("SELECT * FROM scores").rows() == 195);
        const Table rejects = db.query("SELECT * FROM scores_rejects ORDER BY key");
        REQUIRE(rejects.names() == std::vector<std::string>{"key", "rules", "problems", "raw"});
        REQUIRE(rejects.rows() == 5);
        CHECK(rejects.cell(0, 0) == "1003");
        CHECK(rejects.cell(0, 1) == "type, gap");
        CHECK(rejects.cell(0, 2).starts_with("age: expected "));
        CHECK(rejects.cell(0, 2).find("active: expected a value, found none") != std::string::npos);
        CHECK(detail::json_from_text(rejects.cell(0, 3))["country"] ==
              small_bank(200, 21).cell(3, small_bank(200, 21).index_of("country")));
        CHECK(rejects.cell(2, 0) == "1100");
        CHECK(rejects.cell(3, 0) == "1101");
        CHECK(rejects.cell(4, 0) == "1199");
    }
    CHECK(score_sql(model, db, customers, db, "strict", {.rules = {.refuse_unseen = true}}).rejected == 6);
}

TEST_CASE("a batch of a database that is killed again and again has each row once") {
    const Model model = bank_model();
    const std::string path = bank("killed.sqlite", 1500);
    Sqlite(path).execute("UPDATE customers SET age = 'old' WHERE customer_id % 97 = 0");
    const BatchOptions options{.block_rows = 25};
    const auto begin = std::chrono::steady_clock::now();
    const BatchReport expected = [&] {
        Sqlite db(path);
        return score_sql(model, db, customers, db, "whole", options);
    }();
    const auto whole_time =
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin);
    Random random(3);
    std::size_t kills = 0;
    std::size_t taken_up = 0;  // killed behind a checkpoint, where the next run goes on
    for (int round = 0; taken_up < 20; ++round) {
        REQUIRE(round < 2000);
        const pid_t child = fork();
        if (child == 0) {
            try {
                Sqlite db(path);
                (void)score_sql(model, db, customers, db, "cut", options);
            } catch (...) {
                _exit(9);
            }
            _exit(0);
        }
        std::this_thread::sleep_for(std::chrono::microseconds(
            static_cast<std::int64_t>(random.uniform() * 0.3 * whole_time.count())));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        Sqlite db(path);
        if (WIFEXITED(status)) {
            REQUIRE(WEXITSTATUS(status) == 0);
            CHECK(db.query("SELECT * FROM cut EXCEPT SELECT * FROM whole").rows() == 0);
            CHECK(db.query("SELECT * FROM cut").rows() == expected.scored);
            db.execute("DROP TABLE cut");
        } else {
            ++kills;
            taken_up += db.query("SELECT * FROM gasket_batches").rows();
        }
    }
    CHECK(3 * taken_up >= 2 * kills);  // checkpoints come early and often
    Sqlite db(path);
    const BatchReport last = score_sql(model, db, customers, db, "cut", options);
    for (const std::string table : {"", "_rejects"}) {
        const Table whole = db.query("SELECT * FROM whole" + table);
        const Table cut = db.query("SELECT * FROM cut" + table);
        CHECK(whole.rows() == cut.rows());
        CHECK(db.query("SELECT * FROM cut" + table + " EXCEPT SELECT * FROM whole" + table).rows() == 0);
    }
    CHECK(last.rows == 1500);
    CHECK(last.rejected == expected.rejected);
    CHECK(last.drift->to_json().dump() == expected.drift->to_json().dump());
    CHECK(db.query("SELECT * FROM gasket_batches").rows() == 0);
}

TEST_CASE("keys that name no row, and outputs that are there, are errors") {
    const Model model = bank_model();
    Sqlite db(bank("keys.sqlite", 100));
    const auto fails = [&](const BatchQuery& query, const std::string& word,
                           const BatchOptions& options = {}) {
        try {
            (void)score_sql(model, db, query, db, "scores", options);
        } catch (const Error& e) {
            CHECK_THAT(e.what(), Catch::Contains(word));
            db.execute("DROP TABLE IF EXISTS scores");
            db.execute("DROP TABLE IF EXISTS gasket_batches");
            return;
        }
        FAIL("no error of " << word);
    };
    fails({"SELECT * FROM customers", "gender"}, "twice");
    fails({"SELECT * FROM customers", "gender"}, "twice", {.block_rows = 1});
    fails({"SELECT * FROM customers", "tenure"}, "missing");
    fails({"SELECT * FROM customers", "id"}, "id");
    fails({"SELECT customer_id, country FROM customers", "customer_id"}, "age");
    fails({"SELECT * FROM nothing", "customer_id"}, "nothing");
    fails(customers, "nothing", {.carry = {{"nothing"}}});
    db.execute("UPDATE customers SET age = 'old'");
    fails(customers, "100 of 100");
    CHECK(db.query("SELECT * FROM scores_rejects").rows() == 100);
    db.execute("UPDATE customers SET age = 50");
    db.execute("CREATE TABLE scores (x INTEGER)");
    fails(customers, "no table 'scores'");
    // texts as keys
    const BatchQuery texts{"SELECT *, 'K' || customer_id AS account FROM customers", "account"};
    CHECK(score_sql(model, db, texts, db, "scores", {.block_rows = 9}).rows == 100);
    CHECK(db.query("SELECT DISTINCT account FROM scores").rows() == 100);
    CHECK(db.query("SELECT name FROM sqlite_master WHERE name = 'scores_rejects'").rows() == 0);
}
