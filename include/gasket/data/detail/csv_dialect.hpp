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

/// The grammar of one file: where fields and quotes begin and end, and which fields are missing. Records are
/// handed over with a NUL byte after their end and none inside.
class CsvDialect {
  public:
    /// throws OptionError
    explicit CsvDialect(const CsvOptions& options)
        : delimiter(options.delimiter), quote(options.quote), quoted_nulls_(options.quoted_nulls) {
        const auto shown = [](char c) { return text::quoted({&c, 1}); };
        require_option(delimiter != '\n' && delimiter != '\r' && delimiter != '\0', "CsvOptions.delimiter",
                       shown(delimiter), "any byte but line breaks and NUL");
        require_option(quote != '\n' && quote != '\r' && quote != ' ' && quote != '\t', "CsvOptions.quote",
                       shown(quote), "any byte but blanks and line breaks");
        require_option(quote != delimiter, "CsvOptions.quote", shown(quote),
                       "another byte than the delimiter");
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

    /// Whether a quote at `p`, outside quotes, stands where a field begins.
    [[nodiscard]] bool begins_field(const char* record, const char* p) const noexcept {
        while (p != record && p[-1] != '\n' && blank(p[-1])) --p;
        return p == record || p[-1] == delimiter || p[-1] == '\n';
    }

    /// Reads on in a record from `p`; tells whether a quote is open at `end`, given whether one was at `p`. A
    /// quote opens a field only at its beginning; elsewhere it is a character like any other.
    [[nodiscard]] bool open_quote(const char* record, const char* p, const char* end,
                                  bool open) const noexcept {
        while (p != end) {
            p = static_cast<const char*>(std::memchr(p, quote, static_cast<std::size_t>(end - p)));
            if (p == nullptr) return open;
            if (open) {
                if (p + 1 != end && p[1] == quote) {
                    ++p;
                } else {
                    open = false;
                }
            } else {
                open = begins_field(record, p);
            }
            ++p;
        }
        return open;
    }

    /// The field that begins at `p`; moves `p` to the delimiter or the end after it. `scratch` holds the text
    /// where quotes had to be taken out of it.
    [[nodiscard]] CsvField read_field(const char*& p, const char* end, std::string& scratch) const {
        while (blank(*p)) ++p;
        if (quotes() && p != end && *p == quote) return read_quoted(p, end, scratch);
        const char* const begin = p;
        while (p != end && *p != delimiter) ++p;
        return {trimmed_end(begin, p), false};
    }

    /// The field [begin, end) of a record without quotes.
    [[nodiscard]] CsvField plain_field(const char* begin, const char* end) const noexcept {
        while (begin != end && blank(*begin)) ++begin;
        return {trimmed_end(begin, end), false};
    }

    char delimiter;
    char quote;

  private:
    [[nodiscard]] std::string_view trimmed_end(const char* begin, const char* end) const noexcept {
        while (end != begin && blank(end[-1])) --end;
        return {begin, static_cast<std::size_t>(end - begin)};
    }

    [[nodiscard]] CsvField read_quoted(const char*& p, const char* end, std::string& scratch) const {
        const char* begin = ++p;
        bool pieces = false;
        scratch.clear();
        for (;;) {
            const auto* const at =
                static_cast<const char*>(std::memchr(p, quote, static_cast<std::size_t>(end - p)));
            p = at == nullptr ? end : at;  // an open quote has been refused before
            if (at == nullptr || p + 1 == end || p[1] != quote) break;
            scratch.append(begin, p + 1);
            pieces = true;
            begin = p += 2;
        }
        const char* const close = p;
        if (p != end) ++p;
        const char* const tail = p;
        while (p != end && *p != delimiter) ++p;
        const std::string_view rest =
            trimmed_end(tail, p);  // text after the closing quote belongs to the field
        if (!pieces && rest.empty()) return {{begin, static_cast<std::size_t>(close - begin)}, true};
        scratch.append(begin, close);
        scratch.append(rest);
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
