#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/data/table.hpp"

namespace testing_support {

/// Made-up visits of customers: many rows a customer (customer c0 has a tenth of them), who has a leaning of
/// their own; a day for each row, several rows a day, in no order.
inline gasket::Table visits(std::size_t rows, std::uint64_t seed = 11) {
    using gasket::Column;
    gasket::Random random(seed);
    const std::size_t customers = rows / 12 + 2;
    std::vector<std::string> customer;
    std::vector<std::int64_t> day;
    std::vector<double> spent, visit, churn;
    for (std::size_t r = 0; r < rows; ++r) {
        const std::size_t c = r < customers            ? r
                              : random.uniform() < 0.1 ? 0
                                                       : static_cast<std::size_t>(random.below(customers));
        customer.push_back("c" + std::to_string(c));
        day.push_back(static_cast<std::int64_t>(random.below(rows / 4 + 1)) * 86400);
        spent.push_back(std::round(1000 * random.uniform() * static_cast<double>(1 + c % 7)) / 100);
        visit.push_back(static_cast<double>(r));
        const double leaning = 0.1 + 0.05 * static_cast<double>(c % 9);
        churn.push_back(random.uniform() < leaning + (spent.back() > 20 ? 0.2 : 0) ? 1 : 0);
    }
    return gasket::Table{{"visit", Column::numeric(visit)},
                         {"customer", Column::category(customer)},
                         {"day", Column::datetime(day)},
                         {"spent", Column::numeric(spent)},
                         {"churn", Column::numeric(churn)}};
}

/// The customers of some rows.
inline std::set<std::string> groups_of(const gasket::Table& table, std::span<const std::size_t> rows) {
    std::set<std::string> out;
    const std::size_t column = table.index_of("customer");
    for (const std::size_t r : rows) out.insert(table.cell(r, column));
    return out;
}

}  // namespace testing_support
