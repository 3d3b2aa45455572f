#pragma once

#include "gasket/gasket.hpp"
#include "support/tables.hpp"

namespace testing_support {

/// The training side of a small made-up bank.
inline gasket::Training bank_training(std::size_t rows = 1000, std::uint64_t seed = 7) {
    return gasket::StratifiedSplitter{.target = "churn"}
        .split(small_bank(rows, seed).without({"customer_id"}))
        .training;
}

/// The usual preparation for linear models.
inline auto preparation() {
    using namespace gasket;
    return Imputer{.strategy = Impute::median} | OneHotEncoder{.drop_first = true} | StandardScaler{};
}

}  // namespace testing_support
