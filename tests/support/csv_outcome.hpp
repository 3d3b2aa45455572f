#pragma once

#include <string>

#include "gasket/data/csv.hpp"

namespace testing_support {

/// What reading gives, as text: every cell, or the number and the place of the error.
inline std::string outcome(const std::string& text, const gasket::CsvOptions& options, std::size_t part) {
    try {
        const gasket::Table t = gasket::detail::parse_csv_text(text, "f", options, part);
        std::string out = std::to_string(t.rows()) + "\n";
        for (std::size_t c = 0; c < t.columns(); ++c) {
            out += t.name(c) + " " + std::string(name_of(t.column(c).kind())) + ":";
            for (std::size_t r = 0; r < t.rows(); ++r)
                out += t.column(c).is_missing(r) ? "|-" : "|" + t.cell(r, c);
        }
        return out;
    } catch (const gasket::Error& e) {
        return std::to_string(static_cast<int>(e.code())) + " " + e.parts().where + " " + e.parts().found;
    }
}

}  // namespace testing_support
