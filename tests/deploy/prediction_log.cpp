#include "gasket/deploy/prediction_log.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <optional>

#include "gasket/core/random.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using testing_support::scratch_file;

namespace {

LoggedPrediction prediction(std::uint64_t n, double score = 0.25) {
    return {.id = "id-" + std::to_string(n),
            .at = 1'700'000'000 + static_cast<std::int64_t>(n),
            .version = "1.0.0",
            .score = score,
            .decision = "1",
            .record = R"({"age":)" + std::to_string(n) + "}"};
}

}  // namespace

TEST_CASE("answers come back as they were logged, and labels join them by id") {
    PredictionLog log(scratch_file("answers.sqlite"));
    const double score = 0.1 + 0.2;
    log.add(prediction(1, score));
    log.add(prediction(2));
    log.add({.id = "shadow", .at = 1'700'000'009, .version = "2.0.0", .role = "shadow", .score = missing});
    CHECK(log.feedback("id-2", "0", 1'700'000'100) == FeedbackStatus::accepted);
    CHECK(log.feedback("id-2", "0", 1'700'000'200) == FeedbackStatus::repeated);
    CHECK(log.feedback("id-2", "1", 1'700'000'300) == FeedbackStatus::conflicting);
    CHECK(log.feedback("id-3", "1", 1'700'000'100) == FeedbackStatus::unknown);
    CHECK(log.feedback("' OR 1=1 --", "1", 1'700'000'100) == FeedbackStatus::unknown);

    const Table all = log.predictions();
    REQUIRE(all.rows() == 3);
    CHECK(all.cell(0, all.index_of("id")) == "id-1");
    CHECK(all["score"].numbers()[0] == score);
    CHECK(all["at"].seconds()[0] == 1'700'000'001);
    CHECK(all.cell(0, all.index_of("record")) == R"({"age":1})");
    CHECK(all["score"].is_missing(2));
    CHECK(all.cell(2, all.index_of("role")) == "shadow");
    const Table judged = log.labelled();
    REQUIRE(judged.rows() == 1);
    CHECK(judged.cell(0, judged.index_of("id")) == "id-2");
    CHECK(judged.cell(0, judged.index_of("label")) == "0");
    CHECK(judged.cell(0, judged.index_of("version")) == "1.0.0");
}

TEST_CASE("a log goes on where an earlier process ended") {
    const std::string path = scratch_file("again.sqlite");
    { PredictionLog(path).add(prediction(1)); }
    PredictionLog log(path);
    log.add(prediction(2));
    CHECK(log.predictions().rows() == 2);
    CHECK(log.feedback("id-1", "1", 1'700'000'100) == FeedbackStatus::accepted);
}

TEST_CASE(
    "a database that does not answer holds nobody up: what the queue cannot hold is dropped and counted") {
    const std::string path = scratch_file("held.sqlite");
    PredictionLog log(path, {.most_waiting = 100, .batch = 10, .most_delay = std::chrono::milliseconds(1)});
    log.flush();
    std::optional<Sqlite> other(path);
    {
        auto held = other->transaction();  // nobody else may write now
        const auto begin = std::chrono::steady_clock::now();
        std::size_t taken = 0;
        for (std::uint64_t n = 0; n < 1000; ++n) taken += log.add(prediction(n)) ? 1 : 0;
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
        CHECK(taken == 100);
        CHECK(log.counts().dropped == 900);
        CHECK(log.counts().waiting == 100);
        held.commit();
    }
    other.reset();
    log.flush();
    CHECK(log.counts().written == 100);
    CHECK(log.counts().failed == 0);
    CHECK(log.counts().waiting == 0);
    CHECK(log.predictions().rows() == 100);
}

TEST_CASE("an answer that the database refuses is counted, says why, and takes no other with it") {
    PredictionLog log(scratch_file("refused.sqlite"));
    for (const std::uint64_t n : {1, 2, 1, 3}) log.add(prediction(n));
    log.flush();
    CHECK(log.counts().written == 3);
    CHECK(log.counts().failed == 1);
    CHECK_THAT(log.last_error(), Catch::Matchers::Contains("UNIQUE"));
    CHECK(log.predictions().rows() == 3);
}

TEST_CASE("many threads may log at once") {
    PredictionLog log(scratch_file("many.sqlite"));
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (std::uint64_t n = 0; n < 1500; ++n) log.add(prediction(t * 10'000 + n));
        });
    }
    for (std::thread& thread : threads) thread.join();
    log.flush();
    CHECK(log.counts().written == 6000);
    CHECK(log.predictions().rows() == 6000);
}

TEST_CASE("a log that is killed has all that it said was written, in order, and opens again") {
    const std::string path = scratch_file("killed.sqlite");
    using Shared = std::atomic<std::uint64_t>;
    void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(page != MAP_FAILED);
    Shared* const said = new (page) Shared(0);
    Random random(3);
    std::uint64_t rows = 0;
    { const PredictionLog made(path); }
    for (int round = 0; round < 30; ++round) {
        const std::uint64_t begin = rows;
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            PredictionLog log(path, {.batch = 50, .most_delay = std::chrono::milliseconds(2)});
            for (std::uint64_t n = begin;; ++n) {
                while (!log.add(prediction(n))) usleep(100);
                if (n % 7 == 0) said->store(begin + log.counts().written);
            }
        }
        while (said->load() < begin + 50) usleep(100);
        usleep(static_cast<useconds_t>(random.below(10'000)));
        REQUIRE(kill(child, SIGKILL) == 0);
        int status = 0;
        REQUIRE(waitpid(child, &status, 0) == child);

        Sqlite file(path);
        const Table found = file.query("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM predictions");
        rows = static_cast<std::uint64_t>(found["n"].numbers()[0]);
        CHECK(rows >= said->load());
        // the first so many, none left out
        const Table last = file.query("SELECT count(*) AS n FROM predictions WHERE id = $1",
                                      {"id-" + std::to_string(rows == 0 ? 0 : rows - 1)});
        CHECK(last["n"].numbers()[0] == (rows == 0 ? 0 : 1));
        CHECK(found["ids"].numbers()[0] == found["n"].numbers()[0]);
    }
    CHECK(rows >= 30 * 50);
    munmap(page, 4096);
}
