#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gasket/core/error.hpp"
#include "gasket/data/csv_options.hpp"
#include "gasket/data/detail/csv_dialect.hpp"
#include "gasket/data/detail/csv_records.hpp"

namespace gasket::detail {

/// The delimiters that are tried where none is named, the likeliest first.
inline constexpr std::array<char, 4> likely_delimiters = {',', ';', '\t', '|'};

/// Finds out what the options of a file leave open.
///
/// A way of reading explains the first records where it cuts all of them into the same number of fields, two
/// at least. Double quotes without an escape come first; then, where no delimiter explains the records, a
/// backslash before quotes, then single quotes. Where nothing explains them it is double quotes and the
/// delimiter under which most records have as many fields as the header: reading will then name the first
/// record that has not.
class CsvSniffer {
  public:
    CsvSniffer(const CsvSource& source, std::size_t begin)
        : source_(source), begin_(begin), end_(source.line_end_after(begin + sample_bytes)) {}

    [[nodiscard]] CsvOptions complete(const CsvOptions& options) const {
        if (options.delimiter && options.quote && options.escape) return options;
        std::optional<CsvOptions> first;
        for (const auto& [quote, escape] :
             {std::pair{'"', '\0'}, std::pair{'"', '\\'}, std::pair{'\'', '\0'}}) {
            if (first && ((options.quote && quote != '"') || (options.escape && escape != '\0'))) continue;
            if (quote == '\'' &&
                source_.text.substr(begin_, end_ - begin_).find('"') != std::string_view::npos)
                continue;
            CsvOptions candidate = options;
            if (!options.quote) candidate.quote = quote;
            if (!options.escape) candidate.escape = escape;
            const Fit best = choose_delimiter(candidate);
            if (best.fields >= 2 && best.agreeing == best.records && (!first || best.marks > 0))
                return candidate;
            if (!first) first = candidate;
        }
        return *first;
    }

  private:
    static constexpr std::size_t sample_bytes = std::size_t{1} << 16;
    static constexpr std::size_t sample_records = 200;

    /// What one way of reading makes of the first records.
    struct Fit {
        std::size_t fields = 1;    // of the first record
        std::size_t records = 0;   // in the sample
        std::size_t agreeing = 0;  // records with as many fields as the first
        std::size_t marks = 0;     // quoted fields; with an escape only those that have one
    };

    [[nodiscard]] Fit choose_delimiter(CsvOptions& candidate) const {
        if (candidate.delimiter) return fit(candidate);
        std::optional<Fit> best;
        char delimiter = likely_delimiters[0];
        for (const char one : likely_delimiters) {
            candidate.delimiter = one;
            if (candidate.quote == one || candidate.escape == one) continue;
            const Fit now = fit(candidate);
            if (best && !better(now, *best)) continue;
            best = now;
            delimiter = one;
        }
        candidate.delimiter = delimiter;
        return best.value_or(Fit{});
    }

    /// Several fields before one; then the greater share of records that agree; then more fields.
    [[nodiscard]] static bool better(const Fit& a, const Fit& b) {
        if ((a.fields >= 2) != (b.fields >= 2)) return a.fields >= 2;
        if (a.fields < 2) return false;
        const std::size_t left = a.agreeing * b.records;
        const std::size_t right = b.agreeing * a.records;
        return left != right ? left > right : a.fields > b.fields;
    }

    [[nodiscard]] Fit fit(const CsvOptions& options) const {
        const CsvDialect dialect(options);
        Fit out;
        std::string scratch;
        try {
            CsvRecords records(source_, dialect, begin_, end_);
            while (out.records < sample_records && records.next()) {
                std::size_t fields = 1;
                bool empty = true;
                for (const char* p = records.begin();; ++p, ++fields) {
                    const char* const from = p;
                    const CsvField field = dialect.read_field(p, records.end(), scratch);
                    const bool escapes = dialect.escape == '\0' || std::find(from, p, dialect.escape) != p;
                    if (field.quoted && escapes) ++out.marks;
                    empty = empty && field.text.empty();
                    if (p == records.end()) break;
                }
                if (out.records == 0) out.fields = empty ? 1 : fields;
                ++out.records;
                if (fields == out.fields) ++out.agreeing;
            }
            if (records.open_at_end() && end_ == source_.text.size()) ++out.records;
        } catch (const CsvError&) {
            ++out.records;  // a record that this way of reading does not explain
        }
        return out;
    }

    const CsvSource& source_;
    std::size_t begin_;
    std::size_t end_;
};

}  // namespace gasket::detail
