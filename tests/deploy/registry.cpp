#include "gasket/deploy/registry.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "deploy/bank_models.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace gasket;
using Catch::Matchers::Contains;
using testing_support::bank_model;
using testing_support::first;
using testing_support::scratch_file;
using testing_support::second;
using testing_support::wide;
using testing_support::with_figure;

namespace {

SemanticVersion v(const std::string& text) {
    return SemanticVersion::parse(text);
}
bool is(const std::optional<SemanticVersion>& found, const char* expected) {
    return found && *found == v(expected);
}

template <class Work>
std::string refusal(const Work& work, ErrorCode code) {
    try {
        work();
    } catch (const Error& e) {
        CHECK(static_cast<int>(e.code()) == static_cast<int>(code));
        return e.what();
    }
    FAIL_CHECK("not refused");
    return "";
}

pid_t in_another_process(const std::function<void()>& work) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int code = 0;
        try {
            work();
        } catch (const std::exception&) {
            code = 99;
        }
        _exit(code);  // without the tests' own exit
    }
    return child;
}
int wait_for(pid_t child) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

TEST_CASE("a version is added once, never changes, and is loaded as it was added") {
    const Registry registry(scratch_file("added"));
    CHECK(registry.next_version() == v("1.0.0"));
    registry.add(first(), v("1.0.0"), {.by = "me", .note = "the first"});
    CHECK(registry.next_version() == v("1.1.0"));
    CHECK(identity(registry.load("1.0.0")) == identity(first()));
    CHECK(identity(registry.load("latest")) == identity(first()));
    CHECK_THAT(refusal([&] { registry.add(second(), v("1.0.0")); }, ErrorCode::version_exists),
               Contains("1.0.0"));
    CHECK(identity(registry.load("1.0.0")) == identity(first()));
    CHECK_THAT(refusal([&] { (void)registry.load("1.0.1"); }, ErrorCode::unknown_version), Contains("1.0.0"));
    refusal([&] { (void)registry.load("production"); }, ErrorCode::unknown_version);
    const RegistryEvent event = registry.history().events.at(0);
    CHECK(event.by == "me");
    CHECK(event.note == "the first");

    // another model in the file's place is not the one that was added
    std::filesystem::remove(registry.path_of(v("1.0.0")));
    save(second(), registry.path_of(v("1.0.0")));
    refusal([&] { (void)registry.load("1.0.0"); }, ErrorCode::artifact_checksum);
}

TEST_CASE("promotion and rollback: one step each, back and never forward") {
    const Registry registry(scratch_file("steps"));
    for (const char* const version : {"1.0.0", "2.0.0", "3.0.0"}) {
        registry.add(first(), v(version));
        registry.promote(v(version), wide);
    }
    CHECK(is(registry.state().production(), "3.0.0"));
    CHECK(is(registry.state().previous(), "2.0.0"));
    CHECK(registry.roll_back() == v("2.0.0"));
    CHECK(is(registry.state().previous(), "1.0.0"));
    CHECK(registry.roll_back({.by = "me", .note = "still bad"}) == v("1.0.0"));
    CHECK_FALSE(registry.state().previous());
    refusal([&] { (void)registry.roll_back(); }, ErrorCode::not_possible);
    refusal([&] { registry.promote(v("1.0.0"), wide); }, ErrorCode::not_possible);
    refusal([&] { registry.promote(v("4.0.0"), wide); }, ErrorCode::unknown_version);
    CHECK(registry.resolve("production") == v("1.0.0"));
    registry.promote(v("3.0.0"), wide);
    CHECK(registry.resolve("previous") == v("1.0.0"));
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    CHECK(is(registry.live_at(std::chrono::duration_cast<std::chrono::seconds>(now).count()), "3.0.0"));

    registry.shadow(v("2.0.0"));
    CHECK(registry.state().is_shadow(v("2.0.0")));
    refusal([&] { registry.shadow(v("2.0.0")); }, ErrorCode::not_possible);
    refusal([&] { registry.shadow(v("3.0.0")); }, ErrorCode::not_possible);
    registry.unshadow(v("2.0.0"));
    refusal([&] { registry.unshadow(v("2.0.0")); }, ErrorCode::not_possible);
}

TEST_CASE("golden rows must get their scores before a version goes live") {
    const Registry registry(scratch_file("golden"));
    registry.add(first(), v("1.0.0"));
    detail::ModelParts parts = second().parts();
    parts.golden["scores"][0] = 0.123;
    registry.add(Model(parts), v("2.0.0"));
    registry.promote(v("1.0.0"), wide);
    refusal([&] { registry.promote(v("2.0.0"), wide); }, ErrorCode::artifact_golden);
    refusal([&] { registry.promote_anyway(v("2.0.0"), {.note = "never mind"}); }, ErrorCode::artifact_golden);
    CHECK(is(registry.state().production(), "1.0.0"));
}

