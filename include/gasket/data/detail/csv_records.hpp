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
#include "gasket/data/detail/text_bytes.hpp"

namespace gasket::detail {

/// A file in memory, or a piece of it that begins with a line, and where in it something is.
struct CsvSource {
    std::string_view text;
    std::string name;
    /// the names of the columns, for messages; empty until they are known
    std::vector<std::string> columns = {};
    /// the line of the file, counted from 1, with which `text` begins; a later piece has no byte order mark
    std::size_t first_line = 1;

    /// The physical line of the byte at `offset`. O(offset): for messages.
    [[nodiscard]] std::size_t line_of(std::size_t offset) const {
        const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
        return first_line + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
    }

    /// Where the first line begins: after the byte order mark, where there is one.
    [[nodiscard]] std::size_t begin() const noexcept {
        return first_line == 1 && text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
    }

    [[nodiscard]] std::size_t line_end_after(std::size_t offset) const noexcept {
        const std::size_t found = offset < text.size() ? text.find('\n', offset) : std::string_view::npos;
        return found == std::string_view::npos ? text.size() : found + 1;
    }

    /// `more` names the column, where there is one.
    [[noreturn]] void fail(ErrorCode code, std::size_t offset, ErrorParts parts,
                           const std::string& more = "") const {
        parts.where = name + ", line " + std::to_string(line_of(offset)) + more;
        throw CsvError(code, std::move(parts));
    }

    /// For a byte that no text has: names line, byte of the line and column. O(offset).
    [[noreturn]] void fail_byte(std::size_t offset, const CsvDialect& dialect) const {
        std::string more;
        const std::size_t line = text.rfind('\n', offset) + 1;  // npos + 1 is 0
        more += ", byte " + std::to_string(offset - std::max(line, begin()) + 1);
        const std::size_t column = column_of(offset, dialect);
        if (column < columns.size()) more += ", column " + text::quoted(columns[column]);
        const bool utf16 = text.substr(0, 2) == "\xFF\xFE" || text.substr(0, 2) == "\xFE\xFF";
        if (text[offset] == '\0' || (utf16 && offset == 0)) {
            fail(ErrorCode::nul_byte, offset,
                 {.expected = "text",
                  .found = utf16 ? "the mark of UTF-16" : "a NUL byte",
                  .where = "",
                  .advice = "save the file as UTF-8 text, not UTF-16 or a spreadsheet's own format"},
                 more);
        }
        static constexpr char digits[] = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(text[offset]);
        fail(ErrorCode::bad_encoding, offset,
             {.expected = "UTF-8",
              .found = std::string("the byte 0x") + digits[byte >> 4] + digits[byte & 15],
              .where = "",
              .advice = "save the file as UTF-8, or say how it is written: CsvOptions.encoding = "
                        "Encoding::windows_1252"},
             more);
    }

