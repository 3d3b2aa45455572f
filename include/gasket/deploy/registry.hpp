#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/file.hpp"
#include "gasket/core/locked_file.hpp"
#include "gasket/deploy/gates.hpp"
#include "gasket/deploy/registry_history.hpp"
#include "gasket/deploy/semantic_version.hpp"
#include "gasket/pipeline/artifact.hpp"

namespace gasket {

/// Versions of a model in a folder: which there are, which is live, and what was live when.
///
///     Registry registry("registry");
///     registry.add(model, SemanticVersion::parse("1.1.0"), {.by = "weekly job"});
///     registry.promote(SemanticVersion::parse("1.1.0"), {.metric = "auc", .most_loss = 0.01});
///     const Model live = registry.load("production");
///     registry.roll_back();
///
/// The folder holds `versions/1.1.0.gasket`, written once and never changed, and `history.jsonl`, a line for
/// everything that ever happened. The aliases are no files of their own but what the history amounts to:
/// `production` is what was promoted last, `previous` what was live before it, a shadow what was declared
/// one. So a change is one line, added under a lock and flushed to the disk: it has happened or it has not,
/// whatever is killed and when, and the history can never say other than the aliases. A half written last
/// line is one that did not happen.
///
/// A rollback takes the live version off and brings back the one below it, so that rolling back twice goes
/// back two steps, and never forward to what was rolled back.
///
/// Writers of all processes and threads take turns; readers never wait. Every read is O(size of the history).
/// thread-safe.
class Registry {
  public:
    /// Who does something, and why.
    struct Remark {
        std::string by = "unnamed";
        std::string note = {};
    };

    /// Makes the folder where it is absent. throws FileError
    explicit Registry(std::string folder) : folder_(std::move(folder)) {
        std::error_code ec;
        std::filesystem::create_directories(folder_ + "/versions", ec);
        if (ec) {
            throw FileError(ErrorCode::file_not_writable,
                            {.expected = "a folder for a registry",
                             .found = ec.message(),
                             .where = folder_,
                             .advice = "check that its folder exists and may be written"});
        }
    }

