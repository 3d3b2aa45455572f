#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gasket/data/csv.hpp"
#include "support/catch.hpp"

namespace testing_support {

/// What a failed read says.
struct Failure {
    gasket::ErrorCode code = gasket::ErrorCode{};
    gasket::ErrorParts parts;
};

inline Failure failure(const std::function<void()>& act) {
    try {
        act();
    } catch (const gasket::Error& e) {
        return {e.code(), e.parts()};
    }
    FAIL("nothing was thrown");
    return {};
}

inline Failure csv_failure(const std::string& text, const gasket::CsvOptions& options = {}) {
    return failure([&] { (void)gasket::parse_csv(text, "file.csv", options); });
}

/// A column's cells as text.
inline std::vector<std::string> cells(const gasket::Table& table, const std::string& name) {
    std::vector<std::string> out;
    const std::size_t c = table.index_of(name);
    for (std::size_t r = 0; r < table.rows(); ++r) {
        out.push_back(table.column(c).is_missing(r) ? "<missing>" : table.cell(r, c));
    }
    return out;
}

}  // namespace testing_support
