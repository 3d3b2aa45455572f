#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/json.hpp"
#include "gasket/core/progress.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/quarantine.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/table.hpp"
#include "gasket/deploy/gates.hpp"
#include "gasket/deploy/live_drift.hpp"
#include "gasket/deploy/record_builder.hpp"
#include "gasket/monitor/drift_report.hpp"
#include "gasket/pipeline/artifact.hpp"
#include "gasket/pipeline/model.hpp"

namespace gasket {

/// How score_csv and score_sql go about a batch.
struct BatchOptions {
    /// What a row must keep to be scored, as a service has it: types and columns always, gaps unless told
    /// otherwise, labels and ranges on demand. `most_rows` plays no part.
    RecordRules rules = {};
    /// The input's columns that go into the output, as they stand, before the scores. Not given: all of a CSV
    /// file's; of a query the key alone.
    std::optional<std::vector<std::string>> carry = std::nullopt;
    /// Go on where a run for the same output was interrupted; false: begin anew.
    bool resume = true;
    /// Rows at a time: what is in memory, and what an interruption may cost.
    std::size_t block_rows = 50'000;
    /// The share of rows, 0 to 1, that may be rejected; more is an error at the end, and an output that was
    /// there before stays as it was.
    double most_rejected = 0.5;
    /// How a CSV input is written; the output is written alike, in UTF-8.
    CsvOptions csv = {};
    Progress progress = {};
};

/// What a batch came to. Counts and times are those of the whole output, over all interruptions.
struct BatchReport {
    std::size_t rows = 0;  ///< `scored` + `rejected`, always
    std::size_t scored = 0;
    std::size_t rejected = 0;
    /// rows that an earlier, interrupted run had done already
    std::size_t resumed = 0;
    std::size_t positive = 0;  ///< rows decided positive, of a binary target
    std::size_t unseen_labels = 0;
    std::size_t extra_columns = 0;  ///< columns that the model does not read
    /// rules that were broken and how often, such as "age: type"; most often first
    std::vector<std::pair<std::string, std::size_t>> reasons = {};
    double read_seconds = 0;  ///< reading and checking
    double score_seconds = 0;
    double drift_seconds = 0;  ///< counting rows in the baseline's bins
    double write_seconds = 0;  ///< writing, through to the disk
    /// of the scored rows; none where the model has no baseline
    std::optional<DriftReport> drift = std::nullopt;

    [[nodiscard]] double seconds() const noexcept {
        return read_seconds + score_seconds + drift_seconds + write_seconds;
    }
    [[nodiscard]] double rows_per_second() const noexcept {
        return seconds() > 0 ? static_cast<double>(rows) / seconds() : 0;
    }
    /// For a job: 0 where every row was scored, 2 where some were rejected.
    [[nodiscard]] int exit_code() const noexcept { return rejected == 0 ? 0 : 2; }

    [[nodiscard]] Json to_json() const {
        Json why = Json::object();
        for (const auto& [name, n] : reasons) why[name] = n;
        Json out = json_object({{"rows", rows},
                                {"scored", scored},
                                {"rejected", rejected},
                                {"resumed", resumed},
                                {"positive", positive},
                                {"unseen_labels", unseen_labels},
                                {"extra_columns", extra_columns},
                                {"reasons", std::move(why)},
                                {"rows_per_second", rows_per_second()},
                                {"seconds", json_object({{"read", read_seconds},
                                                         {"score", score_seconds},
                                                         {"drift", drift_seconds},
                                                         {"write", write_seconds}})}});
        out["drift"] = drift ? drift->to_json() : Json(nullptr);
        return out;
    }

