#include "gasket/deploy/registry_history.hpp"

#include "support/catch.hpp"

using namespace gasket;

namespace {

std::string line(const std::string& at, const std::string& event, const std::string& version) {
    return R"({"at":")" + at + R"(","event":")" + event + R"(","version":")" + version + R"(","by":"x"})" +
           "\n";
}
SemanticVersion v(const char* text) {
    return SemanticVersion::parse(text);
}
std::int64_t at(const char* text) {
    return *detail::parse_datetime(text);
}
bool is(const std::optional<SemanticVersion>& found, const char* expected) {
    return found && *found == v(expected);
}

const std::string story = line("2024-01-01", "add", "1.0.0") + line("2024-01-02", "promote", "1.0.0") +
                          line("2024-02-01", "add", "2.0.0") + line("2024-02-02", "shadow", "2.0.0") +
                          line("2024-03-01T12:00:00Z", "promote", "2.0.0") +
                          line("2024-03-05", "rollback", "1.0.0") + line("2024-04-01", "promote", "2.0.0");

}  // namespace

TEST_CASE("a history tells what is live, what was before, and what was live at any moment") {
    const RegistryHistory history = RegistryHistory::parse(story, "history");
    CHECK(is(history.state.production(), "2.0.0"));
    CHECK(is(history.state.previous(), "1.0.0"));
    CHECK(history.state.shadows().empty());  // what goes live no longer shadows
    CHECK_FALSE(history.live_at(at("2023-12-31")));
    CHECK_FALSE(history.live_at(at("2024-01-01")));
    CHECK(is(history.live_at(at("2024-01-02")), "1.0.0"));
    CHECK(is(history.live_at(at("2024-03-01T11:59:59Z")), "1.0.0"));
    CHECK(is(history.live_at(at("2024-03-01T12:00:00Z")), "2.0.0"));
    CHECK(is(history.live_at(at("2024-03-20")), "1.0.0"));
    CHECK(is(history.live_at(at("2030-01-01")), "2.0.0"));
}

TEST_CASE("a half written last line did not happen, wherever it was cut") {
    const std::size_t before = story.rfind('\n', story.size() - 2) + 1;
    for (std::size_t cut = before; cut < story.size(); ++cut) {
        const RegistryHistory history = RegistryHistory::parse(story.substr(0, cut), "history");
        CHECK(history.whole_lines == before);
        CHECK(is(history.state.production(), "1.0.0"));
        CHECK_FALSE(history.state.previous());
    }
}

TEST_CASE("events are read as they were written") {
    const RegistryEvent event{.action = RegistryAction::refuse,
                              .version = v("1.2.0-rc.1"),
                              .at = at("2024-05-06T07:08:09Z"),
                              .by = "Zo\u00eb",
                              .note = "a \"note\"\nof two lines",
                              .identity = "abc",
                              .gates = Json::array({1})};
    const std::string text = event.to_json().dump() + "\n";
    const RegistryHistory history =
        RegistryHistory::parse(line("2024-01-01", "add", "1.2.0-rc.1") + text, "history");
    const RegistryEvent& back = history.events.at(1);
    CHECK(back.to_json().dump() == event.to_json().dump());
    CHECK(back.note == event.note);
}

TEST_CASE("a line that is none of a history's, or cannot follow, is an error with its number") {
    const auto refused = [](const std::string& bytes) -> std::string {
        try {
            (void)RegistryHistory::parse(bytes, "history");
        } catch (const RegistryError& e) {
            CHECK(e.code() == ErrorCode::registry_damaged);
            return e.what();
        }
        return "";
    };
    using Catch::Matchers::Contains;
    CHECK_THAT(refused(story + "{\"at\": 1}\n"), Contains("history, line 8"));
    CHECK_THAT(refused(story + "\n"), Contains("line 8"));
    CHECK_THAT(refused(line("2024-01-01", "add", "1.0.0") + line("2024-01-01", "add", "1.0.0")),
               Contains("line 2") && Contains("there already"));
    CHECK_THAT(refused(line("2024-01-01", "promote", "1.0.0")), Contains("never added"));
    CHECK_THAT(refused(line("2024-01-01", "add", "1.0.0") + line("2024-01-01", "rollback", "1.0.0")),
               Contains("line 2"));
    CHECK_THAT(refused(line("2024-01-01", "add", "1.0.0") + line("2023-01-01", "promote", "1.0.0")),
               Contains("a time before"));
    CHECK_THAT(refused(line("2024-01-01", "explode", "1.0.0")), Contains("a known event"));
    CHECK_THAT(refused(line("yesterday", "add", "1.0.0")), Contains("ISO 8601"));
    CHECK_THAT(refused(line("2024-01-01", "add", "../x")), Contains("line 1"));
}
