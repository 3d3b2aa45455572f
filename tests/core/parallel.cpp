#include "gasket/core/parallel.hpp"

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#if defined(__unix__)
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "support/catch.hpp"

using namespace gasket;

TEST_CASE("every index is visited once, with any number of threads") {
    for (const int count : {1, 2, 5}) {
        set_threads(count);
        for (const std::size_t n : {0u, 1u, 3u, 1000u}) {
            std::vector<int> visits(n, 0);
            parallel_for(n, [&](std::size_t i) { ++visits[i]; });
            CHECK(visits == std::vector<int>(n, 1));
        }
    }
    set_threads(0);
}

TEST_CASE("the exception of the lowest index leaves a parallel loop") {
    for (const int count : {1, 4}) {
        set_threads(count);
        for (int repeat = 0; repeat < 20; ++repeat) {
            std::string what;
            try {
                parallel_for(200, [](std::size_t i) {
                    if (i % 50 == 17) throw std::runtime_error(std::to_string(i));
                });
            } catch (const std::runtime_error& e) {
                what = e.what();
            }
            CHECK(what == "17");
        }
    }
    set_threads(0);
}

TEST_CASE("blocks cover the range, and their cuts do not depend on the threads") {
    for (const int count : {1, 3}) {
        set_threads(count);
        std::vector<std::size_t> ends(11, 0);
        parallel_blocks(105, 10, [&](std::size_t begin, std::size_t end) { ends[begin / 10] = end; });
        CHECK(ends == std::vector<std::size_t>{10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 105});
    }
    set_threads(0);
    bool called = false;
    parallel_blocks(0, 10, [&](std::size_t, std::size_t) { called = true; });
    CHECK_FALSE(called);
}

TEST_CASE("a parallel loop inside a parallel loop does its work") {
    std::vector<int> sums(8, 0);
    parallel_for(8, [&](std::size_t i) {
        std::vector<int> parts(10, 0);
        parallel_for(10, [&](std::size_t j) { parts[j] = static_cast<int>(i * j); });
        sums[i] = std::accumulate(parts.begin(), parts.end(), 0);
    });
    for (std::size_t i = 0; i < 8; ++i) CHECK(sums[i] == static_cast<int>(i) * 45);
}

TEST_CASE("the number of threads can be set and given back") {
    set_threads(3);
    CHECK(threads() == 3);
    set_threads(-1);
    CHECK(threads() >= 1);
    set_threads(0);
}

TEST_CASE("loops of several threads at once, and loops after one that threw, do all their work") {
    set_threads(3);
    std::vector<std::vector<int>> visits(4, std::vector<int>(500, 0));
    std::vector<std::thread> callers;
    for (auto& mine : visits) {
        callers.emplace_back([&mine] {
            for (int repeat = 0; repeat < 200; ++repeat) parallel_for(500, [&](std::size_t i) { ++mine[i]; });
        });
    }
    for (std::thread& caller : callers) caller.join();
    for (const auto& mine : visits) CHECK(mine == std::vector<int>(500, 200));
    CHECK_THROWS_AS(parallel_for(9, [](std::size_t) { throw std::runtime_error("all"); }),
                    std::runtime_error);
    std::atomic<int> sum{0};
    parallel_for(100, [&](std::size_t i) { sum += static_cast<int>(i); });
    CHECK(sum == 4950);
    set_threads(0);
}

#if defined(__unix__)
TEST_CASE("a forked process goes on without the threads it has not got") {
    set_threads(2);
    std::atomic<int> sum{0};
    parallel_for(100, [&](std::size_t) { ++sum; });
    const pid_t child = fork();
    if (child == 0) {
        std::atomic<int> mine{0};
        for (int repeat = 0; repeat < 50; ++repeat) parallel_for(100, [&](std::size_t) { ++mine; });
        _exit(mine == 5000 ? 0 : 1);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WEXITSTATUS(status) == 0);
    set_threads(0);
}
#endif