  private:
    /// The number of the field in which the byte at `offset` stands.
    [[nodiscard]] std::size_t column_of(std::size_t offset, const CsvDialect& dialect) const {
        std::size_t record = begin();
        CsvQuotes quotes;
        for (std::size_t line = record; line <= offset;) {
            const std::size_t end = line_end_after(line);
            if (end > offset) break;
            if (dialect.quotes())
                dialect.follow(quotes, text.data() + record, text.data() + line, text.data() + end);
            line = end;
            if (quotes.open && !quotes.broken) continue;
            quotes = {};
            record = line;
        }
        const std::string so_far(text.substr(record, offset - record));  // with a NUL byte after it
        std::string scratch;
        return dialect.count_fields(so_far.data(), so_far.data() + so_far.size(), scratch) - 1;
    }
};

/// The quotes of the record at `offset` never close, or close and go on: names the line where the culprit
/// opens.
[[noreturn]] inline void fail_quotes(const CsvSource& source, const CsvDialect& dialect, std::size_t offset) {
    const char* const text = source.text.data();
    CsvQuotes quotes;
    for (std::size_t at = offset; at < source.text.size() && !quotes.broken;) {
        const std::size_t end = source.line_end_after(at);
        dialect.follow(quotes, text + offset, text + at, text + end);
        at = end;
    }
    const bool outside = quotes.broken && !quotes.open;
    source.fail(
        ErrorCode::unclosed_quote, static_cast<std::size_t>(quotes.at - text),
        {.expected = outside ? "quotes around whole fields" : "a closing quote",
         .found = outside         ? "a quoted part inside a field that has no quotes"
                  : quotes.broken ? "a quote that neither ends the field nor is doubled"
                                  : "the end of the file",
         .where = "",
         .advice = outside
                       ? "put a delimiter before the quote on this line, or set CsvOptions.quote = '\\0'"
                       : "close the quote that opens on this line, double it if it belongs to the text, or "
                         "set CsvOptions.quote = '\\0'"});
}

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

/// What is wrong with a record as a whole.
enum class CsvFault {
    none,
    quotes,  ///< its quotes never close, or close and go on; the record is then its first line
    bytes,   ///< a byte that no text has
};

/// The records of bytes [begin, end) of a file, one after the other; `begin` must be the start of a line.
/// Lines come from io::LineReader; those that a quote joins are put together, with the line breaks of the
/// file.
class CsvRecords {
  public:
    /// How to go about what is wrong: throw, or hand over the record with its fault.
    enum class Manner { strict, lenient };

    /// A record whose quotes are still open at `end` may go on in later bytes and is withheld. Not so, where
    /// lenient, one that begins before `decided`: it is known to go nowhere.
    CsvRecords(const CsvSource& source, const CsvDialect& dialect, std::size_t begin, std::size_t end,
               Manner manner = Manner::strict, std::size_t decided = 0)
        : source_(source),
          dialect_(dialect),
          manner_(manner),
          decided_(decided),
          at_(begin == 0 ? std::min(source.begin(), end) : begin),
          end_(end),
          lines_(source.name, std::make_unique<CsvBytes>(source.text.substr(at_, end - at_), whole_)) {
        (void)lines_.next_line();
        find_next_quote();
        find_next_bad_byte();
    }

    /// Moves to the next record, past blank lines; false at the end, or where the last record's quote is
    /// still open. throws CsvError for what is wrong with it, unless lenient
    bool next() {
        fault_ = CsvFault::none;
        do {
            if (at_ >= end_) return false;
            offset_ = at_;
            take_line();
        } while (dialect_.only_blanks({first_, static_cast<std::size_t>(last_ - first_)}));
        plain_ = whole_ && next_quote_ >= at_ && at_ > replay_until_;
        const bool whole = next_quote_ >= at_ || settle_quotes();
        if (whole && next_bad_ < at_) {
            if (manner_ == Manner::strict) source_.fail_byte(next_bad_, dialect_);
            fault_ = CsvFault::bytes;
            find_next_bad_byte();
        }
        return whole;
    }

    /// The record: [begin(), end()), with a NUL byte at end(). Valid until next().
    [[nodiscard]] const char* begin() const noexcept { return first_; }
    [[nodiscard]] const char* end() const noexcept { return last_; }
    [[nodiscard]] CsvFault fault() const noexcept { return fault_; }
    /// Whether it has no quote, and plain_margin bytes before it and record_margin after it may be looked at.
    [[nodiscard]] bool plain() const noexcept { return plain_; }
    /// Where in the file the record begins, and where the next one does.
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
    [[nodiscard]] std::size_t next_offset() const noexcept { return std::min(at_, end_); }
    /// Whether the bytes ended inside quotes.
    [[nodiscard]] bool open_at_end() const noexcept { return open_at_end_; }

  private:
    void take_line() {
        if (at_ < replay_until_) {  // the reader is past it already
            const std::size_t end = line_end();
            replayed_.assign(source_.text, at_, end - at_);
            first_ = replayed_.data();
            last_ = first_ + replayed_.size();
        } else {
            first_ = read_line();
            // the reader has put a NUL byte in place of the line break, and of a carriage return before it
            last_ = first_ + (next_bad_ == std::string_view::npos ? std::strlen(first_) : line_end() - at_);
        }
        at_ += static_cast<std::size_t>(last_ - first_);
        crlf_ = at_ < end_ && source_.text[at_] == '\r';
        at_ = std::min(at_ + (crlf_ ? 2 : 1), end_);
    }