    [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
    [[nodiscard]] std::string history_path() const { return folder_ + "/history.jsonl"; }
    /// Where the artifact of a version is, or would be.
    [[nodiscard]] std::string path_of(const SemanticVersion& which) const {
        return folder_ + "/versions/" + which.str() + ".gasket";
    }

    /// Everything that happened. throws FileError; RegistryError for a damaged history
    [[nodiscard]] RegistryHistory history() const {
        if (!std::filesystem::exists(history_path())) return {};
        return RegistryHistory::parse(detail::read_file(history_path()), history_path());
    }
    [[nodiscard]] RegistryState state() const { return history().state; }
    /// What was live at a moment, seconds since 1970-01-01 UTC.
    [[nodiscard]] std::optional<SemanticVersion> live_at(std::int64_t seconds) const {
        return history().live_at(seconds);
    }

    /// The version that a name stands for: "production", "previous", "latest" (the highest), or a version.
    /// throws RegistryError where there is none
    [[nodiscard]] SemanticVersion resolve(std::string_view name) const { return resolve(state(), name); }

    /// The model of a version; `name` as for `resolve`. Checks all that `load` checks, and that it is the
    /// very model that was added. throws RegistryError, FileError, ArtifactError
    [[nodiscard]] Model load(std::string_view name) const {
        const RegistryState now = state();
        return load(now, resolve(now, name));
    }
    [[nodiscard]] Model load(const SemanticVersion& which) const { return load(state(), which); }

    /// The version to call the next model: 1.0.0, then the next minor one.
    [[nodiscard]] SemanticVersion next_version() const {
        const RegistryState now = state();
        if (now.versions().empty()) return {1, 0, 0};
        const SemanticVersion last = highest(now);
        return {last.major, last.minor + 1, 0};
    }

    /// Registers a model under a version that is not yet taken. throws RegistryError where it is; FileError
    void add(const Model& model, const SemanticVersion& which, const Remark& remark) const {
        const std::string bytes = to_bytes(model);
        change(RegistryAction::add, remark, [&](const RegistryState& now, RegistryEvent& event) {
            event.version = which;
            event.identity = identity(model);
            if (now.find(which) != nullptr) {
                throw RegistryError(ErrorCode::version_exists,
                                    {.expected = "a new version",
                                     .found = which.str() + ", which was added on " +
                                              detail::format_datetime(now.find(which)->at),
                                     .where = folder_,
                                     .advice = "versions never change: take another number"});
            }
            detail::remove_unfinished(folder_ + "/versions");
            detail::write_file_atomically(path_of(which), bytes);
            std::error_code ec;  // a reminder to people: versions are not for writing
            std::filesystem::permissions(path_of(which),
                                         std::filesystem::perms::owner_write |
                                             std::filesystem::perms::group_write |
                                             std::filesystem::perms::others_write,
                                         std::filesystem::perm_options::remove, ec);
        });
    }
    void add(const Model& model, const SemanticVersion& which) const { add(model, which, Remark{}); }

    /// What the gates say of a version against the one that is live; changes nothing. throws RegistryError
    /// (unknown version), ArtifactError
    [[nodiscard]] GateReport check(const SemanticVersion& which, const Gates& gates = {}) const {
        return check(state(), which, gates);
    }

    /// Makes a version the live one where it passes all gates. Where it does not, that is written down too
    /// and RegistryError says why.
    GateReport promote(const SemanticVersion& which, const Gates& gates, const Remark& remark) const {
        return go_live(which, &gates, remark);
    }
    GateReport promote(const SemanticVersion& which, const Gates& gates = {}) const {
        return promote(which, gates, Remark{});
    }
    /// Makes a version live that does not pass the gates, on somebody's own account: the remark is wanted.
    /// That it can be loaded, and gets its golden rows right, is asked all the same.
    void promote_anyway(const SemanticVersion& which, const Remark& remark) const {
        (void)go_live(which, nullptr, remark);
    }

    /// Brings back the version that was live before; returns it. One step, no gates, but it must load.
    /// throws RegistryError where there is none
    SemanticVersion roll_back(const Remark& remark) const {
        SemanticVersion back;
        change(RegistryAction::roll_back, remark, [&](const RegistryState& now, RegistryEvent& event) {
            if (!now.previous()) {
                throw RegistryError(ErrorCode::not_possible, {.expected = "a version that was live before",
                                                              .found = "none",
                                                              .where = folder_,
                                                              .advice = "promote another version"});
            }
            event.version = back = *now.previous();
            (void)load(now, back);
        });
        return back;
    }
    SemanticVersion roll_back() const { return roll_back(Remark{}); }

    /// Declares a version one that scores beside the live one. throws RegistryError where it is live, or
    /// shadows already
    void shadow(const SemanticVersion& which, const Remark& remark) const {
        change(RegistryAction::shadow, remark, [&](const RegistryState& now, RegistryEvent& event) {
            event.version = which;
            (void)load(now, which);
        });
    }
    void shadow(const SemanticVersion& which) const { shadow(which, Remark{}); }
    /// throws RegistryError where it does not shadow
    void unshadow(const SemanticVersion& which, const Remark& remark) const {
        change(RegistryAction::unshadow, remark,
               [&](const RegistryState&, RegistryEvent& event) { event.version = which; });
    }
    void unshadow(const SemanticVersion& which) const { unshadow(which, Remark{}); }

  private:
    /// The one way in which anything changes: under the lock, `prepare` looks at the state as it is and fills
    /// in the event, which is then added to the history.
    template <class Prepare>
    void change(RegistryAction action, const Remark& remark, const Prepare& prepare) const {
        detail::LockedFile file(history_path());
        RegistryHistory history = RegistryHistory::parse(file.read(), history_path());
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        RegistryEvent event{
            .action = action,
            .at = std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count(),
                                         history.state.last_at()),
            .by = remark.by,
            .note = remark.note};
        prepare(history.state, event);
        const std::string wrong = history.state.apply(event);
        if (!wrong.empty()) {
            throw RegistryError(ErrorCode::not_possible,
                                {.expected = "a version for " + std::string(name_of(event.action)),
                                 .found = wrong,
                                 .where = folder_,
                                 .advice = "see what its history says"});
        }
        file.replace_after(history.whole_lines, line_of(event));
    }