    friend std::ostream& operator<<(std::ostream& out, const BatchReport& b) {
        const auto counted = [](std::size_t n, const char* one, const char* many) {
            return text::grouped(n) + (n == 1 ? one : many);
        };
        out << "scored " << counted(b.scored, " row", " rows");
        if (b.resumed > 0) out << " (" << text::grouped(b.resumed) << " read by an interrupted run)";
        if (b.rejected > 0) out << ", rejected " << text::grouped(b.rejected);
        out << "\n";
        constexpr std::size_t shown = 8;
        for (std::size_t i = 0; i < std::min(shown, b.reasons.size()); ++i)
            out << "  " << b.reasons[i].first << ": " << counted(b.reasons[i].second, " row", " rows")
                << "\n";
        if (b.reasons.size() > shown) out << "  and " << b.reasons.size() - shown << " other reasons\n";
        if (b.extra_columns > 0)
            out << "ignored " << counted(b.extra_columns, " column", " columns")
                << " that the model does not read\n";
        if (b.unseen_labels > 0)
            out << "met " << counted(b.unseen_labels, " cell", " cells")
                << " with a label that training had not\n";
        out << "drift: " << (b.drift ? b.drift->summary() : "not watched, the model has no baseline") << "\n"
            << "took " << text::compact(b.seconds(), 3) << " s (read " << text::compact(b.read_seconds, 3)
            << " s, score " << text::compact(b.score_seconds, 3) << " s, drift "
            << text::compact(b.drift_seconds, 3) << " s, write " << text::compact(b.write_seconds, 3)
            << " s), " << text::grouped(static_cast<std::size_t>(b.rows_per_second())) << " rows/s\n";
        return out;
    }
};

namespace detail {

/// Scores a batch block by block and keeps its counts, which can be saved and taken up again. What is common
/// to files and databases.
class BatchRun {
  public:
    BatchRun(const Model& model, const BatchOptions& options) : model_(model), options_(options) {
        require_option(options.block_rows > 0, "BatchOptions.block_rows", "0", "1 and more");
        require_option(options.most_rejected >= 0 && options.most_rejected <= 1, "BatchOptions.most_rejected",
                       text::compact(options.most_rejected), "0 to 1");
        schema_ = inputs_schema(model);
        if (!options.rules.refuse_gaps) tolerated_.push_back(Rule::gap);
        if (!options.rules.refuse_outside) tolerated_.push_back(Rule::range);
        if (!options.rules.refuse_unseen) tolerated_.push_back(Rule::label);
        if (model.section("baseline") != nullptr)
            drift_.emplace(model, std::numeric_limits<std::uint64_t>::max());
    }

    /// What the rows are read by, and which of its rules may be broken.
    [[nodiscard]] const Schema& schema() const noexcept { return schema_; }
    [[nodiscard]] const std::vector<Rule>& tolerated() const noexcept { return tolerated_; }

    /// The score columns of rows that keep the rules.
    [[nodiscard]] Table score(const Table& rows) {
        const Predictions predictions = model_.predict(rows);
        report_.scored += rows.rows();
        report_.unseen_labels += predictions.unseen_labels;
        if (model_.target().task == Task::binary) {
            for (std::size_t r = 0; r < predictions.size(); ++r)
                report_.positive += predictions.decided(r) ? 1 : 0;
        }
        Table out = predictions.table();
        lap(report_.score_seconds);
        if (drift_) {
            count(rows, predictions);
            lap(report_.drift_seconds);
        }
        return out;
    }

    void reject(std::span<const QuarantinedRow> rows) {
        report_.rejected += rows.size();
        for (const QuarantinedRow& row : rows) {
            for (const Violation& v : row.violations)
                ++reasons_[(v.column.empty() ? "" : v.column + ": ") + std::string(name_of(v.rule))];
        }
    }

    [[nodiscard]] std::size_t rows() const noexcept { return report_.scored + report_.rejected; }
    [[nodiscard]] BatchReport& report() noexcept { return report_; }

    /// Time begins anew; what passed is added to one of the report's times.
    void lap(double& to) { to += lap(); }
    double lap() {
        const auto now = Clock::now();
        const double passed = std::chrono::duration<double>(now - lap_).count();
        lap_ = now;
        return passed;
    }

    /// `done` of `total` of anything that takes the same time throughout.
    void tell(const std::string& task, double done, double total, bool percent) {
        if (!options_.progress) return;
        if (first_done_ < 0) {
            first_done_ = done;
            start_ = Clock::now();
        }
        const double passed = std::chrono::duration<double>(Clock::now() - start_).count();
        ProgressEvent event{.task = task,
                            .done = static_cast<std::size_t>(percent ? 100 * done / total : done),
                            .total = static_cast<std::size_t>(percent ? 100 : total)};
        if (total <= 0) event.done = event.total;
        event.note = text::grouped(rows()) + " rows";
        if (report_.rejected > 0) event.note += ", " + text::grouped(report_.rejected) + " rejected";
        if (done > first_done_) event.seconds_left = passed * (total - done) / (done - first_done_);
        options_.progress(event);
    }

