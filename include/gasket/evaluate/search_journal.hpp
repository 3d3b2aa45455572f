#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/digest.hpp"
#include "gasket/core/error.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/locked_file.hpp"
#include "gasket/data/row_digest.hpp"
#include "gasket/evaluate/metric.hpp"
#include "gasket/evaluate/search_space.hpp"
#include "gasket/split/folds.hpp"

namespace gasket::detail {

/// What the folds of one setting brought.
struct Measured {
    /// metric by metric, fold by fold
    std::vector<std::vector<double>> metrics = {};
    std::vector<double> fit_seconds = {};
    /// why it could not be fitted
    std::string failure = {};
    /// digest of the scores in the first fold
    std::string print = {};
};

/// The file that a search writes each finished trial to, and goes on from when it was interrupted: one line
/// of JSON that says what the search is, then one for each setting and share of the resource. It is the same
/// search where training rows, folds, stages, options, metrics and resource are the same; strategy and values
/// may have changed. The file is locked as long as this object lives. thread-safe.
class SearchJournal {
  public:
    /// throws ArtifactError (another search's, or a damaged line), FileError
    SearchJournal(const std::string& path, const Folds& folds, const Searched& searched,
                  const std::vector<Metric>& metrics)
        : path_(path), file_(path), fold_count_(folds.size()) {
        for (const Metric& metric : metrics) names_.emplace_back(metric.name);
        const Json header = header_of(folds, searched);
        const std::string bytes = file_.read();
        std::size_t line = 0;
        for (std::size_t end = 0; (end = bytes.find('\n', size_)) != std::string::npos; size_ = end + 1) {
            const std::string_view text = std::string_view(bytes).substr(size_, end - size_);
            const std::string where = "journal " + path + ", line " + std::to_string(++line);
            if (line == 1) {
                require_same(header, text, where);
            } else {
                read(text, where);
            }
        }
        if (line == 0) append(header);
    }

    /// What was found before, or null.
    [[nodiscard]] const Measured* find(const Json& settings, double share) const {
        const auto at = known_.find(key(settings, share));
        return at == known_.end() ? nullptr : &at->second;
    }

    /// Writes one finished trial, through to the disk. throws FileError
    void add(const Json& settings, double share, const Measured& measured) {
        Json values = Json::object();
        for (std::size_t m = 0; m < measured.metrics.size(); ++m) {
            Json folds = Json::array();
            for (const double x : measured.metrics[m]) folds.push_back(json_number(x));
            values[names_[m]] = std::move(folds);
        }
        append(json_object({{"settings", settings},
                            {"share", share},
                            {"metrics", std::move(values)},
                            {"fit_seconds", measured.fit_seconds},
                            {"failure", measured.failure},
                            {"scores", measured.print}}));
    }

    /// Refuses a journal whose trial got other scores: it is of another chain, in an option that is not among
    /// those searched. throws ArtifactError
    void require_same_scores(const Json& settings, const std::string& was, const std::string& is) const {
        if (was == is) return;
        refuse("journal " + path_, "a search of the same chain",
               "other scores in the first fold with " + settings.dump());
    }

  private:
    [[noreturn]] static void refuse(const std::string& where, std::string expected, std::string found) {
        throw ArtifactError(ErrorCode::other_search, {.expected = std::move(expected),
                                                      .found = std::move(found),
                                                      .where = where,
                                                      .advice = "name another file, or remove this one"});
    }

    static std::string key(const Json& settings, double share) {
        return settings.dump() + text::shortest(share);
    }

    static void add_numbers(Sha256& sha, std::span<const std::uint64_t> numbers) {
        for (const std::uint64_t x : numbers) {
            char bytes[8];
            for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(x >> (8 * i));
            sha.add({bytes, 8});
        }
    }

    [[nodiscard]] Json header_of(const Folds& folds, const Searched& searched) const {
        const Training& whole = folds.whole();
        Sha256 rows;
        rows.add(whole.target().to_json().dump());
        add_numbers(rows, row_digests(whole.table()));
        for (const auto values : {whole.labels(), whole.weights()}) {
            std::vector<std::uint64_t> bits;
            for (const double x : values) bits.push_back(std::bit_cast<std::uint64_t>(x));
            add_numbers(rows, bits);
        }
        Sha256 cuts;
        for (std::size_t f = 0; f < folds.size(); ++f) {
            const FoldRows fold = folds.rows(f);
            for (const auto* side : {&fold.learn, &fold.judge}) {
                add_numbers(cuts, std::vector<std::uint64_t>{side->size()});
                add_numbers(cuts, std::vector<std::uint64_t>(side->begin(), side->end()));
            }
        }
        std::vector<std::string> options;
        for (const Axis& axis : searched.axes) options.push_back(axis.name);
        return json_object({{"gasket_search", 1},
                            {"training", Sha256::to_hex(rows.finish())},
                            {"folds", Sha256::to_hex(cuts.finish())},
                            {"chain", searched.stages},
                            {"options", options},
                            {"metrics", names_},
                            {"resource", searched.resource.empty() ? "rows" : searched.resource}});
    }

    static void require_same(const Json& header, std::string_view line, const std::string& where) {
        const Json found = json_from_text(line);
        if (!found.is_object() || !found.contains("gasket_search"))
            refuse(where, "the journal of a search", "another file");
        for (const auto& [what, value] : header.items()) {
            const Json was = found.contains(what) ? found[what] : Json(nullptr);
            if (was == value) continue;
            const bool digest = value.is_string() && value.get<std::string>().size() == 64;
            refuse(where, "a search with the " + (digest ? "same " + what : what + " " + value.dump()),
                   digest ? "one with others" : was.dump());
        }
    }

    void read(std::string_view line, const std::string& where) {
        const Json doc = json_from_text(line);
        try {
            const Fields fields(doc, where);
            Measured measured{.metrics = {},
                              .fit_seconds = fields.numbers("fit_seconds"),
                              .failure = fields.string("failure"),
                              .print = fields.string("scores")};
            const Fields values = fields.object("metrics");
            if (measured.failure.empty()) {
                for (const std::string& name : names_)
                    measured.metrics.push_back(values.numbers(name.c_str(), true));
            }
            bool whole = measured.fit_seconds.size() == fold_count_;
            for (const auto& of_metric : measured.metrics) whole = whole && of_metric.size() == fold_count_;
            if (!whole)
                throw_content(where, "a number for each of the " + std::to_string(fold_count_) + " folds",
                              "others");
            known_[key(fields.get("settings"), fields.number("share"))] = std::move(measured);
        } catch (const ArtifactError& e) {
            throw ArtifactError(ErrorCode::journal_damaged,
                                {.expected = "a trial in each line: " + e.parts().expected,
                                 .found = e.parts().found,
                                 .where = e.parts().where,
                                 .advice = "remove that line: its trial will be made again"});
        }
    }

    void append(const Json& line) {
        const std::string bytes = line.dump() + "\n";
        const std::lock_guard guard(mutex_);
        file_.replace_after(size_, bytes);
        size_ += bytes.size();
    }

    std::string path_;
    LockedFile file_;
    std::mutex mutex_;
    std::size_t fold_count_;
    std::vector<std::string> names_;
    std::map<std::string, Measured> known_;
    /// bytes up to the end of the last whole line; what follows was being written when a machine stopped
    std::size_t size_ = 0;
};

}  // namespace gasket::detail
