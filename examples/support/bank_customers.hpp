#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <gasket/core/numeric.hpp>
#include <gasket/core/random.hpp>
#include <gasket/data/table.hpp>
#include <string>
#include <vector>

namespace examples {

/// Made-up bank customers with a planted signal that is not linear: churn is likeliest in middle age, with
/// three or more products, without activity, in Germany; a high balance weighs on those with one product
/// only.
///
/// `drift` from 0 (none) to 1 (strong) moves the world: older customers, more of Germany, higher balances,
/// and a churn that depends more on complaints. About 16 % churn at drift 0; 9 tenures of 1,000 are missing,
/// a third of the balances is 0. The same arguments give the same table on every machine.
inline gasket::Table bank_customers(std::size_t rows, std::uint64_t seed, double drift) {
    using gasket::Column;
    gasket::Random random(gasket::derive_seed(seed, 0xBA27));
    std::vector<double> id, credit_score, age, tenure, balance, products, card, active, salary, complaints,
        days_since, churn;
    std::vector<std::string> country, gender;
    const auto pick = [&](double share) { return random.uniform() < share; };
    for (std::size_t i = 0; i < rows; ++i) {
        id.push_back(15'000'000 + static_cast<double>(i) * 7 + static_cast<double>(random.below(7)));
        credit_score.push_back(std::clamp(std::round(650 + 96 * random.normal()), 350.0, 850.0));
        const double place = random.uniform();
        country.push_back(place < 0.5 - 0.15 * drift   ? "France"
                          : place < 0.75 + 0.1 * drift ? "Germany"
                                                       : "Spain");
        gender.push_back(pick(0.545) ? "Male" : "Female");
        age.push_back(
            std::clamp(std::round(18 + 21 * std::exp(0.42 * random.normal()) + 6 * drift), 18.0, 92.0));
        tenure.push_back(static_cast<double>(random.below(11)));
        const bool empty = pick(1.0 / 3);
        balance.push_back(
            empty ? 0.0
                  : std::round(100 * std::clamp(120'000 + 30'000 * random.normal() + 20'000 * drift, 3'000.0,
                                                250'000.0)) /
                        100);
        const double how_many = random.uniform();
        products.push_back(how_many < 0.508 ? 1 : how_many < 0.967 ? 2 : how_many < 0.994 ? 3 : 4);
        card.push_back(pick(0.705) ? 1 : 0);
        active.push_back(pick(0.515) ? 1 : 0);
        salary.push_back(std::round(100 * (12 + 199'980 * random.uniform())) / 100);
        complaints.push_back(std::floor(-std::log(1 - random.uniform()) * (0.45 + 0.5 * drift)));
        days_since.push_back(std::floor(-std::log(1 - random.uniform()) * (active.back() > 0 ? 12 : 45)));

        const double years = (age.back() - 52) / 10;  // the hump of middle age
        double risk = -4.45 + 3.75 * std::exp(-0.5 * years * years);
        risk += products.back() >= 3 ? 4.0 : products.back() == 2 ? -1.9 : 0.0;
        risk += active.back() > 0 ? -1.1 : 0.45;
        risk += country.back() == "Germany" ? 1.2 : 0.0;
        risk += gender.back() == "Female" ? 0.6 : 0.0;
        risk += products.back() == 1 && balance.back() > 100'000 ? 0.8 : 0.0;
        risk += active.back() == 0 && balance.back() == 0 ? 0.7 : 0.0;
        risk += (0.3 + 0.5 * drift) * std::min(complaints.back(), 4.0);
        risk += days_since.back() > 60 ? 0.7 : 0.0;
        churn.push_back(pick(gasket::sigmoid(risk)) ? 1 : 0);
    }
    // Exactly 9 tenures of 1,000 are lost, spread by chance.
    std::vector<std::size_t> order(rows);
    for (std::size_t i = 0; i < rows; ++i) order[i] = i;
    random.shuffle(std::span<std::size_t>(order));
    for (std::size_t i = 0; i < rows * 9 / 1000; ++i) tenure[order[i]] = gasket::missing;

    return gasket::Table{{"customer_id", Column::numeric(id)},
                         {"credit_score", Column::numeric(credit_score)},
                         {"country", Column::category(country)},
                         {"gender", Column::category(gender)},
                         {"age", Column::numeric(age)},
                         {"tenure", Column::numeric(tenure)},
                         {"balance", Column::numeric(balance)},
                         {"products_number", Column::numeric(products)},
                         {"credit_card", Column::numeric(card)},
                         {"active_member", Column::numeric(active)},
                         {"estimated_salary", Column::numeric(salary)},
                         {"complaints_12m", Column::numeric(complaints)},
                         {"days_since_contact", Column::numeric(days_since)},
                         {"churn", Column::numeric(churn)}};
}

}  // namespace examples
