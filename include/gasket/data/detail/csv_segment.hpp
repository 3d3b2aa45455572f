#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/datetime.hpp"
#include "gasket/data/detail/csv_column.hpp"
#include "gasket/data/detail/csv_dialect.hpp"
#include "gasket/data/detail/csv_records.hpp"
#include "gasket/data/detail/field_ends.hpp"
#include "gasket/data/detail/label_pool.hpp"
#include "gasket/data/detail/parse_number.hpp"
#include "gasket/data/logical_type.hpp"
#include "gasket/data/reading.hpp"

namespace gasket::detail {

/// What does not fit, where reading goes on all the same. Rows are those of the segment.
struct CsvTrouble {
    /// A field that is not of its column's type, and reads as missing.
    struct Misfit {
        std::size_t row = 0;
        std::size_t column = 0;
        std::string text;
    };
    /// A record in bytes [begin, end) of the source; `row` rows were read before it.
    struct Record {
        std::size_t begin = 0;
        std::size_t end = 0;
        std::size_t row = 0;
        CsvFault fault = CsvFault::none;  ///< none: it has another number of fields
        std::size_t fields = 0;
    };
    std::vector<Misfit> misfits;
    std::vector<Record> broken;  ///< records that are no rows
    std::vector<Record> rows;    ///< one for each row
};

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

    /// Forgets all rows.
    void start(const std::vector<CsvColumn>& columns) {
        rows_ = 0;
        values_.resize(columns.size());
        for (Values& v : values_) {
            v.labels.clear();
            v.kinds = 0;
            v.failed = false;
        }
        reserve(columns, std::max<std::size_t>(capacity_, 256));
    }

    /// Reads on until there are `most` rows, or the records end. What is wrong with them is kept in `error`,
    /// for the caller to judge: a part cut inside quotes is all errors. Where there is a `trouble` it is kept
    /// there instead, and reading goes on; records that are no rows then count among the `most`.
    void read(CsvRecords& records, const CsvSource& source, const CsvDialect& dialect,
              const std::vector<CsvColumn>& columns, std::size_t most = static_cast<std::size_t>(-1),
              CsvTrouble* trouble = nullptr) {
        error = nullptr;
        trouble_ = trouble;
        const auto done = [&] { return rows_ + (trouble == nullptr ? 0 : trouble->broken.size()); };
        try {
            while (done() < most && records.next()) {
                if (rows_ == capacity_) reserve(columns, capacity_ * 2);
                if (read_record(records, source, dialect, columns)) ++rows_;
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
                case FieldMode::written:
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

    /// False where the record is no row.
    [[nodiscard]] bool read_record(const CsvRecords& records, const CsvSource& source,
                                   const CsvDialect& dialect, const std::vector<CsvColumn>& columns) {
        if (records.fault() != CsvFault::none) return no_row(records, source, dialect, columns.size());
        const char* p = records.begin();
        const char* const end = records.end();
        if (records.plain()) {
            if (ends_.find(p, end, dialect.delimiter, columns.size()) != columns.size())
                return no_row(records, source, dialect, columns.size());
            const char* const begin = p;
            for (std::size_t c = 0; c < columns.size(); ++c) {
                const char* const last = begin + ends_[c];
                read_plain(c, p, last, records, source, dialect, columns[c]);
                p = last + 1;
            }
            return a_row(records);
        }
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (c > 0) {
                if (p == end) return no_row(records, source, dialect, columns.size());
                ++p;
            }
            const CsvField field = dialect.read_field(p, end, scratch_);
            if (columns[c].mode != FieldMode::skip) store(c, field, records, source, dialect, columns[c]);
        }
        if (p != end) return no_row(records, source, dialect, columns.size());
        return a_row(records);
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
        const TextReader* const reader = column.reader.get();
        const bool null =
            dialect.is_null(field) || (reader != nullptr && reader->is_null(without_blanks(field.text)));
        switch (column.mode) {
            case FieldMode::number:
            case FieldMode::integer:
            case FieldMode::written: {
                double x = missing;
                if (!null) fits = column.read_number(field.text, x, written_);
                v.numbers[at] = fits ? x : missing;
                break;
            }
            case FieldMode::boolean: {
                double x = missing;
                if (!null) {
                    const auto value = column.read_boolean(field.text);
                    fits = value.has_value();
                    if (fits) x = *value ? 1 : 0;
                }
                v.numbers[at] = x;
                break;
            }
            case FieldMode::time: {
                const auto value = null ? missing_time : column.read_time(field.text);
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
        if (!fits && column.declared) {
            if (trouble_ == nullptr) fail_value(field, records, source, column);
            trouble_->misfits.push_back({rows_, c, std::string(field.text)});
        }
        v.failed = v.failed || !fits;
    }

    [[noreturn]] static void fail_value(const CsvField& field, const CsvRecords& records,
                                        const CsvSource& source, const CsvColumn& column) {
        source.fail(
            ErrorCode::bad_value, records.offset(),
            {.expected = column.wanted(),
             .found = text::quoted(field.text),
             .where = "",
             .advice = "correct the value, add it to CsvOptions.nulls, or declare the column as category"},
            ", column " + text::quoted(column.name));
    }

    bool a_row(const CsvRecords& records) {
        if (trouble_ != nullptr) trouble_->rows.push_back({records.offset(), records.next_offset(), rows_});
        return true;
    }

    /// For a record with another number of fields, or a fault: throws, or keeps it as trouble. Returns false.
    bool no_row(const CsvRecords& records, const CsvSource& source, const CsvDialect& dialect,
                std::size_t expected) {
        if (trouble_ != nullptr) {
            while (!trouble_->misfits.empty() && trouble_->misfits.back().row == rows_)
                trouble_->misfits.pop_back();
            const std::size_t fields = records.fault() == CsvFault::none
                                           ? dialect.count_fields(records.begin(), records.end(), scratch_)
                                           : 0;
            trouble_->broken.push_back(
                {records.offset(), records.next_offset(), rows_, records.fault(), fields});
            return false;
        }
        const std::size_t found = dialect.count_fields(records.begin(), records.end(), scratch_);
        source.fail(
            ErrorCode::ragged_row, records.offset(),
            {.expected = std::to_string(expected) + (expected == 1 ? " field" : " fields"),
             .found = std::to_string(found),
             .where = "",
             .advice = "quote fields that hold the delimiter " + text::quoted({&dialect.delimiter, 1}) +
                       ", or name another one in CsvOptions.delimiter"});
    }

    CsvTrouble* trouble_ = nullptr;
    std::size_t rows_ = 0;
    std::size_t capacity_ = 0;
    std::vector<Values> values_;
    std::vector<double*> targets_;  // where the numbers of a column go
    FieldEnds ends_;
    std::string scratch_;
    std::string written_;
};

}  // namespace gasket::detail