    /// What must be the same for a run to go on where another stopped, beside the input.
    [[nodiscard]] Json job() const {
        const RecordRules& rules = options_.rules;
        return json_object(
            {{"model", identity(model_)},
             {"rules", std::vector<int>{rules.refuse_unseen, rules.refuse_outside, rules.refuse_gaps}},
             {"carry", options_.carry ? json_value(*options_.carry) : Json(nullptr)}});
    }
    [[nodiscard]] Json state() const {
        Json why = Json::object();
        for (const auto& [name, n] : reasons_) why[name] = n;
        return json_object({{"scored", report_.scored},
                            {"rejected", report_.rejected},
                            {"positive", report_.positive},
                            {"unseen_labels", report_.unseen_labels},
                            {"reasons", std::move(why)},
                            {"seconds", std::vector<double>{report_.read_seconds, report_.score_seconds,
                                                            report_.drift_seconds, report_.write_seconds}},
                            {"drift", drift_ ? drift_->state() : Json(nullptr)}});
    }
    /// throws ArtifactError
    void restore(const Fields& state) {
        report_.scored = state.count("scored");
        report_.rejected = state.count("rejected");
        report_.resumed = rows();
        report_.positive = state.count("positive");
        report_.unseen_labels = state.count("unseen_labels");
        for (const auto& [name, n] : state.object("reasons").items()) {
            if (!n.is_number_unsigned()) throw_content("reasons", "counts", n.dump());
            reasons_[name] = n.template get<std::size_t>();
        }
        const std::vector<double> seconds = state.numbers("seconds");
        if (seconds.size() != 4) throw_content("seconds", "four numbers", std::to_string(seconds.size()));
        report_.read_seconds = seconds[0];
        report_.score_seconds = seconds[1];
        report_.drift_seconds = seconds[2];
        report_.write_seconds = seconds[3];
        if (drift_) drift_->restore(state.get("drift"));
    }

    /// throws DataError where the state is that of another job
    static void require_same(const Json& was, const Json& is, const std::string& where) {
        for (const auto& [key, value] : is.items()) {
            if (was.contains(key) && was[key] == value) continue;
            throw DataError(ErrorCode::other_batch, {.expected = "an interrupted run of the same batch",
                                                     .found = "one of another " + key,
                                                     .where = where,
                                                     .advice = "finish that one, or begin anew with "
                                                               "BatchOptions.resume = false"});
        }
    }

    [[nodiscard]] bool too_many_rejected() const {
        return static_cast<double>(report_.rejected) > options_.most_rejected * static_cast<double>(rows());
    }
    [[noreturn]] void refuse(const std::string& where, const std::string& rejects) {
        const BatchReport all = finish();
        throw DataError(
            ErrorCode::too_many_bad_rows,
            {.expected = "at most " + text::percent(options_.most_rejected) + " of the rows rejected",
             .found = text::grouped(all.rejected) + " of " + text::grouped(all.rows) + " (most often " +
                      all.reasons.front().first + ")",
             .where = where,
             .advice = "see " + rejects + "; correct the input, or raise BatchOptions.most_rejected"});
    }

    [[nodiscard]] BatchReport finish() {
        report_.rows = rows();
        report_.reasons.assign(reasons_.begin(), reasons_.end());
        std::stable_sort(report_.reasons.begin(), report_.reasons.end(),
                         [](const auto& a, const auto& b) { return a.second > b.second; });
        if (drift_) {
            report_.drift = drift_->report();
            report_.drift->extra_columns = report_.extra_columns;
        }
        return report_;
    }

  private:
    using Clock = std::chrono::steady_clock;

    void count(const Table& rows, const Predictions& predictions) {
        const BoundTable bound(model_.parts().door, rows);
        constexpr std::size_t block_rows = 512;
        auto memory = bound.memory(std::min(block_rows, std::max<std::size_t>(rows.rows(), 1)));
        const std::size_t width = model_.target().outputs();
        std::size_t unseen = 0;  // the prediction has counted them
        for (std::size_t begin = 0; begin < rows.rows(); begin += block_rows) {
            const std::size_t end = std::min(rows.rows(), begin + block_rows);
            drift_->add(bound.load(begin, end, memory, unseen),
                        std::span(predictions.values).subspan(begin * width, (end - begin) * width));
        }
    }

    const Model& model_;
    const BatchOptions& options_;
    Schema schema_;
    std::vector<Rule> tolerated_;
    std::optional<LiveDrift> drift_;
    BatchReport report_;
    std::map<std::string, std::size_t> reasons_;
    Clock::time_point lap_ = Clock::now();
    Clock::time_point start_ = Clock::now();
    double first_done_ = -1;
};

/// The names that score columns take beside columns of the same name, which may be there from an earlier run.
[[nodiscard]] inline Table named_apart(const Table& scores, const std::vector<std::string>& carried) {
    std::vector<std::string> names;
    std::vector<Column> columns;
    for (std::size_t c = 0; c < scores.columns(); ++c) {
        std::string name = scores.name(c);
        while (std::find(carried.begin(), carried.end(), name) != carried.end()) name = "gasket_" + name;
        names.push_back(std::move(name));
        columns.push_back(scores.column(c));
    }
    return Table::of(std::move(names), std::move(columns));
}

}  // namespace detail
}  // namespace gasket
