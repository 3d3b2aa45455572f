#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/detail/parse_number.hpp"

namespace gasket::detail {

/// One field of a record: its text without quotes, and whether it had them.
struct CsvField {
    std::string_view text;
    bool quoted = false;
};

/// How far the quotes of a record are settled, line by line.
struct CsvQuotes {
    bool open = false;    ///< a quoted field goes on
    bool stray = false;   ///< a quote in it, on the line where it opened, neither closes it nor is doubled
    bool broken = false;  ///< no reading makes sense of the quotes
    const char* at = nullptr;  ///< where the field opened
};

/// The grammar of one file: where fields and quotes begin and end, and which fields are missing.
///
/// A quote opens a field only at its beginning; elsewhere it is a letter like any other. It closes the field
/// where a delimiter or the end of the line follows; before anything else it belongs to the text, as writers
/// have it that do not double quotes, but only if the field then closes on the line on which it opened: a
/// quoted field that spans lines must be written by the rules.
///
/// Records are handed over with a NUL byte after their end and none inside.
class CsvDialect {
  public:
    /// What `options` leaves open is a comma, a double quote, and no escape. throws OptionError
    explicit CsvDialect(const CsvOptions& options)
        : delimiter(options.delimiter.value_or(',')),
          quote(options.quote.value_or('"')),
          escape(options.escape.value_or('\0')),
          quoted_nulls_(options.quoted_nulls) {
        const auto shown = [](char c) { return text::quoted({&c, 1}); };
        require_option(delimiter != '\n' && delimiter != '\r' && delimiter != '\0', "CsvOptions.delimiter",
                       shown(delimiter), "any byte but line breaks and NUL");
        require_option(quote != '\n' && quote != '\r' && quote != ' ' && quote != '\t', "CsvOptions.quote",
                       shown(quote), "any byte but blanks and line breaks");
        require_option(quote != delimiter, "CsvOptions.quote", shown(quote),
                       "another byte than the delimiter");
        if (escape == quote) escape = '\0';  // a quote before a quote: that is doubling it
        require_option(
            escape != '\n' && escape != '\r' && escape != delimiter && !(escape == ' ' || escape == '\t'),
            "CsvOptions.escape", shown(escape), "any byte but blanks, line breaks and the delimiter");
        // A line break is never among the blanks of a line: it stands for "none".
        blank1_ = !options.trim ? '\n' : delimiter == ' ' ? '\t' : ' ';
        blank2_ = !options.trim ? '\n' : delimiter == '\t' ? ' ' : '\t';
        for (const std::string& null : options.nulls) {
            std::string word;
            for (const char c : null) word += lower(c);
            longest_null_ = std::max(longest_null_, word.size());
            double number = 0;
            number_may_be_null_ = number_may_be_null_ || parse_whole_number(word, number);
            nulls_.push_back(std::move(word));
        }
    }

    [[nodiscard]] bool blank(char c) const noexcept { return c == blank1_ || c == blank2_; }
    [[nodiscard]] bool quotes() const noexcept { return quote != '\0'; }

    /// Whether a field means "missing".
    [[nodiscard]] bool is_null(const CsvField& field) const noexcept {
        if (field.text.empty()) return true;
        if (field.quoted && !quoted_nulls_) return false;
        if (!field.quoted && only_blanks(field.text)) return true;
        if (field.text.size() > longest_null_) return false;
        for (const std::string& null : nulls_) {
            if (same_word(field.text, null)) return true;
        }
        return false;
    }

    /// Whether a number may mean "missing" (-999): otherwise what is a number need not be asked.
    [[nodiscard]] bool number_may_be_null() const noexcept { return number_may_be_null_; }

    /// Whether a line has nothing in it.
    [[nodiscard]] bool only_blanks(std::string_view s) const noexcept {
        for (const char c : s) {
            if ((c != ' ' && c != '\t') || c == delimiter) return false;
        }
        return true;
    }

    /// Reads on in a record from `p` to `end`, the end of a line or of some lines.
    void follow(CsvQuotes& state, const char* record, const char* p, const char* end) const noexcept {
        const char* opened = state.open ? nullptr : p;  // null: on an earlier line
        const char* loose = nullptr;  // a quote inside an unquoted field that may be half of a pair
        while (p != end) {
            p = static_cast<const char*>(std::memchr(p, quote, static_cast<std::size_t>(end - p)));
            if (p == nullptr) break;
            if (!state.open) {
                state.open = begins_field(record, p);
                if (state.open) {
                    state.at = opened = p;
                } else if (pairs_beyond_delimiter(loose, record, p, end)) {
                    state.at = loose;
                    state.broken = true;
                    return;
                }
            } else if (escaped(record, p)) {
                // belongs to the text
            } else if (p + 1 != end && p[1] == quote) {
                ++p;
            } else if (closes(p + 1, end)) {
                state.open = state.stray = false;
            } else {
                state.stray = true;
                if (opened == nullptr ||
                    std::memchr(opened, '\n', static_cast<std::size_t>(p - opened)) != nullptr) {
                    state.broken = true;
                    return;
                }
            }
            ++p;
        }
        state.broken = state.open && state.stray;
    }

