#pragma once

#include <string>
#include <vector>

#include "gasket/data/csv.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/training.hpp"

namespace testing_support {

/// A real data set by the short name that the reference scripts give it: all rows but the last.
struct RealData {
    const char* name;
    const char* file;
    const char* target;
};
inline constexpr RealData real_data[] = {{"bank", "bank_churn_practicum/data.csv", "Exited"},
                                         {"titanic", "titanic/data.csv", "Survived"},
                                         {"adult", "adult/data.csv", "income"}};

/// Calls `check(training rows, stored reference)` for each real data set that the reference has and that is
/// there; says which are absent.
template <class Check>
void on_real_data(const nlohmann::json& reference, const Check& check) {
    for (const RealData& data : real_data) {
        if (!reference.contains(data.name)) continue;
        const std::string path = data_file(data.file);
        if (path.empty()) {
            WARN("skipped: no " << data.file << "; set GASKET_DATA to the folder of the real data sets");
            continue;
        }
        INFO(data.name);
        check(all_but_last(gasket::read_csv(path), data.target), reference[data.name]);
    }
}

/// The greatest difference between `features` at `rows` and the stored values of the columns that `expected`
/// names; a value that is missing on one side only counts as infinite. Differences are relative to the value
/// where it is above 1.
inline double worst_difference(const gasket::Features& features, const nlohmann::json& rows,
                               const nlohmann::json& expected) {
    double worst = expected.empty() ? HUGE_VAL : 0;
    for (const auto& [column, values] : expected.items()) {
        const std::vector<double> found = values_of(features, column);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const double x = found.at(rows[i].get<std::size_t>());
            if (values[i].is_null() || gasket::is_missing(x)) {
                if (values[i].is_null() != gasket::is_missing(x)) return HUGE_VAL;
                continue;
            }
            const double y = values[i].get<double>();
            worst = std::max(worst, std::abs(x - y) / std::max(1.0, std::abs(y)));
        }
    }
    return worst;
}

/// The greatest difference of what `stage` makes of real data from the stored values `reference[key]`.
template <class S>
void agrees_on_real_data(const S& stage, const nlohmann::json& reference, const char* key, double tolerance) {
    on_real_data(reference, [&](const gasket::Training& training, const nlohmann::json& expected) {
        INFO(key);
        const gasket::Features out =
            transform(stage.fit(training), gasket::detail::to_features(training.table()));
        CHECK(worst_difference(out, expected["rows"], expected[key]) <= tolerance);
    });
}

}  // namespace testing_support
