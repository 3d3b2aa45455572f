// Every stored case through its target: what was found once stays found.
#include <algorithm>
#include <filesystem>
#include <set>

#include "fuzz/target.hpp"
#include "gasket/core/file.hpp"
#include "support/catch.hpp"

namespace {

std::vector<std::filesystem::path> cases_of(const std::string& target) {
    std::vector<std::filesystem::path> out;
    const std::filesystem::path folder =
        std::filesystem::path(GASKET_SOURCE_DIR "/tests/fuzz/corpus") / target;
    if (std::filesystem::is_directory(folder)) {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

void replay(const std::string& name) {
    const auto& all = fuzz::targets();
    const auto target = std::find_if(all.begin(), all.end(), [&](const auto& t) { return t.name == name; });
    REQUIRE(target != all.end());
    const auto cases = cases_of(name);
    CHECK(cases.size() >= 5);
    for (const auto& path : cases) {
        INFO(path.string());
        CHECK_NOTHROW(target->run(gasket::detail::read_file(path.string())));
    }
}

}  // namespace

TEST_CASE("stored cases of CSV keep what was promised") {
    replay("csv");
}
TEST_CASE("stored cases of schema files keep what was promised") {
    replay("schema");
}
TEST_CASE("stored cases of expressions keep what was promised") {
    replay("expression");
}
TEST_CASE("stored cases of requests keep what was promised") {
    replay("request");
}
TEST_CASE("stored cases of artifacts keep what was promised") {
    replay("artifact");
}
TEST_CASE("stored cases of artifacts as text keep what was promised") {
    replay("artifact_json");
}
TEST_CASE("every target has stored cases, and every folder of cases its target") {
    std::set<std::string> targets, folders;
    for (const fuzz::Target& target : fuzz::targets()) targets.insert(target.name);
    for (const auto& entry : std::filesystem::directory_iterator(GASKET_SOURCE_DIR "/tests/fuzz/corpus"))
        folders.insert(entry.path().filename().string());
    CHECK(targets == folders);
}