    [[nodiscard]] static std::string line_of(const RegistryEvent& event) {
        return event.to_json().dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    }

    GateReport go_live(const SemanticVersion& which, const Gates* gates, const Remark& remark) const {
        GateReport report;
        change(RegistryAction::promote, remark, [&](const RegistryState& now, RegistryEvent& event) {
            event.version = which;
            const bool live = now.production() == which;
            report = live ? GateReport{} : check(now, which, gates != nullptr ? *gates : no_gates());
            event.gates = gates != nullptr ? report.to_json() : Json("none");
            if (!report.passed()) event.action = RegistryAction::refuse;
        });
        if (!report.passed()) {
            throw RegistryError(ErrorCode::gates_not_passed,
                                {.expected = "version " + which.str() + " to pass all gates",
                                 .found = report.failures(),
                                 .where = folder_,
                                 .advice = "the live version stays; see the gates"});
        }
        return report;
    }

    [[nodiscard]] static Gates no_gates() {
        return {.metric = "", .most_loss = 0, .contract = false, .most_latency_us = 0};
    }

    [[nodiscard]] GateReport check(const RegistryState& now, const SemanticVersion& which,
                                   const Gates& gates) const {
        const Model next = load(now, which);
        if (!now.production()) return check_gates(gates, next, nullptr);
        const Model live = load(now, *now.production());
        return check_gates(gates, next, &live);
    }

    [[nodiscard]] Model load(const RegistryState& now, const SemanticVersion& which) const {
        const RegistryEvent* const added = now.find(which);
        if (added == nullptr) throw_unknown(now, which.str());
        Model model = gasket::load(path_of(which));
        const std::string found = identity(model);
        if (found != added->identity) {
            throw ArtifactError(ErrorCode::artifact_checksum,
                                {.expected = "the model of identity " + added->identity.substr(0, 12) +
                                             "... that was added as " + which.str(),
                                 .found = "another one, " + found.substr(0, 12) + "...",
                                 .where = path_of(which),
                                 .advice = "put the file back that was there"});
        }
        return model;
    }

    [[nodiscard]] SemanticVersion resolve(const RegistryState& now, std::string_view name) const {
        std::optional<SemanticVersion> out;
        if (name == "production") {
            out = now.production();
        } else if (name == "previous") {
            out = now.previous();
        } else if (name == "latest") {
            if (!now.versions().empty()) out = highest(now);
        } else {
            out = SemanticVersion::parse(name);
            if (now.find(*out) == nullptr) out.reset();
        }
        if (!out) throw_unknown(now, name);
        return *out;
    }

    [[nodiscard]] static SemanticVersion highest(const RegistryState& now) {
        SemanticVersion out = now.versions().front().version;
        for (const RegistryEvent& one : now.versions()) out = std::max(out, one.version);
        return out;
    }

    [[noreturn]] void throw_unknown(const RegistryState& now, std::string_view name) const {
        std::vector<std::string> names;
        for (const RegistryEvent& one : now.versions()) names.push_back(one.version.str());
        throw RegistryError(ErrorCode::unknown_version,
                            {.expected = "a version that is there: " +
                                         (names.empty() ? "none is yet" : text::list(names, 12)),
                             .found = text::quoted(name),
                             .where = folder_,
                             .advice = "add the version, or promote one"});
    }

    std::string folder_;
};

}  // namespace gasket
