#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/file.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/detail/csv_builder.hpp"
#include "gasket/data/detail/csv_head.hpp"
#include "gasket/data/detail/csv_records.hpp"
#include "gasket/data/detail/csv_segment.hpp"
#include "gasket/data/detail/text_bytes.hpp"
#include "gasket/data/schema.hpp"
#include "gasket/data/table.hpp"

namespace gasket::detail {

/// Reads a file under a schema from front to end and keeps no more of it than a window, which grows only for
/// a record that does not fit. Records, fields and values are read by the code that reads whole files.
class CsvStream {
  public:
    /// `window` is how many bytes are fetched at a time. throws FileError, CsvError, SchemaError, OptionError
    CsvStream(const std::string& path, const Schema& schema, const CsvOptions& options,
              std::size_t window = std::size_t{1} << 20)
        : source_{{}, path}, encoding_(options.encoding), window_(window) {
        std::error_code ec;
        if (std::filesystem::is_directory(path, ec)) throw_unreadable(path, 0);
        file_.reset(std::fopen(path.c_str(), "rb"));
        if (!file_) throw_unreadable(path, errno);
        for (;;) {
            fetch();
            try {
                head_.emplace(source_, options, &schema);
                break;
            } catch (const CsvError&) {
                if (at_end_ || bytes_.size() > record_limit)
                    throw;  // else the header may be longer than the window
                source_.columns.clear();
            }
        }
        next_ = head_->begin();
        unread_ = true;
    }
    CsvStream(const CsvStream&) = delete;
    CsvStream& operator=(const CsvStream&) = delete;

    [[nodiscard]] const CsvHead& head() const noexcept { return *head_; }
    /// What the last call of `read` with a trouble looked at; offsets of the trouble are places in it.
    [[nodiscard]] const CsvSource& source() const noexcept { return source_; }

    /// Reads up to `most` records into the segment; false where there are none left. With a `trouble`, which
    /// is given empty, fewer may come, so that all lie in the window.
    [[nodiscard]] bool read(CsvSegment& segment, std::size_t most, CsvTrouble* trouble = nullptr) {
        const auto done = [&] { return segment.rows() + (trouble == nullptr ? 0 : trouble->broken.size()); };
        segment.start(head_->columns());
        while (done() < most) {
            if (!records_ && !advance(trouble != nullptr)) break;
            segment.read(*records_, source_, head_->dialect(), head_->columns(), most, trouble);
            if (segment.error) std::rethrow_exception(segment.error);
            if (done() == most) break;
            open_ = segment.open_at_end;
            next_ = open_ ? segment.open_offset : end_;
            records_.reset();
            if (trouble != nullptr && done() > 0) break;
        }
        return done() > 0;
    }

    /// A place between two records: bytes of the file before it, and the line that begins there.
    struct Place {
        std::uint64_t offset = 0;
        std::size_t line = 1;
    };
    /// Where the record begins that the next `read` would read first, after one that filled `segment`.
    [[nodiscard]] Place place(const CsvSegment& segment) const {
        const std::size_t at = records_ ? segment.end_offset : next_;
        return {dropped_ + bytes_in_file(std::string_view(bytes_).substr(0, at)), source_.line_of(at)};
    }
    /// Goes to a place that another object found in the same file, read alike. throws FileError
    void go_to(const Place& place) {
        // one byte before: readers want the end of the line before them
        if (place.offset == 0) return;
        if (std::fseek(file_.get(), static_cast<long>(place.offset - 1), SEEK_SET) != 0)
            throw_unreadable(source_.name, errno);
        bytes_.clear();
        source_.text = {};
        source_.first_line = place.line - 1;
        dropped_ = place.offset - 1;
        records_.reset();
        next_ = 1;
        end_ = 0;
        unread_ = open_ = at_end_ = false;
    }

