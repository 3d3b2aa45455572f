#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/detail/csv_dialect.hpp"
#include "gasket/data/detail/csv_records.hpp"
#include "gasket/data/detail/field_ends.hpp"
#include "gasket/data/detail/label_pool.hpp"
#include "gasket/data/detail/parse_number.hpp"

namespace gasket::detail {

/// How the fields of a column are read in one pass over the file.
enum class FieldMode { skip, unknown, number, integer, boolean, time, label };

/// A column's name and mode. `declared` types are the user's: a field that does not fit is an error, while a
/// guessed type that does not fit is only a wrong guess.
struct CsvColumn {
    std::string name;
    FieldMode mode = FieldMode::unknown;
    bool declared = false;
};

/// The kinds of value that a column holds, as bits: more than one means labels.
enum ValueKind : unsigned { number_value = 1, boolean_value = 2, time_value = 4, label_value = 8 };

[[nodiscard]] inline std::optional<bool> parse_boolean(std::string_view s) noexcept {
    if (same_word(s, "true")) return true;
    if (same_word(s, "false")) return false;
    return std::nullopt;
}

[[nodiscard]] inline ValueKind kind_of_value(std::string_view s) {
    double x = 0;
    if (parse_whole_number(s, x))
        return is_digit_code(s.data(), s.data() + s.size()) ? label_value : number_value;
    if (parse_boolean(s)) return boolean_value;
    return parse_datetime(s) ? time_value : label_value;
}

/// The mode that suits all of a column's values; a column with none stays unknown.
[[nodiscard]] inline FieldMode mode_for(unsigned kinds) noexcept {
    return kinds == 0               ? FieldMode::unknown
           : kinds == number_value  ? FieldMode::number
           : kinds == boolean_value ? FieldMode::boolean
           : kinds == time_value    ? FieldMode::time
                                    : FieldMode::label;
}

/// The records of one part of a file as columns. Kept and used again for other parts: then it allocates
/// little.
class CsvSegment {
  public:
    struct Values {
        std::vector<double> numbers;
        std::vector<std::int64_t> seconds;
        std::vector<std::int32_t> codes;
        LabelPool labels;
        unsigned kinds = 0;   // of an unknown column
        bool failed = false;  // a guess that did not hold
    };

    /// Reads records until `most` or the end. What is wrong with them is kept in `error`, for the caller to
    /// judge: a part cut inside quotes is all errors.
    void read(CsvRecords& records, const CsvSource& source, const CsvDialect& dialect,
              const std::vector<CsvColumn>& columns, std::size_t most = static_cast<std::size_t>(-1)) {
        rows_ = 0;
        error = nullptr;
        values_.resize(columns.size());
        for (Values& v : values_) {
            v.labels.clear();
            v.kinds = 0;
            v.failed = false;
        }
        reserve(columns, std::max<std::size_t>(capacity_, 256));
        try {
            while (rows_ < most && records.next()) {
                if (rows_ == capacity_) reserve(columns, capacity_ * 2);
                read_record(records, source, dialect, columns);
                ++rows_;
            }
        } catch (...) {
            error = std::current_exception();
        }
        open_at_end = records.open_at_end();
        end_offset = records.next_offset();
        open_offset = records.offset();
    }

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] const Values& operator[](std::size_t c) const noexcept { return values_[c]; }
    [[nodiscard]] const double* numbers(std::size_t c) const noexcept {
        return values_[c].numbers.data() + skew(c);
    }
    [[nodiscard]] const std::int64_t* seconds(std::size_t c) const noexcept {
        return values_[c].seconds.data() + skew(c);
    }
    [[nodiscard]] const std::int32_t* codes(std::size_t c) const noexcept {
        return values_[c].codes.data() + skew(c);
    }

    std::exception_ptr error;
    bool open_at_end = false;
    std::size_t end_offset = 0;
    std::size_t open_offset = 0;

  private:
    /// Large buffers all begin at the same place of a page: without this, the writes of one record would fall
    /// into the same few lines of the cache.
    static constexpr std::size_t skew(std::size_t c) noexcept { return c % 64 * 8; }

