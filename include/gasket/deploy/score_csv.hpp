#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "gasket/core/digest.hpp"
#include "gasket/core/error.hpp"
#include "gasket/core/file.hpp"
#include "gasket/core/json.hpp"
#include "gasket/core/locked_file.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/csv_writer.hpp"
#include "gasket/data/detail/ingest_run.hpp"
#include "gasket/deploy/batch.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

namespace gasket {

namespace detail {

/// A file that grows at its end, and can be taken up at an earlier size.
class GrowingFile {
  public:
    /// Keeps the first `size` bytes. throws FileError
    GrowingFile(std::string path, std::uint64_t size) : path_(std::move(path)), size_(size) {
        file_.reset(std::fopen(path_.c_str(), "ab"));
        std::error_code ec;
        if (!file_) fail(errno);
        const auto there = std::filesystem::file_size(path_, ec);
        if (ec || there < size) {
            throw FileError(ErrorCode::file_not_readable,
                            {.expected = "the " + text::grouped(static_cast<std::size_t>(size)) +
                                         " bytes that an interrupted run wrote",
                             .found = ec ? ec.message() : text::grouped(static_cast<std::size_t>(there)),
                             .where = path_,
                             .advice = "begin anew with BatchOptions.resume = false"});
        }
        std::filesystem::resize_file(path_, size, ec);
        if (ec) fail(ec.value());
    }

    void add(std::string_view bytes) {
        if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) fail(errno);
        size_ += bytes.size();
    }
    /// Through to the disk.
    void flush() {
        if (std::fflush(file_.get()) != 0) fail(errno);
#if defined(__unix__) || defined(__APPLE__)
        if (::fsync(::fileno(file_.get())) != 0) fail(errno);
#endif
    }
    [[nodiscard]] std::uint64_t size() const noexcept {
        return size_;
    }

  private:
    [[noreturn]] void fail(int error) const {
        throw FileError(ErrorCode::file_not_writable,
                        {.expected = "a file to write to",
                         .found = std::generic_category().message(error),
                         .where = path_,
                         .advice = "check that the folder exists, may be written and has room"});
    }
    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };

    std::string path_;
    std::uint64_t size_;
    std::unique_ptr<std::FILE, Close> file_;
};

/// One batch from file to file.
class CsvBatch {
  public:
    CsvBatch(const Model& model, const std::string& in, const std::string& out, const BatchOptions& options)
        : options_(options),
          in_(in),
          out_(out),
          run_(model, options),
          ingest_(in, run_.schema(), options.csv, "", run_.tolerated(), options.block_rows),
          writer_(ingest_.head().options()) {
        ingest_.require_columns();
        run_.report().extra_columns = ingest_.head().extra().size();
        find_carried();
    }

    CsvBatch(const CsvBatch&) = delete;
    CsvBatch& operator=(const CsvBatch&) = delete;
    /// What nothing can go on from is not left behind.
    ~CsvBatch() {
        std::error_code ec;
        if (lock_ && !std::filesystem::exists(checkpoint(), ec)) std::filesystem::remove(part(), ec);
    }

    [[nodiscard]] BatchReport finish() {
        hold();
        if (!take_up()) start();
        IngestBlock block;
        const std::string task = "score " + in_ + " (%)";
        run_.tell(task, static_cast<double>(place_.offset), static_cast<double>(bytes_), true);
        while (!done_) {
            run_.lap();
            done_ = !ingest_.next(block);
            if (!done_) {
                run_.lap(run_.report().read_seconds);
                write(block);
                place_ = ingest_.place();
            }
            keep();
            run_.lap(run_.report().write_seconds);
            run_.tell(task, static_cast<double>(done_ ? bytes_ : place_.offset), static_cast<double>(bytes_),
                      true);
        }
        return put_in_place();
    }

  private:
    [[nodiscard]] std::string part() const { return out_ + ".part"; }
    [[nodiscard]] std::string rejects() const { return out_ + ".rejects.csv"; }
    [[nodiscard]] std::string rejects_part() const { return out_ + ".rejects.csv.part"; }
    [[nodiscard]] std::string checkpoint() const { return out_ + ".resume"; }

