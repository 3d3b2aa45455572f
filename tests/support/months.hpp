#pragma once

#include <string>

#include "gasket/core/random.hpp"

namespace testing_support {

/// The customers of January, as a file.
inline std::string january(std::size_t rows = 400) {
    gasket::Random random(1);
    const char* const plans[] = {"basic", "family", "business"};
    const char* const countries[] = {"France", "Germany", "Spain"};
    std::string out = "customer,age,plan,country,signup,balance,tenure,active\n";
    for (std::size_t i = 0; i < rows; ++i) {
        out += "C" + std::to_string(1000 + i) + "," + std::to_string(18 + random.below(60)) + "," +
               plans[random.below(3)] + "," + countries[random.below(3)] + ",202" +
               std::to_string(random.below(4)) + "-0" + std::to_string(1 + random.below(9)) + "-" +
               std::to_string(10 + random.below(18)) + "," +
               std::to_string(static_cast<double>(random.below(100000)) / 100) + "," +
               std::to_string(random.below(11)) + "," + std::to_string(random.below(2)) + "\n";
    }
    return out;
}

/// The same in March, when it had changed: `plan` is called `tariff`, `tenure` is missing, `complaints` is
/// new, there are customers in Portugal, `signup` is written DD/MM/YYYY, `balance` is text with a currency
/// sign.
inline std::string march(std::size_t rows = 400) {
    gasket::Random random(2);
    const char* const plans[] = {"basic", "family", "business"};
    const char* const countries[] = {"France", "Germany", "Spain", "Portugal"};
    std::string out = "customer,age,tariff,country,signup,balance,active,complaints\n";
    for (std::size_t i = 0; i < rows; ++i) {
        out += "C" + std::to_string(2000 + i) + "," + std::to_string(20 + random.below(55)) + "," +
               plans[random.below(3)] + "," + countries[random.below(4)] + "," +
               std::to_string(10 + random.below(18)) + "/0" + std::to_string(1 + random.below(9)) +
               "/2024,€" + std::to_string(static_cast<double>(random.below(90000)) / 100) + "," +
               std::to_string(random.below(2)) + "," + std::to_string(random.below(5)) + "\n";
    }
    return out;
}

}  // namespace testing_support
