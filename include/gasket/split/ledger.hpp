#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/locked_file.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/split/holdout_print.hpp"

namespace gasket {

/// One line of a ledger: a holdout that was opened.
struct LedgerEntry {
    HoldoutPrint holdout;
    /// how it was cut off: "stratified", "time", ...
    std::string method;
    /// seconds since 1970-01-01 UTC
    std::int64_t opened = 0;
    /// what it was opened for
    std::string by;

    [[nodiscard]] Json to_json() const {
        Json doc = json_object({{"opened", detail::format_datetime(opened)}, {"by", by}, {"method", method}});
        doc.update(holdout.to_json());
        return doc;
    }

    /// throws ArtifactError
    [[nodiscard]] static LedgerEntry from_json(const detail::Fields& fields) {
        const auto opened = detail::parse_datetime(fields.string("opened"));
        if (!opened) {
            detail::throw_content(fields.path() + ".opened", "an ISO 8601 time", fields.string("opened"));
        }
        return {HoldoutPrint::from_json(fields), fields.string("method"), *opened, fields.string("by")};
    }
};

/// The file that remembers every holdout that was opened, so that each is spent once, in whatever process:
/// name it in a splitter, `.ledger = "holdouts.jsonl"`. One line of JSON for each opening, only ever added
/// to; it holds fingerprints, no row.
///
/// A holdout is known again whatever the order of its rows, and when columns were added or taken away since.
/// One that merely shares rows with an earlier one (another seed, a few rows more) may be opened; the
/// evaluation says so.
///
/// Processes and threads take turns by a lock on the file; an opening is on the disk before the first row is
/// seen. O(size of the file) for each opening. thread-safe.
class Ledger {
  public:
    explicit Ledger(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// All openings, the earliest first. Makes the file where it is absent. throws FileError, SplitError (a
    /// line that is none of a ledger's)
    [[nodiscard]] std::vector<LedgerEntry> entries() const { return read(detail::LockedFile(path_)).entries; }

    /// throws SplitError where the holdout was opened before, naming when and by what; FileError
    void require_unspent(const HoldoutPrint& holdout) const { check(entries(), holdout); }

    /// Records an opening. Returns what is to be said of earlier ones that share rows with it; empty where
    /// none does. throws SplitError where the holdout was opened before; FileError
    std::string record(const HoldoutPrint& holdout, const std::string& method, const std::string& by) const {
        detail::LockedFile file(path_);
        const Content content = read(file);
        check(content.entries, holdout);
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        const LedgerEntry entry{holdout, method,
                                std::chrono::duration_cast<std::chrono::seconds>(now).count(), by};
        file.replace_after(content.whole_lines, entry.to_json().dump() + "\n");
        return overlap(content.entries, holdout);
    }

  private:
    struct Content {
        std::vector<LedgerEntry> entries;
        /// bytes up to the end of the last whole line; what follows was being written when a machine stopped,
        /// and its holdout was not opened
        std::size_t whole_lines = 0;
    };

    [[nodiscard]] Content read(const detail::LockedFile& file) const {
        const std::string bytes = file.read();
        Content content;
        for (std::size_t end = 0; (end = bytes.find('\n', content.whole_lines)) != std::string::npos;
             content.whole_lines = end + 1) {
            const std::string where =
                "ledger " + path_ + ", line " + std::to_string(content.entries.size() + 1);
            const Json line = detail::json_from_text(
                std::string_view(bytes).substr(content.whole_lines, end - content.whole_lines));
            try {
                content.entries.push_back(LedgerEntry::from_json(detail::Fields(line, where)));
            } catch (const ArtifactError& e) {
                throw SplitError(ErrorCode::ledger_damaged,
                                 {.expected = "an opened holdout in each line: " + e.parts().expected,
                                  .found = e.parts().found,
                                  .where = e.parts().where,
                                  .advice = "restore the ledger from a copy, or name another file"});
            }
        }
        return content;
    }

    void check(const std::vector<LedgerEntry>& entries, const HoldoutPrint& holdout) const {
        for (const LedgerEntry& entry : entries) {
            if (!holdout.same_rows(entry.holdout)) continue;
            throw SplitError(
                ErrorCode::holdout_spent,
                {.expected = "a holdout that was never opened",
                 .found = std::string(holdout.digest == entry.holdout.digest
                                          ? "one"
                                          : "the rows, with other columns, of one") +
                          " that was first opened " + when_and_by(entry),
                 .where = "ledger " + path_,
                 .advice = "its verdict stands: choose between models by cross-validation on the "
                           "training rows, and seal fresh rows for another verdict"});
        }
    }

    [[nodiscard]] static std::string when_and_by(const LedgerEntry& entry) {
        return "on " + detail::format_datetime(entry.opened) + " by " + entry.by;
    }

    [[nodiscard]] static std::string overlap(const std::vector<LedgerEntry>& entries,
                                             const HoldoutPrint& holdout) {
        double most = 0;
        const LedgerEntry* closest = nullptr;
        for (const LedgerEntry& entry : entries) {
            const double share = holdout.shared_with(entry.holdout);
            if (share > most) {
                most = share;
                closest = &entry;
            }
        }
        if (closest == nullptr) return "";
        return "about " + text::percent(most, most < 0.1 ? 1 : 0) +
               " of these rows were in a holdout opened " + when_and_by(*closest);
    }

    std::string path_;
};

}  // namespace gasket
