#pragma once

#include <cstddef>
#include <vector>

#include "gasket/core/random.hpp"
#include "gasket/model/logistic_loss.hpp"

namespace testing_support {

/// Rows whose labels hang on the first column, with weights.
struct LogisticData {
    std::vector<std::vector<double>> columns;
    std::vector<double> labels, weights;

    LogisticData(std::size_t rows, std::size_t p) : columns(p, std::vector<double>(rows)) {
        gasket::Random random(11);
        for (auto& column : columns) {
            for (double& x : column) x = random.normal();
        }
        for (std::size_t r = 0; r < rows; ++r) {
            labels.push_back(columns[0][r] + random.normal() > 0.3 ? 1 : 0);
            weights.push_back(0.5 + random.uniform());
        }
    }
    [[nodiscard]] gasket::detail::LogisticLoss loss(double l2) const {
        std::vector<const double*> pointers;
        for (const auto& column : columns) pointers.push_back(column.data());
        return {pointers, labels, weights, l2};
    }
};

}  // namespace testing_support
