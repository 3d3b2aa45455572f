// What may befall a file while it is saved and after: the right model or a clear error, never another model.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "gasket/core/random.hpp"
#include "gasket/pipeline/artifact.hpp"
#include "gasket/pipeline/fitted_pipeline.hpp"
#include "gasket/pipeline/pipeline.hpp"
#include "gasket/split/stratified_splitter.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/tables.hpp"

#if defined(__linux__)
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace gasket;
using testing_support::scratch_file;

namespace {

Model model_of(std::uint64_t seed, std::size_t trees) {
    const Table table = testing_support::small_bank(150, seed).without({"customer_id", "tenure", "balance"});
    const auto training = StratifiedSplitter{.target = "churn"}.split(table).training;
    return fit(RandomForest{.trees = trees, .max_depth = 2}, training);
}

const Model& small() {
    static const Model model = model_of(1, 1);
    return model;
}
const Model& other() {
    static const Model model = model_of(2, 400);
    return model;
}

/// Whether `bytes` load as the very model; an ArtifactError is the only other answer.
bool loads(std::string_view bytes, const std::string& right) {
    try {
        const Model model = from_bytes(bytes);
        if (identity(model) != right) FAIL("another model was loaded");
        return true;
    } catch (const ArtifactError& e) {
        if (std::string(e.what()).size() < 20) FAIL("an error that says nothing");
        return false;
    }
}

std::string saved_as(const char* name) {
    const std::string path = scratch_file(name);
    save(small(), path);
    return detail::read_file(path);
}

std::vector<std::string> files_beside(const std::string& path) {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(path).parent_path()))
        out.push_back(entry.path().filename().string());
    return out;
}

/// A folder of its own, so that what is left beside the file is seen.
std::string file_in_folder(const std::string& folder) {
    const std::string path = scratch_file(folder);
    std::filesystem::create_directories(path);
    return path + "/model.gasket";
}

}  // namespace

TEST_CASE("an artifact cut off after any byte is refused") {
    const std::string right = identity(small());
    const std::string bytes = saved_as("cut.gasket");
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        if (loads(std::string_view(bytes).substr(0, n), right)) FAIL("loaded " << n << " bytes");
    }
    CHECK(loads(bytes, right));
    const std::string text = saved_as("cut.json");
    const std::size_t last = text.rfind('}');
    for (std::size_t n = 0; n < text.size(); ++n) {
        if (loads(std::string_view(text).substr(0, n), right) != (n > last)) FAIL("at " << n);
    }
}

TEST_CASE("an artifact with any single bit changed is refused") {
    const std::string right = identity(small());
    std::string bytes = saved_as("flipped.gasket");
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
            if (loads(bytes, right)) FAIL("loaded with bit " << bit << " of byte " << at << " changed");
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
        }
    }
    CHECK(loads(bytes, right));
}

TEST_CASE("an artifact as text with any single bit changed is refused or the very model") {
    const std::string right = identity(small());
    std::string text = saved_as("flipped.json");
    std::size_t loaded = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            text[at] = static_cast<char>(text[at] ^ (1 << bit));
            loaded += loads(text, right) ? 1 : 0;
            text[at] = static_cast<char>(text[at] ^ (1 << bit));
        }
    }
    // Blanks that become other blanks, and the time of saving, which is no part of the model.
    CHECK(loaded < text.size());
    CHECK(loads(text, right));
}

#if defined(__linux__)

TEST_CASE("where the disk is full, saving fails, says so, and leaves the file as it was") {
    const std::string path = file_in_folder("full");
    save(small(), path);
    const std::string before = detail::read_file(path);
    // The temporary file of this process leads to the device that is always full.
    REQUIRE(::symlink("/dev/full", (path + ".part-" + std::to_string(::getpid())).c_str()) == 0);
    try {
        save(other(), path);
        FAIL("saved on a full disk");
    } catch (const FileError& e) {
        CHECK(e.code() == ErrorCode::file_not_writable);
        CHECK(std::string(e.what()).find("No space left") != std::string::npos);
    }
    CHECK(detail::read_file(path) == before);
    CHECK(files_beside(path) == std::vector<std::string>{"model.gasket"});
    CHECK_NOTHROW(save(other(), path));
    CHECK(identity(load(path)) == identity(other()));
}