    void reserve(const std::vector<CsvColumn>& columns, std::size_t rows) {
        capacity_ = rows;
        targets_.assign(columns.size(), nullptr);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            switch (columns[c].mode) {
                case FieldMode::number:
                case FieldMode::integer:
                case FieldMode::boolean:
                    values_[c].numbers.resize(rows + 512);
                    targets_[c] = values_[c].numbers.data() + skew(c);
                    break;
                case FieldMode::time:
                    values_[c].seconds.resize(rows + 512);
                    break;
                case FieldMode::label:
                    values_[c].codes.resize(rows + 512);
                    break;
                case FieldMode::skip:
                case FieldMode::unknown:
                    break;
            }
        }
    }

    void read_record(CsvRecords& records, const CsvSource& source, const CsvDialect& dialect,
                     const std::vector<CsvColumn>& columns) {
        const char* p = records.begin();
        const char* const end = records.end();
        if (records.plain()) {
            if (ends_.find(p, end, dialect.delimiter, columns.size()) != columns.size())
                fail_ragged(records, source, dialect, columns.size());
            const char* const begin = p;
            for (std::size_t c = 0; c < columns.size(); ++c) {
                const char* const last = begin + ends_[c];
                read_plain(c, p, last, records, source, dialect, columns[c]);
                p = last + 1;
            }
            return;
        }
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (c > 0) {
                if (p == end) fail_ragged(records, source, dialect, columns.size());
                ++p;
            }
            const CsvField field = dialect.read_field(p, end, scratch_);
            if (columns[c].mode != FieldMode::skip) store(c, field, records, source, dialect, columns[c]);
        }
        if (p != end) fail_ragged(records, source, dialect, columns.size());
    }

    /// The field [begin, end) of a plain record.
    void read_plain(std::size_t c, const char* begin, const char* end, const CsvRecords& records,
                    const CsvSource& source, const CsvDialect& dialect, const CsvColumn& column) {
        if (column.mode == FieldMode::number && parse_plain_number(begin, end, targets_[c][rows_]) &&
            !dialect.number_may_be_null())
            return;
        if (column.mode != FieldMode::skip)
            store(c, dialect.plain_field(begin, end), records, source, dialect, column);
    }

    void store(std::size_t c, const CsvField& field, const CsvRecords& records, const CsvSource& source,
               const CsvDialect& dialect, const CsvColumn& column) {
        Values& v = values_[c];
        const std::size_t at = skew(c) + rows_;
        bool fits = true;
        if (column.mode == FieldMode::number && !field.quoted && !dialect.number_may_be_null()) {
            double x = missing;
            const std::string_view s = without_blanks(field.text);
            if (parse_whole_number(s, x) &&
                (column.declared || !is_digit_code(s.data(), s.data() + s.size()))) {
                v.numbers[at] = x;
                return;
            }
        }
        const bool null = dialect.is_null(field);
        switch (column.mode) {
            case FieldMode::number:
            case FieldMode::integer: {
                double x = missing;
                if (!null) {
                    const std::string_view s = without_blanks(field.text);
                    fits = parse_whole_number(s, x);
                    if (column.mode == FieldMode::integer) {
                        fits = fits && x == std::floor(x) && std::abs(x) <= 0x1.0p53;
                    } else if (!column.declared) {
                        fits = fits && !is_digit_code(s.data(), s.data() + s.size());
                    }
                }
                v.numbers[at] = x;
                break;
            }
            case FieldMode::boolean: {
                double x = missing;
                if (!null) {
                    const auto value =
                        column.declared ? declared_boolean(field.text) : parse_boolean(field.text);
                    fits = value.has_value();
                    x = value.value_or(false) ? 1 : 0;
                }
                v.numbers[at] = x;
                break;
            }
            case FieldMode::time: {
                const auto value = null ? missing_time : parse_datetime(without_blanks(field.text));
                fits = value.has_value();
                v.seconds[at] = value.value_or(missing_time);
                break;
            }
            case FieldMode::label:
                v.codes[at] = null ? missing_code : v.labels.add(field.text);
                break;
            case FieldMode::unknown:
                if (!null) v.kinds |= kind_of_value(without_blanks(field.text));
                break;
            case FieldMode::skip:
                break;
        }
        if (!fits && column.declared) fail_value(field, records, source, column);
        v.failed = v.failed || !fits;
    }

    static std::string_view without_blanks(std::string_view s) noexcept {
        while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
        while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
        return s;
    }

    static std::optional<bool> declared_boolean(std::string_view s) noexcept {
        for (const std::string_view yes : {"true", "1", "yes", "y", "t"}) {
            if (same_word(s, yes)) return true;
        }
        for (const std::string_view no : {"false", "0", "no", "n", "f"}) {
            if (same_word(s, no)) return false;
        }
        return std::nullopt;
    }

    [[noreturn]] void fail_value(const CsvField& field, const CsvRecords& records, const CsvSource& source,
                                 const CsvColumn& column) const {
        const char* const wanted = column.mode == FieldMode::integer   ? "a whole number"
                                   : column.mode == FieldMode::boolean ? "true or false"
                                   : column.mode == FieldMode::time
                                       ? "a date or time such as 2024-03-05T10:20:30Z"
                                       : "a number";
        source.fail(
            ErrorCode::bad_value, records.offset(),
            {.expected = wanted,
             .found = text::quoted(field.text),
             .where = "",
             .advice = "correct the value, add it to CsvOptions.nulls, or declare the column as category"},
            ", column " + text::quoted(column.name));
    }

    [[noreturn]] void fail_ragged(const CsvRecords& records, const CsvSource& source,
                                  const CsvDialect& dialect, std::size_t expected) {
        std::size_t found = 1;
        for (const char* p = records.begin();; ++p, ++found) {
            (void)dialect.read_field(p, records.end(), scratch_);
            if (p == records.end()) break;
        }
        source.fail(
            ErrorCode::ragged_row, records.offset(),
            {.expected = std::to_string(expected) + (expected == 1 ? " field" : " fields"),
             .found = std::to_string(found),
             .where = "",
             .advice = "quote fields that hold the delimiter " + text::quoted({&dialect.delimiter, 1}) +
                       ", or name another one in CsvOptions.delimiter"});
    }

    std::size_t rows_ = 0;
    std::size_t capacity_ = 0;
    std::vector<Values> values_;
    std::vector<double*> targets_;  // where the numbers of a column go
    FieldEnds ends_;
    std::string scratch_;
};

}  // namespace gasket::detail
