#include "gasket/core/file.hpp"

#include <filesystem>
#include <fstream>

#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;

namespace {
ErrorCode code_of_reading(const std::string& path) {
    try {
        (void)detail::read_file(path);
    } catch (const FileError& e) {
        CHECK(e.parts().where == path);
        return e.code();
    }
    return ErrorCode{};
}
}  // namespace

TEST_CASE("bytes are written and read back, whatever they are") {
    const std::string path = testing_support::scratch_file("bytes");
    for (const std::size_t n : {0u, 1u, 65535u, 65536u, 65537u, 300000u}) {
        std::string bytes(n, 'x');
        for (std::size_t i = 0; i < n; ++i) bytes[i] = static_cast<char>(i * 7);
        detail::write_file_atomically(path, bytes);
        CHECK(detail::read_file(path) == bytes);
    }
}

TEST_CASE("a file without a size of its own is read to its end") {
    if (!std::filesystem::exists("/proc/self/status")) return;
    CHECK(detail::read_file("/proc/self/status").size() > 100);
}

TEST_CASE("what never ends is not read for ever") {
    if (!std::filesystem::exists("/dev/zero")) return;
    CHECK(code_of_reading("/dev/zero") == ErrorCode::file_not_readable);
}

TEST_CASE("a missing file and a folder are errors that name the path") {
    CHECK(code_of_reading("no/such/file") == ErrorCode::file_not_readable);
    CHECK(code_of_reading(std::filesystem::temp_directory_path().string()) == ErrorCode::file_not_readable);
}

TEST_CASE("a failed write leaves the old file and nothing beside it") {
    const std::string folder = testing_support::scratch_file("folder");
    std::filesystem::create_directory(folder);
    const std::string path = folder + "/file";
    detail::write_file_atomically(path, "old");
    // a folder in place of the file cannot be renamed over
    const std::string blocked = folder + "/blocked";
    std::filesystem::create_directory(blocked);
    std::ofstream(blocked + "/inside") << "x";
    try {
        detail::write_file_atomically(blocked, "new");
        FAIL("nothing thrown");
    } catch (const FileError& e) {
        CHECK(e.code() == ErrorCode::file_not_writable);
        CHECK(e.parts().where == blocked);
    }
    try {
        detail::write_file_atomically("no/such/folder/file", "new");
        FAIL("nothing thrown");
    } catch (const FileError& e) {
        CHECK(e.code() == ErrorCode::file_not_writable);
    }
    CHECK(detail::read_file(path) == "old");
    std::size_t entries = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        ++entries;
        CHECK(entry.path().string().find(".part") == std::string::npos);
    }
    CHECK(entries == 2);
    detail::write_file_atomically(path, "new");
    CHECK(detail::read_file(path) == "new");
}
