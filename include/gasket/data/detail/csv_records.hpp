#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/prefault.hpp"
#include "gasket/data/detail/csv_dialect.hpp"
#include "gasket/data/detail/field_ends.hpp"
#include "gasket/data/detail/line_reader.hpp"
#include "gasket/data/detail/parse_number.hpp"

namespace gasket::detail {

/// A whole file in memory, and where in it something is.
struct CsvSource {
    std::string_view text;
    std::string name;

    /// The physical line, counted from 1, of the byte at `offset`. O(offset): for messages.
    [[nodiscard]] std::size_t line_of(std::size_t offset) const {
        const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
        return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
    }

    /// `more` names the column, where there is one.
    [[noreturn]] void fail(ErrorCode code, std::size_t offset, ErrorParts parts,
                           const std::string& more = "") const {
        parts.where = name + ", line " + std::to_string(line_of(offset)) + more;
        throw CsvError(code, std::move(parts));
    }
};

/// A part of a text as io::LineReader wants to be given it: after one line of blanks, so that whoever reads a
/// field may look at bytes before it, and with bytes after it.
class CsvBytes : public io::ByteSourceBase {
  public:
    /// `whole` tells afterwards whether the reader took all at once: then its lines stay where they are.
    CsvBytes(std::string_view bytes, bool& whole) noexcept : bytes_(bytes), whole_(whole) {}

    int read(char* to, int size) override {
        auto room = static_cast<std::size_t>(size);
        std::size_t count = 0;
        if (first_) {
            first_ = false;
            whole_ = bytes_.size() + plain_margin + record_margin < room;
            prefault(to, whole_ ? bytes_.size() + plain_margin + record_margin : room);
            std::memset(to, ' ', plain_margin - 1);
            to[plain_margin - 1] = '\n';
            count = plain_margin;
            if (whole_) std::memset(to + count + bytes_.size(), 0, record_margin);
        }
        const std::size_t taken = std::min(room - count, bytes_.size());
        std::memcpy(to + count, bytes_.data(), taken);
        bytes_.remove_prefix(taken);
        return static_cast<int>(count + taken);
    }

  private:
    std::string_view bytes_;
    bool& whole_;
    bool first_ = true;
};

/// The records of bytes [begin, end) of a file, one after the other; `begin` must be the start of a line.
/// Lines come from io::LineReader; those that a quote joins are put together, with the line breaks of the
/// file.
class CsvRecords {
  public:
    CsvRecords(const CsvSource& source, const CsvDialect& dialect, std::size_t begin, std::size_t end)
        : source_(source),
          dialect_(dialect),
          at_(begin == 0 && source.text.substr(0, end).substr(0, 3) == "\xEF\xBB\xBF" ? 3 : begin),
          end_(end),
          lines_(source.name, std::make_unique<CsvBytes>(source.text.substr(at_, end - at_), whole_)) {
        (void)lines_.next_line();
        if (const std::size_t nul = source.text.substr(begin, end - begin).find('\0');
            nul != std::string_view::npos) {
            source.fail(ErrorCode::nul_byte, begin + nul,
                        {.expected = "text",
                         .found = "a NUL byte",
                         .where = "",
                         .advice = "save the file as UTF-8 text, not UTF-16 or a spreadsheet's own format"});
        }
        find_next_quote();
    }

    /// Moves to the next record, past blank lines; false at the end, or where the last record's quote is
    /// still open.
    bool next() {
        for (;;) {
            if (at_ >= end_) return false;
            offset_ = at_;
            take_line();
            if (!dialect_.only_blanks({first_, static_cast<std::size_t>(last_ - first_)})) break;
        }
        plain_ = whole_;
        if (next_quote_ >= at_) return true;
        plain_ = false;
        const bool open = dialect_.open_quote(first_, first_, last_, false);
        const bool whole = !open || join();
        find_next_quote();
        return whole;
    }