TEST_CASE("a refused promotion changes nothing but the history, and can be overruled by name") {
    const Registry registry(scratch_file("refused"));
    registry.add(first(), v("1.0.0"));
    registry.add(second(), v("2.0.0"));
    registry.promote(v("1.0.0"), wide);
    const Gates strict{.metric = "auc", .most_loss = 0.001, .most_latency_us = 0};
    const std::string said =
        refusal([&] { registry.promote(v("2.0.0"), strict); }, ErrorCode::gates_not_passed);
    CHECK_THAT(said, Contains("metric") && Contains("0.7970") && Contains("0.7990"));
    CHECK(is(registry.state().production(), "1.0.0"));
    const RegistryEvent event = registry.history().events.back();
    CHECK(event.action == RegistryAction::refuse);
    CHECK_THAT(event.gates.dump(), Contains(R"("gate":"metric","passed":false)"));
    registry.promote_anyway(v("2.0.0"), {.by = "me", .note = "the old one is worse on new customers"});
    CHECK(is(registry.state().production(), "2.0.0"));
    CHECK(registry.history().events.back().gates == "none");
}

TEST_CASE("processes that promote at once take turns: no event is lost, none is live twice in a row") {
    const Registry registry(scratch_file("at once"));
    registry.add(first(), v("1.0.0"));
    registry.add(first(), v("2.0.0"));
    registry.promote(v("1.0.0"), wide);
    constexpr std::size_t rounds = 15;
    std::vector<pid_t> children;
    for (const char* const version : {"1.0.0", "2.0.0"}) {
        children.push_back(in_another_process([&, version] {
            for (std::size_t done = 0; done < rounds;) {
                try {
                    registry.promote(v(version), wide, {.by = version});
                    ++done;
                } catch (const RegistryError&) {  // it is live: wait for the other
                    usleep(200);
                }
            }
        }));
    }
    // the one that promotes last would wait for ever for the other one's next: 2.0.0 begins, 1.0.0 ends
    for (const pid_t child : children) CHECK(wait_for(child) == 0);
    const RegistryHistory history = registry.history();
    CHECK(history.events.size() == 3 + 2 * rounds);
    for (std::size_t i = 3; i < history.events.size(); ++i)
        CHECK(history.events[i].version != history.events[i - 1].version);
}

TEST_CASE("killed 200 times while it adds, promotes and rolls back, a registry opens and is whole") {
    const Registry registry(scratch_file("killed"));
    registry.add(first(), v("0.0.1"));
    registry.promote(v("0.0.1"), wide);
    const std::size_t bytes = to_bytes(first()).size();
    Random random(20);
    std::string before = detail::read_file(registry.history_path());
    std::size_t grew = 0;
    for (std::uint32_t round = 0; round < 200; ++round) {
        const auto bytes_before = std::filesystem::file_size(registry.history_path());
        const pid_t child = in_another_process([&] {
            for (std::uint32_t n = 0;; ++n) {
                const SemanticVersion mine{1, round, n};
                registry.add(first(), mine);
                registry.shadow(mine);
                registry.promote(mine, wide);
                if (n % 2 == 1) (void)registry.roll_back();
            }
        });
        // half of the time after it has begun, for sure
        while (round % 2 == 1 && std::filesystem::file_size(registry.history_path()) == bytes_before)
            usleep(100);
        usleep(static_cast<useconds_t>(random.below(20'000)));
        REQUIRE(kill(child, SIGKILL) == 0);
        CHECK(wait_for(child) == -SIGKILL);

        const RegistryHistory history = registry.history();  // throws where a line cannot follow
        const std::string now = detail::read_file(registry.history_path());
        CHECK(now.substr(0, before.size()) == before);
        grew += history.whole_lines > before.size() ? 1 : 0;
        before = now.substr(0, history.whole_lines);
        REQUIRE(history.state.production());
        CHECK(identity(registry.load("production")) == identity(first()));
        for (const RegistryEvent& one : history.state.versions()) {
            if (std::filesystem::file_size(registry.path_of(one.version)) != bytes)
                FAIL_CHECK("another size: " << one.version.str());
        }
    }
    CHECK(grew >= 100);  // the kills came after some work, not always before it
    // and it goes on: the next writer takes away what those before it left
    registry.add(second(), v("9.0.0"));
    registry.promote(v("9.0.0"), wide);
    CHECK(is(registry.state().production(), "9.0.0"));
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(registry.folder() + "/versions")) {
        CHECK(entry.path().extension() == ".gasket");
        ++files;
    }
    // the artifact of a version may stand there whose line was never written: one a kill at most
    CHECK(files >= registry.state().versions().size());
    CHECK(files <= registry.state().versions().size() + 200);
}
