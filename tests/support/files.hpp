#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "support/catch.hpp"

namespace testing_support {

/// A file of the shared real data sets, from GASKET_DATA or the folder `shared/data` beside the project;
/// empty where it is absent.
inline std::string data_file(const std::string& name) {
    const char* set = std::getenv("GASKET_DATA");
    const std::filesystem::path folder = set != nullptr ? set : GASKET_SOURCE_DIR "/../shared/data";
    const auto path = folder / name;
    return std::filesystem::exists(path) ? path.string() : std::string{};
}

/// A stored reference (tests/reference/NAME.json), made by the script of the same name beside it.
inline nlohmann::json reference(const std::string& name) {
    const std::string path = GASKET_SOURCE_DIR "/tests/reference/" + name + ".json";
    std::ifstream in(path);
    if (!in) FAIL("no " << path << ": run python3 tests/reference/" << name << ".py");
    return nlohmann::json::parse(in);
}

/// A path for a file of this test, in a folder that is removed when the program ends.
inline std::string scratch_file(const std::string& name) {
    struct Folder {
        std::filesystem::path path;
        Folder() {
            std::string pattern = (std::filesystem::temp_directory_path() / "gasket-test-XXXXXX").string();
            if (mkdtemp(pattern.data()) == nullptr) std::abort();
            path = pattern;
        }
        ~Folder() {
            std::error_code ec;
            std::filesystem::remove_all(path, ec);
        }
    };
    static const Folder folder;
    return (folder.path / name).string();
}

inline std::string write_text(const std::string& name, const std::string& text) {
    const std::string path = scratch_file(name);
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

}  // namespace testing_support

/// Ends the test with a message where a real data set is absent.
#define REQUIRE_DATA(variable, name)                                                               \
    const std::string variable = testing_support::data_file(name);                                 \
    if (variable.empty()) {                                                                        \
        WARN("skipped: no " << (name) << "; set GASKET_DATA to the folder of the real data sets"); \
        return;                                                                                    \
    }