    /// Where the line that begins here ends, without line break.
    [[nodiscard]] std::size_t line_end() const {
        const std::string_view rest = source_.text.substr(at_, end_ - at_);
        std::size_t length = std::min(rest.find('\n'), rest.size());
        if (length > 0 && rest[length - 1] == '\r') --length;
        return at_ + length;
    }

    [[nodiscard]] const char* read_line() {
        try {
            return lines_.next_line();
        } catch (const io::error::line_length_limit_exceeded&) {
            source_.fail(ErrorCode::line_too_long, at_,
                         {.expected = "lines of less than 16 MiB",
                          .found = std::to_string(line_end() - at_) + " bytes",
                          .where = "",
                          .advice = "check that the file is CSV and has line breaks"});
        }
    }

    /// Adds lines until no quote is open. False where the bytes end before.
    bool settle_quotes() {
        CsvQuotes quotes;
        dialect_.follow(quotes, first_, first_, last_);
        if (quotes.open || quotes.broken) {
            const std::size_t second = at_;
            joined_.assign(first_, last_);
            while (quotes.open && !quotes.broken && at_ < end_) {
                joined_ += crlf_ ? "\r\n" : "\n";
                const std::size_t from = joined_.size();
                take_line();
                joined_.append(first_, last_);
                dialect_.follow(quotes, joined_.data(), joined_.data() + from,
                                joined_.data() + joined_.size());
            }
            first_ = joined_.data();
            last_ = first_ + joined_.size();
            if (quotes.broken && manner_ == Manner::strict) fail_quotes(source_, dialect_, offset_);
            if (quotes.open && !quotes.broken && offset_ >= decided_) {
                open_at_end_ = true;
                return false;
            }
            if (quotes.open || quotes.broken) first_line_only(second);
        }
        find_next_quote();
        return true;
    }

    /// Takes all lines but the first back.
    void first_line_only(std::size_t second) {
        fault_ = CsvFault::quotes;
        replay_until_ = std::max(replay_until_, at_);
        at_ = second;
        joined_.resize(std::min(joined_.find('\n'), joined_.size()));
        if (!joined_.empty() && joined_.back() == '\r') joined_.pop_back();
        first_ = joined_.data();
        last_ = first_ + joined_.size();
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

    void find_next_bad_byte() {
        const std::size_t found = find_bad_byte(source_.text.substr(at_, end_ - at_));
        next_bad_ = found == std::string_view::npos ? found : at_ + found;
    }

    const CsvSource& source_;
    const CsvDialect& dialect_;
    Manner manner_;
    std::size_t decided_;
    CsvFault fault_ = CsvFault::none;
    std::size_t at_;
    std::size_t end_;
    std::size_t offset_ = 0;
    std::size_t next_quote_ = 0;
    std::size_t next_bad_ = 0;
    std::size_t replay_until_ = 0;
    const char* first_ = nullptr;
    const char* last_ = nullptr;
    bool crlf_ = false;
    bool open_at_end_ = false;
    bool whole_ = false;
    bool plain_ = false;
    std::string joined_;
    std::string replayed_;
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
    CsvQuotes quotes;
    while (end - cuts.back() > part) {
        std::size_t at = cuts.back() + part;
        do {
            const auto* const found = static_cast<const char*>(std::memchr(text + at, '\n', end - at));
            at = found == nullptr ? end : static_cast<std::size_t>(found - text) + 1;
            if (exact && dialect.quotes()) dialect.follow(quotes, text + begin, text + scanned, text + at);
            if (quotes.broken) quotes = {};  // whoever reads the part will say so
            scanned = at;
        } while (quotes.open && at < end);
        if (at >= end) break;
        cuts.push_back(at);
    }
    cuts.push_back(end);
    return cuts;
}

}  // namespace gasket::detail
