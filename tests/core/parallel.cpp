#include "gasket/core/parallel.hpp"

#include <numeric>
#include <stdexcept>
#include <string>

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
#if defined(_OPENMP)
    CHECK(threads() == 3);
#endif
    set_threads(-1);
    CHECK(threads() >= 1);
    set_threads(0);
}
