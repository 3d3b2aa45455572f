#pragma once

#include <array>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gasket/core/text.hpp"
#include "gasket/data/column.hpp"
#include "gasket/data/csv_writer.hpp"
#include "gasket/data/detail/text_bytes.hpp"
#include "gasket/data/table.hpp"

namespace gasket {

/// What a row can break.
enum class Rule {
    fields,    ///< as many fields as the header has names
    quotes,    ///< quotes that make sense
    encoding,  ///< bytes that are text
    header,    ///< values, not the names of the columns once more
    column,    ///< the columns that the schema requires
    type,      ///< values of the column's type, dates in its formats
    gap,       ///< a value where none may be missing
    range,     ///< within the column's range
    label,     ///< one of the column's labels
};

namespace detail {
inline constexpr std::array<std::string_view, 9> rule_names = {
    "fields", "quotes", "encoding", "header", "column", "type", "gap", "range", "label"};
}  // namespace detail

[[nodiscard]] constexpr std::string_view name_of(Rule rule) noexcept {
    return detail::rule_names[static_cast<std::size_t>(rule)];
}

/// One rule that one row breaks.
struct Violation {
    Rule rule = Rule::type;
    std::string column = {};  ///< empty where the row as a whole breaks it
    std::string expected = {};
    std::string found = {};

    /// "age: expected 18 to 92, found '931'"
    [[nodiscard]] std::string text() const {
        return (column.empty() ? "" : column + ": ") + "expected " + expected + ", found " + found;
    }
};

/// A row that was not accepted: what it says, where it stands, and everything that is wrong with it.
struct QuarantinedRow {
    std::size_t line = 0;  ///< of the file, counted from 1, where the record begins
    std::string key = {};  ///< what the key column says; empty where that cannot be known
    std::string raw = {};  ///< the bytes of the record, line breaks within quotes included
    std::vector<Violation> violations = {};
};

/// The rows that were not accepted, in the order of the file.
struct Quarantine {
    std::vector<QuarantinedRow> rows = {};

    [[nodiscard]] bool empty() const noexcept { return rows.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return rows.size(); }

    /// A row for each, with the columns line, key, rules ("type, range"), problems (in words) and raw. Bytes
    /// that are no text are shown as hexadecimal escapes.
    [[nodiscard]] Table to_table() const {
        std::vector<double> lines;
        std::vector<std::string> keys, rules, problems, raws;
        for (const QuarantinedRow& row : rows) {
            lines.push_back(static_cast<double>(row.line));
            keys.push_back(printable(row.key));
            raws.push_back(printable(row.raw));
            std::string names, words;
            for (const Violation& violation : row.violations) {
                names += (names.empty() ? "" : ", ") + std::string(name_of(violation.rule));
                words += (words.empty() ? "" : "; ") + violation.text();
            }
            rules.push_back(std::move(names));
            problems.push_back(printable(words));
        }
        return Table{{"line", Column::numeric(std::move(lines))},
                     {"key", Column::category(keys)},
                     {"rules", Column::category(rules)},
                     {"problems", Column::category(problems)},
                     {"raw", Column::category(raws)}};
    }

    /// `to_table` as a CSV file, for those who repair the rows. throws FileError
    void write(const std::string& path) const { write_csv(to_table(), path); }

    /// The first rows, a line for each problem, and how many there are in all.
    friend std::ostream& operator<<(std::ostream& out, const Quarantine& quarantine) {
        text::Grid grid({"line", "key", "rule", "problem"});
        constexpr std::size_t shown = 10;
        for (std::size_t i = 0; i < std::min(quarantine.size(), shown); ++i) {
            const QuarantinedRow& row = quarantine.rows[i];
            bool first = true;
            for (const Violation& violation : row.violations) {
                grid.add({first ? std::to_string(row.line) : "", first ? printable(row.key) : "",
                          std::string(name_of(violation.rule)), printable(violation.text())});
                first = false;
            }
        }
        if (!quarantine.empty()) out << grid.str();
        return out << "  " << text::grouped(quarantine.size()) << (quarantine.size() == 1 ? " row" : " rows")
                   << " in quarantine\n";
    }

  private:
    [[nodiscard]] static std::string printable(std::string_view s) {
        static constexpr char digits[] = "0123456789ABCDEF";
        std::string out;
        for (std::size_t bad = 0; (bad = detail::find_bad_byte(s)) != std::string_view::npos;
             s.remove_prefix(bad + 1)) {
            out += s.substr(0, bad);
            const auto byte = static_cast<unsigned char>(s[bad]);
            out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        }
        return out += s;
    }
};

}  // namespace gasket