    /// The record: [begin(), end()), with a NUL byte at end(). Valid until next().
    [[nodiscard]] const char* begin() const noexcept { return first_; }
    [[nodiscard]] const char* end() const noexcept { return last_; }
    /// Whether it has no quote, and plain_margin bytes before it and record_margin after it may be looked at.
    [[nodiscard]] bool plain() const noexcept { return plain_; }
    /// Where in the file the record begins, and where the next one does.
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
    [[nodiscard]] std::size_t next_offset() const noexcept { return std::min(at_, end_); }
    /// Whether the bytes ended inside quotes.
    [[nodiscard]] bool open_at_end() const noexcept { return open_at_end_; }

  private:
    void take_line() {
        try {
            first_ = lines_.next_line();
        } catch (const io::error::line_length_limit_exceeded&) {
            const std::string_view rest = source_.text.substr(at_, end_ - at_);
            source_.fail(ErrorCode::line_too_long, at_,
                         {.expected = "lines of less than 16 MiB",
                          .found = std::to_string(std::min(rest.find('\n'), rest.size())) + " bytes",
                          .where = "",
                          .advice = "check that the file is CSV and has line breaks"});
        }
        // the reader has put a NUL byte in place of the line break, and of a carriage return before it
        last_ = first_ + std::strlen(first_);
        at_ += static_cast<std::size_t>(last_ - first_);
        crlf_ = at_ < end_ && source_.text[at_] == '\r';
        at_ = std::min(at_ + (crlf_ ? 2 : 1), end_);
    }

    /// Adds lines until the quote that is open closes.
    bool join() {
        joined_.assign(first_, last_);
        bool open = true;
        while (open) {
            if (at_ >= end_) {
                open_at_end_ = true;
                return false;
            }
            joined_ += crlf_ ? "\r\n" : "\n";
            const std::size_t from = joined_.size();
            take_line();
            joined_.append(first_, last_);
            open = dialect_.open_quote(joined_.data(), joined_.data() + from, joined_.data() + joined_.size(),
                                       true);
        }
        first_ = joined_.data();
        last_ = first_ + joined_.size();
        return true;
    }

    /// A file without quotes is never searched twice: only the place of the next one is kept.
    void find_next_quote() {
        next_quote_ = end_;
        if (!dialect_.quotes() || at_ >= end_) return;
        const char* const text = source_.text.data();
        const auto* const found =
            static_cast<const char*>(std::memchr(text + at_, dialect_.quote, end_ - at_));
        if (found != nullptr) next_quote_ = static_cast<std::size_t>(found - text);
    }

    const CsvSource& source_;
    const CsvDialect& dialect_;
    std::size_t at_;
    std::size_t end_;
    std::size_t offset_ = 0;
    std::size_t next_quote_ = 0;
    const char* first_ = nullptr;
    const char* last_ = nullptr;
    bool crlf_ = false;
    bool open_at_end_ = false;
    bool whole_ = false;
    bool plain_ = false;
    std::string joined_;
    io::LineReader lines_;
};

/// Cuts bytes [begin, end) into parts of about `part` bytes that end with a line; returns the beginnings of
/// all parts and the end. Where `exact`, no cut falls inside quotes (a pass over the text); otherwise one
/// may.
inline std::vector<std::size_t> cut_csv(const CsvSource& source, const CsvDialect& dialect, std::size_t begin,
                                        std::size_t end, std::size_t part, bool exact) {
    std::vector<std::size_t> cuts{begin};
    const char* const text = source.text.data();
    std::size_t scanned = begin;
    bool open = false;
    while (end - cuts.back() > part) {
        std::size_t at = cuts.back() + part;
        do {
            const auto* const found = static_cast<const char*>(std::memchr(text + at, '\n', end - at));
            at = found == nullptr ? end : static_cast<std::size_t>(found - text) + 1;
            if (exact && dialect.quotes())
                open = dialect.open_quote(text + begin, text + scanned, text + at, open);
            scanned = at;
        } while (open && at < end);
        if (at >= end) break;
        cuts.push_back(at);
    }
    cuts.push_back(end);
    return cuts;
}

}  // namespace gasket::detail
