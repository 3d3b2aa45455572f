#include "gasket/core/locked_file.hpp"

#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/files.hpp"

using gasket::FileError;
using gasket::detail::LockedFile;
using testing_support::scratch_file;

TEST_CASE("what is written after a locked file's beginning replaces its end") {
    const std::string path = scratch_file("locked.txt");
    {
        LockedFile file(path);
        CHECK(file.read().empty());
        file.replace_after(0, "one\ntwo\nthr");
        CHECK(file.read() == "one\ntwo\nthr");
    }
    LockedFile file(path);
    file.replace_after(8, "three\n");
    CHECK(file.read() == "one\ntwo\nthree\n");
}

TEST_CASE("holders of a locked file take turns") {
    const std::string path = scratch_file("turns.txt");
    const auto add_one = [&] {
        for (int i = 0; i < 50; ++i) {
            LockedFile file(path);
            const std::string before = file.read();
            file.replace_after(0, std::to_string(before.empty() ? 1 : std::stoi(before) + 1));
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(add_one);
    for (std::thread& thread : threads) thread.join();
    CHECK(LockedFile(path).read() == "200");
}

TEST_CASE("a file that cannot be made or written is a FileError") {
    CHECK_THROWS_AS(LockedFile(scratch_file("no/such/folder/file")), FileError);
    CHECK_THROWS_AS(LockedFile("/dev/full").replace_after(0, "x"), FileError);
}
