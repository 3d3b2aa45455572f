#include <cstdlib>

#include "gasket/data/postgres.hpp"
#include "gasket/deploy/prediction_log.hpp"
#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("a prediction log on PostgreSQL keeps answers and labels as the one on SQLite does") {
    const char* const server = std::getenv("GASKET_TEST_POSTGRES");
    if (server == nullptr) FAIL("run this by tests/support/with_postgres, which starts a server");
    Postgres(server).execute("DROP TABLE IF EXISTS predictions, labels");
    BasicPredictionLog<Postgres> log(PredictionLogOptions{}, std::string(server));
    const double score = 0.1 + 0.2;
    for (const char* const id : {"a", "b", "a"})
        log.add({.id = id, .at = 1'700'000'000, .version = "1.0.0", .score = score, .decision = "yes"});
    CHECK(log.feedback("b", "no", 1'700'000'100) == FeedbackStatus::accepted);
    CHECK(log.feedback("b", "no", 1'700'000'100) == FeedbackStatus::repeated);
    CHECK(log.feedback("b", "yes", 1'700'000'100) == FeedbackStatus::conflicting);
    CHECK(log.feedback("c", "yes", 1'700'000'100) == FeedbackStatus::unknown);
    CHECK(log.counts().written == 2);
    CHECK(log.counts().failed == 1);  // the id that stood there
    CHECK(log.predictions().rows() == 2);
    const Table judged = log.labelled();
    REQUIRE(judged.rows() == 1);
    CHECK(judged["score"].numbers()[0] == score);
    CHECK(judged["at"].seconds()[0] == 1'700'000'000);
    CHECK(judged.cell(0, judged.index_of("label")) == "no");
}