    /// The field that begins at `p`; moves `p` to the delimiter or the end after it. `scratch` holds the text
    /// where quotes had to be taken out of it.
    [[nodiscard]] CsvField read_field(const char*& p, const char* end, std::string& scratch) const {
        while (blank(*p)) ++p;
        if (quotes() && p != end && *p == quote) return read_quoted(p, end, scratch);
        const char* const begin = p;
        while (p != end && *p != delimiter) ++p;
        return plain_field(begin, p);
    }

    /// How many fields a record has.
    [[nodiscard]] std::size_t count_fields(const char* p, const char* end, std::string& scratch) const {
        for (std::size_t n = 1;; ++n, ++p) {
            (void)read_field(p, end, scratch);
            if (p == end) return n;
        }
    }

    /// The field [begin, end) of a record without quotes.
    [[nodiscard]] CsvField plain_field(const char* begin, const char* end) const noexcept {
        while (begin != end && blank(*begin)) ++begin;
        while (end != begin && blank(end[-1])) --end;
        return {{begin, static_cast<std::size_t>(end - begin)}, false};
    }

    char delimiter;
    char quote;
    char escape;

  private:
    /// Whether a quote at `p`, outside quotes, stands where a field begins.
    [[nodiscard]] bool begins_field(const char* record, const char* p) const noexcept {
        while (p != record && p[-1] != '\n' && blank(p[-1])) --p;
        return p == record || p[-1] == delimiter || p[-1] == '\n';
    }

    /// Whether the quote at `p`, inside an unquoted field, ends what the one at `loose` began: $25"shoes,
    /// brown", lacks a delimiter before its first quote, and would be cut in two at the comma. Keeps `loose`
    /// up to date.
    [[nodiscard]] bool pairs_beyond_delimiter(const char*& loose, const char* record, const char* p,
                                              const char* end) const noexcept {
        const auto between = [&](char c) {
            return std::memchr(loose, c, static_cast<std::size_t>(p - loose)) != nullptr;
        };
        if (loose != nullptr && !between('\n')) {
            if (between(delimiter)) return closes(p + 1, end);
            loose = nullptr;  // two in one field: 5"x3"
            return false;
        }
        const auto letter = [&](char c) { return c != ' ' && c != '\t' && c != quote; };
        const bool begins =
            p != record && letter(p[-1]) && p + 1 != end && letter(p[1]) && !closes(p + 1, end);
        loose = begins ? p : nullptr;
        return false;
    }

    /// Whether a field ends where `p` stands: a delimiter or the end of a line follows, blanks aside.
    [[nodiscard]] bool closes(const char* p, const char* end) const noexcept {
        while (p != end && (*p == ' ' || *p == '\t') && *p != delimiter) ++p;
        return p == end || *p == delimiter || *p == '\n' || (*p == '\r' && (p + 1 == end || p[1] == '\n'));
    }

    /// Whether an odd number of escapes stands before the quote at `p`.
    [[nodiscard]] bool escaped(const char* record, const char* p) const noexcept {
        if (escape == '\0') return false;
        bool odd = false;
        for (; p != record && p[-1] == escape; --p) odd = !odd;
        return odd;
    }

    [[nodiscard]] CsvField read_quoted(const char*& p, const char* end, std::string& scratch) const {
        const char* begin = ++p;
        bool pieces = false;
        scratch.clear();
        // what lies before `p` is text; `skip` letters after it are not
        const auto piece = [&](std::size_t skip) {
            scratch.append(begin, p);
            pieces = true;
            begin = p += skip;
        };
        for (;;) {
            if (escape != '\0') {
                while (p != end && *p != quote && *p != escape) ++p;
            } else {
                const auto* const at =
                    static_cast<const char*>(std::memchr(p, quote, static_cast<std::size_t>(end - p)));
                p = at == nullptr ? end : at;  // an open quote has been refused before
            }
            if (p == end) break;
            if (escape != '\0' && *p == escape) {
                if (p + 1 != end && (p[1] == quote || p[1] == escape)) piece(1);
                ++p;
            } else if (p + 1 != end && p[1] == quote) {
                ++p;
                piece(1);
            } else if (closes(p + 1, end)) {
                break;
            } else {
                ++p;
            }
        }
        const std::string_view last(begin, static_cast<std::size_t>(p - begin));
        if (p != end) ++p;
        while (p != end && *p != delimiter) ++p;  // blanks
        if (!pieces) return {last, true};
        scratch.append(last);
        return {scratch, true};
    }

    bool quoted_nulls_;
    bool number_may_be_null_ = false;
    char blank1_ = ' ';
    char blank2_ = '\t';
    std::size_t longest_null_ = 0;
    std::vector<std::string> nulls_;
};

}  // namespace gasket::detail
