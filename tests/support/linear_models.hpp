#pragma once

#include <vector>

#include "gasket/data/csv.hpp"
#include "gasket/model/linear_model.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/training.hpp"

namespace testing_support {

/// Calls `check(name of the reference, training rows)` on the data of tests/reference/linear.py.
template <class Check>
void on_linear_data(const Check& check) {
    using namespace gasket;
    REQUIRE_DATA(bike_path, "bike_sharing/data.csv");
    const Table bike = read_csv(bike_path).without({"instant", "dteday", "casual", "registered"});
    check("bike", all_but_last(bike, "cnt", Task::regression));
    check("bike_weighted", all_but_last(bike, "cnt", Task::regression, "mnth"));
    REQUIRE_DATA(bank_path, "bank_churn_kaggle/data.csv");
    const Table bank =
        read_csv(bank_path).without({"RowNumber", "CustomerId", "Surname", "Geography", "Gender"});
    check("bank", all_but_last(bank, "Balance", Task::regression));
}

/// Means and deviations of the training rows: what a StandardScaler learns.
inline std::vector<gasket::detail::Affine> standard_scaling(const gasket::Training& training) {
    std::vector<gasket::detail::Affine> out;
    const gasket::Features features = gasket::TrainingRows(training).features();
    const auto n = static_cast<double>(features.rows());
    for (std::size_t j = 0; j < features.columns(); ++j) {
        gasket::Sum sum, squares;
        for (const double x : features[j]) sum.add(x);
        for (const double x : features[j]) squares.add((x - sum.value() / n) * (x - sum.value() / n));
        out.push_back({.center = sum.value() / n, .scale = std::sqrt(squares.value() / n)});
    }
    return out;
}

/// Coefficients, intercept and R-squared against stored ones, to 1e-8.
template <class Model>
void check_linear(const Model& model, const nlohmann::json& expected) {
    REQUIRE(model.coefficients().size() == expected["coefficients"].size());
    for (const auto& [name, value] : expected["coefficients"].items()) {
        INFO(name);
        CHECK(model.coefficient(name).value ==
              Approx(value.template get<double>()).epsilon(1e-8).margin(1e-8));
    }
    CHECK(model.intercept().value == Approx(expected["intercept"].template get<double>()).epsilon(1e-8));
    CHECK(model.r_squared() == Approx(expected["r_squared"].template get<double>()).epsilon(1e-8));
}

}  // namespace testing_support
