#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gasket/core/numeric.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// An answer as it goes into the log.
struct LoggedPrediction {
    std::string id;                   ///< of the answer; labels come back under it
    std::int64_t at = 0;              ///< seconds since 1970-01-01 UTC
    std::string version;              ///< of the model that answered
    std::string role = "production";  ///< or "shadow"
    double score =
        missing;  ///< probability of the decision's positive class, of the likeliest class, or the number
    std::string decision = {};  ///< label; empty for regression
    std::string record = {};    ///< what was asked, as JSON; empty where it is not kept
};

/// What became of a label.
enum class FeedbackStatus {
    accepted,     ///< it stands beside its prediction now
    repeated,     ///< the same label was there already
    conflicting,  ///< another label was there already, and stays
    unknown,      ///< no prediction has that id
};

[[nodiscard]] constexpr std::string_view name_of(FeedbackStatus status) noexcept {
    switch (status) {
        case FeedbackStatus::accepted:
            return "accepted";
        case FeedbackStatus::repeated:
            return "repeated";
        case FeedbackStatus::conflicting:
            return "conflicting";
        case FeedbackStatus::unknown:
            return "unknown";
    }
    return "";
}

/// How far a log has come.
struct PredictionLogCounts {
    std::uint64_t taken = 0;    ///< given to `add` and not dropped
    std::uint64_t written = 0;  ///< in the database, for good
    std::uint64_t dropped = 0;  ///< turned away at a full queue
    std::uint64_t failed = 0;   ///< lost because the database refused them; `last_error` says why
    std::size_t waiting = 0;
};

/// Where a service puts its answers, and the labels that come back for them. thread-safe.
class AnswerLog {
  public:
    virtual ~AnswerLog() = default;
    /// False where it was dropped. Must not wait: it is called before the answer goes out.
    virtual bool add(LoggedPrediction prediction) = 0;
    /// `at` in seconds since 1970-01-01 UTC. May wait. throws Error
    virtual FeedbackStatus feedback(const std::string& id, const std::string& label, std::int64_t at) = 0;
    /// The latest `most` labelled answers of a version in production: at, score, decision, label, the
    /// earliest first. A log that cannot tell has none. May wait. throws Error
    [[nodiscard]] virtual Table latest_labelled(const std::string& /*version*/, std::size_t /*most*/) {
        return {};
    }
    [[nodiscard]] virtual PredictionLogCounts counts() const = 0;
    /// What last went wrong; empty where nothing did.
    [[nodiscard]] virtual std::string last_error() const = 0;
};

}  // namespace gasket