    /// Which fields of a record go into the output; none given: the record as it stands.
    void find_carried() {
        const std::vector<std::string>& names = ingest_.names();
        if (!options_.carry) {
            carried_ = names;
            return;
        }
        for (const std::string& name : *options_.carry) {
            const auto at = std::find(names.begin(), names.end(), name);
            if (at == names.end()) {
                const std::string near = text::nearest(name, names);
                throw SchemaError(ErrorCode::missing_column,
                                  {.expected = "a column " + text::quoted(name) + ", to be carried over",
                                   .found = "only " + text::list(names, 30),
                                   .where = in_,
                                   .advice = near.empty() ? "name a column of the file"
                                                          : "did you mean " + text::quoted(near) + "?"});
            }
            carried_.push_back(name);
            fields_.push_back(static_cast<std::size_t>(at - names.begin()));
        }
    }

    /// One run at a time writes an output: another waits here until this one is done.
    void hold() {
        do {
            lock_ = std::make_unique<LockedFile>(part());
        } while (!lock_->in_place());
        const std::filesystem::path kept(checkpoint());
        remove_unfinished(kept.parent_path(), kept.filename().string());
    }

    /// What the input is: its size and its beginning.
    [[nodiscard]] Json input() {
        std::string head(std::size_t{1} << 16, '\0');
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(in_.c_str(), "rb"),
                                                                   &std::fclose);
        if (!file) throw_unreadable(in_, errno);
        head.resize(std::fread(head.data(), 1, head.size(), file.get()));
        std::error_code ec;
        bytes_ = std::filesystem::file_size(in_, ec);
        return json_object({{"bytes", bytes_}, {"head", hash_bytes(head)}});
    }

    /// Goes on from a checkpoint, where there is one.
    [[nodiscard]] bool take_up() {
        job_ = run_.job();
        job_["input"] = input();
        std::error_code ec;
        if (!std::filesystem::exists(checkpoint(), ec)) return false;
        if (!options_.resume) {
            std::filesystem::remove(checkpoint(), ec);
            return false;
        }
        const Json kept = json_from_text(read_file(checkpoint()));
        const Fields fields(kept, checkpoint());
        BatchRun::require_same(fields.get("job"), job_, checkpoint());
        run_.restore(fields.object("counts"));
        place_ = {fields.count("offset"), fields.count("line")};
        done_ = fields.boolean("done");
        written_ = fields.count("output");
        rejects_written_ = fields.count("rejects");
        if (done_) return true;
        file_.emplace(part(), written_);
        if (rejects_written_ > 0) rejects_file_.emplace(rejects_part(), rejects_written_);
        ingest_.go_to(place_);
        return true;
    }

    void start() {
        std::error_code ec;
        std::filesystem::remove(rejects_part(), ec);
        file_.emplace(part(), 0);
        std::string head;
        // scores of no rows have the names of those of some
        Table none;
        for (const std::string& name : carried_) none = none.with(name, Column::nothing(Kind::numeric, 0));
        const Table scores = named_apart(run_.score(no_rows()), carried_);
        for (std::size_t c = 0; c < scores.columns(); ++c)
            none = none.with(scores.name(c), Column::nothing(Kind::numeric, 0));
        writer_.header(head, none);
        file_->add(head);
    }

    [[nodiscard]] Table no_rows() const {
        Table out;
        for (const ColumnSchema& column : run_.schema())
            out = out.with(column.name, Column::nothing(column.kind(), 0));
        return out;
    }

    void write(const IngestBlock& block) {
        text_.clear();
        if (block.accepted.rows() > 0) {
            const Table scores = run_.score(block.accepted);
            for (std::size_t r = 0; r < block.raw.size(); ++r) {
                carry(block.raw[r]);
                if (!carried_.empty()) text_ += ingest_.head().dialect().delimiter;
                writer_.rows(text_, scores, r, r + 1);
            }
            file_->add(text_);
        }
        if (block.quarantined.empty()) return;
        run_.reject(block.quarantined);
        const Table rows = Quarantine{block.quarantined}.to_table();
        const CsvWriter plain{CsvOptions{}};
        text_.clear();
        if (!rejects_file_) {
            rejects_file_.emplace(rejects_part(), 0);
            plain.header(text_, rows);
        }
        plain.rows(text_, rows, 0, rows.rows());
        rejects_file_->add(text_);
    }

    /// The fields to be carried over, byte for byte.
    void carry(std::string_view raw) {
        if (!options_.carry) {
            text_ += raw;
            return;
        }
        const CsvDialect& dialect = ingest_.head().dialect();
        record_.assign(raw);  // with a NUL byte after it, as fields are read
        places_.clear();
        for (const char* p = record_.data();; ++p) {
            const char* const begin = p;
            (void)dialect.read_field(p, record_.data() + record_.size(), scratch_);
            places_.emplace_back(begin, static_cast<std::size_t>(p - begin));
            if (p == record_.data() + record_.size()) break;
        }
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            if (i > 0) text_ += dialect.delimiter;
            text_ += places_[fields_[i]];
        }
    }

    /// First what was written, then the note that it was.
    void keep() {
        file_->flush();
        written_ = file_->size();
        if (rejects_file_) {
            rejects_file_->flush();
            rejects_written_ = rejects_file_->size();
        }
        const Json note = json_object({{"gasket_batch", 1},
                                       {"job", job_},
                                       {"offset", place_.offset},
                                       {"line", place_.line},
                                       {"done", done_},
                                       {"output", written_},
                                       {"rejects", rejects_written_},
                                       {"counts", run_.state()}});
        write_file_atomically(checkpoint(), note.dump());
    }

    /// All is written: gives the files their names. Each step may be the last before an interruption, and is
    /// then found done.
    [[nodiscard]] BatchReport put_in_place() {
        file_.reset();
        rejects_file_.reset();
        const bool refused = run_.too_many_rejected();
        if (run_.report().rejected > 0) {
            rename(rejects_part(), rejects(), rejects_written_);
        } else {
            std::error_code ec;
            std::filesystem::remove(rejects(), ec);
        }
        std::error_code ec;
        if (!refused) rename(part(), out_, written_);
        flush_folder(out_);
        std::filesystem::remove(checkpoint(), ec);
        if (refused) {
            std::filesystem::remove(part(), ec);
            run_.refuse(in_, rejects());
        }
        return run_.finish();
    }

    /// Where the file is not there, or is the empty one that `hold` has made anew, it was renamed before.
    void rename(const std::string& from, const std::string& to, std::uint64_t size) const {
        std::error_code ec;
        const auto there = std::filesystem::file_size(from, ec);
        if (ec || there != size) return;
        std::filesystem::rename(from, to, ec);
        if (!ec) return;
        throw FileError(ErrorCode::file_not_writable,
                        {.expected = "a file that can be put in place",
                         .found = ec.message(),
                         .where = to,
                         .advice = "make room for it; the rows are in " + from});
    }

    const BatchOptions& options_;
    std::string in_;
    std::string out_;
    BatchRun run_;
    IngestRun ingest_;
    CsvWriter writer_;
    std::vector<std::string> carried_;
    std::vector<std::size_t> fields_;
    std::unique_ptr<LockedFile> lock_;
    Json job_;
    std::uint64_t bytes_ = 0;
    CsvStream::Place place_;
    std::uint64_t written_ = 0;
    std::uint64_t rejects_written_ = 0;
    bool done_ = false;
    std::optional<GrowingFile> file_;
    std::optional<GrowingFile> rejects_file_;
    std::string text_;
    std::string record_;
    std::string scratch_;
    std::vector<std::string_view> places_;
};

}  // namespace detail

/// Scores a CSV file of any length into another: each row as it stands and its scores beside it, in the order
/// of the input. A row that breaks the contract (BatchOptions.rules) goes to `out`.rejects.csv with its line,
/// its text and everything that is wrong with it; where there are none there is no such file.
///
///     const BatchReport report = score_csv(model, "customers.csv", "scored.csv");
///
/// `out` holds its old content or the whole new one. Until then rows are in `out`.part, and `out`.resume
/// knows how far they go: where the program was killed, the next call for the same input, model and options
/// goes on there, and the bytes of the output are those of a run without interruption. Two runs for one
/// output go one after the other.
///
/// O(rows); memory: one block of rows and some MiB of the file. throws as `ingest` for a file that cannot be
/// read, SchemaError for columns that are missing, FileError, OptionError, DataError where another batch was
/// interrupted (209) and where too many rows are rejected (207)
[[nodiscard]] inline BatchReport score_csv(const Model& model, const std::string& in, const std::string& out,
                                           const BatchOptions& options = {}) {
    return detail::CsvBatch(model, in, out, options).finish();
}

}  // namespace gasket