    /// The rows of a segment as a table of the schema's columns.
    [[nodiscard]] Table table(const CsvSegment& segment) const {
        std::vector<std::string> names;
        std::vector<Column> columns;
        for (const CsvOutput& output : head_->outputs()) {
            names.push_back(output.name);
            if (!output.column) {
                columns.push_back(Column::nothing(output.kind, segment.rows()));
                continue;
            }
            const CsvColumn& column = head_->columns()[*output.column];
            CsvBuilder builder(column.mode, segment.rows());
            builder.append(segment, *output.column, 0);
            columns.push_back(builder.finish(column));
        }
        return Table::of(std::move(names), std::move(columns));
    }

  private:
    /// A record may be as long as a line.
    static constexpr std::size_t record_limit = std::size_t{1} << 24;

    /// Moves the window to where reading goes on; false at the end of the file.
    [[nodiscard]] bool advance(bool lenient) {
        if (!unread_) {
            drop_read();
            fetch();
        }
        unread_ = false;
        while (!at_end_ && end_ <= next_) fetch();
        if (next_ >= end_) return false;
        std::size_t decided = at_end_ ? end_ : 0;
        if (open_ && bytes_.size() > record_limit) {
            if (!lenient) {
                source_.fail(ErrorCode::line_too_long, next_,
                             {.expected = "records of less than 16 MiB",
                              .found = "a quote that is still open after " + text::bytes(bytes_.size()),
                              .where = "",
                              .advice = "close the quote that opens on this line"});
            }
            decided = std::max(decided, next_ + 1);
        }
        records_.emplace(source_, head_->dialect(), next_, end_,
                         lenient ? CsvRecords::Manner::lenient : CsvRecords::Manner::strict, decided);
        return true;
    }

    /// Takes out of the window what has been read, up to the line break before the rest: CsvRecords wants
    /// that.
    void drop_read() {
        if (next_ < 2) return;
        source_.first_line = source_.line_of(next_) - 1;
        dropped_ += bytes_in_file(std::string_view(bytes_).substr(0, next_ - 1));
        bytes_.erase(0, next_ - 1);
        next_ = 1;
    }

    /// Every byte of the other encodings has become one character.
    [[nodiscard]] std::size_t bytes_in_file(std::string_view text) const {
        if (encoding_ == Encoding::utf8) return text.size();
        return static_cast<std::size_t>(std::count_if(
            text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    }

    /// Adds a window's worth of bytes, or as many as there are already: a record that does not fit is read
    /// again, and so not too often.
    void fetch() {
        const std::size_t wanted = std::max(window_, bytes_.size());
        std::string more(wanted, '\0');
        more.resize(std::fread(more.data(), 1, wanted, file_.get()));
        if (more.size() < wanted) {
            if (std::ferror(file_.get()) != 0) throw_unreadable(source_.name, errno);
            at_end_ = true;
        }
        if (first_fetch_) {
            first_fetch_ = false;
            if (more.substr(0, 3) == "\xEF\xBB\xBF") encoding_ = Encoding::utf8;
            returns_only_ = more.find('\n') == std::string::npos && more.find('\r') != std::string::npos;
        }
        if (returns_only_) std::replace(more.begin(), more.end(), '\r', '\n');
        bytes_ += encoding_ == Encoding::utf8 ? more : to_utf8(more, encoding_ == Encoding::windows_1252);
        end_ = bytes_.rfind('\n') + 1;  // npos + 1 is 0
        // a line without end goes to the reader, which says what is wrong with it
        if (at_end_ || (end_ <= next_ && bytes_.size() > 2 * record_limit)) end_ = bytes_.size();
        source_.text = std::string_view(bytes_).substr(0, end_);
    }

    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };

    CsvSource source_;
    Encoding encoding_;
    std::size_t window_;
    std::unique_ptr<std::FILE, Close> file_;
    std::string bytes_;
    std::size_t next_ = 0;       // where reading goes on once `records_` ends
    std::size_t end_ = 0;        // of whole lines
    std::uint64_t dropped_ = 0;  // bytes of the file before the window
    bool unread_ = false;        // nothing of the window has been read but the header
    bool open_ = false;          // the record at `next_` went beyond the window
    bool at_end_ = false;
    bool first_fetch_ = true;
    bool returns_only_ = false;
    std::optional<CsvHead> head_;
    std::optional<CsvRecords> records_;
};

}  // namespace gasket::detail
