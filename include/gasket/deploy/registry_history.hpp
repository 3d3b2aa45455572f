#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/deploy/semantic_version.hpp"

namespace gasket {

/// What can happen in a registry.
enum class RegistryAction {
    add,        ///< a version was registered
    promote,    ///< a version went live
    refuse,     ///< a version was to go live and did not pass the gates
    roll_back,  ///< the version that was live before went live again
    shadow,     ///< a version began to score beside the live one
    unshadow,   ///< and ceased to
};

namespace detail {
inline constexpr std::array<std::string_view, 6> registry_action_names = {"add",      "promote", "refuse",
                                                                          "rollback", "shadow",  "unshadow"};
}  // namespace detail

[[nodiscard]] constexpr std::string_view name_of(RegistryAction action) noexcept {
    return detail::registry_action_names[static_cast<std::size_t>(action)];
}

/// One line of a registry's history.
struct RegistryEvent {
    RegistryAction action = RegistryAction::add;
    /// the version added, gone live (also by a rollback), refused, or shadowing
    SemanticVersion version = {};
    /// seconds since 1970-01-01 UTC; never before that of the line above
    std::int64_t at = 0;
    /// who or what did it
    std::string by = {};
    /// why
    std::string note = {};
    /// add: the model's `identity`
    std::string identity = {};
    /// promote and refuse: what every gate found; null elsewhere
    Json gates = nullptr;

    [[nodiscard]] Json to_json() const {
        Json out = json_object({{"at", detail::format_datetime(at)},
                                {"event", name_of(action)},
                                {"version", version.str()},
                                {"by", by}});
        if (!note.empty()) out["note"] = note;
        if (!identity.empty()) out["identity"] = identity;
        if (!gates.is_null()) out["gates"] = gates;
        return out;
    }

    /// throws ArtifactError, RegistryError
    [[nodiscard]] static RegistryEvent from_json(const detail::Fields& fields) {
        RegistryEvent out;
        const auto& names = detail::registry_action_names;
        const auto name = std::find(names.begin(), names.end(), fields.string("event"));
        if (name == names.end())
            detail::throw_content(fields.path() + ".event", "a known event", fields.string("event"));
        out.action = static_cast<RegistryAction>(name - names.begin());
        const auto at = detail::parse_datetime(fields.string("at"));
        if (!at) detail::throw_content(fields.path() + ".at", "an ISO 8601 time", fields.string("at"));
        out.at = *at;
        out.version = SemanticVersion::parse(fields.string("version"));
        out.by = fields.string("by");
        if (fields.has("note")) out.note = fields.string("note");
        if (fields.has("identity")) out.identity = fields.string("identity");
        if (fields.has("gates")) out.gates = fields.get("gates");
        return out;
    }
};

/// What a history amounts to: the versions there are, what is live, what was live before, what shadows.
/// Everything is told by the events, so that history and state cannot disagree. A value.
class RegistryState {
  public:
    /// In the order in which they were added.
    [[nodiscard]] const std::vector<RegistryEvent>& versions() const noexcept { return versions_; }
    [[nodiscard]] const RegistryEvent* find(const SemanticVersion& which) const noexcept {
        const auto it = std::find_if(versions_.begin(), versions_.end(),
                                     [&](const RegistryEvent& one) { return one.version == which; });
        return it == versions_.end() ? nullptr : &*it;
    }

    [[nodiscard]] std::optional<SemanticVersion> production() const { return from_top(0); }
    /// What a rollback would bring back.
    [[nodiscard]] std::optional<SemanticVersion> previous() const { return from_top(1); }
    [[nodiscard]] const std::vector<SemanticVersion>& shadows() const noexcept { return shadows_; }
    [[nodiscard]] bool is_shadow(const SemanticVersion& which) const noexcept {
        return std::find(shadows_.begin(), shadows_.end(), which) != shadows_.end();
    }
    /// The time of the last event; 0 before the first.
    [[nodiscard]] std::int64_t last_at() const noexcept { return last_at_; }

    /// Takes an event in. Returns what makes it impossible here, and then changes nothing; empty where all is
    /// well.
    [[nodiscard]] std::string apply(const RegistryEvent& event) {
        if (event.at < last_at_) return "a time before that of the event before it";
        const bool known = find(event.version) != nullptr;
        if (event.action == RegistryAction::add) {
            if (known) return "version " + event.version.str() + ", which is there already";
            versions_.push_back(event);
        } else if (!known) {
            return "version " + event.version.str() + ", which was never added";
        }
        switch (event.action) {
            case RegistryAction::add:
            case RegistryAction::refuse:
                break;
            case RegistryAction::promote:
                if (production() == event.version) return event.version.str() + ", which is live already";
                live_.push_back(event.version);
                std::erase(shadows_, event.version);
                break;
            case RegistryAction::roll_back:
                if (previous() != event.version)
                    return event.version.str() + ", which was not live before the live one";
                live_.pop_back();
                std::erase(shadows_, event.version);
                break;
            case RegistryAction::shadow:
                if (is_shadow(event.version)) return event.version.str() + ", which shadows already";
                if (production() == event.version) return event.version.str() + ", which is live";
                shadows_.push_back(event.version);
                break;
            case RegistryAction::unshadow:
                if (!is_shadow(event.version)) return event.version.str() + ", which does not shadow";
                std::erase(shadows_, event.version);
                break;
        }
        last_at_ = event.at;
        return "";
    }

  private:
    [[nodiscard]] std::optional<SemanticVersion> from_top(std::size_t depth) const {
        if (live_.size() <= depth) return std::nullopt;
        return live_[live_.size() - 1 - depth];
    }

    std::vector<RegistryEvent> versions_;
    std::vector<SemanticVersion> live_;  // the live one last; a rollback takes it off
    std::vector<SemanticVersion> shadows_;
    std::int64_t last_at_ = 0;
};

/// All events of a registry, the earliest first, and what they amount to.
struct RegistryHistory {
    std::vector<RegistryEvent> events = {};
    RegistryState state = {};
    /// bytes up to the end of the last whole line; what follows was being written when a machine stopped, and
    /// did not happen
    std::size_t whole_lines = 0;

    /// What was live at a moment, seconds since 1970-01-01 UTC. O(events)
    [[nodiscard]] std::optional<SemanticVersion> live_at(std::int64_t seconds) const {
        RegistryState then;
        for (const RegistryEvent& event : events) {
            if (event.at > seconds) break;
            (void)then.apply(event);
        }
        return then.production();
    }

    /// Reads lines of JSON; `where` names their file. throws RegistryError for a line that is none of a
    /// history's, or cannot follow those above it
    [[nodiscard]] static RegistryHistory parse(std::string_view bytes, const std::string& where) {
        RegistryHistory out;
        for (std::size_t end = 0; (end = bytes.find('\n', out.whole_lines)) != std::string_view::npos;
             out.whole_lines = end + 1) {
            const std::string line = where + ", line " + std::to_string(out.events.size() + 1);
            std::string wrong;
            try {
                const Json json =
                    detail::json_from_text(bytes.substr(out.whole_lines, end - out.whole_lines));
                out.events.push_back(RegistryEvent::from_json(detail::Fields(json, "event")));
                wrong = out.state.apply(out.events.back());
            } catch (const Error& e) {
                wrong = e.what();
            }
            if (wrong.empty()) continue;
            throw RegistryError(ErrorCode::registry_damaged,
                                {.expected = "an event that can follow those above it",
                                 .found = wrong,
                                 .where = line,
                                 .advice = "restore the file from a copy; nothing was changed"});
        }
        return out;
    }
};

}  // namespace gasket