TEST_CASE("a file system that fills up in the middle of saving leaves the file as it was") {
    const std::string path = file_in_folder("small_disk");
    const std::string folder = std::filesystem::path(path).parent_path().string();
    if (::mount("none", folder.c_str(), "tmpfs", 0, "size=16k") != 0) {
        WARN("skipped: no right to mount a small file system");
        return;
    }
    struct Unmount {
        std::string folder;
        ~Unmount() { (void)::umount2(folder.c_str(), MNT_DETACH); }
    } const unmount{folder};
    REQUIRE(to_bytes(small()).size() < 8192);
    REQUIRE(to_bytes(other()).size() > 20000);
    save(small(), path);
    CHECK_THROWS_AS(save(other(), path), FileError);
    CHECK(identity(load(path)) == identity(small()));
    CHECK(files_beside(path) == std::vector<std::string>{"model.gasket"});
}

TEST_CASE("a limit on the size of files is an error as a full disk is") {
    const std::string path = file_in_folder("limited");
    save(small(), path);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit tight{4096, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
    bool refused = false;
    try {
        save(other(), path);
    } catch (const FileError&) {
        refused = true;
    }
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, handler);
    CHECK(refused);
    CHECK(identity(load(path)) == identity(small()));
}

TEST_CASE("a folder that may not be written in is a clear error") {
    const std::string path = file_in_folder("closed");
    save(small(), path);
    const auto folder = std::filesystem::path(path).parent_path();
    std::filesystem::permissions(
        folder, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec |
                    std::filesystem::perms::others_read | std::filesystem::perms::others_exec);
    std::filesystem::permissions(folder.parent_path(), std::filesystem::perms::owner_all |
                                                           std::filesystem::perms::others_read |
                                                           std::filesystem::perms::others_exec);
    // In a child, since root may write anywhere until it is somebody else.
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (::getuid() == 0 && ::setuid(65534) != 0) ::_exit(3);
        try {
            detail::write_file_atomically(path, "x");
        } catch (const FileError& e) {
            ::_exit(e.code() == ErrorCode::file_not_writable ? 0 : 2);
        }
        ::_exit(1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    CHECK(identity(load(path)) == identity(small()));
}

TEST_CASE("killed at any moment of saving, the file holds one model or the other") {
    const std::string path = file_in_folder("killed");
    const std::string a = to_bytes(small()), b = to_bytes(other());
    const auto begin = std::chrono::steady_clock::now();
    detail::write_file_atomically(path, b);
    detail::write_file_atomically(path, a);
    const double once =
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
    Random random(5);
    std::size_t seen_a = 0, seen_b = 0, parts = 0;
    for (int k = 0; k < 200; ++k) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            for (;;) {
                detail::write_file_atomically(path, b);
                detail::write_file_atomically(path, a);
            }
        }
        ::usleep(static_cast<useconds_t>(random.uniform() * (once + 500)));
        REQUIRE(::kill(child, SIGKILL) == 0);
        REQUIRE(::waitpid(child, nullptr, 0) == child);
        const std::string now = detail::read_file(path);
        CHECK((now == a || now == b));
        CHECK_NOTHROW(load(path));
        (now == a ? seen_a : seen_b) += 1;
        parts += std::filesystem::remove(path + ".part-" + std::to_string(child)) ? 1 : 0;
    }
    CHECK(seen_a + seen_b == 200);
    CHECK(seen_b > 0);  // some were killed between the two,
    CHECK(parts > 0);   // and some with half a file beside the whole one
    CHECK(files_beside(path) == std::vector<std::string>{"model.gasket"});
}

#endif
