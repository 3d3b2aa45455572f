#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gasket/core/numeric.hpp"
#include "gasket/core/random.hpp"
#include "gasket/data/table.hpp"

namespace testing_support {

/// A small made-up bank: an id, four numbers (one with gaps), two categories, and a churn that depends on
/// them.
inline gasket::Table small_bank(std::size_t rows, std::uint64_t seed = 7) {
    using gasket::Column;
    gasket::Random random(seed);
    std::vector<double> id, age, balance, tenure, active, churn;
    std::vector<std::string> country, gender;
    const char* const countries[] = {"France", "Germany", "Spain"};
    for (std::size_t i = 0; i < rows; ++i) {
        id.push_back(1000 + static_cast<double>(i));
        age.push_back(static_cast<double>(18 + random.below(60)));
        balance.push_back(random.uniform() < 0.3 ? 0.0 : 1000 * random.uniform());
        tenure.push_back(random.uniform() < 0.1 ? gasket::missing : static_cast<double>(random.below(11)));
        active.push_back(random.uniform() < 0.5 ? 1.0 : 0.0);
        country.push_back(countries[random.below(3)]);
        gender.push_back(random.below(2) == 0 ? "Female" : "Male");
        const double risk = 0.05 + (age.back() > 45 ? 0.3 : 0) + (active.back() == 0 ? 0.15 : 0) +
                            (country.back() == "Germany" ? 0.2 : 0);
        churn.push_back(random.uniform() < risk ? 1.0 : 0.0);
    }
    return gasket::Table{{"customer_id", Column::numeric(id)},  {"age", Column::numeric(age)},
                         {"balance", Column::numeric(balance)}, {"tenure", Column::numeric(tenure)},
                         {"active", Column::numeric(active)},   {"country", Column::category(country)},
                         {"gender", Column::category(gender)},  {"churn", Column::numeric(churn)}};
}

}  // namespace testing_support
