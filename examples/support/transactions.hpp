#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <gasket/core/numeric.hpp>
#include <gasket/core/random.hpp>
#include <gasket/data/table.hpp>
#include <string>
#include <utility>
#include <vector>

namespace examples {

/// A bank as it is kept: one row for each customer as of a day, and a table of what they paid, before that
/// day and after it.
struct BankWithTransactions {
    gasket::Table customers;
    gasket::Table transactions;
};

/// Made-up customers with transactions of 400 days before the day they are looked at, and of 60 days after
/// it. Every customer has habits of his own: some pay twice a month, some every day. Who is about to leave
/// does less than he used to, so what counts is the change against his own past; how much he does says
/// little. After he has left nothing more comes. The same arguments give the same tables on every machine.
inline BankWithTransactions bank_with_transactions(std::size_t customers, std::uint64_t seed) {
    using gasket::Column;
    constexpr std::int64_t day = 86400;
    constexpr std::int64_t first_look = 19723;  // 2024-01-01, in days
    gasket::Random random(gasket::derive_seed(seed, 0x7AC5));
    const auto exponential = [&](double mean) { return -mean * std::log(1 - random.uniform()); };

    std::vector<double> id, age, products, churn, payer, amount;
    std::vector<std::int64_t> as_of, at;
    std::vector<std::string> country, channel;
    for (std::size_t i = 0; i < customers; ++i) {
        id.push_back(15'000'000 + static_cast<double>(i));
        as_of.push_back((first_look + static_cast<std::int64_t>(random.below(181))) * day);
        age.push_back(std::clamp(std::round(42 + 13 * random.normal()), 18.0, 90.0));
        country.push_back(random.uniform() < 0.5 ? "France" : random.uniform() < 0.5 ? "Germany" : "Spain");
        products.push_back(static_cast<double>(1 + random.below(3)));

        double risk = -1.9 + (country.back() == "Germany" ? 0.5 : 0) + 0.02 * (age.back() - 42);
        risk += products.back() == 1 ? 0.3 : 0;
        const bool leaves = random.uniform() < gasket::sigmoid(risk);
        churn.push_back(leaves ? 1 : 0);

        const double gap = std::exp(1.5 + 0.8 * random.normal());  // usual days between payments
        const double usual = std::exp(3.2 + 0.7 * random.normal());
        const bool app = random.uniform() < 0.6;
        // Leaving begins some weeks before the look; others have quiet weeks too.
        const double fading = leaves ? 15 + 40 * random.uniform() : 0;
        const double quiet_from = -90 * random.uniform();
        const double quiet = random.uniform() < 0.35 ? 20.0 : 0.0;
        const double until = leaves ? exponential(8) - 3 : 60;
        for (double t = -400;;) {
            const bool fades = t > -fading;
            const bool rests = t > quiet_from && t < quiet_from + quiet;
            t += exponential(gap * (fades ? 3.0 : 1.0) * (rests ? 2.5 : 1.0));
            if (t >= until) break;
            payer.push_back(id.back());
            at.push_back(as_of.back() + static_cast<std::int64_t>(std::floor(t * static_cast<double>(day))));
            const double paid = usual * std::exp(0.5 * random.normal()) * (t > -fading ? 0.75 : 1.0);
            amount.push_back(std::round(100 * paid) / 100);
            channel.push_back(random.uniform() < (app ? 0.8 : 0.15)    ? "app"
                              : random.uniform() < (fades ? 0.2 : 0.5) ? "card"
                                                                       : "cash");
        }
    }
    return {{{"customer_id", Column::numeric(std::move(id))},
             {"as_of", Column::datetime(std::move(as_of))},
             {"age", Column::numeric(std::move(age))},
             {"country", Column::category(country)},
             {"products", Column::numeric(std::move(products))},
             {"churn", Column::numeric(std::move(churn))}},
            {{"customer_id", Column::numeric(std::move(payer))},
             {"at", Column::datetime(std::move(at))},
             {"amount", Column::numeric(std::move(amount))},
             {"channel", Column::category(channel)}}};
}

}  // namespace examples
